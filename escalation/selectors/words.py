"""Stages, clocks and distances in the words of the pages. Pure: moments go in aware, words come out in London's time."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agencies.said import shown
from agencies.words import joined, lower_first, moment
from agencies.working_days import LONDON, Calendar
from escalation.choices import DOCUMENTS
from escalation.engine.asks import asked_at, asked_of, stage_named
from escalation.models import Clock
from escalation.procedures.definition import ProcedureDefinition
from escalation.states import ClockState, Measure, Theme

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DAY_AND_MORE = timedelta(hours=48)
ENDED = {
    ClockState.MET: _("In time"),
    ClockState.LATE: _("Done late"),
    ClockState.MISSED: _("Not met"),
    ClockState.NOT_NEEDED: _("Not needed"),
    ClockState.SUPERSEDED: _("Replaced"),
}
DUE = {"overdue": _("Overdue"), "soon": _("Due today"), "later": _("Due")}
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
    return shown(stage_named(procedure, position))


def stage_title(procedure: ProcedureDefinition, position: int) -> str:
    """ "Stage 2, service managers": the stage's name with who meets there; the name alone of one that has no number."""
    if not 1 <= position <= procedure.last:
        return gettext("{stop}, before it is sent").format(stop=stage_name(procedure, position))
    if not procedure.stage(position).number:
        return procedure.stage(position).name
    return f"{stage_name(procedure, position)}, {lower_first(procedure.stage(position).name)}"


def area_of(themes: Collection[str]) -> str:
    """The first area of a disagreement, in words; empty where none is known."""
    return next((str(Theme(theme).label) for theme in themes if theme in set(Theme)), "")


def document_words(key: str) -> str:
    """As "outcome letter" for `outcome_letter`."""
    return str(DOCUMENTS.get(key, key.replace("_", " ")))


def ask_of(clock: Clock, procedure: ProcedureDefinition) -> str:
    """What the clock asks: "Respond: Stage 1"."""
    return shown(asked_of(clock, procedure))


def asks(measure: Measure, procedure: ProcedureDefinition, position: int) -> str:
    """What a clock of the stage asks that measures this."""
    return shown(asked_at(measure, procedure, position))


def due_of(clock: Clock, now: datetime, calendar: Calendar) -> Due:
    """A running clock's due moment, judged now; an ended clock's word says how it ended."""
    if clock.state != ClockState.RUNNING:
        state = ClockState(clock.state)
        return Due(str(ENDED[state]), TONES.get(state, "later"), clock.ended_at)
    return due_at(clock.effective_due, now, calendar, elapsed=clock.is_urgent)


def due_at(due: datetime, now: datetime, calendar: Calendar, *, elapsed: bool = False) -> Due:
    """A due moment judged now. `elapsed`: every hour counts, as where it is urgent."""
    tone = tone_of(due, now)
    return Due(str(DUE[tone]), tone, due, distance(due, now, calendar, elapsed=elapsed))


def due_words(due: Due | None, *, owed_by: str = "") -> str:
    """A due moment in one line: "Friday 27 November, 5pm. Overdue, 1 working day late", "Monday 30 November, 5pm, tomorrow"; empty where none.

    `owed_by` is said beside the moment where the list names somebody else as the one whose turn it is, so that nobody is chased for another's delay.
    """
    if due is None or due.moment is None:
        return ""
    when = words_of(due.moment)
    said = f"{when} ({owed_by})" if owed_by else when
    return f"{said}. {due.word}, {due.distance}" if due.tone == "overdue" else ", ".join(filter(None, [said, due.distance]))


def tone_of(due: datetime, now: datetime) -> str:
    """Of a due moment judged now: overdue, soon (this day in London still) or later."""
    if now > due:
        return "overdue"
    return "soon" if due.astimezone(LONDON).date() == now.astimezone(LONDON).date() else "later"


