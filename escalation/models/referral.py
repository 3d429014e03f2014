"""The matter before the partnership: referral, route, panel."""

from typing import ClassVar
from uuid import UUID

from django.db import models

from agencies.keys import new_key
from agencies.models import Agency, User
from escalation.states import Force, Route

from .dispute import Dispute
from .stage_run import StageRun


class Referral(models.Model):
    """A disagreement before the chair: acknowledged with a timetable, then a route, then a decision or a mediated agreement."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="referrals")
    run = models.OneToOneField(StageRun, on_delete=models.CASCADE, related_name="referral")
    referred_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    chair = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    referred_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    resolve_by = models.DateTimeField(null=True, blank=True)
    route = models.CharField(max_length=12, choices=Route, blank=True)
    force = models.CharField(max_length=12, choices=Force, blank=True)
    route_at = models.DateTimeField(null=True, blank=True)
    mediator = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            # The board's figure of what waits for the chair, and what is still before somebody who may be gone: few among all that ever came there.
            models.Index(fields=["dispute"], condition=models.Q(acknowledged_at=None), name="referral_unacknowledged"),
            models.Index(fields=["chair"], condition=models.Q(decided_at=None, chair__isnull=False), name="open_referral_by_chair"),
            models.Index(fields=["mediator"], condition=models.Q(decided_at=None, mediator__isnull=False), name="open_referral_by_mediator"),
        ]

    def __str__(self) -> str:
        return f"Referral of {self.dispute_id}"

    @property
    def deciding_id(self) -> UUID | None:
        """Who records what comes of it (a key): the mediator while there is one, else the chair."""
        return self.mediator_id or self.chair_id


class Panel(models.Model):
    """A resolution panel."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="panels")
    meets_at = models.DateTimeField()
    place = models.CharField(max_length=160, blank=True)
    convened_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Panel of {self.meets_at:%Y-%m-%d}"


class PanelMember(models.Model):
    """A member of a panel, for an agency, with declared interests."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    panel = models.ForeignKey(Panel, on_delete=models.CASCADE, related_name="members", db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="panel_seats")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    is_chair = models.BooleanField(default=False)
    is_party = models.BooleanField(default=False)
    attends = models.BooleanField(null=True, blank=True, help_text="The member's answer to the invitation.")
    interest = models.CharField(max_length=200, blank=True)
    declared_at = models.DateTimeField(null=True, blank=True)
    has_conflict = models.BooleanField(default=False, help_text="The declared interest keeps the member from hearing it.")
    gone_at = models.DateTimeField(null=True, blank=True, help_text="When the member left where they sat, and nobody had taken the place.")
    left_at = models.DateTimeField(null=True, blank=True, help_text="When somebody else took the place, or another panel was convened.")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["panel", "user"], name="panel_member_once")]
        indexes: ClassVar = [models.Index(fields=["user"], condition=models.Q(left_at=None, gone_at=None), name="seat_on_panel_by_user")]

    def __str__(self) -> str:
        return f"{self.user_id} on the panel"

    @property
    def is_to_be_replaced(self) -> bool:
        """Whether somebody else has to take the place before the panel decides: the member has a conflict, or has left."""
        return self.has_conflict or self.gone_at is not None
