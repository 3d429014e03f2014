"""What the directory lacks, agency by agency, each with where it is mended. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from agencies.models import Agency
from agencies.person import Person
from agencies.policy import manageable
from agencies.roles import Role
from agencies.selectors import directory_of
from agencies.snapshot import Snapshot, load_snapshot


class Mend(StrEnum):
    """Where something is mended: the agency's people, its contacts, its page with the posts, or the files that are imported."""

    PEOPLE = "people"
    CONTACTS = "contacts"
    POSTS = "posts"
    FILES = "files"


@dataclass(frozen=True, slots=True)
class Lack:
    """One thing that is missing, in words, and where it is mended."""

    words: str
    mend: Mend


@dataclass(frozen=True, slots=True)
class AgencyHealth:
    """An agency with what its entries lack; nothing where they are whole."""

    id: UUID
    code: str
    name: str
    lacks: tuple[Lack, ...]


def health_of(partnership_id: UUID, person: Person, today: date) -> list[AgencyHealth]:
    """Every agency whose entries the person may keep, by name, with what is missing on a London date."""
    agencies = {row.code: row for row in Agency.objects.active().filter(partnership_id=partnership_id)}
    mine = manageable(person, [(partnership_id, row.id) for row in agencies.values()])
    snapshot = load_snapshot(partnership_id, mine, today)
    found = []
    for line in directory_of(partnership_id, today):
        agency = agencies[line.code]
        if agency.id in mine:
            gaps = [Lack(words, _mend_of_gap(words)) for words in line.gaps]
            stale = [Lack(_stale_words(line.stale), Mend.POSTS)] if line.stale else []
            found.append(AgencyHealth(agency.id, line.code, line.name, (*gaps, *_lacks(agency, snapshot), *stale)))
    return found


def _mend_of_gap(words: str) -> Mend:
    return Mend.FILES if words.startswith("Nobody at") else Mend.PEOPLE


def _lacks(agency: Agency, snapshot: Snapshot) -> Iterator[Lack]:
    posts = snapshot.posts.get(agency.id, [])
    for post in posts:
        held = snapshot.holdings.get(post.id, [])
        if not any(not row.rank for row in held):
            deputy = ", only a deputy" if held else ""
            yield Lack(f"Nobody holds the post “{post}”{deputy}", Mend.PEOPLE)
    leads = {row.user_id for post in posts if post.is_lead for row in snapshot.holdings.get(post.id, [])}
    leads |= {row.user_id for row in snapshot.members.get(agency.id, []) if row.role == Role.LEAD}
    if len(leads) == 1:
        yield Lack("Nobody deputises for the safeguarding lead", Mend.PEOPLE)
    if not agency.out_of_hours and not any(post.out_of_hours for post in posts):
        yield Lack("No out-of-hours contact", Mend.CONTACTS)
    for user in {row.user_id: row.user for row in snapshot.members.get(agency.id, [])}.values():
        if not user.email:
            yield Lack(f"{user.name} has no e-mail address", Mend.PEOPLE)


def _stale_words(number: int) -> str:
    return f"{number} contact{'' if number == 1 else 's'} not confirmed in the last six months"
