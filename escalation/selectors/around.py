"""Other disagreements about the same child, within what a person may see: nothing here tells of one that they may not know of."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from agencies.person import Person
from escalation import general_policy, policy
from escalation.engine.case import Case
from escalation.models import Child, ChildReference, Dispute, DisputeLink
from escalation.services.children import same_child, same_initials
from escalation.services.submission import ChildAnswer
from escalation.states import State

MOST = 20


@dataclass(frozen=True, slots=True)
class Related:
    """Another disagreement: who raised it, where it stands, and whether somebody linked the two."""

    reference: str
    raising: str
    state: str
    is_linked: bool


def related_to(case: Case, person: Person) -> list[Related]:
    """What the person may see of others about the same child: those linked, and, for whoever may know the child, those that match.

    They match by the person's own agency's reference, or by initials and date of birth. At most four queries.
    """
    linked = _linked(case.dispute)
    keys = set(linked)
    if policy.sees_child(person, case):
        children = list(Child.objects.filter(dispute=case.dispute).values_list("initials", "born_on"))
        own = ChildReference.objects.filter(child__dispute=case.dispute, agency__in=person.agency_ids).values_list("agency", "reference")
        keys |= same_child([case.dispute.partnership_id], children, own)
    return _shown(keys - {case.dispute.pk}, person, linked)


def about_children(person: Person, partnership_id: UUID, raising: UUID, children: Iterable[ChildAnswer]) -> list[Related]:
    """The same for children that are being logged for the `raising` agency: what there may be about them already. At most three queries.

    Whoever oversees disagreements is told nothing by initials, for that would tell them who a child is; an agency's reference is its own people's.
    """
    answers = list(children)
    births = [(same_initials(one.initials), one.born_on) for one in answers] if general_policy.matches_children(person, partnership_id) else []
    own = [(raising, one.reference) for one in answers if one.reference and raising in person.agency_ids]
    return _shown(same_child([partnership_id], births, own), person, set())


def _linked(dispute: Dispute) -> set[UUID]:
    pairs = DisputeLink.objects.filter(Q(dispute=dispute) | Q(other=dispute)).values_list("dispute", "other")
    return {key for pair in pairs for key in pair} - {dispute.pk}


def _shown(keys: set[UUID], person: Person, linked: set[UUID]) -> list[Related]:
    """Those of them that the person may know of, the newest first; no query where there are none."""
    if not keys:
        return []
    rows = Dispute.objects.submitted().visible_to(person).filter(pk__in=keys).select_related("raising_agency").order_by("-created_at")
    return [Related(row.reference, row.raising_agency.name, State(row.state).label, row.pk in linked) for row in rows[:MOST]]
