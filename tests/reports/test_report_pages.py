"""The reports' pages: for the business unit alone, the same figures on the page, in the file and in the data."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import reverse
from django.utils.html import escape
from rest_framework.test import APIClient

from agencies.models import User
from agencies.roles import Role
from agencies.services.tokens import make_token
from reports import charts, services, tasks
from reports.exports import lines
from reports.figures import Edition, Unit
from reports.files import write_whole
from reports.issuing import issue, public_document
from reports.models import IssuedEdition, Progress, Report, ReportEvent
from reports.periods import Year
from reports.rendering import context_of
from tests.bench.weight import ALL_AIM, HTML_AIM, weigh
from tests.cast import Cast
from tests.factories import make_member, make_user
from tests.kept import kept_fixture
from tests.reports.builders import World, make_world
from tests.reports.generated import generate
from tests.reports.report_pages import pages_of
from tests.reports.test_exports import READERS
from tests.web.page import Page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("november")]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
UNIT = {"business_unit", "business_manager"}
PAGES = [("reports", []), ("report-year", [2025]), ("report-data", [2025, "csv"])]


@pytest.fixture
def november() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


READ: dict[tuple[str, ...], list[str]] = {}


def whole_of(unit: Client, name: str, *arguments: int, edition: str = "internal") -> list[str]:
    """All pages of a report of this file's world, which stays as it is: each is asked for once."""
    asked = (name, *map(str, arguments), edition)
    if asked not in READ:
        READ[asked] = pages_of(unit, name, *arguments, edition=edition)
    return READ[asked]


@kept_fixture
def world() -> World:
    world = make_world()
    generate(world, 30, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW)
    return world


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="agencies.backend.AccountBackend")
    return client


@pytest.fixture
def unit(world: World) -> Client:
    return signed_in(world.unit)


@kept_fixture
def dispute(world: World) -> tuple[Report, bytes]:
    """A report of a year of which nothing is on record, and its file: what is asked of it here is who gets that, whatever it says."""
    with TemporaryDirectory() as folder, override_settings(VAR=Path(folder)), time_machine.travel(NOW, tick=False):
        report, _ = services.ask_for_report(partnership=world.partnership, year=Year(2024), edition=Edition.INTERNAL, asked_by=world.unit, now=NOW)
        tasks.make(str(report.pk))
        report.refresh_from_db()
        return report, services.path_of(report).read_bytes()


@pytest.fixture
def made(dispute: tuple[Report, bytes]) -> Report:
    """With its file where this test's are."""
    report, content = dispute
    write_whole(services.path_of(report), content)
    return report


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_only_the_business_unit_reads_reports(cast: Cast, name: str, arguments: list[int]) -> None:
    found = {part: signed_in(user).get(reverse(name, args=arguments)).status_code for part, user in cast.users()}
    assert found == {part: 200 if part in UNIT else 403 for part, _ in cast.users()}


@pytest.mark.parametrize(("name", "arguments"), PAGES)
def test_another_partnership_is_not_there_for_them(cast: Cast, name: str, arguments: list[int]) -> None:
    address = f"{reverse(name, args=arguments)}?partnership={cast.partnership.slug}"
    assert signed_in(cast.stranger).get(address).status_code == 404
    assert signed_in(cast.business_unit).get(f"{reverse(name, args=arguments)}?partnership={cast.elsewhere.slug}").status_code == 404
    assert signed_in(cast.lead).get(address).status_code == 403


def test_only_the_business_unit_makes_reports(cast: Cast) -> None:
    address = reverse("report-make", args=[2025])
    for part, user in cast.users():
        if part not in UNIT:
            assert signed_in(user).post(address).status_code == 403
    assert not Report.objects.exists()


def test_a_report_is_given_to_its_own_business_unit_alone(cast: Cast, world: World, unit: Client, made: Report) -> None:
    address = reverse("report-download", args=[made.pk])
    assert unit.get(address).status_code == 200
    assert signed_in(world.person).get(address).status_code == 403
    assert {signed_in(user).get(address).status_code for _, user in cast.users()} == {404}


def test_somebody_not_signed_in_is_asked_to(client: Client) -> None:
    assert client.get(reverse("reports")).status_code == 302


