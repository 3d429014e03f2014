"""The standing report of any period, for a subgroup's meeting (DEV-05)."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput
from agencies.models import User
from escalation.models import Dispute
from escalation.states import State, Verb
from reports import services, standing
from reports.figures import Document, Mark, Table
from reports.models import EarlyReturn
from reports.periods import Period, period_between
from tests.cast import Cast
from tests.escalation.verbs import resolved
from tests.kept import kept_fixture
from tests.reports.builders import Life, World, make_world
from tests.reports.generated import generate
from tests.world import MONDAY, london
from tests.world import World as Machine

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SUMMER = Period(date(2026, 6, 15), date(2026, 8, 14))


def asked(first: date, last: date) -> dict[str, str]:
    return {
        f"{name}_{at}": str(part)
        for name, day in (("first_day", first), ("last_day", last))
        for at, part in enumerate((day.day, day.month, day.year))
    }


def test_a_period_begins_and_ends_at_midnight_in_london() -> None:
    assert SUMMER.starts == datetime(2026, 6, 14, 23, tzinfo=UTC)
    assert SUMMER.ends == datetime(2026, 8, 14, 23, tzinfo=UTC)


def test_a_period_falls_into_its_months() -> None:
    parts = SUMMER.quarters()
    assert [part.label for part in parts] == ["June 2026", "July 2026", "August 2026"]
    assert [part.starts for part in parts[1:]] == [part.ends for part in parts[:-1]]
    assert (parts[0].starts, parts[-1].ends) == (SUMMER.starts, SUMMER.ends)


TOUCHED: tuple[tuple[Period, dict[str, int]], ...] = (
    (Period(date(2026, 6, 15), date(2026, 7, 14)), {"April to June 2026": 5, "July to September 2026": 12}),
    (Period(date(2026, 8, 24), date(2026, 11, 22)), {"July to September 2026": 12}),
    (Period(date(2026, 3, 31), date(2026, 4, 1)), {"January to March 2026": 7, "April to June 2026": 5}),
    (Period(date(2026, 10, 1), date(2026, 11, 22)), {}),
)


@pytest.mark.django_db
def test_every_quarter_that_a_period_touches_is_told_whole_and_by_its_name() -> None:
    """Early matters are returned by the quarter: no month has its quarter's, and no quarter's are lost because it began before the period."""
    world = make_world()
    Life.begin(world, datetime(2026, 2, 2, 9, tzinfo=UTC), world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
    world.save()
    for quarter, matters in ((date(2026, 1, 1), 7), (date(2026, 4, 1), 5), (date(2026, 7, 1), 12)):
        EarlyReturn.objects.create(agency=world.agencies[9], quarter=quarter, matters=matters, returned_by=world.unit, returned_at=NOW)
    for period, told in TOUCHED:
        tables = {table.key: table for section in services.standing_figures(world.partnership, period, NOW).sections for table in section.tables}
        rows = tables["early"].rows if "early" in tables else ()
        assert {row.label: row.cells[0].value for row in rows} == (told | {"All returned": sum(told.values())} if told else {})
        assert not rows or tables["early"].row_label == "Quarter returned"
        [quiet] = [row.cells[3] for row in tables["silent"].rows if row.label == world.agencies[9].name]
        assert (quiet.value, quiet.mark) == ((sum(told.values()), Mark.NONE) if told else (None, Mark.NOT_AVAILABLE))


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 6, 2), date(2026, 6, 1), "last_day"),
        (date(2025, 1, 1), date(2026, 6, 1), "last_day"),
        (date(2026, 12, 1), date(2026, 12, 31), "first_day"),
    ],
)
def test_a_period_that_cannot_be_reported_on_is_refused_beside_its_field(first: date, last: date, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        period_between(first, last, NOW)
    assert refused.value.field == field


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@kept_fixture
def world() -> World:
    world = make_world()
    generate(world, 40, starts=SUMMER.starts, ends=NOW, now=NOW)
    return world


def report(world: World, period: Period = SUMMER) -> Document:
    return services.standing_figures(world.partnership, period, NOW)


def tables(document: Document, key: str) -> tuple[Table, ...]:
    return next(section.tables for section in document.sections if section.key == key)


@pytest.mark.engines
@pytest.mark.django_db
def test_the_standing_report_counts_what_was_raised_in_its_period_and_nothing_else(world: World) -> None:
    rows = Dispute.objects.filter(partnership=world.partnership, sent_at__isnull=False).exclude(state=State.DRAFT)
    inside = [row for row in rows if row.submitted_at and SUMMER.starts <= row.submitted_at < SUMMER.ends]
    assert 0 < tables(report(world), "volume")[0].total(2).number == len(inside) < 40


@pytest.mark.django_db
def test_the_standing_report_speaks_of_a_period_and_not_of_a_year(world: World) -> None:
    words = " ".join(str(value) for value in _texts(report(world).as_json()))
    assert "the period" in words
    assert "the year" not in words
    assert "quarter" not in words.casefold()


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    return [text for inner in value for text in _texts(inner)] if isinstance(value, list | tuple) else []


@pytest.mark.django_db
def test_a_period_in_which_nothing_was_raised_says_so_and_not_that_small_numbers_are_hidden() -> None:
    world = make_world()
    life = Life.begin(world, SUMMER.starts - timedelta(days=30), world.agencies[2], [world.agencies[0]], NOW, themes=["delay"])
    life.finish(SUMMER.starts + timedelta(days=2), State.CLOSED, resolved_at=SUMMER.starts)
    world.save()
    document = report(world)
    messages = {section.key: str(section.message) for section in document.sections}
    assert messages["themes"] == "Areas of disagreement: nothing was counted"
    assert not [words for words in messages.values() if "small numbers" in words]


@pytest.fixture
def machine(cast: Cast) -> Machine:
    return Machine(cast)


@pytest.mark.engines
@pytest.mark.django_db
def test_the_unresolved_ones_are_reported_up_one_by_one_with_their_stage_and_age(machine: Machine) -> None:
    """DEV-05: unresolved escalations are reported up to the Practice Development Group."""
    dispute = machine.sent()
    days = (MONDAY.date(), MONDAY.date() + timedelta(days=9))
    document = services.standing_figures(dispute.partnership, Period(*days), MONDAY + timedelta(days=9))
    row = tables(document, "unresolved")[0].rows[0]
    assert row.label == dispute.reference
    assert [cell.value for cell in row.cells][1:3] == [machine.cast.raising.name, machine.cast.receiving.name]
    assert row.cells[4].value == 7, "From Monday to the Wednesday of the week after are seven working days."
    assert row.cells[5].value == "Overdue"


@pytest.mark.django_db
def test_what_is_done_after_the_period_leaves_what_was_overdue_and_where_it_stood_then(machine: Machine) -> None:
    dispute = machine.sent()
    period = Period(MONDAY.date(), MONDAY.date() + timedelta(days=9))
    then = tables(services.standing_figures(dispute.partnership, period, MONDAY + timedelta(days=10)), "unresolved")[0].rows
    machine.now = MONDAY + timedelta(days=20)
    machine.do(dispute, Verb.RESPOND, machine.cast.receiver, answer="disagrees", reasons="We looked again.", actions="None.")
    machine.do(dispute, Verb.MOVE_UP, machine.cast.own_manager, ground="not_resolved", reason="It goes on.", told_other_side=True)
    assert machine.fresh(dispute).stage == 2
    now = tables(services.standing_figures(dispute.partnership, period, MONDAY + timedelta(days=21)), "unresolved")[0].rows
    assert [cell.value for cell in now[0].cells] == [cell.value for cell in then[0].cells]
    assert (then[0].cells[0].value, then[0].cells[5].value) == ("Stage 1: team managers", "Overdue")


@pytest.mark.django_db
@pytest.mark.parametrize("procedure", ["bristol", "devon"])
def test_overdue_is_by_the_date_that_both_sides_had_agreed_by_then(cast: Cast, procedure: str) -> None:
    """Monday's matter, to be answered by Thursday noon as agreed on Monday: Devon leaves every date to the sides, Bristol gives one working day."""
    machine = Machine(cast, procedure)
    dispute, sides = machine.sent(), (cast.own_manager, cast.receiver)
    if procedure == "devon":
        machine.do(dispute, Verb.MOVE_UP, cast.own_manager, ground="not_resolved", reason="We talked.")
        sides = cast.raiser, cast.other_practitioner
    machine.do(dispute, Verb.PROPOSE_TIMETABLE, sides[0], due_at=london("2026-03-05 12:00"), reason="After the visit.")
    machine.do(dispute, Verb.AGREE_TIMETABLE, sides[1])
    now = MONDAY + timedelta(days=10)
    on = {day: services.standing_figures(cast.partnership, Period(MONDAY.date(), date(2026, 3, day)), now) for day in (4, 5)}
    assert {day: tables(document, "unresolved")[0].rows[0].cells[5].value for day, document in on.items()} == {4: "No", 5: "Overdue"}


