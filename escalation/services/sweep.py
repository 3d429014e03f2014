"""The sweep: watches every clock, reminds, records the breach, offers to move up, or moves up. It may run often, late or twice at once."""

import gc
import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop as _

from agencies import wall_clock
from agencies.engines import writes_in_turns
from agencies.models import Partnership
from agencies.said import said
from escalation import clocks as arithmetic
from escalation.clocks import Step, StepKind, Unit
from escalation.engine import clockwork, next_steps, own_clocks, own_move
from escalation.engine.asks import nobody_for
from escalation.engine.case import Case, assemble
from escalation.engine.change import Change, Rank
from escalation.engine.commit import commit
from escalation.engine.turns import asked_by, rests_on, waits_for_others
from escalation.models import Clock, Dispute, Heartbeat, Request
from escalation.procedures.telling import CAP_PASSED
from escalation.services.failing import note_failure, settle
from escalation.services.filling import fill
from escalation.services.lifecycle import raising_ids
from escalation.services.offices import unit_ids
from escalation.services.reminding import ask_for_a_date, rank_of, request_of, who_owe, words_for
from escalation.services.staging import begin_stage, inform_unit
from escalation.services.sweep_parts import PUT_OFF, Part, claim, parts, parts_of, told
from escalation.states import LIVE, EventKind, Ground, Job, Measure, Message, State

log = logging.getLogger(__name__)
BATCH_SQLITE, BATCH = 200, 500
# Where all write in turns: so long it writes, batch after batch, and so long it pauses. Who waits looks ten times a second at the least, and gets in.
TURN_SECONDS, PAUSE_SECONDS = 2.0, 0.1
LIVE_STATES = sorted(LIVE)
UNWARNED = _("It will move up by itself, and no message reaches whoever may hold it: ring them")
REMINDERS = {
    StepKind.HALF: (EventKind.HALF_WAY, Message.HALF_WAY),
    StepKind.DUE: (EventKind.DUE, Message.DUE),
    StepKind.BREACH: (EventKind.OVERDUE, Message.OVERDUE),
    StepKind.LATE: (EventKind.REMINDED, Message.OVERDUE),
}


@dataclass(slots=True)
class SweepReport:
    """What one sweep did."""

    looked_at: int = 0
    moved: int = 0
    failed: int = 0
    writes_since: float = field(default_factory=time.monotonic)

    def words(self) -> str:
        """One line for the command and the heartbeat."""
        return f"{self.looked_at} looked at, {self.moved} moved up, {self.failed} put off"


def sweep(now: datetime | None = None, batch: int | None = None) -> SweepReport:
    """Look at every disagreement whose moment has come, in batches of one transaction each; returns what was done.

    Two sweeps at once are harmless: on PostgreSQL each skips the rows that the other holds, on SQLite they take turns. A case whose decision
    fails is put off and shown to the operator; a batch that cannot be written is tried again case by case.
    """
    size = batch or _size()
    report = SweepReport()
    for part in parts(wall_clock.to_the_second(now or timezone.now()).astimezone(UTC)):
        _whole(part, size, report)
    _beat(report)
    return report


def sweep_place(partnership: Partnership, now: datetime) -> SweepReport:
    """As `sweep`, of one partnership alone, at a moment (aware) of its own clock; it leaves no mark, by which a job that stands still is seen."""
    size = _size()
    report = SweepReport()
    for part in parts_of(partnership, now):
        _whole(part, size, report)
    return report


def due_in(partnership: Partnership, now: datetime) -> int:
    """How many of the partnership's disagreements have something due at this moment of its own clock."""
    return sum(part.rows().count() for part in parts_of(partnership, now) if not part.is_unfilled)


def _size() -> int:
    """How many at once: fewer where others wait meanwhile."""
    return BATCH_SQLITE if writes_in_turns() else BATCH


def _whole(part: Part, size: int, report: SweepReport) -> None:
    """Batch after batch until nothing is due."""
    looked = size
    while looked >= size:
        try:
            keys = _batch(part, size, report)
        except Exception:
            log.exception("A batch of the sweep could not be written; its cases are tried one by one.")
            keys = _one_by_one(part, size, report)
        part, looked = part.past(keys), len(keys)
        report.looked_at += looked
        if looked >= size:
            _let_others_write(report)


