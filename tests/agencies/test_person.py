"""Seats: what a signed-in person holds on a day."""

from datetime import date, timedelta
from typing import Any

import pytest

from agencies.person import person_of
from agencies.roles import CHAIR_ROLES, Role
from agencies.snapshot import load_snapshot
from tests.cast import Cast
from tests.factories import make_agency, make_cover, make_holder, make_holding, make_member, make_post, make_user

pytestmark = pytest.mark.engines

TODAY = date(2026, 5, 4)


def test_a_membership_gives_a_seat(cast: Cast) -> None:
    person = person_of(cast.raiser, TODAY)
    assert person.roles_in(cast.school.id) == {Role.PRACTITIONER}
    assert person.agency_ids == {cast.school.id}
    assert person.partnership_id == cast.partnership.id


def test_a_post_gives_its_level_and_title(cast: Cast) -> None:
    person = person_of(cast.receiver, TODAY)
    assert person.level_in(cast.social_care.id) == 2
    assert person.job_title(cast.social_care.id) == "Team manager"


def test_another_agency_gives_no_level(cast: Cast) -> None:
    assert person_of(cast.receiver, TODAY).level_in(cast.school.id) == 0


def test_the_job_title_stands_in_where_there_is_no_post(cast: Cast) -> None:
    assert person_of(cast.raiser, TODAY).job_title(cast.school.id) == "Teacher"
    assert person_of(cast.chair, TODAY).job_title(None) == "Chair"


def test_a_closed_account_has_no_seats(cast: Cast) -> None:
    cast.receiver.is_active = False
    cast.receiver.save()
    assert person_of(cast.receiver, TODAY).seats == ()


def test_somebody_without_roles_has_no_partnership(cast: Cast) -> None:
    person = person_of(cast.nobody, TODAY)
    assert person.partnership_id is None
    assert not person.units


def test_the_unit_and_the_chair_are_known(cast: Cast) -> None:
    assert person_of(cast.business_manager, TODAY).units == {cast.partnership.pk}
    assert person_of(cast.deputy_chair, TODAY).sits_as(cast.partnership.pk, *CHAIR_ROLES)
    assert not person_of(cast.deputy_chair, TODAY).sits_as(cast.elsewhere.pk, *CHAIR_ROLES)
    assert not person_of(cast.lead, TODAY).units


@pytest.mark.parametrize(("since", "until", "held"), [(0, 0, True), (1, None, False), (None, -1, False), (None, None, True)])
def test_a_role_holds_from_its_first_to_its_last_day(cast: Cast, since: int | None, until: int | None, held: bool) -> None:
    days = {name: TODAY + timedelta(days=days) for name, days in (("since", since), ("until", until)) if days is not None}
    make_member(cast.nobody, cast.police, Role.MANAGER, **days)
    assert person_of(cast.nobody, TODAY).sits_anywhere_as(Role.MANAGER) is held


def test_an_agency_that_left_gives_no_seat(cast: Cast) -> None:
    cast.school.is_active = False
    cast.school.save()
    assert person_of(cast.lead, TODAY).seats == ()


def test_a_lead_post_makes_a_safeguarding_lead(cast: Cast) -> None:
    make_holding(make_post(cast.police, 3, "Named officer", is_lead=True), cast.police_manager)
    assert person_of(cast.police_manager, TODAY).roles_in(cast.police.id) == {Role.MANAGER, Role.LEAD}


def test_a_deputy_shares_the_leads_role_but_not_the_boards(cast: Cast) -> None:
    make_holding(make_post(cast.police, 5, "Commander", is_lead=True, is_board_member=True), cast.police_manager, rank=1)
    roles = person_of(cast.police_manager, TODAY).roles_in(cast.police.id)
    assert Role.LEAD in roles
    assert Role.BOARD_MEMBER not in roles


def test_cover_hands_over_the_level_and_role_while_it_runs(cast: Cast) -> None:
    make_cover(cast.own_senior, cast.own_manager, TODAY, TODAY)
    covering = person_of(cast.own_manager, TODAY)
    assert covering.level_in(cast.school.id) == 3
    assert Role.SENIOR in covering.roles_in(cast.school.id)
    assert person_of(cast.own_manager, TODAY + timedelta(days=1)).level_in(cast.school.id) == 2


def test_cover_leaves_ones_own_title(cast: Cast) -> None:
    make_cover(cast.own_senior, cast.own_manager, TODAY, TODAY)
    assert person_of(cast.own_manager, TODAY).job_title(cast.school.id) == "Head of year"


def test_cover_from_another_agency_hands_over_nothing(cast: Cast) -> None:
    make_cover(cast.own_senior, cast.police_manager, TODAY, TODAY)
    assert person_of(cast.police_manager, TODAY).agency_ids == {cast.police.id}


def test_cover_for_the_administrator_hands_over_nothing(cast: Cast) -> None:
    make_cover(cast.administrator, cast.business_unit, TODAY, TODAY)
    assert not person_of(cast.business_unit, TODAY).sits_anywhere_as(Role.ADMINISTRATOR)


