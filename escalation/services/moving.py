"""Open work moves from who can hold it no longer to whoever takes it over: all at once in one transaction, or each disagreement by itself.

By itself, one that fails stops no other: it is told to whoever can hand it on, shown to the operator, and tried again with the next run.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from agencies.models import Departure, Membership, PostHolding, User
from agencies.person import person_of
from agencies.roles import Role
from agencies.said import listing, said
from agencies.working_days import london
from escalation.engine.case import Case, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import AgreedAction, Dispute, LearningPoint, Notification
from escalation.models.outbox import asking
from escalation.services.failing import note_failure, settle
from escalation.services.filling import HANDED
from escalation.services.held import Held, HeldKind
from escalation.services.open_work import OpenWork
from escalation.services.seats import is_to_leave, leave
from escalation.states import Job, Message, State

log = logging.getLogger(__name__)
LEFT = "The person who held this has left."
SENT_BACK = gettext_noop("A draft that came back to its writer waits: finish it, or withdraw it")
FAILED = gettext_noop("What somebody held could not be passed on: hand it to somebody who can act")
NOBODY = gettext_noop("What an agency’s people began lies with nobody there: name another safeguarding lead of theirs")


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody whose access ended of itself, in an agency or (None) in the partnership; whoever was named to take over, where somebody was."""

    person_id: UUID
    agency_id: UUID | None
    planned_by: User | None = None
    successor_id: UUID | None = None
    why: str = LEFT


def move_each(leaving: Departure | Leaving, found: Collection[Held], *, now: datetime) -> int:
    """Each of these open items to whoever takes it over, each disagreement in a transaction of its own; gives the number of those that moved.

    One that fails stays as it was: the business unit, or before the first sending the agency's leads, hear of it once.
    """
    moved = 0
    for key in dict.fromkeys(item.dispute_id for item in found):
        try:
            with transaction.atomic():
                written = move(leaving, [item for item in found if item.dispute_id == key], now=now)
                settle(Job.PASS_ON, [key], now)
            moved += written
        except Exception as error:  # one bad case must not stop the others
            log.exception("What somebody held in a disagreement could not be passed on.")
            _tell_of_failure(key, leaving.person_id, type(error).__name__, now=now)
    return moved


def _tell_of_failure(dispute_id: UUID, person_id: UUID, why: str, *, now: datetime) -> None:
    """The operator is shown it as long as it fails; whoever can hand it on is told once. Nothing of the case is asked: it is what fails."""
    note_failure(dispute_id, Job.PASS_ON, f"What somebody held could not be passed on ({why}). Tried again with each run.", now)
    dispute = Dispute.objects.get(pk=dispute_id)
    rows = [
        Notification(
            key=f"left:{dispute_id}:{person_id}:{user}", dispute=dispute, recipient_id=user, kind=Message.NO_CONTACT, created_at=now, not_before=now,
            is_urgent=dispute.is_urgent, **asking(FAILED),
        )
        for user in _who_can_hand_on(dispute, london(now).date()) - {person_id}
    ]  # fmt: skip
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _who_can_hand_on(dispute: Dispute, today: date) -> set[UUID]:
    """The business unit, or before the first sending the raising agency's leads; of one that is kept from these, who raised it. Whether it is theirs
    to know of is asked when the message leaves."""
    if dispute.sent_at is not None:
        return set(Membership.objects.in_unit(dispute.partnership_id, today).values_list("user", flat=True))
    if dispute.is_restricted:
        return {dispute.raiser_id}
    roles = Membership.objects.on(today).filter(agency=dispute.raising_agency_id, role=Role.LEAD)
    posts = PostHolding.objects.on(today).filter(post__agency=dispute.raising_agency_id, post__is_lead=True)
    return {*roles.values_list("user", flat=True), *posts.values_list("user", flat=True)}


def move(leaving: Departure | Leaving, found: Collection[Held], *, now: datetime) -> int:
    """Each of these open items to whoever takes it over; gives the number of disagreements that were written. Inside a transaction.

    What was found is asked of again under the lock: who did it meanwhile, or passed it on, leaves nothing to move or to write.
    """
    kinds: dict[UUID, set[HeldKind]] = {}
    for item in found:
        kinds.setdefault(item.dispute_id, set()).add(item.kind)
    actor = person_of(leaving.planned_by, london(now).date()) if leaving.planned_by else None
    changes = []
    cases = load(kinds.keys(), now=now)
    # Read once the disagreements are locked: another transaction may have settled one since it was found.
    actions, learning = _actions(leaving, found), _learning(leaving, found)
    for case in cases:
        change = Change(case, now=now, actor=actor, agency=leaving.agency_id)
        key = case.dispute.pk
        work = OpenWork(change, leaver=leaving.person_id, successor=leaving.successor_id, agency=leaving.agency_id, why=getattr(leaving, "why", LEFT))
        if HeldKind.DRAFT in kinds[key]:
            _draft(work)
        else:
            work.run(kinds[key], actions.get(key, []), learning.get(key, []))
            _panel(work, kinds[key])
        if change.events or change.touched:
            changes.append(change)
    commit(changes)
    return len(changes)


