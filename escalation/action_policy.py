"""Who is to do an action that was agreed, or follows it there, and has no other part in the disagreement: what that opens to them.

Until it is done or passed on they know of the disagreement, read what was agreed and by when, and say that it is done: no more of what was typed.
Asked of a case, and of rows. Of a disagreement that is kept from an agency's people it opens nothing to them.
"""

from datetime import date
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING
from uuid import UUID

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q

from agencies.querysets import in_force
from escalation.case_like import CaseLike
from escalation.part_policy import is_apart, not_apart, sits_for
from escalation.states import Measure

if TYPE_CHECKING:
    from agencies.person import Person


def does(person: "Person", case: CaseLike) -> frozenset[UUID]:
    """The actions still to be done (by key) that are this person's, or of somebody for whom they cover in the agency that owes it."""
    if is_apart(person, case) or person.id in case.conflicted_ids:
        return frozenset()
    owed = (clock for clock in case.running() if clock.action_id is not None and sits_for(person, clock.agency_id))
    return frozenset(clock.action_id for clock in owed if clock.owner_id == person.id or (clock.owner_id, clock.agency_id) in person.covered)


def sees_to(person: "Person", case: CaseLike) -> frozenset[UUID]:
    """The same, and those of whom this person supervises in the agency that owes it: line managers follow what their own people agreed (BRO-13)."""
    if is_apart(person, case) or person.id in case.conflicted_ids:
        return frozenset()
    owed = (clock for clock in case.running() if clock.action_id is not None and clock.agency_id in person.agency_ids)
    followed = (clock.action_id for clock in owed if person.id in case.supervisors_of(clock.owner_id, clock.agency_id))
    return does(person, case) | frozenset(followed)


def seen_to_by(person: "Person", today: date, *, each: bool = False) -> Q:
    """What `sees_to` opens to this person on a London date, as a condition on Dispute; `each` where it is asked of disagreements one by one, as of a
    list's rows: PostgreSQL then looked through all that the person sees to for each of them.
    """
    running = apps.get_model("escalation", "Clock").objects.running().filter(measures=Measure.ACTION)
    theirs = {"owner__memberships__supervisor": person.id, "owner__memberships__agency": F("agency"), "agency__in": person.agency_ids}
    parts = [running.filter(owner=person.id, agency__in=person.seated_for)]
    parts.append(running.filter(in_force(today, prefix="owner__memberships__"), **theirs))
    for agency in person.agency_ids & {place for _colleague, place in person.covered}:
        parts.append(running.filter(owner__in={colleague for colleague, place in person.covered if place == agency}, agency=agency))
    asked = (Q(Exists(part.filter(dispute=OuterRef("pk")))) if each else Q(pk__in=part.values("dispute")) for part in parts)
    return reduce(or_, asked) & not_apart(person)
