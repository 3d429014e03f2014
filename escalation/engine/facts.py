"""What a line of the record means to the clocks beyond its kind: an entered date is the procedure's own event, and a call is no meeting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from escalation.models import Clock, Event
from escalation.states import EventKind, Measure, MeetingHow


def happening(lines: Sequence[Event], kind: EventKind) -> tuple[str, datetime | None]:
    """What happened as clocks name it, and since when it counts where that is not now. `lines` is the newest line, or nothing before the first."""
    facts = lines[0].facts if kind == EventKind.FACT_ENTERED and lines and lines[0].kind == kind else {}
    if not facts.get("fact"):
        return kind, None
    return f"fact: {facts['fact']}", datetime.fromisoformat(facts["at"])


def is_no_meeting(lines: Sequence[Event], clock: Clock) -> bool:
    """Is this no meeting for a clock that measures one: a call, or a meeting at which a key agency has yet to be heard (ENF-01)?"""
    if clock.measures != Measure.MEETING or not lines:
        return False
    return is_partial(lines[0].facts)


def is_partial(facts: dict[str, Any]) -> bool:
    """By its facts: a call, or a meeting of a stage that is one, after which a key agency still has to be met."""
    return facts.get("how") == MeetingHow.CALL or bool(facts.get("unmet"))
