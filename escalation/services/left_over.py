"""What somebody can hold no longer goes to whoever can: their last role, or the one for which they held it, has ended, by its date or by hand.

Looked for anew with each run, so that nothing stays behind for good: what failed, what was given meanwhile, and what was interrupted.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from agencies.gone import unseated_lately, who_may_be_gone
from agencies.models import Departure, Membership, Partnership, PostHolding, User
from agencies.person import Person, person_of
from agencies.services.departures import due_departures
from agencies.working_days import london
from escalation.models import Party
from escalation.services.held import HeldKind, Left, left_behind, left_by, left_in
from escalation.services.moving import LEFT, Leaving, move_each

# What is held in whichever agency of the disagreement its owner sits.
OF_ANY_AGENCY = frozenset({HeldKind.LEARNING, HeldKind.PLAN})
ENDED = "The role for which this was held has ended."


def pass_on_left(now: datetime, *, of_all: bool = False) -> int:
    """Move all that is held by somebody who can hold it no longer, to the successor who was named when they left, else as the directory suggests;
    where nobody can take it, the business unit is asked. Gives the number of disagreements that moved. Safe to run late, twice or at once.

    Looked for by the people of whom the directory says that they may be gone, and in agencies in which people lately lost their seats; with `of_all`
    among everything that is open, whoever holds it.
    Each disagreement by itself: one that fails stays, is told, and is tried again with the next run. What a departure whose last day is over has
    still to move waits for it. Where that day is ahead, and they can act no longer now, nothing waits: whoever was named takes it over today.
    """
    today = london(now).date()
    found = left_behind(None, today) if of_all else _left_lately(today)
    if not found:
        return 0
    users = User.objects.in_bulk({item.holder_id for item in found})
    people = {key: person_of(user, today) for key, user in users.items()}
    items: defaultdict[tuple[UUID, UUID, UUID | None], list[Left]] = defaultdict(list)
    for item in _placed(found):
        if not _is_theirs(item, people[item.holder_id]):
            items[(item.holder_id, item.partnership_id, item.agency_id)].append(item)
    due = set(due_departures(now).filter(person__in=users).values_list("person", "partnership", "agency"))
    ahead = dict(Partnership.objects.filter(ahead__gt=timedelta()).values_list("pk", "ahead"))
    moved = 0
    for (person, place, agency), held in items.items():
        if (person, place, agency) not in due:
            moved += move_each(_leaving(users[person], place, agency, today), held, now=now + ahead.get(place, timedelta()))
    return moved


def _left_lately(today: date) -> list[Left]:
    """What is found without looking through everything, each once."""
    return list(dict.fromkeys([*left_by(who_may_be_gone(today), today), *left_in(unseated_lately(today), today)]))


def _placed(found: list[Left]) -> Iterator[Left]:
    """A learning point and a plan with the agency, of those in its disagreement, in which its owner had a place: whoever holds it there takes it
    over. Where they had none, it stays where it was found."""
    owners = {item.holder_id for item in found if item.kind in OF_ANY_AGENCY}
    sat = set(Membership.objects.filter(user__in=owners, agency__isnull=False).values_list("user", "agency")) if owners else set()
    sat |= set(PostHolding.objects.filter(user__in=owners).values_list("user", "post__agency")) if owners else set()
    parties: defaultdict[UUID, list[Party]] = defaultdict(list)
    known = Party.objects.filter(dispute__in={item.dispute_id for item in found}).select_related("agency").order_by("side", "pk")
    for row in known if owners else ():
        parties[row.dispute_id].append(row)
    for item in found:
        there = (row.agency_id for row in parties[item.dispute_id] if {(item.holder_id, key) for key in _seats_for(row)} & sat)
        yield replace(item, agency_id=next(there, item.agency_id)) if item.kind in OF_ANY_AGENCY else item


def _seats_for(party: Party) -> tuple[UUID | None, UUID | None]:
    """The agency and the one that acts for it: a seat in either is one there."""
    return (party.agency_id, party.agency.acting_agency_id)


def _is_theirs(item: Left, person: Person) -> bool:
    """Can this person hold it still, by what the rows do not tell: a seat lent by cover?"""
    lent = any(seat.role in item.roles and seat.agency_id is None and seat.partnership_id == item.partnership_id for seat in person.seats)
    return lent or (item.kind is not HeldKind.LEARNING and item.agency_id in person.seated_for)


def _leaving(user: User, partnership: UUID, agency: UUID | None, today: date) -> Leaving:
    """With the successor and whoever named them, where the seat that they had there last ended with a departure, or before the day planned for it."""
    named = Departure.objects.filter(person=user, partnership=partnership, agency=agency)
    # A closed account ends what its rows call in force.
    over = Q(until__lt=today) if user.is_active else Q(since=None) | Q(since__lte=today)
    # Who came back and leaves anew leaves nothing to the successor of the time before.
    later = over & (Q(until=None) | Q(until__gt=OuterRef("last_day")))
    roles = Membership.objects.filter(later, user=user, partnership=partnership, agency=agency)
    posts = PostHolding.objects.filter(later, user=user, post__agency=agency)
    last = named.filter(~Exists(roles), ~Exists(posts)).select_related("planned_by").order_by("planned_at").last()
    planned_by, successor = (last.planned_by, last.successor_id) if last else (None, None)
    return Leaving(user.pk, agency, planned_by, successor, why=ENDED if user.is_active else LEFT)
