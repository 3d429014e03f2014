"""An agency's own side: what it raised and was asked, never another's, and never what was kept from its own leads."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pdfua
import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pikepdf import Pdf

from agencies.errors import InvalidInput, NotAllowed, NotFound
from agencies.models import Agency, Post, User
from agencies.person import Person, person_of
from agencies.roles import Role
from escalation.models import AgreedAction, Dispute, StageDefinition
from escalation.states import EventKind, LeftOut, State
from reports import agency_lists, charts, own, quarterly, services
from reports.exports import lines as exported
from reports.figures import Document, Edition, Table, Unit
from reports.findings import findings_report
from reports.measures import MEASURES, Scope
from reports.measures.base import ANSWERED_SINCE, AS_MANY_DAYS, FROM_A_LOG, NO_EARLIER
from reports.measures.own import asked
from reports.models import ReportEvent, ScorecardCheck
from reports.periods import Period, Year
from reports.rendering import context_of
from tests.factories import make_member, make_user
from tests.kept import kept_fixture
from tests.reports.builders import Life, World, make_world
from tests.reports.generated import generate
from tests.reports.test_pdf import of_kind
from tests.reports.test_report_pages import program

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEAR = Year(2025)
TYPES = {"csv": "text/csv", "pdf": "application/pdf"}
CHANGED = "The figures have changed since then."


@kept_fixture
def world() -> World:
    world = make_world(with_posts=True)
    generate(world, 90, starts=YEAR.starts, ends=YEAR.ends, now=NOW, seed=5)
    return world


def someone(agency: Agency, role: Role) -> User:
    user = make_user()
    make_member(user, agency, role)
    return user


def person(user: User) -> Person:
    return person_of(user, NOW.date())


def client(user: User) -> Client:
    found = Client()
    found.force_login(user, backend="agencies.backend.AccountBackend")
    return found


def table(document: Document, key: str) -> Table:
    return next(table for section in document.sections for table in section.tables if table.key == key)


UNITS = {"scorecard": {"count", "difference"}, "scorecard-time": {"count", "percent", "percentage points"}, "scorecard-days": {"working days"}}


@pytest.mark.parametrize("year", [YEAR, Year(2026)], ids=["alone", "with a year before"])
def test_every_figure_of_its_scorecard_travels_as_a_number_with_its_unit_or_as_a_sign(world: World, year: Year) -> None:
    """The world's only year is 2025/26: of the year before nothing is on record, in the year after it nothing happened."""
    [section, *_others] = own.own_report(world.agencies[0], year, NOW).sections
    own_lines = list(exported(own.own_report(world.agencies[0], year, NOW)))
    before = {"The year before", "Difference"} if year != YEAR else set()
    for each in section.tables:
        lines = [line for line in own_lines if line[:2] == (section.name, each.caption)]
        assert {line[3] for line in lines} - {"In time", "Due", "Procedure’s target"} <= {"This year"} | before
        assert {line[5] for line in lines} == UNITS[each.key] - ({"difference", "percentage points"} if not before else set())
        assert all(isinstance(line[4], int | float) != bool(line[6]) for line in lines)
    assert section.tables[0].note == (f"{AS_MANY_DAYS} {ANSWERED_SINCE}" if before else NO_EARLIER)


def test_its_share_in_time_stands_beside_the_target_and_the_difference_is_of_the_exact_shares(world: World) -> None:
    """Social care was asked by the school twice in each year: one of two answered in time, then both."""
    asked_of, school = world.agencies[1], world.agencies[3]
    rows = {row.label: row.cells for row in table(own.scorecard(asked_of, Year(2026), NOW), "scorecard-time").rows}
    met, due = rows["Responses"][4].number, rows["Responses"][5].number
    for at in (0, 1):
        start = NOW - timedelta(days=7 + at)
        life = Life.begin(world, start, school, [asked_of], NOW, themes=["delay"])
        life.ask(life.enter(1, start), asked_of, start, due=start + timedelta(days=1), answered=start + timedelta(hours=2), until=NOW)
    world.save()
    cells = {row.label: row.cells for row in table(own.scorecard(asked_of, Year(2026), NOW), "scorecard-time").rows}["Responses"]
    assert [cell.value for cell in cells[:4]] == [2, 2, 100, 100]
    assert cells[7].value == int(100 - 100 * met / due + 0.5)


