"""Months that are over are counted once and kept, and whatever reads them shows to the digit what the measures count live."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.db import connection
from django.db.models import Q
from django.test.utils import CaptureQueriesContext

from agencies.models import Agency, Partnership
from escalation.models import ChangedMonth, Dispute
from escalation.states import Measure, State
from reports import quarterly
from reports.figures import Edition, Table
from reports.kept_months import Count, KeptMonth, MonthCount
from reports.measures import MEASURES, Scope
from reports.measures.compared import Span, referred_in
from reports.measures.own import asked
from reports.measures.scope import Within
from reports.measures.timeliness import due_between, tallies
from reports.months import keeping
from reports.months.reading import Months
from reports.periods import Period, Quarter, Year
from reports.readers import for_many
from tests.kept import kept_fixture
from tests.reports.builders import Life, World, make_world
from tests.reports.generated import generate

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
FATES = ("in_time", "late", "none")


def plain(table: Table, *columns: int) -> list[list[Any]]:
    return [[row.cells[column].value for column in columns] for row in table.rows]


def raised_in(scope: Scope, span: Span) -> int:
    """Raised and sent to another agency in the span."""
    return scope.all_disputes().filter(sent_at__isnull=False, submitted_at__gte=span.starts, submitted_at__lt=span.until).count()


def closed_in(scope: Scope, span: Span) -> int:
    """Closed in the span."""
    rows = scope.all_disputes().filter(sent_at__isnull=False, state=State.CLOSED, ended_at__gte=span.starts, ended_at__lt=span.until)
    return rows.count()


def put_before_in(scope: Scope, span: Span) -> int:
    """Put before the partnership in the span."""
    return referred_in(scope, span).count()


def open_at_the_end(scope: Scope, span: Span) -> int:
    """Sent, and neither closed nor withdrawn at the end of the span."""
    gone = Q(state__in=[State.CLOSED, State.WITHDRAWN], ended_at__lt=span.until)
    return scope.all_disputes().filter(sent_at__isnull=False, submitted_at__lt=span.until).exclude(gone).count()


def counted_live(partnership: Partnership, quarters: list[Quarter], now: datetime, within: Within | None = None) -> dict[str, list[list[Any]]]:
    """What the pages show, by the measures' own queries on the record: nothing kept is looked at."""
    scope = scope_of(partnership, quarters, now, within=within)
    spans = [Span(quarter.starts, quarter.ends) for quarter in quarters]
    return {
        "trend": [[count(scope, span) for count in (raised_in, closed_in, put_before_in, open_at_the_end)] for span in spans],
        "answers": [fates_in(scope, span) for span in spans],
    }


def own_counted_live(agency: Agency, quarters: list[Quarter], now: datetime) -> list[list[Any]]:
    """The same of what an agency's own page shows."""
    scope, found = scope_of(agency.partnership, quarters, now, own=agency), []
    for quarter in quarters:
        inside = {"submitted_at__gte": quarter.starts, "submitted_at__lt": quarter.ends}
        fates = fates_in(scope, Span(quarter.starts, quarter.ends))
        found.append([scope.raised().filter(**inside).count(), asked(scope).filter(**inside).count(), fates[0], sum(fates)])
    return found


def scope_of(partnership: Partnership, quarters: list[Quarter], now: datetime, **more: Any) -> Scope:
    period = Period(quarterly.first_day(quarters[0]), quarterly.period_of(quarters[-1]).last_day)
    return Scope(partnership, period, now, Edition.INTERNAL, **more)


def fates_in(scope: Scope, span: Span) -> list[int]:
    """How many responses that came due in the span came in time, late and not at all."""
    wanted = {key: tallies(scope)[key] for key in FATES}
    return list(due_between(scope, span.starts, span.until, Measure.RESPONSE).aggregate(**wanted).values())


@dataclass
class Live:
    """What was counted live: by the month that is kept or read it does not change."""

    pages: dict[str, list[list[Any]]]
    tables: dict[str, list[tuple[str, list[Any]]]]
    own: dict[UUID, list[list[Any]]]


