"""The partnership's subgroups as the record names them, and the disagreements that came to one (DEV-05).

A subgroup is no row of its own: a procedure names the one that hears of some disagreements, and whoever records something learnt types to whom it is
referred. So a subgroup is its name, whatever its capitals and spaces.
"""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from agencies.address_key import address_key
from agencies.errors import InvalidInput
from agencies.models import Partnership, User
from agencies.readable import as_read, trimmed
from escalation.models import Event, LearningPoint, ProcedureVersion
from escalation.states import EventKind


@dataclass(frozen=True, slots=True)
class Subgroup:
    """A subgroup: its name, how people spelt it, and the versions of procedures whose subgroup it is."""

    name: str
    spelt: tuple[str, ...]
    versions: tuple[UUID, ...]

    @property
    def came_to(self) -> Q:
        """The disagreements that were put to it, answered since or not, or of which something learnt is referred to it."""
        learnt = LearningPoint.objects.filter(dispute=OuterRef("pk"), referred_to__in=self.spelt)
        put = Event.objects.filter(dispute=OuterRef("pk"), kind=EventKind.SUBGROUP_TOLD)
        return Exists(learnt) | (Q(version__in=self.versions) & Exists(put))


def in_use(partnership: Partnership) -> dict[str, Subgroup]:
    """Its subgroups by name, in order: those of its procedures, and those to which something learnt is referred but for people's. Two queries.

    None is named by a restricted disagreement alone: the list is for many, and a name that no figure of the reader's stands behind would tell.
    """
    people = User.objects.filter(memberships__partnership=partnership, name=OuterRef("referred_to"))
    typed = LearningPoint.objects.filter(~Exists(people), dispute__partnership=partnership, dispute__left_out="").exclude(referred_to="")
    procedures = ProcedureVersion.objects.filter(procedure__partnership=partnership).order_by("pk").values_list("pk", "definition__subgroup__name")
    named, spelt, versions = dict[str, str](), defaultdict[str, list[str]](list), defaultdict[str, list[UUID]](list)
    for version, name in procedures:
        if name:
            named.setdefault(as_read(name), name)
            versions[as_read(name)].append(version)
    names = typed.values("referred_to").annotate(is_for_many=Count("pk", filter=Q(dispute__is_restricted=False))).order_by("referred_to")
    for name, is_for_many in names.values_list("referred_to", "is_for_many"):
        spelt[as_read(name)].append(name)
        if is_for_many:
            named.setdefault(as_read(name), " ".join(name.split()))
    found = [Subgroup(name, tuple(spelt[key]), tuple(versions[key])) for key, name in sorted(named.items()) if key]
    return {each.name: each for each in found}


def by_key(partnership: Partnership) -> dict[str, Subgroup]:
    """The same, by how an address names each: its name may have been typed, and what is typed stands in none."""
    return {address_key(name): subgroup for name, subgroup in in_use(partnership).items()}


def chosen(partnership: Partnership, text: str) -> Subgroup | None:
    """The subgroup of this name, however it is spelt; None where none is named. Raises InvalidInput for one that there is not."""
    if not trimmed(text):
        return None
    found = next((each for each in in_use(partnership).values() if as_read(each.name) == as_read(text)), None)
    if found is None:
        raise InvalidInput(_("There is no such subgroup. Choose one of those listed."), field="subgroup")
    return found