@pytest.mark.engines
@pytest.mark.django_db
def test_a_long_list_is_cut_and_says_so_and_all_are_counted(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standing, "MOST", 2)
    disputes = [machine.sent() for _ in range(3)]
    document = services.standing_figures(machine.cast.partnership, Period(MONDAY.date(), MONDAY.date()), MONDAY + timedelta(days=1))
    section = next(section for section in document.sections if section.key == "unresolved")
    assert section.message == "3 disagreements are listed as unresolved"
    assert {row.label for row in section.tables[0].rows} < {dispute.reference for dispute in disputes}
    assert section.tables[0].note.startswith("The 2 oldest of 3 are listed. ")


@pytest.mark.django_db
def test_what_is_resolved_and_still_to_be_closed_is_told_from_the_unresolved_and_counts_as_open(machine: Machine) -> None:
    listed, settled = machine.sent(), resolved(machine, machine.sent())
    assert (machine.fresh(listed).state, machine.fresh(settled).state) == ("open", "resolved")
    day = machine.now.date()
    document = services.standing_figures(machine.cast.partnership, Period(MONDAY.date(), day), machine.now + timedelta(minutes=1))
    section = next(section for section in document.sections if section.key == "unresolved")
    assert section.message == "1 disagreement is listed as unresolved; 1 more is resolved and still to be closed"
    assert [row.label for row in section.tables[0].rows] == [listed.reference]
    assert "what is resolved and still to be closed too" in section.tables[0].note
    [beside] = [table for table in tables(document, "volume") if table.key == "other"]
    assert next(row.cells[0].value for row in beside.rows if row.key == "open") == 2


