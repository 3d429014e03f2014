"""How a clock's moment came about, as it is shown: kept in English, and said again in any other language that is in force."""

from typing import Any

from django.utils.translation import get_language, gettext

from agencies.working_days import CalendarError
from escalation.clocks import Unit, WorkingOut, working_out
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.models import Clock
from escalation.procedures.spoken import SPOKEN
from escalation.selectors.words import words_of

ENGLISH = {None, "en", "en-gb"}


def explained(case: Case, clock: Clock) -> dict[str, Any]:
    """The working-out that is kept with the clock, in plain values.

    In another language than English the days are counted again and told in it, if they come to the moment that is kept; else it stays as it is.
    """
    raw: dict[str, Any] = dict(clock.working_out)
    found = raw if get_language() in ENGLISH else _spoken(case, clock, raw)
    return found if clock.recorded_due_at is None else found | {"sentence": f"{found['sentence']} {in_time(words_of(clock.recorded_due_at))}"}


def in_time(moment: str) -> str:
    """Once an earlier start is confirmed, what is due by it is in time until the moment (its words) that counts from the recording."""
    return gettext("It is in time until {moment}: that counts from when the start was recorded.").format(moment=moment)


def _spoken(case: Case, clock: Clock, raw: dict[str, Any]) -> dict[str, Any]:
    if raw.get("lines"):
        found = _again(case, clock, raw)
        return found.as_json() if found is not None else raw
    return raw | {"sentence": gettext(raw["sentence"])} if raw.get("sentence") else raw


def _again(case: Case, clock: Clock, raw: dict[str, Any]) -> WorkingOut | None:
    definition, kept = clockwork.definition_of(case, clock), WorkingOut.from_json(raw)
    if definition is None or definition.within.unit == Unit.AGREED:
        return None
    try:
        found = working_out(kept.start, definition.within, clockwork.rule_of(case, definition), case.calendar, SPOKEN)
    except CalendarError:
        return None
    return found if (found.due, found.counts_from) == (kept.due, kept.counts_from) else None
