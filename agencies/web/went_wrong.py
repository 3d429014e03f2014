"""The page of an error that nobody foresaw: in the product's own frame, with a reference under which the log tells of it."""

import logging
import secrets
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from agencies.web.context import front_doors, shown
from agencies.web.remembered import last_shown

log = logging.getLogger(__name__)
# Crockford's: nothing that is read for something else over the telephone.
ALPHABET, LENGTH = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", 8
PROGRAMS = "/api/"


def server_error(request: HttpRequest) -> HttpResponse:
    """500, asking neither database nor session, which may be what went wrong. The line in the log names page, kind of error and reference."""
    signs = "".join(secrets.choice(ALPHABET) for _sign in range(LENGTH))
    reference = f"{signs[: LENGTH // 2]}-{signs[LENGTH // 2 :]}"
    match, kind = request.resolver_match, sys.exc_info()[0]
    log.error("Shown as %s: %s %s, %s", reference, request.method, match.view_name if match else "-", kind.__qualname__ if kind else "-")
    if request.path.startswith(PROGRAMS):
        return JsonResponse({"code": "error", "detail": _("Something went wrong."), "reference": reference}, status=500)
    return HttpResponse(render_to_string("500.html", {"reference_number": reference} | _whom_to_ring(request)), status=500)


def _whom_to_ring(request: HttpRequest) -> dict[str, Any]:
    """The front door's numbers for the foot of the page and, where the reader is known, their office's: as this process last showed them."""
    own, others = last_shown(request)
    if own is None:
        return {"front_doors": front_doors(others)}
    return {"partnership": shown(own), "practice": own.is_invented, "office": {"name": own.unit_name, "phone": own.unit_phone}}