def test_a_year_that_runs_stands_beside_as_many_days_of_the_year_before_and_one_that_is_over_beside_the_whole(world: World) -> None:
    school, gone_by = world.agencies[0], NOW - Year(2026).starts
    raised = [row.submitted_at for row in Dispute.objects.filter(raising_agency=school) if row.sent_at]
    so_far = sum(at is not None and at < YEAR.starts + gone_by for at in raised)
    assert 0 < so_far < len(raised)
    for now, expected in ((NOW, so_far), (datetime(2027, 6, 1, 9, tzinfo=UTC), len(raised))):
        rows = {row.label: row.cells for row in table(own.scorecard(school, Year(2026), now), "scorecard").rows}
        assert rows["Raised"][1].value == expected


def test_responses_and_actions_stand_beside_those_that_had_come_by_the_same_day_of_the_year_before() -> None:
    """By 22 November 2025 one response and one action were due, and one response that is due in December had come; what fell due in February not."""
    world = make_world()
    agency = world.agencies[0]
    for month, answered, actions in ((5, 2, 1), (12, -20, 0), (14, 2, 2), (17, 2, 1)):
        due = datetime(2025 + (month - 1) // 12, (month - 1) % 12 + 1, 8, 9, tzinfo=UTC)
        start = due - timedelta(days=30)
        life = Life.begin(world, start, world.agencies[2], [agency], NOW, themes=["delay"])
        life.ask(life.enter(1, start), agency, start, due=due, answered=due + timedelta(days=answered), until=NOW)
        for _each in range(actions):
            event = life.event(EventKind.ACTION_AGREED, start, start)
            world.add(AgreedAction(dispute=life.dispute, event=event, agency=agency, owner=world.person, due_at=due, done_at=None))
    world.save()
    document = own.scorecard(agency, Year(2026), NOW)
    rows = {row.label: [cell.value for cell in row.cells] for row in table(document, "scorecard").rows}
    assert rows["Responses due"][:2] == [1, 2]
    assert rows["Agreed actions due"][:2] == [1, 1]
    assert [cell.value for cell in table(document, "scorecard-time").rows[0].cells[4:6]] == [1, 2]


def test_no_other_agency_is_named_in_it(world: World) -> None:
    text = json.dumps(own.own_report(world.agencies[0], YEAR, NOW).as_json())
    assert world.agencies[0].name in text
    assert not [agency.name for agency in world.agencies[1:] if agency.name in text]


@pytest.mark.engines
def test_what_was_kept_from_its_own_leads_is_not_counted(world: World) -> None:
    school, start = world.agencies[3], datetime(2025, 6, 2, 9, tzinfo=UTC)
    before = Scope(world.partnership, YEAR, NOW, Edition.INTERNAL, own=school).raised().count()
    life = Life.begin(world, start, school, [world.agencies[0]], NOW, themes=["delay"], is_restricted=True)
    life.ask(life.enter(1, start), world.agencies[0], start, due=start + timedelta(days=1), answered=None, until=start + timedelta(days=2))
    world.save()
    scope = Scope(world.partnership, YEAR, NOW, Edition.INTERNAL, own=school)
    assert scope.raised().count() == before
    assert not scope.runs().filter(dispute=life.dispute).exists()
    assert asked(Scope(world.partnership, YEAR, NOW, Edition.INTERNAL, own=world.agencies[0])).filter(pk=life.dispute.pk).exists()


def test_what_it_owes_in_one_that_was_kept_from_its_own_leads_is_not_counted_either(world: World) -> None:
    """The school raised two alike and agreed to do something in each; one is kept from its leads. What both sides owe is asked of it."""
    school, start = world.agencies[3], datetime(2025, 6, 2, 9, tzinfo=UTC)
    scope = Scope(world.partnership, YEAR, NOW, Edition.INTERNAL, own=school)
    before = [MEASURES[key].figures(scope).total(3).number for key in ("actions", "responses")]
    for kept in (False, True):
        life = Life.begin(world, start, school, [world.agencies[0]], NOW, themes=["delay"], is_restricted=kept)
        run, due = life.enter(1, start), start + timedelta(days=1)
        life.ask(run, world.agencies[0], start, due=due, answered=None, until=start + timedelta(days=2)).agency = school
        agreed = life.event(EventKind.ACTION_AGREED, start, start)
        world.add(AgreedAction(dispute=life.dispute, event=agreed, agency=school, owner=world.person, due_at=due))
    world.save()
    scope = Scope(world.partnership, YEAR, NOW, Edition.INTERNAL, own=school)
    assert [MEASURES[key].figures(scope).total(3).number for key in ("actions", "responses")] == [number + 1 for number in before]


def test_leads_seniors_and_board_members_see_their_own_agency_the_unit_any_and_nobody_else(world: World) -> None:
    mine, other = world.agencies[0], world.agencies[1]
    for role in Role:
        if role in {Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER}:
            assert own.agency_of(person(someone(mine, role)), None) == mine
            with pytest.raises(NotFound):
                own.agency_of(person(someone(mine, role)), other)
    with pytest.raises(NotAllowed):
        own.agency_of(person(someone(mine, Role.PRACTITIONER)), None)
    with pytest.raises(NotFound):
        own.agency_of(person(someone(mine, Role.MANAGER)), mine)
    assert own.agency_of(person(world.unit), other) == other


@pytest.mark.parametrize("year", [YEAR, Year(2026)], ids=["alone", "with a year before"])
def test_the_scorecard_is_one_tagged_page_whose_charts_say_their_figures_and_the_checker_finds_nothing(
    world: World, tmp_path: Path, year: Year
) -> None:
    """Also of an agency whose name takes two lines, with every sentence that its foot can have."""
    document = own.scorecard(world.agencies[0], year, NOW)
    long = replace(document, agency="Northshire and Westshire Community and Mental Health Services for Children and Families NHS Trust")
    assert services.print_page(replace(long, method=tuple(dict.fromkeys((*long.method, FROM_A_LOG))))).pages == 1
    printed = services.print_page(document)
    assert printed.pages == 1
    path = tmp_path / "scorecard.pdf"
    path.write_bytes(printed.content)
    with Pdf.open(path) as pdf:
        assert pdf.Root.MarkInfo.Marked
        assert str(pdf.Root.Lang) == "en-GB"
        assert "Scorecard of Northshire Social Care" in str(pdf.docinfo.Title)
        said = [str(figure.Alt) for figure in of_kind(pdf, "/Figure")]
    asked_by_quarter = [row.cells[1].text(Unit.COUNT) for row in table(document, "own-volume").rows]
    assert len(said) == 2
    assert "Apr to Jun 2025: " in said[0]
    assert ("Oct to Dec 2026, so far: " in said[0]) == (year != YEAR)
    quarters = next(each.message for each in document.sections if each.key == "quarters")
    assert quarters.startswith("By quarter, both years together: " if year != YEAR else "By quarter: ")
    assert len(asked_by_quarter) == (4 if year == YEAR else 7)
    assert [finding.message for finding in pdfua.validate(str(path)).findings] == []


def test_a_scorecard_that_rests_on_an_earlier_log_is_one_page_and_says_once_what_a_log_cannot_know(world: World) -> None:
    generate(world, 60, starts=Year(2024).starts, ends=Year(2024).ends, now=NOW, seed=6)
    Dispute.objects.update(is_imported=True)
    document = own.scorecard(world.agencies[0], YEAR, NOW)
    assert len(table(document, "own-volume").rows) == 8
    assert services.print_page(document).pages == 1
    said = " ".join([*document.method, *(each.note for section in document.sections for each in section.tables)])
    assert said.count("What a log cannot know") == 1
    assert "Brought in from an earlier log, wholly or in part: Apr to Jun 2024, " in said


def test_the_quarters_of_the_scorecard_add_up_to_its_year(world: World) -> None:
    for agency in world.agencies[:4]:
        document = own.scorecard(agency, YEAR, NOW)
        numbers = {row.label: row.cells[0].number for row in table(document, "scorecard").rows}
        volume = table(document, "own-volume").rows
        assert [sum(row.cells[at].number for row in volume) for at in (0, 1)] == [numbers["Raised"], numbers["Asked"]]
        answers = [row for each in document.sections for one in each.tables if one.key == "own-answers" for row in one.rows]
        assert sum(row.cells[1].number for row in answers) == numbers["Responses due"]


def test_the_agency_says_whether_its_figures_are_right_and_the_unit_reads_it(world: World) -> None:
    agency = world.agencies[0]
    lead, address = client(someone(agency, Role.LEAD)), reverse("agency-year", args=[2025])
    with time_machine.travel(NOW, tick=False):
        seen = own.figures_checksum(own.own_report(agency, YEAR, NOW))
        page = lead.post(address, {"is_right": "no", "note": "", "figures": seen})
        assert "Say what is wrong" in page.content.decode()
        assert f'name="figures" value="{seen}"' in page.content.decode()
        lead.post(address, {"is_right": "no", "note": "Two were ours to answer.", "figures": seen})
        assert "Two were ours to answer." in client(world.unit).get(reverse("report-year", args=[2025])).content.decode()
        lead.post(address, {"is_right": "yes", "note": "", "figures": seen})
        said = ScorecardCheck.objects.get()
        assert said.is_right
        assert CHANGED not in lead.get(address).content.decode()
    assert ReportEvent.objects.filter(words__startswith="Said that the figures of Northshire Social Care").count() == 2


def test_a_word_is_taken_for_the_figures_that_were_looked_at_alone_and_marked_once_they_change(world: World) -> None:
    """A contact that is confirmed meanwhile changes no figure of the year; a disagreement left out as a test does."""
    agency, lead = world.agencies[0], someone(world.agencies[0], Role.LEAD)
    seen = own.figures_checksum(own.own_report(agency, YEAR, NOW))
    Post.objects.filter(agency=agency).update(confirmed_on=NOW.date())
    given = {"agency": agency, "year": YEAR, "person": person(lead), "by": lead, "is_right": True, "note": "", "now": NOW}
    own.check(figures=seen, **given)
    Dispute.objects.filter(raising_agency=agency, sent_at__isnull=False).update(left_out=LeftOut.TEST)
    with pytest.raises(InvalidInput, match="have changed since you opened this page"):
        own.check(figures=seen, **given)
    with time_machine.travel(NOW, tick=False):
        assert CHANGED in client(lead).get(reverse("agency-year", args=[2025])).content.decode()


def test_only_lead_and_board_member_of_the_agency_itself_check_its_figures(world: World) -> None:
    agency = world.agencies[0]
    for user in (someone(agency, Role.SENIOR), someone(world.agencies[1], Role.LEAD), world.unit):
        with pytest.raises(NotAllowed):
            own.check(agency=agency, year=YEAR, person=person(user), by=user, is_right=True, note="", figures="", now=NOW)


def test_a_year_that_has_not_begun_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput, match="has not begun"):
        own.scorecard(world.agencies[0], Year(2031), NOW)


