"""Who holds what in some agencies on one day: read in five queries however many agencies there are, and kept until the directory changes."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from agencies.edition import kept_while_unchanged
from agencies.models import Agency, Cover, Membership, Post, PostHolding, User
from agencies.person import Person, assembled
from agencies.ready import Ready
from agencies.roles import HOLDER_ROLES

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Snapshot:
    """The rows of a directory in force on `today`: only active people and agencies, everything already joined in memory."""

    partnership_id: UUID
    today: date
    agencies: dict[UUID, Agency] = field(default_factory=dict)
    posts: dict[UUID, list[Post]] = field(default_factory=dict)
    holdings: dict[UUID, list[PostHolding]] = field(default_factory=dict)
    members: dict[UUID | None, list[Membership]] = field(default_factory=dict)
    covers: dict[UUID, list[Cover]] = field(default_factory=dict)

    @cached_property
    def people(self) -> dict[UUID, User]:
        """Everybody in the snapshot by key."""
        found = {row.user_id: row.user for rows in self.members.values() for row in rows}
        found |= {row.user_id: row.user for rows in self.holdings.values() for row in rows}
        return found | {cover.deputy_id: cover.deputy for covers in self.covers.values() for cover in covers}

    @cached_property
    def _roles_of(self) -> dict[UUID, list[Membership]]:
        return _group((row.user_id, row) for rows in self.members.values() for row in rows)

    @cached_property
    def _posts_of(self) -> dict[UUID, list[PostHolding]]:
        return _group((row.user_id, row) for rows in self.holdings.values() for row in rows)

    @cached_property
    def _covered_by(self) -> dict[UUID, list[Cover]]:
        return _group((cover.deputy_id, cover) for covers in self.covers.values() for cover in covers)

    def person(self, user_id: UUID) -> Person | None:
        """The person as the policies see them, as far as the loaded agencies and the partnership go; None for a stranger to them."""
        user = self.people.get(user_id)
        if user is None:
            return None
        covers = self._covered_by.get(user_id, [])
        whose = dict.fromkeys([user_id, *(cover.person_id for cover in covers)])
        roles = [row for key in whose for row in self._roles_of.get(key, [])]
        posts = [row for key in whose for row in self._posts_of.get(key, [])]
        person = assembled(user_id, user.name, roles, posts, covers)
        acts_for = frozenset(row.id for row in self.agencies.values() if row.acting_agency_id in person.agency_ids)
        return replace(person, acts_for=acts_for) if acts_for else person

    def people_of(self, agency_id: UUID) -> frozenset[UUID]:
        """Everybody who has a role or holds a post in the agency, and whoever covers there for one of them."""
        found = {row.user_id for row in self.members.get(agency_id, ())}
        found |= {row.user_id for post in self.posts.get(agency_id, ()) for row in self.holdings.get(post.id, ())}
        return frozenset(found | {cover.deputy_id for user in found for cover in self.covers.get(user, ()) if agency_id in cover.kept})

    def supervisors_of(self, user_id: UUID | None, agency_id: UUID) -> tuple[UUID, ...]:
        """Who supervises the person in the agency, of those who sit there today: whoever has left supervises nobody there, wherever they are now."""
        rows = self.members.get(agency_id, [])
        seated = {row.user_id for row in rows} | {row.user_id for post in self.posts.get(agency_id, ()) for row in self.holdings.get(post.id, ())}
        return tuple(row.supervisor_id for row in rows if row.user_id == user_id and row.supervisor_id in seated)

    def heads(self, user_id: UUID, agency_id: UUID) -> bool:
        """Whether the person has a role above practitioner in the agency, or a post there: whoever lost both takes nothing new from those whom they
        supervised (`people.supervisors_in` asks it of whoever is named as own manager)."""
        posted = (row.user_id for post in self.posts.get(agency_id, ()) for row in self.holdings.get(post.id, ()))
        return user_id in {row.user_id for row in self.members.get(agency_id, ()) if row.role in HOLDER_ROLES} | set(posted)

    def cover_of(self, user_id: UUID, agency_id: UUID | None) -> Cover | None:
        """The cover by which somebody acts for the person today in the agency (None: in the partnership itself); of two the one entered first."""
        place = agency_id or self.partnership_id
        for cover in self.covers.get(user_id, ()):  # No generator: a sweep asks of everybody to whom it writes.
            if self._acts(cover, place):
                return cover
        return None

    def _acts(self, cover: Cover, place: UUID) -> bool:
        deputy = self.person(cover.deputy_id) if place in cover.kept else None
        return deputy is not None and (cover.person_id, place) in deputy.covered


def load_snapshot(partnership_id: UUID, agency_ids: Collection[UUID], today: date, *, edition: str | None = None) -> Snapshot:
    """The agencies named, those that act for them, and the partnership's own people, on a London date.

    One query where it was read before and nobody has changed the directory since, else six; one less where its `edition` was asked for already.
    Its rows are shared: nobody writes to them.
    """
    return _read.of(edition, partnership_id, frozenset(agency_ids), today)


def _agencies(partnership_id: UUID, *wanted: UUID) -> QuerySet[Agency]:
    named = Q(id__in=wanted) | Q(acts_for__id__in=wanted)
    return Agency.objects.active().filter(named, partnership_id=partnership_id).select_related("partnership").distinct()


def _members(today: date, partnership_id: UUID, *agencies: UUID) -> QuerySet[Membership]:
    places = Q(agency_id__in=agencies) | Q(agency=None, partnership_id=partnership_id)
    return Membership.objects.on(today).filter(places, user__is_active=True).select_related("user")


def _covers(today: date, partnership_id: UUID) -> QuerySet[Cover]:
    """Asked of each of the few covers that run today, not of everybody in the partnership."""
    by_role = Membership.objects.filter(partnership_id=partnership_id, user_id=OuterRef("person_id"))
    by_post = PostHolding.objects.filter(post__agency__partnership_id=partnership_id, user_id=OuterRef("person_id"))
    away = Cover.objects.on(today).filter(Exists(by_role) | Exists(by_post))
    return away.select_related("person", "deputy").order_by("starts", "id")


_AGENCIES: Ready[Agency] = Ready(_agencies)
_POSTS: Ready[Post] = Ready(lambda *agencies: Post.objects.filter(agency_id__in=agencies).select_related("level"))
_HOLDINGS: Ready[PostHolding] = Ready(
    lambda today, *agencies: PostHolding.objects.on(today).filter(post__agency_id__in=agencies, user__is_active=True).select_related("user")
)
_MEMBERS: Ready[Membership] = Ready(_members)
_COVERS: Ready[Cover] = Ready(_covers)


@kept_while_unchanged(64)
def _read(partnership_id: UUID, agency_ids: frozenset[UUID], today: date) -> Snapshot:
    agencies = {row.id: row for row in _AGENCIES(partnership_id, *agency_ids)} if agency_ids else {}
    posts = _POSTS(*agencies) if agencies else []
    by_key = {row.id: row for row in posts}
    for post in posts:
        post.agency = agencies[post.agency_id]
    holdings = _HOLDINGS(today, *agencies) if agencies else []
    holdings.sort(key=lambda row: (row.rank, *_entered(row.id, row.user.name)))
    for held in holdings:
        held.post = by_key[held.post_id]
    members = sorted(_MEMBERS(today, partnership_id, *agencies), key=lambda row: _entered(row.id, row.user.name))
    return Snapshot(
        partnership_id=partnership_id,
        today=today,
        agencies=agencies,
        posts=_group((row.agency_id, row) for row in sorted(posts, key=_post_order)),
        holdings=_group((row.post_id, row) for row in holdings),
        members=_group((row.agency_id, row) for row in members),
        covers=_group((row.person_id, row) for row in _COVERS(today, partnership_id)),
    )


def _post_order(post: Post) -> tuple[int, bool, bool, str]:
    """Lowest level first; in a level what is certain before what is not, safeguarding leads first, then by title."""
    return (post.level.number if post.level else 0, post.is_uncertain, not post.is_lead, post.title)


def _entered(key: UUID, name: str) -> tuple[int, str, UUID]:
    """In the order of entry; those entered in the same millisecond (the first 48 bits of a key) by name."""
    return (key.int >> 80, name, key)


def _group(pairs: Iterable[tuple[_Key, _Value]]) -> dict[_Key, list[_Value]]:
    grouped: dict[_Key, list[_Value]] = defaultdict(list)
    for key, value in pairs:
        grouped[key].append(value)
    return dict(grouped)
