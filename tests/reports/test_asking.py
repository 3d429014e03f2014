"""Questions asked together: the same answers as one by one, in a handful of statements."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.db.models import Count, F, Max, Q
from django.test.utils import CaptureQueriesContext

from escalation.models import Dispute, Event
from escalation.states import EventKind
from reports import own, services
from reports.asking import Asking, Query, Rows, at_once, summed
from reports.figures import Edition
from reports.measures import MEASURES, Scope, figures_of
from reports.periods import Period, Year
from tests.kept import kept_fixture
from tests.reports.builders import World, make_world
from tests.reports.generated import generate

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DOCUMENTS: dict[str, Callable[[World], object]] = {
    "internal": lambda world: services.figures(world.partnership, Year(2026), Edition.INTERNAL, NOW),
    "public": lambda world: services.figures(world.partnership, Year(2025), Edition.PUBLIC, NOW),
    "standing": lambda world: services.standing_figures(world.partnership, Period(date(2026, 8, 1), date(2026, 12, 31)), NOW),
    "own": lambda world: own.own_report(world.agencies[0], Year(2026), NOW),
    "scorecard": lambda world: own.scorecard(world.agencies[0], Year(2026), NOW),
}


@kept_fixture
def world() -> World:
    world = make_world(with_posts=True)
    for year in (2025, 2026):
        generate(world, 60, starts=Year(year).starts, ends=min(Year(year).ends, NOW), now=NOW, seed=year)
    return world


@pytest.mark.engines
@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("year", [2025, 2026])
def test_every_measure_gives_the_same_table_alone_and_among_the_others(world: World, edition: Edition, year: int) -> None:
    together = figures_of(Scope(world.partnership, Year(year), NOW, edition))
    alone = {key: MEASURES[key].figures(Scope(world.partnership, Year(year), NOW, edition)) for key in together}
    assert together == alone


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_of_forty_tables_asks_the_record_ten_times_at_most(world: World, name: str) -> None:
    DOCUMENTS[name](world)  # The calendar is read once and kept between documents.
    with CaptureQueriesContext(connection) as few:
        DOCUMENTS[name](world)
    for year in (2025, 2026):
        generate(world, 20, starts=Year(year).starts, ends=min(Year(year).ends, NOW), now=NOW, seed=9)
    with CaptureQueriesContext(connection) as many:
        DOCUMENTS[name](world)
    assert len(many) == len(few) <= 10, [query["sql"][:200] for query in many]


def rows_alike(rows: Rows) -> list[str]:
    """The rows in no order, each value with its kind."""
    return sorted(str({name: (type(value).__name__, str(value)) for name, value in row.items()}) for row in rows)


@pytest.mark.engines
def test_values_of_every_kind_come_back_as_they_are_kept(world: World) -> None:
    questions: list[Query] = [
        Dispute.objects.values("raising_agency", "themes", "level_of_need", "is_urgent").annotate(last=Max("submitted_at"), number=Count("id")),
        Dispute.objects.values("raising_agency__member_since", kind=F("raising_agency__kind")).annotate(number=Count("pk")),
        Event.objects.filter(kind=EventKind.ANSWERED).values("facts", "recorded_at", "dispute"),
        summed(Dispute.objects.filter(state="nothing"), number=Count("id", filter=Q(is_urgent=True)), last=Max("submitted_at")),
    ]
    with CaptureQueriesContext(connection) as queries:
        found = at_once(*questions)
    assert len(queries) == 1
    for rows, question in zip(found, questions, strict=True):
        assert rows_alike(rows) == rows_alike(list(question.order_by()))
    assert found[3] == [{"of_all": 1, "number": 0, "last": None}]


@pytest.mark.engines
def test_a_part_that_asks_after_an_answer_is_answered_in_a_second_statement_and_one_that_fails_says_so(world: World) -> None:
    """Though a part is begun anew for each answer, a query that it gives by what makes it is made once."""
    asking, made = Asking(), list[bool]()
    numbers = summed(Dispute.objects.all(), number=Count("id"))

    def twice() -> int:
        [[first]] = asking.each(numbers)
        [[second]] = asking.each(lambda: those_with_a_key(is_any=bool(first["number"])))
        return int(second["number"])

    def those_with_a_key(*, is_any: bool) -> Query:
        made.append(is_any)
        return summed(Dispute.objects.filter(pk__isnull=not is_any), number=Count("id"))

    with CaptureQueriesContext(connection) as queries:
        found = asking.together({"once": lambda: asking.each(numbers)[0][0]["number"], "twice": twice})
    assert (found["once"], found["twice"], len(queries), made) == (120, 120, 2, [True])
    with pytest.raises(ZeroDivisionError):
        asking.together({"broken": lambda: 1 // 0})
    assert [rows[0]["number"] for rows in asking.each(numbers, lambda: those_with_a_key(is_any=True))] == [120, 120]
