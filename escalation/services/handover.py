"""Somebody leaves, and what they hold moves to who takes over: through the engine, a line on each disagreement, in one transaction with the end of
their access. What the successor cannot hold, or where nobody was named, goes to whom the directory suggests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from agencies.models import Agency, Departure, Partnership, User
from agencies.person import person_of
from agencies.services.departures import due_departures, finish_departure, plan_departure
from agencies.working_days import london
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import AgreedAction, LearningPoint
from escalation.services.held import Held, HeldKind, held_in
from escalation.services.open_work import OpenWork
from escalation.services.seats import leave

LEFT = "The person who held this has left."


@dataclass(frozen=True, slots=True)
class Leaving:
    """Somebody whose access ended of itself: nobody decided on it here, and nobody was named to take over."""

    person_id: UUID
    agency_id: UUID | None
    planned_by: User | None = None
    successor_id: UUID | None = None


def hand_over(
    *, actor: User | None, leaver: User, successor: User, place: Agency | Partnership, last_day: date | None, now: datetime, takes_posts: bool = False
) -> Departure:
    """Ends all that somebody holds in a place and moves their open work: at once where `last_day` is None, else once that London day is over.

    One transaction: roles, posts, tokens, the account where no seat is left, and every open item. Raises what `plan_departure` raises.
    """
    with transaction.atomic():
        at_once = last_day is None
        last = london(now).date() - timedelta(days=1) if last_day is None else last_day
        departure = plan_departure(
            actor=actor, leaver=leaver, successor=successor, place=place, last_day=last, now=now, takes_posts=takes_posts
        )  # fmt: skip
        if at_once:
            carry_out(departure, now=now)
    return departure


def carry_out_due(now: datetime) -> int:
    """Carry out every departure whose last day is over, each in a transaction of its own; gives how many. Safe to run late, twice or at once."""
    done = 0
    for key in list(due_departures(now).values_list("pk", flat=True)):
        with transaction.atomic():
            row = due_departures(now).select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
            if row is not None:
                carry_out(row, now=now)
                done += 1
    return done


def carry_out(departure: Departure, *, now: datetime) -> int:
    """After the last day: the seats' rest ends, and each open item moves. Gives the number of disagreements touched. Inside a transaction."""
    found = held_in(departure.place, departure.person_id)
    finish_departure(departure, now=now)
    return _move(departure, found, now=now)


def pass_on(user: User, now: datetime) -> int:
    """All that somebody whose access has just ended holds anywhere goes to whom the directory suggests; where nobody can take it, the business
    unit is asked. Gives the number of disagreements touched, each place by itself. Inside the transaction in which the account was closed.

    What a planned departure has still to move waits for it: somebody was named there.
    """
    planned = set(Departure.objects.filter(person=user, done_at=None).values_list("partnership", "agency"))
    agencies = Q(memberships__user=user) | Q(posts__holdings__user=user)
    own = Q(memberships__user=user, memberships__agency=None)
    places: list[Agency | Partnership] = [
        *Agency.objects.filter(agencies).distinct().order_by("pk"),
        *Partnership.objects.filter(own).distinct().order_by("pk"),
    ]
    touched = 0
    for place in places:
        at = (place.partnership_id, place.pk) if isinstance(place, Agency) else (place.pk, None)
        if at not in planned:
            touched += _move(Leaving(user.pk, at[1]), [item for item in held_in(place, user.pk) if item.kind is not HeldKind.DRAFT], now=now)
    return touched


def _move(leaving: Departure | Leaving, found: Collection[Held], *, now: datetime) -> int:
    """Each of these open items to whoever takes it over; gives the number of disagreements."""
    kinds: dict[UUID, set[HeldKind]] = {}
    for item in found:
        kinds.setdefault(item.dispute_id, set()).add(item.kind)
    actor = person_of(leaving.planned_by, london(now).date()) if leaving.planned_by else None
    actions, learning = _actions(leaving, found), _learning(leaving, found)
    changes = []
    for case in load(kinds.keys(), now=now):
        change = Change(case, now=now, actor=actor, agency=leaving.agency_id)
        key = case.dispute.pk
        work = OpenWork(change, leaver=leaving.person_id, successor=leaving.successor_id, agency=leaving.agency_id, why=LEFT)
        if HeldKind.DRAFT in kinds[key]:
            _draft(work)
        else:
            work.run(kinds[key], actions.get(key, []), learning.get(key, []))
            _panel(work, kinds[key])
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
    """A draft becomes the successor's own, with what was typed; it has no record yet unless it was sent back."""
    dispute = work.case.dispute
    if work.successor is None:
        return
    dispute.logged_by_id = work.successor
    if dispute.raiser_id == work.leaver:
        dispute.raiser_id = work.successor
    work.change.touch(dispute)
    if dispute.head_number:
        work.record_move(work.successor)


def _panel(work: OpenWork, kinds: Collection[HeldKind]) -> None:
    """Whoever sat on the panel has left it: somebody else takes the seat."""
    if HeldKind.PANEL in kinds:
        work.record_move(None)
        leave(work.change, work.leaver, work.agency)
