"""An account's end: closed with everything that could still be done with it, and years later without the name and address."""

from datetime import datetime

from django.db.models import Q

from agencies.models import (
    AskedLink,
    Authenticator,
    Cover,
    Departure,
    ExternalIdentity,
    KeptForm,
    Membership,
    Passkey,
    RecoveryCode,
    SignInEvent,
    User,
)
from agencies.services.identity.events import KEPT_FOR
from agencies.services.identity.sessions import end_sessions_of
from agencies.services.tokens import end_tokens_of

NAMELESS = "Closed account"


def shut(user: User, now: datetime) -> None:
    """No sign-in, session or token from now on. Called inside the transaction of whoever decided it."""
    user.is_active, user.closed_at = False, now
    user.save(update_fields=["is_active", "closed_at"])
    end_tokens_of(user)
    end_sessions_of(user)


def see_closed(now: datetime) -> None:
    """Accounts that were closed or opened past the services, or before this was written down: their time counts from now, or not at all."""
    User.objects.filter(is_active=False, closed_at=None, erased_at=None).update(closed_at=now)
    User.objects.filter(is_active=True, closed_at__isnull=False).update(closed_at=None)


def forget(user: User, now: datetime) -> None:
    """Name, address, telephone, job titles, ways of signing in and their record go; the row stays for what points to it. It cannot be undone.

    What happened at the sign-in within the last two years cannot be removed before it is that old: it goes with the lines of that day.
    """
    AskedLink.objects.filter(email=user.email).delete()
    user.name, user.phone, user.is_active, user.erased_at = NAMELESS, "", False, now
    user.email = f"{user.pk}@closed.invalid"
    user.set_unusable_password()
    user.save(update_fields=["name", "phone", "email", "password", "is_active", "erased_at"])
    for model in (Authenticator, Passkey, RecoveryCode, ExternalIdentity, KeptForm):
        model._default_manager.filter(user=user).delete()
    end_tokens_of(user)
    end_sessions_of(user)
    Membership.objects.filter(user=user).update(job_title="", supervisor=None)
    Cover.objects.filter(Q(person=user) | Q(deputy=user)).delete()
    Departure.objects.filter(person=user, done_at__isnull=False).delete()
    SignInEvent.objects.filter(user=user, recorded_at__lt=now - KEPT_FOR).delete()
