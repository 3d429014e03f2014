"""The business unit keeps somebody who sits in no agency: what is kept from an agency's people would else be nobody's of the unit to see to."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from agencies.edition import hold_still
from agencies.errors import InvalidInput
from agencies.models import Agency, Membership, Partnership, PostHolding, User
from agencies.policy import UNIT_LENDS
from agencies.roles import UNIT_ROLES


def officers(users: Collection[UUID], partnership_id: UUID, today: date) -> set[UUID]:
    """Those of the people who sit in the business unit or the chair today or from a later day on, or were put out of it today. One query."""
    lasts = Q(until=None) | Q(until__gte=today - timedelta(days=1))
    rows = Membership.objects.filter(lasts, user__in=users, partnership=partnership_id, agency=None, role__in=UNIT_LENDS)
    return set(rows.values_list("user", flat=True))


@dataclass(frozen=True, slots=True)
class _Seat:
    """Somebody's time in the business unit (`agency` None) or in an agency; None is open."""

    user: UUID
    agency: UUID | None
    since: date | None
    until: date | None

    def is_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or self.until >= day)


@dataclass(frozen=True, slots=True)
class _Seating:
    """Who sits in the business unit from a day on, and in which agencies those people sit."""

    unit: tuple[_Seat, ...]
    agencies: tuple[_Seat, ...] = ()

    def without(self, user: UUID) -> "_Seating":
        """The same where this person's account is closed."""
        return replace(self, unit=tuple(seat for seat in self.unit if seat.user != user))

    def unit_on(self, day: date) -> set[UUID]:
        return {seat.user for seat in self.unit if seat.is_on(day)}

    def closed_on(self, day: date) -> set[UUID]:
        """The agencies in which everybody of the unit sits; none where nobody is in it."""
        unit, there = self.unit_on(day), defaultdict[UUID, set[UUID]](set)
        for seat in self.agencies:
            if seat.agency is not None and seat.user in unit and seat.is_on(day):
                there[seat.agency].add(seat.user)
        return {agency for agency, users in there.items() if users == unit}

    def turns(self) -> set[date]:
        """The days on which it becomes another."""
        seats = (*self.unit, *self.agencies)
        return {seat.since for seat in seats if seat.since} | {seat.until + timedelta(days=1) for seat in seats if seat.until}


def _seating(partnership_id: UUID, today: date) -> _Seating:
    """As it stands today and as it is planned. Three queries at most."""
    lasts = Q(until=None) | Q(until__gte=today)
    rows = Membership.objects.filter(lasts, agency=None, role__in=UNIT_ROLES, partnership=partnership_id, user__is_active=True)
    unit = tuple(_Seat(*row) for row in rows.values_list("user", "agency", "since", "until"))
    if not unit:
        return _Seating(())
    users = {seat.user for seat in unit}
    roles = Membership.objects.filter(lasts, user__in=users, agency__partnership=partnership_id)
    held = PostHolding.objects.filter(lasts, user__in=users, post__agency__partnership=partnership_id)
    found = (*roles.values_list("user", "agency", "since", "until"), *held.values_list("user", "post__agency", "since", "until"))
    return _Seating(unit, tuple(_Seat(*row) for row in found))


def closed_to_unit(partnership_id: UUID, today: date) -> frozenset[UUID]:
    """The agencies in which everybody of the business unit sits that day; every agency where nobody is left in it. Three queries at most."""
    seating = _seating(partnership_id, today)
    if not seating.unit_on(today):
        return frozenset(Agency.objects.filter(partnership=partnership_id).values_list("pk", flat=True))
    return frozenset(seating.closed_on(today))


@contextmanager
def unit_stays_apart(actor: User | None, partnership: Partnership, today: date) -> Iterator[None]:
    """What is done within it, by somebody, leaves in the business unit one person at least who does not sit in an agency, for each agency for which
    there was one: today, and on each later day on which a role or post begins or is over by then. Raises InvalidInput, and says what to do first. The
    command line is trusted with everything. Of two at once the second waits with its first write for the first's commit, and is held against both."""
    if actor is None:
        yield
        return
    before = _seating(partnership.pk, today)
    yield
    _refuse(before, _seating(partnership.pk, today), today)


def check_closing(user: User, partnerships: Iterable[UUID], today: date) -> None:
    """Raises InvalidInput where the end of this account would leave nobody of the business unit apart, as `unit_stays_apart`. Inside the transaction
    that closes it: the directory waits for that, or two who close the last two at once would each find the other still there."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    hold_still()
    for key in partnerships:
        seating = _seating(key, today)
        _refuse(seating, seating.without(user.pk), today)


def _refuse(before: _Seating, after: _Seating, today: date) -> None:
    for day in sorted({today} | {turn for turn in before.turns() | after.turns() if turn > today}):
        if not before.unit_on(day):
            continue  # Nobody was there for any agency.
        if not after.unit_on(day):
            raise InvalidInput(gettext("Nobody would be left in the business unit. Give somebody else a role in it first."))
        if closed := after.closed_on(day) - before.closed_on(day):
            raise InvalidInput(_everybody_in(closed))


def _everybody_in(agencies: Collection[UUID]) -> str:
    names = Agency.objects.filter(pk__in=agencies).order_by("name").values_list("name", flat=True)
    words = gettext(
        "Everybody of the business unit would then sit in {agency}, and what is kept from its people would be nobody’s of the unit to see to. "
        "Give somebody from elsewhere a role in the unit first."
    )
    return words.format(agency=", ".join(names))
