"""The board's page: the last eight quarters on one page, the partnership as a whole and no agency by name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from agencies.errors import InvalidInput
from agencies.models import Agency, Partnership
from agencies.working_days import LONDON
from reports import story
from reports.figures import Cell, Chart, ChartKind, Column, Definition, Document, Edition, Row, Section, Table
from reports.kept_months import Count
from reports.measures import Scope
from reports.measures.base import share
from reports.measures.stages import settled_of
from reports.measures.volume import themes_of
from reports.months.counting import FATES
from reports.months.reading import Counts, Months, last_month_of
from reports.periods import Period, Quarter, Year, year_of
from reports.standing import of_a_quarter

QUARTERS = 8
YEARS_BACK = 5
MOST_AREAS = 5


def last_quarters(now: datetime, last: date | None = None) -> list[Quarter]:
    """Eight quarters that are over, the latest, or the one that begins on `last`, at the end. Raises InvalidInput for another day."""
    running = year_of(now).number
    every = [quarter for number in range(running - YEARS_BACK, running + 1) for quarter in Year(number).quarters() if quarter.ends <= now]
    chosen = [quarter for quarter in every if last is None or first_day(quarter) <= last]
    if last is not None and (len(chosen) < QUARTERS or first_day(chosen[-1]) != last):
        raise InvalidInput("Choose a quarter that is over, of the last three years.", field="quarter")
    return chosen[-QUARTERS:]


def running_quarters(now: datetime) -> list[Quarter]:
    """The quarter that runs, after the seven before it."""
    every = [quarter for number in (-2, -1, 0) for quarter in Year(year_of(now).number + number).quarters() if quarter.starts <= now]
    return every[-QUARTERS:]


def first_day(quarter: Quarter) -> date:
    """The quarter's first day in London."""
    return quarter.starts.astimezone(LONDON).date()


def name_of(quarter: Quarter) -> str:
    """ "April to June 2026"."""
    return f"{quarter.label} {first_day(quarter).year}"


def short_name_of(quarter: Quarter) -> str:
    """ "Apr to Jun 2026", for many in a row."""
    first, _, last = quarter.label.partition(" to ")
    return f"{first[:3]} to {last[:3]} {first_day(quarter).year}"


def period_of(quarter: Quarter) -> Period:
    """The quarter's days."""
    return Period(first_day(quarter), (quarter.ends - timedelta(hours=1)).astimezone(LONDON).date())


def board_page(partnership: Partnership, quarters: list[Quarter], now: datetime) -> Document:
    """The quarter that comes last, after those before it, counted now (an aware instant)."""
    period = period_of(quarters[-1])
    scope = Scope(partnership, period, now, Edition.INTERNAL)
    months, last = Months(partnership, now), quarters[-1]
    found = months.counts([kind for kind in Count if kind is not Count.ASKED], months.first, last_month_of(last))
    closed = {int(stage): number for stage, number in found.places(Count.CLOSED, last).items()}
    tables = {"trend": trend(found, quarters), "answers": answers(found, quarters), "settled": of_a_quarter(settled_of(scope, closed))}
    tables["themes"] = _most(of_a_quarter(themes_of(found.places(Count.AREA, last), *found.of(Count.RAISED, [last]))))
    parts = (
        ("trend", "Volume", _message(tables["trend"], quarters[-1]), "Raised, closed and referred in the quarter named; open at its end."),
        ("answers", "Timeliness", _answered(tables["answers"]), "Responses whose due moment under the procedure lies in the quarter named."),
        ("settled", "Where they were settled", story.stages(tables), "Those closed in the last quarter, by the stage in which they were closed."),
        ("themes", "Areas", story.themes(tables) or "Nothing was raised in the quarter", "Those raised in the last quarter."),
    )
    return Document(
        partnership=partnership.name,
        unit_name=partnership.unit_name,
        year=0,
        edition=Edition.INTERNAL,
        snapshot=now.astimezone(UTC).isoformat(timespec="seconds"),
        is_running=False,
        is_empty=False,
        is_invented=partnership.is_invented,
        headlines=(),
        summary=(),
        sections=tuple(Section(key, name, message, (tables[key],), (Definition(name, words),)) for key, name, message, words in parts),
        method=("The partnership as a whole; no agency is named. Small numbers are shown: not for publication.",),
        days=(period.first_day.isoformat(), period.last_day.isoformat()),
    )


def trend(found: Counts, quarters: list[Quarter]) -> Table:
    """Raised, closed, referred, and open at the end, by quarter."""
    columns = [found.of(kind, quarters) for kind in (Count.RAISED, Count.CLOSED, Count.REFERRED)]
    columns.append(found.open_at_the_ends(quarters))
    rows = [Row(short_name_of(each), tuple(Cell(column[at]) for column in columns)) for at, each in enumerate(quarters)]
    return Table(
        key="trend",
        caption="The last eight quarters",
        row_label="Quarter",
        columns=(Column("Raised"), Column("Closed"), Column("Referred to the partnership"), Column("Open at the end")),
        rows=tuple(rows),
        chart=Chart(ChartKind.COLUMNS, "Disagreements raised, by quarter", (0,)),
    )


