"""Reads clocks from a procedure file: what is measured, who owes it, how long, from what until what, and what happens when time has passed."""

import re
from dataclasses import dataclass
from functools import partial

from agencies.errors import DomainError
from escalation.clocks import Moment, Within
from escalation.procedures.definition import OWN_KEYS, ClockDefinition, OnTime
from escalation.procedures.reading import Table, listed
from escalation.states import EventKind, Measure, Side

STARTS = (
    EventKind.SUBMITTED,
    EventKind.SENT,
    EventKind.ENTERED,
    EventKind.RECEIVED,
    EventKind.ACKNOWLEDGED,
    EventKind.ANSWERED,
    EventKind.REJECTED,
    EventKind.MEETING,
    EventKind.ACTION_AGREED,
    EventKind.MOVE_ASKED,
    EventKind.MOVED_UP,
    EventKind.REFERRED,
    EventKind.ROUTE_CHOSEN,
    EventKind.CONVENED,
    EventKind.OUTCOME_PROPOSED,
)
ENDS = (
    EventKind.ENTERED,
    EventKind.SENT,
    EventKind.ACKNOWLEDGED,
    EventKind.ANSWERED,
    EventKind.ACCEPTED,
    EventKind.REJECTED,
    EventKind.CONTACT,
    EventKind.MEETING,
    EventKind.ACTION_AGREED,
    EventKind.ACTION_DONE,
    EventKind.MOVED_UP,
    EventKind.UNIT_TOLD,
    EventKind.REFERRED,
    EventKind.ROUTE_CHOSEN,
    EventKind.CONVENED,
    EventKind.DECIDED,
    EventKind.OUTCOME_PROPOSED,
    EventKind.OUTCOME_CONFIRMED,
    EventKind.RESOLVED,
    EventKind.FEEDBACK,
    EventKind.FILED,
)
# What ends a clock whose `until` is not given.
USUAL_END = {
    Measure.TOLD: EventKind.SENT,
    Measure.ENTRY: EventKind.SENT,
    Measure.ACKNOWLEDGEMENT: EventKind.ACKNOWLEDGED,
    Measure.RESPONSE: EventKind.ANSWERED,
    Measure.DISCUSSION: EventKind.MEETING,
    Measure.MEETING: EventKind.MEETING,
    Measure.AGREEMENT: EventKind.OUTCOME_PROPOSED,
    Measure.ACTION_PLAN: EventKind.ACTION_AGREED,
    Measure.LETTER: EventKind.OUTCOME_CONFIRMED,
    Measure.FORM: EventKind.REFERRED,
    Measure.MOVE_UP: EventKind.MOVED_UP,
    Measure.COMPLETION: EventKind.RESOLVED,
    Measure.RESOLUTION: EventKind.RESOLVED,
    Measure.CAP: EventKind.RESOLVED,
    Measure.ACTION: EventKind.ACTION_DONE,
    Measure.FEEDBACK: EventKind.FEEDBACK,
}
CONDITION = re.compile(r"(not )?(urgent|agreed|risk of harm)|priority = ([a-z][a-z0-9_]*)")
# Whether the child is at risk now is asked once, when a matter is logged: it is what makes it urgent.
RISK, URGENT = "risk of harm", "urgent"
FACT = re.compile(r"fact: [a-z][a-z0-9 _-]{0,58}")
PRIORITY = "priority = "
MOVE_UP = "move up after "


@dataclass(frozen=True, slots=True)
class Habits:
    """What the head of the file says for every clock that does not say it itself."""

    moment: Moment
    on_time: OnTime
    priorities: tuple[str, ...]


def read_within(table: Table, key: str, *, needed: str = "") -> Within | None:
    """A length of time such as "2 working days"; the refusal of a bare "5 days" asks which days are meant."""
    before = len(table.problems)
    words = table.text(key, needed=needed, longest=60)
    if not words or len(table.problems) > before:
        return None
    return parse_within(table, key, words)


def parse_within(table: Table, key: str, words: str) -> Within | None:
    """The same for words that were already read."""
    try:
        return Within.parse(words)
    except (DomainError, ValueError) as error:
        table.problem(key, str(error))
        return None


def read_moment(table: Table, default: Moment) -> Moment:
    """When on its last day a clock is due: `same_time` or `end_of_day`."""
    return table.choice("moment", Moment) or default


def read_on_time(table: Table, default: OnTime) -> OnTime:
    """What happens when time has passed: "remind", "offer", "move up after 1 working day", or a table that says more."""
    value = table.raw("on_time")
    if value is None:
        return default
    if not isinstance(value, dict):
        return _does(table, "on_time", table.text("on_time", longest=60), OnTime())
    below = Table(value, table.file, listed(part for part in (table.where, "on_time") if part), table.problems)
    chosen = _does(below, "does", below.text("does", needed="remind, offer, or move up after a time", longest=60), OnTime())
    remind, alert = below.flag("remind", default=True), below.flag("alert_unit", default=default.alert_unit)
    below.finish()
    return OnTime(remind=remind, offer=chosen.offer, move_up_after=chosen.move_up_after, alert_unit=alert)


