"""The board's figures are the lengths of the lists behind them, however many lists there are, in one query."""

from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from agencies.calendars import calendar_of
from agencies.models import Agency
from agencies.person import Person, person_of
from agencies.roles import Role
from escalation.models import Dispute
from escalation.selectors import board
from escalation.services.sweep import sweep
from escalation.states import Verb
from tests.cast import Cast
from tests.escalation.verbs import closed
from tests.factories import make_member
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
NOW = london("2026-03-02 10:00")


def unit_of(cast: Cast) -> Person:
    return person_of(cast.business_unit, NOW.date())


@pytest.mark.engines
def test_each_figure_is_the_length_of_its_list(cast: Cast, world: World) -> None:
    overdue, finished = world.sent(), world.sent()
    now = london("2026-03-03 10:01")
    world.do(finished, Verb.WITHDRAW, cast.lead, reason="Overtaken by events.", still_at_risk=False)
    sweep(now)
    found = board.counts(cast.partnership, now, reader=unit_of(cast))
    assert found == {item.key: item.rows(cast.partnership, now).count() for item in board.LISTS} | {board.LEARNING: 0, board.KEEPING: 0}
    assert (found["overdue"], found["open"], found["unacknowledged"]) == (1, 1, 0)
    assert [row.reference for row in board.rows_of("overdue", cast.partnership, now, reader=unit_of(cast))[0]] == [overdue.reference]


