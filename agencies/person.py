"""A signed-in person as the policies see them: what they hold today, loaded once and then asked without a query."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from agencies.at_once import AtOnce
from agencies.edition import kept_while_unchanged
from agencies.models import Agency, Cover, Membership, PostHolding, User
from agencies.roles import CHAIR_ROLES, HOLDER_ROLES, UNIT_ROLES, Role

# What dated cover hands over. Accounts and audit samples stay with the person who was trusted with them.
COVERED_ROLES = HOLDER_ROLES | UNIT_ROLES | CHAIR_ROLES | {Role.REVIEWER, Role.SUBGROUP_CHAIR}


@dataclass(frozen=True, slots=True)
class Seat:
    """One role in force. `agency_id` is None for a role of the partnership; `level` is the highest level held in that agency, if any."""

    role: Role
    agency_id: UUID | None
    partnership_id: UUID
    level: int | None
    post_title: str


@dataclass(frozen=True)
class Person:
    """Somebody and the seats they hold on one day, in the order in which they were given.

    `covered` names each colleague for whom they act under dated cover that day with a place (an agency, or the partnership) that the cover keeps
    and in which both sit;
    what these do for others they do not hand on; `is_deputy` says that they are the deputy in somebody else's post; `acts_for` the agencies for which
    one of theirs acts from some level up; `ahead` how far the clock of their partnership was moved forward, where they only practise;
    `guest_of`, of somebody without an account and without a seat, the one request that they were asked to answer.
    """

    id: UUID
    name: str
    seats: tuple[Seat, ...] = ()
    covered: frozenset[tuple[UUID, UUID]] = frozenset()
    is_deputy: bool = False
    acts_for: frozenset[UUID] = frozenset()
    ahead: timedelta = timedelta()
    guest_of: UUID | None = None

    def roles_in(self, agency_id: UUID) -> frozenset[Role]:
        """The roles held in the agency."""
        return frozenset(seat.role for seat in self.seats if seat.agency_id == agency_id)

    def sits_as(self, partnership_id: UUID, *roles: Role) -> bool:
        """Whether any of the roles is held in the partnership or in one of its agencies."""
        return any(seat.role in roles and seat.partnership_id == partnership_id for seat in self.seats)

    def sits_anywhere_as(self, *roles: Role) -> bool:
        """Whether any of the roles is held in any partnership: for what is about none, such as which pages are offered. It opens nothing."""
        return any(seat.role in roles for seat in self.seats)

    @cached_property
    def covers_for(self) -> frozenset[UUID]:
        """The colleagues for whom they act under dated cover, in whichever place."""
        return frozenset(colleague for colleague, _place in self.covered)

    @cached_property
    def agency_ids(self) -> frozenset[UUID]:
        """The agencies in which any role is held."""
        return frozenset(seat.agency_id for seat in self.seats if seat.agency_id is not None)

    @cached_property
    def seated_for(self) -> frozenset[UUID]:
        """The agencies in which any role is held, and those for which these act."""
        return self.agency_ids | self.acts_for

    @cached_property
    def partnership_ids(self) -> frozenset[UUID]:
        """Every partnership in which a seat lies."""
        return frozenset(seat.partnership_id for seat in self.seats)

    @property
    def partnership_id(self) -> UUID | None:
        """The first seat's partnership; None for somebody without a seat."""
        return self.seats[0].partnership_id if self.seats else None

    @cached_property
    def units(self) -> frozenset[UUID]:
        """The partnerships in whose business unit the person sits."""
        return frozenset(seat.partnership_id for seat in self.seats if seat.role in UNIT_ROLES and seat.agency_id is None)

    def level_in(self, agency_id: UUID) -> int:
        """The highest level held in the agency, 0 for none."""
        return max((seat.level or 0 for seat in self.seats if seat.agency_id == agency_id), default=0)

    def job_title(self, agency_id: UUID | None) -> str:
        """The title of the highest seat in the agency (None: in the partnership), or the role's own name; empty without one."""
        seats = [seat for seat in self.seats if seat.agency_id == agency_id]
        if not seats:
            return ""
        highest = max(seats, key=lambda seat: (bool(seat.post_title), seat.level or 0))
        return highest.post_title or str(highest.role.label)


