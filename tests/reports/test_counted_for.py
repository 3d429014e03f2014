"""What is kept from the people of an agency is in no figure of theirs, whatever they sit in besides, and in none that is made for many."""

import csv
import io
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.urls import reverse
from rest_framework.test import APIClient

from agencies.roles import Role
from agencies.services.tokens import make_token
from escalation.models import Dispute
from reports import quarterly, services, tasks
from reports.figures import Document, Edition
from reports.models import Report
from reports.months import keeping
from reports.periods import Year
from tests.cast import Cast
from tests.factories import make_member
from tests.reports.builders import Life, make_world
from tests.reports.test_standing import signed_in
from tests.world import MONDAY
from tests.world import World as Machine

pytestmark = pytest.mark.django_db
NOW = MONDAY + timedelta(days=42)  # Its quarter and its reporting year are over.
YEAR = Year(2025)
SCHOOL = "Hillside School"


@pytest.fixture(autouse=True)
def _later() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def machine(cast: Cast, settings: object, tmp_path: Path) -> Machine:
    """Two that the school raised, one of them kept from its people; its manager sits in the business unit too."""
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    machine = Machine(cast)
    machine.sent()
    machine.log(is_restricted=True)
    make_member(cast.own_manager, cast.partnership, Role.BUSINESS_UNIT)
    return machine


def raised(document: Document, table: str = "raising", row: str = SCHOOL) -> int:
    return sum(
        line.cells[0].number
        for section in document.sections
        for each in section.tables
        if each.key == table
        for line in each.rows
        if line.label == row
    )


def test_no_door_to_the_year_counts_for_a_reader_what_is_kept_from_their_agency(machine: Machine) -> None:
    for user, many in ((machine.cast.own_manager, 1), (machine.cast.business_unit, 2)):
        client = signed_in(user)
        assert raised(client.get(reverse("report-year", args=[YEAR.number])).context["document"]) == many
        file = client.get(reverse("report-data", args=[YEAR.number, "csv"])).content.decode("utf-8-sig")
        token = make_token(user, now=NOW).secret
        told = APIClient().get(f"/api/v1/reports/{YEAR.number}/", headers={"Authorization": f"Bearer {token}"}).json()
        listed = [row for chapter in told["chapters"] for table in chapter["tables"] if table["key"] == "raising" for row in table["rows"]]
        assert [row["figures"][0]["number"] for row in listed if row["name"] == SCHOOL] == [many]
        assert [row[4] for row in csv.reader(io.StringIO(file)) if SCHOOL in row and "Raised" in row] == [str(many)]


def test_whoever_has_a_role_in_an_agency_is_given_nothing_that_is_made_of_all_whatever_is_on_record(machine: Machine) -> None:
    make_member(machine.cast.business_manager, machine.cast.social_care, Role.PRACTITIONER)  # Nothing is kept from its people.
    report, _ = services.ask_for_report(
        partnership=machine.cast.partnership, year=YEAR, edition=Edition.INTERNAL, asked_by=machine.cast.business_unit, now=NOW
    )
    tasks.make(str(report.pk))
    address, year = reverse("report-download", args=[report.pk]), reverse("report-year", args=[YEAR.number])
    for user, is_given in ((machine.cast.business_unit, True), (machine.cast.own_manager, False), (machine.cast.business_manager, False)):
        client = signed_in(user)
        page = client.get(year).content.decode()
        assert (address in page, "who have no role in an agency" in page) == (is_given, not is_given)
        assert client.get(address).status_code == (200 if is_given else 403)
        assert client.post(reverse("report-make", args=[YEAR.number])).status_code == (302 if is_given else 403)
    assert raised(services.stored_document(Report.objects.get(pk=report.pk))) == 2


def test_the_quarters_are_counted_for_their_reader_from_kept_months_as_from_live_ones(machine: Machine) -> None:
    partnership, quarters = machine.cast.partnership, quarterly.running_quarters(NOW)
    for _ in range(2):
        for user, many in ((machine.cast.own_manager, 1), (machine.cast.business_unit, 2)):
            reader = machine.person(user)
            told = quarterly.unit_trend(partnership, NOW, reader), quarterly.own_trend(machine.cast.social_care, quarters, NOW, reader)
            # Raised, open at the end, responses due; of the agency that was asked: asked, responses due.
            assert [table.rows[-2].cells[at].number for table, cells in zip(told, ((0, 2, 4), (1, 3)), strict=True) for at in cells] == [many] * 5
        keeping.keep_months()


