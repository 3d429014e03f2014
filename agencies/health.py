"""What the directory lacks, agency by agency, each with where it is mended. Reads only."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

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
            gaps = [*(Lack(words, Mend.FILES) for words in line.level_gaps), *(Lack(words, Mend.PEOPLE) for words in line.other_gaps)]
            stale = [Lack(_stale_words(line.stale), Mend.POSTS)] if line.stale else []
            found.append(AgencyHealth(agency.id, line.code, line.name, (*gaps, *_lacks(agency, snapshot), *stale)))
    return found


def _lacks(agency: Agency, snapshot: Snapshot) -> Iterator[Lack]:
    posts = snapshot.posts.get(agency.id, [])
    for post in posts:
        held = snapshot.holdings.get(post.id, [])
        if not any(not row.rank for row in held):
            words = _("Nobody holds the post “{post}”, only a deputy") if held else _("Nobody holds the post “{post}”")
            yield Lack(words.format(post=post), Mend.PEOPLE)
    leads = {row.user_id for post in posts if post.is_lead for row in snapshot.holdings.get(post.id, [])}
    leads |= {row.user_id for row in snapshot.members.get(agency.id, []) if row.role == Role.LEAD}
    if len(leads) == 1:
        yield Lack(_("Nobody deputises for the safeguarding lead"), Mend.PEOPLE)
    if not agency.out_of_hours and not any(post.out_of_hours for post in posts):
        yield Lack(_("No out-of-hours contact"), Mend.CONTACTS)
    for user in {row.user_id: row.user for row in snapshot.members.get(agency.id, [])}.values():
        if not user.email:
            yield Lack(_("{user} has no e-mail address").format(user=user.name), Mend.PEOPLE)


def _stale_words(number: int) -> str:
    words = ngettext("{n} contact not confirmed lately", "{n} contacts not confirmed lately", number)
    return words.format(n=number)
