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
from escalation.clocks import StepKind, Unit, WorkingOut
from escalation.engine import clockwork, own_clocks
from escalation.engine.bulk import update_rows
from escalation.engine.case import Case, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Clock, Dispute
from escalation.procedures.definition import ClockDefinition
from escalation.querysets import Among
from escalation.services.lifecycle import raising_ids
from escalation.states import LIVE, ClockState, EventKind, Message

BATCH = 200
# How many days a clock of the product's own was given, by the sentence that says so.
DAYS = {sentence: days for days, sentence in own_clocks.STEPS.items()}
NOT_YOURS = _("The business unit and administrators date running clocks again.")


@dataclass(frozen=True, slots=True)
class Redate:
    """A running clock of which the calendar now puts a moment elsewhere (UTC): when it is `due` or, where that stays, until when it is in time
    counted from its recording (`in_time_until`; None where it began with that). `agreed` is the agreed date that stays in force beside it."""

    dispute_id: UUID
    reference: str
    clock: Clock
    case: Case
    before: datetime
    after: datetime
    due: datetime
    in_time_until: datetime | None
    working_out: dict[str, object]
    agreed: datetime | None


def preview(partnership: Partnership, *, now: datetime) -> Iterator[Redate]:
    """Every running clock of the partnership that would move, soonest key first. Nothing is locked or written; a few queries for each 200."""
    for keys in _batches(partnership):
        for case in _with_working_out(load(keys, now=now, lock=False)):
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
        if keys:
            yield keys
        if len(keys) < BATCH:
            return
        last = keys[-1]


def _redate_batch(keys: list[UUID], actor: Person | None, now: datetime) -> int:
    with transaction.atomic():
        changes, clocks = [], []
        for case in _with_working_out(load(keys, now=now)):
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


def _with_working_out(cases: list[Case]) -> list[Case]:
    """The cases, the working-out of each running clock read, which is left out where a case is loaded. One query for all of them."""
    running = [clock for case in cases for clock in case.running()]
    kept = dict(Clock.objects.filter(Among("pk", [clock.pk for clock in running])).values_list("pk", "working_out"))
    for clock in running:
        clock.working_out = kept[clock.pk]
    return cases


def _moving(case: Case, now: datetime) -> Iterator[Redate]:
    for clock in sorted(case.running(), key=lambda clock: (clock.due_at, clock.key, str(clock.pk))):
        due, out = _dated(case, clock)
        if not _may_move(clock.due_at, due, now):
            due, out = clock.due_at, clock.working_out
        before, after, recorded = clock.due_at, due, clock.recorded_due_at
        until = recorded
        if recorded is not None:
            counted = _in_time_until(case, clock, due)
            until = counted if _may_move(recorded, counted, now) else recorded
            before, after = (before, after) if before != after else (recorded, until)
        if before != after:
            agreed = clock.agreed_due_at if clock.agreed_due_at != due else None
            yield Redate(case.dispute.pk, case.dispute.reference, clock, case, before, after, due, until, out, agreed)


def _may_move(before: datetime, after: datetime, now: datetime) -> bool:
    """Nothing becomes overdue by a change of the calendar."""
    return after > now or after > before


def _dated(case: Case, clock: Clock) -> tuple[datetime, dict[str, object]]:
    """The moment and its working-out as the calendar gives them now, from the clock's own start. What was not counted in days stays as it is: a date
    that people set, the raising side's own moment; and what was to be done by the end of the procedure's own time goes with that."""
    definition = clockwork.definition_of(case, clock)
    if definition is not None and definition.within.unit != Unit.AGREED:
        out = _worked_out(case, clock, definition, clock.started_at)
        return out.due, out.as_json()
    if definition is not None:
        due, sentence = own_clocks.agreeing_due(case, definition.owed_by, clock.started_at)
        return due, {"sentence": sentence}
    days = DAYS.get(clock.working_out.get("sentence", ""))
    if days is None:
        ends = next((other for other in case.running() if other.is_procedural and other.due_at == clock.due_at), None)
        return _dated(case, ends)[0] if ends is not None else clock.due_at, clock.working_out
    return arithmetic.next_step_due(clock.started_at, case.calendar, days), {"sentence": own_clocks.step_sentence(days)}


def _worked_out(case: Case, clock: Clock, definition: ClockDefinition, start: datetime) -> WorkingOut:
    return arithmetic.working_out(start, definition.within, clockwork.rule_of(case, definition), case.calendar)


def _in_time_until(case: Case, clock: Clock, due: datetime) -> datetime:
    """Of a clock that began before its recording: its moment by the recording, from which the clock ran whose place it took; never before it is due.
    One query."""
    definition, same = clockwork.definition_of(case, clock), {name: getattr(clock, name) for name in ("dispute_id", "run_id", "request_id", "key")}
    before = Clock.objects.filter(**same, state=ClockState.SUPERSEDED, recorded_due_at=None, started_at__gt=clock.started_at)
    recorded = before.order_by("started_at").values_list("started_at", flat=True).first()
    if recorded is None or definition is None:
        return due
    return max(due, _worked_out(case, clock, definition, recorded).due)


def _apply(change: Change, moves: list[Redate]) -> None:
    for move in moves:
        _move(change, move)
    facts = [{"measures": m.clock.measures, "from": m.before.isoformat(), "to": m.after.isoformat(), **_whose(m)} for m in moves]
    change.record(EventKind.REDATED, facts={"redated": facts})
    first = min(moves, key=lambda move: move.clock.effective_due)
    people = [*(move.clock.owner_id for move in moves), *raising_ids(change.case), *(request.holder_id for request in change.case.awaiting)]
    change.tell(people, kind=Message.EXTENDED, action=gettext_noop("The calendar changed: look at the new date"), due=first.clock.effective_due)


def _whose(move: Redate) -> dict[str, str]:
    """The agency whose time it is, where several are asked."""
    asked = move.clock.agency_id if move.clock.request_id is not None else None
    return move.case.said_of(asked) if asked is not None else {}


def _move(change: Change, move: Redate) -> None:
    """Put the clock on its new moment: the half-way reminder stays done, what the new moment makes untrue is taken anew, nothing in the past."""
    clock, case = move.clock, change.case
    is_due_elsewhere = clock.due_at != move.due
    clock.due_at, clock.working_out, clock.recorded_due_at = move.due, move.working_out, move.in_time_until
    if is_due_elsewhere and clock.agreed_due_at is None and clock.due_at > change.now:
        clock.dated_at = change.now
        clock.breached_at = None
        clockwork.unwarn(clock)
        if clock.last_step != StepKind.HALF.value:
            clock.last_step, clock.last_repeat = "", 0
    clockwork.reschedule(case, clock)
    change.touch(clock)