def _let_others_write(report: SweepReport) -> None:
    """On an engine with one writer at a time, a pause now and then before the next batch: whoever waits for the lock looks for it, and gets in."""
    if writes_in_turns() and time.monotonic() - report.writes_since >= TURN_SECONDS:
        time.sleep(PAUSE_SECONDS)
        report.writes_since = time.monotonic()


def _beat(report: SweepReport) -> None:
    """The sweep's mark, in one statement: an idle sweep runs each minute and does little else."""
    mark = Heartbeat(name=Job.SWEEP, finished_at=timezone.now(), words=report.words())
    Heartbeat.objects.bulk_create([mark], update_conflicts=True, unique_fields=["name"], update_fields=["finished_at", "words"])


@contextmanager
def _uncollected() -> Iterator[None]:
    """Without the collector of cycles: looking through all that a batch makes, again and again, cost a fifth of the sweep. As a decorator, so that it
    is gone before the collector is back."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_uncollected()
def _batch(part: Part, size: int, report: SweepReport) -> list[UUID]:
    with transaction.atomic():
        cases = assemble(claim(part, size), now=part.now)
        decided = [change for case in cases if (change := _decided(case, part.now, report)) is not None]
        changes = [change for change in decided if part.wants(change)]
        commit(changes, watched=True)
        _settle(decided)
        report.moved += sum(1 for change in changes if any(event.kind == EventKind.MOVED_UP for event in change.events))
    return [case.dispute.pk for case in cases]


def _decided(case: Case, now: datetime, report: SweepReport) -> Change | None:
    """What the case's clocks ask for, or None where deciding failed: then it is put off."""
    change = Change(case, now=now)
    try:
        tick(change)
    except Exception as error:  # one bad case must not stop the others
        log.exception("A disagreement could not be decided by the sweep.")
        _put_off(case.dispute.pk, now, type(error).__name__)
        report.failed += 1
        return None
    return change


def _put_off(dispute: UUID, now: datetime, why: str) -> None:
    Dispute.objects.filter(pk=dispute, state__in=LIVE_STATES).update(wake_at=now + PUT_OFF)
    Clock.objects.actions_to_check(now).filter(dispute=dispute, dispute__state=State.CLOSED).update(next_check_at=now + PUT_OFF)
    note_failure(dispute, Job.SWEEP, f"The decision failed ({why}). Tried again in an hour.", now)


def _settle(decided: Sequence[Change]) -> None:
    """What failed before and was decided now is on the operator's list no longer. Without such nothing is asked."""
    disputes = [change.case.dispute for change in decided]
    settle(Job.SWEEP, [dispute.pk for dispute in disputes if getattr(dispute, "failed_before", False)], timezone.now())


def _one_by_one(part: Part, size: int, report: SweepReport) -> list[UUID]:
    """After a batch that could not be written: each of its cases in a transaction of its own."""
    keys = list(part.rows().values_list("pk", flat=True)[:size])
    for key in keys:
        try:
            _alone(key, part, report)
        except Exception as error:  # shown to the operator
            log.exception("A disagreement could not be written by the sweep.")
            _put_off(key, part.now, type(error).__name__)
            report.failed += 1
    return keys


def _alone(key: UUID, part: Part, report: SweepReport) -> None:
    with transaction.atomic():
        query = told(part.rows().filter(pk=key))
        if not writes_in_turns():
            query = query.select_for_update(of=("self",))
        for case in assemble(list(query), now=part.now):
            change = _decided(case, part.now, report)
            if change is None:
                continue
            _settle([change])
            if part.wants(change):
                commit([change], watched=True)
                report.moved += any(event.kind == EventKind.MOVED_UP for event in change.events)


def tick(change: Change) -> None:
    """Do every step whose moment has come, on each clock of the case: each step once, recorded; each person gets the newest message.

    At most one move a sweep: a late move takes effect now, and the new stage's clocks start now.
    """
    fill(change)
    next_steps.drop_passed(change)
    case = change.case
    if any(own_clocks.follows_state(clock) and clock.next_check_at and clock.next_check_at <= change.now for clock in case.running()):
        # It passes to whoever's turn it is before anybody is reminded of it: they hear of it once, and who has left does not.
        next_steps.ensure_next_step(change)
    for clock in sorted(case.running(), key=lambda c: (c.due_at, c.key)):
        if clock.next_check_at is None or clock.next_check_at > change.now:
            continue
        for step in arithmetic.steps_between(clockwork.plan_of(case, clock), clockwork.done_step(clock), change.now, case.calendar):
            if step.kind == StepKind.MOVE and _moves(change, clock, step):
                return
            if not _did(change, clock, step):
                break
        else:
            clockwork.reschedule(case, clock)
            if own_move.is_put_off(case, clock, change.now) and _moves_after_all(change, clock):
                return
        change.touch(clock)


