"""The standing report of one subgroup: the disagreements that came to it and no others, at every door (DEV-05)."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from agencies.address_key import address_key
from agencies.errors import InvalidInput
from agencies.models import User
from agencies.roles import Role
from agencies.services.tokens import make_token
from escalation.models import Dispute, LearningPoint, ProcedureVersion
from escalation.states import EventKind, LeftOut
from reports import services, tasks, written
from reports.figures import Edition, Table
from reports.measures import MEASURES, Scope, figures_of
from reports.models import Report, ReportEvent
from reports.periods import Period, Year
from reports.subgroups import chosen, in_use
from tests.factories import make_member, make_user
from tests.kept import kept_fixture
from tests.reports.builders import Life, World, make_world
from tests.reports.generated import generate
from tests.reports.test_standing import asked, signed_in

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SUMMER = Period(date(2026, 6, 15), date(2026, 8, 14))
GROUP, OTHER = "Practice Development Group", "Training group"
DAYS = asked(SUMMER.first_day, SUMMER.last_day)
QUERY = DAYS | {"subgroup": address_key(GROUP)}


@pytest.fixture(autouse=True)
def _files(settings: Any, tmp_path: Path) -> None:
    settings.VAR = tmp_path


@kept_fixture
def world() -> World:
    """Two years and a half; each sixth was put to the procedure's subgroup, and each second learning point is referred to it, as people spell it."""
    world = make_world()
    world.version = ProcedureVersion.objects.create(
        procedure=world.version.procedure, number=2, definition={"subgroup": {"name": GROUP, "takes": ["stuck"]}}, checksum="1" * 64,
        in_force_from="2020-02-01", published_at=datetime(2020, 2, 1, tzinfo=UTC),
    )  # fmt: skip
    make_member(make_user("Ms Unwin"), world.partnership, Role.SUBGROUP_MEMBER)
    generate(world, 140, starts=Year(2025).starts, ends=NOW, now=NOW)
    for dispute in Dispute.objects.filter(sent_at__isnull=False).order_by("reference")[::6]:
        life = Life(world, dispute, [], NOW)
        life.event(EventKind.SUBGROUP_TOLD, dispute.submitted_at, dispute.submitted_at)
    world.save()
    names = (GROUP, OTHER, " practice  development group", "Ms Unwin")
    for at, point in enumerate(LearningPoint.objects.filter(is_none=False).order_by("recorded_at", "pk")):
        point.referred_to = names[at % 4]
        point.save(update_fields=["referred_to"])
    return world


def counted(world: World, name: str, period: Year | Period) -> dict[str, Table]:
    """Every measure that a subgroup's report has. What was left out is not compared: the other way of counting leaves the rest out."""
    scope = Scope(world.partnership, period, NOW, Edition.INTERNAL, subgroup=chosen(world.partnership, name))
    tables = {key: table for key, table in figures_of(scope).items() if not MEASURES[key].of_all}
    other = tables["other"]
    return tables | {"other": replace(other, rows=other.rows[:4])}


@pytest.mark.parametrize("name", [GROUP, OTHER])
def test_every_measure_of_a_subgroup_is_that_of_a_record_in_which_nothing_else_counts(world: World, name: str) -> None:
    group = {each: counted(world, name, each) for each in (Year(2025), SUMMER)}
    came = {point.dispute_id for point in LearningPoint.objects.all() if " ".join(point.referred_to.split()).lower() == name.lower()}
    if name == GROUP:
        came |= set(Dispute.objects.filter(events__kind=EventKind.SUBGROUP_TOLD).values_list("pk", flat=True))
    assert 5 < len(came) < Dispute.objects.count() / 2
    Dispute.objects.exclude(pk__in=came).update(left_out=LeftOut.DUPLICATE)
    for period, tables in group.items():
        assert tables == counted(world, "", period)
    assert group[Year(2025)]["raised"].total(2).number > group[SUMMER]["raised"].total(2).number > 0


def test_what_tells_of_the_partnership_as_a_whole_is_not_in_a_subgroups_report_and_its_method_says_so(world: World) -> None:
    whole, part = (services.standing_figures(world.partnership, SUMMER, NOW, chosen(world.partnership, name)) for name in ("", GROUP))
    keys = [{table.key for section in document.sections for table in section.tables} for document in (whole, part)]
    assert {"silent", "directory"} == keys[0] - keys[1] - {"hot", "early"}
    assert "directory" not in {section.key for section in part.sections}
    assert "State of the directory" in str(part.method[1])
    assert str(part.summary[0]) == f"Only the disagreements that came to this subgroup are counted: {GROUP}."


def test_the_subgroups_are_those_that_the_record_names_once_whatever_their_spelling_and_no_person(world: World) -> None:
    assert list(in_use(world.partnership)) == [GROUP, OTHER]
    assert chosen(world.partnership, " PRACTICE development  group ") == in_use(world.partnership)[GROUP]
    assert chosen(world.partnership, " ") is None
    for name in ("Ms Unwin", "Nobody"):
        with pytest.raises(InvalidInput, match="There is no such subgroup"):
            chosen(world.partnership, name)


