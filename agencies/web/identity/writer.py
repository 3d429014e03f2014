"""Whose browser it was, beyond the session: words sent after it wait, sealed, for the same person signing in there, and for nobody else.

The mark is a cookie, sealed to the browser's own secret of forms, which each signing in makes anew: a form that passes the check of its token was
given to the person of the mark. It opens nothing and shows nothing.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from agencies.models import User
from agencies.services.identity.kept_forms import MOST, Typed, keep_form, worth_keeping
from agencies.sessions import HELD
from agencies.vault import seal, unseal

# How long the words wait for their writer to sign in.
WAITS = timedelta(hours=1)
NOT_KEPT = _(
    "What you had typed when your session ended could not be kept beside the {n} pages that wait with words of yours. It is back on its page for as "
    "long as you are signed in: send it, or copy it, before you sign out."
)


@dataclass(frozen=True, slots=True)
class Held:
    """Words that wait in a session: the page on which they were typed, where its form goes, and since when (aware)."""

    page: str
    action: str
    typed: Typed
    since: datetime


def mark(response: HttpResponse, request: HttpRequest, user: User, now: datetime) -> None:
    """Puts the mark of who has just signed in beside the new session. It lasts as long as the session's cookie."""
    value = seal(json.dumps([str(user.pk), now.timestamp()]), to=_secret(request))
    response.set_cookie(
        settings.CONCORD_WRITER_COOKIE, value, max_age=settings.SESSION_COOKIE_AGE, secure=bool(settings.SESSION_COOKIE_SECURE), httponly=True,
        samesite="Lax",
    )  # fmt: skip


def unmark(response: HttpResponse) -> None:
    """Takes it away: whoever signs out leaves nothing of theirs to wait for."""
    response.delete_cookie(settings.CONCORD_WRITER_COOKIE, samesite="Lax")


def hold(request: HttpRequest, *, page: str, action: str, typed: Iterable[tuple[str, list[str]]], now: datetime) -> bool:
    """Lets what nobody sent wait in this browser's session, sealed to whom the mark names; says whether it does. `page` is where it was typed, and
    `action` where it goes."""
    writer, words = _writer(request, now), worth_keeping(typed)
    if not writer or not words:
        return False
    request.session[HELD] = seal(json.dumps([page, action, words, now.timestamp()]), to=writer)
    # Nobody's session, which is over with the words.
    request.session.set_expiry(WAITS)
    return True


def take(request: HttpRequest, user: User, now: datetime) -> None:
    """Keeps what waited as the person's own, where it was theirs and not for too long; else it is gone. Called once somebody has signed in.

    Where as many of their pages are kept as may be, it waits on in the session, and they are told.
    """
    held = request.session.pop(HELD, "")
    if not held:
        return
    request.session.set_expiry(None)
    text = unseal(held, to=str(user.pk))
    if text is None:
        return
    page, action, words, held_at = json.loads(text)
    if now.timestamp() - held_at > WAITS.total_seconds():
        return
    if keep_form(user=user, page=page, action=action, typed=words.items(), now=now) is None:
        request.session[HELD] = held
        messages.warning(request, NOT_KEPT.format(n=MOST))


def still_held(request: HttpRequest, user: User) -> Held | None:
    """What waits in the session of somebody who is signed in, for want of room among their pages; None for nothing. No query."""
    held = request.session.get(HELD, "")
    text = unseal(held, to=str(user.pk)) if held else None
    if text is None:
        return None
    page, action, words, held_at = json.loads(text)
    return Held(page, action, words, datetime.fromtimestamp(held_at, UTC))


def let_go_of_held(request: HttpRequest, user: User, action: str) -> None:
    """The form that waited in the session was sent."""
    found = still_held(request, user)
    if found is not None and found.action == action:
        del request.session[HELD]


def _writer(request: HttpRequest, now: datetime) -> str:
    """The key of who signed in last in this browser; empty where the mark is not its own, or too old."""
    secret = _secret(request)
    text = unseal(request.COOKIES.get(settings.CONCORD_WRITER_COOKIE, ""), to=secret) if secret else None
    if text is None:
        return ""
    key, marked_at = json.loads(text)
    return str(key) if now.timestamp() - marked_at <= settings.SESSION_COOKIE_AGE else ""


def _secret(request: HttpRequest) -> str:
    return str(request.META.get("CSRF_COOKIE", ""))
