"""One's own people: whom somebody may arrange cover for, add, or take a role from. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from agencies.at_once import together
from agencies.models import Agency, Cover, Departure, Membership, Partnership, Post, PostHolding, User
from agencies.person import Person, people_on, seats_on
from agencies.places import beside, names_of
from agencies.policy import ceiling, may_grant, may_hand_over, may_keep_agency, may_keep_directory, may_let_go, may_set_cover
from agencies.roles import HOLDER_ROLES, Role


@dataclass(frozen=True, slots=True)
class PersonLine:
    """One of one's own people. `endable` are the roles (key of the membership, name), of several, that the person who looks may end; `may_leave`
    where they may end all that is held there, `may_cover` where they may arrange cover; `cover` is what they have for the place where the line
    stands; `leaving` is the end that is planned; `changeable` are the roles about which something may be changed.
    """

    id: UUID
    name: str
    email: str
    roles: str
    cover: tuple[Cover, ...]
    endable: tuple[tuple[UUID, str], ...]
    may_leave: bool = False
    may_cover: bool = False
    leaving: Departure | None = None
    changeable: tuple[tuple[UUID, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """An agency, or the partnership itself where `code` is empty, with those of its people who concern the person who looks."""

    name: str
    code: str
    may_add: bool
    people: tuple[PersonLine, ...]


def partnerships_ever(user_id: UUID) -> set[UUID]:
    """Every partnership in which somebody holds or held a role or a post. Two queries."""
    roles = Membership.objects.filter(user=user_id).values_list("partnership_id", flat=True)
    return {*roles, *PostHolding.objects.filter(user=user_id).values_list("post__agency__partnership_id", flat=True)}


def kept_by(person: Person) -> tuple[frozenset[UUID], frozenset[UUID]]:
    """The partnerships whose directory the person keeps, and the agencies of which they are a safeguarding lead."""
    led = frozenset(seat.agency_id for seat in person.seats if seat.role is Role.LEAD and seat.agency_id)
    return frozenset(key for key in person.partnership_ids if may_keep_directory(person, key)), led


def in_reach(person: Person, today: date) -> QuerySet[User]:
    """Oneself, and those with an open account and a seat in what the person keeps: of nobody else is more read to say that they are not theirs."""
    kept, led = kept_by(person)
    roles = Membership.objects.on(today).filter(Q(partnership__in=kept) | Q(agency__in=led))
    posts = PostHolding.objects.on(today).filter(Q(post__agency__partnership__in=kept) | Q(post__agency__in=led))
    return User.objects.filter(Q(pk=person.id) | Q(pk__in=roles.values("user")) | Q(pk__in=posts.values("user")), is_active=True)


def people_of(person: Person, today: date, *, agency: str = "") -> list[Place]:
    """One's own people, by agency: oneself, whom one supervises, the own agency's people for its safeguarding lead.

    The business unit and administrators see the partnership's own people, and any agency's by its code. What may be done about each, each line says.
    """
    kept, led = kept_by(person)
    rows = Membership.objects.on(today).filter(partnership_id__in=person.partnership_ids, user__is_active=True)
    rows = rows.select_related("user", "agency", "partnership").order_by("user__name", "id")

    def is_mine(row: Membership) -> bool:
        if agency and not (row.agency and row.agency.code == agency):
            return False
        if row.user_id == person.id or row.supervisor_id == person.id or row.agency_id in led:
            return True
        return row.partnership_id in kept and (row.agency is None or bool(agency))

    mine = [row for row in rows if is_mine(row)]
    seen = _seen(person, {row.user_id: row.user.name for row in mine}, today)
    places = _by_place(mine, seen)
    empty = Agency.objects.active().filter(code=agency, partnership_id__in=kept).first() if agency and not places else None
    return [_place(empty, {}, seen)] if empty else places


def ends_all(person: Person, place: Agency | Partnership, roles: Iterable[Membership], posts: Iterable[PostHolding]) -> bool:
    """Whether the person may give and take every one of the roles that somebody holds in the place, those that the posts bring among them, and
    keeps the posts. False where nothing is held."""
    held = list(posts)
    found = {Role(row.role) for row in roles} | {Role.LEAD for row in held if row.post.is_lead}
    found |= {Role.BOARD_MEMBER for row in held if row.post.is_board_member and not row.rank}
    if not found and not held:
        return False
    agency_id, partnership_id = (place.id, place.partnership_id) if isinstance(place, Agency) else (None, place.id)
    keeps = agency_id is None or may_keep_agency(person, partnership_id, agency_id)
    return keeps and may_let_go(person, found, partnership_id=partnership_id, agency_id=agency_id)


@dataclass(frozen=True, slots=True)
class StandIn:
    """Who could cover for somebody, and the names of the places that the cover would be for."""

    id: UUID
    name: str
    places: tuple[str, ...]


def stand_ins(person_id: UUID, today: date, *, by: Person | None = None, away: Person | None = None) -> list[StandIn]:
    """Who could cover for somebody: active people who share an agency with them, or hold roles of the same partnership. By name.

    Where somebody arranges it (`by`, for `away`), those only with whom they share no place but such as `by` may lend.
    """
    found = beside(person_id, today)
    if by is not None and away is not None:
        found = {key: places for key, places in found.items() if may_hand_over(by, away, places)}
    names = names_of({place.key for places in found.values() for place in places})
    people = User.objects.filter(pk__in=found).order_by("name").values_list("pk", "name")
    return [StandIn(key, name, tuple(words for at, words in names.items() if at in {place.key for place in found[key]})) for key, name in people]


def place_for(person: Person, partnership_id: UUID, code: str) -> tuple[Agency | Partnership, frozenset[Role]] | None:
    """The agency of this code (the partnership itself for none) and the roles that the person may give there; None where there are none to give."""
    agency = Agency.objects.active().filter(partnership_id=partnership_id, code=code).first() if code else None
    if code and agency is None:
        return None
    roles = ceiling(person, partnership_id, agency.id if agency else None)
    place = agency or Partnership.objects.get(id=partnership_id)
    return (place, roles) if roles else None


def colleagues_in(place: Agency | Partnership, today: date, *, without: UUID) -> list[tuple[UUID, str]]:
    """Active people with a role in the place on the day, one of them left out, by name."""
    where = Membership.objects.filter(agency=place) if isinstance(place, Agency) else Membership.objects.filter(agency=None, partnership=place)
    rows = where.on(today).filter(user__is_active=True).exclude(user=without).select_related("user")
    return sorted({(row.user_id, row.user.name) for row in rows}, key=lambda pair: pair[1])


def supervisors_in(agency_id: UUID, today: date) -> list[tuple[UUID, str]]:
    """Who can supervise somebody in the agency: active people with a role above the practitioner's, by name."""
    rows = Membership.objects.on(today).filter(agency_id=agency_id, user__is_active=True, role__in=HOLDER_ROLES).select_related("user")
    return sorted({(row.user_id, row.user.name) for row in rows}, key=lambda pair: pair[1])


