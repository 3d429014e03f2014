"""Northshire and Enfield as shipped: what the demonstration stands on."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory

from agencies.matrix import Matrix, matrix_of
from agencies.models import Agency, Membership, Partnership, User
from agencies.roles import AgencyKind, Role
from agencies.services.example import EXAMPLE_PASSPHRASE, build_example_directory
from escalation.counterparts import Counterpart, Directory, How
from escalation.procedures.definition import Acting

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def northshire() -> Partnership:
    return build_example_directory(now=NOW)


def test_northshire_says_that_it_is_invented(northshire: Partnership) -> None:
    assert northshire.is_invented
    assert all(user.email.endswith(".example") for user in User.objects.all())


def test_it_has_agencies_of_all_sorts(northshire: Partnership) -> None:
    agencies = northshire.agencies
    assert agencies.count() >= 8
    assert agencies.filter(is_flat=True).exists()
    assert agencies.filter(is_external=True).exists()
    assert agencies.filter(has_board_member=False).exists()
    assert agencies.filter(acting_agency__isnull=False).exists()
    assert min(agency.memberships.count() for agency in agencies.all()) == 1


@pytest.mark.parametrize("role", Role.values)
def test_every_role_is_held_by_somebody(northshire: Partnership, role: str) -> None:
    assert Membership.objects.filter(partnership=northshire, role=role).exists()


def test_everybody_signs_in_with_the_shared_passphrase(northshire: Partnership) -> None:
    request = RequestFactory().post("/sign-in/")
    for user in User.objects.order_by("?")[:3]:
        assert authenticate(request, email=user.email, password=EXAMPLE_PASSPHRASE) == user


def test_building_it_again_keeps_a_passphrase_that_was_changed(northshire: Partnership) -> None:
    user = User.objects.order_by("name")[0]
    user.set_password("something else entirely")
    user.save()
    build_example_directory(now=NOW)
    user.refresh_from_db()
    assert user.check_password("something else entirely")


def ask(partnership: Partnership, code: str, acting: Acting) -> Counterpart:
    agency: UUID = Agency.objects.get(partnership=partnership, code=code).id
    return Directory.load(partnership.id, [agency], date(2026, 11, 23)).counterpart(agency, acting)


@pytest.mark.parametrize(
    ("code", "acting", "name", "how"),
    [
        ("social-care", Acting(level=2), "Rashida Shah", How.HOLDER),
        ("hospital", Acting(level=2), "Anjali Rao", How.COVER),
        ("hospital", Acting(level=4), "Stephen Whitaker", How.LEVEL_UP),
        ("acorn", Acting(level=4), "Olu Bankole", How.HOLDER),
        ("mill-lane", Acting(level=3), "Nkechi Eze", How.ACTING_AGENCY),
        ("mill-lane", Acting(roles=(Role.BOARD_MEMBER,)), "Robert Lindqvist", How.ACTING_AGENCY),
        ("early-help", Acting(roles=(Role.BOARD_MEMBER,)), "Harpreet Gill", How.LEAD),
    ],
)
def test_its_counterparts_show_every_way_of_being_found(northshire: Partnership, code: str, acting: Acting, name: str, how: How) -> None:
    found = ask(northshire, code, acting).who
    assert found is not None
    assert (found.name, found.how) == (name, how)


def test_an_unknown_board_member_is_the_business_managers_to_recommend(northshire: Partnership) -> None:
    gap = ask(northshire, "camhs", Acting(roles=(Role.BOARD_MEMBER,))).gap
    assert gap is not None
    assert "Laura Finch in the business unit recommends who acts" in gap


@pytest.fixture
def enfield(northshire: Partnership) -> Matrix:
    return matrix_of(Partnership.objects.get(slug="enfield"))


def test_enfields_matrix_has_nine_agencies_and_five_levels(enfield: Matrix) -> None:
    assert len(enfield.rows) == 9
    assert [level.number for level in enfield.levels] == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("kind", "titles"),
    [
        (AgencyKind.POLICE, ["PC / DC (investigating officer)", "Detective Sergeant", "Detective Inspector"]),
        (AgencyKind.SOCIAL_CARE, ["Social Worker", "Team Manager", "Service Manager", "Director of Children and Family Services"]),
        (AgencyKind.YOUTH_JUSTICE, ["YOT Worker", "YOT Team Manager", "Head of Service YOT"]),
        (AgencyKind.EDUCATION, ["Support Staff", "Teacher", "Executive Headteacher"]),
    ],
)
def test_enfields_readable_titles_are_as_published(enfield: Matrix, kind: AgencyKind, titles: list[str]) -> None:
    cells = next(cells for agency, cells in enfield.rows if agency.kind == kind)
    certain = [cell.title for level in cells for cell in level if not cell.note]
    assert [title for title in certain if title != "Det. Superintendent"] == titles


def test_enfields_damaged_cells_are_marked_and_never_filled(enfield: Matrix) -> None:
    cells = [cell for _, levels in enfield.rows for level in levels for cell in level]
    assert all(cell.note for cell in cells if not cell.title)
    assert sum(not cell.title for cell in cells) == 9
    assert all(level for _, levels in enfield.rows for level in levels)


def test_enfield_has_no_people(enfield: Matrix) -> None:
    assert not Membership.objects.filter(partnership=enfield.partnership).exists()
