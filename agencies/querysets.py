"""Questions asked of the directory's tables. Days are London dates; both ends of a period belong to it."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Self, TypeVar
from uuid import UUID

from django.db import models
from django.db.models import Q

from agencies.roles import UNIT_ROLES, Role

if TYPE_CHECKING:
    from agencies.models import Agency, Cover, Membership, Post, PostHolding, User  # noqa: F401 - named in the bases' quoted arguments

# Posts below it are reached through their managers.
FIRST_LEVEL_WITH_A_CONTACT = 2
_Row = TypeVar("_Row", bound=models.Model)


def in_force(today: date, *, prefix: str = "") -> Q:
    """The rows whose `since` and `until` (either may be open) include the day; `prefix` is the path to the row, such as "memberships__"."""
    began = Q(**{f"{prefix}since__isnull": True}) | Q(**{f"{prefix}since__lte": today})
    lasts = Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gte": today})
    return began & lasts


def not_over(today: date) -> Q:
    """The rows that are in force on the day, or begin on a later one."""
    return in_force(today) | Q(since__gt=today)


class _Dated(models.QuerySet[_Row]):
    """Rows with a `since` and an `until`."""

    def on(self, today: date) -> Self:
        """Those in force on the day."""
        return self.filter(in_force(today))


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def active(self) -> Self:
        """Those who may sign in."""
        return self.filter(is_active=True)

    def members_of(self, agency_id: UUID, today: date) -> Self:
        """Those with any role in the agency on the day, each once, by name."""
        return self.filter(in_force(today, prefix="memberships__"), memberships__agency_id=agency_id).distinct().order_by("name")

    def ever_in(self, partnership_id: UUID) -> Self:
        """Those who hold or held a role or a post in the partnership, each once."""
        here = Q(memberships__partnership_id=partnership_id) | Q(holdings__post__agency__partnership_id=partnership_id)
        return self.filter(here).distinct()

    def with_role(self, partnership_id: UUID, role: Role, today: date) -> Self:
        """Active people who hold the role in the partnership or in any of its agencies on the day."""
        held = Q(memberships__partnership_id=partnership_id, memberships__role=role)
        return self.active().filter(held & in_force(today, prefix="memberships__")).distinct().order_by("name")


class AgencyQuerySet(models.QuerySet["Agency"]):
    """Agencies."""

    def active(self) -> Self:
        """Those that can still raise or receive."""
        return self.filter(is_active=True)

    def of(self, partnership_ids: Collection[UUID]) -> Self:
        """Those of the partnerships."""
        return self.filter(partnership_id__in=partnership_ids)


def wants_a_contact(prefix: str = "") -> Q:
    """Of posts: those that others must be able to reach, from level 2 up or outside the levels."""
    return Q(**{f"{prefix}level": None}) | Q(**{f"{prefix}level__number__gte": FIRST_LEVEL_WITH_A_CONTACT})


class PostQuerySet(models.QuerySet["Post"]):
    """Posts."""

    def stale(self, oldest: date) -> Self:
        """Those whose contact nobody has confirmed on this day or since."""
        return self.filter(Q(confirmed_on__isnull=True) | Q(confirmed_on__lt=oldest))

    def cells(self, partnership_id: UUID) -> Self:
        """What the matrix shows: every post at a level in an active agency, with its agency and level."""
        return self.filter(agency__partnership_id=partnership_id, agency__is_active=True, level__isnull=False).select_related("agency", "level")


class HoldingQuerySet(_Dated["PostHolding"]):
    """People in posts."""

    def holders_of(self, agency_id: UUID, level: int, today: date) -> Self:
        """Who is in a post of this level in the agency on the day, holders before deputies; inactive accounts are left out."""
        return self.on(today).filter(post__agency_id=agency_id, post__level__number=level, user__is_active=True).select_related("user", "post")


class MembershipQuerySet(_Dated["Membership"]):
    """Roles."""

    def with_role(self, *roles: Role) -> Self:
        """Those of any of the roles."""
        return self.filter(role__in=roles)

    def of_partnership(self) -> Self:
        """The roles that belong to the partnership itself, not to an agency."""
        return self.filter(agency=None)

    def in_unit(self, partnership_id: UUID, today: date) -> Self:
        """The roles in the partnership's business unit on the day, of people who may sign in."""
        return self.on(today).of_partnership().with_role(*UNIT_ROLES).filter(partnership=partnership_id, user__is_active=True)


class CoverQuerySet(models.QuerySet["Cover"]):
    """Dated cover."""

    def on(self, today: date) -> Self:
        """Cover that is running on the day, by a deputy who may sign in."""
        return self.filter(starts__lte=today, ends__gte=today, deputy__is_active=True)

    def overlapping(self, person_id: UUID, starts: date, ends: date) -> Self:
        """Cover of the person that shares a day with the period."""
        return self.filter(person_id=person_id, starts__lte=ends, ends__gte=starts)