def person_of(user: User, today: date, *, edition: str | None = None) -> Person:
    """The person with the seats in force on `today` (a London date); a closed account has no seats. One query, two after the directory changed;
    none and one where the directory's `edition` was asked for already.

    A seat comes from a membership, from a post (safeguarding lead, board member) or from dated cover for a colleague. Cover hands over only where
    the two sat together when it was arranged and still do: an agency's roles to a member of that agency, a partnership's to somebody with a role in
    that partnership.
    """
    if not user.is_active:
        return Person(id=user.id, name=user.name)
    return _read.of(edition, user.id, user.name, today)


def seats_on(people: Collection[UUID], today: date) -> tuple[QuerySet[Cover], QuerySet[Membership], QuerySet[PostHolding]]:
    """The rows that say who these people (their keys) are on a London date, and whom they cover for."""
    covers = Cover.objects.on(today).filter(deputy_id__in=people)
    whose = Q(user__is_active=True) & (Q(user_id__in=people) | Q(user_id__in=covers.values("person_id")))
    return covers.order_by("id"), _in_roles(today, whose), _in_posts(today, whose)


def people_on(
    people: Mapping[UUID, str], covers: Iterable[Cover], memberships: Iterable[Membership], holdings: Iterable[PostHolding]
) -> dict[UUID, Person]:
    """As `person_of`, of many with an open account (key and name), but for whom their agencies act for: out of the rows of `seats_on`."""
    lent, roles, posts = defaultdict(list), defaultdict(list), defaultdict(list)
    for cover in covers:
        lent[cover.deputy_id].append(cover)
    for row in memberships:
        roles[row.user_id].append(row)
    for held in holdings:
        posts[held.user_id].append(held)
    found = {}
    for key, name in people.items():
        whose = dict.fromkeys((key, *(cover.person_id for cover in lent[key])))
        theirs = [row for one in whose for row in roles[one]], [row for one in whose for row in posts[one]]
        found[key] = assembled(key, name, *theirs, lent[key])
    return found


def _whose(user_id: UUID, today: date) -> Q:
    """Rows of this person, and of those with an open account for whom they cover that day."""
    away = Cover.objects.on(today).filter(deputy_id=user_id).values("person_id")
    return Q(user__is_active=True) & (Q(user_id=user_id) | Q(user_id__in=away))


def _in_roles(today: date, whose: Q) -> QuerySet[Membership]:
    rows = Membership.objects.on(today).filter(whose).filter(Q(agency=None) | Q(agency__is_active=True))
    return rows.select_related("partnership").order_by("id")


def _in_posts(today: date, whose: Q) -> QuerySet[PostHolding]:
    rows = PostHolding.objects.on(today).filter(whose, post__agency__is_active=True)
    return rows.select_related("post__level", "post__agency__partnership").order_by("id")


def _represented(user_id: UUID) -> QuerySet[Agency]:
    """The agencies for which one acts in which the person ever had a place."""
    roles, posts = Membership.objects.filter(user_id=user_id).values("agency"), PostHolding.objects.filter(user_id=user_id).values("post__agency")
    return Agency.objects.active().filter(Q(acting_agency__in=roles) | Q(acting_agency__in=posts)).order_by("id")


def _all(user_id: UUID, today: date) -> Iterator[QuerySet[Any]]:
    yield _in_roles(today, _whose(user_id, today))
    yield _in_posts(today, _whose(user_id, today))
    yield Cover.objects.on(today).filter(deputy_id=user_id).order_by("id")
    yield _represented(user_id)


_ALL = AtOnce(_all)


@kept_while_unchanged(1024)
def _read(user_id: UUID, name: str, today: date) -> Person:
    memberships, posts, covers, represented = _ALL.of(user_id, today)
    person = assembled(user_id, name, memberships, posts, covers)
    places = [*(row.partnership for row in memberships), *(row.post.agency.partnership for row in posts)]
    acts_for = (row.id for row in represented if row.acting_agency_id in person.agency_ids)
    own = {place.id: place for place in places if place.id in person.partnership_ids}
    first = own.get(person.partnership_id) if all(place.is_practice for place in own.values()) else None
    ahead = first.ahead if first is not None else timedelta()
    return replace(person, acts_for=frozenset(acts_for), ahead=ahead)


