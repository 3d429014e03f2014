"""Who must have a second factor: asked wherever somebody comes in, by a page or by a program."""

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.conf import settings

from agencies.edition import kept_while_unchanged
from agencies.models import Partnership, User
from agencies.person import Person, person_of
from agencies.working_days import london


def is_required(user: User, now: datetime, *, edition: str | None = None) -> bool:
    """Whether the person must have a second factor today, by the rule of any partnership in which they sit. No query where the directory's `edition`
    was asked for already, but after a change of it."""
    person = person_of(user, london(now).date(), edition=edition)
    return is_asked_of(user, person, _rules.of(edition, frozenset(person.partnership_ids)))


@kept_while_unchanged(256)
def _rules(partnerships: frozenset[UUID]) -> dict[UUID, list[str]]:
    """The roles that need one, by partnership."""
    return dict(Partnership.objects.filter(pk__in=partnerships).values_list("pk", "second_factor_roles"))


def is_asked_of(user: User, person: Person, rules: Mapping[UUID, Collection[str]]) -> bool:
    """Whether a seat of the person, be it by role, by post or by cover, needs one by the rules given by partnership; of keepers of the installation,
    by setting."""
    if user.is_staff and settings.CONCORD_STAFF_NEED_SECOND_FACTOR:
        return True
    return any(seat.role.value in rules.get(seat.partnership_id, ()) for seat in person.seats)
