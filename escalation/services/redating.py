"""After the calendar changed: running clocks are dated again, once, with a line on each disagreement and one message to its people.

Clocks that ended never move, nor does a date that the sides agreed, nor the raising side's own moment of an urgent matter. A clock never
becomes overdue by a change of the calendar: where its new moment would have passed already, it stays as it is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from agencies.models import Partnership
from agencies.person import Person
from agencies.policy import may_keep_directory, require
from escalation import clocks as arithmetic
from escalation.clocks import StepKind, Unit
from escalation.engine import clockwork, own_clocks
from escalation.engine.bulk import update_rows
from escalation.engine.case import Case, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Clock, Dispute
from escalation.services.lifecycle import raising_ids
from escalation.states import LIVE, ClockState, EventKind, Measure, Message

BATCH = 200
NOT_YOURS = _("The business unit and administrators date running clocks again.")


@dataclass(frozen=True, slots=True)
class Redate:
    """A running clock whose due moment the calendar now puts elsewhere (UTC). `agreed` is the agreed date that stays in force beside it."""

    dispute_id: UUID
    reference: str
    clock: Clock
    case: Case
    before: datetime
    after: datetime
    agreed: datetime | None


def preview(partnership: Partnership, *, now: datetime) -> Iterator[Redate]:
    """Every running clock of the partnership that would move, soonest key first. Nothing is locked or written; batches of 200."""
    for keys in _batches(partnership):
        for case in load(keys, now=now, lock=False):
            yield from _moving(case, now)


def redate(partnership: Partnership, *, actor: Person | None, now: datetime | None = None) -> int:
    """Date the running clocks again, batch by batch, each in one transaction; gives the number of disagreements that moved.

    `actor` None is the command line. Running it again, or twice at once, moves nothing more. Raises NotAllowed for anybody but the keepers
    of the partnership's directory.
    """
    if actor is not None:
        require(may_keep_directory(actor, partnership.id), NOT_YOURS)
    moment = now or timezone.now()
    return sum(_redate_batch(keys, actor, moment) for keys in _batches(partnership))


def _batches(partnership: Partnership) -> Iterator[list[UUID]]:
    """Keys of live disagreements with a running clock, in the order in which they are locked."""
    last: UUID | None = None
    running = Clock.objects.filter(state=ClockState.RUNNING).order_by().values("dispute")
    while True:
        query = Dispute.objects.filter(partnership=partnership, state__in=sorted(LIVE), pk__in=running).order_by("pk")
        keys = list((query.filter(pk__gt=last) if last else query).values_list("pk", flat=True)[:BATCH])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _redate_batch(keys: list[UUID], actor: Person | None, now: datetime) -> int:
    with transaction.atomic():
        changes, clocks = [], []
        for case in load(keys, now=now):
            moves = list(_moving(case, now)) if case.dispute.state in LIVE else []
            if moves:
                change = Change(case, now=now, actor=actor)
                _apply(change, moves)
                changes.append(change)
                clocks += [move.clock for move in moves]
        commit(changes)
        # A clock's own moment is otherwise written once, when it starts: commit leaves it alone.
        update_rows(Clock, clocks, ("due_at", "working_out"))
    return len(changes)


def _moving(case: Case, now: datetime) -> Iterator[Redate]:
    for clock in sorted(case.running(), key=lambda clock: (clock.due_at, clock.key, str(clock.pk))):
        due = _dated(case, clock)[0] if _counts_days(case, clock) else clock.due_at
        if due != clock.due_at and (due > now or due > clock.due_at):
            agreed = clock.agreed_due_at if clock.agreed_due_at != due else None
            yield Redate(case.dispute.pk, case.dispute.reference, clock, case, clock.due_at, due, agreed)


def _counts_days(case: Case, clock: Clock) -> bool:
    """Whether the calendar made the clock's moment: not a date that people set, nor the raising side's own moment on a product clock."""
    if clock.measures == Measure.ACTION:
        return False
    if clock.key == own_clocks.REPLY:
        return case.dispute.respond_by is None or clock.due_at != case.dispute.respond_by
    definition = clockwork.definition_of(case, clock)
    return definition is not None or clock.key in {own_clocks.NEXT_STEP, own_clocks.FILE}


def _dated(case: Case, clock: Clock) -> tuple[datetime, dict[str, object]]:
    """The moment and its working-out as the calendar gives them now, from the clock's own start."""
    definition = clockwork.definition_of(case, clock)
    if definition is not None and definition.within.unit != Unit.AGREED:
        out = arithmetic.working_out(clock.started_at, definition.within, clockwork.rule_of(case, definition), case.calendar)
        return out.due, out.as_json()
    if definition is not None:
        due, sentence = own_clocks.agreeing_due(case, definition.owed_by, clock.started_at)
        return due, {"sentence": sentence}
    days = own_clocks.NEXT_STEP_DAYS if clock.key == own_clocks.REPLY else own_clocks.step_days(case, clock.stage)
    return arithmetic.next_step_due(clock.started_at, case.calendar, days), {"sentence": own_clocks.step_sentence(days)}


def _apply(change: Change, moves: list[Redate]) -> None:
    for move in moves:
        _move(change, move)
    facts = [{"measures": m.clock.measures, "from": m.before.isoformat(), "to": m.after.isoformat()} for m in moves]
    change.record(EventKind.REDATED, facts={"redated": facts})
    first = min(moves, key=lambda move: move.clock.effective_due)
    people = [*(move.clock.owner_id for move in moves), *raising_ids(change.case), *(request.holder_id for request in change.case.awaiting)]
    change.tell(people, kind=Message.EXTENDED, action=gettext_noop("The calendar changed: look at the new date"), due=first.clock.effective_due)


def _move(change: Change, move: Redate) -> None:
    """Put the clock on its new moment: the half-way reminder stays done, what the new moment makes untrue is taken anew, nothing in the past."""
    clock, case = move.clock, change.case
    clock.due_at, clock.working_out = _dated(case, clock)
    if clock.recorded_due_at is not None:
        clock.recorded_due_at = max(clock.recorded_due_at, clock.due_at)
    if clock.agreed_due_at is None and clock.due_at > change.now:
        clock.dated_at = change.now
        clock.breached_at = None
        clockwork.unwarn(clock)
        if clock.last_step != StepKind.HALF.value:
            clock.last_step, clock.last_repeat = "", 0
    clockwork.reschedule(case, clock)
    change.touch(clock)
