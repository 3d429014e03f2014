"""Who looked at a disagreement, for the safeguarding leads of its agencies."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from agencies.templatetags.ui import full_moment
from agencies.web.access import person_for
from escalation import policy
from escalation.selectors.readers import Look, who_looked
from escalation.web.access import open_case

COLUMNS = [{"label": label} for label in (_("Who"), _("For"), _("What"), _("When"), _("Why"))]
LEADS_ONLY = _("Who looked is shown to the safeguarding leads of the agencies in it.")


@require_safe
def readers(request: HttpRequest, reference: str) -> HttpResponse:
    """Every reading, the newest first. 403 for those who may know of the disagreement and lead none of its agencies."""
    case = open_case(request, reference)
    person = person_for(request)
    if not policy.sees_who_looked(person, case):
        raise PermissionDenied(LEADS_ONLY)
    after = _after(request)
    found = who_looked(case, person, after=after)
    context = {
        "reference": case.dispute.reference,
        "columns": COLUMNS,
        "rows": [_row(look) for look in found.looks],
        "next_url": f"?after={found.following}" if found.following else "",
        "first_url": "?" if after else "",
    }
    return render(request, "escalation/readers.html", context)


def _after(request: HttpRequest) -> UUID | None:
    """Where the page begins; 404 for what is no key."""
    text = request.GET.get("after", "")
    try:
        return UUID(text) if text else None
    except ValueError as error:
        raise Http404 from error


def _row(look: Look) -> dict[str, object]:
    own = gettext("{agency} (your agency)").format(agency=look.place) if look.is_own else look.place
    return {"header": {"text": look.who}, "cells": [{"text": text} for text in (own, look.part, full_moment(look.at), look.reason or "–")]}