def distance(due: datetime, now: datetime, calendar: Calendar, *, elapsed: bool = False) -> str:
    """How far off the due moment is, in working time: "in 3 working hours", "tomorrow", "in 2 working days", "1 working day late".

    What falls due on the day after, or on the next day on which anybody works, is said by that day: it is no number that somebody counts from today.
    Days are counted as the clock rule counts them: the day from which it is looked at never counts, and a day later is the same time of day. So a
    limit of 15 working days is "in 15 working days" when it begins, whenever on its day that is. Below one day it is office time; what fell due
    before nobody worked any more is late since the last working day. `elapsed`: every hour counts, and from 48 hours on every whole day.
    """
    if abs(due - now) < MINUTE:
        return gettext("right now") if due >= now else gettext("just passed")
    early, late = (now, due) if due >= now else (due, now)
    form = gettext("in {length}") if due >= now else gettext("{length} late")
    if elapsed:
        return form.format(length=_length(late - early, working=False))
    is_one_day = early.astimezone(LONDON).date() == late.astimezone(LONDON).date()
    is_today = due >= now and is_one_day
    if (named := _next_day(due, now, calendar)) is not None:
        return named
    days = _days_between(early, late, calendar)
    if days and not is_today:
        return form.format(length=_days(days))
    office = calendar.office_time_between(early, late)
    if office >= MINUTE and not (is_today and office >= _office_day(calendar)):
        return form.format(length=_length(office, working=True))
    if is_today:
        is_end = due.astimezone(LONDON).time() >= calendar.closes
        return gettext("by the end of today") if is_end else form.format(length=_length(late - early, working=False))
    return form.format(length=_length(late - early, working=False)) if is_one_day else gettext("since the last working day")


def _next_day(due: datetime, now: datetime, calendar: Calendar) -> str | None:
    """Of a moment on the next day, or on the next on which anybody works, that day in a word; None of every other."""
    today, day = now.astimezone(LONDON).date(), due.astimezone(LONDON).date()
    if day == today + timedelta(days=1):
        return gettext("tomorrow")
    is_next = day > today and calendar.is_working_day(day) and calendar.working_days_between(today, day) == 1
    return gettext("on the next working day") if is_next else None


def _days_between(early: datetime, late: datetime, calendar: Calendar) -> int:
    """How many working days after `early`, at its time of day, `late` has come to."""
    (first, since), (last, until) = _in_office(early, calendar), _in_office(late, calendar)
    return calendar.working_days_between(first, last) - (since > until)


def _in_office(at: datetime, calendar: Calendar) -> tuple[date, time]:
    """The working day and time of day in the office that stand for the moment: before opening the opening, after closing the day's end, and where
    nobody works the end of the last working day."""
    local = at.astimezone(LONDON)
    day, wall = local.date(), local.time()
    if not calendar.is_working_day(day):
        return calendar.roll_back(day), calendar.closes
    return day, min(max(wall, calendar.opens), calendar.closes)


def _office_day(calendar: Calendar) -> timedelta:
    opens, closes = calendar.opens, calendar.closes
    return timedelta(hours=closes.hour - opens.hour, minutes=closes.minute - opens.minute)


def _length(length: timedelta, *, working: bool) -> str:
    """Whole hours, rounded to the nearest; below one hour in minutes, and where every hour counts from 48 on in whole days that have gone by."""
    if length < HOUR:
        minutes = max(int(length.total_seconds() // 60), 1)
        return ngettext("{n} minute", "{n} minutes", minutes).format(n=minutes)
    if not working and length >= DAY_AND_MORE:
        return ngettext("{n} day", "{n} days", length.days).format(n=length.days)
    hours = int((length + HOUR / 2) // HOUR)
    said = ngettext("{n} working hour", "{n} working hours", hours) if working else ngettext("{n} hour", "{n} hours", hours)
    return said.format(n=hours)


def _days(number: int) -> str:
    return ngettext("{n} working day", "{n} working days", number).format(n=number)


def names(words: list[str]) -> str:
    """ "A, B and C"."""
    return joined(words)


def words_of(at: datetime) -> str:
    """The moment in words, London, with its year."""
    return moment(at, today=at.astimezone(LONDON).date())
