"""The standing report as a paper for the meeting: asked for on its page, made in the background, frozen, and taken on record."""

import io
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pdfua
import pikepdf
import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.urls import reverse

from agencies.errors import InvalidInput, WrongState
from agencies.models import User
from agencies.roles import Role
from escalation.models import Dispute
from escalation.states import LeftOut
from reports import charts, services, tasks, written
from reports.figures import Edition
from reports.files import write_whole
from reports.models import Progress, Report, ReportEvent
from reports.periods import Period
from reports.rendering import context_of
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import make_member
from tests.kept import kept_fixture
from tests.reports.test_standing import asked, signed_in
from tests.world import MONDAY
from tests.world import World as Machine

pytestmark = pytest.mark.django_db
WEEK = Period(MONDAY.date(), MONDAY.date() + timedelta(days=6))
QUERY = asked(WEEK.first_day, WEEK.last_day)


@pytest.fixture
def machine(cast: Cast, settings: object, tmp_path: Path) -> Machine:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    machine = Machine(cast)
    machine.sent()
    return machine


@pytest.fixture(autouse=True)
def _a_week_later() -> object:
    with time_machine.travel(MONDAY + timedelta(days=7), tick=False):
        yield


def press(client: Client, query: dict[str, str] = QUERY) -> str:
    return client.post(reverse("standing-make", query=query), follow=True).content.decode()


@dataclass
class Made:
    """The week's standing report as it was made, and what it must not list: one in which somebody has a conflict, and one that is restricted."""

    machine: Machine
    report: Report
    content: bytes
    unlisted: set[str]


@kept_fixture
def dispute(world: Machine) -> Made:
    """Made for many, of three disagreements."""
    world.sent()
    unlisted = {marked(world, world.cast.nobody), world.log(is_restricted=True).reference}
    asked_by, now = world.cast.subgroup_chair, MONDAY + timedelta(days=7)
    with TemporaryDirectory() as folder, override_settings(VAR=Path(folder)), time_machine.travel(now, tick=False):
        report, _is_new = services.ask_for_standing_report(partnership=world.cast.partnership, period=WEEK, asked_by=asked_by, now=now)
        tasks.make(str(report.pk))
        report.refresh_from_db()
        return Made(world, report, services.path_of(report).read_bytes(), unlisted)


@pytest.fixture
def made(dispute: Made, settings: Any, tmp_path: Path) -> Made:
    """With its file where this test's are."""
    settings.VAR = tmp_path
    write_whole(services.path_of(dispute.report), dispute.content)
    return dispute


def test_the_button_starts_the_report_of_the_days_shown_and_a_second_click_no_other(machine: Machine) -> None:
    """DEV-05: the subgroup's chair makes the standing report for the meeting."""
    client = signed_in(machine.cast.subgroup_chair)
    shown = client.get(reverse("report-standing"), QUERY).content.decode()
    assert reverse("standing-make", query=QUERY).replace("&", "&amp;") in shown
    page = press(client)
    assert f"The standing report of {WEEK.label} is being made." in page
    assert f"Standing report {WEEK.label}: waiting to be made" in page
    assert "is being made already" in press(client)
    report = Report.objects.get()
    assert (report.period, report.edition, report.requested_by) == (WEEK, Edition.INTERNAL.value, machine.cast.subgroup_chair)


def test_other_days_are_another_report_also_while_the_first_is_being_made(machine: Machine) -> None:
    client = signed_in(machine.cast.subgroup_chair)
    press(client)
    press(client, asked(WEEK.first_day, WEEK.last_day - timedelta(days=1)))
    assert Report.objects.filter(progress=Progress.WAITING).count() == 2


def test_it_is_frozen_with_its_figures_and_made_again_to_the_byte_and_the_checker_finds_nothing(made: Made) -> None:
    report, content = made.report, made.content
    assert [finding.message for finding in pdfua.validate(str(services.path_of(report))).findings] == []
    made.machine.sent()
    services.path_of(report).unlink()
    assert services.file_of(report, MONDAY) == content
    with pikepdf.open(io.BytesIO(content)) as file:
        assert str(file.docinfo.Title).startswith(f"Professional disagreements {WEEK.label}: standing report of ")
        assert len(file.pages) == report.pages


