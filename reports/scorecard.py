"""An agency's scorecard: its main figures of a year beside what the procedure asks and the year before, and the quarters of both years."""

from dataclasses import dataclass, replace
from functools import cached_property, partial

from django.db.models import Count

from agencies.models import Agency
from agencies.person import Person
from reports import story
from reports.asking import at_once, summed
from reports.figures import Cell, Chart, ChartKind, Column, Definition, Headline, Row, Section, Table, Unit
from reports.measures import MEASURES, Scope
from reports.measures.base import ANSWERED_SINCE, AS_MANY_DAYS, FROM_A_LOG, NO_EARLIER, share
from reports.measures.durations import SMALLEST_FOR_A_MEDIAN, first_responses
from reports.measures.own import asked
from reports.periods import Quarter, Year
from reports.quarterly import OWN_ANSWERS, OWN_VOLUME, own_trend
from reports.said import Said, listing, small
from reports.said import said as _

TARGET = Cell(100)  # The procedure's own: it gives every response, and the sides every action, a moment.
THIS, BEFORE = _("This year"), _("The year before")
ALONE = Definition(
    _("Scorecard"),
    _(
        "The agency's own side only: what it raised and what it was asked. Disagreements that were kept from its own leads are not counted. "
        "Responses and agreed actions are those whose moment lies in the year and has passed, or that came before it."
    ),
)
TIMED = Definition(
    _("In time"),
    _(
        "Recorded at or before the procedure's due moment, an action at or before the agreed one; what is not yet due counts neither way, and a "
        "later date agreed for a response only in the agency's report. The procedure's target is everything in time. Difference: in percentage "
        "points, from the exact shares."
    ),
)
DAYS = Definition(
    _("Working days to respond"),
    _(
        "First stage: the first in which two agencies face each other; a median of fewer than {least} responses is not given.",
        least=SMALLEST_FOR_A_MEDIAN,
    ),
)


