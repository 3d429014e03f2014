"""For whom it is counted: what is kept from the people of a reader's agency is in no figure of theirs, and in none that goes to many readers.

Each is a condition on rows that lead to a disagreement by `at` (`dispute__`), as a `Scope` takes it.
"""

from functools import partial
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext, gettext_noop

from agencies.errors import NotAllowed
from agencies.person import Person
from escalation.part_policy import apart_from, not_apart
from reports.measures.scope import Within

WHOLE = gettext_noop(
    "What is made of the internal edition counts what an agency may keep from its own people too, so it is made by and given to those of the "
    "business unit who have no role in an agency. On the page and as data you have the figures that are yours."
)


def restricted(at: str = "") -> Q:
    """What is kept from the people of the agency that raised it."""
    return Q(**{f"{at}is_restricted": True})


def for_many(at: str = "") -> Q:
    """What a paper, a page or an edition for many readers counts: by agency or beside another figure a sum would tell of the rest."""
    return Q(**{f"{at}is_restricted": False})


def counted_for(reader: Person | None) -> Within | None:
    """What is counted for this reader; None, of nobody in particular (a command) and of whoever sits in no agency, for all of it.

    A conflict of interest takes nothing away here: whoever has one was told of it, and one among many tells no more.
    """
    return partial(not_apart, reader) if reader is not None and reader.agency_ids else None


def kept_from(reader: Person | None) -> Within | None:
    """The rest of it: what is not counted for this reader; None where there can be nothing."""
    return partial(apart_from, reader) if reader is not None and reader.agency_ids else None


def kept_beside(reader: Person | None, agency_id: UUID) -> Within | None:
    """As `kept_from`, of one agency's counts that have apart what it keeps from its own people: whoever sits in that agency alone is kept from
    nothing else, whatever is on record."""
    return None if reader is not None and reader.agency_ids == {agency_id} else kept_from(reader)


def reads_whole(person: Person, partnership_id: UUID) -> bool:
    """Whether what counts everything may be given to this person: nobody with a role in one of the partnership's agencies, whatever is on record."""
    return not any(seat.agency_id is not None and seat.partnership_id == partnership_id for seat in person.seats)


def require_whole(person: Person, partnership_id: UUID) -> None:
    """Raises NotAllowed, in words that are the same whatever is on record, for anybody else."""
    if not reads_whole(person, partnership_id):
        raise NotAllowed(gettext(WHOLE))