@pytest.mark.django_db
def test_one_that_was_withdrawn_is_not_reported_as_unresolved(machine: Machine) -> None:
    dispute = machine.sent()
    machine.do(dispute, Verb.WITHDRAW, machine.cast.lead, reason="The plan was changed.", still_at_risk=False)
    document = services.standing_figures(dispute.partnership, Period(MONDAY.date(), MONDAY.date()), MONDAY + timedelta(days=1))
    assert tables(document, "unresolved")[0].rows == ()


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="agencies.backend.AccountBackend")
    return client


@pytest.mark.django_db
def test_the_subgroup_and_the_business_unit_read_the_standing_report_and_nobody_else_does(cast: Cast) -> None:
    found = {part for part, user in cast.users() if signed_in(user).get(reverse("report-standing")).status_code == 200}
    assert found == {"subgroup_chair", "subgroup_member", "business_unit", "business_manager"}


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_the_page_shows_the_period_that_is_asked_for_and_its_data_file_the_same(cast: Cast) -> None:
    client, query = signed_in(cast.subgroup_chair), asked(SUMMER.first_day, SUMMER.last_day)
    assert "15 June 2026 to 14 August 2026" in client.get(reverse("report-standing"), query).content.decode()
    rows = list(csv.reader(io.StringIO(client.get(reverse("standing-data", args=["csv"]), query).content.decode("utf-8-sig"))))
    assert ["About", "", "Period", "", "15 June 2026 to 14 August 2026", "text", ""] in rows


@pytest.mark.django_db
@time_machine.travel(NOW, tick=False)
def test_a_period_typed_backwards_gets_an_error_beside_its_field_and_keeps_what_was_typed(cast: Cast) -> None:
    page = signed_in(cast.subgroup_chair).get(reverse("report-standing"), asked(SUMMER.last_day, SUMMER.first_day)).content.decode()
    assert "The last day must not be before the first" in page
    assert 'value="15"' in page


@pytest.mark.django_db
def test_the_command_writes_the_standing_report_as_a_file(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "standing.pdf"
    with time_machine.travel(NOW, tick=False):
        call_command("standing_report", "2026-06-15", "2026-08-14", partnership=world.partnership.slug, output=path)
    assert path.read_bytes().startswith(b"%PDF-")
    assert "15 June to 14 August 2026" in capsys.readouterr().out


@pytest.mark.django_db
def test_the_command_refuses_what_is_no_date_in_one_line(world: World) -> None:
    with pytest.raises(CommandError, match="'June' is no date"):
        call_command("standing_report", "June", "2026-08-14", partnership=world.partnership.slug)


@pytest.mark.django_db
def test_the_subgroups_navigation_leads_to_the_standing_report_and_the_practitioners_does_not(cast: Cast) -> None:
    link = f'href="{reverse("report-standing")}"'
    assert link in signed_in(cast.subgroup_member).get(reverse("my-work")).content.decode()
    assert link not in signed_in(cast.raiser).get(reverse("my-work")).content.decode()