def _does(table: Table, key: str, words: str, default: OnTime) -> OnTime:
    if words in ("remind", ""):
        return default
    if words == "offer":
        return OnTime(offer=True)
    if words.startswith(MOVE_UP):
        return OnTime(move_up_after=parse_within(table, key, words.removeprefix(MOVE_UP)))
    table.problem(key, f"“{words}” is not known here. It is one of: remind, offer, move up after 1 working day (or another time).")
    return default


def _event(table: Table, key: str, words: str, allowed: tuple[EventKind, ...]) -> str:
    if words.startswith("end of ") or FACT.fullmatch(words):
        return words
    if words in {kind.value for kind in allowed}:
        return words
    verb = "start" if key == "from" else "end"
    table.problem(key, f"“{words}” does not {verb} a clock. What may: {listed(allowed)}, “end of” another clock, or “fact: …” for a dated event.")
    return ""


def _events(table: Table, key: str, allowed: tuple[EventKind, ...]) -> tuple[str, ...]:
    found = (_event(table, key, words, allowed) for words in table.texts(key, longest=80))
    return tuple(words for words in found if words)


def _conditions(table: Table, priorities: tuple[str, ...]) -> tuple[str, ...]:
    conditions = table.texts("if", longest=80)
    for words in conditions:
        match = CONDITION.fullmatch(words)
        if not match:
            table.problem("if", f"“{words}” is not a condition. Known are: urgent, agreed, risk of harm (each also with “not”), priority = a level.")
        elif match[3] and match[3] not in priorities:
            known = listed(priorities) or "none"
            table.problem("if", f"“{match[3]}” is not one of the procedure's priorities ({known}). Name it under priorities.")
    found = tuple(words.replace(RISK, URGENT) for words in conditions)
    if any(f"not {words}" in found for words in found) or sum(words.startswith(PRIORITY) for words in found) > 1:
        table.problem("if", "These conditions can never hold together, so the clock would never run: leave one of them out.")
    return found


def _over(table: Table) -> tuple[int, int] | None:
    value = table.raw("over")
    if value is None:
        return None
    fits = isinstance(value, list) and len(value) == 2 and all(isinstance(n, int) and not isinstance(n, bool) and 0 <= n < 100 for n in value)
    if not fits or not isinstance(value, list):
        table.problem("over", "The first and the last stage are expected here, counted from 1, like [1, 3].")
        return None
    return value[0], value[1]


def _from(table: Table) -> tuple[str, ...]:
    before = len(table.problems)
    starts = _events(table, "from", STARTS)
    if not starts and len(table.problems) == before:
        table.problem("from", "This is missing. Give what starts the clock, such as sent, received or entered.")
    return starts


def _until(table: Table, measures: Measure | None) -> tuple[str, ...]:
    given = _events(table, "until", ENDS)
    if given or table.has("until"):
        return given
    return (USUAL_END[measures],) if measures in USUAL_END else ()


def read_clock(table: Table, habits: Habits) -> ClockDefinition | None:
    """One clock, or None where a part that every clock needs is missing or wrong (the mistakes are noted)."""
    key = table.key("key", "a short name for this clock")
    measures = table.choice("measures", Measure, needed="what the clock measures")
    owed_by = table.choice("owed_by", Side, needed="who owes it")
    within = read_within(table, "within", needed="how long it may take")
    starts, ends = _from(table), _until(table, measures)
    if key in OWN_KEYS:
        table.problem("key", f"“{key}” is the product's own clock, which runs where a procedure has none: give this one another key.")
    if measures is Measure.NEXT_STEP:
        table.problem("measures", "The next-step clock is the product's own and runs where a procedure has none; a procedure does not set it.")
    for both in sorted(set(starts) & set(ends)):
        table.problem("until", f"“{both}” starts this clock and would end it in the same moment.")
    with_rest = partial(
        ClockDefinition,
        conditions=_conditions(table, habits.priorities),
        over=_over(table),
        moment=read_moment(table, habits.moment),
        sets=table.text("sets", longest=60) or None,
        or_less=table.flag("or_less", default=False),
        on_time=read_on_time(table, habits.on_time),
        source=table.text("source"),
    )
    table.finish()
    if not key or measures is None or owed_by is None or within is None:
        return None
    return with_rest(key=key, measures=measures, owed_by=owed_by, within=within, starts_on=starts, ends_on=ends)
