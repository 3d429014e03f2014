"""The directory's own record: every service here writes one line for what it changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from agencies.models import DirectoryEvent, Post, UntoldGiving, User
from agencies.person import Person, person_of
from agencies.policy import gives_from_outside
from agencies.roles import AGENCY_ROLES, LEADING_ROLES, DirectoryDoor, Role
from agencies.said import kept
from agencies.services.apart import officers
from agencies.working_days import london

LONGEST = 300
# A post from this level on leads, whatever it is called.
SENIOR_LEVEL = 3


@dataclass(frozen=True, slots=True)
class Giving:
    """Whose place a change is about, and the roles that they have by it; none where it took something away, or gave a post that brings no role.

    `whom` is None where they are given to whoever holds them in another agency, which acts for this one. `ends`: a place of theirs ended by it.
    """

    whom: UUID | None
    roles: Collection[Role] = ()
    ends: bool = False

    @property
    def leads(self) -> bool:
        """Whether it makes them one of those who lead an agency, or gives them a role of the partnership itself."""
        return not (LEADING_ROLES | (frozenset(Role) - AGENCY_ROLES)).isdisjoint(self.roles)

    def may_blind(self, agency_id: UUID | None) -> bool:
        """Whether it may take from somebody of the business unit or the chair what they see: a role in an agency does, for it may be a party, or one
        from whose people a disagreement is kept; so does the end of their own."""
        return bool(self.roles) if agency_id is not None else self.ends


def line(
    partnership_id: UUID,
    actor: User | None,
    words: str,
    *,
    now: datetime,
    agency_id: UUID | None = None,
    giving: Giving | None = None,
    door: DirectoryDoor | None = None,
) -> DirectoryEvent:
    """One line, not yet written. `actor` is None for the command line; `now` is aware; words beyond 300 characters are cut with an ellipsis.

    Without a `door` it is a page's, or the server's own where nobody acts.
    """
    text = words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"
    known = door or (DirectoryDoor.PAGE if actor else DirectoryDoor.SERVER)
    whom, gives = (giving.whom, bool(giving.roles) or None) if giving else (None, None)
    return DirectoryEvent(
        partnership_id=partnership_id, actor=actor, agency_id=agency_id, words=text, form=kept(words), recorded_at=now, whom_id=whom, gives=gives,
        door=known,
    )  # fmt: skip


def record(
    partnership_id: UUID,
    actor: User | None,
    words: str,
    *,
    now: datetime,
    agency_id: UUID | None = None,
    giving: Giving | None = None,
    door: DirectoryDoor | None = None,
) -> None:
    """Writes one line, as `line`. Called inside the service's transaction, in which it is also noted where the agency's leads are to be told."""
    written = line(partnership_id, actor, words, now=now, agency_id=agency_id, giving=giving, door=door)
    written.save(force_insert=True)
    if giving is not None and (_leads_from_outside(giving, actor, partnership_id, agency_id, now) or _blinds(giving, written)):
        UntoldGiving.objects.create(event=written)


def leading_roles(post: Post, *, rank: int) -> frozenset[Role]:
    """The roles of leadership that come with a post, whose level is loaded: a deputy shares the safeguarding lead's, and sits on no board."""
    found = {Role.LEAD} if post.is_lead else set()
    if post.is_board_member and not rank:
        found.add(Role.BOARD_MEMBER)
    if post.level is not None and post.level.number >= SENIOR_LEVEL and not rank:
        found.add(Role.SENIOR)
    return frozenset(found)


def _blinds(giving: Giving, event: DirectoryEvent) -> bool:
    """Somebody else may have taken from one of the business unit or the chair what they see."""
    if giving.whom in {None, event.actor_id} or not giving.may_blind(event.agency_id):
        return False
    return bool(officers([giving.whom], event.partnership_id, london(event.recorded_at).date()))


def _leads_from_outside(giving: Giving, actor: User | None, partnership_id: UUID, agency_id: UUID | None, now: datetime) -> bool:
    if not giving.leads:
        return False
    person = acting_person(actor, now)
    return person is None or gives_from_outside(person, partnership_id, agency_id)


def acting_person(actor: User | None, now: datetime) -> Person | None:
    """Who asks, as the policies see them today in London; None for the command line, which is trusted with everything."""
    return person_of(actor, london(now).date()) if actor else None
