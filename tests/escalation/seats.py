"""An agency of a partnership, and who acts for it by the directory."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

import pytest

from agencies.models import Agency, Partnership
from agencies.roles import Role
from escalation.counterparts import Counterpart, Directory, How
from escalation.procedures.definition import Acting
from tests.factories import make_agency, make_holder, make_partnership

TODAY = date(2026, 5, 1)
BOARD = Acting(roles=(Role.BOARD_MEMBER,))


@pytest.fixture
def partnership() -> Partnership:
    return make_partnership(name="Northshire")


@pytest.fixture
def police(partnership: Partnership) -> Agency:
    return make_agency(partnership, "Northshire Police", out_of_hours="Control room, 0117 900 0100")


def find(agency: Agency, acting: Acting, without: Collection[UUID] = ()) -> Counterpart:
    return Directory.load(agency.partnership_id, [agency.id], TODAY).counterpart(agency.id, acting, without=without)


def who(found: Counterpart) -> tuple[str, How]:
    assert found.who is not None, found.gap
    assert found.gap is None
    return found.who.name, found.who.how


@pytest.fixture
def surgery(partnership: Partnership) -> Agency:
    board = make_agency(partnership, "Northshire ICB")
    make_holder(board, 3, "Designated Nurse", Role.LEAD, is_lead=True)
    make_holder(board, 5, "Chief Nurse", Role.BOARD_MEMBER, is_board_member=True)
    fields = {"acting_agency": board, "acting_from_level": 3, "is_flat": True, "has_board_member": False}
    practice = make_agency(partnership, "Mill Lane Surgery", **fields)
    make_holder(practice, 2, "Practice Manager", is_lead=True)
    return practice
