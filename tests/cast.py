"""The cast: one partnership, three agencies and everybody whom a rule can be about. A pytest plugin (`pytest_plugins`)."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from django import conf

from agencies.models import Agency, Partnership, User
from agencies.person import Person, person_of
from agencies.roles import AgencyKind, Role
from tests.factories import make_agency, make_holder, make_member, make_partnership, make_user
from tests.kept import Layers, kept_as


@dataclass(frozen=True)
class Cast:
    """A school raises with social care; police are a third agency of the same partnership; the stranger belongs to another partnership."""

    partnership: Partnership
    elsewhere: Partnership
    school: Agency
    social_care: Agency
    police: Agency
    raiser: User
    colleague: User
    own_manager: User
    lead: User
    own_senior: User
    own_board: User
    other_practitioner: User
    receiver: User
    receiving_lead: User
    receiving_senior: User
    receiving_board: User
    police_manager: User
    stranger: User
    business_unit: User
    business_manager: User
    chair: User
    deputy_chair: User
    mediator: User
    panel_member: User
    subgroup_chair: User
    subgroup_member: User
    reviewer: User
    auditor: User
    administrator: User
    nobody: User

    @property
    def raising(self) -> Agency:
        """The raising agency: the school."""
        return self.school

    @property
    def receiving(self) -> Agency:
        """The receiving agency: social care."""
        return self.social_care

    def users(self) -> Iterator[tuple[str, User]]:
        """Everybody with the name of their part."""
        for part in fields(self):
            if isinstance(value := getattr(self, part.name), User):
                yield part.name, value

    @staticmethod
    def person(user: User, today: date) -> Person:
        """The user as the policies see them."""
        return person_of(user, today)


def _in_agencies(school: Agency, social_care: Agency, police: Agency) -> dict[str, User]:
    lead = make_holder(school, 2, "Priya Nair", Role.LEAD, title="Designated safeguarding lead", is_lead=True, phone="0117 900 0001")
    raiser, colleague = make_user("Aled Morgan"), make_user("Beth Lowe")
    own_manager = make_holder(school, 2, "Colin Reid", title="Head of year")
    make_member(raiser, school, Role.PRACTITIONER, job_title="Teacher", supervisor=own_manager)
    make_member(colleague, school, Role.PRACTITIONER, job_title="Teacher")
    other, reviewer = make_user("Esi Boateng"), make_user("Irene Walsh")
    receiver = make_holder(social_care, 2, "Rashida Shah", title="Team manager", phone="0117 900 0002", out_of_hours="0117 900 0999")
    make_member(other, social_care, Role.PRACTITIONER, job_title="Social worker", supervisor=receiver)
    make_member(reviewer, social_care, Role.REVIEWER, job_title="Independent reviewing officer")
    return {
        "raiser": raiser, "colleague": colleague, "own_manager": own_manager, "lead": lead, "other_practitioner": other, "receiver": receiver,
        "reviewer": reviewer,
        "own_senior": make_holder(school, 3, "Dilys Frost", Role.SENIOR, title="Deputy head"),
        "own_board": make_holder(school, 5, "Edwin Clarke", Role.BOARD_MEMBER, title="Headteacher", is_board_member=True),
        "receiving_lead": make_holder(social_care, 3, "Fiona Adeyemi", Role.LEAD, title="Safeguarding service manager", is_lead=True),
        "receiving_senior": make_holder(social_care, 3, "Gareth Hughes", Role.SENIOR, title="Service manager"),
        "receiving_board": make_holder(social_care, 5, "Hannah Cohen", Role.BOARD_MEMBER, title="Director", is_board_member=True),
        "police_manager": make_holder(police, 2, "Jakub Nowak", title="Detective sergeant"),
    }  # fmt: skip


def _in_partnership(partnership: Partnership) -> dict[str, User]:
    parts = {
        "business_unit": ("Kiran Patel", Role.BUSINESS_UNIT), "business_manager": ("Laura Finch", Role.BUSINESS_MANAGER),
        "chair": ("Moses Okafor", Role.CHAIR), "deputy_chair": ("Nia Bevan", Role.DEPUTY_CHAIR), "mediator": ("Owen Grant", Role.MEDIATOR),
        "panel_member": ("Parveen Malik", Role.PANEL_MEMBER), "subgroup_chair": ("Quentin Hale", Role.SUBGROUP_CHAIR),
        "subgroup_member": ("Ruth Osei", Role.SUBGROUP_MEMBER), "auditor": ("Sian Doyle", Role.AUDITOR),
        "administrator": ("Tomasz Zielinski", Role.ADMINISTRATOR),
    }  # fmt: skip
    people = {part: make_user(name) for part, (name, _) in parts.items()}
    for part, (_, role) in parts.items():
        make_member(people[part], partnership, role)
    return people


SEALS = Path(conf.settings.CONCORD_SEALS_DIR)


@pytest.fixture(autouse=True)
def _seals_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test seals lies in a file, and is not rolled back: the next one looks elsewhere, where no partnership is that it does not know."""
    # Not by the fixture `settings`, under which the settings no longer know their own module, which tests hand to processes of their own.
    if conf.settings.CONCORD_SEALS_DIR == SEALS:
        monkeypatch.setattr(conf.settings, "CONCORD_SEALS_DIR", SEALS / uuid4().hex)


@pytest.fixture
def cast(layers: Layers, db: None) -> Cast:
    """Everybody, in an invented partnership. Nobody's roles end; nobody is away."""
    return layers.own(_cast) or build_cast()


@kept_as("cast")
def _cast(_below: None) -> Cast:
    return build_cast()


def build_cast(*, is_practice: bool = False) -> Cast:
    """Everybody, in whatever database there is: for benches too."""
    partnership, elsewhere = (
        make_partnership(name="Northshire Safeguarding Partnership", is_practice=is_practice),
        make_partnership(name="Elsewhere Partnership"),
    )
    school = make_agency(partnership, "Hillside School", kind=AgencyKind.EDUCATION)
    social_care = make_agency(partnership, "Northshire Social Care", kind=AgencyKind.SOCIAL_CARE)
    police = make_agency(partnership, "Northshire Police", kind=AgencyKind.POLICE)
    stranger = make_holder(make_agency(elsewhere, "Elsewhere School"), 2, "Una Strange", Role.LEAD, is_lead=True)
    return Cast(
        partnership=partnership,
        elsewhere=elsewhere,
        school=school,
        social_care=social_care,
        police=police,
        stranger=stranger,
        nobody=make_user("Victor Blank"),
        **_in_agencies(school, social_care, police),
        **_in_partnership(partnership),
    )
