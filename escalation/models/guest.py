"""Somebody without an account who was asked to answer one request, and the door that a one-time code opens for them."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext

from agencies.keys import new_key, new_link
from agencies.models import Agency, User
from agencies.rows import QuickRow
from escalation.querysets import GuestQuerySet

from .dispute import Dispute


class Guest(QuickRow):
    """An invitation to answer for an agency, once. The request names its guest; what the guest does stands on the record under this key.

    A guest is no account: nothing but `services/guest_door` lets one in, and only to their own request.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    dispute = models.ForeignKey(Dispute, on_delete=models.CASCADE, related_name="guests")
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160)
    job_title = models.CharField(max_length=160)
    email = models.EmailField(max_length=254)
    link = models.CharField(max_length=64, unique=True, default=new_link)
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = GuestQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name}, {self.job_title}"

    @property
    def named(self) -> str:
        """Name and job title; of one whose name was erased with the record, that somebody was there."""
        return str(self) if self.name else gettext("Somebody")

    @property
    def author(self) -> str:
        """Who made a line of the record, with who let them in."""
        form = gettext("{guest} (guest invited by {person}, address checked by code)")
        return form.format(guest=self.named, person=self.invited_by.name)


class GuestDoor(models.Model):
    """The code that was sent last and the session that it opened: keyed digests alone, one of each, the newest.

    `typed` is what that session's browser had typed and not sent, sealed to it (`services/guest_typing`).
    """

    guest = models.OneToOneField(Guest, on_delete=models.CASCADE, primary_key=True, related_name="door")
    code = models.CharField(max_length=64, blank=True)
    code_until = models.DateTimeField(null=True, blank=True)
    session = models.CharField(max_length=64, blank=True)
    began_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    typed = models.TextField(blank=True, default="")
    typed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "A guest's door"


class AskedCode(models.Model):
    """A code that was asked for, or a warning, sent by a job: a page that sent it itself would take longer where there is an invitation."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    link = models.CharField(max_length=64, help_text="As it stood in the address that was opened, whether or not there is such an invitation.")
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    is_warning = models.BooleanField(default=False, help_text="No code: too many wrong ones were typed, which whoever invited is told.")

    class Meta:
        ordering: ClassVar = ["asked_at"]
        indexes: ClassVar = [
            # The job that sends; and how many were sent to one invitation lately.
            models.Index(fields=["asked_at"], condition=models.Q(done_at=None), name="code_to_send"),
            models.Index(fields=["link", "sent_at"], name="code_sent_lately"),
        ]

    def __str__(self) -> str:
        return "A code for a guest"
