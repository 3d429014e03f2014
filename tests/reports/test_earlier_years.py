"""Earlier years brought in from a log measure to the digit as the same years that were lived in the product."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from html import unescape
from statistics import median
from typing import Any

import pytest
from django.db import transaction
from django.template.loader import render_to_string

from escalation.models import Clock, Dispute, Event, Notification
from escalation.procedures.schema import shipped
from escalation.services.earlier_log import BroughtIn, bring_in_log
from escalation.services.procedures import publish
from reports import charts, own, quarterly
from reports.api.figures import ReportOut, shown
from reports.exports import FORMATS
from reports.figures import Document, Edition, Mark
from reports.measures import Scope, figures_of
from reports.periods import Year
from reports.rendering import context_of
from reports.services import figures
from tests.cast import Cast, build_cast
from tests.escalation.earlier_logs import a_log, do_directly, half_named, written
from tests.reports.record.imported import brought_in
from tests.reports.record.reader import Reader
from tests.reports.test_exports import texts_of

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 12, 12, tzinfo=UTC)
YEARS = {2024: 5, 2025: 16, 2026: 3}


@dataclass
class Twice:
    """The same years in two partnerships of the same people: lived in one, brought in to the other."""

    lived: Cast
    brought: Cast
    done: BroughtIn


@pytest.fixture(scope="module")
def twice(django_db_setup: None, django_db_blocker: Any) -> Iterator[Twice]:
    with django_db_blocker.unblock(), transaction.atomic():
        lived, brought = build_cast(), build_cast()
        for cast in (lived, brought):
            version = publish(shipped()["bristol"], cast.partnership, now=NOW, in_force_from=date(2024, 1, 1)).version
            rows = [row for year, number in YEARS.items() for row in a_log(number, starts=Year(year).starts, ends=_end(year), seed=year)]
            if cast is lived:
                do_directly(cast, version, rows)
            else:
                done = bring_in_log("log.csv", written(cast, half_named(rows)), cast.partnership, actor=None, now=NOW)
        yield Twice(lived, brought, done)
        transaction.set_rollback(True)


def _end(year: int) -> datetime:
    return min(Year(year).ends, NOW)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("edition", list(Edition))
def test_every_figure_is_the_same(twice: Twice, year: int, edition: Edition) -> None:
    lived, brought = (figures_of(Scope(cast.partnership, Year(year), NOW, edition)) for cast in (twice.lived, twice.brought))
    came = brought.pop("imported").rows
    assert came[0].cells[0].number == brought["raised"].total(2).number
    assert came[0].cells[1].number == len(lived.pop("imported").rows) == 0
    assert brought == lived
    assert sum(cell.number for cell in brought["raised"].rows[-1].cells) > 0


@pytest.mark.parametrize("year", YEARS)
def test_whoever_reads_the_brought_in_record_counts_alike(twice: Twice, year: int) -> None:
    """From the lines alone, due moments by the procedure's published text and another calendar."""
    figures = figures_of(Scope(twice.brought.partnership, Year(year), NOW, Edition.INTERNAL))
    reader = Reader(twice.brought.partnership, Year(year), NOW)
    told = [[row.cells[at].number for at in (0, 1, 2, 5, 6)] for row in figures["responses"].rows if not row.is_total]
    assert told == list(reader.responses().values())
    taken = [[cell.value for cell in row.cells if not cell.mark] for row in figures["durations"].rows]
    assert taken == [spread(spans) for spans in reader.durations()]
    assert [row.cells[1].value for row in figures["findings"].rows] == [words for _, _, words in reader.findings()]
    assert [row.cells[0].number for row in figures["other"].rows][:5] == reader.other()
    assert {row.cells[2].number for row in figures["panels"].rows} <= {reader.panels()[0]}
    assert [[cell.number for cell in row.cells[:3]] for row in figures["imported"].rows] == brought_in(reader) != []


