"""The words of signing in: what can happen, and how somebody showed who they are. The only place where they are spelled."""

from dataclasses import dataclass

from django.db import models


class SignInKind(models.TextChoices):
    """One line of the record of signing in."""

    SIGNED_IN = "signed_in", "Signed in"
    REFUSED = "refused", "Refused: wrong passphrase or closed account"
    TOO_SOON = "too_soon", "Refused: too many tries"
    LOCKED = "locked", "Locked out after ten wrong tries"
    SECOND_REFUSED = "second_refused", "Refused: wrong second factor"
    SIGNED_OUT = "signed_out", "Signed out"
    TIMED_OUT = "timed_out", "Signed out by the time limit"
    SESSION_ENDED = "session_ended", "Ended elsewhere"
    PROVED = "proved", "Confirmed who they are"
    PASSPHRASE_SET = "passphrase_set", "Set a passphrase"
    FACTOR_ADDED = "factor_added", "Added a second factor"
    FACTOR_REMOVED = "factor_removed", "Removed a second factor"
    CODES_MADE = "codes_made", "Made recovery codes"
    TOKEN_MADE = "token_made", "Made a token for a program"
    LINKED = "linked", "Linked an organisation’s account"
    ACCOUNT_CHANGED = "account_changed", "The account was changed by an administrator"
    ACCESS_ENDED = "access_ended", "Lost access: no role is left"
    READ_MUCH = "read_much", "Opened unusually many disagreements within an hour"
    READ_STOPPED = "read_stopped", "Stopped: too many disagreements within an hour"


class Means(models.TextChoices):
    """How somebody showed who they are."""

    PASSPHRASE = "passphrase", "passphrase"
    APP = "app", "passphrase and authenticator app"
    PASSKEY = "passkey", "passkey"
    RECOVERY = "recovery", "passphrase and recovery code"
    ORGANISATION = "organisation", "organisation’s sign-in"


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a request came from: the visitor's address as our own proxies saw it, and the device in a few words."""

    address: str = ""
    device: str = ""
