"""The files of a directory import and their columns: what each cell may hold. docs/directory-import.md says the same to people."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from agencies.holidays import Nation
from agencies.readable import is_blank, is_broken, is_turned
from agencies.roles import AgencyKind, Role
from agencies.words import Words

YES, NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})
HIGHEST_LEVEL = 9
LONGEST_ADDRESS = 254
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Unreadable(ValueError):
    """A cell that does not say what its column asks for. The text is fit for a person."""


Parse = Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: how a filled cell is read, whether it must be filled, and what an empty one means."""

    name: str
    parse: Parse
    required: bool = False
    empty: Any = ""


@dataclass(frozen=True, slots=True)
class File:
    """One file: its columns, and the columns that together name a row, so that no two rows are the same."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = field(default=())


def text(longest: int) -> Parse:
    """Plain text without control characters, cut at neither end but for spaces."""

    def parse(cell: str) -> str:
        if len(cell) > longest:
            raise Unreadable(_("is {count} characters long; {longest} is the most").format(count=len(cell), longest=longest))
        if is_broken(cell):
            raise Unreadable(_("holds a line break, a tab or a control character: type it again without it"))
        if is_turned(cell):
            raise Unreadable(_("holds a sign that shows its letters in another order: type it again without it"))
        if is_blank(cell):
            raise Unreadable(_("holds nothing that can be seen"))
        return cell

    return parse


def email(cell: str) -> str:
    """An address, in lower case."""
    if len(cell) > LONGEST_ADDRESS:
        raise Unreadable(_("is {count} characters long; {longest} is the most").format(count=len(cell), longest=LONGEST_ADDRESS))
    try:
        validate_email(cell)
    except ValidationError as error:
        raise Unreadable(_('"{cell}" is not an e-mail address').format(cell=cell[:60])) from error
    return cell.lower()


def slug(cell: str) -> str:
    """A short name of small letters, digits and single hyphens."""
    if len(cell) > 40 or not _SLUG.fullmatch(cell):
        raise Unreadable(_('"{cell}" is not a code: use small letters, digits and single hyphens, 40 at the most').format(cell=cell[:60]))
    return cell


def yes_no(cell: str) -> bool:
    """Yes or no."""
    if cell.lower() not in YES | NO:
        raise Unreadable(_('"{cell}" is neither yes nor no').format(cell=cell[:30]))
    return cell.lower() in YES


def number(lowest: int, highest: int) -> Parse:
    """A whole number."""

    def parse(cell: str) -> int:
        if not re.fullmatch(r"[0-9]{1,4}", cell) or not lowest <= int(cell) <= highest:
            raise Unreadable(_('"{cell}" is not a whole number from {lowest} to {highest}').format(cell=cell[:30], lowest=lowest, highest=highest))
        return int(cell)

    return parse


def day(cell: str) -> date:
    """A date, as 2026-05-04 or 04/05/2026."""
    british = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", cell)
    try:
        found = date(int(british[3]), int(british[2]), int(british[1])) if british else date.fromisoformat(cell)
    except ValueError as error:
        raise Unreadable(_('"{cell}" is not a date: write 2026-05-04 or 04/05/2026').format(cell=cell[:30])) from error
    if not 1990 <= found.year <= 2100:
        raise Unreadable(_('"{cell}" lies before 1990 or after 2100').format(cell=cell[:30]))
    return found


def clock(cell: str) -> time:
    """A time of day, as 09:00."""
    if not re.fullmatch(r"([01]?\d|2[0-3]):[0-5]\d", cell):
        raise Unreadable(_('"{cell}" is not a time: write 09:00').format(cell=cell[:30]))
    hour, minute = cell.split(":")
    return time(int(hour), int(minute))


def one_of(choices: Mapping[str, Words]) -> Parse:
    """One of some words: the short one or the one shown on the pages, whatever its capitals."""

    def parse(cell: str) -> str:
        known = {word.lower(): value for value, label in choices.items() for word in (value, str(label))}
        if cell.lower() not in known:
            raise Unreadable(_('"{cell}" is none of: {choices}').format(cell=cell[:60], choices=", ".join(choices)))
        return known[cell.lower()]

    return parse


PHONE, NOTE = text(40), text(120)
ROLES: dict[str, Words] = {role.value: role.label for role in Role}
KINDS: dict[str, Words] = {kind.value: kind.label for kind in AgencyKind}
NATIONS: dict[str, Words] = {nation.value: nation.label for nation in Nation}
LEVEL = number(1, HIGHEST_LEVEL)

PARTNERSHIP = File(
    "partnership.csv",
    (
        Column("code", slug, required=True),
        Column("name", text(120), required=True),
        Column("nation", one_of(NATIONS), empty=Nation.ENGLAND_AND_WALES.value),
        Column("opens", clock, empty=time(9)),
        Column("closes", clock, empty=time(17)),
        Column("unit_name", NOTE, empty="Business unit"),
        Column("unit_email", email),
        Column("unit_phone", PHONE),
        Column("front_door_name", NOTE, empty="Children's front door"),
        Column("front_door_day", PHONE),
        Column("front_door_night", PHONE),
        Column("invented", yes_no, empty=False),
        Column("practice", yes_no, empty=None),
    ),
    key=("code",),
)
LEVELS = File("levels.csv", (Column("level", LEVEL, required=True), Column("name", text(80))), key=("level",))
AGENCIES = File(
    "agencies.csv",
    (
        Column("code", slug, required=True),
        Column("name", text(120), required=True),
        Column("kind", one_of(KINDS), required=True),
        Column("external", yes_no, empty=False),
        Column("flat", yes_no, empty=False),
        Column("board_member", yes_no, empty=True),
        Column("acts_through", slug),
        Column("acts_from_level", LEVEL, empty=None),
        Column("mailbox", email),
        Column("phone", PHONE),
        Column("out_of_hours", NOTE),
        Column("active", yes_no, empty=True),
        Column("member_since", day, empty=None),
    ),
    key=("code",),
)
POSTS = File(
    "posts.csv",
    (
        Column("agency", slug, required=True),
        Column("level", LEVEL, empty=None),
        Column("title", text(160)),
        Column("lead", yes_no, empty=False),
        Column("board_member", yes_no, empty=False),
        Column("uncertain", text(300)),
        Column("mailbox", email),
        Column("phone", PHONE),
        Column("out_of_hours", NOTE),
        Column("confirmed_on", day, empty=None),
    ),
    key=("agency", "level", "title"),
)
PEOPLE = File(
    "people.csv",
    (
        Column("email", email, required=True),
        Column("name", text(120), required=True),
        Column("phone", PHONE),
        Column("agency", slug),
        Column("role", one_of(ROLES), required=True),
        Column("job_title", text(120)),
        Column("supervisor", email),
        Column("post", text(160)),
        Column("level", LEVEL, empty=None),
        Column("deputy", number(0, 9), empty=0),
        Column("since", day, empty=None),
        Column("until", day, empty=None),
    ),
    key=("email", "agency", "role", "post", "level"),
)
COVER = File(
    "cover.csv",
    (
        Column("person", email, required=True),
        Column("deputy", email, required=True),
        Column("starts", day, required=True),
        Column("ends", day, required=True),
    ),
    key=("person", "starts"),
)
CLOSURES = File("closure_days.csv", (Column("day", day, required=True), Column("words", NOTE, required=True)), key=("day",))

FILES = {file.name: file for file in (PARTNERSHIP, LEVELS, AGENCIES, POSTS, PEOPLE, COVER, CLOSURES)}
