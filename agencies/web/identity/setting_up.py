"""Somebody whose role needs a second factor and who has none yet gets no further than the pages that set one up."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from agencies.sessions import MUST

Answer = Callable[[HttpRequest], HttpResponse]


def before_second_factor(view: Any) -> Any:
    """Marks a page that is open before the second factor is there."""
    view.before_second_factor = True
    return view


class SecondFactorFirst:
    """Stands after authentication. Only the sign-in pages and those that are marked are open before."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or not request.session.get(MUST):
            return None
        is_open = getattr(view, "before_second_factor", False) or not getattr(view, "login_required", True)
        return None if is_open else HttpResponseRedirect(reverse("second-factor"))