def test_the_html_edition_has_the_figures_of_the_pdf_and_loads_nothing(made: Made) -> None:
    """Every cell, sentence and chart of the paper's markup stands in the file, in the same order, also after the record has changed."""
    report = made.report
    Dispute.objects.update(left_out=LeftOut.TEST)
    paper = render_to_string("reports/annual_pdf.html", context_of(services.stored_document(report), charts.WIDE))
    page = services.html_of(report)
    for kind in ("td", "th", "h2", "desc", "li"):
        found = [re.findall(rf"<{kind}\b[^>]*>(.*?)</{kind}>", text, flags=re.S) for text in (paper, page)]
        if kind == "desc":
            # Each chart is there for a telephone and for a desk.
            found = [[said for said in found[0] for _width in range(2)], found[1]]
        assert found[0] == found[1]
        assert found[0]
    assert not re.findall(r"(?:src|href)=\"(?!#)|url\(|@import", page)
    assert page == services.html_of(report)
    report.figures["headlines"] = []
    with pytest.raises(WrongState, match="not those"):
        services.html_of(report)


def test_those_whose_meeting_it_is_for_are_given_it_on_record_and_nobody_else_is_and_it_is_listed_for_them(made: Made) -> None:
    report, cast = made.report, made.machine.cast
    clients = {part: signed_in(user) for part, user in cast.users()}
    for door, form in (("report-download", "PDF"), ("report-html", "HTML")):
        found = {part: client.get(reverse(door, args=[report.pk])) for part, client in clients.items()}
        takers = {part for part, answer in found.items() if answer.status_code == 200}
        assert takers == {"subgroup_chair", "subgroup_member", "business_unit", "business_manager"}
        assert f"standing-report-{WEEK.first_day}-to-{WEEK.last_day}" in found["subgroup_chair"]["Content-Disposition"]
        lines = ReportEvent.objects.filter(words=f"Took the figures of {WEEK.short}, internal edition, as a made report ({form}).")
        assert {line.actor for line in lines} == {getattr(cast, part) for part in takers}
    address = reverse("report-download", args=[report.pk])
    for part, page in (("subgroup_member", "report-standing"), ("business_unit", "reports")):
        text = clients[part].get(reverse(page)).content.decode()
        assert address in text
        assert f"Standing report {WEEK.label} (PDF, " in text


def test_a_period_that_has_not_begun_is_refused_beside_its_field_and_nothing_is_kept(machine: Machine) -> None:
    days = (date(2031, 1, 1), date(2031, 1, 31))
    page = press(signed_in(machine.cast.subgroup_chair), asked(*days))
    assert "The first day must be today or in the past" in page
    assert 'value="2031"' in page
    with pytest.raises(InvalidInput, match="has not begun"):
        services.ask_for_standing_report(partnership=machine.cast.partnership, period=Period(*days), asked_by=machine.cast.subgroup_chair, now=MONDAY)
    assert not Report.objects.exists()


def test_a_period_with_nothing_on_record_has_no_button_and_is_not_made(machine: Machine, tmp_path: Path) -> None:
    client, before = signed_in(machine.cast.subgroup_chair), Period(date(2020, 1, 1), date(2020, 1, 31))
    query = asked(before.first_day, before.last_day)
    page = client.get(reverse("report-standing"), query).content.decode()
    assert "Nothing is on record for this period" in page
    assert reverse("standing-make") not in page
    press(client, query)
    tasks.make(str(Report.objects.get().pk))
    assert services.NOTHING in client.get(reverse("report-standing"), query).content.decode()
    with pytest.raises(InvalidInput, match="Nothing is on record"):
        written.write_standing_report(machine.cast.partnership, before, tmp_path / "standing.pdf", datetime.now(UTC))
    assert not list(tmp_path.rglob("*.pdf"))


