"""Tokens for programs: made against a passphrase, known by their digest, ended at once when the account closes."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.models import ApiToken, User
from agencies.ready import Ready
from agencies.required import is_required

LONGEST_DAYS = 90
USUAL_DAYS = 30
MOST_TOKENS = 20
PREFIX = "concord_"
USE_IS_NOTED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made. `secret` is shown to the person once."""

    secret: str
    row: ApiToken


def digest_of(secret: str) -> str:
    """What is kept of a token. It holds 256 random bits, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(
    user: User, *, now: datetime, days: int = USUAL_DAYS, is_read_only: bool = False, label: str = "", has_factor: bool = False
) -> NewToken:
    """A token for somebody who has just given their passphrase, and a second factor where `has_factor`. `now` is aware; it expires after `days`,
    1 to 90.

    A person keeps 20 at the most: with one more the oldest ends. Raises InvalidInput for another number of days.
    """
    if not 1 <= days <= LONGEST_DAYS:
        raise InvalidInput(_("Choose between 1 and {most} days.").format(most=LONGEST_DAYS), field="days")
    mine = ApiToken.objects.filter(user=user)
    mine.filter(expires_at__lte=now).delete()
    mine.filter(pk__in=list(mine.order_by("-created_at").values_list("pk", flat=True)[MOST_TOKENS - 1 :])).delete()
    secret = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=user,
        digest=digest_of(secret),
        passphrase_mark=user.get_session_auth_hash(),
        label=label,
        is_read_only=is_read_only,
        has_factor=has_factor,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    return NewToken(secret, row)


# Every call of a program begins with it. Of a digest there is one.
_KNOWN: Ready[ApiToken] = Ready(
    lambda digest, now: ApiToken.objects.select_related("user").filter(digest=digest, expires_at__gt=now, user__is_active=True)
)


def token_of(secret: str, *, now: datetime) -> ApiToken | None:
    """The token with its person, where it is known, has not expired, the account is open and the passphrase is the one it was made with; and, where
    the person's seats of today ask for a second factor, one was shown when it was made."""
    row = _KNOWN.first(digest_of(secret), now)
    if row is None or not constant_time_compare(row.passphrase_mark, row.user.get_session_auth_hash()):
        return None
    return None if not row.has_factor and is_required(row.user, now) else row


def note_use(token: ApiToken, *, now: datetime) -> None:
    """Keep that the token is in use, at most once an hour: a reader must not become a writer with every call."""
    stale = Q(last_used_at=None) | Q(last_used_at__lte=now - USE_IS_NOTED)
    if token.last_used_at is None or token.last_used_at <= now - USE_IS_NOTED:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
        token.last_used_at = now


def end_token(token: ApiToken) -> None:
    """The token works no longer."""
    token.delete()


def forget_factor_of(user: User) -> None:
    """The second factor that was shown when the person's tokens were made counts no longer: it is gone."""
    ApiToken.objects.filter(user=user, has_factor=True).update(has_factor=False)


def end_tokens_of(user: User) -> int:
    """Every token of the person ends: for the closing of an account. Says how many there were."""
    return ApiToken.objects.filter(user=user).delete()[0]
