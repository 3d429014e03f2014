"""Entering a stage that had happened already, by telephone or in a room: in order, with when it happened and when it was recorded.

The present stage begins with the recording. The earlier moments count for nobody's time until the receiving side or the business unit has
confirmed them: only then are the stage's clocks on the record, ended when it was recorded.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.person import Person
from escalation import clocks as arithmetic
from escalation import policy
from escalation.clocks import Unit, WorkingOut
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.engine.stops import HOP
from escalation.models import Clock, Event, StageRun
from escalation.procedures.definition import ClockDefinition
from escalation.services.hop import first_stage
from escalation.services.lifecycle import is_open
from escalation.services.past import PastStage, check_past, onward, start_after
from escalation.services.requirements import check_warned, entry_words
from escalation.services.staging import begin_stage
from escalation.states import ClockState, EventKind, Ground, Measure, Side, Verb

# What a stage's own limit can measure; telling, forms and moving up are no part of a stage that was talked through.
MARKED = frozenset({Measure.RESPONSE, Measure.DISCUSSION, Measure.AGREEMENT, Measure.MEETING, Measure.COMPLETION, Measure.RESOLUTION})


@dataclass(frozen=True, slots=True)
class Mark:
    """One limit of a stage, counted from when it really began."""

    definition: ClockDefinition
    start: datetime
    out: WorkingOut


def marks(case: Case, position: int, start: datetime) -> Iterator[Mark]:
    """The procedure's own limits of the stage, had it begun then; nothing where the sides agree the date."""
    stage = case.procedure.stage(position)
    own = stage.urgent_clocks if case.dispute.is_urgent and stage.urgent_clocks else stage.clocks
    for definition in own:
        if definition.measures not in MARKED or definition.within.unit == Unit.AGREED or not clockwork.holds(case, definition):
            continue
        begin = clockwork.receipt(case, start) if EventKind.RECEIVED in definition.starts_on else start
        yield Mark(definition, begin, arithmetic.working_out(begin, definition.within, clockwork.rule_of(case, definition), case.calendar))


def keep_past(change: Change, position: int, past: PastStage, *, agency: UUID | None = None, run: StageRun | None = None) -> None:
    """Put the stage on the record: a run that is over, and a line that says when, who, what was said and what came of it.

    `run` is the stage's own run where it had been begun here already. Raises InvalidInput.
    """
    case = change.case
    check_past(past, now=change.now, since=last_end(case))
    if run is None:
        run = _ended_run(change, position, past)
    else:
        run.happened_from, run.happened_until = past.happened_from, past.happened_until
        change.touch(run)
    confirmed = _is_confirmed(change)
    facts = {
        "stage": position,
        "run": str(run.pk),
        "from": past.happened_from.isoformat(),
        "until": past.happened_until.isoformat(),
        "on_behalf": change.actor is not None and policy.sits_in_unit(change.actor, case),
        "confirmed": confirmed,
        "marks": [_said(mark, past.happened_until) for mark in marks(case, position, past.happened_from)],
    }
    change.record(EventKind.PAST_STAGE, facts=facts, body=past.texts, agency=agency, happened=past.happened_until)
    if confirmed:
        _keep_clocks(change, run, change.now)


def keep_logged(change: Change, past: Sequence[PastStage]) -> None:
    """The stages that were logged as having happened already; it begins in the one after them. What was recorded before is not recorded again."""
    case = change.case
    recorded = sum(1 for run in case.runs if run.happened_until is not None)
    first = first_stage(case)
    for number, one in enumerate(past):
        if number >= recorded:
            keep_past(change, start_after(case.procedure, first, number), one)
    case.dispute.top_stage = start_after(case.procedure, first, max(len(past), recorded))


def last_end(case: Case) -> datetime | None:
    """When the last stage that is entered so had ended; None where none is."""
    ends = [run.happened_until for run in case.runs if run.happened_until is not None]
    return max(ends) if ends else None


def _ended_run(change: Change, position: int, past: PastStage) -> StageRun:
    case = change.case
    run = StageRun(
        dispute=case.dispute,
        stage=position,
        number=len(case.runs) + 1,
        entered_at=change.now,
        left_at=change.now,
        happened_from=past.happened_from,
        happened_until=past.happened_until,
        ground=Ground.NOT_RESOLVED if any(run.stage for run in case.runs) else "",
    )
    case.runs.append(run)
    change.add(run)
    return run


def _said(mark: Mark, until: datetime) -> dict[str, Any]:
    """A limit as the line keeps it: what it measures, its moment, and whether the stage ended after it."""
    return {"measures": str(mark.definition.measures), "due": mark.out.due.isoformat(), "late": until > mark.out.due}


def _is_confirmed(change: Change) -> bool:
    """Is it the receiving side's own word, or the business unit's?"""
    actor = change.actor
    return actor is not None and (policy.sits_in_unit(actor, change.case) or bool(policy.acts_for_receiving(actor, change.case)))


