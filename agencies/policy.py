"""Who may see and manage the directory. Asked of a `Person`; rows are known only by their keys, so that this stands below the models."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from agencies.errors import NotAllowed
from agencies.roles import AGENCY_ROLES, CHAIR_ROLES, UNIT_ROLES, Role
from agencies.words import Words

if TYPE_CHECKING:
    from agencies.person import Person

# The highest that a role may hand out. Nobody hands out what is not below their own post: an administrator keeps accounts and agencies, but the
# partnership's chair, unit and auditors are named by the business manager or on the server's own command line.
_PANEL = frozenset({Role.MEDIATOR, Role.PANEL_MEMBER, Role.SUBGROUP_CHAIR, Role.SUBGROUP_MEMBER})
CEILINGS = {
    Role.LEAD: frozenset({Role.PRACTITIONER, Role.MANAGER}),
    Role.BUSINESS_UNIT: AGENCY_ROLES | _PANEL,
    Role.BUSINESS_MANAGER: AGENCY_ROLES | _PANEL | {Role.BUSINESS_UNIT, Role.CHAIR, Role.DEPUTY_CHAIR},
    Role.ADMINISTRATOR: AGENCY_ROLES | _PANEL,
}
KEEPERS = UNIT_ROLES | {Role.ADMINISTRATOR}
# What a partnership's business unit and its chair do: the unit alone lends it, and each of them their own.
UNIT_LENDS = UNIT_ROLES | CHAIR_ROLES


def may_see_directory(person: "Person", partnership_id: UUID) -> bool:
    """Everybody with a seat in the partnership: without the directory nobody could find their counterpart."""
    return partnership_id in person.partnership_ids


def may_keep_directory(person: "Person", partnership_id: UUID) -> bool:
    """The business unit and administrators keep every agency's entries."""
    return any(seat.partnership_id == partnership_id and seat.agency_id is None and seat.role in KEEPERS for seat in person.seats)


def may_keep_mail_providers(person: "Person", partnership_id: UUID) -> bool:
    """Whether the person may add to the partnership's list of private mail providers: who keeps its directory, against whose entries an address is
    held. Never who is held back by the list alone: the raising side."""
    return may_keep_directory(person, partnership_id)


def may_keep_account(person: "Person", whose: "Person") -> bool:
    """Whether the person may remove somebody else's second factor: a keeper of every partnership in which they sit."""
    keeps = [may_keep_directory(person, key) for key in whose.partnership_ids]
    return person.id != whose.id and bool(keeps) and all(keeps)


def may_end_sessions(person: "Person", whose: "Person") -> bool:
    """Whether the person may sign somebody else out everywhere: a keeper of one partnership in which they sit. It opens nothing to anybody: another
    partnership, by giving them a role too, does not take it from those who think that somebody else is in."""
    return person.id != whose.id and any(may_keep_directory(person, key) for key in whose.partnership_ids)


def may_move_clock(person: "Person", partnership_id: UUID) -> bool:
    """The trainers of a partnership to practise in: those who keep its directory."""
    return may_keep_directory(person, partnership_id)


def may_keep_agency(person: "Person", partnership_id: UUID, agency_id: UUID) -> bool:
    """The keepers, and the agency's own safeguarding leads."""
    return may_keep_directory(person, partnership_id) or Role.LEAD in person.roles_in(agency_id)


def gives_from_outside(person: "Person", partnership_id: UUID, agency_id: UUID | None) -> bool:
    """Whether what the person gives in an agency is told to its leads: the keepers' givings are, and those of whoever has no seat there.

    In the partnership itself (None): whatever its business unit does not give.
    """
    if agency_id is None:
        return partnership_id not in person.units
    return may_keep_directory(person, partnership_id) or agency_id not in person.agency_ids


def sees_changes(person: "Person", partnership_id: UUID) -> bool:
    """Who is shown changes of the directory: its keepers, the chair and deputy those of the partnership's own people, and safeguarding leads those of
    their own agencies."""
    return may_keep_directory(person, partnership_id) or chairs(person, partnership_id) or bool(led_in(person, partnership_id))


def chairs(person: "Person", partnership_id: UUID) -> bool:
    """The partnership's chair and deputy chair: they look after its business unit, as that does after the agencies."""
    return any(seat.role in CHAIR_ROLES and seat.partnership_id == partnership_id and seat.agency_id is None for seat in person.seats)


def led_in(person: "Person", partnership_id: UUID) -> frozenset[UUID]:
    """The agencies of the partnership of which the person is a safeguarding lead."""
    return frozenset(
        seat.agency_id for seat in person.seats if seat.role is Role.LEAD and seat.partnership_id == partnership_id and seat.agency_id is not None
    )


def ceiling(person: "Person", partnership_id: UUID, agency_id: UUID | None) -> frozenset[Role]:
    """The roles that the person may give or take away there."""
    given: set[Role] = set()
    for seat in person.seats:
        here = seat.partnership_id == partnership_id and seat.agency_id in {None, agency_id}
        if here:
            given |= CEILINGS.get(seat.role, frozenset())
    return frozenset(given & AGENCY_ROLES if agency_id else given - AGENCY_ROLES)


def may_grant(person: "Person", role: Role, *, partnership_id: UUID, agency_id: UUID | None, to: UUID) -> bool:
    """Whether the person may give the role to somebody, or take it away. Never to or from themselves."""
    return person.id != to and role in ceiling(person, partnership_id, agency_id)


def may_let_go(person: "Person", roles: Iterable[Role], *, partnership_id: UUID, agency_id: UUID | None) -> bool:
    """Whether every one of the roles lies under what the person may take away there."""
    return set(roles) <= ceiling(person, partnership_id, agency_id)


def may_set_cover(person: "Person", away: "Person") -> bool:
    """The person who will be away, the keepers of their partnership, and a safeguarding lead for people of the own agency alone."""
    if person.id == away.id or any(may_keep_directory(person, key) for key in away.partnership_ids):
        return True
    places = {(seat.partnership_id, seat.agency_id) for seat in away.seats}
    return bool(places) and all(agency_id and Role.LEAD in person.roles_in(agency_id) for _, agency_id in places)


def may_lend(person: "Person", away: "Person", partnership_id: UUID, agency_id: UUID | None) -> bool:
    """Whether the person may have somebody act in one place for who is away there: that one, whoever keeps the agency, and in the partnership itself
    its keepers. What its business unit and its chair do only the unit lends.
    """
    if person.id == away.id:
        return True
    if agency_id is not None:
        return may_keep_agency(person, partnership_id, agency_id)
    roles = {seat.role for seat in away.seats if seat.partnership_id == partnership_id and seat.agency_id is None}
    return partnership_id in person.units or (may_keep_directory(person, partnership_id) and not roles & UNIT_LENDS)


def may_hand_over(person: "Person", away: "Person", places: Iterable[tuple[UUID, UUID | None]]) -> bool:
    """Whether the person may arrange, or end, cover in each of these places (partnership, and agency where it is one)."""
    return all(may_lend(person, away, *place) for place in places)


def manageable(person: "Person", agency_ids: Iterable[tuple[UUID, UUID]]) -> frozenset[UUID]:
    """Of pairs (partnership, agency), the agencies whose entries the person may keep."""
    return frozenset(agency for partnership, agency in agency_ids if may_keep_agency(person, partnership, agency))


def require(allowed: bool, words: Words) -> None:  # noqa: FBT001 - reads as a sentence: require(may_…(…), "…")
    """Raises NotAllowed with the sentence where the answer was no."""
    if not allowed:
        raise NotAllowed(words)
