"""What a program signs in with: a random token, of which only the digest is kept."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key

from .user import User


class ApiToken(models.Model):
    """One token of one person. It acts as that person, until it expires, is ended, or the passphrase changes.

    The token itself is shown once, when it is made, and stored nowhere: `digest` is its SHA-256. `passphrase_mark` is what the person's passphrase
    gave at that moment, so that a new passphrase ends every token.
    """

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    digest = models.CharField(max_length=64, unique=True)
    passphrase_mark = models.CharField(max_length=64)
    label = models.CharField(max_length=80, blank=True, help_text="What it is for, in the person's own words.")
    is_read_only = models.BooleanField(default=False)
    has_factor = models.BooleanField(default=False, help_text="Whether a second factor was shown when it was made.")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True, help_text="To the hour: kept to show which tokens nobody uses.")

    class Meta:
        ordering: ClassVar = ["-created_at"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(expires_at__gt=models.F("created_at")), name="api_token_expires_after_it_begins"),
        ]

    def __str__(self) -> str:
        return self.label or "Token"