def test_the_years_run_from_the_first_on_record_to_this_one(unit: Client) -> None:
    text = Page(unit.get(reverse("reports")).content.decode()).one("main").text
    assert "2026/27: 1 April 2026 to 31 March 2027, the year so far" in text
    assert "2025/26" in text
    assert "2024/25" not in text


def test_chapters_show_what_their_first_page_counted_to_the_same_person_for_ten_minutes(world: World, unit: Client) -> None:
    address, colleague = reverse("report-year", args=[2025]), make_user()
    make_member(colleague, world.partnership, Role.BUSINESS_UNIT)
    first = unit.get(address)
    assert first.context["document"] == services.figures(world.partnership, Year(2025), Edition.INTERNAL, NOW)
    (_volume, opens), *_others = first.context["listed"]
    generate(world, 5, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW, seed=5)

    def raised(client: Client, minutes: int) -> str:
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            return str(client.get(address + opens).context["document"].sections[0].tables[0].total(2).text(Unit.COUNT))

    before = first.context["document"].headlines[0].figure
    after = services.figures(world.partnership, Year(2025), Edition.INTERNAL, NOW).headlines[0].figure
    assert before != after
    assert [raised(signed_in(colleague), 0), raised(unit, 9), raised(unit, 10)] == [after, before, after]


@pytest.mark.parametrize("edition", Edition)
def test_page_paper_data_files_and_interface_agree_to_the_digit(world: World, unit: Client, edition: Edition) -> None:
    if edition is Edition.PUBLIC:
        issue(world.partnership, public_document(world.partnership, Year(2025), NOW), NOW)
    page = unit.get(reverse("report-year", args=[2025]), {"edition": edition.value})
    document = page.context["document"]
    printed = render_to_string("reports/annual_pdf.html", context_of(document, charts.WIDE))
    answer = program(world.unit).get("/api/v1/reports/2025/", {"edition": edition.value}).json()
    for form, read in READERS.items():
        content = unit.get(reverse("report-data", args=[2025, form]), {"edition": edition.value}).content
        figures = [row[4] for row in read(content)[5:]]
        assert figures == [float(cell) if isinstance(cell, int) else cell for cell in (line[4] for line in lines(document))][4:]
    tables = {table.key: table for _, tables in page.context["chapters"] for table in tables}
    said = [
        figure["text"] for chapter in answer["chapters"] for table in chapter["tables"]
        for row in table["rows"][: len(tables[table["key"]].rows)] for figure in row["figures"]
    ]  # fmt: skip
    shown = [cell.text for table in tables.values() for row in table.rows for cell in row.cells]
    assert said == shown
    # Of who raised with whom a page shows the first ten.
    assert {key for key, table in tables.items() if "not shown here" in table.note} == ({"pairs"} if edition is Edition.INTERNAL else set())
    assert len(said) > 100
    for html in (printed, "".join(whole_of(unit, "report-year", 2025, edition=edition.value))):
        assert cells_in(html) == [escape(text).replace("&quot;", '"') for text in shown]


def program(user: User) -> APIClient:
    """Somebody's program, with a token that is good in November."""
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(user, now=NOW).secret}")
    return client


def cells_in(html: str) -> list[str]:
    """The text of every cell that is no header, without what is only read aloud."""
    body = re.sub(r'<span class="(?:govuk-visually-hidden|aloud)">.*?</span>', "", html, flags=re.S)
    return [cell.strip().replace("&#x27;", "'").replace("&quot;", '"') for cell in re.findall(r"<td[^>]*>(.*?)</td>", body, flags=re.S)]


def test_whoever_takes_figures_out_is_kept_on_record(world: World, unit: Client) -> None:
    issue(world.partnership, public_document(world.partnership, Year(2025), NOW), NOW)
    unit.get(reverse("report-data", args=[2025, "ods"]), {"edition": "public"})
    program(world.unit).get("/api/v1/reports/2025/")
    text = unit.get(reverse("report-record")).content.decode()
    assert "Took the figures of 2025/26, public edition, as a data file (OpenDocument)." in text
    assert "Took the figures of 2025/26, internal edition, as the programming interface." in text
    with pytest.raises(DatabaseError), transaction.atomic():
        ReportEvent.objects.update(words="Nothing happened.")