def _did(change: Change, clock: Clock, step: Step) -> bool:
    """Do one step. False where it must wait: a move of which the raising side was not warned in time."""
    if step.kind == StepKind.MOVE:
        if own_move.refusal(change.case, clock) is None:
            # While its warning stays away the reminders go on: the move is put off, and looked at again with them.
            is_kept_back = clock.warned_at is not None and clock.warning_left_at is None
            clock.next_check_at = _earliest_move(change, clock)
            if not is_kept_back:
                return False
        # Whoever was warned of it and then heard from the other side decides themself; where it was so at the breach, they were asked then.
        elif clock.warned_at is not None and _is_offered(change.case, clock):
            _offer(change, clock, f"{clock.pk}:{step.kind}")
    elif step.kind == StepKind.WARN_MOVE:
        if own_move.refusal(change.case, clock) is None and clock.warned_at is None:
            _warn(change, clock)
    else:
        _remind(change, clock, step)
    clock.last_step, clock.last_repeat = step.kind.value, step.repeat
    return True


def _remind(change: Change, clock: Clock, step: Step) -> None:
    """Record the step and put its message in the outbox."""
    case = change.case
    kind, message = REMINDERS[step.kind]
    request = request_of(case, clock)
    due = clock.agreed_due_at or clock.due_at
    if step.kind == StepKind.BREACH:
        clock.breached_at = step.at
    facts = {"clock": clock.key, "due": due.isoformat(), "at": step.at.isoformat(), "repeat": step.repeat}
    # An action that was agreed inside the raising agency stays inside it, at whatever stage it falls due.
    change.record(kind, facts=facts | ({"stage": clock.stage} if clock.measures == Measure.ACTION else {}), request=request)
    # A clock that was given another moment reminds anew: its messages must not be taken for those of the moment before.
    anew = f":{clock.dated_at:%Y%m%d%H%M%S}" if clock.dated_at else ""
    key = f"{clock.pk}:{step.kind}:{step.repeat}{anew}"
    # What only waits for others to confirm a wording is recorded, and chased by the clocks on their confirmation alone.
    rests = rests_on(case, clock)
    for person in dict.fromkeys(() if rests else who_owe(case, clock)):
        change.tell(
            [person],
            kind=message,
            action=words_for(case, clock, person),
            due=due,
            request=request,
            key=key,
            reminder=True,
            rank=rank_of(clock, person),
            mailbox=next_steps.mailbox_of(case, clock.agency_id, clock.owner_id) if person == clock.owner_id else "",
        )
    if step.kind == StepKind.BREACH:
        _tell_of_breach(change, clock, request, due, key)
    elif clock.owner_id is None:
        # Nobody has it by name: whoever can have somebody named hears of it as often as its owner would.
        change.tell(unit_ids(case), kind=Message.NO_CONTACT, action=nobody_for(case, clock), due=due, key=key, reminder=True, rank=Rank.OTHERS)


def _tell_of_breach(change: Change, clock: Clock, request: Request | None, due: datetime, key: str) -> None:
    """Overdue: the raising side's manager and the raiser know; the unit where the procedure says so; the move is offered or announced."""
    case = change.case
    on_time = clockwork.on_time_of(case, clock)
    rests = rests_on(case, clock)
    people = [] if rests else [person for person in raising_ids(case) if person != clock.owner_id]
    for person in people:
        words = words_for(case, clock, person)
        change.tell([person], kind=Message.OVERDUE, action=words, due=due, request=request, key=key, reminder=True, rank=Rank.OTHERS)
    if clock.measures == Measure.CAP and CAP_PASSED in case.procedure.informs_unit:
        inform_unit(change, said(_("Overdue: {what}"), what=asked_by(case, clock)), due)
    elif on_time.alert_unit or clock.owner_id is None:
        change.tell(unit_ids(case), kind=Message.UNIT, action=said(_("Overdue: {what}"), what=asked_by(case, clock)), due=due, key=key)
    definition = clockwork.definition_of(case, clock)
    if definition is not None and definition.within.unit == Unit.AGREED and clock.agreed_due_at is None and not rests:
        ask_for_a_date(change, clock, request, key)
    elif _is_offered(case, clock):
        _offer(change, clock, key)


