"""The board's page: the last eight quarters on one page, the partnership as a whole and no agency by name."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count as Rows
from django.db.models import Q
from django.utils.translation import gettext

from agencies.errors import InvalidInput
from agencies.models import Agency, Partnership
from agencies.person import Person
from agencies.working_days import LONDON
from reports import story
from reports.figures import Cell, Chart, ChartKind, Column, Definition, Document, Edition, Row, Section, Table
from reports.kept_months import Count
from reports.measures import Scope
from reports.measures.base import FROM_A_LOG, share
from reports.measures.stages import settled_of
from reports.measures.volume import themes_of
from reports.months.counting import FATES
from reports.months.reading import Counts, Months, last_month_of
from reports.periods import Period, Quarter, Year, year_of
from reports.readers import counted_for, for_many, kept_beside, kept_from, restricted
from reports.said import Said, listing, sentence, shown, small, time_of
from reports.said import said as _
from reports.said import said_of as ngettext
from reports.standing import of_a_quarter

QUARTERS = 8
YEARS_BACK = 5
MOST_AREAS = 5
SHORT = (_("Apr to Jun"), _("Jul to Sep"), _("Oct to Dec"), _("Jan to Mar"))


def last_quarters(now: datetime, last: date | None = None) -> list[Quarter]:
    """Eight quarters that are over, the latest, or the one that begins on `last`, at the end. Raises InvalidInput for another day."""
    running = year_of(now).number
    every = [quarter for number in range(running - YEARS_BACK, running + 1) for quarter in Year(number).quarters() if quarter.ends <= now]
    chosen = [quarter for quarter in every if last is None or first_day(quarter) <= last]
    if last is not None and (len(chosen) < QUARTERS or first_day(chosen[-1]) != last):
        raise InvalidInput(gettext("Choose a quarter that is over, of the last three years."), field="quarter")
    return chosen[-QUARTERS:]


def running_quarters(now: datetime) -> list[Quarter]:
    """The quarter that runs, after the seven before it."""
    every = [quarter for number in (-2, -1, 0) for quarter in Year(year_of(now).number + number).quarters() if quarter.starts <= now]
    return every[-QUARTERS:]


def first_day(quarter: Quarter) -> date:
    """The quarter's first day in London."""
    return quarter.starts.astimezone(LONDON).date()


def name_of(quarter: Quarter) -> Said:
    """ "April to June 2026"."""
    return _("{months} {year}", months=quarter.label, year=first_day(quarter).year)


def short_name_of(quarter: Quarter) -> Said:
    """ "Apr to Jun 2026", for many in a row."""
    return _("{months} {year}", months=SHORT[quarter.number - 1], year=first_day(quarter).year)


def period_of(quarter: Quarter) -> Period:
    """The quarter's days."""
    return Period(first_day(quarter), (quarter.ends - timedelta(hours=1)).astimezone(LONDON).date())


def board_page(partnership: Partnership, quarters: list[Quarter], now: datetime) -> Document:
    """The quarter that comes last, after those before it, counted now (an aware instant): the same for all its readers."""
    period = period_of(quarters[-1])
    scope = Scope(partnership, period, now, Edition.INTERNAL, within=for_many)
    months, last = Months(partnership, now, without=restricted), quarters[-1]
    found = months.counts([kind for kind in Count if kind is not Count.ASKED], months.first, last_month_of(last))
    closed = {int(stage): number for stage, number in found.places(Count.CLOSED, last).items()}
    tables = {"trend": trend(found, quarters), "answers": answers(found, quarters), "settled": of_a_quarter(settled_of(scope, closed))}
    tables["themes"] = _most(of_a_quarter(themes_of(found.places(Count.AREA, last), *found.of(Count.RAISED, [last]))))
    parts = (
        ("trend", _("Volume"), _message(tables["trend"], last), _("Raised, closed and referred in the quarter named; open at its end.")),
        ("answers", _("Timeliness"), _answered(tables["answers"]), _("By the procedure’s due moment, in the quarter named.")),
        (
            "settled",
            _("Where they were settled"),
            story.stages(tables),
            _("Those closed in the last quarter, by their stage then."),
        ),
        ("themes", _("Areas"), story.themes(tables) or _("Nothing was raised in the quarter"), _("Those raised in the last quarter.")),
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
        method=(
            _("The partnership as a whole; no agency is named, and nothing restricted is counted. Small numbers are shown: not for publication."),
            *_from_a_log(scope, quarters),
        ),
        days=(period.first_day.isoformat(), period.last_day.isoformat()),
    )


