"""A public edition is a draft until somebody issues it; what was issued stays, and is given out as it was."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from rest_framework.test import APIClient

from agencies.errors import WrongState
from agencies.roles import Role
from agencies.services.tokens import make_token
from reports import services
from reports.figures import Edition
from reports.issuing import issue, public_document
from reports.measures import Scope, figures_of
from reports.models import IssuedEdition, Progress, Report, ReportEvent, ScorecardCheck
from reports.periods import Year
from reports.publishing import Draft, draft_of, given_out, left_behind, publish, require_issued
from tests.factories import make_member, make_user
from tests.kept import kept_fixture
from tests.reports.builders import World, make_world
from tests.reports.generated import generate
from tests.reports.printed_words import words

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEAR = Year(2025)
PUBLIC = {"edition": "public"}
NOT_ISSUED = "The public edition of 2025/26 is not issued yet. Look at its draft and issue it, on its page or by a program: what is issued stays."
DRAFT = "Draft: this edition is not issued. Do not pass it on."


@pytest.fixture(autouse=True)
def _november(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.VAR = tmp_path
    with time_machine.travel(NOW, tick=False):
        yield


@kept_fixture
def world() -> World:
    world = make_world(slug="northshire")
    generate(world, 40, starts=YEAR.starts, ends=YEAR.ends, now=NOW, seed=3)
    return world


@kept_fixture
def dispute(world: World) -> Draft:
    """What would be issued, as whoever issues it looked at it."""
    return draft_of(world.partnership, YEAR, NOW)


@pytest.fixture
def draft(dispute: Draft) -> Draft:
    return dispute


@pytest.fixture
def unit(world: World) -> Client:
    client = Client()
    client.force_login(world.unit, backend="agencies.backend.AccountBackend")
    return client


@pytest.fixture
def program(world: World) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {make_token(world.unit, now=NOW).secret}")
    return client


def recorded_late(world: World, year: Year = YEAR) -> None:
    generate(world, 25, starts=year.starts, ends=year.ends, now=NOW, seed=8)


def issued(world: World, draft: Draft) -> None:
    publish(world.partnership, YEAR, seen=draft.seen, by=world.unit.pk, now=NOW)


def told(answer: Any) -> str:
    return str(answer.content.decode()).replace("&#x27;", "'").replace("&quot;", '"')


def test_whoever_looks_or_asks_for_files_issues_nothing_and_is_told_how_it_is_done(world: World, unit: Client, program: APIClient) -> None:
    """Each who asks for a file is led to the year's page, and so looks at the draft as well."""
    unit.get(reverse("report-issue", args=[2025]))
    answer = unit.get(reverse("report-data", args=[2025, "ods"]), PUBLIC, follow=True)  # Every form is given out by the same door.
    assert answer["Content-Type"].startswith("text/html")
    assert answer.request["PATH_INFO"] == reverse("report-year", args=[2025])
    assert NOT_ISSUED in told(answer)
    assert NOT_ISSUED in told(unit.post(reverse("report-make", args=[2025]), PUBLIC, follow=True))
    refused = program.get("/api/v1/reports/2025/", PUBLIC)
    assert (refused.status_code, refused.json()["code"], refused.json()["detail"]) == (409, "wrong_state", NOT_ISSUED)
    assert (IssuedEdition.objects.count(), Report.objects.count(), ReportEvent.objects.count()) == (0, 0, 0)


def test_the_draft_says_on_each_of_its_pages_that_it_is_one_and_offers_no_file(unit: Client) -> None:
    first = told(unit.get(reverse("report-year", args=[2025]), PUBLIC))
    [link, *_again] = re.findall(r'href="(\?[^"]*chapter=volume)"', first)
    chapter = told(unit.get(reverse("report-year", args=[2025]) + unescape(link)))
    assert "<caption" in chapter
    assert (DRAFT in first, DRAFT in chapter) == (True, True)
    assert reverse("report-data", args=[2025, "csv"]) not in first
    assert reverse("report-make", args=[2025]) not in first
    assert DRAFT not in told(unit.get(reverse("report-year", args=[2025])))


def test_the_page_before_it_says_what_issuing_means(world: World, unit: Client) -> None:
    ScorecardCheck.objects.create(
        agency=world.agencies[0], year=2025, is_right=False, note="One response was in time.", checked_by=world.unit, checked_at=NOW
    )
    page = told(unit.get(reverse("report-issue", args=[2025])))
    for sentence in (
        "It counts as published from now on. That cannot be taken back.",
        "what it hides stays hidden, and an edition that would give a number away beside it is refused",
        "The year can then not be published as one of three years together.",
        "Who issued it, and when, is kept on the record of reports.",
        "1 agency says that a figure of its own of 2025/26 is wrong.",
        f"{len(world.agencies) - 1} agencies have not checked their figures of 2025/26 yet.",
    ):
        assert sentence in page
    three = told(unit.get(reverse("report-issue", args=[2025]), {"years": "3"}))
    assert "None of the three years can then be published by itself" in three


