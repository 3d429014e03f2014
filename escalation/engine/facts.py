"""What a line of the record means to the clocks beyond its kind: an entered date is the procedure's own event, and a call is no meeting."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from escalation.engine.case import Case
from escalation.models import Clock, Event
from escalation.procedures.definition import ClockDefinition
from escalation.states import EventKind, Measure, MeetingHow, RequestState, Side


def happening(lines: Sequence[Event], kind: EventKind) -> tuple[str, datetime | None]:
    """What happened as clocks name it, and since when it counts where that is not now. `lines` is the newest line, or nothing before the first."""
    facts = lines[0].facts if kind == EventKind.FACT_ENTERED and lines and lines[0].kind == kind else {}
    if not facts.get("fact"):
        return kind, None
    return f"fact: {facts['fact']}", datetime.fromisoformat(facts["at"])


def ends(definition: ClockDefinition, what: str) -> bool:
    """Whether such a thing ends the clock. Whoever responds has acknowledged it too, said so before or not."""
    acknowledges = what == EventKind.ANSWERED and definition.owed_by == Side.RECEIVING and EventKind.ACKNOWLEDGED in definition.ends_on
    return what in definition.ends_on or acknowledges


def holds(case: Case, condition: str) -> bool:
    """Does a fact that a clock is conditional on hold?"""
    wanted = not condition.startswith("not ")
    fact = condition.removeprefix("not ")
    if fact == "urgent":
        return case.dispute.is_urgent is wanted
    if fact.startswith("priority = "):
        return bool(case.dispute.priority == fact.removeprefix("priority = "))
    if fact == "agreed":
        return any(request.state == RequestState.SETTLED for request in case.requests) is wanted
    return not wanted


def is_beside(lines: Sequence[Event], clock: Clock) -> bool:
    """Does what happened leave the clock as it is, though such a thing ends it: an attempt that reached nobody, a meeting at which the agency was not
    that owes it, or, for a clock that measures one, no meeting yet (ENF-01)?"""
    if not lines:
        return False
    kind, said = lines[0].kind, lines[0].facts
    if kind == EventKind.CONTACT:
        return not said.get("reached")
    if kind == EventKind.MEETING and clock.request_id is not None and said.get("agencies") and str(clock.agency_id) not in said["agencies"]:
        return True
    return clock.measures == Measure.MEETING and is_partial(said)


def is_partial(facts: dict[str, Any]) -> bool:
    """By its facts: a call, or a meeting of a stage that is one, after which a key agency still has to be met."""
    return facts.get("how") == MeetingHow.CALL or bool(facts.get("unmet"))