@pytest.mark.engines
def test_my_agency_counts_and_lists_what_the_person_may_see(world: World) -> None:
    agency = world.agencies[0]
    for days in (1, 2):
        at = NOW - timedelta(days=days)
        life = Life.begin(world, at, world.agencies[2], [agency], NOW, themes=["delay"])
        life.ask(life.enter(1, at), agency, at, due=at + timedelta(hours=30), answered=None, until=NOW + timedelta(days=1))
    closed = Life.begin(world, NOW - timedelta(days=9), world.agencies[2], [agency], NOW, themes=["delay"])
    closed.finish(NOW - timedelta(days=1), State.CLOSED)
    world.save()
    lead = someone(agency, Role.LEAD)
    seen = agency_lists.open_to(person(lead), agency)
    counts = agency_lists.counts(seen, agency, NOW)
    for key in agency_lists.BY_KEY:
        rows, more = agency_lists.rows_of(key, seen, agency, NOW)
        assert len(rows) == counts[key]
        assert not more
    assert counts["overdue"] >= 1
    assert counts["open"] == seen.count() > counts["overdue"], "what is answered and open stands in a list too"
    assert counts["raised"] == 0 or counts["raised"] == len(agency_lists.rows_of("raised", seen, agency, NOW)[0])
    with time_machine.travel(NOW, tick=False):
        page = client(lead).get(reverse("my-agency"), {"list": "overdue"}).content.decode()
        assert "overdue from us" in page
        first = agency_lists.rows_of("overdue", seen, agency, NOW)[0][0]
        assert first.dispute.reference in page
        assert 'id="table-own-trend"' in page
        assert client(lead).get(reverse("my-agency"), {"list": "weather"}).status_code == 404
        assert client(lead).get(reverse("my-agency"), {"agency": str(world.agencies[1].pk)}).status_code == 404
        assert client(lead).get(reverse("my-agency"), {"agency": "none"}).status_code == 404