def test_issued_it_is_on_record_its_pdf_is_begun_and_its_files_can_be_had(world: World, unit: Client) -> None:
    asks = {"partnership": world.partnership.slug, "years": "1"}
    seen = unit.get(reverse("report-issue", args=[2025]), asks).context["draft"].seen
    page = told(unit.post(reverse("report-issue", args=[2025]), asks | {"seen": seen}, follow=True))
    assert "The public edition of 2025/26 is issued." in page
    assert "It counts as published." in page
    assert DRAFT not in page
    edition, event = IssuedEdition.objects.get(), ReportEvent.objects.get()
    assert (edition.period, edition.checksum, edition.issued_at) == (YEAR, seen, NOW)
    assert (event.words, event.actor) == ("Issued the public edition of 2025/26.", world.unit)
    report = Report.objects.get()
    assert (report.edition, report.progress) == ("public", Progress.WAITING)
    assert unit.get(reverse("report-data", args=[2025, "csv"]), PUBLIC)["Content-Type"].startswith("text/csv")
    again = told(unit.get(reverse("report-issue", args=[2025])))
    assert "This edition is issued already" in again
    assert '<button class="govuk-button" data-prevent-double-click' not in again


def test_what_is_not_what_was_looked_at_is_not_issued(world: World, unit: Client, draft: Draft) -> None:
    recorded_late(world)
    for wrong in (draft.seen, ""):
        answer = unit.post(reverse("report-issue", args=[2025]), {"seen": wrong})
        assert answer["Location"].startswith(reverse("report-issue", args=[2025]))
    page = told(unit.get(answer["Location"]))
    assert page.count("The figures have changed since you looked at them. Nothing was issued: look at the draft again.") == 2
    assert not IssuedEdition.objects.exists()
    assert not ReportEvent.objects.exists()


def test_the_year_before_is_counted_beside_it_only_where_something_is_on_record_from_before(world: World) -> None:
    asked, compared = [], []
    for number in (0, 2, 20):
        generate(world, number, starts=Year(2023).starts, ends=Year(2023).ends, now=NOW, seed=5)
        with CaptureQueriesContext(connection) as queries:
            document = public_document(world.partnership, YEAR, NOW)
        [change] = [table for section in document.sections for table in section.tables if table.key == "change"]
        asked.append(len(queries))
        compared.append(bool(change.rows))
    assert compared == [False, True, True]
    assert asked[0] < asked[1] == asked[2] <= 10


def test_a_second_click_issues_nothing_more(world: World, draft: Draft) -> None:
    issued(world, draft)
    issued(world, draft)
    assert (IssuedEdition.objects.count(), ReportEvent.objects.count()) == (1, 1)


def test_a_year_that_runs_cannot_be_issued(unit: Client, program: APIClient) -> None:
    why = "The public edition of 2026/27 can be made once the year is over, from 1 April 2027 on."
    assert why in told(unit.get(reverse("report-issue", args=[2026])))
    assert why in told(unit.post(reverse("report-issue", args=[2026]), {"seen": "x"}, follow=True))
    answer = program.post("/api/v1/reports/2026/issue/", {"checksum": "x"}, format="json")
    assert (answer.status_code, answer.json()["detail"]) == (400, why)
    assert not IssuedEdition.objects.exists()


def test_an_agencys_lead_cannot_issue_it(world: World, draft: Draft) -> None:
    client, lead = Client(), make_user()
    make_member(lead, world.agencies[0], Role.LEAD)
    client.force_login(lead, backend="agencies.backend.AccountBackend")
    assert client.get(reverse("report-issue", args=[2025])).status_code == 403
    assert client.post(reverse("report-issue", args=[2025]), {"seen": draft.seen}).status_code == 403
    assert not IssuedEdition.objects.exists()


def test_what_was_issued_is_given_out_as_it_was_whatever_the_record_has_become(world: World, unit: Client, program: APIClient, draft: Draft) -> None:
    """Its paper too: that is made of one in `test_said.py`."""
    first = draft.document
    issued(world, draft)
    recorded_late(world)
    later = given_out(world.partnership, YEAR, NOW + timedelta(days=1))
    assert (later.as_json()["sections"], later.snapshot) == (first.as_json()["sections"], first.snapshot)
    page = told(unit.get(reverse("report-year", args=[2025]), PUBLIC))
    assert "The record, what is signed or the words of the measures have changed since" in page
    assert DRAFT in page
    total = first.sections[0].tables[0].total(2).number
    assert f"Whole year,Raised,{total}," in told(unit.get(reverse("report-data", args=[2025, "csv"]), PUBLIC))
    answer = program.get("/api/v1/reports/2025/", PUBLIC).json()
    assert (answer["is_draft"], answer["checksum"]) == (False, IssuedEdition.objects.get().checksum)


def test_a_document_that_nobody_issued_is_noted_as_taken_by_no_door(world: World, draft: Draft) -> None:
    with pytest.raises(WrongState, match="is not issued yet"):
        services.note_taken(world.partnership, world.unit.pk, draft.document, "a data file (CSV)", NOW)
    issued(world, draft)
    services.note_taken(world.partnership, world.unit.pk, draft.document, "a data file (CSV)", NOW)
    recorded_late(world)
    with pytest.raises(WrongState):
        require_issued(world.partnership, public_document(world.partnership, YEAR, NOW))