def spread(spans: list[int]) -> list[float]:
    """How many, the median where there are six, the shortest and the longest."""
    middle = [median(spans)] if len(spans) >= 6 else []
    return [len(spans), *middle, min(spans), max(spans)] if spans else [0]


def test_the_years_hold_what_the_figures_are_about(twice: Twice) -> None:
    """Late, missing and timely responses, every ending, a chair's decision, a reopening, and some that are still open."""
    figures = figures_of(Scope(twice.brought.partnership, Year(2025), NOW, Edition.INTERNAL))
    in_time, late, none = (figures["responses"].rows[-1].cells[at].number for at in range(3))
    assert min(in_time, late, none) > 0
    assert {"open", "closed", "withdrawn", "resolved"} == set(twice.done.states)
    kinds = set(Event.objects.filter(dispute__partnership=twice.brought.partnership).values_list("kind", flat=True))
    assert {"decided", "reopened", "timetable_agreed", "moved_up", "gap_recorded"} <= kinds


def test_the_same_lines_stand_in_both_records_with_the_same_moments(twice: Twice) -> None:
    def lines(cast: Cast) -> list[tuple[Any, ...]]:
        rows = Event.objects.filter(dispute__partnership=cast.partnership).exclude(kind="brought_in")
        return sorted(rows.values_list("recorded_at", "kind", "stage", "dispute__submitted_at", "happened_at"))

    assert lines(twice.brought) == lines(twice.lived)


def test_the_same_clocks_went_over_their_moment(twice: Twice) -> None:
    """Worked out without the product: those that ended after their moment, or had not when the log was brought in."""
    clocks = Clock.objects.filter(dispute__partnership=twice.brought.partnership, is_imported=True, agreed_due_at=None)
    assert clocks.filter(breached_at__isnull=False).exists()
    for clock in clocks:
        assert (clock.breached_at is not None) == ((clock.ended_at or NOW) > clock.due_at), clock


def test_nobody_is_told_of_the_past(twice: Twice) -> None:
    assert not Notification.objects.filter(dispute__partnership=twice.brought.partnership).exists()
    assert Notification.objects.filter(dispute__partnership=twice.lived.partnership).exists()


def test_the_annual_report_shows_the_brought_in_year(twice: Twice) -> None:
    document = figures(twice.brought.partnership, Year(2024), Edition.INTERNAL, NOW)
    raised = next(part for section in document.sections for part in section.tables if part.key == "raised")
    assert raised.rows[-1].cells[-1].number == YEARS[2024] == twice.done.years[2024]


def words_of(twice: Twice, edition: Edition, cast: Cast | None = None) -> tuple[Document, dict[str, str]]:
    """The last year's document, and what it says at each door."""
    document = figures((cast or twice.brought).partnership, Year(2025), edition, NOW)
    paper = render_to_string("reports/annual_pdf.html", context_of(document, charts.WIDE))
    files = {ending: " ".join(texts_of(form.make(document), ending)) for ending, form in FORMATS.items()}
    return document, files | {"paper": unescape(paper), "programs": json.dumps(ReportOut(shown(document)).data, ensure_ascii=False)}


def test_the_report_says_at_every_door_how_much_was_brought_in_and_what_a_log_cannot_know(twice: Twice) -> None:
    document, doors = words_of(twice, Edition.INTERNAL)
    [table] = [table for section in document.sections for table in section.tables if table.key == "imported"]
    many = YEARS[2025]
    assert [cell.value for cell in table.rows[0].cells] == [many, 0, many, 100]
    assert f"All {many} raised were brought in from an earlier log." in document.summary[0]
    for door, text in doors.items():
        for words in (
            "Brought in from an earlier log",
            "Some of what is counted was brought in from an earlier log",
            "which messages were sent and arrived",
        ):
            assert words in text, (door, words)


