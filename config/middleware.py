"""What stands before every page."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils.translation import gettext_lazy as _

from agencies.web.forms import REFUSED

Answer = Callable[[HttpRequest], HttpResponse]
log = logging.getLogger(__name__)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
PROGRAMS = "/api/"
# Nothing of a device is used but passkeys, and those by our own pages only.
NO_DEVICES = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "autoplay", "browsing-topics", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation", "gyroscope",
        "hid", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "screen-wake-lock", "serial", "usb", "xr-spatial-tracking",
    )
)  # fmt: skip
EVERYWHERE = {
    "Permissions-Policy": f"{NO_DEVICES}, publickey-credentials-create=(self), publickey-credentials-get=(self)",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# Not for them, not now, not like this, not again so soon.
TOLD = frozenset({400, 403, 409, 413, 422, 429})
ONLY_HTTPS = _("Use https: this interface never answers a call that came over plain HTTP.")


def on_everything(get_response: Answer) -> Answer:
    """Stands first, before static files too: headers that belong on every answer, and methods that nothing here takes (TRACE among them)."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request) if request.method in METHODS else HttpResponseNotAllowed(METHODS)
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        return response

    return answer


def programs_by_https(get_response: Answer) -> Answer:
    """A page that came over plain HTTP is sent on to HTTPS; a program is refused, or its token would go on travelling in the open unseen."""

    def answer(request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and request.path.startswith(PROGRAMS) and not request.is_secure():
            return JsonResponse({"code": "https_only", "detail": ONLY_HTTPS}, status=403)
        return get_response(request)

    return answer


def keep_nothing(get_response: Answer) -> Answer:
    """No browser or proxy keeps what a signed-in person saw: the back button after signing out shows nothing."""

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if getattr(request, "user", None) is not None and request.user.is_authenticated and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "no-store, private"
        return response

    return answer


def tell_refusals(get_response: Answer) -> Answer:
    """A line for each refusal of somebody who is known: status, method, the page's name and the person's key, never an address or a word of the page.

    What is not there and what is not theirs look alike to them (404); the line is written for both, where an address named something. A form that
    was refused is a line with its name and those of the fields, whoever sent it.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        REFUSED.set(())
        response = get_response(request)
        user, match = getattr(request, "user", None), request.resolver_match
        named, view = match is not None and bool(match.kwargs), match.view_name if match else "-"
        if user is not None and user.is_authenticated and (response.status_code in TOLD or (response.status_code == 404 and named)):
            log.warning("Refused with %s: %s %s by %s", response.status_code, request.method, view, user.pk)
        if fields := REFUSED.get():
            who = user.pk if user is not None and user.is_authenticated else "-"
            log.info("Refused what was sent: %s %s, %s, by %s", request.method, view, ", ".join(fields), who)
        return response

    return answer
