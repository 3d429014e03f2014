"""The stage tracker: every stage of the pinned procedure, with what became of it."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from agencies.person import Person
from agencies.words import lower_first
from escalation.engine.case import Case
from escalation.engine.stops import HOP
from escalation.models import Clock, StageRun
from escalation.record_policy import is_own_side
from escalation.selectors.clock_lines import measured
from escalation.selectors.words import stage_name, words_of
from escalation.states import ClockState, Ground, Measure, State


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage as the tracker shows it."""

    name: str
    who: str
    done: bool
    now: bool
    detail: str
    passed: bool = False
    """Left out: it neither happened nor will."""


def stages_of(case: Case, clocks: list[Clock], person: Person, now: datetime) -> list[Stage]:
    """The stages in order, judged now; the hop inside the raising agency first, where there was one and the reader is of that agency."""
    found = []
    hops = [run for run in case.runs if run.stage == HOP]
    own_side = is_own_side(person, case)
    if hops and own_side:
        found.append(_hop(case, hops[-1], clocks, now))
    return found + [_seen(_stage(case, stage.position, clocks, now), inside=stage.is_own and not own_side) for stage in case.procedure.stages]


def _seen(stage: Stage, *, inside: bool) -> Stage:
    """Of a stage inside the raising agency others see only that it is over."""
    return replace(stage, detail=_("inside the raising agency"), passed=False) if inside else stage


def _hop(case: Case, run: StageRun, clocks: list[Clock], now: datetime) -> Stage:
    is_now = run.left_at is None and case.dispute.state == State.OPEN
    left = _("left {moment}").format(moment=words_of(run.left_at)) if run.left_at else ""
    return Stage(_(case.hop_at(len(case.hops) - 1).name), "", done=not is_now, now=is_now, detail=_due(clocks, run, now) if is_now else left)


def _stage(case: Case, position: int, clocks: list[Clock], now: datetime) -> Stage:
    runs = [run for run in case.runs if run.stage == position]
    definition = case.procedure.stage(position)
    name, who = stage_name(case.procedure, position), lower_first(definition.name) if definition.number else ""
    if runs and runs[-1].left_at is None:
        if case.dispute.state == State.OPEN:
            return Stage(name, who, done=False, now=True, detail=_due(clocks, runs[-1], now))
        return Stage(name, who, done=True, now=False, detail=_settled(case))
    if runs:
        return Stage(name, who, done=True, now=False, detail=_left(case, runs[-1], clocks))
    if case.procedure.stage(position).passed_over:
        return Stage(name, who, done=False, now=False, detail=_("not on this way"), passed=True)
    if position < case.dispute.stage and case.procedure.stage(position).is_own and (case.dispute.is_third_party or case.dispute.is_restricted):
        # Nobody chose to leave it out: it never begins inside the raising agency (DEV-09, BRO-11).
        return Stage(name, who, done=True, now=False, detail=_("not on this way"), passed=True)
    if position < case.dispute.stage:
        return Stage(name, who, done=True, now=False, detail=_skipped(case, position), passed=True)
    over = case.dispute.state in {State.RESOLVED, State.CLOSED, State.WITHDRAWN}
    return Stage(name, who, done=False, now=False, detail=_("not needed") if over else "")


def _skipped(case: Case, position: int) -> str:
    """Why a stage was passed over: from the ground on which the one beyond it was entered."""
    beyond = next((run for run in case.runs if run.stage > position), None)
    said = {
        Ground.NOT_RESOLVED: _("skipped: not resolved before"),
        Ground.NO_RESPONSE: _("skipped: there was no response"),
        Ground.DELAY: _("skipped: it was delayed"),
        Ground.RISK: _("skipped: the risk would not wait"),
    }
    if beyond is not None and beyond.ground:
        return said[Ground(beyond.ground)]
    # It began beyond it: on which ground says the line of its logging, and most procedures know but one.
    (ground,) = case.procedure.start_above if len(case.procedure.start_above) == 1 else ("",)
    return said[Ground(ground)] if ground else _("skipped: it began higher")


def _settled(case: Case) -> str:
    return _("settled {moment}").format(moment=words_of(case.dispute.resolved_at)) if case.dispute.resolved_at else _("settled")


def _due(clocks: list[Clock], run: StageRun, now: datetime) -> str:
    """What runs in the stage, what is overdue first; each by its name where several do."""
    running = [clock for clock in clocks if clock.run_id == run.pk and clock.state == ClockState.RUNNING and clock.measures != Measure.ACTION]
    running.sort(key=lambda clock: clock.effective_due)
    if len(running) == 1:
        form = _("overdue since {moment}") if now > running[0].effective_due else _("due {moment}")
        return form.format(moment=words_of(running[0].effective_due))
    late, due = _("{what} overdue since {moment}"), _("{what} due {moment}")
    said = (
        (late if now > clock.effective_due else due).format(what=lower_first(str(measured(clock).label)), moment=words_of(clock.effective_due))
        for clock in running
    )
    # What several people each owe by one moment is said once.
    return "; ".join(dict.fromkeys(said))


def _left(case: Case, run: StageRun, clocks: list[Clock]) -> str:
    """Why the stage was left: from the ground on which the next was entered."""
    left_at = words_of(run.left_at) if run.left_at else ""
    if run.happened_until is not None:
        return _("ended {moment}, recorded {recorded}").format(moment=words_of(run.happened_until), recorded=left_at)
    after = next((other for other in case.runs if other.number == run.number + 1), None)
    if after is None:
        settled = case.dispute.state in {State.RESOLVED, State.CLOSED} and case.dispute.resolved_at is not None
        return _settled(case) if settled else _("ended {moment}").format(moment=left_at)
    if after.ground == Ground.NO_RESPONSE:
        # Of several agencies the one against which it moved up, where it was one.
        asked = {request.agency_id for request in case.all_requests if request.run_id == after.pk}
        responses = [clock for clock in clocks if clock.run_id == run.pk and clock.measures == Measure.RESPONSE]
        response = min(responses, key=lambda clock: (clock.agency_id not in asked, clock.state != ClockState.MISSED), default=None)
        return _("no response by {moment}").format(moment=words_of(response.effective_due)) if response else _("no response")
    words = {Ground.NOT_RESOLVED: _("not resolved"), Ground.DELAY: _("delayed"), Ground.RISK: _("the risk would not wait")}
    why = words.get(Ground(after.ground), "") if after.ground else ""
    moved = (_("moved up {moment}") if after.stage > run.stage else _("left {moment}")).format(moment=left_at)
    return ", ".join(filter(None, [why, moved]))
