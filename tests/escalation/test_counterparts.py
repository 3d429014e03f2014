"""Who acts on a side of a stage: every branch of the search, each with the sentence that says why."""

from datetime import date, timedelta
from typing import Any

import pytest

from agencies.models import Agency, Partnership
from agencies.roles import Role
from escalation.counterparts import How
from escalation.procedures.definition import Acting
from escalation.procedures.schema import shipped
from tests.escalation.seats import TODAY, find, partnership, police, who
from tests.factories import make_agency, make_cover, make_holder, make_holding, make_member, make_post, make_user

__all__ = ["partnership", "police"]
pytestmark = pytest.mark.django_db


# -- holder, cover, deputy ---------------------------------------------------------------------------------------------
def test_the_holder_of_the_level_acts(police: Agency) -> None:
    make_holder(police, 2, "R. Shah", title="team manager")
    found = find(police, Acting(level=2))
    assert who(found) == ("R. Shah", How.HOLDER)
    assert found.who
    assert found.who.why == "R. Shah holds team manager (level 2) at Northshire Police."


def test_the_posts_own_numbers_come_before_the_agencys(police: Agency) -> None:
    make_holder(police, 2, "R. Shah", phone="0117 1", out_of_hours="0117 2")
    found = find(police, Acting(level=2)).who
    assert found is not None
    assert (found.phone, found.out_of_hours) == ("0117 1", "0117 2")


def test_the_agencys_out_of_hours_number_stands_in(police: Agency) -> None:
    make_holder(police, 2, "R. Shah")
    found = find(police, Acting(level=2)).who
    assert found is not None
    assert found.out_of_hours == "Control room, 0117 900 0100"


def test_cover_acts_while_the_holder_is_away(police: Agency) -> None:
    holder, deputy = make_holder(police, 2, "J. Doe", title="sergeant"), make_holder(police, 1, "K. Obi")
    make_cover(holder, deputy, TODAY, date(2026, 5, 4))
    found = find(police, Acting(level=2))
    assert who(found) == ("K. Obi", How.COVER)
    assert found.who
    assert found.who.why.startswith("K. Obi covers for J. Doe until 4 May 2026.")


@pytest.mark.parametrize(("starts", "ends", "name"), [(1, 5, "J. Doe"), (-5, -1, "J. Doe"), (0, 0, "K. Obi"), (-5, 0, "K. Obi")])
def test_cover_counts_from_its_first_to_its_last_day(police: Agency, starts: int, ends: int, name: str) -> None:
    make_cover(make_holder(police, 2, "J. Doe"), make_holder(police, 1, "K. Obi"), TODAY + timedelta(days=starts), TODAY + timedelta(days=ends))
    assert who(find(police, Acting(level=2)))[0] == name


def test_who_covers_for_somebody_that_covers_and_is_away_too_acts_and_it_says_why(police: Agency) -> None:
    holder, deputy, second = make_holder(police, 2, "J. Doe", title="sergeant"), make_holder(police, 1, "K. Obi"), make_holder(police, 1, "L. Ray")
    make_cover(holder, deputy, TODAY, date(2026, 5, 4))
    make_cover(deputy, second, TODAY, date(2026, 5, 8))
    found = find(police, Acting(level=2))
    assert who(found) == ("L. Ray", How.COVER)
    assert found.who
    assert found.who.why.startswith("L. Ray covers for K. Obi until 8 May 2026. K. Obi covers for J. Doe until 4 May 2026. J. Doe holds sergeant")
    assert found.who.email == second.email


def test_two_who_cover_for_each_other_end_the_search(police: Agency) -> None:
    holder, deputy = make_holder(police, 2, "J. Doe"), make_holder(police, 1, "K. Obi")
    make_cover(holder, deputy, TODAY, TODAY)
    make_cover(deputy, holder, TODAY, TODAY)
    assert who(find(police, Acting(level=2))) == ("K. Obi", How.COVER)


def test_cover_is_not_followed_to_somebody_without_a_seat_in_the_agency(police: Agency) -> None:
    holder, deputy = make_holder(police, 2, "J. Doe"), make_holder(police, 1, "K. Obi")
    make_cover(holder, deputy, TODAY, TODAY)
    make_cover(deputy, make_user("Elsewhere"), TODAY, TODAY)
    assert who(find(police, Acting(level=2))) == ("K. Obi", How.COVER)


