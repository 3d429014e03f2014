"""Which months that are over a change reaches back to: their figures are counted anew."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from agencies.working_days import LONDON
from escalation.engine.change import QUIET, Change
from escalation.models import ChangedMonth, Clock
from escalation.states import EventKind

# Lines that change no count. A correction is none of them: what is corrected may be counted.
UNCOUNTED = QUIET - {EventKind.CORRECTED}


def month_of(moment: datetime) -> date:
    """The first day of the month in which an aware instant lies, in London."""
    return moment.astimezone(LONDON).date().replace(day=1)


def month_after(month: date) -> date:
    """The month after the one that begins on this day."""
    return (month + timedelta(days=32)).replace(day=1)


def months_between(first: date, last: date) -> Iterator[date]:
    """The first days of the months from the one to the other, both among them."""
    while first <= last:
        yield first
        first = month_after(first)


def month_before(month: date) -> date:
    """The month before the one that begins on this day."""
    return (month - timedelta(days=1)).replace(day=1)


def changed_months(changes: Sequence[Change]) -> Iterable[ChangedMonth]:
    """One row for each partnership and month, from the first that a changed disagreement stands in until the last that is over.

    Whatever counts of a disagreement lies in these: when it was submitted, when its steps were due, when it ended, also before it was reopened.
    Of an earlier log only its end is looked at, which tells when it was brought in.
    """
    found = {
        (change.case.dispute.partnership_id, month)
        for change in changes
        if not change.is_past and any(event.kind not in UNCOUNTED for event in change.events)
        for month in months_between(_first(change), month_before(month_of(change.now)))
    }
    return [ChangedMonth(partnership_id=partnership, month=month) for partnership, month in sorted(found, key=str)]


def _first(change: Change) -> date:
    """Where it begins: the submission, or what lies before it: a stage that is entered afterwards, or a clock that began then.

    Also where an earlier change brought those in: what was entered before it was sent counts only from the sending on.
    """
    clocks = [row for row in (*change.added, *change.touched.get(Clock, {}).values()) if isinstance(row, Clock)]
    stages = [run.happened_from for run in change.case.runs if run.happened_from]
    submitted = change.case.dispute.submitted_at
    return month_of(min([submitted or change.now, *stages, *(clock.due_at for clock in clocks)]))