@time_machine.travel(NOW, tick=False)
def test_programs_get_the_same_documents_as_the_pages_and_each_call_is_kept(world: World) -> None:
    lead, member, agency = someone(world.agencies[0], Role.LEAD), someone(world.agencies[1], Role.BOARD_MEMBER), world.agencies[0]
    quarters = quarterly.last_quarters(NOW)
    calls: list[tuple[User, str, Document]] = [
        (lead, f"agencies/{agency.pk}/reports/2025/", own.own_report(agency, YEAR, NOW)),
        (member, "reports/board/?quarter=2026-07-01", quarterly.board_page(world.partnership, quarters, NOW)),
        (world.unit, "reports/findings/2025/", findings_report(world.partnership, YEAR, NOW)),
        (
            world.unit,
            "reports/standing/?first_day=2026-01-01&last_day=2026-03-31",
            services.standing_figures(world.partnership, Period(date(2026, 1, 1), date(2026, 3, 31)), NOW),
        ),
    ]
    for user, address, document in calls:
        answer = program(user).get(f"/api/v1/{address}").json()
        assert [chapter["message"] for chapter in answer["chapters"]] == [section.message for section in document.sections]
        said = [figure["number"] for chapter in answer["chapters"] for each in chapter["tables"] for row in each["rows"] for figure in row["figures"]]
        assert [number for number in said if number is not None] == [
            cell.value
            for section in document.sections
            for each in section.tables
            for row in each.rows
            for column, cell in zip(each.columns, row.cells, strict=True)
            if column.seen and isinstance(cell.value, int | float) and not cell.mark
        ]
        assert ReportEvent.objects.filter(actor=user, words__contains="programming interface").exists()
    assert program(lead).get(f"/api/v1/agencies/{world.agencies[1].pk}/reports/2025/").status_code == 404
    assert program(lead).get("/api/v1/reports/board/").status_code == 403
    assert program(member).get("/api/v1/reports/board/?quarter=2026-07-02").status_code == 404