def _actions(leaving: Departure | Leaving, found: Collection[Held]) -> dict[UUID, list[AgreedAction]]:
    keys = {item.dispute_id for item in found if item.kind is HeldKind.ACTION}
    rows: dict[UUID, list[AgreedAction]] = {}
    for row in AgreedAction.objects.filter(dispute__in=keys, owner=leaving.person_id, agency=leaving.agency_id, done_at=None):
        rows.setdefault(row.dispute_id, []).append(row)
    return rows


def _learning(leaving: Departure | Leaving, found: Collection[Held]) -> dict[UUID, list[LearningPoint]]:
    keys = {item.dispute_id for item in found if item.kind is HeldKind.LEARNING}
    rows: dict[UUID, list[LearningPoint]] = {}
    for row in LearningPoint.objects.filter(dispute__in=keys, owner=leaving.person_id, done_at=None):
        rows.setdefault(row.dispute_id, []).append(row)
    return rows


def _draft(work: OpenWork) -> None:
    """A draft becomes another's own, with what was typed. It has no record yet unless it was sent back: then they hear of it, and where nobody can
    take it the business unit does."""
    dispute = work.case.dispute
    if dispute.state != State.DRAFT or dispute.logged_by_id != work.leaver:
        return
    to = _next_writer(work) if dispute.head_number else work.successor
    if to is None:
        if dispute.head_number:
            _tell_unit_of_nobody(work)
        return
    dispute.logged_by_id = to
    if dispute.raiser_id == work.leaver and (not dispute.head_number or _may_write(work.case, to)):
        dispute.raiser_id = to
    work.change.touch(dispute)
    if dispute.head_number:
        work.record_move(to)
        work.change.tell([to], kind=Message.DRAFT, action=listing([said(HANDED), said(SENT_BACK)], ". "))


def _next_writer(work: OpenWork) -> UUID | None:
    """Who goes on with what came back to somebody who is gone: whoever was named, else whoever raised it, else a lead of their agency, else the first
    of those above who can, the managers first; last the business unit, where it had the matter in place of the agency. None where there is nobody."""
    case, agency, barred = work.case, work.case.raising_id, {work.leaver, work.case.dispute.disputed_person_id}
    above = [found.user_id for found in (*case.directory.managers(agency), *case.directory.seniors(agency))]
    people = [work.successor, case.dispute.raiser_id, *sorted(case.lead_ids(agency)), *above]
    able = [user for user in people if user is not None and user not in barred and _may_write(case, user)]
    unit = [found.user_id for found in case.unit() if found.user_id not in barred] if case.unit_hops else []
    return next(iter((*able, *unit)), None)


def _may_write(case: Case, user: UUID) -> bool:
    """Whether a draft of the raising agency may be this person's: they sit in it, not in one that acts for it, and have no conflict."""
    person = case.directory.person(user)
    return person is not None and case.raising_id in person.agency_ids and case.may_hold(user, case.raising_id)


def _tell_unit_of_nobody(work: OpenWork) -> None:
    """Once for whoever it lies with: that there is something, and neither what nor in which agency. Of what never left that one the business unit may
    know no more; where to mend it the directory says."""
    dispute, now = work.case.dispute, work.change.now
    place = dispute.partnership_id
    rows = [
        Notification(
            key=f"nobody:{dispute.pk}:{work.leaver}:{user}", partnership_id=place, recipient_id=user, kind=Message.NO_CONTACT, created_at=now,
            not_before=now, is_urgent=dispute.is_urgent, **asking(NOBODY),
        )
        for user in Membership.objects.in_unit(place, london(now).date()).values_list("user", flat=True)
    ]  # fmt: skip
    Notification.objects.bulk_create(rows, ignore_conflicts=True)


def _panel(work: OpenWork, kinds: Collection[HeldKind]) -> None:
    """Whoever sat on the panel has left it: somebody else takes the seat."""
    if HeldKind.PANEL in kinds and is_to_leave(work.change, work.leaver, work.agency):
        work.record_move(None)
        leave(work.change, work.leaver, work.agency)
