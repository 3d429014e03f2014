"""What somebody has besides, or in place of, a passphrase: an authenticator app, passkeys, recovery codes, an organisation's account."""

from typing import ClassVar

from django.db import models

from agencies.keys import new_key
from agencies.sign_ins import Digest

from .user import User


class Authenticator(models.Model):
    """An authenticator app. Its secret is sealed; `last_step` is the half minute whose code was used last, so that no code is used twice."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="authenticator")
    sealed_secret = models.TextField()
    digest = models.CharField(max_length=6, choices=Digest, default=Digest.SHA1)
    last_step = models.BigIntegerField(default=0)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return "Authenticator app"


class Passkey(models.Model):
    """A passkey: the public half of a key that never leaves the person's device. `sign_count` shows a copied device, where the device counts."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="passkeys")
    credential_id = models.CharField(max_length=1400, unique=True)
    attested = models.TextField(help_text="Credential data as WebAuthn defines it, in base 64.")
    sign_count = models.BigIntegerField(default=0)
    label = models.CharField(max_length=60)
    added_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["added_at"]

    def __str__(self) -> str:
        return self.label


class RecoveryCode(models.Model):
    """A code for the day when the device is lost, known by its digest, good once."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64, unique=True)
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return "Recovery code"


class ExternalIdentity(models.Model):
    """The account at an organisation's own sign-in that is known to be a person's: by issuer and subject, which never change."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="external_identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["issuer", "subject"], name="external_identity_once"),
            # A second account at the same organisation is not taken for the first one's owner.
            models.UniqueConstraint(fields=["issuer", "user"], name="external_identity_one_a_person"),
        ]

    def __str__(self) -> str:
        return self.issuer
