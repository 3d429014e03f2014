"""Who acts where the agency itself has nobody: an agency that acts for it, the business unit; its own managers; and the lists of who could."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import pytest

from agencies.models import Agency, Partnership, User
from agencies.roles import Role
from escalation.counterparts import Counterpart, Directory, How
from escalation.procedures.definition import Acting
from escalation.procedures.schema import shipped
from escalation.states import Side
from tests.escalation.seats import BOARD, TODAY, find, partnership, police, surgery, who
from tests.factories import make_agency, make_cover, make_holder, make_holding, make_member, make_partnership, make_post, make_user

__all__ = ["partnership", "police", "surgery"]
pytestmark = pytest.mark.django_db


# -- board members, acting agency, gaps --------------------------------------------------------------------------------
def test_without_a_board_member_the_highest_safeguarding_lead_acts(partnership: Partnership) -> None:
    charity = make_agency(partnership, "Harbour Charity", has_board_member=False)
    make_holder(charity, 2, "Lower", is_lead=True)
    make_holder(charity, 4, "Strategic", is_lead=True)
    found = find(charity, BOARD)
    assert who(found) == ("Strategic", How.LEAD)
    assert found.who
    assert "Strategic has strategic responsibility for safeguarding there" in found.who.why


def test_strategic_responsibility_is_a_leads_by_role_too_and_a_certain_posts_before_one_in_doubt(partnership: Partnership) -> None:
    """BRI-10: the page of the directory says of such an agency that its most senior safeguarding lead acts."""
    charity = make_agency(partnership, "Harbour Charity", has_board_member=False)
    make_member(make_user("By Role"), charity, Role.LEAD)
    assert who(find(charity, BOARD)) == ("By Role", How.LEAD)
    make_holder(charity, 3, "In A Post", Role.LEAD)
    assert [one.name for one in find(charity, BOARD).able] == ["In A Post", "By Role"]
    make_holder(charity, 4, "In Doubt", title="A lead", is_lead=True, is_uncertain=True, uncertain_why="Two titles")
    make_holder(charity, 4, "Certain", title="B lead", is_lead=True)
    assert [one.name for one in find(charity, BOARD).able] == ["Certain", "In Doubt", "In A Post", "By Role"]


def test_an_unknown_board_member_is_a_gap_for_the_business_manager(police: Agency) -> None:
    make_holder(police, 4, "Superintendent", title="Superintendent", is_lead=True)
    make_member(make_user("Laura Finch"), police.partnership, Role.BUSINESS_MANAGER)
    found = find(police, BOARD)
    assert found.who is None
    assert found.gap == "Nobody at Northshire Police can act as board member. Laura Finch in the business unit recommends who acts."
    assert [(other.name, other.how) for other in found.others] == [("Superintendent", How.UNIT_RECOMMENDS)]
    make_member(make_user("Chief Officer"), police, Role.SENIOR)
    assert [other.name for other in find(police, BOARD).others] == ["Superintendent", "Chief Officer"]


@pytest.mark.parametrize("find_gap", ["stage", "own"])
def test_a_gap_names_nobody_of_the_unit_who_may_not_act(police: Agency, find_gap: str) -> None:
    head, other = make_user("Laura Finch"), make_user("Kiran Patel")
    make_member(head, police.partnership, Role.BUSINESS_MANAGER)
    make_member(other, police.partnership, Role.BUSINESS_UNIT)

    def gap(*without: UUID) -> str:
        found = find(police, Acting(level=2), without=without) if find_gap == "stage" else own(police, make_user(), without=without)
        return str(found.gap)

    assert "Laura Finch in the business unit" in gap()
    assert "Kiran Patel in the business unit" in gap(head.pk)
    assert ". The business unit " in gap(head.pk, other.pk)


@pytest.mark.parametrize(
    ("acting", "name", "how"),
    [
        (Acting(level=2), "Practice Manager", How.HOLDER),
        (Acting(level=3), "Designated Nurse", How.ACTING_AGENCY),
        (Acting(level=4), "Chief Nurse", How.ACTING_AGENCY),
        (BOARD, "Chief Nurse", How.ACTING_AGENCY),
        (Acting(roles=(Role.LEAD,)), "Practice Manager", How.HOLDER),
    ],
)
def test_another_agency_acts_from_its_level_up(surgery: Agency, acting: Acting, name: str, how: How) -> None:
    assert who(find(surgery, acting)) == (name, how)


def test_the_acting_agency_is_named_with_its_reason(surgery: Agency) -> None:
    found = find(surgery, Acting(level=3)).who
    assert found is not None
    assert found.agency_name == "Northshire ICB"
    assert found.why.startswith("Northshire ICB acts for Mill Lane Surgery from level 3 up: ")


def test_where_nobody_below_can_act_the_acting_agency_does_at_its_level(surgery: Agency) -> None:
    surgery.posts.all().delete()
    surgery.memberships.all().delete()
    assert who(find(surgery, Acting(level=2))) == ("Designated Nurse", How.ACTING_AGENCY)


# Who acts for a practice whose one lead sits at level 2, and for which the ICB acts from level 3, at the stages that the procedures' texts name.
OWN, NURSE, CHIEF = ("GP Lead", How.HOLDER), ("Designated Nurse", How.ACTING_AGENCY), ("Chief Nurse", How.ACTING_AGENCY)
AT_STAGES = {
    # manager; service manager or safeguarding representative; board member
    "bristol": {1: OWN, 2: OWN, 3: CHIEF},
    # manager or lead; head of service, director
    "bromley": {2: OWN, 3: CHIEF},
    # line manager; designated person; senior officer
    "buckinghamshire": {1: OWN, 2: OWN, 3: CHIEF},
    # manager; operations manager or safeguarding representative
    "devon": {3: OWN, 4: OWN},
    # first-line manager; head of service; next senior person
    "enfield": {1: OWN, 2: NURSE, 3: CHIEF},
}


@pytest.fixture
def practice(partnership: Partnership) -> Agency:
    board = make_agency(partnership, "Northshire ICB")
    make_holder(board, 3, "Designated Nurse", Role.LEAD, is_lead=True)
    make_holder(board, 5, "Chief Nurse", Role.BOARD_MEMBER, is_board_member=True)
    made = make_agency(partnership, "Mill Lane Surgery", acting_agency=board, acting_from_level=3, has_board_member=False)
    make_holder(made, 2, "GP Lead", Role.LEAD, is_lead=True)
    return made


@pytest.mark.parametrize("key", AT_STAGES)
@pytest.mark.parametrize("side", [Side.RAISING, Side.RECEIVING])
def test_what_an_empty_role_leaves_goes_to_the_acting_agency_before_anybody_lower(practice: Agency, key: str, side: Side) -> None:
    directory, procedure = Directory.load(practice.partnership_id, [practice.id], TODAY), shipped()[key]
    stages = {position: procedure.stage(position) for position in AT_STAGES[key]}
    acting = {position: stage.raising if side == Side.RAISING else stage.receiving for position, stage in stages.items()}
    assert {position: who(directory.counterpart(practice.id, asked)) for position, asked in acting.items()} == AT_STAGES[key]


SENIORS = Acting(level=4, roles=(Role.SENIOR,))


def test_an_empty_role_never_passes_to_somebody_below_the_level(police: Agency) -> None:
    lead = make_holder(police, 3, "Lead", Role.LEAD, title="Lead", is_lead=True)
    found = find(police, SENIORS)
    assert (found.who, [other.user_id for other in found.others]) == (None, [lead.id])
    assert found.gap == "Nobody at Northshire Police can act at level 4 or as senior manager. The business unit recommends who acts."
    make_holder(police, 4, "Higher lead", Role.LEAD, title="Higher lead", is_lead=True)
    assert who(find(police, Acting(level=3, roles=(Role.SENIOR,)), without={lead.id}))[0] == "Higher lead"


def test_an_own_senior_manager_comes_before_the_acting_agency_and_a_lead_of_no_level_after_it(practice: Agency) -> None:
    make_member(make_user("Second lead"), practice, Role.LEAD)
    assert [other.name for other in find(practice, SENIORS).others] == ["Second lead"]
    make_member(make_user("Own senior"), practice, Role.SENIOR)
    assert who(find(practice, SENIORS)) == ("Own senior", How.ROLE)


def test_the_acting_agencys_own_role_comes_before_its_next_level_up(practice: Agency) -> None:
    board = practice.acting_agency
    assert board is not None
    make_member(make_user("Director"), board, Role.SENIOR)
    assert who(find(practice, SENIORS)) == ("Director", How.ACTING_AGENCY)


def test_a_gap_without_a_business_manager_names_the_unit(police: Agency) -> None:
    assert find(police, Acting(level=2)).gap == "Nobody at Northshire Police can act at level 2. The business unit recommends who acts."


def test_an_agency_that_left_is_a_gap(police: Agency) -> None:
    make_holder(police, 2, "R. Shah")
    Agency.objects.filter(id=police.id).update(is_active=False)
    gap = find(police, Acting(level=2)).gap
    assert gap is not None
    assert gap.startswith("This agency is not in the directory")


def test_an_agency_of_another_partnership_is_not_found(police: Agency) -> None:
    foreign = make_agency(make_partnership(), "Foreign")
    make_holder(foreign, 2, "Far")
    assert Directory.load(police.partnership_id, [foreign.id], TODAY).counterpart(foreign.id, Acting(level=2)).who is None


# -- the own agency ----------------------------------------------------------------------------------------------------
def own(agency: Agency, user: User, without: Collection[UUID] = ()) -> Counterpart:
    return Directory.load(agency.partnership_id, [agency.id], TODAY).own_manager(user.id, agency.id, without=without)


def test_the_own_manager_is_the_supervisor_then_a_manager_then_the_lead(police: Agency) -> None:
    officer, lead, supervisor = make_user("Officer"), make_holder(police, 3, "Lead", Role.LEAD, is_lead=True), make_holder(police, 2, "Supervisor")
    manager = make_holder(police, 2, "Manager", title="another")
    make_member(officer, police, Role.PRACTITIONER, supervisor=supervisor)
    found = own(police, officer)
    assert who(found) == ("Supervisor", How.SUPERVISOR)
    assert found.who
    assert found.who.why == "Supervisor supervises Officer at Northshire Police."
    assert who(own(police, officer, without={supervisor.id}))[0] == "Manager"
    assert who(own(police, officer, without={supervisor.id, manager.id}))[0] == "Lead"
    assert lead.name == "Lead"


def test_an_own_manager_who_has_become_a_practitioner_without_a_post_is_handed_nothing(police: Agency) -> None:
    officer, manager = make_user("Officer"), make_user("Manager")
    role = make_member(manager, police, Role.MANAGER)
    make_member(officer, police, Role.PRACTITIONER, supervisor=manager)
    lead = make_holder(police, 3, "Lead", Role.LEAD, is_lead=True)
    assert who(own(police, officer)) == ("Manager", How.SUPERVISOR)
    role.role = Role.PRACTITIONER
    role.save()
    assert who(own(police, officer))[0] == lead.name


def test_cover_for_the_supervisor_takes_it(police: Agency) -> None:
    officer, supervisor = make_user("Officer"), make_holder(police, 2, "Supervisor")
    make_member(officer, police, Role.PRACTITIONER, supervisor=supervisor)
    make_cover(supervisor, make_holder(police, 1, "Deputy"), TODAY, TODAY)
    assert who(own(police, officer)) == ("Deputy", How.COVER)


def test_nobody_is_their_own_manager(police: Agency) -> None:
    alone = make_holder(police, 2, "Alone")
    found = own(police, alone)
    assert found.who is None
    assert found.gap == "Nobody else at Northshire Police can take this on. The business unit says who does."


def test_a_single_handed_practice_turns_to_the_acting_agencys_lead(surgery: Agency) -> None:
    alone = User.objects.get(name="Practice Manager")
    assert who(own(surgery, alone)) == ("Designated Nurse", How.ACTING_AGENCY)


# -- lists and loading -------------------------------------------------------------------------------------------------
def test_each_person_is_offered_once(police: Agency) -> None:
    holder = make_holder(police, 2, "Twice", Role.LEAD, title="a", is_lead=True)
    make_holding(make_post(police, 2, "b"), holder)
    found = find(police, Acting(level=2, roles=(Role.LEAD,)))
    assert found.others == ()


def test_the_partnerships_people_are_listed_in_order(police: Agency) -> None:
    names = ("Deputy", "Chair", "Officer", "Head", "Sub")
    roles = (Role.DEPUTY_CHAIR, Role.CHAIR, Role.BUSINESS_UNIT, Role.BUSINESS_MANAGER, Role.SUBGROUP_CHAIR)
    for name, role in zip(names, roles, strict=True):
        make_member(make_user(name), police.partnership, role)
    directory = Directory.load(police.partnership_id, [], TODAY)
    assert [row.name for row in directory.chairs()] == ["Chair", "Deputy"]
    assert [row.name for row in directory.unit()] == ["Head", "Officer"]
    assert [row.name for row in directory.subgroup_chairs()] == ["Sub"]


def test_leads_and_managers_of_an_agency_are_listed(police: Agency) -> None:
    make_holder(police, 3, "Lead", Role.LEAD, is_lead=True)
    make_holder(police, 3, "Higher")
    make_holder(police, 2, "Lower")
    directory = Directory.load(police.partnership_id, [police.id], TODAY)
    assert [row.name for row in directory.leads(police.id)] == ["Lead"]
    assert [row.name for row in directory.managers(police.id)] == ["Lower", "Higher"]


def test_the_snapshot_knows_people_and_agencies(police: Agency) -> None:
    user = make_holder(police, 2, "R. Shah")
    directory = Directory.load(police.partnership_id, [police.id], TODAY)
    person, card = directory.person(user.id), directory.agency(police.id)
    assert person is not None
    assert card is not None
    assert person.level_in(police.id) == 2
    assert card.name == "Northshire Police"
    assert directory.person(make_user().id) is None


@pytest.mark.parametrize("agencies", [1, 12])
def test_loading_costs_six_queries_however_many_agencies(partnership: Partnership, agencies: int, django_assert_num_queries: Any) -> None:
    made = [make_agency(partnership) for _ in range(agencies)]
    for agency in made:
        make_holder(agency, 2)
    with django_assert_num_queries(6):
        directory = Directory.load(partnership.id, [agency.id for agency in made], TODAY)
        for agency in made:
            assert directory.counterpart(agency.id, Acting(level=2)).who
