"""Who of a partnership has which second factor: for whoever keeps its accounts."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Agency, Authenticator, Partnership, Passkey, User
from agencies.person import Person
from agencies.required import is_asked_of
from agencies.roles import Role
from agencies.snapshot import load_snapshot
from agencies.words import joined
from agencies.working_days import london


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One person. `needs_one` where the partnership asks it of a role that they have, by a post or cover too, and they have none."""

    id: UUID
    name: str
    email: str
    roles: str
    has: str
    needs_one: bool


def people_with_factors(partnership: Partnership, now: datetime) -> list[FactorLine]:
    """Everybody who sits in the partnership today, by role, by post or by cover, by name. At most ten queries."""
    agencies = Agency.objects.active().filter(partnership=partnership).values_list("pk", flat=True)
    known = load_snapshot(partnership.pk, list(agencies), london(now).date())
    seated = [(user, person) for key, user in known.people.items() if (person := known.person(key)) is not None and person.seats]
    seated.sort(key=lambda pair: (pair[0].name, pair[0].pk))
    users = [user.pk for user, _person in seated]
    apps = set(Authenticator.objects.filter(user__in=users).values_list("user_id", flat=True))
    keys = Counter(Passkey.objects.filter(user__in=users).values_list("user_id", flat=True))
    return [_line(user, person, partnership, app=user.pk in apps, keys=keys[user.pk]) for user, person in seated]


def _line(user: User, person: Person, partnership: Partnership, *, app: bool, keys: int) -> FactorLine:
    passkeys = ngettext("{n} passkey", "{n} passkeys", keys).format(n=keys)
    has = [words for words, is_so in ((_("authenticator app"), app), (passkeys, keys)) if is_so]
    roles = dict.fromkeys(str(role.label) for role in Role if role in {seat.role for seat in person.seats})
    needs = is_asked_of(user, person, {partnership.pk: partnership.second_factor_roles})
    return FactorLine(user.pk, user.name, user.email, ", ".join(roles), joined(has), needs and not has)