def live_now(partnership: Partnership, now: datetime, agencies: list[Agency]) -> Live:
    """Every figure of the board's page and of the agencies' trends, counted live."""
    quarters = quarterly.last_quarters(now)
    scope = Scope(partnership, quarterly.period_of(quarters[-1]), now, Edition.INTERNAL, within=for_many)
    tables = {
        key: [(row.label, [cell.value for cell in row.cells]) for row in MEASURES[key].figures(scope).rows[:most]]
        for key, most in (("settled", None), ("themes", quarterly.MOST_AREAS))
    }
    own = {agency.pk: own_counted_live(agency, quarters, now) for agency in agencies}
    return Live(counted_live(partnership, quarters, now, within=for_many), tables, own)


def agrees(partnership: Partnership, now: datetime, agencies: list[Agency], live: Live | None = None) -> bool:
    """Whether every figure of the board's page and of the agencies' trends is the one that is counted live, now or since when the record is as it is.
    An assertion tells which is not."""
    live = live or live_now(partnership, now, agencies)
    quarters = quarterly.last_quarters(now)
    document = quarterly.board_page(partnership, quarters, now)
    shown = {table.key: table for section in document.sections for table in section.tables}
    assert plain(shown["trend"], 0, 1, 2, 3) == live.pages["trend"]
    assert plain(shown["answers"], 0, 1, 2) == live.pages["answers"]
    for key, expected in live.tables.items():
        assert [(row.label, [cell.value for cell in row.cells]) for row in shown[key].rows] == expected
    for agency in agencies:
        assert plain(quarterly.own_trend(agency, quarters, now), 0, 1, 2, 3) == live.own[agency.pk]
    return True


@kept_fixture
def world() -> World:
    """Two and a half years of rows that no job has counted."""
    world = make_world()
    for number, year in enumerate((2024, 2025, 2026)):
        generate(world, 60, starts=Year(year).starts, ends=min(Year(year).ends, NOW), now=NOW, seed=number)
    Dispute.objects.filter(pk__in=list(Dispute.objects.values_list("pk", flat=True)[:9])).update(is_restricted=True)
    within_one_agency(world, datetime(2026, 8, 4, 9, tzinfo=UTC))
    return world


@kept_fixture
def dispute(world: World) -> World:
    """The same, every month kept that is over."""
    keep_all(world.partnership, NOW)
    return world


@pytest.fixture
def years(world: World) -> World:
    return world


@pytest.fixture
def kept(dispute: World) -> World:
    return dispute


def within_one_agency(world: World, at: datetime) -> None:
    """An agency raised one that is kept from its own leads, and owes a response in it itself."""
    agency, other = world.agencies[:2]
    life = Life.begin(world, at, agency, [other], NOW, themes=["delay"], is_restricted=True)
    run = life.enter(1, at)
    life.ask(run, other, at, due=at + timedelta(days=1), answered=None, until=at + timedelta(days=3))
    life.ask(run, agency, at, due=at + timedelta(days=1), answered=at + timedelta(days=2), until=at + timedelta(days=3))
    world.save()


def keep_all(partnership: Partnership, now: datetime) -> int:
    months = keeping.wanting(partnership, now)
    for month in months:
        keeping.keep(partnership, month, now)
    return len(months)


def test_without_anything_kept_the_pages_count_live(years: World) -> None:
    assert agrees(years.partnership, NOW, years.agencies[:3])


def test_with_every_month_kept_the_pages_show_the_same(kept: World) -> None:
    assert KeptMonth.objects.count() == 31  # April 2024 to October 2026; November is not over.
    assert agrees(kept.partnership, NOW, [*kept.agencies[:4], kept.agencies[9]])  # The last raises and is asked nothing.
    with CaptureQueriesContext(connection) as queries:
        quarterly.board_page(kept.partnership, quarterly.last_quarters(NOW), NOW)
    # What is kept from an agency's people is the one thing that is counted live, to be left out.
    assert len([query["sql"] for query in queries if "escalation_clock" in query["sql"]]) == 1