def assembled(user_id: UUID, name: str, memberships: list[Membership], holdings: list[PostHolding], covers: Iterable[Cover]) -> Person:
    """The person from their own rows and those of the colleagues whom they cover for, of which their `covers` of that day keep the place."""
    lent: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for cover in covers:
        lent[cover.person_id] |= cover.kept
    memberships = [row for row in memberships if row.user_id == user_id or _place(row) in lent[row.user_id]]
    holdings = [row for row in holdings if row.user_id == user_id or row.post.agency_id in lent[row.user_id]]
    return Person(
        id=user_id,
        name=name,
        seats=seats_of(user_id, memberships, holdings),
        covered=covered_by(user_id, memberships, holdings),
        is_deputy=any(row.rank and row.user_id == user_id for row in holdings),
    )


def covered_by(user_id: UUID, memberships: Iterable[Membership], holdings: Iterable[PostHolding]) -> frozenset[tuple[UUID, UUID]]:
    """Those of the rows' people, the person's own aside, who sit in a place in which the person sits too, with that place."""
    places = [(row.user_id, _place(row)) for row in memberships] + [(row.user_id, row.post.agency_id) for row in holdings]
    own = {place for key, place in places if key == user_id}
    return frozenset((key, place) for key, place in places if key != user_id and place in own)


def seats_of(user_id: UUID, memberships: Iterable[Membership], holdings: Iterable[PostHolding]) -> tuple[Seat, ...]:
    """The seats that the rows give, the rows of colleagues whom the person covers for among them; each role once in a place.

    A seat's title is that of the highest post held there, else the job title, else that of the post for which the person is a deputy.
    """
    roles, posts = list(memberships), list(holdings)
    own = {_place(row) for row in roles if row.user_id == user_id} | {post.post.agency_id for post in posts if post.user_id == user_id}
    posts = [row for row in posts if row.post.agency_id in own and not (row.rank and row.user_id != user_id)]
    heights = _heights(posts)
    mine = [row for row in posts if row.user_id == user_id]
    titles = {place: title for place, (_, title) in _heights(row for row in mine if not row.rank).items()}
    stands_in = {place: title for place, (_, title) in _heights(mine).items()}
    seats: dict[tuple[UUID, Role], Seat] = {}
    for row in sorted(roles, key=lambda row: row.user_id != user_id):
        role, place, is_own = Role(row.role), _place(row), row.user_id == user_id
        if place in own and (is_own or role in COVERED_ROLES):
            title = titles.get(place) or (row.job_title if is_own else "") or stands_in.get(place, "")
            seats.setdefault((place, role), Seat(role, row.agency_id, row.partnership_id, heights.get(place, (None, ""))[0], title))
    for held in posts:
        place = held.post.agency_id
        for role in _roles_of_post(held, seated=any(key[0] == place for key in seats)):
            seats.setdefault(
                (place, role), Seat(role, place, held.post.agency.partnership_id, heights[place][0], titles.get(place) or stands_in.get(place, ""))
            )
    return tuple(seats.values())


def _place(row: Membership) -> UUID:
    """Where the role lies: its agency, or the partnership itself."""
    return row.agency_id or row.partnership_id


def _heights(holdings: Iterable[PostHolding]) -> dict[UUID, tuple[int | None, str]]:
    """The highest level held in each agency and that post's title."""
    found: dict[UUID, tuple[int | None, str]] = {}
    for row in holdings:
        level = row.post.level.number if row.post.level else None
        known = found.get(row.post.agency_id)
        if known is None or (level or 0) > (known[0] or 0):
            found[row.post.agency_id] = (level, row.post.title)
    return found


def _roles_of_post(held: PostHolding, *, seated: bool) -> list[Role]:
    """What a post brings by itself. A deputy shares the safeguarding lead's work, but sits on the board only under dated cover."""
    roles = []
    if held.post.is_lead:
        roles.append(Role.LEAD)
    if held.post.is_board_member and held.rank == 0:
        roles.append(Role.BOARD_MEMBER)
    if not roles and not seated:
        roles.append(Role.MANAGER if held.post.level and held.post.level.number > 1 else Role.PRACTITIONER)
    return roles