def test_no_subgroup_is_named_by_what_is_kept_from_an_agency_alone_and_under_another_s_name_it_counts(world: World) -> None:
    before = in_use(world.partnership)[OTHER].spelt
    for point, name in zip(LearningPoint.objects.filter(is_none=False)[:2], ("Group on heads", OTHER.upper()), strict=True):
        Dispute.objects.filter(pk=point.dispute_id).update(is_restricted=True)
        LearningPoint.objects.filter(pk=point.pk).update(referred_to=name)
    assert list(in_use(world.partnership)) == [GROUP, OTHER]
    assert in_use(world.partnership)[OTHER].spelt == (*sorted({*before, OTHER.upper()}),)


def test_a_subgroup_to_which_nothing_came_in_the_period_has_no_paper(world: World, tmp_path: Path) -> None:
    early = Period(date(2024, 1, 1), date(2024, 1, 31))
    document = services.standing_figures(world.partnership, early, NOW, chosen(world.partnership, OTHER))
    assert document.is_empty
    assert len(document.summary) == 2
    with pytest.raises(InvalidInput, match="Nothing is on record"):
        written.write_standing_report(world.partnership, early, tmp_path / "standing.pdf", NOW, chosen(world.partnership, OTHER))


@pytest.fixture
def client(world: World) -> Client:
    return signed_in(User.objects.get(name="Ms Unwin"))


@time_machine.travel(NOW, tick=False)
def test_page_and_data_file_say_whose_report_it_is(client: Client) -> None:
    page = client.get(reverse("report-standing"), QUERY).content.decode()
    assert f'<option value="{address_key(GROUP)}" selected>Those that came to {GROUP}</option>' in page
    assert f"<h2>{GROUP}, 15 June 2026 to 14 August 2026</h2>" in page
    answer = client.get(reverse("standing-data", args=["csv"]), QUERY)
    assert "standing-report-2026-06-15-to-2026-08-14-practice-development-group.csv" in answer["Content-Disposition"]
    program = APIClient(HTTP_AUTHORIZATION=f"Bearer {make_token(User.objects.get(name='Ms Unwin'), now=NOW).secret}")
    days = {"first_day": SUMMER.first_day, "last_day": SUMMER.last_day}
    offered = program.get("/api/v1/reports/standing/", days).json()["subgroups"]
    assert [one["name"] for one in offered] == [GROUP, OTHER]
    told = program.get("/api/v1/reports/standing/", days | {"subgroup": offered[0]["key"]}).json()
    assert told["subgroup"] == GROUP
    refused = [program.get("/api/v1/reports/standing/", days | {"subgroup": key}).status_code for key in (GROUP, "0" * 16)]
    assert refused == [400, 400], "A name in the address is none, and neither is a key of nothing."
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row[4] for row in rows if row[2] == "Subgroup"] == [GROUP]
    words = ReportEvent.objects.earliest("recorded_at").words
    assert words.startswith("Took the figures of 15 June to 14 August 2026 for a subgroup, internal edition, as a data file")


@time_machine.travel(NOW, tick=False)
def test_a_subgroup_that_there_is_not_is_an_error_beside_the_choice_and_nothing_is_counted(client: Client) -> None:
    page = client.get(reverse("report-standing"), DAYS | {"subgroup": "Nobody"}).content.decode()
    assert "Which disagreements: choose one of the answers listed" in page
    assert "Make the PDF" not in page


@time_machine.travel(NOW, tick=False)
def test_an_address_with_the_subgroup_alone_means_it_in_the_usual_days(client: Client) -> None:
    with time_machine.travel(NOW, tick=False):
        whole, part = (client.get(reverse("report-standing"), given).content.decode() for given in ({}, {"subgroup": address_key(GROUP)}))
        assert f"Only the disagreements that came to this subgroup are counted: {GROUP}." in part
        assert f"counted: {GROUP}." not in whole
        assert client.get(reverse("standing-data", args=["csv"]), {"subgroup": "Nobody"}).status_code == 404


def test_its_paper_is_made_beside_the_whole_one_and_names_the_subgroup(client: Client, world: World) -> None:
    for query in (DAYS, DAYS | {"subgroup": address_key(OTHER)}, DAYS | {"subgroup": address_key(OTHER)}):
        client.post(reverse("standing-make", query=query))
    report = Report.objects.get(subgroup=OTHER)
    assert Report.objects.count() == 2
    tasks.make(str(report.pk))
    report.refresh_from_db()
    assert services.stored_document(report).subgroup == OTHER
    assert f"Standing report for {OTHER}" in services.html_of(report)
    assert services.file_name(report) == f"{world.partnership.slug}-standing-report-2026-06-15-to-2026-08-14-training-group.pdf"
    assert f"Standing report 15 June to 14 August 2026, {OTHER} (PDF, " in client.get(reverse("report-standing"), DAYS).content.decode()


def test_no_edition_for_publication_is_of_a_subgroup(world: World) -> None:
    for fields in ({"year": 2025}, {"year": 0, "first_day": SUMMER.first_day, "last_day": SUMMER.last_day}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Report.objects.create(
                partnership=world.partnership, subgroup=GROUP, edition=Edition.PUBLIC.value, requested_by=world.unit, requested_at=NOW, **fields
            )  # fmt: skip


@time_machine.travel(NOW, tick=False)
def test_the_command_writes_a_subgroups_report_under_its_name(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    call_command("standing_report", "2026-06-15", "2026-08-14", partnership=world.partnership.slug, subgroup="training group")
    assert (tmp_path / f"{world.partnership.slug}-standing-report-2026-06-15-to-2026-08-14-training-group.pdf").read_bytes().startswith(b"%PDF-")
    assert f"for {OTHER} of {world.partnership.name}" in capsys.readouterr().out