def test_with_some_months_kept_some_changed_and_some_missing_they_do_too(kept: World) -> None:
    KeptMonth.objects.filter(month__in=[date(2025, 3, 1), date(2025, 5, 1), date(2025, 6, 1)]).delete()
    changed = KeptMonth.objects.get(month=date(2026, 2, 1))
    ChangedMonth.objects.create(partnership=kept.partnership, month=changed.month)
    MonthCount.objects.filter(month=changed).update(number=999)  # It must not be read.
    assert agrees(kept.partnership, NOW, kept.agencies[:4])


@pytest.mark.engines
def test_what_is_kept_is_what_is_read(kept: World) -> None:
    MonthCount.objects.filter(month__month=date(2026, 8, 1), kind=Count.REFERRED).delete()
    month = KeptMonth.objects.get(month=date(2026, 8, 1))
    MonthCount.objects.create(month=month, kind=Count.REFERRED, number=77)
    found = Months(kept.partnership, NOW).counts([Count.REFERRED], date(2026, 8, 1), date(2026, 8, 31))
    assert found.of(Count.REFERRED, [Year(2026).quarters()[1]]) == [77]


def test_a_month_that_is_counted_anew_keeps_its_key_for_whoever_reads_it_meanwhile(kept: World) -> None:
    reader = Months(kept.partnership, NOW)
    assert reader.first == date(2024, 4, 1)  # It has asked which are kept, and not yet for their counts.
    keeping.keep(kept.partnership, date(2026, 8, 1), NOW)
    raised = reader.counts([Count.RAISED], date(2026, 8, 1), date(2026, 8, 31))
    assert raised.of(Count.RAISED, [Year(2026).quarters()[1]])[0] > 0


def test_what_is_kept_from_an_agencys_leads_is_counted_for_the_unit_alone(years: World) -> None:
    agency = Dispute.objects.filter(is_restricted=True, sent_at__isnull=False)[0].raising_agency
    every = [quarter for number in (2024, 2025, 2026) for quarter in Year(number).quarters()]
    leads, unit = (
        sum(row[0] for row in plain(quarterly.own_trend(agency, every, NOW, with_restricted=with_restricted), 0)) for with_restricted in (False, True)
    )
    assert unit - leads == Dispute.objects.filter(is_restricted=True, sent_at__isnull=False, raising_agency=agency).count() > 0


def test_the_job_keeps_the_months_of_every_partnership_but_those_to_practise_in(years: World) -> None:
    practice = make_world(is_invented=True, is_practice=True).partnership
    Dispute.objects.filter(pk__in=list(Dispute.objects.values_list("pk", flat=True)[:5])).update(partnership=practice)
    assert keeping.keep_months(most=3) == 3
    assert set(KeptMonth.objects.values_list("partnership", flat=True)) == {years.partnership.pk}
    assert keeping.wanting(years.partnership, NOW)[0] == date(2024, 7, 1)  # It goes on where it ended.


def test_where_there_is_much_the_month_that_runs_is_kept_too_and_the_page_says_of_when(years: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MANY", 1)
    with time_machine.travel(NOW, tick=False):
        keeping.keep_months()
    assert KeptMonth.objects.get(month=date(2026, 11, 1)).counted_at == NOW
    later = NOW + timedelta(minutes=9)
    quarters = quarterly.running_quarters(later)
    assert quarterly.own_trend(years.agencies[0], quarters, later).note == "The month that runs is as it was counted at midday."
    assert plain(quarterly.unit_trend(years.partnership, later), 0, 1, 2) == [
        [row[0], row[1], row[3]] for row in counted_live(years.partnership, quarters, NOW)["trend"]
    ]
    assert not quarterly.unit_trend(years.partnership, NOW + timedelta(minutes=10)).note
    assert date(2026, 11, 1) in keeping.wanting(years.partnership, datetime(2026, 12, 1, 0, 1, tzinfo=UTC))
