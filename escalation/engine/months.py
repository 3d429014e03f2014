"""Which months that are over a change reaches back to: their figures are counted anew."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from agencies.months import month_before, month_of, months_between
from escalation.engine.change import QUIET, Change
from escalation.models import ChangedMonth, Clock
from escalation.states import EventKind

# Lines that change no count. A correction is none of them: what is corrected may be counted.
UNCOUNTED = QUIET - {EventKind.CORRECTED}


def changed_months(changes: Sequence[Change]) -> Iterable[ChangedMonth]:
    """One row for each partnership and month, from the first that a changed disagreement stands in until the last that is over.

    Whatever counts of a disagreement lies in these: when it was submitted, when its steps were due, when it ended, also before it was reopened.
    Of an earlier log only its end is looked at, which tells when it was brought in.
    """
    earliest: dict[tuple[UUID, datetime], datetime] = {}
    for change in changes:
        if not change.is_past and any(event.kind not in UNCOUNTED for event in change.events):
            which, first = (change.case.dispute.partnership_id, change.now), _first(change)
            earliest[which] = min(first, earliest.get(which, first))
    found = {
        (partnership, month)
        for (partnership, now), first in earliest.items()
        for month in months_between(month_of(first), month_before(month_of(now)))
    }
    return [ChangedMonth(partnership_id=partnership, month=month) for partnership, month in sorted(found, key=str)]


def _first(change: Change) -> datetime:
    """Where it begins: the submission, or what lies before it: a stage that is entered afterwards, or a clock that began then.

    Also where an earlier change brought those in: what was entered before it was sent counts only from the sending on.
    """
    clocks = [row for row in (*change.added, *change.touched.get(Clock, {}).values()) if isinstance(row, Clock)]
    stages = [run.happened_from for run in change.case.runs if run.happened_from]
    submitted = change.case.dispute.submitted_at
    return min([submitted or change.now, *stages, *(clock.due_at for clock in clocks)])
