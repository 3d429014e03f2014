"""Calls that may be sent again without being done again."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.models import User


class RememberedCall(models.Model):
    """One call under a key of the caller's own, and the answer that it got.

    Written unfinished before the call is done, finished in the transaction of what it did: whoever finds a finished row knows that it was done.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="remembered_calls", db_index=False)
    key = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, help_text="Of the address and the body: the same key with others is a mistake of the caller's.")
    started_at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True, blank=True)
    answer = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "key"], name="remembered_call_once")]
        # What is forgotten after a day.
        indexes: ClassVar = [models.Index(fields=["started_at"], name="remembered_call_by_age")]

    def __str__(self) -> str:
        return self.key
