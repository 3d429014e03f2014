"""An agency with its first posts and contacts, typed instead of imported: the rows, rules and record of the directory's import."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from agencies.models import Agency, Partnership, User
from agencies.readable import as_read
from agencies.roles import DirectoryDoor, Role
from agencies.services.directory_import import importing_person, write_rows
from agencies.services.directory_import.checking import check, known_to
from agencies.services.directory_import.columns import AGENCIES, PEOPLE, POSTS
from agencies.services.directory_import.reading import Problem, Rows, typed_rows
from agencies.services.passphrases import ask_for_link
from agencies.working_days import london

LONGEST_CODE = 40
# The column of a person's row for each answer about a contact; what a post's row calls otherwise stands apart.
ANSWERS = {"level": "level", "title": "post", "role": "role", "name": "name", "email": "email", "phone": "phone"}


@dataclass(frozen=True, slots=True)
class NewAgency:
    """What was typed, as text: the agency by columns of agencies.csv (name, kind, external, mailbox, phone); each contact by ANSWERS."""

    details: Mapping[str, str]
    contacts: Sequence[Mapping[str, str]]


def problems_of(new: NewAgency, *, actor: User | None, partnership: Partnership, now: datetime) -> list[Problem]:
    """Every mistake that `add_agency` would refuse; a contact's row is its place in the list, the first being 1. Raises NotAllowed as that does."""
    return _read(new, actor, partnership, now)[1]


@transaction.atomic
def add_agency(new: NewAgency, *, actor: User | None, partnership: Partnership, now: datetime) -> Agency:
    """Adds the agency, its posts and who is in them, all or nothing; who cannot sign in yet gets the link to set a passphrase.

    `now` is aware. Raises ImportRefused with every mistake, NotAllowed for somebody who does not keep this directory.
    """
    # Two who add the same one at once: the second finds it there.
    held = Partnership.objects.select_for_update(no_key=True).get(id=partnership.id)
    rows, problems = _read(new, actor, held, now)
    write_rows(rows, problems, actor=actor, partnership=held, now=now, door=DirectoryDoor.PAGE)
    emails = {row["email"] for row in rows[PEOPLE.name]}
    for user in User.objects.filter(email__in=emails).order_by("email"):
        if not user.has_usable_password():
            ask_for_link(email=user.email, is_invitation=True, now=now)
    return Agency.objects.get(partnership=held, code=rows[AGENCIES.name][0]["code"])


def _read(new: NewAgency, actor: User | None, partnership: Partnership, now: datetime) -> tuple[Rows, list[Problem]]:
    importer = importing_person(actor, partnership, now)
    problems: list[Problem] = []
    code = _free_code(new.details.get("name", ""), partnership)
    people = {number: {"agency": code} | {ANSWERS[name]: text for name, text in one.items()} for number, one in enumerate(new.contacts, 1)}
    rows = {
        AGENCIES.name: typed_rows(AGENCIES, {1: {"code": code, **new.details}}, problems),
        POSTS.name: typed_rows(POSTS, _posts(people), problems),
        PEOPLE.name: typed_rows(PEOPLE, people, problems),
    }
    problems.extend(check(rows, known_to(partnership, rows, london(now).date()), importer))
    problems.extend(_taken(rows))
    return rows, problems


def _posts(people: Mapping[int, Mapping[str, str]]) -> dict[int, dict[str, str]]:
    """The posts of the contacts, each once, under the number of its first contact; a lead's and a board member's are marked as theirs."""
    found: dict[tuple[str, str], tuple[int, dict[str, str]]] = {}
    for number, one in people.items():
        key = (one.get("level", ""), one.get("post", "").strip())
        cells = found.setdefault(key, (number, {"agency": one["agency"], "level": key[0], "title": key[1]}))[1]
        cells |= {Role.LEAD: {"lead": "yes"}, Role.BOARD_MEMBER: {"board_member": "yes"}}.get(Role(one["role"]), {})
    return dict(found.values())


def _taken(rows: Rows) -> Iterator[Problem]:
    """What the import would change, and a new agency must not: somebody else's account."""
    accounts = {user.email: user for user in User.objects.filter(email__in={row["email"] for row in rows[PEOPLE.name]})}
    for row in rows[PEOPLE.name]:
        user = accounts.get(row["email"])
        if user is not None and not user.is_active:
            yield Problem(PEOPLE.name, row.number, "email", _("belongs to a closed account: it must be opened again first"))
        elif user is not None and as_read(user.name) != as_read(row["name"]):
            yield Problem(PEOPLE.name, row.number, "email", _("belongs to somebody else, who has an account under another name"))


def _free_code(name: str, partnership: Partnership) -> str:
    """The name in an address, with a number behind it where another agency's is the same."""
    base = slugify(name)[:LONGEST_CODE].strip("-") or "agency"
    taken = set(Agency.objects.filter(partnership=partnership).values_list("code", flat=True))
    ways = (base, *(f"{base[: LONGEST_CODE - 5].strip('-')}-{number}" for number in range(2, len(taken) + 3)))
    return next(code for code in ways if code not in taken)
