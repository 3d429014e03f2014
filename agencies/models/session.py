"""Who is signed in where, and what somebody had typed when the time was over."""

from typing import ClassVar

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from agencies.keys import new_key

from .user import User


class Session(AbstractBaseSession):
    """A browser's session with whose it is, when it began, when it was last used (to the minute), and on what device."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="sessions")
    began_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)
    device = models.CharField(max_length=60, blank=True)

    def __str__(self) -> str:
        return self.device or "Session"


class KeptForm(models.Model):
    """A form that came after the time was over, or was open when it ended: shown again once its writer is back, and to nobody else.

    The words are sealed; they go when the form is sent, at latest after 30 days or with the draft or disagreement that they are about.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="kept_forms")
    page = models.CharField(max_length=2000, help_text="Where the person was.")
    action = models.CharField(max_length=2000, help_text="Where the form goes.")
    sealed = models.TextField()
    is_emptied = models.BooleanField(default=False, help_text="Every answer in it was emptied.")
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        ordering: ClassVar = ["-kept_at"]

    def __str__(self) -> str:
        return "Kept form"
