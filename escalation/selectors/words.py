"""Stages, clocks and distances in the words of the pages. Pure: moments go in aware, words come out in London's time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from agencies.words import moment
from agencies.working_days import LONDON, Calendar
from escalation.engine.own_clocks import ASKED, NEXT_STEP, REPLY
from escalation.models import Clock
from escalation.procedures.definition import ProcedureDefinition
from escalation.states import ClockState, Measure, Side

HOUR = timedelta(hours=1)
DAY_AND_MORE = timedelta(hours=48)
# What a clock asks of whoever owes it; {stage} is the stage's name.
ASKS = {
    Measure.TOLD: "Tell your manager",
    Measure.ENTRY: "Begin {stage}",
    Measure.ACKNOWLEDGEMENT: "Acknowledge: {stage}",
    Measure.RESPONSE: "Respond: {stage}",
    Measure.DISCUSSION: "Talk to the other agency: {stage}",
    Measure.AGREEMENT: "Agree a way forward: {stage}",
    Measure.ACTION_PLAN: "Agree an action plan: {stage}",
    Measure.MEETING: "Meet: {stage}",
    Measure.LETTER: "Send the outcome in writing: {stage}",
    Measure.FORM: "Complete the form: {stage}",
    Measure.MOVE_UP: "Move up, if it is not settled: {stage}",
    Measure.COMPLETION: "Finish {stage}",
    Measure.RESOLUTION: "Resolve it: {stage}",
    Measure.CAP: "Settle it within the overall limit",
    Measure.ACTION: "Do the agreed action",
    Measure.FEEDBACK: "Give feedback",
    Measure.NEXT_STEP: "Take the next step",
}
ENDED = {
    ClockState.MET: "In time",
    ClockState.LATE: "Done late",
    ClockState.MISSED: "Not met",
    ClockState.NOT_NEEDED: "Not needed",
    ClockState.SUPERSEDED: "Replaced",
}
TONES = {ClockState.MET: "done", ClockState.LATE: "overdue", ClockState.MISSED: "overdue"}


@dataclass(frozen=True, slots=True)
class Due:
    """A due moment as the pages show it: the word, its tone (overdue, soon, later, done), the instant and the plain distance."""

    word: str
    tone: str
    moment: datetime | None
    distance: str = ""


def stage_name(procedure: ProcedureDefinition, position: int) -> str:
    """ "Stage 2", in the procedure's own word; the hop inside the own agency (0) by whoever takes it there."""
    if not 1 <= position <= procedure.last:
        return _hop_name(procedure)
    return f"{procedure.stage_word[:1].upper()}{procedure.stage_word[1:]} {procedure.stage(position).number or position}"


def _hop_name(procedure: ProcedureDefinition) -> str:
    named = procedure.way.hop if procedure.way is not None else None
    return (named.words if named is not None else "") or "Own manager"


def stage_title(procedure: ProcedureDefinition, position: int) -> str:
    """ "Stage 2, service managers": the stage's name with who meets there."""
    if not 1 <= position <= procedure.last:
        return f"{_hop_name(procedure)}, before it is sent"
    return f"{stage_name(procedure, position)}, {lower_first(procedure.stage(position).name)}"


def lower_first(text: str) -> str:
    """The words as they stand inside a sentence; an abbreviation keeps its capitals, and so does I."""
    return text[:1].lower() + text[1:] if (text[1:2].islower() or text[1:2] == " ") and not text.startswith("I ") else text


def ask_of(clock: Clock, procedure: ProcedureDefinition) -> str:
    """What the clock asks: "Respond: Stage 1"."""
    if clock.measures == Measure.ACKNOWLEDGEMENT and clock.owed_by == Side.CHAIR:
        return "Acknowledge and set a timetable"
    if clock.key in ASKED:
        return ASKED[clock.key]
    if clock.key == REPLY:
        return ASKS[Measure.RESPONSE].format(stage=stage_name(procedure, clock.stage))
    return ASKS[Measure(clock.measures)].format(stage=stage_name(procedure, clock.stage))


def follows_turn(clock: Clock) -> bool:
    """The product's own next step: what it asks is whose turn it is, and what that turn is."""
    return clock.key == NEXT_STEP


def due_of(clock: Clock, now: datetime, calendar: Calendar) -> Due:
    """A running clock's due moment, judged now; an ended clock's word says how it ended."""
    if clock.state != ClockState.RUNNING:
        state = ClockState(clock.state)
        return Due(ENDED[state], TONES.get(state, "later"), clock.ended_at)
    return due_at(clock.effective_due, now, calendar, elapsed=clock.is_urgent)


def due_at(due: datetime, now: datetime, calendar: Calendar, *, elapsed: bool = False) -> Due:
    """A due moment judged now. `elapsed`: every hour counts, as where it is urgent."""
    if now > due:
        word, tone = "Overdue", "overdue"
    elif due.astimezone(LONDON).date() == now.astimezone(LONDON).date():
        word, tone = "Due today", "soon"
    else:
        word, tone = "Due", "later"
    return Due(word, tone, due, distance(due, now, calendar, elapsed=elapsed))


def distance(due: datetime, now: datetime, calendar: Calendar, *, elapsed: bool = False) -> str:
    """How far off the due moment is, in working time: "in 3 working hours", "in 2 working days", "1 working day late"."""
    early, late = (now, due) if due >= now else (due, now)
    form = "in {}" if due >= now else "{} late"
    if elapsed and late - early < DAY_AND_MORE:
        return form.format(_length(late - early, "hour"))
    days = calendar.working_days_between(early.astimezone(LONDON).date(), late.astimezone(LONDON).date())
    office = calendar.office_time_between(early, late)
    if days >= 2 or office >= _office_day(calendar):
        return form.format(_counted(max(days, 1), "working day"))
    if office >= timedelta(minutes=1):
        return form.format(_length(office, "working hour"))
    if due >= now:
        return "by the end of today" if days == 0 else "by the next working day"
    return "just passed"


def _office_day(calendar: Calendar) -> timedelta:
    opens, closes = calendar.opens, calendar.closes
    return timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)


def _length(length: timedelta, unit: str) -> str:
    """Whole hours, rounded to the nearest; below one hour in minutes."""
    if length < HOUR:
        return _counted(max(int(length.total_seconds() // 60), 1), "minute")
    return _counted(int((length + HOUR / 2) // HOUR), unit)


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def names(words: list[str]) -> str:
    """ "A, B and C"."""
    return " and ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def words_of(at: datetime) -> str:
    """The moment in words, London, with its year."""
    return moment(at, today=at.astimezone(LONDON).date())
