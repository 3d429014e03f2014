"""Other disagreements about the same child, within what a person may see: nothing here tells of one that they may not know of."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from agencies.person import Person
from escalation import general_policy, policy
from escalation.engine.case import Case
from escalation.models import Child, Dispute, DisputeLink
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
    """What a person may know of its children: births, and their own agencies' references, each with its agency, in the children's order."""

    births: tuple[Birth, ...] = ()
    references: tuple[tuple[UUID, str], ...] = ()


def known_of(case: Case, person: Person) -> Known:
    """What this person may know of its children: nothing for those who do not see who the child is, and no query then. Else one."""
    if not policy.sees_child(person, case):
        return Known()
    rows = list(Child.objects.filter(dispute=case.dispute).values_list("initials", "born_on", "references__agency", "references__reference"))
    births = dict.fromkeys((initials, born_on) for initials, born_on, _, _ in rows)
    return Known(tuple(births), tuple((agency, reference) for _, _, agency, reference in rows if agency in person.agency_ids))


def related_to(case: Case, person: Person, children: Known, *, has_links: bool = True) -> list[Related]:
    """What the person may see of others about the same child: those linked, and, for whoever may know the child, those that match.

    They match by the person's own agency's reference, or by initials and date of birth. `has_links` is false where its record tells of no link.
    At most three queries.
    """
    linked = _linked(case.dispute) if has_links else set()
    keys = linked | set(same_child([case.dispute.partnership_id], children.births, children.references).values())
    return _shown(keys - {case.dispute.pk}, person, linked)


def about_children(person: Person, partnership_id: UUID, raising: UUID, children: Iterable[ChildAnswer]) -> list[Related]:
    """The same for children that are being logged for the `raising` agency: what there may be about them already. At most two queries.

    Whoever oversees disagreements is told nothing by initials, for that would tell them who a child is; an agency's reference is its own people's.
    """
    answers = list(children)
    births = [(same_initials(one.initials), one.born_on) for one in answers] if general_policy.matches_children(person, partnership_id) else []
    own = [(raising, one.reference) for one in answers if one.reference and raising in person.agency_ids]
    return _shown(set(same_child([partnership_id], births, own).values()), person, set())


def _linked(dispute: Dispute) -> set[UUID]:
    pairs = DisputeLink.objects.filter(Q(dispute=dispute) | Q(other=dispute)).values_list("dispute", "other")
    return {key for pair in pairs for key in pair} - {dispute.pk}


def _shown(keys: set[UUID], person: Person, linked: set[UUID]) -> list[Related]:
    """Those of them that the person may know of, the newest first; no query where there are none."""
    if not keys:
        return []
    rows = Dispute.objects.submitted().visible_to(person).filter(pk__in=keys).select_related("raising_agency").order_by("-created_at")
    return [Related(row.reference, row.raising_agency.name, str(State(row.state).label), row.pk in linked) for row in rows[:MOST]]
