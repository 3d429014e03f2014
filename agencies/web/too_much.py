"""What is done too often in a short while is refused with one page, whichever page it was done on."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from agencies.errors import TooMuch
from agencies.services import pace
from agencies.services.identity.signing_in import in_words
from agencies.web.access import user_of
from agencies.web.given_back import typed_texts

View = TypeVar("View", bound=Callable[..., Any])


def heavy(view: View) -> View:
    """Marks a page that costs much or gives out much: a search, a print, an export, an import."""
    view.is_heavy = True  # type: ignore[attr-defined]
    return view


def goes_on_where(holds: Callable[..., bool]) -> Callable[[View], View]:
    """Marks a page whose forms are taken however many there were, where `holds` says so of the request and the arguments in its address."""

    def marked(view: View) -> View:
        view.goes_on_where = holds  # type: ignore[attr-defined]
        return view

    return marked


class RefuseTooMuch:
    """Middleware: counts the forms that somebody sends and the heavy pages that they ask for, and makes a page of TooMuch, with status 429.

    Stands after authentication and the check of forms' tokens, so that what it gives back was typed on a page of ours. Programs have limits and a
    handler of their own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """The page where it was one too many; None where it goes on."""
        is_heavy = getattr(view, "is_heavy", False)
        if not request.user.is_authenticated or not (is_heavy or request.method == "POST"):
            return None
        seconds = pace.step(pace.HEAVY if is_heavy else pace.FORMS, user_of(request).pk, now=timezone.now())
        if not seconds or getattr(view, "goes_on_where", _never)(request, **kwargs):
            return None
        words = _("You have done very much in a few minutes. Nothing is wrong with your account: wait {time}, then go on.")
        return self.process_exception(request, TooMuch(words.format(time=in_words(seconds)), seconds=seconds))

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page; None for every other exception."""
        if not isinstance(exception, TooMuch):
            return None
        texts = typed_texts(request) if request.method == "POST" else []
        answer = render(request, "429.html", {"message": exception.message, "texts": texts}, status=429)
        answer["Retry-After"] = str(exception.seconds)
        return answer


def _never(_request: HttpRequest, **_arguments: object) -> bool:
    return False
