"""An account's end: closed with everything that could still be done with it, and years later without the name and address."""

from datetime import datetime

from django.contrib.admin.models import LogEntry
from django.db.models import CASCADE, ForeignObjectRel, Model, Q
from django.db.models.base import ModelBase

from agencies.models import (
    AskedLink,
    Cover,
    Departure,
    Membership,
    SignInEvent,
    User,
)
from agencies.services.identity.events import KEPT_FOR
from agencies.services.identity.sessions import end_sessions_of
from agencies.services.tokens import end_tokens_of

NAMELESS = "Closed account"
# What would go with the row and stays all the same: who was where, what was sent, and what has its own end. All else is the person's own.
STAYS = frozenset({
    "admin.LogEntry", "agencies.ApiToken", "agencies.Cover", "agencies.Departure", "agencies.Membership", "agencies.PostHolding", "agencies.Session",
    "escalation.Notification",
})  # fmt: skip


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
    user.name, user.phone, user.is_active, user.goes_at, user.erased_at = NAMELESS, "", False, None, now
    user.email = f"{user.pk}@closed.invalid"
    user.set_unusable_password()
    user.save(update_fields=["name", "phone", "email", "password", "is_active", "goes_at", "erased_at"])
    for model, field in _own():
        model._default_manager.filter(**{field: user}).delete()
    # The administration names in a column of its own what was changed there.
    LogEntry.objects.filter(content_type__app_label="agencies", content_type__model="user", object_id=str(user.pk)).update(object_repr=NAMELESS)
    end_tokens_of(user)
    end_sessions_of(user)
    Membership.objects.filter(user=user).update(job_title="", supervisor=None)
    Cover.objects.filter(Q(person=user) | Q(deputy=user)).delete()
    Departure.objects.filter(person=user, done_at__isnull=False).delete()
    SignInEvent.objects.filter(user=user, recorded_at__lt=now - KEPT_FOR).delete()


def _own() -> list[tuple[type[Model], str]]:
    """The rows, of whatever application, that are somebody's own: ways of signing in, settings, kept forms, saved filters."""
    relations = [relation for relation in User._meta.get_fields(include_hidden=True) if isinstance(relation, ForeignObjectRel)]
    dying = [(relation.related_model, relation.field.name) for relation in relations if relation.on_delete is CASCADE]
    return [(model, name) for model, name in dying if isinstance(model, ModelBase) and model._meta.label not in STAYS]
