"""Where people sit: the agencies, and the partnership itself, in which they hold a role or a post of their own. What they hold for others is none."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from agencies.models import Agency, Membership, Partnership, PostHolding


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