def _keep_clocks(change: Change, run: StageRun, recorded: datetime) -> None:
    """The stage's clocks as they would have run, ended when it was recorded: in time only where that was before their moment.

    A clock that ran here and was missed stays as it is.
    """
    case = change.case
    missed = set(Clock.objects.filter(run=run, state=ClockState.MISSED).values_list("key", flat=True))
    missed |= {clock.key for clock in case.running() if clock.run_id == run.pk}
    for mark in marks(case, run.stage, run.happened_from or recorded):
        if mark.definition.key in missed:
            continue
        receiving = mark.definition.owed_by == Side.RECEIVING
        for agency in sorted(case.receiving_ids) if receiving else [case.raising_id]:
            change.add(_clock(case, run, mark, agency, recorded))


def _clock(case: Case, run: StageRun, mark: Mark, agency: UUID, recorded: datetime) -> Clock:
    definition = mark.definition
    return Clock(
        dispute=case.dispute,
        run=run,
        stage=run.stage,
        key=definition.key,
        measures=definition.measures,
        owed_by=definition.owed_by,
        agency_id=agency,
        is_urgent=case.dispute.is_urgent,
        started_at=mark.start,
        dated_at=recorded,
        due_at=mark.out.due,
        working_out=mark.out.as_json(),
        state=ClockState.MET if recorded <= mark.out.due else ClockState.LATE,
        ended_at=recorded,
    )


def confirm_past(change: Change, line: Event) -> list[str]:
    """The receiving side or the business unit confirms the line: now its clocks are on the record; gives their keys. Raises InvalidInput."""
    case = change.case
    run = next((run for run in case.runs if str(run.pk) == line.facts.get("run")), None)
    told = Event.objects.filter(dispute=case.dispute, kind=EventKind.HAPPENED_CONFIRMED, facts__line=line.number)
    if run is None or line.facts.get("confirmed") or told.exists():
        raise InvalidInput(_("That is confirmed already."), field="number")
    _keep_clocks(change, run, line.recorded_at)
    return [row.key for row in change.added if isinstance(row, Clock)]


def enterable(case: Case) -> list[int]:
    """The stages that can be entered now as having happened already: the one it is in or begins in, and the one after it."""
    here = first_stage(case) if case.dispute.stage == HOP else case.dispute.stage
    after = None if case.dispute.stage == HOP else case.procedure.following(here)
    found = [here, after.position] if after is not None else [here]
    return [position for position in found if (following := case.procedure.following(position)) is not None and not following.is_partnership]


def _can_enter(case: Case, person: Person | None) -> str | None:
    refusal = is_open(case, person)
    if refusal:
        return refusal
    return None if enterable(case) else _("No stage follows in which the two sides could go on: record what happened as a meeting or call.")


@verb(Verb.ENTER_PAST_STAGE, ready=_can_enter)
def enter_past_stage(
    change: Change,
    *,
    happened_from: datetime,
    happened_until: datetime,
    who: str,
    said: str,
    result: str,
    stage: int | None = None,
    agency: UUID | None = None,
    told_other_side: bool = False,
) -> None:
    """A stage that was talked through outside, and not settled, is entered afterwards; the disagreement goes on in the stage after it.

    `stage` is the one it is in (left out), or the one after it. The business unit enters it on behalf of `agency`, by default the raising one.
    Times already overdue stay missed; the others end without counting.
    """
    case = change.case
    position = stage if stage is not None else enterable(case)[0]
    if position not in enterable(case):
        raise InvalidInput(_("Enter stages in their order: the one it is in, or the one after it."), field="stage")
    place = _on_behalf_of(change, agency)
    past = PastStage(happened_from, happened_until, who, said, result)
    following = onward(case.procedure, position)
    here = case.dispute.stage
    if here == HOP:
        keep_past(change, position, past, agency=place)
        case.dispute.top_stage = following
        return
    check_warned(case, following, told_other_side=told_other_side)
    entry_words(case, following, said, result)
    own = case.run if position == here else None
    _set_aside(change)
    keep_past(change, position, past, agency=place, run=own)
    begin_stage(change, following, ground=Ground.NOT_RESOLVED)


def _on_behalf_of(change: Change, agency: UUID | None) -> UUID | None:
    """For whom it is entered. Raises InvalidInput for an agency that is not of this disagreement, or another's than one's own."""
    case = change.case
    if agency is not None and agency not in case.receiving_ids | {case.raising_id}:
        raise InvalidInput(_("Choose one of the agencies of this disagreement."), field="agency")
    if change.agency is not None and agency not in {None, change.agency}:
        raise InvalidInput(_("You enter it for your own agency."), field="agency")
    return agency or change.agency or case.raising_id


def _set_aside(change: Change) -> None:
    """The stage's running clocks gave the time of a talk that was had already: those not yet overdue count for nothing."""
    case = change.case
    for clock in case.running():
        if clock.run_id is not None and clock.is_procedural and clock.measures in MARKED and change.now <= clock.in_time_until:
            clockwork.supersede(change, clock)
