"""Who may read and make reports: the partnership's business unit; the standing report, the subgroup that looks at it too; audits, the auditor too."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from agencies.errors import NotAllowed, NotFound
from agencies.models import Agency, Partnership
from agencies.person import Person
from agencies.roles import CHAIR_ROLES, UNIT_ROLES, Role
from escalation import keeping_policy

REFUSAL = gettext_noop("Reports are the business unit's.")
REPORTERS = UNIT_ROLES
MEETING = UNIT_ROLES | {Role.SUBGROUP_CHAIR, Role.SUBGROUP_MEMBER}
AUDITORS = UNIT_ROLES | {Role.AUDITOR}
FINDERS = UNIT_ROLES | CHAIR_ROLES | {Role.PANEL_MEMBER}
BOARD = UNIT_ROLES | CHAIR_ROLES | {Role.BOARD_MEMBER}


def partnerships_of(person: Person, roles: Collection[Role] = REPORTERS) -> tuple[UUID, ...]:
    """The partnerships in which the person holds one of these roles today, in the order of their seats.

    Each role is the partnership's own but for that of board member, who sits on its board for an agency.
    """
    mine = [seat for seat in person.seats if seat.role in roles and (seat.agency_id is None or seat.role == Role.BOARD_MEMBER)]
    return tuple(dict.fromkeys(seat.partnership_id for seat in mine))


def partnership_of(person: Person, slug: str = "", roles: Collection[Role] = REPORTERS) -> Partnership:
    """The partnership of this short name, or the first in which the person holds one of the roles.

    Raises NotFound for one of which the person is no part, NotAllowed for somebody without such a role.
    """
    if slug:
        found = Partnership.objects.filter(slug=slug).first()
        if found is None:
            raise NotFound(gettext("There is no such report."))
        require(person, found.pk, roles)
        return found
    own = partnerships_of(person, roles)
    if not own:
        raise NotAllowed(gettext(REFUSAL))
    return Partnership.objects.get(pk=own[0])


def may_report(person: Person, partnership_id: UUID, roles: Collection[Role] = REPORTERS) -> bool:
    """Whether the person may see and make this partnership's reports; with `roles`, what those see."""
    return partnership_id in partnerships_of(person, roles)


def require(person: Person, partnership_id: UUID, roles: Collection[Role] = REPORTERS) -> None:
    """Raises NotFound for somebody of another partnership, who may not know that it is there, and NotAllowed for anybody else without the role."""
    if partnership_id not in person.partnership_ids:
        raise NotFound(gettext("There is no such report."))
    if not may_report(person, partnership_id, roles):
        raise NotAllowed(gettext(REFUSAL))


def readers_of(*, is_standing: bool) -> Collection[Role]:
    """Who is given a report that was made: an annual one the business unit, a standing one those whose meeting it is for too."""
    return MEETING if is_standing else REPORTERS


def agencies_for(person: Person, partnership: Partnership) -> list[Agency] | None:
    """The agencies whose people's doings this person may ask about: for who keeps the records all, for a lead the own; else None."""
    rows = Agency.objects.filter(partnership=partnership).order_by("name")
    if keeping_policy.keeps_records_of(person, partnership.pk):
        return list(rows)
    led = [agency for agency in rows if leads(person, agency)]
    return led or None


def leads(person: Person, agency: Agency) -> bool:
    """Whether the person is a safeguarding lead of this agency: who finds the ways to its records on the agency's own page."""
    return Role.LEAD in person.roles_in(agency.pk)