def test_cover_for_the_chair_by_the_deputy_makes_a_chair(cast: Cast) -> None:
    make_cover(cast.chair, cast.mediator, TODAY, TODAY)
    assert person_of(cast.mediator, TODAY).sits_as(cast.partnership.pk, *CHAIR_ROLES)


def test_a_post_alone_makes_a_manager_of_its_agency(cast: Cast) -> None:
    user = make_user("Only Post")
    make_holding(make_post(cast.police, 2, "Sergeant"), user)
    assert person_of(user, TODAY).roles_in(cast.police.id) == {Role.MANAGER}


def test_a_person_costs_two_queries_and_one_while_the_directory_stays_as_it_is(cast: Cast, django_assert_num_queries: Any) -> None:
    make_cover(make_holder(cast.school, 4, "Head"), cast.own_manager, TODAY, TODAY)
    for user in (cast.raiser, cast.own_manager):
        with django_assert_num_queries(2):
            person_of(user, TODAY)
    with django_assert_num_queries(1):
        person_of(cast.own_manager, TODAY)


def test_a_person_knows_for_whom_they_cover(cast: Cast) -> None:
    make_cover(cast.own_senior, cast.own_manager, TODAY, TODAY)
    make_cover(cast.receiver, cast.own_manager, TODAY, TODAY)
    assert person_of(cast.own_manager, TODAY).covers_for == {cast.own_senior.id}


def test_a_person_knows_the_agencies_for_which_theirs_acts_and_only_those_that_are_active(cast: Cast) -> None:
    nursery = make_agency(cast.partnership, "Nursery", acting_agency=cast.school, acting_from_level=2)
    make_agency(cast.partnership, "Closed nursery", acting_agency=cast.school, acting_from_level=2, is_active=False)
    assert person_of(cast.own_manager, TODAY).acts_for == {nursery.pk}
    assert person_of(cast.receiver, TODAY).acts_for == frozenset()


def test_cover_gives_what_the_person_away_holds_and_nothing_that_they_cover_for(cast: Cast) -> None:
    """Else two steps could give what one may not: the first, the second and the third need not all sit in one place."""
    make_cover(cast.receiver, cast.receiving_senior, TODAY, TODAY)
    make_cover(cast.receiving_senior, cast.receiving_lead, TODAY, TODAY)
    known = load_snapshot(cast.partnership.id, [cast.social_care.id], TODAY).person(cast.receiving_lead.id)
    assert known is not None
    assert person_of(cast.receiving_lead, TODAY).covers_for == known.covers_for == {cast.receiving_senior.id}


def test_cover_opens_the_place_that_it_was_arranged_for_and_none_in_which_both_sit_later(cast: Cast) -> None:
    """Asked of the person's own reading and of the directory's: both say the same."""
    away, deputy = cast.own_senior, cast.own_manager
    make_cover(away, deputy, TODAY, TODAY)
    make_member(away, cast.police, Role.SENIOR)
    make_holding(make_post(cast.police, 4, "Superintendent", is_lead=True), away)
    make_member(deputy, cast.police, Role.PRACTITIONER)
    known = load_snapshot(cast.partnership.id, [cast.school.id, cast.police.id], TODAY)
    for person in (person_of(deputy, TODAY), known.person(deputy.id)):
        assert person is not None
        assert (person.level_in(cast.school.id), Role.SENIOR in person.roles_in(cast.school.id)) == (3, True)
        assert person.level_in(cast.police.id) == 0
        assert person.roles_in(cast.police.id) == {Role.PRACTITIONER}
        assert person.covered == {(away.id, cast.school.id)}
    assert [known.cover_of(away.id, agency.id) is not None for agency in (cast.school, cast.police)] == [True, False]
    assert known.cover_of(away.id, None) is None


def test_both_readings_agree_where_two_cover_for_one(cast: Cast) -> None:
    """A file may bring cover in days in which there is some: whoever was entered first acts, and the other may act too."""
    for deputy in (cast.own_manager, cast.lead):
        make_cover(cast.own_senior, deputy, TODAY, TODAY)
    known = load_snapshot(cast.partnership.id, [cast.school.id], TODAY)
    people = [person for user in (cast.own_manager, cast.lead) for person in (person_of(user, TODAY), known.person(user.id))]
    assert [set(person.covered) if person else None for person in people] == [{(cast.own_senior.id, cast.school.id)}] * 4
    first = known.cover_of(cast.own_senior.id, cast.school.id)
    assert first is not None
    assert first.deputy_id == cast.own_manager.id


def test_a_closed_account_hands_nothing_over(cast: Cast) -> None:
    make_cover(cast.lead, cast.raiser, TODAY, TODAY)
    assert Role.LEAD in person_of(cast.raiser, TODAY).roles_in(cast.school.id)
    cast.lead.is_active = False
    cast.lead.save()
    assert person_of(cast.raiser, TODAY).roles_in(cast.school.id) == {Role.PRACTITIONER}
