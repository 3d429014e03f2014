"""The board's page: the last eight quarters on one page, the partnership as a whole and no agency by name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Q, QuerySet

from agencies.errors import InvalidInput
from agencies.models import Agency, Partnership
from agencies.working_days import LONDON
from escalation.models import Dispute
from escalation.states import Measure as Measures
from reports import story
from reports.figures import Cell, Chart, ChartKind, Column, Definition, Document, Edition, Row, Section, Table
from reports.measures import MEASURES, Scope
from reports.measures.base import share
from reports.measures.compared import Span, closed_in, open_at_the_end, raised_in, referred_in
from reports.measures.own import asked
from reports.measures.timeliness import due_between, tallies
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
    tables = {"trend": trend(scope, quarters), "answers": answers(scope, quarters)}
    tables |= {key: of_a_quarter(MEASURES[key].figures(scope)) for key in ("settled", "themes")}
    tables["themes"] = _most(tables["themes"])
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


def trend(scope: Scope, quarters: list[Quarter]) -> Table:
    """Raised, closed, referred, and open at the end, by quarter."""
    rows = []
    for quarter in quarters:
        span = Span(quarter.starts, quarter.ends)
        rows.append(
            Row(short_name_of(quarter), tuple(Cell(counted(scope, span)) for counted in (raised_in, closed_in, referred_in, open_at_the_end)))
        )
    return Table(
        key="trend",
        caption="The last eight quarters",
        row_label="Quarter",
        columns=(Column("Raised"), Column("Closed"), Column("Referred to the partnership"), Column("Open at the end")),
        rows=tuple(rows),
        chart=Chart(ChartKind.COLUMNS, "Disagreements raised, by quarter", (0,)),
    )


def _in_time(scope: Scope, quarters: list[Quarter]) -> list[list[int]]:
    """Responses in time, late, none, of those that came due in each quarter, in one query."""
    fates = {key: count.filter for key, count in tallies(scope).items() if key in {"in_time", "late", "none"}}
    wanted = {
        f"{key}_{at}": Count("id", filter=fate & Q(due_at__gte=quarter.starts, due_at__lt=quarter.ends))
        for at, quarter in enumerate(quarters)
        for key, fate in fates.items()
    }
    found = due_between(scope, quarters[0].starts, quarters[-1].ends, Measures.RESPONSE).aggregate(**wanted)
    return [[found[f"{key}_{at}"] for key in fates] for at in range(len(quarters))]


def _by_quarter(rows: QuerySet[Dispute], moment: str, quarters: list[Quarter]) -> list[int]:
    """How many have this moment in each quarter, in one query."""
    inside = [Q(**{f"{moment}__gte": quarter.starts, f"{moment}__lt": quarter.ends}) for quarter in quarters]
    found = rows.aggregate(**{f"in_{at}": Count("id", filter=each) for at, each in enumerate(inside)})
    return [found[f"in_{at}"] for at in range(len(quarters))]


def answers(scope: Scope, quarters: list[Quarter]) -> Table:
    """Responses that came due, by quarter, and the share of them in time."""
    fates = _in_time(scope, quarters)
    rows = [Row(short_name_of(each), tuple(map(Cell, (*fate, sum(fate))))) for each, fate in zip(quarters, fates, strict=True)]
    return Table(
        key="answers",
        caption="Responses due, by quarter",
        row_label="Quarter",
        columns=(Column("In time"), Column("Late"), Column("No response"), Column("Due"), share("Share in time", 0, 3)),
        rows=(),
        chart=Chart(ChartKind.COLUMNS, "Share of responses in time, by quarter", (4,)),
    ).with_rows(rows)


def own_trend(agency: Agency, quarters: list[Quarter], now: datetime) -> Table:
    """An agency's own eight quarters: raised by it, asked of it, and its responses in time."""
    days = Period(first_day(quarters[0]), period_of(quarters[-1]).last_day)
    scope = Scope(agency.partnership, days, now, Edition.INTERNAL, own=agency)
    raised, was_asked = _by_quarter(scope.raised(), "submitted_at", quarters), _by_quarter(asked(scope), "submitted_at", quarters)
    fates = _in_time(scope, quarters)
    rows = [Row(short_name_of(each), tuple(map(Cell, (raised[at], was_asked[at], fates[at][0], sum(fates[at]))))) for at, each in enumerate(quarters)]
    return Table(
        key="own-trend",
        caption="The last eight quarters",
        row_label="Quarter",
        columns=(Column("Raised"), Column("Asked"), Column("Responses in time"), Column("Responses due"), share("Share in time", 2, 3)),
        rows=(),
        chart=Chart(ChartKind.COLUMNS, "Raised by the agency, by quarter", (0,)),
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