def test_the_last_eight_quarters_that_are_over() -> None:
    names = [quarterly.name_of(quarter) for quarter in quarterly.last_quarters(NOW)]
    assert names[0] == "October to December 2024"
    assert names[-1] == "July to September 2026"
    with pytest.raises(InvalidInput):
        quarterly.last_quarters(NOW, datetime(2026, 10, 1, tzinfo=UTC).date())


def test_the_boards_page_names_no_agency(world: World) -> None:
    document = quarterly.board_page(world.partnership, quarterly.last_quarters(NOW), NOW)
    assert sum(row.cells[0].number for row in table(document, "trend").rows) > 0
    assert not [agency.name for agency in world.agencies if agency.name in json.dumps(document.as_json())]


def test_the_boards_paper_is_one_page_with_every_chart_of_its_screen_and_the_checker_finds_nothing(world: World, tmp_path: Path) -> None:
    """Also with six stages, five areas and messages of two lines; each chart says its figures to those who cannot see it."""
    for at in ("5", "6"):
        words = {"key": f"stage-{at}", "number": at, "name": "Chief officers of the statutory partners", "sides": "both"}
        StageDefinition.objects.create(version=world.version, position=int(at), **words)
    now = datetime(2026, 4, 20, tzinfo=UTC)
    document = quarterly.board_page(world.partnership, quarterly.last_quarters(now), now)
    long = tuple(replace(each, message=f"{each.message}, which takes two lines of the page and more than that") for each in document.sections)
    assert services.print_page(replace(document, sections=long)).pages == 1
    assert len(table(document, "settled").rows) == 7
    on_screen = [shown.chart for _, tables in context_of(document, charts.NARROW)["chapters"] for shown in tables if shown.chart]
    printed = services.print_page(document)
    assert printed.pages == 1
    path = tmp_path / "board.pdf"
    path.write_bytes(printed.content)
    with Pdf.open(path) as pdf:
        said = [str(figure.Alt) for figure in of_kind(pdf, "/Figure")]
    assert len(said) == len(on_screen) == 4
    assert said[0].startswith("Disagreements raised, by quarter. Apr to Jun 2024: ")
    assert [finding.message for finding in pdfua.validate(str(path)).findings] == []


def test_board_members_chair_and_unit_open_the_boards_page_and_its_files(world: World) -> None:
    member = someone(world.agencies[0], Role.BOARD_MEMBER)
    with time_machine.travel(NOW, tick=False):
        for user, form in ((member, "csv"), (world.unit, "pdf")):
            assert client(user).get(reverse("board-page")).status_code == 200
            assert client(user).get(reverse("board-data", args=[form]), {"quarter": "2026-04-01"})["Content-Type"].startswith(TYPES[form])
        assert client(member).get(reverse("board-page"), {"quarter": "2026-04-02"}).status_code == 404
        assert client(someone(world.agencies[0], Role.LEAD)).get(reverse("board-page")).status_code == 403
    assert ReportEvent.objects.filter(actor=member, words__contains="data file (CSV)").exists()