def test_of_when_the_month_that_runs_was_counted_is_told_by_the_seats_of_the_reader_whatever_is_on_record(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told where nothing is kept from them alone, it would tell that something is. Of their one agency the counts have that apart as they are."""
    make_member(machine.cast.own_manager, machine.cast.social_care, Role.PRACTITIONER)
    monkeypatch.setattr(keeping, "MANY", 1)
    keeping.keep_months()
    later, school = NOW + timedelta(minutes=4), machine.cast.school
    for is_restricted in (True, False):
        Dispute.objects.update(is_restricted=is_restricted)
        for user, is_told in (
            (machine.cast.own_manager, (False, False)),
            (machine.cast.lead, (True, False)),
            (machine.cast.business_unit, (True, True)),
        ):
            reader = machine.person(user)
            own = quarterly.own_trend(school, quarterly.running_quarters(NOW), later, reader)
            told = ("as it was counted at" in str(table.note) for table in (own, quarterly.unit_trend(school.partnership, later, reader)))
            assert tuple(told) == is_told, user


@pytest.mark.parametrize("keeps", [False, True], ids=["counted now", "kept"])
def test_whoever_sits_in_one_agency_reads_its_quarters_without_what_is_kept_from_its_people(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, keeps: bool
) -> None:
    monkeypatch.setattr(keeping, "MANY", 1)
    if keeps:
        keeping.keep_months()
    of_school = Dispute.objects.filter(raising_agency=machine.cast.school, sent_at__isnull=False)
    own = quarterly.own_trend(machine.cast.school, quarterly.running_quarters(NOW), NOW, machine.person(machine.cast.lead))
    assert sum(row.cells[0].number for row in own.rows) == of_school.filter(is_restricted=False).count() < of_school.count()


def test_no_year_is_offered_to_a_reader_for_what_is_kept_from_their_agency(machine: Machine) -> None:
    Dispute.objects.filter(is_restricted=True).update(submitted_at=YEAR.starts - timedelta(days=900))
    for user, many in ((machine.cast.own_manager, 2), (machine.cast.business_unit, 5)):
        client = signed_in(user)
        assert len(client.get(reverse("reports")).context["years"]) == many
        assert len(client.get(reverse("report-findings")).context["years"]) == many


def test_the_board_s_page_counts_for_all_the_same_and_nothing_that_is_kept_from_an_agency(machine: Machine) -> None:
    for _ in range(2):
        page = quarterly.board_page(machine.cast.partnership, quarterly.last_quarters(NOW), NOW)
        assert [raised(page, key, "Jan to Mar 2026") for key in ("trend",)] == [1]
        [answers] = [table for section in page.sections for table in section.tables if table.key == "answers"]
        assert answers.rows[-1].cells[3].number == 1
        assert "nothing restricted is counted" in page.method[0]
        keeping.keep_months()


def test_before_a_first_quarter_is_over_the_board_s_page_says_that_there_is_nothing_whatever_is_kept_from_an_agency(machine: Machine) -> None:
    for _ in range(2):
        with time_machine.travel(MONDAY, tick=False):
            answer = signed_in(machine.cast.own_board).get(reverse("board-page"))
        assert (answer.status_code, "Nothing was raised in the quarter" in answer.content.decode()) == (200, True)
        Dispute.objects.update(is_restricted=False)


def test_the_public_edition_counts_nothing_that_is_kept_from_an_agency_and_the_internal_one_does() -> None:
    """A kind of agency may be one agency: beside its own report an edition that counted it would tell its leads."""
    world = make_world()
    for at in range(8):
        start = YEAR.starts + timedelta(days=10 * at + 4, hours=10)
        Life.begin(world, start, world.agencies[2], [world.agencies[0]], NOW, themes=["delay"], is_restricted=at == 0)
    world.save()
    told = [services.figures(world.partnership, YEAR, edition, NOW).headlines[0].figure for edition in Edition]
    assert told == ["8", "7"]


def test_that_figures_changed_since_an_agency_checked_them_is_said_to_all_alike(machine: Machine) -> None:
    """The lead who checked read what the school keeps from its own people; its manager, who is shown less, reads of no change."""
    asked, lead = machine.cast.social_care, machine.cast.receiving_lead
    address, given = reverse("agency-year", args=[YEAR.number]), {"agency": str(asked.pk)}
    figures = signed_in(lead).get(address, given).context["figures"]
    assert signed_in(lead).post(address, {**given, "is_right": "yes", "figures": figures}).status_code == 302
    readers = [lead, machine.cast.business_unit, machine.cast.own_manager]
    pages = [signed_in(each).get(address, given).context for each in readers]
    assert [(page["is_changed"], page["figures"] == figures) for page in pages] == [(False, True), (False, True), (False, False)]
    machine.sent()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        assert all(signed_in(each).get(address, given).context["is_changed"] for each in readers)
