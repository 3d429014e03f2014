"""One's own people: whom one sees, whose roles one may end, who could cover."""

from datetime import date
from typing import Any

import pytest

from agencies.people import people_of, place_for, stand_ins, supervisors_in
from agencies.person import person_of
from agencies.roles import AGENCY_ROLES, Role
from tests.cast import Cast
from tests.factories import make_agency, make_member, make_user

TODAY = date(2026, 5, 4)


def names(cast: Cast, part: str, **arguments: Any) -> list[str]:
    return [line.name for place in people_of(person_of(getattr(cast, part), TODAY), TODAY, **arguments) for line in place.people]


def test_a_practitioner_sees_themselves(cast: Cast) -> None:
    assert names(cast, "raiser") == ["Aled Morgan"]


def test_a_manager_sees_whom_they_supervise(cast: Cast) -> None:
    assert names(cast, "own_manager") == ["Colin Reid", "Aled Morgan"]


def test_a_lead_sees_the_whole_agency_oneself_first(cast: Cast) -> None:
    assert names(cast, "lead") == ["Priya Nair", "Aled Morgan", "Beth Lowe", "Colin Reid", "Dilys Frost", "Edwin Clarke"]


def test_the_unit_sees_the_partnerships_people_and_any_agencys_by_its_code(cast: Cast) -> None:
    assert "Moses Okafor" in names(cast, "business_unit")
    assert "Aled Morgan" not in names(cast, "business_unit")
    assert "Aled Morgan" in names(cast, "business_unit", agency=cast.school.code)


def test_a_lead_does_not_see_another_agencys_people_by_its_code(cast: Cast) -> None:
    assert names(cast, "lead", agency=cast.police.code) == []


def test_two_roles_in_one_place_are_one_line(cast: Cast) -> None:
    make_member(cast.raiser, cast.school, Role.MANAGER, job_title="Head of year")
    lines = people_of(person_of(cast.raiser, TODAY), TODAY)[0].people
    assert [line.roles for line in lines] == ["Teacher, Head of year"]


def test_stand_ins_are_colleagues_of_the_same_place(cast: Cast) -> None:
    make_member(make_user("Closed", is_active=False), cast.police, Role.MANAGER)
    make_member(make_user("Ann Officer"), cast.police, Role.PRACTITIONER)
    assert [one.name for one in stand_ins(cast.police_manager.id, TODAY)] == ["Ann Officer"]


def test_an_agency_without_people_can_be_given_some(cast: Cast) -> None:
    make_agency(cast.partnership, "New Agency")
    places = people_of(person_of(cast.business_unit, TODAY), TODAY, agency="new-agency")
    assert [(place.name, place.may_add, place.people) for place in places] == [("New Agency", True, ())]


def test_a_lead_may_end_lower_roles_but_not_their_own(cast: Cast) -> None:
    lines = people_of(person_of(cast.lead, TODAY), TODAY)[0].people
    assert [line.name for line in lines if line.may_leave] == ["Aled Morgan", "Beth Lowe", "Colin Reid"]


@pytest.mark.parametrize(("part", "roles"), [("lead", frozenset({Role.PRACTITIONER, Role.MANAGER})), ("business_unit", AGENCY_ROLES)])
def test_each_may_give_the_roles_below_their_ceiling(cast: Cast, part: str, roles: frozenset[Role]) -> None:
    assert place_for(person_of(getattr(cast, part), TODAY), cast.partnership.id, cast.school.code) == (cast.school, roles)


@pytest.mark.parametrize(("part", "code"), [("raiser", "hillside-school"), ("lead", ""), ("lead", "northshire-police"), ("business_unit", "none")])
def test_there_is_no_place_where_one_may_give_nothing(cast: Cast, part: str, code: str) -> None:
    assert place_for(person_of(getattr(cast, part), TODAY), cast.partnership.id, code) is None


def test_supervisors_are_those_above_practitioners(cast: Cast) -> None:
    assert [name for _, name in supervisors_in(cast.police.id, TODAY)] == ["Jakub Nowak"]