def test_where_nothing_was_brought_in_nothing_is_said_of_a_log(twice: Twice) -> None:
    _document, doors = words_of(twice, Edition.INTERNAL, twice.lived)
    for door, text in doors.items():
        assert "earlier log" not in text, door


def test_in_public_neither_how_few_were_brought_in_nor_how_few_were_not_is_told(twice: Twice) -> None:
    """All but three of the year were brought in, then all but three were not."""
    every = list(Dispute.objects.filter(partnership=twice.brought.partnership, submitted_at__gte=Year(2025).starts, submitted_at__lt=Year(2025).ends))
    few, rest = ([row.pk for row in rows] for rows in (every[:3], every[3:]))
    for theirs, ours in ((rest, few), (few, rest)):
        Dispute.objects.filter(pk__in=theirs).update(is_imported=True)
        Dispute.objects.filter(pk__in=ours).update(is_imported=False)
        document, _doors = words_of(twice, Edition.PUBLIC)
        [table] = [table for section in document.sections for table in section.tables if table.key == "imported"]
        assert [cell.mark for cell in table.rows[0].cells[:2]] == [Mark.HIDDEN, Mark.HIDDEN]
        assert "Some of those raised were brought in from an earlier log; how many is not shown." in document.summary[0]


def test_an_agencys_report_and_the_boards_quarter_say_it_too(twice: Twice) -> None:
    raiser = (
        Dispute.objects.filter(partnership=twice.brought.partnership, submitted_at__gte=Year(2025).starts).exclude(sent_at=None)[0].raising_agency
    )
    own_side = own.own_report(raiser, Year(2025), NOW)
    card = {row.label: row.cells[0].number for row in own_side.sections[0].tables[0].rows}
    assert card["Of those, brought in from an earlier log"] == card["Raised"] > 0
    assert "which messages were sent and arrived" in own_side.sections[0].tables[0].note
    assert "imported" in {table.key for section in own_side.sections for table in section.tables}
    page = quarterly.board_page(twice.brought.partnership, quarterly.last_quarters(NOW), NOW)
    assert "of the disagreements raised in these quarters were brought in from an earlier log. What was brought in" in page.method[-1]
    lived = quarterly.board_page(twice.lived.partnership, quarterly.last_quarters(NOW), NOW)
    assert "earlier log" not in " ".join(lived.method)


def test_beside_the_quarters_of_a_board_and_of_an_agency_stands_which_of_them_were_brought_in(twice: Twice) -> None:
    """By the days themselves, quarter by quarter; of some of what was brought in, as though the rest had been logged here."""
    partnership = twice.brought.partnership
    late = Dispute.objects.filter(partnership=partnership, submitted_at__gte=datetime(2025, 9, 30, 23, tzinfo=UTC))
    raiser = Dispute.objects.filter(partnership=partnership).exclude(sent_at=None)[0].raising_agency
    with transaction.atomic():
        late.update(is_imported=False)
        for note, rows in (
            (quarterly.unit_trend(partnership, NOW).note, Dispute.objects.filter(partnership=partnership)),
            (quarterly.own_trend(raiser, quarterly.running_quarters(NOW), NOW).note, Dispute.objects.filter(raising_agency=raiser)),
        ):
            days = [day for day in rows.filter(is_imported=True).exclude(sent_at=None).values_list("submitted_at", flat=True) if day.year >= 2024]
            held = sorted({(day.year, (day.month - 1) // 3) for day in days if (day.year, day.month) >= (2024, 7)})
            names = [f"{('Jan to Mar', 'Apr to Jun', 'Jul to Sep', 'Oct to Dec')[quarter]} {year}" for year, quarter in held]
            assert note.startswith(f"Brought in from an earlier log, wholly or in part: {', '.join(names)}. What was brought in ")
            assert 0 < len(names) < 8
        transaction.set_rollback(True)
    assert "earlier log" not in quarterly.unit_trend(twice.lived.partnership, NOW).note
