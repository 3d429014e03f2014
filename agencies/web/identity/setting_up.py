"""Somebody whose role needs a second factor and who has none yet gets no further than the pages that set one up."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from agencies import wall_clock
from agencies.required import is_required
from agencies.sessions import SHOWN
from agencies.web.access import edition_for, user_of

Answer = Callable[[HttpRequest], HttpResponse]


def before_second_factor(view: Any) -> Any:
    """Marks a page that is open before the second factor is there."""
    view.before_second_factor = True
    return view


def must_set_up(request: HttpRequest) -> bool:
    """Whether whoever is signed in showed no second factor in this session, and their seats of today ask for one: a role, post or cover that came
    meanwhile counts, and so does a rule. No query where the session's own read the directory's mark."""
    if request.session.get(SHOWN):
        return False
    return is_required(user_of(request), wall_clock.now(), edition=edition_for(request))


class SecondFactorFirst:
    """Stands after authentication. Only the sign-in pages and those that are marked are open before."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if not request.user.is_authenticated or not must_set_up(request):
            return None
        is_open = getattr(view, "before_second_factor", False) or not getattr(view, "login_required", True)
        return None if is_open else HttpResponseRedirect(reverse("second-factor"))