def test_the_figures_cost_two_queries_besides_the_calendars(cast: Cast, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    reader = unit_of(cast)
    calendar_of(cast.partnership)
    with django_assert_num_queries(3):
        board.counts(cast.partnership, NOW, reader=reader)


def test_a_partnership_without_disagreements_has_every_figure_at_nought(cast: Cast) -> None:
    assert set(board.counts(cast.elsewhere, NOW, reader=unit_of(cast)).values()) == {0}


@pytest.mark.engines
def test_no_figure_counts_what_is_kept_from_a_reader_with_a_conflict(cast: Cast, world: World) -> None:
    hidden, shown = world.sent(), world.sent()
    Dispute.objects.filter(pk=hidden.pk).update(conflicts=[str(cast.business_unit.pk)])
    reader = unit_of(cast)
    assert board.counts(cast.partnership, NOW, reader=reader)["open"] == 1
    assert [row.reference for row in board.rows_of("open", cast.partnership, NOW, reader=reader)[0]] == [shown.reference]
    found = board.divided(cast.partnership, NOW, reader=reader)
    assert found.by_stage == [(1, 1)]
    assert found.by_agency == [(cast.school.name, 1, 0, 0), (cast.social_care.name, 0, 1, 0)]
    other = person_of(cast.business_manager, NOW.date())
    assert board.counts(cast.partnership, NOW, reader=other)["open"] == 2


def test_the_figures_of_the_board_agree_and_lead_to_their_lists_where_what_is_late_says_so(cast: Cast, world: World) -> None:
    late, finished = world.sent(), world.sent()
    world.do(finished, Verb.RESPOND, cast.receiver, answer="agrees", reasons="We looked again.", actions="An assessment.")
    world.do(finished, Verb.ACCEPT, cast.own_manager, wording="An assessment by Friday.", kind="agreed_action")
    world.do(finished, Verb.CONFIRM_OUTCOME, cast.receiver)
    now = london("2026-03-03 10:01")
    reader, unit = unit_of(cast), Visitor(cast.business_unit, now)
    found, every = board.divided(cast.partnership, now, reader=reader), board.counts(cast.partnership, now, reader=reader)["open"]
    assert sum(number for _, number in found.by_stage) == sum(raised for _, raised, _, _ in found.by_agency) == every == 2
    page = unit.page("/board/")
    assert "Responses overdue" in page.one("main").text
    labels = [one.attrs.get("data-label", "") for one in page.all("td", role="cell", class_="govuk-table__cell")]
    figures_of_each = ["Raised, open", "Responses awaited", "Responses overdue"]
    assert labels == ["", "Whose turn", "", "Raised by", "With", *2 * figures_of_each], "on a telephone a row is a block that says what its parts are"
    assert [row.text for row in page.all("td") if "Overdue," in row.text] == ["Tuesday 3 March, 10am. Overdue, 1 minute late"]
    for words, length in (("Stage 1: 2 disagreements open", 2), ("Hillside School", 2), ("Northshire Social Care", 2)):
        link = next(one.attrs["href"] for one in page.all("a") if one.text == words)
        listed = unit.page(link.partition("#")[0])
        assert len([one for one in listed.all("a") if one.text.startswith("ESC-")]) == length, words
    figures = [one for one in page.all("a") if "part=" in one.attrs["href"]]
    assert [figure.spoken for figure in figures] == [
        "2: Raised by Hillside School and open", "1: Response of Northshire Social Care awaited", "1: Response of Northshire Social Care overdue",
    ]  # fmt: skip
    for figure in figures:
        listed = unit.page(figure.attrs["href"].partition("#")[0])
        assert len([one for one in listed.all("a") if one.text.startswith("ESC-")]) == int(figure.spoken[0]), figure.spoken
    assert unit.get("/board/", list="open", part="raised").status_code == unit.get("/board/", part="what").status_code == 404
    own = Visitor(cast.receiving_lead, now).page("/my-agency/").all("td")
    assert {"Tuesday 3 March, 10am. Overdue, 1 minute late", cast.receiver.name} <= {cell.text for cell in own}
    unit.page("/board/", list="open")
    for _ in range(2):
        assert [(one.attrs["href"], one.text) for one in unit.page(f"/d/{late.reference}/").all("a", class_="govuk-back-link")] == [
            ("/board/?list=open", "Back to the board")
        ]
    unit.page("/my-work/")
    assert unit.page(f"/d/{late.reference}/").one("a", class_="govuk-back-link").text == "Back to My work"


def test_what_has_ended_is_listed_with_the_moment_that_it_did(cast: Cast, world: World) -> None:
    dispute = closed(world, world.sent())
    unit = Visitor(cast.business_unit, world.now)
    assert dispute.reference in (page := unit.page("/board/", list="gap")).one("main").text
    ended = [row.text for row in page.all("tr") if dispute.reference in row.text]
    assert "Monday 2 March, 10am" in ended[0]
    assert [one.text for one in page.all("option") if one.text.startswith("Stage")] == ["Stage 1", "Stage 2", "Stage 3", "Stage 4"]


@pytest.mark.engines
def test_an_agencys_quarters_count_what_is_kept_from_its_leads_for_the_unit_alone(cast: Cast, world: World) -> None:
    world.sent()
    Dispute.objects.filter(pk=world.sent().pk).update(is_restricted=True)
    make_member(cast.business_manager, cast.school, Role.PRACTITIONER)
    for user, path, raised in ((cast.business_unit, "/board/", 2), (cast.lead, "/my-agency/", 1), (cast.business_manager, "/board/", 1)):
        page = Visitor(user, london("2026-03-03 10:01")).page(path, agency=str(cast.school.pk))
        assert f"Jan to Mar 2026, so far {raised} 0" in page.one("main").text
        # Nothing was due in a quarter without anything: what stands there says what it means.
        assert "[z] not applicable." in page.one("main").text
        # On a telephone each figure is a line that has its name from here.
        _quarter, *heads = [one.text for one in page.all("th", role="columnheader") if not one.attrs.get("class")]
        assert [one.attrs["data-label"] for one in page.all("td", role="cell") if not one.attrs.get("class")] == heads * 8


def test_who_sits_in_another_partnership_too_sees_the_board_of_the_one_whose_unit_they_are(cast: Cast, world: World) -> None:
    listed = world.sent()
    agency = Agency.objects.get(partnership=cast.elsewhere)
    make_member(cast.business_unit, agency, Role.PRACTITIONER)
    cast.stranger.memberships.create(partnership=cast.partnership, role=Role.BUSINESS_UNIT)
    cast.raiser.memberships.create(partnership=cast.elsewhere, role=Role.BUSINESS_UNIT)
    for user, there in ((cast.business_unit, True), (cast.stranger, True), (cast.raiser, False)):
        page = Visitor(user, NOW).page("/board/", list="open").one("main").text
        assert (listed.reference in page, agency.name in page) == (there, not there)


def test_the_board_takes_as_many_queries_however_many_it_lists(cast: Cast, world: World) -> None:
    """Whom else the listed ones went to is one query, asked where any are listed. Lists that stay empty are one page: they are looked at once."""
    unit, listing = Visitor(cast.business_manager, london("2026-03-03 10:01")), ("overdue", "open")
    world.sent(cast.receiving, cast.police)
    assert [unit.queries(f"/board/?list={key}") for key in (*listing, "gap")] == [13, 13, 12]
    for _ in range(3):
        world.sent(cast.receiving, cast.police)
    for key in board.BY_KEY:
        assert unit.queries(f"/board/?list={key}") == (13 if key in listing else 12), key


def test_those_closed_with_a_gap_are_listed_for_a_year_and_not_those_closed_with_all_or_reopened(cast: Cast, world: World) -> None:
    """Three are closed with a gap, the third is reopened."""
    kept, last, again = (world.sent() for _ in range(3))
    for dispute in (kept, last, again):
        world.do(dispute, Verb.RESPOND, cast.receiver, answer="agrees", reasons="We looked again.", actions="An assessment.")
        world.do(dispute, Verb.ACCEPT, cast.own_manager, wording="An assessment by Friday.", kind="agreed_action")
        world.do(dispute, Verb.CONFIRM_OUTCOME, cast.receiver)
    for dispute in (kept, last, again):
        world.now += timedelta(minutes=1)
        world.do(dispute, Verb.CLOSE, cast.business_manager, difference="no_change", gap="Nobody answered.")
    world.do(again, Verb.REOPEN, cast.lead, reason="It came back.")
    reader, now = unit_of(cast), world.now + timedelta(days=364)
    listed = [row.reference for row in board.rows_of("gap", cast.partnership, now, reader=reader)[0]]
    assert listed == [last.reference, kept.reference]
    assert board.counts(cast.partnership, now, reader=reader)["gap"] == 2
    assert board.counts(cast.partnership, now + timedelta(days=2), reader=reader)["gap"] == 0


@pytest.mark.engines
def test_agencies_are_counted_by_what_they_raised_what_waits_for_them_and_what_is_overdue(
    cast: Cast, world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    reader = unit_of(cast)
    world.sent(cast.receiving, cast.police)
    world.sent(cast.receiving)
    with django_assert_num_queries(1):
        found = board.divided(cast.partnership, london("2026-03-03 10:01"), reader=reader)
    assert found.by_stage == [(1, 2)]
    assert found.by_agency == [("Hillside School", 2, 0, 0), ("Northshire Police", 0, 1, 1), ("Northshire Social Care", 0, 2, 2)]