def _is_offered(case: Case, clock: Clock) -> bool:
    """The raising side is asked to move it up: where the stage says so, or it would move by itself but for what somebody did. Not while it only waits
    for others to confirm a wording."""
    if waits_for_others(case):
        return False
    on_time = clockwork.on_time_of(case, clock)
    asked = on_time.offer or (on_time.move_up_after is not None and own_move.refusal(case, clock) in own_move.ENGAGED)
    return asked and case.dispute.state == State.OPEN and case.procedure.following(case.dispute.stage) is not None


def _offer(change: Change, clock: Clock, key: str) -> None:
    """The raising side's holder may move it up; before the partnership, refer it, or where they may not, those who may."""
    case = change.case
    change.record(EventKind.MOVE_OFFERED, facts={"clock": clock.key}, request=request_of(case, clock))
    holder, upward = case.run.holder_id if case.run else None, case.procedure.is_referred_from(case.dispute.stage)
    able = [holder] if not upward or holder in case.referrers else sorted(case.referrers)
    action = _("You can refer it to the partnership") if upward else _("You can move it up")
    change.tell(able, kind=Message.OFFER, action=action, due=clock.effective_due, key=f"{key}:offer")


def _warn(change: Change, clock: Clock) -> None:
    """The raising manager is warned, with time to stop it. Where the warning before has not left, whoever raised it and the business unit too: they
    can reach the manager otherwise."""
    case, is_again = change.case, clock.warned_at is not None
    clock.warned_at = change.now
    change.record(EventKind.MOVE_WARNED, facts={"clock": clock.key}, request=request_of(case, clock))
    holder, due = case.run.holder_id if case.run else None, own_move.coming(case, clock, change.now)
    key = f"{clock.pk}:warn:{change.now:%Y%m%d%H%M%S}"
    change.tell([holder], kind=Message.WARNING, action=_("It will move up by itself unless you hold it"), due=due, key=key)
    if is_again:
        others = [person for person in (*raising_ids(case), *unit_ids(case)) if person != holder]
        change.tell(others, kind=Message.WARNING, action=UNWARNED, due=due, key=key)


def _earliest_move(change: Change, clock: Clock) -> datetime:
    """When the warning, given now where there was none, will have given time to stop it; where it has not left, when that is looked at again."""
    case = change.case
    again = own_move.warned_again(case, clock)
    if clock.warned_at is None or (again is not None and again <= change.now):
        _warn(change, clock)
    return own_move.not_before(case, clock) or own_move.warned_again(case, clock) or change.now + PUT_OFF


def _moves(change: Change, clock: Clock, step: Step) -> bool:
    """Move it up on the ground *no response* where every condition holds and the warning gave time to stop it."""
    case = change.case
    reason = own_move.refusal(case, clock)
    if reason == own_move.UNHEARD:
        change.tell(
            [*raising_ids(case), *unit_ids(case)],
            kind=Message.UNDELIVERED,
            action=_("The other side may not have received it: ring them"),
            key=f"{clock.pk}:undelivered",
        )
    if reason is not None or clock.warned_at is None or _earliest_move(change, clock) > change.now:
        return False
    clock.last_step, clock.last_repeat = step.kind.value, step.repeat
    return _move(change)


def _moves_after_all(change: Change, clock: Clock) -> bool:
    """A move that was refused when its moment came: made now where the warning gave time to stop it, else warned of and looked at again then."""
    moment = _earliest_move(change, clock)
    if moment <= change.now:
        return _move(change)
    clock.next_check_at = min(moment, clock.next_check_at or moment)
    return False


def _move(change: Change) -> bool:
    case = change.case
    following = case.procedure.following(case.dispute.stage)
    if following is None:
        return False
    facts = {"from": case.dispute.stage, "to": following.position, "ground": Ground.NO_RESPONSE.value, "system": True}
    change.record(EventKind.MOVED_UP, facts=facts)
    begin_stage(change, following.position, ground=Ground.NO_RESPONSE)
    return True