def test_cover_by_a_closed_account_leaves_the_holder(police: Agency) -> None:
    make_cover(make_holder(police, 2, "J. Doe"), make_user("K. Obi", is_active=False), TODAY, TODAY)
    assert who(find(police, Acting(level=2))) == ("J. Doe", How.HOLDER)


def test_the_deputy_acts_where_the_holders_account_is_closed(police: Agency) -> None:
    post = make_post(police, 2, "sergeant")
    make_holding(post, make_user("Left", is_active=False))
    make_holding(post, make_user("Second"), rank=2)
    make_holding(post, make_user("First"), rank=1)
    found = find(police, Acting(level=2))
    assert who(found) == ("First", How.DEPUTY)
    assert [other.name for other in found.others] == ["Second"]
    assert found.who
    assert found.who.why == "First is the deputy for sergeant (level 2) at Northshire Police."


def test_a_deputy_who_is_away_is_passed_over(police: Agency) -> None:
    post, away = make_post(police, 2), make_user("Away")
    make_holding(post, away, rank=1)
    make_holding(post, make_user("Here"), rank=2)
    make_cover(away, make_user("Somebody"), TODAY, TODAY)
    assert who(find(police, Acting(level=2))) == ("Here", How.DEPUTY)


@pytest.mark.parametrize("dates", [{"since": TODAY + timedelta(days=1)}, {"until": TODAY - timedelta(days=1)}])
def test_a_holding_outside_its_dates_does_not_count(police: Agency, dates: dict[str, Any]) -> None:
    make_holding(make_post(police, 2), make_user("Not now"), **dates)
    assert find(police, Acting(level=2)).who is None


def test_somebody_with_a_conflict_is_passed_over(police: Agency) -> None:
    holder = make_holder(police, 2, "J. Doe", title="a")
    make_holder(police, 2, "K. Obi", title="b")
    assert who(find(police, Acting(level=2), without={holder.id}))[0] == "K. Obi"


def test_a_certain_post_comes_before_one_in_doubt(police: Agency) -> None:
    make_holder(police, 2, "Doubtful", title="a", is_uncertain=True, uncertain_why="Damaged")
    make_holder(police, 2, "Certain", title="b")
    found = find(police, Acting(level=2))
    assert who(found)[0] == "Certain"
    assert "which the published matrix leaves in doubt" in found.others[0].why


# -- level up, flat, roles ---------------------------------------------------------------------------------------------
def test_an_empty_level_passes_to_the_next_one_up(police: Agency) -> None:
    make_holder(police, 4, "Four")
    make_holder(police, 3, "Three", title="inspector")
    found = find(police, Acting(level=2))
    assert who(found) == ("Three", How.LEVEL_UP)
    assert found.who
    assert "Nobody can act at level 2 in Northshire Police, so it passes up: Three holds inspector (level 3)" in found.who.why
    assert found.who.right == "Three holds inspector (level 3) at Northshire Police."


def test_an_empty_level_never_passes_down(police: Agency) -> None:
    make_holder(police, 2, "Two")
    assert find(police, Acting(level=3)).who is None


def test_in_a_flat_agency_the_same_person_acts_again(partnership: Partnership) -> None:
    nursery = make_agency(partnership, "Acorn Nursery", is_flat=True)
    make_holder(nursery, 2, "Only One")
    found = find(nursery, Acting(level=4))
    assert who(found) == ("Only One", How.HOLDER)
    assert found.who
    assert found.who.why == "Acorn Nursery has a flat structure, so Only One can act at this stage too."


def test_in_a_flat_agency_whoever_has_a_role_and_no_post_acts_after_those_in_posts_and_a_practitioner_never(partnership: Partnership) -> None:
    nursery = make_agency(partnership, "Acorn Nursery", is_flat=True)
    for name, role in (("Keyworker", Role.PRACTITIONER), ("Room Leader", Role.MANAGER), ("Owner", Role.SENIOR)):
        make_member(make_user(name), nursery, role)
    found = find(nursery, Acting(level=4))
    assert [one.name for one in found.able] == ["Owner", "Room Leader"]
    make_holder(nursery, 2, "In Post", Role.PRACTITIONER)
    assert [one.name for one in find(nursery, Acting(level=4)).able] == ["In Post", "Owner", "Room Leader"]


