"""A person's roles, and who stands in for whom while they are away."""

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from django.db import models

from agencies.keys import new_key
from agencies.querysets import CoverQuerySet, MembershipQuerySet
from agencies.roles import AGENCY_ROLES, Role

from .agency import Agency
from .partnership import Partnership
from .user import User


class Membership(models.Model):
    """A role in an agency (agency set) or in the partnership itself (agency empty)."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    partnership = models.ForeignKey(Partnership, on_delete=models.CASCADE, related_name="memberships")
    agency = models.ForeignKey(Agency, on_delete=models.CASCADE, null=True, blank=True, related_name="memberships")
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=24, choices=Role)
    job_title = models.CharField(max_length=120, blank=True)
    supervisor = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="supervises")
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True, help_text="The last day of the role.")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["user__name", "role"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["agency", "user", "role"], condition=models.Q(agency__isnull=False), name="agency_role_once"),
            models.UniqueConstraint(fields=["partnership", "user", "role"], condition=models.Q(agency=None), name="partnership_role_once"),
            models.CheckConstraint(
                condition=models.Q(since=None) | models.Q(until=None) | models.Q(until__gte=models.F("since")),
                name="membership_ends_after_it_starts",
            ),
            # A role of an agency names its agency, a role of the partnership none: a chair "of the police" cannot be stored.
            models.CheckConstraint(
                condition=models.Q(agency__isnull=False, role__in=sorted(AGENCY_ROLES))
                | (models.Q(agency=None) & ~models.Q(role__in=sorted(AGENCY_ROLES))),
                name="membership_role_has_its_place",
            ),
            models.CheckConstraint(condition=~models.Q(user=models.F("supervisor")), name="membership_supervised_by_another"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class Cover(models.Model):
    """Dated cover: from the first to the last day, the deputy acts for the person in the places kept: those in which both sat when it was arranged.

    `places` are the keys of agencies, and of the partnership for roles of its own; empty, it hands over nothing.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="covers")
    deputy = models.ForeignKey(User, on_delete=models.CASCADE, related_name="covers_for")
    starts = models.DateField()
    ends = models.DateField(help_text="The last day of the cover.")
    places = models.JSONField(null=True, blank=True, editable=False)

    objects = CoverQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["starts"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(ends__gte=models.F("starts")), name="cover_ends_after_it_starts"),
            models.CheckConstraint(condition=~models.Q(person=models.F("deputy")), name="cover_by_someone_else"),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} for {self.person}, {self.starts} to {self.ends}"

    @property
    def kept(self) -> frozenset[UUID]:
        """The keys of the places that it was arranged for."""
        return frozenset(map(UUID, self.places or ()))

    @staticmethod
    def keeping(places: Iterable[UUID]) -> list[str]:
        """What `places` holds of these keys."""
        return sorted(map(str, places))
