"""What the directory's pages show."""

from datetime import date, timedelta
from typing import Any

import pytest

from agencies.models import Agency, Post
from agencies.person import person_of
from agencies.roles import Role
from agencies.selectors import agency_page, directory_of
from tests.cast import Cast
from tests.factories import make_agency, make_cover, make_holder, make_holding, make_member, make_post, make_user

pytestmark = pytest.mark.engines

TODAY = date(2026, 5, 4)


def gaps(cast: Cast, agency: Agency) -> tuple[str, ...]:
    return next(line.gaps for line in directory_of(cast.partnership.id, TODAY) if line.name == agency.name)


def test_the_directory_lists_members_before_agencies_from_elsewhere(cast: Cast) -> None:
    make_agency(cast.partnership, "A Borough", is_external=True)
    make_agency(cast.partnership, "Closed", is_active=False)
    names = [line.name for line in directory_of(cast.partnership.id, TODAY)]
    assert names == ["Hillside School", "Northshire Police", "Northshire Social Care", "A Borough"]


def test_an_empty_level_is_a_gap_that_says_where_it_passes(cast: Cast) -> None:
    assert gaps(cast, cast.school) == ("Nobody at level 4: passes up to level 5",)


def test_all_that_an_agency_lacks_is_told(cast: Cast) -> None:
    assert gaps(cast, cast.police) == (
        "Nobody at level 3: the business unit is asked",
        "Nobody at level 4: the business unit is asked",
        "No safeguarding lead",
        "Board member not known: the business manager recommends somebody",
    )


def test_a_flat_agency_with_a_lead_has_no_gaps(cast: Cast) -> None:
    nursery = make_agency(cast.partnership, "Acorn", is_flat=True, has_board_member=False)
    make_holder(nursery, 2, is_lead=True)
    assert gaps(cast, nursery) == ()


def test_in_a_flat_agency_a_role_without_a_post_is_no_gap(cast: Cast) -> None:
    nursery = make_agency(cast.partnership, "Acorn", is_flat=True, has_board_member=False)
    make_member(make_user("Keyworker"), nursery, Role.PRACTITIONER)
    assert gaps(cast, nursery) == ("Nobody at any level: the business unit is asked", "No safeguarding lead")
    make_member(make_user("Owner"), nursery, Role.LEAD)
    assert gaps(cast, nursery) == ()


def test_what_another_agency_acts_for_is_no_gap(cast: Cast) -> None:
    surgery = make_agency(cast.partnership, "Surgery", acting_agency=cast.social_care, acting_from_level=3, has_board_member=False)
    make_holder(surgery, 2, is_lead=True)
    assert gaps(cast, surgery) == ()


def test_unconfirmed_contacts_are_counted(cast: Cast) -> None:
    Post.objects.filter(agency=cast.school).update(confirmed_on=TODAY)
    Post.objects.filter(agency=cast.school, level__number=5).update(confirmed_on=TODAY - timedelta(days=200))
    line = next(line for line in directory_of(cast.partnership.id, TODAY) if line.name == cast.school.name)
    assert line.stale == 1


def test_the_directory_costs_the_same_however_many_agencies(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _ in range(10):
        make_holder(make_agency(cast.partnership), 2)
    with django_assert_max_num_queries(8):
        directory_of(cast.partnership.id, TODAY)


def test_an_agencys_page_shows_posts_from_the_top_down(cast: Cast) -> None:
    page = agency_page(cast.partnership.id, cast.school.code, person_of(cast.receiver, TODAY), TODAY)
    assert page is not None
    assert [name for name, _ in page.levels] == ["Level 5: Board", "Level 3: Service managers", "Level 2: Team managers"]


def test_who_is_away_is_shown_with_the_cover(cast: Cast) -> None:
    make_cover(cast.own_senior, cast.own_manager, TODAY, TODAY)
    page = agency_page(cast.partnership.id, cast.school.code, person_of(cast.receiver, TODAY), TODAY)
    assert page is not None
    assert page.levels[1][1][0].contacts[0].note == "Away: Colin Reid covers until 4 May 2026"


@pytest.mark.parametrize(("part", "shown"), [("raiser", True), ("business_unit", True), ("receiver", False), ("chair", False)])
def test_practitioners_are_shown_to_their_own_agency_and_its_keepers(cast: Cast, part: str, shown: bool) -> None:
    make_holding(make_post(cast.school, 1, "Teacher"), cast.colleague)
    page = agency_page(cast.partnership.id, cast.school.code, person_of(getattr(cast, part), TODAY), TODAY)
    assert page is not None
    assert bool(page.levels[-1][1][0].contacts) is shown


@pytest.mark.parametrize(("part", "may"), [("lead", True), ("business_unit", True), ("own_manager", False), ("receiving_lead", False)])
def test_the_button_to_confirm_follows_the_policy(cast: Cast, part: str, may: bool) -> None:
    page = agency_page(cast.partnership.id, cast.school.code, person_of(getattr(cast, part), TODAY), TODAY)
    assert page is not None
    assert page.levels[0][1][0].may_confirm is may


def test_an_agency_of_another_partnership_has_no_page(cast: Cast) -> None:
    assert agency_page(cast.partnership.id, "elsewhere-school", person_of(cast.lead, TODAY), TODAY) is None
