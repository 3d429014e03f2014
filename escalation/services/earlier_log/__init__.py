"""Past years in: an earlier log as CSV of dated steps, told again through the same verbs. All of it or nothing, and twice is the same as once."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.models import Partnership, User
from agencies.said import Said, listing, said, shown
from agencies.said import said_of as ngettext
from agencies.services.directory_import.reading import ImportRefused, Problem
from agencies.services.record import acting_person, record
from agencies.words import day, figure
from agencies.working_days import london
from escalation import general_policy
from escalation.services.earlier_log.reading import MOST_ROWS, Log, read_log
from escalation.services.earlier_log.replay import Replay
from escalation.services.earlier_names import already_there
from escalation.states import State

__all__ = ["BroughtIn", "ImportRefused", "Problem", "bring_in_log"]
APRIL = 4


@dataclass(frozen=True, slots=True)
class BroughtIn:
    """What a log brought in, or would: disagreements by reporting year and by where they stand, those there already, and what it rests on."""

    partnership: str
    preview: bool
    steps: int
    years: Mapping[int, int]
    states: Mapping[State, int]
    already: int
    before_first: int = 0
    first: date | None = None
    last: date | None = None

    @property
    def new(self) -> int:
        """How many disagreements are new."""
        return sum(self.states.values())

    @property
    def words(self) -> str:
        """One line for the command and the page."""
        return shown(self.said)

    @property
    def said(self) -> Said:
        """The same for the directory's record."""
        done = gettext_noop("Brought in {disagreements} with {steps} into {partnership}.")
        form = gettext_noop("Would bring in {disagreements} with {steps} into {partnership}.") if self.preview else done
        steps = ngettext("{n} step", "{n} steps", self.steps, n=figure(self.steps))
        whole = said(form, disagreements=_disagreements(self.new), steps=steps, partnership=self.partnership)
        there = ngettext(
            "{n} is there already and stays as it is.", "{n} are there already and stay as they are.", self.already, n=figure(self.already)
        )
        return listing([whole, there], " ") if self.already else whole

    @property
    def details(self) -> list[str]:
        """The same in parts: by year, by where they stand, and what the operator should know."""
        found = []
        if self.first is not None and self.last is not None:
            found.append(_("Recorded between {first} and {last}.").format(first=day(self.first, year=True), last=day(self.last, year=True)))
        found += [f"{year}–{(year + 1) % 100:02}: {shown(_disagreements(number))}." for year, number in sorted(self.years.items())]
        found += [f"{state.label}: {figure(self.states[state])}." for state in State if self.states.get(state)]
        if going := sum(number for state, number in self.states.items() if state in {State.OPEN, State.RESOLVED}):
            found.append(_("Going on here as live: {n}.").format(n=figure(going)))
        if self.before_first:
            words = ngettext(
                "{n} disagreement before the first day of the procedure: its first version stands for the text of then.",
                "{n} disagreements before the first day of the procedure: its first version stands for the text of then.",
                self.before_first,
                n=figure(self.before_first),
            )
            found.append(shown(words))
        return found


def _disagreements(number: int) -> Said:
    return ngettext("{n} disagreement", "{n} disagreements", number, n=figure(number))


class _Undone(Exception):
    """Carries a preview's answer out of its transaction, which is taken back."""

    def __init__(self, done: BroughtIn) -> None:
        super().__init__()
        self.done = done


def bring_in_log(
    name: str,
    content: bytes,
    partnership: Partnership,
    *,
    actor: User | None,
    now: datetime,
    preview: bool = False,
    most_rows: int = MOST_ROWS,
) -> BroughtIn:
    """Bring an earlier log into the partnership, in one transaction; a preview does all of it and takes it back.

    `name` is the file's, for messages; `actor` is None for the command line, else somebody of the partnership's business unit; `now` is aware.
    Raises ImportRefused with every mistake by row and column, NotAllowed for anybody else. No message is written and no clock is swept for the
    past. A disagreement that is there already, by what the log calls it, stays as it is, anonymised or not.
    """
    person = acting_person(actor, now)
    if person is not None:
        general_policy.require_log(person, partnership.pk)
    log = read_log(name, content, most_rows=most_rows)
    try:
        with transaction.atomic():
            # The same log brought in twice at once: the second sees what the first told, and leaves it as it is.
            Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
            done = _told(log, partnership, Replay(log, partnership, actor=person, now=now), preview=preview)
            if preview:
                raise _Undone(done)
            if done.new:
                record(partnership.pk, actor, said(gettext_noop("Earlier log: {done}"), done=done.said), now=now)
    except _Undone as undone:
        return undone.done
    return done


def _told(log: Log, partnership: Partnership, replay: Replay, *, preview: bool) -> BroughtIn:
    """Tell what is new; raises ImportRefused where anything in the file is wrong, so that nothing of it stays."""
    there = already_there(partnership, log.steps)
    new = [key for key in log.steps if key not in there]
    replay.tell(key for key in new if key not in log.broken)
    if not log.steps and not log.problems:
        log.refuse(0, "", _("holds no rows below its heading"))
    if log.problems:
        log.problems.sort(key=lambda problem: problem.row)
        raise ImportRefused(log.problems)
    replay.finish()
    days = [london(step.recorded).date() for key in new for step in log.steps[key]]
    return BroughtIn(
        partnership=partnership.name,
        preview=preview,
        steps=len(days),
        years=Counter(_year(log.steps[key][0].recorded) for key in new),
        states=Counter(State(case.dispute.state) for case in replay.told),
        already=len(log.steps) - len(new),
        before_first=len(replay.before_first),
        first=min(days, default=None),
        last=max(days, default=None),
    )


def _year(at: datetime) -> int:
    """The reporting year, April to March in London, by the year it begins in."""
    on = london(at)
    return on.year if on.month >= APRIL else on.year - 1
