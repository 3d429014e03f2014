"""Which grounds hold for moving a disagreement up, or referring it, at this moment."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.working_days import LONDON
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.models import Clock, StageRun
from escalation.states import ClockState, Ground, Measure, RequestState, Side

# What is late beside the stage: an agreed action is followed by itself, and the raising side's own duties delay nobody else.
BESIDE = frozenset({Measure.ACTION, Measure.TOLD, Measure.FORM, Measure.FEEDBACK})


def check_ground(change: Change, ground: Ground) -> None:
    """Raises InvalidInput, beside `ground`, where the ground does not hold: *no response* needs one that is overdue, *not resolved* an answer or a
    talk, *delay* a moment of the stage that has passed. *Risk* always holds: a child who cannot wait waits for nothing."""
    check = _CHECKS.get(ground)
    if check is not None and (refused := check(change)):
        raise InvalidInput(refused, field="ground")


def _no_response(change: Change) -> str | None:
    """Where the procedure gives the response no clock of its own, the stage's own clock counts; where it has the raising side move it up by the
    end of a day (ENF-01), no response by that day is one, so that the move can come in time."""
    case = change.case
    waiting = {request.pk for request in case.awaiting}
    late = [clock for clock in case.running() if clock.effective_due < change.now]
    overdue = any(clock.request_id in waiting or (clock.owed_by == Side.EACH and clock.request_id is None) for clock in late)
    if not waiting or not (overdue or _is_last_day(case, change.now)):
        return _("Nobody’s response is overdue: choose another reason. If risk will not wait, choose risk to the child.")
    if any(request.state == RequestState.ANSWERED for request in case.requests):
        return _("Another agency has answered. Say first whether its response settles it, so that it is not lost.")
    return None


def _not_resolved(change: Change) -> str | None:
    if change.case.awaiting and not any(request.engaged_at for request in change.case.requests):
        return _("The other agency has neither answered nor met you yet. If it is late, choose no response; if the risk will not wait, choose risk.")
    return None


def _delay(change: Change) -> str | None:
    """A date of the stage, the procedure's or an agreed one, is over, or was before another took its place."""
    case = change.case
    late = any(clock.measures not in BESIDE and clock.effective_due < change.now for clock in case.running())
    if late or _is_last_day(case, change.now) or (case.run is not None and _was_late(case.run)):
        return None
    return _(
        "No date of this stage has passed yet. If you have talked or had an answer, choose not resolved; if the child cannot wait, choose risk "
        "to the child."
    )


def _was_late(run: StageRun) -> bool:
    """Also where another date was agreed since in the place of one that had passed. One query."""
    over = Q(state__in=(ClockState.MISSED, ClockState.LATE)) | Q(breached_at__isnull=False)
    return Clock.objects.filter(over, run=run).exclude(measures__in=BESIDE).exists()


_CHECKS: dict[Ground, Callable[[Change], str | None]] = {
    Ground.NO_RESPONSE: _no_response,
    Ground.NOT_RESOLVED: _not_resolved,
    Ground.DELAY: _delay,
}


def _is_last_day(case: Case, now: datetime) -> bool:
    """The last day on which the procedure has the raising side move it up has come, or is over."""
    today = now.astimezone(LONDON).date()
    return any(clock.measures == Measure.MOVE_UP and today >= clock.effective_due.astimezone(LONDON).date() for clock in case.running())