def _from_a_log(scope: Scope, quarters: list[Quarter]) -> tuple[str, ...]:
    """How many of those raised in the quarters were brought in from an earlier log; nothing where none was."""
    raised = scope.beside(Period(first_day(quarters[0]), period_of(quarters[-1]).last_day)).raised()
    many = raised.filter(is_imported=True).count()
    told = ngettext(
        "{n:,} of the disagreements raised in these quarters was brought in from an earlier log.",
        "{n:,} of the disagreements raised in these quarters were brought in from an earlier log.",
        many,
    )
    return (listing([told, FROM_A_LOG], " "),) if many else ()


def trend(found: Counts, quarters: list[Quarter]) -> Table:
    """Raised, closed, referred, and open at the end, by quarter."""
    columns = [found.of(kind, quarters) for kind in (Count.RAISED, Count.CLOSED, Count.REFERRED)]
    columns.append(found.open_at_the_ends(quarters))
    rows = [Row(short_name_of(each), tuple(Cell(column[at]) for column in columns)) for at, each in enumerate(quarters)]
    return Table(
        key="trend",
        caption=_("The last eight quarters"),
        row_label=_("Quarter"),
        columns=(Column(_("Raised")), Column(_("Closed")), Column(_("Referred to the partnership")), Column(_("Open at the end"))),
        rows=tuple(rows),
        chart=Chart(ChartKind.COLUMNS, _("Disagreements raised, by quarter"), (0,)),
    )


def answers(found: Counts, quarters: list[Quarter]) -> Table:
    """Responses that came due, by quarter, and the share of them in time."""
    rows = [Row(short_name_of(each), tuple(map(Cell, (*fate, sum(fate))))) for each, fate in zip(quarters, found.fates(quarters), strict=True)]
    return Table(
        key="answers",
        caption=_("Responses due, by quarter"),
        row_label=_("Quarter"),
        columns=(Column(_("In time")), Column(_("Late")), Column(_("No response")), Column(_("Due")), share(_("Share in time"), 0, 3)),
        rows=(),
        chart=Chart(ChartKind.COLUMNS, _("Share of responses in time, by quarter"), (4,)),
    ).with_rows(rows)


def unit_trend(partnership: Partnership, now: datetime, reader: Person | None = None) -> Table:
    """For one of the business unit: the quarter that runs after the seven before it, raised, closed, open, and responses in time.

    Without a reader everything is counted.
    """
    quarters, months = running_quarters(now), Months(partnership, now, without=kept_from(reader))
    found = months.counts((Count.RAISED, Count.CLOSED, Count.WITHDRAWN, *FATES.values()), months.first, last_month_of(quarters[-1]))
    met = found.of(Count.IN_TIME, quarters)
    due = [sum(fates) for fates in found.fates(quarters)]
    columns = (found.of(Count.RAISED, quarters), found.of(Count.CLOSED, quarters), found.open_at_the_ends(quarters), met, due)
    rows = [Row(_so_far(each, now), tuple(Cell(column[at]) for column in columns)) for at, each in enumerate(quarters)]
    return Table(
        key="unit-trend",
        caption=_("Eight quarters"),
        row_label=_("Quarter"),
        columns=(
            Column(_("Raised")), Column(_("Closed")), Column(_("Open at the end")), Column(_("Responses in time")), Column(_("Responses due")),
            share(_("Share in time"), 3, 4),
        ),
        rows=(),
        chart=Chart(ChartKind.COLUMNS, _("Disagreements raised, by quarter"), (0,)),
        note=_about(months, quarters, Scope(partnership, period_of(quarters[-1]), now, Edition.INTERNAL, within=counted_for(reader))),
    ).with_rows(rows)  # fmt: skip


def _about(months: Months, quarters: list[Quarter], scope: Scope) -> str:
    """Which quarters hold what was brought in from an earlier log, and when the month that runs was counted, where it was not just now."""
    at = months.counted_at.astimezone(LONDON)
    counted = "" if months.counted_at == months.now else _("The month that runs is as it was counted at {time}.", time=time_of(at))
    return listing(filter(None, [_brought_in(scope, quarters), counted]), " ")


def _brought_in(scope: Scope, quarters: list[Quarter]) -> str:
    """In which of the quarters disagreements were raised that were brought in from an earlier log; empty where in none."""
    within = {str(at): Rows("pk", filter=Q(submitted_at__gte=each.starts, submitted_at__lt=each.ends)) for at, each in enumerate(quarters)}
    found = scope.all_disputes().filter(sent_at__isnull=False, is_imported=True).aggregate(**within)
    names = [short_name_of(each) for at, each in enumerate(quarters) if found[str(at)]]
    if not names:
        return ""
    return _("Brought in from an earlier log, wholly or in part: {quarters}. {words}", quarters=listing(names, ", "), words=FROM_A_LOG)


def _so_far(quarter: Quarter, now: datetime) -> str:
    name = short_name_of(quarter)
    return _("{quarter}, so far", quarter=name) if quarter.ends > now else name


