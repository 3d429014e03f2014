"""Changes of the directory: who gave whom which role or post, when and by which door."""

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from agencies.models import DirectoryEvent
from agencies.policy import led_in, may_keep_directory, sees_changes
from agencies.templatetags.ui import full_moment
from agencies.web.access import partnership_for, person_for

SHOWN = 50
COLUMNS = [{"label": label} for label in (gettext_lazy("When"), gettext_lazy("What"), gettext_lazy("By whom"), gettext_lazy("By which door"))]
NOT_YOURS = gettext_lazy(
    "Changes of the directory are shown to the business unit, to administrators, and to safeguarding leads those of their agency."
)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The newest first: all of the partnership for those who keep its directory, those of their agencies for safeguarding leads; 403 for others."""
    partnership_id, person = partnership_for(request), person_for(request)
    if not sees_changes(person, partnership_id):
        raise PermissionDenied(NOT_YOURS)
    keeps = may_keep_directory(person, partnership_id)
    found = DirectoryEvent.objects.filter(partnership_id=partnership_id).filter(Q(whom__isnull=False) | Q(agency__isnull=False))
    found = found if keeps else found.filter(agency__in=led_in(person, partnership_id))
    page = max(int(text), 1) if (text := request.GET.get("page", "1")).isdecimal() and len(text) < 5 else 1
    lines = _lines(found, page)
    context = {
        "keeps": keeps,
        "columns": COLUMNS,
        "rows": [_row(line) for line in lines[:SHOWN]],
        "next_url": f"?page={page + 1}" if len(lines) > SHOWN else "",
        "first_url": "?" if page > 1 else "",
    }
    return render(request, "agencies/changes.html", context)


def _lines(found: QuerySet[DirectoryEvent], page: int) -> list[DirectoryEvent]:
    """One more than is shown."""
    return list(found.select_related("actor").order_by("-recorded_at", "-id")[(page - 1) * SHOWN : page * SHOWN + 1])


def _row(line: DirectoryEvent) -> dict[str, object]:
    cells = (line.said, line.actor.name if line.actor else _("nobody signed in"), line.get_door_display() if line.door else "–")
    return {"header": {"text": full_moment(line.recorded_at)}, "cells": [{"text": text} for text in cells]}
