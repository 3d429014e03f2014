"""What the rows say about each other and about what is stored already: every reference, every rule that spans cells. Reads, never writes."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.holidays import FIRST_DAY, Nation, carried_until
from agencies.models import Agency, Cover, Membership, Partnership, Post, SeniorityLevel, User
from agencies.person import Person, person_of
from agencies.policy import may_grant
from agencies.querysets import not_over
from agencies.readable import as_read
from agencies.roles import AGENCY_ROLES, HOLDER_ROLES, Role
from agencies.services.cover import may_arrange
from agencies.services.directory_import.columns import AGENCIES, CLOSURES, COVER, LEVELS, PARTNERSHIP, PEOPLE, POSTS
from agencies.services.directory_import.reading import Problem, Row, Rows, spelled_otherwise

PostKey = tuple[str, int | None, str]


class _Unread(Exception):
    """What a rule asks for stands in a cell that could not be read: that was told, and the rule has nothing to say."""


class _Read:
    """A row as rules ask it: what could not be read is not given."""

    def __init__(self, row: Row) -> None:
        self.row = row

    def __getitem__(self, name: str) -> Any:
        if name in self.row.unread:
            raise _Unread
        return self.row[name]


Rule = Callable[[_Read, "Known"], Iterator[tuple[str, str]]]


@dataclass
class Known:
    """The keys that a row may refer to: what is stored and what the files bring."""

    partnership: Partnership | None
    levels: set[int] = field(default_factory=set)
    agencies: dict[str, UUID | None] = field(default_factory=dict)
    # Which agencies have each name, as it is read: of those that the files bring, the name that they give, with its row; 0 for what is stored.
    names: dict[str, dict[str, int]] = field(default_factory=dict)
    # For which agencies another acts; and by whom, of those that are in no file.
    proxies: set[str] = field(default_factory=set)
    represented: dict[str, str] = field(default_factory=dict)
    posts: set[PostKey] = field(default_factory=set)
    # How the titles are spelled that are stored, by how they are read.
    spelled: dict[PostKey, set[str]] = field(default_factory=dict)
    people: dict[str, UUID | None] = field(default_factory=dict)
    # Who may supervise, and in which agency: by address and code.
    supervisors: set[tuple[str, str]] = field(default_factory=set)


def known_to(partnership: Partnership | None, rows: Rows, today: date) -> Known:
    """What the partnership has on a London date, or from a later one, and what the files add."""
    known, named = Known(partnership), dict[str, tuple[str, int]]()
    if partnership is not None:
        known.levels |= set(SeniorityLevel.objects.filter(partnership=partnership).values_list("number", flat=True))
        stored = Agency.objects.filter(partnership=partnership)
        known.agencies |= {agency.code: agency.id for agency in stored}
        named |= {agency.code: (agency.name, 0) for agency in stored}
        posts = Post.objects.filter(agency__partnership=partnership).values_list("agency__code", "level__number", "title")
        known.posts |= set(posts)
        for code, level, title in posts:
            known.spelled.setdefault((code, level, as_read(title)), set()).add(title)
    emails = {value for row in rows.get(PEOPLE.name, []) for value in (row["email"], row["supervisor"])}
    emails |= {value for row in rows.get(COVER.name, []) for value in (row["person"], row["deputy"])}
    here = User.objects.filter(email__in=emails, memberships__partnership=partnership) if partnership else User.objects.none()
    known.people |= dict(here.values_list("email", "id"))
    known.levels |= {row["level"] for row in rows.get(LEVELS.name, [])}
    known.agencies |= {row["code"]: known.agencies.get(row["code"]) for row in rows.get(AGENCIES.name, [])}
    named |= {row["code"]: (row["name"], row.number) for row in rows.get(AGENCIES.name, []) if row["name"]}
    for code, (name, number) in named.items():
        known.names.setdefault(as_read(name), {})[code] = number
    through = {row["code"]: row["acts_through"] for row in rows.get(AGENCIES.name, [])}
    if partnership is not None:
        standing = stored.exclude(acting_agency=None).exclude(code__in=through)
        known.represented |= dict(standing.values_list("acting_agency__code", "code"))
        known.proxies |= set(standing.values_list("code", flat=True))
    known.proxies |= {code for code, acting in through.items() if acting}
    known.posts |= {(row["agency"], row["level"], row["title"]) for row in rows.get(POSTS.name, [])}
    known.people |= {row["email"]: known.people.get(row["email"]) for row in rows.get(PEOPLE.name, [])}
    able = Membership.objects.filter(not_over(today), partnership=partnership, user__email__in=emails, user__is_active=True, role__in=HOLDER_ROLES)
    known.supervisors |= set(able.exclude(agency=None).values_list("user__email", "agency__code")) if partnership is not None else set()
    # Of a broken row nobody knows the role: it is told by itself.
    above = (row for row in rows.get(PEOPLE.name, []) if row.broken or row["role"] in HOLDER_ROLES)
    known.supervisors |= {(row["email"], row["agency"]) for row in above}
    return known


def check(rows: Rows, known: Known, importer: Person | None) -> list[Problem]:
    """Every mistake in how the rows fit together; with an importer, also every role above what they may give."""
    problems: list[Problem] = []
    for name, rules in RULES.items():
        for row in rows.get(name, []):
            problems.extend(Problem(name, row.number, column, words) for column, words in _told(row, rules, known))
    problems.extend(_names(rows.get(PEOPLE.name, [])))
    problems.extend(_posts_twice(rows.get(PEOPLE.name, [])))
    problems.extend(_overlaps(rows.get(COVER.name, [])))
    if importer is not None and known.partnership is not None:
        problems.extend(_ceiling(rows, known, importer, known.partnership.id))
    return problems


def _told(row: Row, rules: Iterable[Rule], known: Known) -> Iterator[tuple[str, str]]:
    """What the rules say of a row; of one with a cell that could not be read, what they say of the others."""
    for rule in rules if not row.is_shifted else ():
        with suppress(_Unread):
            yield from rule(_Read(row), known)


def _hours(row: _Read, _known: Known) -> Iterator[tuple[str, str]]:
    if row["closes"] <= row["opens"]:
        yield "closes", _("must be later than it opens")


def _same_partnership(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    if known.partnership is not None and known.partnership.slug != row["code"]:
        yield "code", _('is not "{slug}", the partnership that this import was started for').format(slug=known.partnership.slug)


def _kind_of_partnership(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    if row["practice"] and not row["invented"]:
        yield "practice", _("is only for a partnership whose people and data are invented")
    if known.partnership is not None and row["practice"] not in {None, known.partnership.is_practice}:
        yield "practice", _("is settled when the partnership is made, and does not change")
    if known.partnership is not None and row["invented"] and not known.partnership.is_invented:
        yield "invented", _("cannot be said of a partnership whose people and data are real")


def _own_name(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    others = [number for code, number in known.names.get(as_read(row["name"]), {}).items() if code != row["code"]]
    if any(others):
        yield "name", _("is that of row {number} too: add what tells the two apart, such as the place").format(number=max(others))
    elif others:
        yield "name", _("is that of another agency in the directory too: add what tells the two apart, such as the place")


def _acts_through(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    through = row["acts_through"]
    if through and through not in known.agencies:
        yield "acts_through", _('names "{through}", which is no agency here').format(through=through)
    if through == row["code"]:
        yield "acts_through", _("names the agency itself")
    elif through in known.proxies:
        yield "acts_through", _('names "{through}", for which another agency acts in turn').format(through=through)
    if through and (other := known.represented.get(row["code"])) is not None:
        yield "acts_through", _('must be empty: this agency acts for "{other}" itself').format(other=other)


def _acts_from(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    if bool(row["acts_through"]) != (row["acts_from_level"] is not None):
        yield "acts_from_level", _("must be filled where another agency acts for it, and only there")
    yield from _level(row, known, "acts_from_level")


def _post_level(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    yield from _level(row, known, "level")


def _post_title(row: _Read, _known: Known) -> Iterator[tuple[str, str]]:
    if not row["title"] and not row["uncertain"]:
        yield "title", _("is empty: only a cell that cannot be read may be, and then the column uncertain says why")


def _post_spelled(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    stored = known.spelled.get((row["agency"], row["level"], as_read(row["title"])), set())
    if stored and row["title"] not in stored:
        words = _('differs from "{title}" in the directory only in spaces or capitals: write it the same')
        yield "title", words.format(title=min(stored))


def _agency_of_role(row: _Read, _known: Known) -> Iterator[tuple[str, str]]:
    role = Role(row["role"])
    if role not in AGENCY_ROLES and row["agency"]:
        yield "agency", _("must be empty: {role} is a role of the partnership").format(role=role.label.lower())
    elif role in AGENCY_ROLES and not row["agency"]:
        yield "agency", _("is empty: {role} is a role of an agency").format(role=role.label.lower())


def _agency_named(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    if row["agency"] and row["agency"] not in known.agencies:
        yield "agency", _('names "{agency}", which is no agency here').format(agency=row["agency"])


def _post_held(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    if row["post"] and (row["agency"], row["level"], row["post"]) not in known.posts:
        at_level = _('names "{post}" at level {level} in "{agency}", which no row of {file} has')
        outside = _('names "{post}" outside the levels in "{agency}", which no row of {file} has')
        yield "post", (at_level if row["level"] else outside).format(post=row["post"], level=row["level"], agency=row["agency"], file=POSTS.name)
    if row["level"] and not row["post"]:
        yield "post", _("is empty, but the level is not: say which post")


def _supervisor_named(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    if row["supervisor"] and row["supervisor"] not in known.people:
        yield "supervisor", _("names {person}, who is not among the people").format(person=row["supervisor"])


def _supervises(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    """What is logged goes to the own manager first, and stays inside the agency until they send it on: they sit there."""
    if not row["supervisor"] or row["supervisor"] not in known.people:
        return
    role = Role(row["role"])
    if row["supervisor"] == row["email"]:
        yield "supervisor", _("names the person themselves")
    elif role not in AGENCY_ROLES:
        yield "supervisor", _("must be empty: {role} is a role of the partnership").format(role=role.label.lower())
    elif row["agency"] and (row["supervisor"], row["agency"]) not in known.supervisors:
        yield (
            "supervisor",
            _('names {person}, who has no role above practitioner in "{agency}"').format(person=row["supervisor"], agency=row["agency"]),
        )


def _days_of_role(row: _Read, _known: Known) -> Iterator[tuple[str, str]]:
    if row["since"] and row["until"] and row["until"] < row["since"]:
        yield "until", _("lies before since")


def _who_is_away(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    yield from _among(row, known, "person")


def _who_covers(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    yield from _among(row, known, "deputy")


def _somebody_else(row: _Read, _known: Known) -> Iterator[tuple[str, str]]:
    if row["person"] == row["deputy"]:
        yield "deputy", _("is the person who is away")


def _days_of_cover(row: _Read, _known: Known) -> Iterator[tuple[str, str]]:
    if row["ends"] < row["starts"]:
        yield "ends", _("lies before starts")


def _among(row: _Read, known: Known, column: str) -> Iterator[tuple[str, str]]:
    if row[column] not in known.people:
        yield column, _("names {person}, who is not among the people").format(person=row[column])


def _level(row: _Read, known: Known, column: str) -> Iterator[tuple[str, str]]:
    if row[column] is not None and row[column] not in known.levels:
        yield column, _("names level {level}, which {file} does not have").format(level=row[column], file=LEVELS.name)


# Each rule by itself, so that a cell that cannot be read silences only those that ask for it.
def _day_carried(row: _Read, known: Known) -> Iterator[tuple[str, str]]:
    """A closure day of another century is a slip of the year: no clock would ever meet it."""
    last = carried_until(Nation(known.partnership.nation) if known.partnership is not None else Nation.ENGLAND_AND_WALES)
    if not FIRST_DAY <= row["day"] <= last:
        yield "day", _("lies outside the years of the calendar, {first} to {last}").format(first=FIRST_DAY.year, last=last.year)


RULES: dict[str, tuple[Rule, ...]] = {
    PARTNERSHIP.name: (_hours, _same_partnership, _kind_of_partnership),
    AGENCIES.name: (_own_name, _acts_through, _acts_from),
    POSTS.name: (_agency_named, _post_level, _post_title, _post_spelled),
    PEOPLE.name: (_agency_of_role, _agency_named, _post_held, _supervisor_named, _supervises, _days_of_role),
    COVER.name: (_who_is_away, _who_covers, _somebody_else, _days_of_cover),
    CLOSURES.name: (_day_carried,),
}


def _names(people: list[Row]) -> Iterator[Problem]:
    """One person has one name, however many rows they have."""
    first: dict[str, Row] = {}
    for row in people:
        if row.is_shifted or row.unread & {"email", "name"}:
            continue
        known = first.setdefault(row["email"], row)
        if known["name"] != row["name"] and as_read(known["name"]) == as_read(row["name"]):
            yield Problem(PEOPLE.name, row.number, "name", spelled_otherwise(known))
        elif known["name"] != row["name"]:
            yield Problem(
                PEOPLE.name,
                row.number,
                "name",
                _('is "{name}", but row {number} calls {email} "{other}"').format(
                    name=row["name"], number=known.number, email=row["email"], other=known["name"]
                ),
            )


def _posts_twice(people: list[Row]) -> Iterator[Problem]:
    """Whoever holds a post in two rows, by two roles, holds it in one place and from one day to another: else the last row would win unsaid."""
    first: dict[tuple[str, str, int | None, str], Row] = {}
    for row in people:
        if row.broken or not row["post"]:
            continue
        known = first.setdefault((row["email"], row["agency"], row["level"], row["post"]), row)
        for column in ("deputy", "since", "until"):
            if known[column] != row[column]:
                words = _("is not what row {number} says of the same post: write the same in both, or leave the post out of one")
                yield Problem(PEOPLE.name, row.number, column, words.format(number=known.number))


def _overlaps(cover: list[Row]) -> Iterator[Problem]:
    last: dict[str, Row] = {}
    for row in sorted((row for row in cover if not row.broken), key=lambda row: row["starts"]):
        before = last.get(row["person"])
        if before is not None and row["starts"] <= before["ends"]:
            yield Problem(COVER.name, row.number, "starts", _("lies in the days of row {number}: one deputy at a time").format(number=before.number))
        if before is None or row["ends"] > before["ends"]:
            last[row["person"]] = row


def _ceiling(rows: Rows, known: Known, importer: Person, partnership_id: UUID) -> Iterator[Problem]:
    """What a person imports is what they could have done by hand: no role above their own ceiling; no role, post or cover to themselves."""
    stored = set(Membership.objects.filter(partnership_id=partnership_id).values_list("user_id", "agency_id", "role", "since", "until"))
    for row in rows.get(PEOPLE.name, []):
        agency_id, user_id = known.agencies.get(row["agency"]), known.people.get(row["email"])
        own = user_id == importer.id
        is_same = (user_id, agency_id, row["role"], row["since"], row["until"]) in stored
        if row.broken or (is_same and not (own and row["post"])):
            continue
        role = Role(row["role"])
        # Nobody has a seat yet in an agency that the files bring: any key that no agency has stands for it.
        place = agency_id or (importer.id if row["agency"] else None)
        if not may_grant(importer, role, partnership_id=partnership_id, agency_id=place, to=user_id or partnership_id):
            words = (
                _("would give you something: somebody else must do that")
                if own
                else _('is "{role}", which you may not give or take away').format(role=role.label)
            )
            yield Problem(PEOPLE.name, row.number, "role", words)
    yield from _own_posts(rows, importer, partnership_id)
    for row in rows.get(COVER.name, []):
        if known.people.get(row["deputy"]) == importer.id != known.people.get(row["person"]):
            yield Problem(COVER.name, row.number, "deputy", _("is you: somebody else must arrange that you cover"))


def _own_posts(rows: Rows, importer: Person, partnership_id: UUID) -> Iterator[Problem]:
    """A post that the importer holds, or will, and that the files make one of leadership."""
    theirs = Post.objects.filter(agency__partnership=partnership_id, holdings__user=importer.id).select_related("agency", "level").distinct()
    held = {(post.agency.code, post.level.number if post.level else None, post.title): post for post in theirs}
    for row in rows.get(POSTS.name, []) if held else ():
        post = None if row.broken else held.get((row["agency"], row["level"], row["title"]))
        for column, has in (("lead", post.is_lead), ("board_member", post.is_board_member)) if post is not None else ():
            if row[column] and not has:
                yield Problem(POSTS.name, row.number, column, _("would give you something: somebody else must do that"))


def lent(rows: Rows, importer: Person, partnership_id: UUID, today: date) -> Iterator[Problem]:
    """Cover that the importer could not have arranged by hand; what stands in the directory already is left."""
    cover = [row for row in rows.get(COVER.name, []) if not row.broken]
    users = {user.email: user for user in User.objects.filter(email__in={row[name] for row in cover for name in ("person", "deputy")})}
    stored = set(Cover.objects.filter(person__in=users.values()).values_list("person__email", "deputy__email", "starts", "ends"))
    for row in cover:
        if row["person"] not in users or (row["person"], row["deputy"], row["starts"], row["ends"]) in stored:
            continue
        away = person_of(users[row["person"]], today)
        # Whoever covers may get any seat of this partnership by the same files; in another's the cover keeps no place.
        here = {(seat.partnership_id, seat.agency_id) for seat in away.seats if seat.partnership_id == partnership_id}
        if not may_arrange(importer, away, here, today):
            yield Problem(COVER.name, row.number, "person", _("holds a place in which you may not let somebody act for them"))
