"""Where a form was sent from, and whether it carries the token that only a page of ours gives."""

from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import CSRFCheck

from agencies.web.access import parts_of


def is_from_our_page(request: HttpRequest) -> bool:
    """Whether the browser says so: by the form's origin, or, where it tells none, by how the request came about or the page that it was sent from.

    No site can put these headers into another person's browser. Where nothing is said: no.
    """
    own = (request.scheme, request.get_host())
    said = request.headers.get("Origin")
    if said is None and (site := request.headers.get("Sec-Fetch-Site")) is not None:
        return site == "same-origin"
    came_from = parts_of(said if said is not None else request.headers.get("Referer", ""))
    return (came_from.scheme, came_from.netloc) == own


def would_pass(request: HttpRequest) -> bool:
    """Whether the form carries the token that only a page of ours gives to this browser: asked before its turn, by what refuses before any page."""
    return CSRFCheck(_any_page).process_view(request, _any_page, (), {}) is None


def _any_page(_request: HttpRequest) -> HttpResponse:
    """Stands for the page that would have been asked: which one makes no difference to the token."""
    return HttpResponse()
