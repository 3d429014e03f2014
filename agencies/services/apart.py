"""The business unit keeps somebody who sits in no agency: what is kept from an agency's people would else be nobody's of the unit to see to."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from agencies.errors import InvalidInput
from agencies.models import Agency, Membership, Partnership, PostHolding, User
from agencies.policy import UNIT_LENDS
from agencies.querysets import in_force


def officers(users: Collection[UUID], partnership_id: UUID, today: date) -> set[UUID]:
    """Those of the people who sit in the business unit or the chair today, or were put out of it today. One query."""
    was = in_force(today) | Q(until=today - timedelta(days=1))
    rows = Membership.objects.filter(was, user__in=users, partnership=partnership_id, agency=None, role__in=UNIT_LENDS)
    return set(rows.values_list("user", flat=True))


def closed_to_unit(partnership_id: UUID, today: date) -> frozenset[UUID]:
    """The agencies in which everybody of the business unit sits today; every agency where nobody is left in it. Three queries at most."""
    unit = set(Membership.objects.in_unit(partnership_id, today).values_list("user", flat=True))
    if not unit:
        return frozenset(Agency.objects.filter(partnership=partnership_id).values_list("pk", flat=True))
    seats: defaultdict[UUID, set[UUID]] = defaultdict(set)
    rows = Membership.objects.on(today).filter(user__in=unit, agency__partnership=partnership_id).values_list("user", "agency")
    held = PostHolding.objects.on(today).filter(user__in=unit, post__agency__partnership=partnership_id).values_list("user", "post__agency")
    for user, agency in (*rows, *held):
        seats[agency].add(user)
    return frozenset(agency for agency, there in seats.items() if there == unit)


@contextmanager
def unit_stays_apart(actor: User | None, partnership: Partnership, today: date) -> Iterator[None]:
    """What is done within it, by somebody, leaves in the business unit one person at least who does not sit in an agency, for each agency for which
    there was one. Raises InvalidInput, and says what to do first. The command line is trusted with everything."""
    before = closed_to_unit(partnership.pk, today) if actor is not None else frozenset()
    yield
    if actor is None or not (closed := closed_to_unit(partnership.pk, today) - before):
        return
    if not Membership.objects.in_unit(partnership.pk, today).exists():
        raise InvalidInput(gettext("Nobody would be left in the business unit. Give somebody else a role in it first."))
    names = Agency.objects.filter(pk__in=closed).order_by("name").values_list("name", flat=True)
    words = gettext(
        "Everybody of the business unit would then sit in {agency}, and what is kept from its people would be nobody’s of the unit to see to. "
        "Give somebody from elsewhere a role in the unit first."
    )
    raise InvalidInput(words.format(agency=", ".join(names)))