@pytest.mark.parametrize("row", [{"year": 0}, {"year": 2025, "first_day": WEEK.first_day, "last_day": WEEK.last_day}])
def test_a_report_is_of_a_year_or_of_days(cast: Cast, row: dict[str, object]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Report.objects.create(partnership=cast.partnership, edition=Edition.INTERNAL.value, requested_by=cast.lead, requested_at=MONDAY, **row)


def marked(machine: Machine, user: User) -> str:
    """The reference of a second disagreement, in which this person has a conflict."""
    dispute = machine.sent()
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(user.pk)])
    return dispute.reference


def doors(user: User) -> list[str]:
    """What the page, a data file and a program say of the unresolved ones to this person."""
    client = signed_in(user)
    page = client.get(reverse("report-standing"), QUERY | {"chapter": "unresolved"})
    file = client.get(reverse("standing-data", args=["csv"]), QUERY)
    days = {"first_day": WEEK.first_day.isoformat(), "last_day": WEEK.last_day.isoformat()}
    program = Caller(user).get("reports/standing/", **days)
    assert [answer.status_code for answer in (page, file, program)] == [200, 200, 200]
    return [answer.content.decode() for answer in (page, file, program)]


@pytest.mark.parametrize("part", ["subgroup_member", "business_unit"])
def test_no_door_lists_a_disagreement_to_who_has_a_conflict_in_it_and_every_door_does_to_others(machine: Machine, part: str) -> None:
    reference = marked(machine, getattr(machine.cast, part))
    assert not any(reference in text for text in doors(getattr(machine.cast, part)))
    assert all(reference in text for text in doors(machine.cast.subgroup_chair))


def test_no_door_lists_a_restricted_one_to_a_lead_of_its_own_agency_who_sits_in_the_subgroup(machine: Machine) -> None:
    restricted = machine.fresh(machine.log(is_restricted=True, kept_from=[str(machine.cast.lead.pk)]))
    make_member(machine.cast.own_manager, machine.cast.partnership, Role.SUBGROUP_MEMBER)
    assert not any(restricted.reference in text for text in doors(machine.cast.own_manager))
    assert all(restricted.reference in text for text in doors(machine.cast.subgroup_chair))


def test_a_report_made_for_many_lists_nothing_restricted_or_in_which_anybody_has_a_conflict_and_counts_nothing_restricted(made: Made) -> None:
    sections = made.report.figures["sections"]
    unresolved = next(section for section in sections if section["key"] == "unresolved")
    listed = {row["label"] for row in unresolved["tables"][0]["rows"]}
    assert len(listed) == 1
    assert not listed & made.unlisted
    assert count_of_the_school(sections) == 2, "Of three, the one that is restricted is left out."


def raised_by_the_school(machine: Machine, user: User) -> int:
    """How many of the school's disagreements are counted for this reader: the same document for a page, a data file and a program."""
    document = services.standing_figures(machine.cast.partnership, WEEK, MONDAY + timedelta(days=7), reader=machine.person(user))
    return count_of_the_school(document.as_json()["sections"])


def count_of_the_school(sections: list[dict[str, Any]]) -> int:
    rows = [row for section in sections for table in section["tables"] if table["key"] == "raising" for row in table["rows"]]
    return sum(int(row["cells"][0]["value"] or 0) for row in rows if row["label"] == "Hillside School")


def test_no_sum_counts_a_restricted_one_for_its_own_agencys_people_and_it_does_for_others(machine: Machine) -> None:
    machine.log(is_restricted=True)
    make_member(machine.cast.own_manager, machine.cast.partnership, Role.SUBGROUP_MEMBER)
    assert (raised_by_the_school(machine, machine.cast.own_manager), raised_by_the_school(machine, machine.cast.subgroup_chair)) == (1, 2)


def test_no_sum_counts_one_for_whom_has_a_conflict_in_it(machine: Machine) -> None:
    marked(machine, machine.cast.subgroup_member)
    assert (raised_by_the_school(machine, machine.cast.subgroup_member), raised_by_the_school(machine, machine.cast.subgroup_chair)) == (1, 2)