def test_a_form_that_there_is_not_is_not_found(unit: Client) -> None:
    assert unit.get(reverse("report-data", args=[2025, "exe"])).status_code == 404


def test_the_public_edition_is_one_click_away(unit: Client) -> None:
    text = "".join(whole_of(unit, "report-year", 2025, edition="public"))
    assert "This is the public edition." in text
    assert "[c]" in text
    assert "Hillside School" not in text


def test_a_year_that_runs_has_no_public_edition_at_any_door(world: World, unit: Client) -> None:
    why, asks = "The public edition of 2026/27 can be made once the year is over, from 1 April 2027 on.", {"edition": "public"}
    running = unit.get(reverse("report-year", args=[2026])).content.decode()
    assert why in running
    assert "edition=public" not in running
    assert why not in unit.get(reverse("report-year", args=[2025])).content.decode()
    page = unit.get(reverse("report-year", args=[2026]), asks).content.decode()
    assert why in page
    assert "<table" not in page
    assert unit.get(reverse("report-data", args=[2026, "csv"]), asks).status_code == 404
    assert why in unit.post(reverse("report-make", args=[2026]), asks, follow=True).content.decode()
    answer = program(world.unit).get("/api/v1/reports/2026/", asks)
    assert (answer.status_code, why in answer.content.decode()) == (404, True)
    assert not IssuedEdition.objects.exists()
    assert not Report.objects.exists()


def test_every_chart_has_its_table_and_its_definition_on_the_page(unit: Client) -> None:
    page = unit.get(reverse("report-year", args=[2025]))
    text = "".join(whole_of(unit, "report-year", 2025))
    for _, tables in page.context["chapters"]:
        for table in tables:
            assert table.definition.words[:40] in text.replace("&#x27;", "'")
            assert (f'id="chart-{table.key}-title"' in text) == bool(table.chart)
            assert (f'id="table-{table.key}"' in text) == bool(table.rows)


@pytest.mark.parametrize(("name", "arguments"), [("report-year", [2025]), ("report-standing", [])])
def test_no_page_of_a_report_with_every_table_and_chart_is_heavy(unit: Client, name: str, arguments: list[int]) -> None:
    weights = [weigh(page) for page in whole_of(unit, name, *arguments)]
    assert len(weights) > 3
    assert (max(one.html for one in weights) < HTML_AIM, max(one.everything for one in weights) < ALL_AIM) == (True, True), weights


def test_a_chapter_leads_to_those_around_it_and_back_and_explains_its_own_signs(unit: Client) -> None:
    first = unit.get(reverse("report-year", args=[2025]), {"edition": "public"})
    (volume, opens), (timeliness, next_opens), *_more = first.context["listed"]
    page = unit.get(reverse("report-year", args=[2025]) + opens).content.decode()
    assert f"<title>{volume.name}: Annual report 2025/26" in page
    assert f'href="{escape(next_opens)}" rel="next">Next: {timeliness.name}</a>' in page
    assert 'rel="prev"' not in page
    assert 'href="?edition=public"' in page
    assert "[c] not shown" in page
    assert "How the figures were made" not in page


@pytest.mark.parametrize(
    "address",
    ["/reports/1999/", "/reports/99999/", "/reports/2025/?edition=secret", "/reports/2025/?partnership=nowhere", "/reports/2025/?chapter=none"],
)
def test_what_is_not_there_is_not_found(unit: Client, address: str) -> None:
    assert unit.get(address).status_code == 404


def test_a_year_to_come_says_so_in_words(unit: Client) -> None:
    page = unit.get(reverse("report-year", args=[2031]))
    assert "The year 2031/32 has not begun. It begins on 1 April 2031." in page.content.decode()
    assert unit.get(reverse("report-data", args=[2031, "csv"])).status_code == 404
    assert "has not begun" in unit.post(reverse("report-make", args=[2031]), follow=True).content.decode()


def test_a_year_without_data_says_so_on_the_page(unit: Client) -> None:
    assert "No disagreement is on record for the year from 1 April 2020" in unit.get(reverse("report-year", args=[2020])).content.decode()


