"""The words of signing in: what can happen, and how somebody showed who they are. The only place where they are spelled."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _


class SignInKind(models.TextChoices):
    """One line of the record of signing in."""

    SIGNED_IN = "signed_in", _("Signed in")
    REFUSED = "refused", _("Refused: wrong passphrase or closed account")
    TOO_SOON = "too_soon", _("Refused: too many tries")
    LOCKED = "locked", _("Locked out after ten wrong tries")
    SECOND_REFUSED = "second_refused", _("Refused: wrong second factor")
    SIGNED_OUT = "signed_out", _("Signed out")
    TIMED_OUT = "timed_out", _("Signed out by the time limit")
    SESSION_ENDED = "session_ended", _("Ended elsewhere")
    PROVED = "proved", _("Confirmed who they are")
    PASSPHRASE_SET = "passphrase_set", _("Set a passphrase")
    FACTOR_ADDED = "factor_added", _("Added a second factor")
    FACTOR_REMOVED = "factor_removed", _("Removed a second factor")
    CODES_MADE = "codes_made", _("Made recovery codes")
    TOKEN_MADE = "token_made", _("Made a token for a program")
    LINKED = "linked", _("Linked an organisation’s account")
    ACCOUNT_CHANGED = "account_changed", _("The account was changed by an administrator")
    BEGUN_ANEW = "begun_anew", _("What opened the account ended: a first place outside practice")
    ACCESS_ENDED = "access_ended", _("Lost access: no role is left")
    READ_MUCH = "read_much", _("Opened unusually many disagreements")
    TOOK_MUCH = "took_much", _("Took unusually much out within a day")
    READ_STOPPED = "read_stopped", _("Stopped: too many disagreements within an hour")


class Means(models.TextChoices):
    """How somebody showed who they are."""

    PASSPHRASE = "passphrase", _("passphrase")
    APP = "app", _("passphrase and authenticator app")
    PASSKEY = "passkey", _("passkey")
    RECOVERY = "recovery", _("passphrase and recovery code")
    ORGANISATION = "organisation", _("organisation’s sign-in")


class Digest(models.TextChoices):
    """What an authenticator app makes its codes with: the approved one first; some apps know nothing but the older."""

    SHA256 = "sha256", "HMAC-SHA-256"
    SHA1 = "sha1", "HMAC-SHA-1"


class Proof(models.TextChoices):
    """How a keeper of accounts knows that it is the person who asks, before a lost second factor is removed."""

    IN_PERSON = "in_person", _("I met them, and know them or saw their work identity card")
    ON_VIDEO = "on_video", _("I saw them on a video call, and know them by sight")
    RUNG_BACK = "rung_back", _("I rang them at the telephone number that the directory holds")
    VOUCHED = "vouched", _("Their manager, whom I know, was with them and vouched for them")


@dataclass(frozen=True, slots=True)
class Visit:
    """Where a request came from: the visitor's address as our own proxies saw it, and the device in a few words."""

    address: str = ""
    device: str = ""
