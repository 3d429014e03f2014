"""Somebody leaves, and what they hold moves to who takes over: through the engine, a line on each disagreement, in one transaction with the end of
their access. What the successor cannot hold, or where nobody was named, goes to whom the directory suggests."""

import logging
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from agencies.models import Agency, Departure, Partnership, User
from agencies.services.departures import due_departures, finish_departure, plan_departure
from agencies.working_days import london
from escalation.services.held import HeldKind, held_in
from escalation.services.moving import move, move_each

log = logging.getLogger(__name__)


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
    """Carry out every departure whose last day is over; gives how many. Safe to run late, twice or at once.

    The end of access and the drafts in one transaction, then each disagreement in one of its own: what fails stops no other, and is passed on with
    a later run (`left_over.pass_on_left`), to the successor who was named.
    """
    return sum(_carried_out(key, now) for key in list(due_departures(now).values_list("pk", flat=True)))


def _carried_out(key: UUID, now: datetime) -> bool:
    try:
        with transaction.atomic():
            row = due_departures(now).select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
            if row is None:
                return False
            found = held_in(row.place, row.person_id)
            finish_departure(row, now=now)
            move(row, [item for item in found if item.kind is HeldKind.DRAFT], now=now)
    except Exception:  # one that cannot end stops no other
        log.exception("A departure whose last day is over could not be carried out. It is tried again with the next run.")
        return False
    move_each(row, [item for item in found if item.kind is not HeldKind.DRAFT], now=now)
    return True


def carry_out(departure: Departure, *, now: datetime) -> int:
    """After the last day: the seats' rest ends, and each open item moves. Gives the number of disagreements touched. Inside a transaction."""
    found = held_in(departure.place, departure.person_id)
    finish_departure(departure, now=now)
    return move(departure, found, now=now)