Leaving = dict[tuple[UUID | None, UUID], Departure]


@dataclass(frozen=True, slots=True)
class ChangeChoices:
    """What can be chosen about somebody's place, and what is so now."""

    roles: tuple[Role, ...]
    supervisors: tuple[tuple[UUID, str], ...]
    posts: tuple[tuple[UUID, str], ...]
    initial: dict[str, Any]


def change_choices(person: Person, row: Membership, today: date) -> ChangeChoices:
    """The present role always; others only where the person may give them and take the present one. Posts from the lowest level up."""
    may = ceiling(person, row.partnership_id, row.agency_id)
    roles = tuple(role for role in Role if role == row.role or (role in may and row.role in may))
    posts = Post.objects.filter(agency_id=row.agency_id).select_related("level") if row.agency_id else []
    ordered = sorted(posts, key=lambda post: (post.level.number if post.level else 0, str(post)))
    held = list(PostHolding.objects.on(today).filter(user_id=row.user_id, post__in=posts)) if row.agency_id else []
    initial = {
        "role": row.role,
        "job_title": row.job_title,
        "supervisor": str(row.supervisor_id or ""),
        "posts": [str(one.post_id) for one in held if not one.rank],
        "deputy_for": [str(one.post_id) for one in held if one.rank],
    }
    supervisors = [pair for pair in supervisors_in(row.agency_id, today) if pair[0] != row.user_id] if row.agency_id else []
    names = [(post.pk, _("{post}, level {number}").format(post=post, number=post.level.number) if post.level else str(post)) for post in ordered]
    return ChangeChoices(roles, tuple(supervisors), tuple(names), initial)


