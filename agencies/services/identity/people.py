"""Who of a partnership has which second factor: for whoever keeps its accounts."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agencies.models import Authenticator, Membership, Partnership, Passkey
from agencies.roles import Role
from agencies.words import joined
from agencies.working_days import london


@dataclass(frozen=True, slots=True)
class FactorLine:
    """One person. `needs_one` where the partnership asks it of a role that they hold and they have none."""

    id: UUID
    name: str
    roles: str
    has: str
    needs_one: bool


def people_with_factors(partnership: Partnership, now: datetime) -> list[FactorLine]:
    """Everybody with a role in the partnership today, by name. Three queries."""
    rows = Membership.objects.on(london(now).date()).filter(partnership=partnership, user__is_active=True)
    held: dict[UUID, list[Membership]] = {}
    for row in rows.select_related("user").order_by("user__name", "role"):
        held.setdefault(row.user_id, []).append(row)
    apps = set(Authenticator.objects.filter(user__in=held).values_list("user_id", flat=True))
    keys = list(Passkey.objects.filter(user__in=held).values_list("user_id", flat=True))
    return [_line(mine, user_id in apps, keys.count(user_id), partnership) for user_id, mine in held.items()]


def _line(mine: list[Membership], app: bool, keys: int, partnership: Partnership) -> FactorLine:  # noqa: FBT001 - two facts of one person
    passkeys = ngettext("{n} passkey", "{n} passkeys", keys).format(n=keys)
    has = [words for words, is_so in ((_("authenticator app"), app), (passkeys, keys)) if is_so]
    roles = [Role(row.role) for row in mine]
    needs = any(role.value in partnership.second_factor_roles for role in roles)
    return FactorLine(mine[0].user_id, mine[0].user.name, ", ".join(dict.fromkeys(str(role.label) for role in roles)), joined(has), needs and not has)