def test_the_button_starts_a_report_and_says_that_it_is_being_made(world: World, unit: Client) -> None:
    issue(world.partnership, public_document(world.partnership, Year(2025), NOW), NOW)
    page = unit.post(reverse("report-make", args=[2025]), {"edition": "public", "partnership": world.partnership.slug}, follow=True)
    report = Report.objects.get()
    assert (report.year, report.edition, report.progress, report.requested_by) == (2025, "public", Progress.WAITING, world.unit)
    assert "The public edition of 2025/26 is being made." in page.content.decode()
    assert "waiting to be made" in page.content.decode()


def test_a_double_click_makes_one_report(unit: Client) -> None:
    unit.post(reverse("report-make", args=[2025]))
    page = unit.post(reverse("report-make", args=[2025]), follow=True)
    assert Report.objects.count() == 1
    assert "is being made already" in page.content.decode()


def test_a_worker_that_cannot_be_reached_is_told_and_recorded(unit: Client, settings: object, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object) -> None:
        raise OSError("connection refused")

    monkeypatch.setattr(tasks.make, "delay", unreachable)
    page = unit.post(reverse("report-make", args=[2025]), follow=True)
    assert "The background worker cannot be reached." in page.content.decode()
    assert Report.objects.get().progress == Progress.FAILED


def test_a_made_report_is_listed_and_downloaded(world: World, unit: Client, made: Report) -> None:
    address = reverse("report-download", args=[made.pk])
    assert address in unit.get(reverse("reports")).content.decode()
    answer = unit.get(address)
    assert answer.content == services.path_of(made).read_bytes()
    assert answer["Content-Disposition"] == f'attachment; filename="{world.partnership.slug}-annual-report-2024-internal.pdf"'


def test_one_whose_file_cannot_be_made_again_as_it_was_is_refused_in_words_and_had_by_a_second_choice_on_record(made: Report, unit: Client) -> None:
    report = made
    address = reverse("report-download", args=[report.pk])
    assert "?anew=yes" not in unit.get(reverse("reports")).content.decode()
    assert unit.get(address, {"anew": "yes"}).content == services.path_of(report).read_bytes()
    Report.objects.filter(pk=report.pk).update(file_checksum="0" * 64)  # As one of an earlier release, whose file is gone.
    services.path_of(report).unlink()
    page = unit.get(address, follow=True)
    assert "made again today it is not the same" in page.content.decode()
    assert f'href="{address}?anew=yes"' in page.content.decode()
    assert "The file that was made is lost or altered." in unit.get(reverse("reports")).content.decode()
    answer = unit.get(address, {"anew": "yes"})
    assert answer.content[:5] == b"%PDF-"
    assert answer["Content-Disposition"].endswith('-annual-report-2024-internal.printed-again.pdf"')
    told = [row.words for row in ReportEvent.objects.order_by("recorded_at", "pk")]
    assert "Took the figures of 2024/25, internal edition, as a made report (PDF, printed again, not the file that was made)." in told


def test_one_that_was_lost_says_so(world: World) -> None:
    services.ask_for_report(partnership=world.partnership, year=Year(2025), edition=Edition.INTERNAL, asked_by=world.unit, now=NOW)
    with time_machine.travel(datetime(2026, 11, 22, 13, tzinfo=UTC)):
        page = signed_in(world.unit).get(reverse("report-year", args=[2025]))
    assert "the background worker stopped" in page.content.decode()


@pytest.mark.parametrize("name", ["reports", "report-year", "report-data", "report-download"])
def test_reading_pages_take_no_posts(unit: Client, name: str) -> None:
    arguments = {"reports": [], "report-download": ["00000000-0000-0000-0000-000000000000"], "report-data": [2025, "csv"]}.get(name, [2025])
    assert unit.post(reverse(name, args=arguments)).status_code == 405
    assert unit.get(reverse("report-make", args=[2025])).status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_disagreements(world: World, unit: Client, django_assert_max_num_queries: object) -> None:
    unit.get(reverse("report-year", args=[2025]))
    with django_assert_max_num_queries(15):  # type: ignore[operator]
        unit.get(reverse("report-year", args=[2025]))
