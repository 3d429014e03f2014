"""What a person sees when a form's security token no longer fits: above all, what they had typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from rest_framework.authentication import CSRFCheck

from agencies.web.access import page_of, parts_of
from agencies.web.given_back import typed_texts


def failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a refused form, status 403. `reason` is Django's, for its log; people are told what to do instead.

    What was typed is shown only where the browser says that the form was sent from a page of ours: what another site posted is never echoed.
    """
    is_ours = is_from_our_page(request)
    shown = {"texts": typed_texts(request) if is_ours else [], "page": page_of(request) if is_ours else request.path}
    return render(request, "403_csrf.html", shown, status=403)


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