@dataclass(frozen=True, slots=True)
class _Seen:
    """Who looks, and what is read of those whom they see."""

    person: Person
    cover: Mapping[UUID, Sequence[Cover]]
    leaving: Leaving
    people: Mapping[UUID, Person]
    posts: Mapping[tuple[UUID, UUID], Sequence[PostHolding]]


def _seen(person: Person, names: Mapping[UUID, str], today: date) -> _Seen:
    """What is read of these people (key and name). One query."""
    covers = Cover.objects.filter(person_id__in=names, ends__gte=today).select_related("deputy")
    ends = Departure.objects.filter(person__in=names, done_at=None).select_related("successor")
    theirs, leaving, *seats = together(covers, ends, *seats_on(names, today))
    cover: dict[UUID, list[Cover]] = defaultdict(list)
    for row in theirs:
        cover[row.person_id].append(row)
    posts: dict[tuple[UUID, UUID], list[PostHolding]] = defaultdict(list)
    for held in seats[-1]:
        posts[held.user_id, held.post.agency_id].append(held)
    return _Seen(person, cover, {(row.agency_id, row.person_id): row for row in leaving}, people_on(names, *seats), posts)


def _by_place(rows: Iterable[Membership], seen: _Seen) -> list[Place]:
    """Grouped by agency, each person once in a group with all the roles they hold there; one's own place and line lead."""
    groups: dict[Agency | Partnership, dict[UUID, list[Membership]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        groups[row.agency or row.partnership][row.user_id].append(row)
    ordered = sorted(groups.items(), key=lambda item: (seen.person.id not in item[1], item[0].name))
    return [_place(place, people, seen) for place, people in ordered]


def _place(place: Agency | Partnership, people: dict[UUID, list[Membership]], seen: _Seen) -> Place:
    person = seen.person
    lines = [
        PersonLine(
            id=key,
            name=held[0].user.name,
            email=held[0].user.email,
            roles=", ".join(dict.fromkeys(_role_words(row) for row in held)),
            cover=tuple(row for row in seen.cover.get(key, ()) if place.pk in row.kept or not row.kept),
            endable=tuple((row.id, row.get_role_display()) for row in held if len(held) > 1 and _may_end(person, row)),
            may_leave=person.id != key and ends_all(person, place, held, seen.posts.get((key, place.pk), ())),
            may_cover=may_set_cover(person, seen.people[key]),
            changeable=tuple((row.id, row.get_role_display()) for row in held if _may_change(person, row)),
            leaving=seen.leaving.get((held[0].agency_id, key)),
        )
        for key, held in people.items()
    ]
    agency = place if isinstance(place, Agency) else None
    partnership_id = place.partnership_id if isinstance(place, Agency) else place.id
    may_add = bool(ceiling(person, partnership_id, agency.id if agency else None))
    return Place(place.name, agency.code if agency else "", may_add, tuple(sorted(lines, key=lambda line: (line.id != person.id, line.name))))


def _may_end(person: Person, row: Membership) -> bool:
    return may_grant(person, Role(row.role), partnership_id=row.partnership_id, agency_id=row.agency_id, to=row.user_id)


def _may_change(person: Person, row: Membership) -> bool:
    keeps = row.agency_id is not None and may_keep_agency(person, row.partnership_id, row.agency_id)
    return person.id != row.user_id and (keeps or _may_end(person, row))


def _role_words(row: Membership) -> str:
    return row.job_title or row.get_role_display()
