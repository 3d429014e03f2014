"""Somebody leaves, and what they hold moves to who takes over: through the engine, a line on each disagreement, in one transaction with the end of
their access. What the successor cannot hold goes to whom the directory suggests."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

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
    kinds: dict[UUID, set[HeldKind]] = {}
    for item in found:
        kinds.setdefault(item.dispute_id, set()).add(item.kind)
    actor = person_of(departure.planned_by, london(now).date()) if departure.planned_by else None
    actions, learning = _actions(departure, found), _learning(departure, found)
    changes = []
    for case in load(kinds.keys(), now=now):
        change = Change(case, now=now, actor=actor, agency=departure.agency_id)
        key = case.dispute.pk
        work = OpenWork(change, leaver=departure.person_id, successor=departure.successor_id, agency=departure.agency_id, why=LEFT)
        if HeldKind.DRAFT in kinds[key]:
            _draft(work)
        else:
            work.run(kinds[key], actions.get(key, []), learning.get(key, []))
            _panel(work, kinds[key])
        changes.append(change)
    commit(changes)
    return len(changes)


def _actions(departure: Departure, found: Collection[Held]) -> dict[UUID, list[AgreedAction]]:
    keys = {item.dispute_id for item in found if item.kind is HeldKind.ACTION}
    rows: dict[UUID, list[AgreedAction]] = {}
    for row in AgreedAction.objects.filter(dispute__in=keys, owner=departure.person, agency=departure.agency, done_at=None):
        rows.setdefault(row.dispute_id, []).append(row)
    return rows


def _learning(departure: Departure, found: Collection[Held]) -> dict[UUID, list[LearningPoint]]:
    keys = {item.dispute_id for item in found if item.kind is HeldKind.LEARNING}
    rows: dict[UUID, list[LearningPoint]] = {}
    for row in LearningPoint.objects.filter(dispute__in=keys, owner=departure.person, done_at=None):
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
