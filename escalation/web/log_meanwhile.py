"""One draft in two windows: what was saved in one is never replaced from the other without a word."""

import hashlib
import json
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from agencies import wall_clock
from agencies.errors import WrongState
from agencies.services.identity.kept_forms import keep_form
from agencies.templatetags.ui import clock_time
from agencies.web.access import user_of
from agencies.web.given_back import kept_now
from escalation.models import Draft
from escalation.web.access import moved_on

SEEN = "seen"
# In the session: what was sent last from a question page, short.
LAST = "log-sent"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of a field # nosec B105


def seen_of(draft: Draft, fields: tuple[str, ...]) -> str:
    """How a page's answers stand, short: it goes out with the page and comes back with what is sent from it."""
    return _short([draft.answers.get(name) for name in fields])


def _short(known: Any) -> str:
    return hashlib.sha256(json.dumps(known, sort_keys=True).encode()).hexdigest()[:16]


def saved_meanwhile(request: HttpRequest, draft: Draft, fields: tuple[str, ...]) -> HttpResponse | None:
    """Where the page's answers were saved from another window since it was shown: back to it with every word that was typed here, none of them
    saved yet, and a sentence that says so. None where nothing came between, where what is sent does not say what its page had seen, and for
    the second of two clicks."""
    if request.method != "POST":
        return None
    seen, sent = request.POST.get(SEEN, ""), _short([request.path, sorted((name, texts) for name, texts in request.POST.lists() if name != TOKEN)])
    if request.session.get(LAST) == sent:
        return None
    if seen in {"", seen_of(draft, fields)}:
        request.session[LAST] = sent
        return None
    page = request.get_full_path()
    said = gettext(
        "This page was saved in another window at {time}. What you typed here is back below and is not saved yet: continue to put it in place of "
        "what was saved there, which stands on the check page until then."
    ).format(time=clock_time(draft.saved_at))
    if not keep_form(user=user_of(request), page=page, action=request.path, typed=request.POST.lists(), now=wall_clock.now()):
        return moved_on(request, WrongState(said), back_url=page)
    kept_now(request)
    messages.warning(request, said)
    return redirect(page)
