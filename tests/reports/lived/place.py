"""A partnership in which years are lived: agencies with people at every level, the partnership's own people, and procedures in force."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from agencies.models import Agency, Partnership, User
from agencies.person import Person, person_of
from agencies.roles import AgencyKind, Role
from escalation.models import ProcedureVersion
from escalation.procedures.schema import shipped
from escalation.services.procedures import publish
from tests.factories import make_agency, make_holder, make_member, make_partnership, make_user

LONDON = ZoneInfo("Europe/London")
FIRST_DAY = date(2023, 1, 1)
# Who raises most, and who raises nothing in some years, is the generator's to say.
AGENCIES = (
    ("Hillside School", AgencyKind.EDUCATION), ("Northshire Social Care", AgencyKind.SOCIAL_CARE), ("Northshire Police", AgencyKind.POLICE),
    ("Northshire Hospitals", AgencyKind.ACUTE_HOSPITAL), ("Canal Street Primary", AgencyKind.EDUCATION), ("Safe Haven", AgencyKind.VOLUNTARY),
)  # fmt: skip
PROCEDURES = ("bristol", "enfield", "buckinghamshire", "devon", "bromley")
# Every procedure with its own way, and the ways that it takes at a door.
WAYS = {(key, "") for key in PROCEDURES} | {
    ("buckinghamshire", way) for way in ("conference_dissent", "allegation_at_first", "allegation_unresolved")
}


@dataclass(frozen=True)
class House:
    """One agency and its people: who meets the child, their manager, the lead, and those above."""

    agency: Agency
    worker: User
    manager: User
    lead: User
    senior: User
    head: User
    board: User

    @property
    def key(self) -> UUID:
        """The agency's key."""
        return self.agency.pk


@dataclass
class Place:
    """The partnership with everybody in it."""

    partnership: Partnership
    houses: list[House]
    versions: dict[str, ProcedureVersion]
    unit: User
    chair: User
    mediator: User
    known: dict[UUID, Person] = field(default_factory=dict)

    def person(self, user: User, at: datetime) -> Person:
        """The user as the policies see them: on every day as on the first, for nobody's place changes while the years are lived."""
        if user.pk not in self.known:
            self.known[user.pk] = person_of(user, at.astimezone(LONDON).date())
        return self.known[user.pk]


def make_place(**fields: Any) -> Place:
    """Six agencies, five procedures in force from 2023 on, Bristol's as the default."""
    partnership = make_partnership(**{"name": "Northshire Safeguarding Children Partnership"} | fields)
    houses = [_house(make_agency(partnership, name, kind=kind), at) for at, (name, kind) in enumerate(AGENCIES)]
    unit, chair, mediator = (make_user(name) for name in ("Laura Finch", "Moses Okafor", "Owen Grant"))
    for user, role in ((unit, Role.BUSINESS_MANAGER), (chair, Role.CHAIR), (mediator, Role.MEDIATOR)):
        make_member(user, partnership, role)
    now = datetime(2023, 1, 1, tzinfo=UTC)
    versions = {key: publish(shipped()[key], partnership, now=now, in_force_from=FIRST_DAY).version for key in PROCEDURES}
    return Place(partnership, houses, versions, unit, chair, mediator)


def _house(agency: Agency, at: int) -> House:
    """People at every level; whoever was confirmed lately, long ago or never is in the directory by turns."""
    confirmed = [date(2025, 10, 1), date(2024, 3, 1), None]
    manager = make_holder(agency, 2, f"Manager {at}", title="Manager", confirmed_on=confirmed[at % 3])
    worker = make_user(f"Worker {at}")
    make_member(worker, agency, Role.PRACTITIONER, supervisor=manager)
    return House(
        agency,
        worker,
        manager,
        make_holder(agency, 2, f"Lead {at}", Role.LEAD, title="Lead", is_lead=True, confirmed_on=confirmed[(at + 1) % 3]),
        make_holder(agency, 3, f"Senior {at}", Role.SENIOR, title="Senior", confirmed_on=confirmed[(at + 2) % 3]),
        make_holder(agency, 4, f"Head {at}", Role.SENIOR, title="Head"),
        make_holder(agency, 5, f"Board {at}", Role.BOARD_MEMBER, title="Director", is_board_member=True),
    )
