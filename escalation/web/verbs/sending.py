"""A form that is sent twice, by a double click or by going back: it is done once, and the second sending is led where the first was."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.web.access import person_for
from escalation.services.idempotency import Answer, answered, digest_of, digest_of_file, once_in_turn
from escalation.web.verbs.base import SENDING
from escalation.web.verbs.checking import posted

PAUSED = "paused"
REDIRECT = 302


def done_once(request: HttpRequest, ready: AbstractContextManager[dict[str, Any]], act: Callable[[dict[str, Any]], str]) -> HttpResponse:
    """Does it with the arguments that `ready` gives, and leads to the address that `act` gives. Raises what either raises.

    The same form with the same answers, sent again, does nothing and leads there too: for a day of the world's clock, whichever stands ahead. A
    form of before it had a key is done as it comes.
    """
    key = _key_of(request)
    if not key:
        with ready as given:
            return redirect(act(given))
    answer = once_in_turn(person_for(request).id, key, key, _as_answer(ready, act), now=timezone.now())
    return _again(request, answer) if answer.is_replay else redirect(answer.body["to"])


def sent_before(request: HttpRequest) -> HttpResponse | None:
    """Where the first sending of the same form with the same answers led; None for what is sent for the first time."""
    key = _key_of(request) if request.method == "POST" else ""
    answer = answered(person_for(request).id, key) if key else None
    return _again(request, answer) if answer else None


def _again(request: HttpRequest, answer: Answer) -> HttpResponse:
    messages.info(request, _("You sent this twice. It was done once."))
    return redirect(answer.body["to"])


@contextmanager
def _as_answer(ready: AbstractContextManager[dict[str, Any]], act: Callable[[dict[str, Any]], str]) -> Iterator[Callable[[], Answer]]:
    with ready as given:
        yield lambda: Answer(REDIRECT, {"to": act(given)})


def _key_of(request: HttpRequest) -> str:
    """What is the same for the same form with the same answers alone; empty where the form has no key.

    Of the answers too, so that somebody who goes back and writes something else is not taken for one who clicked twice.
    """
    if not request.POST.get(SENDING):
        return ""
    typed = sorted(pair for pair in posted(request.POST) if pair[0] != PAUSED)
    files = sorted((name, digest_of_file(file)) for name in request.FILES for file in request.FILES.getlist(name))
    return digest_of(request.path, repr((typed, files)).encode())