def trend_words(table: Table) -> str:
    """The quarter that runs against the one before, in a sentence or two in the language in force; columns are found by their English names."""
    at = {column.label: number for number, column in enumerate(table.columns)}
    this, last = table.rows[-1].cells, table.rows[-2].cells
    raised, before = this[at["Raised"]].number, last[at["Raised"]].number
    some = small(story.DISAGREEMENT.counted(raised))
    words = ngettext(
        "{some} was raised in this quarter so far; {before:,} in the whole quarter before.",
        "{some} were raised in this quarter so far; {before:,} in the whole quarter before.",
        raised, some=some, before=before,
    )  # fmt: skip
    sentences = [sentence(words)]
    met, due = this[at["Responses in time"]].number, this[at["Responses due"]].number
    past, was_due = last[at["Responses in time"]].number, last[at["Responses due"]].number
    if due:
        share = small(story.part_of(met, due, story.RESPONSE))
        told = _("{some} came in time; in the quarter before {past:,} of {due:,}.", some=share, past=past, due=was_due)
        sentences.append(sentence(told if was_due else _("{some} came in time.", some=share)))
    return " ".join(map(shown, sentences))


OWN_VOLUME = Definition(
    _("Raised and asked"),
    _(
        "Raised: submitted in the quarter and sent to another agency. Asked: disagreements raised in the quarter in which the agency was asked for a "
        "response. Duplicates, tests and what was kept from the agency’s own leads are counted nowhere."
    ),
)
OWN_ANSWERS = Definition(
    _("Responses due"),
    _(
        "Responses due: those of the agency whose moment under the procedure lies in the quarter, once it has passed or the response is there. In "
        "time: recorded at or before that moment."
    ),
)
OWN_TREND = Definition(_("The quarters"), listing((OWN_VOLUME.words, OWN_ANSWERS.words), " "))


def own_trend(agency: Agency, quarters: list[Quarter], now: datetime, reader: Person | None = None, *, with_restricted: bool = False) -> Table:
    """An agency's own eight quarters: raised by it, asked of it, and its responses in time.

    What is kept from the agency's own leads is counted for the business unit alone (`with_restricted`), and not for a reader from whom it is kept.
    """
    months = Months(agency.partnership, now, without=kept_from(reader) if with_restricted else kept_beside(reader, agency.pk))
    found = months.counts((Count.RAISED, Count.ASKED, *FATES.values()), first_day(quarters[0]), last_month_of(quarters[-1]), agency)
    raised, was_asked, met = (found.of(kind, quarters, with_restricted=with_restricted) for kind in (Count.RAISED, Count.ASKED, Count.IN_TIME))
    due = [sum(fates) for fates in found.fates(quarters, with_restricted=with_restricted)]
    rows = [Row(_so_far(each, now), tuple(map(Cell, (raised[at], was_asked[at], met[at], due[at])))) for at, each in enumerate(quarters)]
    return Table(
        key="own-trend",
        caption=_("Eight quarters"),
        row_label=_("Quarter"),
        columns=(
            Column(_("Raised")),
            Column(_("Asked")),
            Column(_("Responses in time")),
            Column(_("Responses due")),
            share(_("Share in time"), 2, 3),
        ),
        rows=(),
        chart=Chart(ChartKind.COLUMNS, _("Raised by the agency, by quarter"), (0,)),
        note=_about(
            months, quarters, Scope(agency.partnership, period_of(quarters[-1]), now, Edition.INTERNAL, own=agency, within=counted_for(reader))
        ),
    ).with_rows(rows)


def _most(table: Table) -> Table:
    """The areas with the most, so that the page stays one page."""
    left = len(table.rows) - MOST_AREAS
    more = ngettext("{n} further area came up.", "{n} further areas came up.", left)
    note = listing((table.note, more), " ") if left > 0 else table.note
    return replace(table, rows=table.rows[:MOST_AREAS], note=note)


def _message(table: Table, quarter: Quarter) -> str:
    raised, before = (row.cells[0].number for row in (table.rows[-1], table.rows[-2]))
    some = small(story.DISAGREEMENT.counted(raised))
    told = ngettext("{some} was raised from {quarter}", "{some} were raised from {quarter}", raised, some=some, quarter=name_of(quarter))
    forms = (_("as many as in the quarter before"), _("{n:,} more than in the quarter before", n=raised - before))
    against = forms[raised > before] if raised >= before else _("{n:,} fewer than in the quarter before", n=before - raised)
    return sentence(_("{raised}, {against}", raised=told, against=against))


def _answered(table: Table) -> str:
    met, due = table.rows[-1].cells[0].number, table.rows[-1].cells[3].number
    return story.in_time(met, due, story.RESPONSE) if due else _("No response had come due")
