"""What the search for a counterpart answers with."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class How(StrEnum):
    """By what right a person acts."""

    HOLDER = "holder"
    COVER = "cover"
    DEPUTY = "deputy"
    LEVEL_UP = "level_up"
    ROLE = "role"
    ACTING_AGENCY = "acting_agency"
    SUPERVISOR = "supervisor"
    LEAD = "lead"
    UNIT_RECOMMENDS = "unit_recommends"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who can act. `why` is one plain sentence; phone and out-of-hours number are the post's where it has its own.

    `right` says of those to whom it passes up by what right they act, without what is empty below them.
    """

    user_id: UUID
    name: str
    agency_id: UUID | None
    agency_name: str
    post_title: str
    level: int | None
    phone: str
    out_of_hours: str
    email: str
    how: How
    why: str
    right: str = ""


@dataclass(frozen=True, slots=True)
class Counterpart:
    """Who acts and who else could; or, in `gap`, that nobody can and who is asked, `others` then being whom the business unit may recommend.

    Exactly one of `who` and `gap` is set.
    """

    who: Candidate | None
    others: tuple[Candidate, ...] = ()
    gap: str | None = None

    @property
    def able(self) -> tuple[Candidate, ...]:
        """Everybody who can be chosen to act, the suggested one first; nobody where the business unit recommends somebody (BRI-10)."""
        return (self.who, *self.others) if self.who else ()


@dataclass(frozen=True, slots=True)
class AgencyCard:
    """What a page or a message needs to know of an agency."""

    id: UUID
    code: str
    name: str
    kind: str
    is_external: bool
    is_flat: bool
    has_board_member: bool
    acting_agency_id: UUID | None
    acting_from_level: int | None
    mailbox: str
    phone: str
    out_of_hours: str
