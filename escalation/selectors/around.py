"""Other disagreements about the same child, within what a person may see: nothing here tells of one that they may not know of."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from agencies.at_once import Query, Together
from agencies.person import Person
from escalation import general_policy, policy
from escalation.engine.case import Case
from escalation.models import Child, ChildReference, Dispute, DisputeLink
from escalation.querysets import Among
from escalation.services.same_child import Birth, same_child
from escalation.services.submission import ChildAnswer
from escalation.services.words import same_initials
from escalation.states import State

MOST = 20


@dataclass(frozen=True, slots=True)
class Related:
    """Another disagreement: who raised it, where it stands, and whether somebody linked the two."""

    reference: str
    raising: str
    state: str
    is_linked: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What a person may know of its children: births, and their own agencies' references, each with its agency, in the children's order; and the
    keys of the disagreements that it is linked to, None where that was not asked."""

    births: tuple[Birth, ...] = ()
    references: tuple[tuple[UUID, str], ...] = ()
    linked: frozenset[UUID] | None = None


def _about(keys: Sequence[UUID]) -> Iterator[Query]:
    yield Child.objects.filter(Among("dispute", keys)).order_by("ordinal", "pk")
    yield ChildReference.objects.filter(Among("child__dispute", keys)).order_by("child__ordinal", "pk")
    yield DisputeLink.objects.filter(Among("dispute", keys) | Among("other", keys)).order_by("pk")


_ABOUT = Together(_about)


def known_of(case: Case, person: Person) -> Known:
    """What this person may know of its children: nothing for those who do not see who the child is, and no query then. Else one."""
    if not policy.sees_child(person, case):
        return Known()
    children, references, links = _ABOUT.of([case.dispute.pk])
    births = dict.fromkeys((child.initials, child.born_on) for child in children)
    own = tuple((row.agency_id, row.reference) for row in references if row.agency_id in person.agency_ids)
    linked = frozenset(key for link in links for key in (link.dispute_id, link.other_id)) - {case.dispute.pk}
    return Known(tuple(births), own, linked)


@dataclass(frozen=True, slots=True)
class Others:
    """Of other disagreements what the person may see: those about the same child, and the references of those that the record names."""

    related: list[Related]
    seen: set[str]


def others_of(case: Case, person: Person, children: Known, *, named: Collection[str] = (), has_links: bool = True) -> Others:
    """Those about the same child: those linked, and, for whoever may know the child, those that match; and which of the `named` may be read.

    They match by the person's own agency's reference, or by initials and date of birth. `has_links` is false where its record tells of no link.
    At most three queries, two where `children` were read.
    """
    linked = children.linked if children.linked is not None else _linked(case.dispute) if has_links else frozenset()
    keys = linked | set(same_child([case.dispute.partnership_id], children.births, children.references).values())
    rows = _known(Q(pk__in=keys - {case.dispute.pk}) | Q(reference__in=named), person) if keys - {case.dispute.pk} or named else []
    return Others(_related([row for row in rows if row.pk in keys], linked), {row.reference for row in rows if row.reference in named})


def about_children(person: Person, partnership_id: UUID, raising: UUID, children: Iterable[ChildAnswer]) -> list[Related]:
    """The same for children that are being logged for the `raising` agency: what there may be about them already. At most two queries.

    Whoever oversees disagreements is told nothing by initials, for that would tell them who a child is; an agency's reference is its own people's.
    """
    answers = list(children)
    births = [(same_initials(one.initials), one.born_on) for one in answers] if general_policy.matches_children(person, partnership_id) else []
    own = [(raising, one.reference) for one in answers if one.reference and raising in person.agency_ids]
    keys = set(same_child([partnership_id], births, own).values())
    return _related(_known(Q(pk__in=keys), person), set()) if keys else []


def _linked(dispute: Dispute) -> frozenset[UUID]:
    pairs = DisputeLink.objects.filter(Q(dispute=dispute) | Q(other=dispute)).values_list("dispute", "other")
    return frozenset(key for pair in pairs for key in pair) - {dispute.pk}


def _known(those: Q, person: Person) -> list[Dispute]:
    """Those few of which the person may know, the newest first."""
    return list(Dispute.objects.named_visible_to(person).filter(those).select_related("raising_agency").order_by("-created_at"))


def _related(rows: Iterable[Dispute], linked: Collection[UUID]) -> list[Related]:
    """Those that were submitted, in words."""
    submitted = [row for row in rows if row.state != State.DRAFT]
    return [Related(row.reference, row.raising_agency.name, str(State(row.state).label), row.pk in linked) for row in submitted[:MOST]]
