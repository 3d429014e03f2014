"""Signing in: what happened, how often somebody guessed, and links for a passphrase that are still to be sent."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.ledger import LedgerRow
from agencies.sign_ins import Means, SignInKind
from agencies.visits import in_words

from .user import User


class SignInEvent(LedgerRow):
    """One line of the record of signing in. It holds no passphrase, no code and no address that was typed: the account, where there is one.

    The database refuses to change it, and to remove it before it is two years old.
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="sign_in_events", db_index=False)
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="Who did it, where it was somebody else."
    )
    kind = models.CharField(max_length=16, choices=SignInKind)
    means = models.CharField(max_length=12, choices=Means, blank=True)
    address = models.GenericIPAddressField(null=True, blank=True)
    device = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["-recorded_at", "-id"]
        indexes: ClassVar = [
            # A person's own page, and the administrator's list: the newest of some people.
            models.Index(fields=["user", "-recorded_at"], name="sign_in_newest"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def device_in_words(self) -> str:
        """The device in the language in force; empty where it is not known."""
        return in_words(self.device)


class TryCount(models.Model):
    """How often somebody failed lately, for one account or from one address, known only by a keyed digest of it.

    In the database, so that every process counts together; counted alike whether or not there is such an account.
    """

    key = models.CharField(max_length=64, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.failures}"


class AskedLink(models.Model):
    """A link for a passphrase that was asked for, sent by a job: a page that sent it itself would take longer where there is an account."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    email = models.EmailField(max_length=254)
    is_invitation = models.BooleanField(default=False)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["asked_at"]
        indexes: ClassVar = [
            models.Index(fields=["asked_at"], condition=models.Q(done_at=None), name="link_to_send"),
            models.Index(fields=["email", "asked_at"], name="link_asked_lately"),
        ]

    def __str__(self) -> str:
        return "Link for a passphrase"