@dataclass(frozen=True, slots=True)
class _Side:
    """What was counted over one year or a part of it."""

    raised: int
    brought_in: int
    asked: int
    closed: int
    responses: Table
    actions: Table
    first: Table

    @property
    def timed(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Responses, then agreed actions: how many in time, and how many due."""
        (met, due), (done, owed) = ([table.total(at).number for at in (0, 3)] for table in (self.responses, self.actions))
        return (met, due), (done, owed)

    @property
    def counts(self) -> tuple[int, ...]:
        """In the order of the rows that they stand in."""
        (_met, due), (_done, owed) = self.timed
        return (self.raised, self.brought_in, self.asked, due, self.responses.total(2).number, self.closed, owed)

    @property
    def days(self) -> tuple[Cell, ...]:
        """The median, the shortest and the longest."""
        return self.first.rows[0].cells[1:]


class Scorecard:
    """The scorecard of the scope's own agency and year; of a year that runs, beside as much of the year before as has gone by of this one."""

    def __init__(self, scope: Scope, agency: Agency, year: Year, reader: Person | None) -> None:
        self._scope, self._agency, self._year, self._reader = scope, agency, year, reader
        self._is_over = scope.until == year.ends
        self._this, self._last, self._has_past = _counted(scope, _year_before(scope))

    @cached_property
    def section(self) -> Section:
        """What was counted, what came in time beside the target, and how long responses took; without a year before, of this year alone."""
        return Section(
            "scorecard", _("Scorecard"), self._message(), (self._numbers(), self._timed(), self._days()), (ALONE, TIMED, DAYS)
        )  # fmt: skip

    @cached_property
    def quarters(self) -> Section:
        """The quarters of the year and of the one before, where there is one, as far as they have begun: raised and asked, and the responses in time.

        For paper: the agency's page has a trend of its own.
        """
        volume, answers = _parted(self._trend)
        met, due = (sum(row.cells[at].number for row in answers.rows) for at in (0, 1))
        message = small(story.in_time(met, due, story.RESPONSE) if due else _("No response had come due"))
        found, words = ((volume, answers), (OWN_VOLUME, OWN_ANSWERS)) if due else ((volume,), (OWN_VOLUME,))
        # The headline is of the year alone.
        said = _("By quarter, both years together: {message}", message=message) if self._has_past else _("By quarter: {message}", message=message)
        return Section("quarters", _("By quarter"), said, found, words)

    @cached_property
    def _both_years(self) -> list[Quarter]:
        every = [*(self._year.before().quarters() if self._has_past else ()), *self._year.quarters()]
        return [each for each in every if each.starts <= self._scope.snapshot]

    @cached_property
    def _trend(self) -> Table:
        return own_trend(self._agency, self._both_years, self._scope.snapshot, self._reader)

    @property
    def foot(self) -> tuple[str, ...]:
        """The notes at the foot of the page, of the quarters too: what a log cannot know is said once."""
        said, of_the_quarters = self.notes, self._trend.note
        told = tuple(each for each in said if each not in of_the_quarters)
        return (*told, of_the_quarters) if of_the_quarters else said

    @property
    def on_paper(self) -> Section:
        """The section below the headlines, which say its message; its notes stand at the foot of the page."""
        numbers, *others = self.section.tables
        message = _("This year and the year before") if self._has_past else THIS
        return replace(self.section, message=message, tables=(replace(numbers, note=""), *others))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the figures are compared with, and what they rest on."""
        compared = (() if self._is_over else (AS_MANY_DAYS, ANSWERED_SINCE)) if self._has_past else (NO_EARLIER,)
        return (*compared, FROM_A_LOG) if self._is_from_a_log else compared

    @property
    def _is_from_a_log(self) -> bool:
        return any(side.brought_in for side in (self._this, self._last)[: 1 + self._has_past])

    @property
    def headlines(self) -> tuple[Headline, ...]:
        """Raised, asked, in time, and the median: those that there are."""
        [responses, _actions], [median, *_rest] = self._timed().rows, self._days().rows
        found = [
            Headline(Cell(self._this.raised).text(Unit.COUNT), _("raised by the agency"), "scorecard"),
            Headline(Cell(self._this.asked).text(Unit.COUNT), _("in which it was asked"), "scorecard"),
            Headline(responses.cells[3].text(Unit.PERCENT), _("of its responses in time"), "scorecard"),
            Headline(median.cells[0].text(Unit.DAYS), _("working days to respond, the median"), "scorecard"),
        ]
        return tuple(item for item in found if not item.figure.startswith("["))

    def _message(self) -> Said:
        (met, due), _actions = self._this.timed
        figures = {"raised": Cell(self._this.raised).text(Unit.COUNT), "asked": Cell(self._this.asked).text(Unit.COUNT)}
        if not due:
            return _("Raised {raised}, asked in {asked}", **figures)
        part = self._timed().rows[0].cells[3].text(Unit.PERCENT)
        return _("Raised {raised}, asked in {asked}, {share} of the responses due in time", **figures, share=part)

    def _numbers(self) -> Table:
        labels = (
            _("Raised"), _("Of those, brought in from an earlier log"), _("Asked"), _("Responses due"), _("Of them without a response"),
            _("Closed, of those raised"), _("Agreed actions due"),
        )  # fmt: skip
        sides = (self._this, self._last)[: 1 + self._has_past]
        rows = [Row(label, tuple(map(Cell, numbers))) for label, *numbers in zip(labels, *(side.counts for side in sides), strict=True)]
        columns = (Column(THIS), Column(BEFORE), Column(_("Difference"), Unit.DIFFERENCE, minus=(0, 1)))
        return Table(
            key="scorecard",
            caption=_("{agency} in figures", agency=self._agency.name),
            row_label="",
            columns=columns if self._has_past else columns[:1],
            rows=(),
            note=listing(self.notes, " "),
        ).with_rows(row for at, row in enumerate(rows) if self._is_from_a_log or at != 1)

    def _timed(self) -> Table:
        names = (_("Responses"), _("Agreed actions"))
        columns = (
            Column(_("In time")), Column(_("Due")), Column(_("Procedure’s target"), Unit.PERCENT), share(THIS, 0, 1),
            Column(_("In time, the year before"), seen=False), Column(_("Due, the year before"), seen=False), share(BEFORE, 4, 5),
            Column(_("Difference"), Unit.POINTS, minus=(3, 6)),
        )  # fmt: skip
        rows = [
            Row(name, (Cell(now[0]), Cell(now[1]), TARGET, Cell(), *(map(Cell, past) if self._has_past else ())))
            for name, now, past in zip(names, self._this.timed, self._last.timed, strict=True)
        ]
        return Table(
            key="scorecard-time", caption=_("In time"), row_label="", columns=columns if self._has_past else columns[:4], rows=()
        ).with_rows(rows)  # fmt: skip

    def _days(self) -> Table:
        names = (_("Median"), _("Shortest"), _("Longest"))
        sides = (self._this, self._last)[: 1 + self._has_past]
        return Table(
            key="scorecard-days",
            caption=_("Working days to respond, first stage"),
            row_label="",
            columns=(Column(THIS, Unit.DAYS), Column(BEFORE, Unit.DAYS))[: 1 + self._has_past],
            rows=tuple(Row(name, tuple(cells)) for name, *cells in zip(names, *(side.days for side in sides), strict=True)),
        )


def _year_before(scope: Scope) -> Scope:
    past, gone_by = scope.period.before(), scope.until_before
    return scope.beside(past) if gone_by == past.ends else replace(scope.beside(past), to=gone_by)


def _counted(*scopes: Scope) -> tuple[_Side, _Side, bool]:
    """Both sides; and whether the partnership has anything on record from before the first."""
    asking = scopes[0].asking
    counted = {"responses": MEASURES["responses"].figures, "actions": MEASURES["actions"].figures, "first": first_responses}
    tables = asking.together({f"{key} {at}": partial(figures, scope) for at, scope in enumerate(scopes) for key, figures in counted.items()})
    each = [(scope.raised(), scope.raised().filter(is_imported=True), asked(scope), scope.closed()) for scope in scopes]
    questions = [summed(rows, number=Count("id")) for four in each for rows in four]
    whole = replace(scopes[0], own=None)
    [past], *answers = at_once(whole.whether(whole.all_disputes().filter(submitted_at__lt=whole.period.starts)), *questions)
    numbers = [row["number"] for [row] in answers]
    this, last = (_Side(*numbers[4 * at : 4 * at + 4], *(tables[f"{key} {at}"] for key in counted)) for at in range(2))
    return this, last, bool(past["any"])


def _parted(trend: Table) -> tuple[Table, Table]:
    """Raised and asked, and responses in time, each with its chart."""
    found = replace(trend, note="")
    is_asked_only = not any(row.cells[0].number for row in found.rows)
    titles = (_("Raised by the agency, by quarter"), _("The agency was asked, by quarter"))
    volume = replace(
        found,
        key="own-volume",
        caption=_("Raised by the agency, and asked of it"),
        columns=found.columns[:2],
        rows=tuple(replace(row, cells=row.cells[:2]) for row in found.rows),
        chart=Chart(ChartKind.COLUMNS, titles[is_asked_only], (int(is_asked_only),)),
    )
    answers = replace(
        found,
        key="own-answers",
        caption=_("Responses due from the agency"),
        columns=(*found.columns[2:4], share(_("Share in time"), 0, 1)),
        chart=Chart(ChartKind.COLUMNS, _("Share of the agency’s responses in time, by quarter"), (2,)),
    ).with_rows(replace(row, cells=row.cells[2:4]) for row in found.rows)
    return volume, answers