def test_what_can_be_issued_no_more_is_given_out_as_it_was_issued(world: World, unit: Client, draft: Draft) -> None:
    """Of an edition that was altered so that it shows every count there is no safe one after it."""
    first, counted = draft.document, figures_of(Scope(world.partnership, YEAR, NOW, Edition.PUBLIC))
    shown = [replace(section, tables=tuple(counted.get(table.key, table) for table in section.tables)) for section in first.sections]
    issue(world.partnership, replace(first, sections=tuple(shown)), NOW)
    page = told(unit.get(reverse("report-year", args=[2025]), PUBLIC))
    assert "The edition that was issued on 22 November 2026 stands" in page
    assert "The public edition that was issued Sunday 22 November 2026" in page
    assert reverse("report-data", args=[2025, "csv"]) in page
    assert unit.get(reverse("report-data", args=[2025, "csv"]), PUBLIC)["Content-Type"].startswith("text/csv")


def test_a_program_looks_at_the_draft_and_issues_it_once(world: World, program: APIClient) -> None:
    draft = program.get("/api/v1/reports/2025/", PUBLIC | {"draft": "true"}).json()
    assert draft["is_draft"] is True
    assert not IssuedEdition.objects.exists()
    assert ReportEvent.objects.get().words == "Took the figures of 2025/26, public edition, as a draft for the programming interface."
    refused = program.post("/api/v1/reports/2025/issue/", {"checksum": "0" * 64}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert program.post("/api/v1/reports/2025/issue/", {}, format="json").status_code == 400
    for replayed in (None, "true"):
        answer = program.post("/api/v1/reports/2025/issue/", {"checksum": draft["checksum"]}, format="json", headers={"Idempotency-Key": "issue-1"})
        assert (answer.status_code, answer.json()["checksum"], answer.headers.get("Idempotent-Replayed")) == (201, draft["checksum"], replayed)
    assert IssuedEdition.objects.get().checksum == draft["checksum"]
    assert program.get("/api/v1/reports/2025/", PUBLIC).json()["is_draft"] is False


def test_the_internal_edition_has_no_draft(program: APIClient) -> None:
    answer = program.get("/api/v1/reports/2025/", {"draft": "true"})
    assert (answer.status_code, answer.json()["errors"]) == (400, {"draft": ["Only the public edition has a draft."]})


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("annual_report", *arguments, stdout=out)
    return out.getvalue()


def printed(path: Path) -> list[str]:
    """What is written on each page."""
    with pikepdf.open(path) as file:
        return [words(page) for page in file.pages]


def test_the_command_writes_a_draft_that_says_so_on_every_page_and_issues_only_when_told(world: World, tmp_path: Path) -> None:
    """Of a year of which nothing is on record, which is printed in a third of the time."""
    path = tmp_path / "report.pdf"
    said = run("2021", "--edition", "public", "--output", str(path))
    assert said.startswith("Wrote a draft of the public edition of 2021/22, which has no disagreement on record, for ")
    assert said.endswith("It is marked as a draft and is not for publication: --issue issues it.\n")
    assert not IssuedEdition.objects.exists()
    cover, *others = printed(path)
    assert DRAFT in cover
    assert [page for page in others if "Draft: not issued" not in page] == []
    assert len(others) > 2
    said = run("2021", "--edition", "public", "--issue", "--output", str(path))
    assert said.startswith("Issued and wrote the public edition of 2021/22, which has no disagreement on record, for ")
    assert said.endswith("It stays published: later editions must be consistent with it.\n")
    assert (ReportEvent.objects.get().words, ReportEvent.objects.get().actor) == ("Issued the public edition of 2021/22.", None)
    assert DRAFT not in printed(path)[0]
    recorded_late(world, Year(2021))
    said = run("2021", "--edition", "public", "--output", str(path))
    assert said.startswith("Wrote the public edition of 2021/22, which has no disagreement on record, for ")
    assert (IssuedEdition.objects.count(), DRAFT in printed(path)[0]) == (1, False)


def test_the_command_issues_no_internal_edition(world: World, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Only the public edition is issued: add --edition public."):
        run("2025", "--issue", "--output", str(tmp_path / "report.pdf"))
    assert list(tmp_path.iterdir()) == []


def test_years_that_are_left_behind_are_named_before_a_later_one_is_issued(world: World, unit: Client) -> None:
    generate(world, 20, starts=Year(2024).starts, ends=Year(2024).ends, now=NOW, seed=5)
    on_record = [Year(2026), Year(2025), Year(2024)]
    page = told(unit.get(reverse("report-issue", args=[2025])))
    assert re.search(r"No public edition is issued of 2024/25\. Issue the years in their order", page)
    assert left_behind(world.partnership, Year(2024), on_record) == []
    issue(world.partnership, public_document(world.partnership, Year(2024), NOW), NOW)
    assert left_behind(world.partnership, Year(2025), on_record) == []
    assert "Issue the years in their order" not in told(unit.get(reverse("report-issue", args=[2025])))