def answers(found: Counts, quarters: list[Quarter]) -> Table:
    """Responses that came due, by quarter, and the share of them in time."""
    rows = [Row(short_name_of(each), tuple(map(Cell, (*fate, sum(fate))))) for each, fate in zip(quarters, found.fates(quarters), strict=True)]
    return Table(
        key="answers",
        caption="Responses due, by quarter",
        row_label="Quarter",
        columns=(Column("In time"), Column("Late"), Column("No response"), Column("Due"), share("Share in time", 0, 3)),
        rows=(),
        chart=Chart(ChartKind.COLUMNS, "Share of responses in time, by quarter", (4,)),
    ).with_rows(rows)


def unit_trend(partnership: Partnership, now: datetime) -> Table:
    """For the business unit: the quarter that runs after the seven before it, raised, closed, open, and responses in time."""
    quarters, months = running_quarters(now), Months(partnership, now)
    found = months.counts((Count.RAISED, Count.CLOSED, Count.WITHDRAWN, *FATES.values()), months.first, last_month_of(quarters[-1]))
    met = found.of(Count.IN_TIME, quarters)
    due = [sum(fates) for fates in found.fates(quarters)]
    columns = (found.of(Count.RAISED, quarters), found.of(Count.CLOSED, quarters), found.open_at_the_ends(quarters), met, due)
    rows = [Row(_so_far(each, now), tuple(Cell(column[at]) for column in columns)) for at, each in enumerate(quarters)]
    return Table(
        key="unit-trend",
        caption="Eight quarters",
        row_label="Quarter",
        columns=(
            Column("Raised"), Column("Closed"), Column("Open at the end"), Column("Responses in time"), Column("Responses due"),
            share("Share in time", 3, 4),
        ),
        rows=(),
        chart=Chart(ChartKind.COLUMNS, "Disagreements raised, by quarter", (0,)),
        note=_counted(months),
    ).with_rows(rows)  # fmt: skip


def _counted(months: Months) -> str:
    """When the month that runs was counted, where it was not just now."""
    at = months.counted_at.astimezone(LONDON)
    return "" if months.counted_at == months.now else f"The month that runs is as it was counted at {at.hour}:{at:%M}."


def _so_far(quarter: Quarter, now: datetime) -> str:
    return f"{short_name_of(quarter)}{', so far' if quarter.ends > now else ''}"


def trend_words(table: Table) -> str:
    """The quarter that runs against the one before, in a sentence or two; the columns raised, in time and due are found by their names."""
    at = {column.label: number for number, column in enumerate(table.columns)}
    this, last = table.rows[-1].cells, table.rows[-2].cells
    raised, before = this[at["Raised"]].number, last[at["Raised"]].number
    words = f"{story.DISAGREEMENT.counted(raised)} {story.were(raised)} raised in this quarter so far; {before:,} in the whole quarter before."
    met, due = this[at["Responses in time"]].number, this[at["Responses due"]].number
    past, was_due = last[at["Responses in time"]].number, last[at["Responses due"]].number
    if due:
        words += f" {story.part_of(met, due, story.RESPONSE)} came in time"
        words += f"; in the quarter before {past:,} of {was_due:,}." if was_due else "."
    return words


def own_trend(agency: Agency, quarters: list[Quarter], now: datetime, *, with_restricted: bool = False) -> Table:
    """An agency's own eight quarters: raised by it, asked of it, and its responses in time.

    What is kept from the agency's own leads is counted for the business unit alone (`with_restricted`).
    """
    months = Months(agency.partnership, now)
    found = months.counts((Count.RAISED, Count.ASKED, *FATES.values()), first_day(quarters[0]), last_month_of(quarters[-1]), agency)
    raised = found.of(Count.RAISED, quarters, with_restricted=with_restricted)
    was_asked, met = found.of(Count.ASKED, quarters), found.of(Count.IN_TIME, quarters)
    due = [sum(fates) for fates in found.fates(quarters)]
    rows = [Row(_so_far(each, now), tuple(map(Cell, (raised[at], was_asked[at], met[at], due[at])))) for at, each in enumerate(quarters)]
    return Table(
        key="own-trend",
        caption="Eight quarters",
        row_label="Quarter",
        columns=(Column("Raised"), Column("Asked"), Column("Responses in time"), Column("Responses due"), share("Share in time", 2, 3)),
        rows=(),
        chart=Chart(ChartKind.COLUMNS, "Raised by the agency, by quarter", (0,)),
        note=_counted(months),
    ).with_rows(rows)


def _most(table: Table) -> Table:
    """The areas with the most, so that the page stays one page."""
    left = len(table.rows) - MOST_AREAS
    note = f"{table.note} {left} further area{'s' if left > 1 else ''} came up." if left > 0 else table.note
    return replace(table, rows=table.rows[:MOST_AREAS], note=note)


def _message(table: Table, quarter: Quarter) -> str:
    raised, before = (row.cells[0].number for row in (table.rows[-1], table.rows[-2]))
    against = "as many as" if raised == before else f"{abs(raised - before):,} {'more' if raised > before else 'fewer'} than"
    return f"{story.DISAGREEMENT.counted(raised)} {story.were(raised)} raised from {name_of(quarter)}, {against} in the quarter before"


def _answered(table: Table) -> str:
    met, due = table.rows[-1].cells[0].number, table.rows[-1].cells[3].number
    return f"{story.part_of(met, due, story.RESPONSE)} came in time" if due else "No response had come due"
