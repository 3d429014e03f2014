"""Changes of the directory: who gave whom which role or post, when and by which door. What an import brought is one line, which
leads to its own.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, F, Q, QuerySet, UUIDField, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from agencies.models import DirectoryEvent, Membership
from agencies.person import Person
from agencies.policy import UNIT_LENDS, chairs, led_in, may_keep_directory, sees_changes
from agencies.readable import read_moment
from agencies.roles import DirectoryDoor
from agencies.templatetags.ui import full_moment
from agencies.web.access import partnership_for, person_for
from agencies.web.long_list import page_number
from agencies.words import Words, figure

SHOWN = 50
COLUMNS = [{"label": label} for label in (gettext_lazy("When"), gettext_lazy("What"), gettext_lazy("By whom"), gettext_lazy("By which door"))]
NOT_YOURS = gettext_lazy(
    "Changes of the directory are shown to the business unit, to administrators, to the chair those of the partnership’s own people, and to "
    "safeguarding leads those of their agency."
)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The newest first: all of the partnership for those who keep its directory, those of its own people for chairs, those of their agencies for
    safeguarding leads; 403 for others.

    `at`, the moment of what was done in one go, gives its lines alone.
    """
    partnership_id, person = partnership_for(request), person_for(request)
    if not sees_changes(person, partnership_id):
        raise PermissionDenied(NOT_YOURS)
    keeps = may_keep_directory(person, partnership_id)
    found = DirectoryEvent.objects.filter(partnership_id=partnership_id).filter(Q(whom__isnull=False) | Q(agency__isnull=False))
    found = found if keeps else found.filter(_own(person, partnership_id))
    page = page_number(request)
    at = _moment(request.GET.get("at", ""))
    rows = [_row(line) for line in _part(_lines(found.filter(recorded_at=at)), page)] if at else _acts(found, page)
    this = {"at": at.isoformat()} if at else {}
    context = {
        "keeps": keeps,
        "chairs": chairs(person, partnership_id),
        "at": at,
        "columns": COLUMNS,
        "rows": rows[:SHOWN],
        "next_url": f"?{urlencode(this | {'page': str(page + 1)})}" if len(rows) > SHOWN else "",
        "first_url": f"?{urlencode(this)}" if page > 1 else "",
    }
    return render(request, "agencies/changes.html", context)


def _own(person: Person, partnership_id: UUID) -> Q:
    """Of the agencies that they lead; of a chair also what is about somebody who is or was one of the business unit or a chair."""
    shown = Q(agency__in=led_in(person, partnership_id))
    if chairs(person, partnership_id):
        seats = Membership.objects.filter(partnership=partnership_id, agency=None, role__in=UNIT_LENDS)
        shown |= Q(whom__in=seats.values("user"))
    return shown


def _part(rows: QuerySet[Any, Any], page: int) -> list[Any]:
    """One more than is shown."""
    return list(rows[(page - 1) * SHOWN : page * SHOWN + 1])


def _lines(found: QuerySet[DirectoryEvent]) -> QuerySet[DirectoryEvent]:
    return found.select_related("actor").order_by("-recorded_at", "-id")


def _acts(found: QuerySet[DirectoryEvent], page: int) -> list[dict[str, object]]:
    """A row for each change, and one for all that an import brought; one more than is shown. Two queries."""
    alone = Case(When(door=DirectoryDoor.IMPORT, then=None), default=F("id"), output_field=UUIDField())
    acts = _part(
        found.annotate(alone=alone)
        .values("recorded_at", "alone", "actor__name")
        .annotate(lines=Count("id"), people=Count("whom", distinct=True))
        .order_by("-recorded_at", "-alone"),
        page,
    )
    lines = {line.id: line for line in _lines(found.filter(id__in=[act["alone"] for act in acts if act["alone"]]))}
    return [_row(lines[act["alone"]]) if act["alone"] else _import_row(act) for act in acts]


def _import_row(act: Mapping[str, Any]) -> dict[str, object]:
    """How many people it concerns, which leads to the lines."""
    people = ngettext("{n} person", "{n} people", act["people"]).format(n=figure(act["people"]))
    lines = ngettext("{n} change", "{n} changes", act["lines"]).format(n=figure(act["lines"]))
    what = {"text": _("{people}: {lines}").format(people=people, lines=lines), "url": f"?{urlencode({'at': act['recorded_at'].isoformat()})}"}
    return _cells(act["recorded_at"], what, act["actor__name"], DirectoryDoor.IMPORT.label)


def _row(line: DirectoryEvent) -> dict[str, object]:
    return _cells(line.recorded_at, {"text": line.said}, line.actor.name if line.actor else None, line.get_door_display() if line.door else "–")


def _cells(at: datetime, what: dict[str, str], who: str | None, door: Words) -> dict[str, object]:
    return {"header": {"text": full_moment(at)}, "cells": [what, {"text": who or _("nobody signed in")}, {"text": door}]}


def _moment(text: str) -> datetime | None:
    """An aware moment as the page's own links write it; None for anything else."""
    try:
        return read_moment(text)
    except ValueError:
        return None
