"""Where people sit: the agencies, and the partnership itself, in which they hold a role or a post of their own. What they hold for others is none."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID

from agencies.models import Agency, DirectoryEvent, Membership, Partnership, PostHolding
from agencies.working_days import instant, london


class Place(NamedTuple):
    """An agency of a partnership, or the partnership itself where there is none."""

    partnership_id: UUID
    agency_id: UUID | None

    @property
    def key(self) -> UUID:
        """The key of the agency, else of the partnership."""
        return self.agency_id or self.partnership_id


def shared(one: UUID, other: UUID, day: date) -> frozenset[Place]:
    """The active places in which both of two people sit on a London date. Two queries."""
    found = _seats((one, other), day)
    return frozenset(found[one] & found[other])


def beside(user_id: UUID, day: date) -> dict[UUID, frozenset[Place]]:
    """Everybody else with an open account who sits where the person sits on a London date, with the places that they share. Four queries."""
    own = _seats((user_id,), day)[user_id]
    agencies = [place.agency_id for place in own if place.agency_id]
    partnerships = [place.partnership_id for place in own if not place.agency_id]
    roles = Membership.objects.on(day).filter(user__is_active=True)
    roles = roles.filter(agency__in=agencies) | roles.filter(agency=None, partnership__in=partnerships)
    posts = PostHolding.objects.on(day).filter(user__is_active=True, post__agency__in=agencies)
    found: dict[UUID, set[Place]] = defaultdict(set)
    for who, *place in roles.values_list("user_id", "partnership_id", "agency_id"):
        found[who].add(Place(*place))
    for who, *place in posts.values_list("user_id", "post__agency__partnership_id", "post__agency_id"):
        found[who].add(Place(*place))
    return {who: frozenset(places) for who, places in found.items() if who != user_id}


class Spell(NamedTuple):
    """One role or post: its agency (None: the partnership itself), its first and its last day."""

    agency_id: UUID | None
    since: date | None
    until: date | None


@dataclass(frozen=True)
class Sat:
    """Where people sit or sat in one partnership, and when somebody's place there was changed: asked without a query."""

    spells: dict[UUID, list[Spell]] = field(default_factory=dict)
    changes: dict[tuple[UUID, UUID | None], list[datetime]] = field(default_factory=dict)

    def ever(self, user_id: UUID) -> frozenset[UUID | None]:
        """The agencies of this partnership in which the person sits or sat; None among them stands for the partnership itself."""
        return frozenset(spell.agency_id for spell in self.spells.get(user_id, ()))

    def at(self, user_id: UUID, moment: datetime) -> frozenset[UUID | None]:
        """Those in which the person sat at the moment; where the directory knows of none for it, all in which they ever did."""
        found = frozenset(spell.agency_id for spell in self.spells.get(user_id, ()) if self._holds(user_id, spell, moment))
        return found or self.ever(user_id)

    def _holds(self, user_id: UUID, spell: Spell, moment: datetime) -> bool:
        """A day is a role's smallest measure, and one that ends at once has yesterday for its last: what was so at an hour of the day on which it was
        given or taken, the directory's record says."""
        day = london(moment).date()
        lines = [at for at in self.changes.get((user_id, spell.agency_id), ()) if london(at).date() == day]
        if spell.until is not None and day > spell.until:
            return day == spell.until + timedelta(days=1) and any(at > moment for at in lines)
        if spell.since == day:
            return not lines or min(lines) <= moment
        return spell.since is None or spell.since < day


def sat(partnership_id: UUID, first: datetime, last: datetime, *, users: Collection[UUID] | None = None) -> Sat:
    """Where these people (None: everybody) sit or sat in the partnership, to be asked for moments from the first to the last. Three queries."""
    roles = Membership.objects.filter(partnership=partnership_id)
    posts = PostHolding.objects.filter(post__agency__partnership=partnership_id)
    lines = DirectoryEvent.objects.filter(
        partnership=partnership_id,
        whom__isnull=False,
        recorded_at__gte=instant(london(first).date(), time(0)),
        recorded_at__lt=instant(london(last).date() + timedelta(days=1), time(0)),
    )
    if users is not None:
        roles, posts, lines = roles.filter(user__in=users), posts.filter(user__in=users), lines.filter(whom__in=users)
    spells: dict[UUID, list[Spell]] = defaultdict(list)
    for who, agency, since, until in roles.values_list("user_id", "agency_id", "since", "until"):
        spells[who].append(Spell(agency, since, until))
    for who, agency, since, until in posts.values_list("user_id", "post__agency_id", "since", "until"):
        spells[who].append(Spell(agency, since, until))
    changes: dict[tuple[UUID, UUID | None], list[datetime]] = defaultdict(list)
    for whom, where, at in lines.values_list("whom_id", "agency_id", "recorded_at"):
        if whom is not None:
            changes[whom, where].append(at)
    return Sat(dict(spells), dict(changes))


def names_of(keys: Collection[UUID]) -> dict[UUID, str]:
    """The names of places by their keys, in alphabetical order. Two queries."""
    found = [*Agency.objects.filter(pk__in=keys).values_list("pk", "name"), *Partnership.objects.filter(pk__in=keys).values_list("pk", "name")]
    return dict(sorted(found, key=lambda pair: pair[1]))


def _seats(users: Collection[UUID], day: date) -> dict[UUID, set[Place]]:
    found: dict[UUID, set[Place]] = defaultdict(set)
    roles = Membership.objects.on(day).filter(user__in=users)
    for who, partnership, agency, active in roles.values_list("user_id", "partnership_id", "agency_id", "agency__is_active"):
        if agency is None or active:
            found[who].add(Place(partnership, agency))
    posts = PostHolding.objects.on(day).filter(user__in=users, post__agency__is_active=True)
    for who, *place in posts.values_list("user_id", "post__agency__partnership_id", "post__agency_id"):
        found[who].add(Place(*place))
    return found