@pytest.mark.parametrize(("key", "position"), [("bromley", 3), ("buckinghamshire", 3), ("enfield", 2), ("enfield", 3)])
def test_a_small_practice_has_nobody_above_its_lead_unless_it_is_flat(partnership: Partnership, key: str, position: int) -> None:
    """BUC-02, BRO-04: the stage asks for level 3 or 4. Of two at the same level the safeguarding lead acts, not the practice manager."""
    practice = make_agency(partnership, "Mill Lane Surgery", has_board_member=False)
    make_holder(practice, 2, "Dr Ann Lake", Role.LEAD, title="Safeguarding lead", is_lead=True)
    make_holder(practice, 2, "Max Able", title="Practice manager")
    acting = shipped()[key].stage(position).raising
    assert find(practice, acting).gap == f"Nobody at Mill Lane Surgery can act as {acting.words}. The business unit recommends who acts."
    practice.is_flat = True
    practice.save()
    found = find(practice, acting)
    assert who(found) == ("Dr Ann Lake", How.HOLDER)
    assert [one.name for one in found.others] == ["Max Able"]


@pytest.mark.parametrize("role", [Role.MANAGER, Role.SENIOR, Role.LEAD, Role.BOARD_MEMBER, Role.REVIEWER])
def test_a_named_role_acts(police: Agency, role: Role) -> None:
    make_member(make_user("Named"), police, role, job_title="Chief")
    found = find(police, Acting(roles=(role,)))
    assert who(found) == ("Named", How.ROLE)
    assert found.who
    assert found.who.post_title == "Chief"


def test_a_lead_post_answers_for_the_leads_role(police: Agency) -> None:
    make_holder(police, 3, "Named Officer", title="Child abuse lead", is_lead=True)
    found = find(police, Acting(roles=(Role.LEAD,)))
    assert who(found) == ("Named Officer", How.HOLDER)
    assert found.who
    assert found.who.why == "Named Officer is a safeguarding lead at Northshire Police: Child abuse lead (level 3)."


def test_the_level_comes_before_the_roles_and_the_roles_before_the_next_level(police: Agency) -> None:
    make_holder(police, 3, "Three")
    make_member(make_user("Lead"), police, Role.LEAD)
    acting = Acting(level=2, roles=(Role.LEAD,))
    assert who(find(police, acting)) == ("Lead", How.ROLE)
    make_holder(police, 2, "Two")
    assert who(find(police, acting)) == ("Two", How.HOLDER)


def test_an_empty_role_passes_to_the_roles_above_it(police: Agency) -> None:
    make_member(make_user("Senior"), police, Role.SENIOR)
    found = find(police, Acting(roles=(Role.MANAGER,)))
    assert who(found) == ("Senior", How.LEVEL_UP)
    assert found.who
    assert "Nobody can act as manager or supervisor" in found.who.why


def test_where_no_practitioner_is_entered_the_other_professional_is_a_manager_of_theirs(police: Agency) -> None:
    """DEV-01, BRO-02: professional to professional, in an agency that entered nobody but a manager, without a post."""
    make_member(make_user("Sergeant"), police, Role.MANAGER)
    assert who(find(police, shipped()["devon"].stage(2).receiving)) == ("Sergeant", How.LEVEL_UP)


def test_the_first_role_named_comes_first(police: Agency) -> None:
    make_member(make_user("Lead"), police, Role.LEAD)
    make_member(make_user("Senior"), police, Role.SENIOR)
    found = find(police, Acting(roles=(Role.SENIOR, Role.LEAD)))
    assert who(found)[0] == "Senior"
    assert [other.name for other in found.others] == ["Lead"]


def test_a_role_of_the_partnership_is_found_beside_the_agency(police: Agency) -> None:
    make_member(make_user("Chair"), police.partnership, Role.CHAIR)
    found = find(police, Acting(roles=(Role.CHAIR,)))
    assert who(found) == ("Chair", How.ROLE)
    assert found.who
    assert found.who.why == "Chair is the chair of the partnership."
