"""What the calendar would do to running dates: shown first, done on confirmation."""

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from agencies import wall_clock
from agencies.models import Partnership
from agencies.policy import may_keep_directory
from agencies.web.access import partnership_for, person_for
from agencies.words import figure, moment
from agencies.working_days import london
from escalation.models import Dispute
from escalation.part_policy import counts_all
from escalation.selectors.words import ask_of
from escalation.services.redating import NOT_YOURS, Redate, preview, redate
from escalation.web.access import case_url

COLUMNS = [{"label": label} for label in (_("Disagreement"), _("What is due"), _("Due now"), _("Would be due"))]
MOST = 200


@require_http_methods(["GET", "HEAD", "POST"])
def redating(request: HttpRequest) -> HttpResponse:
    """The running dates that would move, by reference where the person may see the disagreement; the button dates them again."""
    partnership = get_object_or_404(Partnership, id=partnership_for(request))
    person, now = person_for(request), wall_clock.now()
    if not may_keep_directory(person, partnership.id):
        raise PermissionDenied(NOT_YOURS)
    if request.method == "POST":
        done = redate(partnership, actor=person, now=now)
        words = ngettext(
            "{n} disagreement was dated again. Their people are told by e-mail.",
            "{n} disagreements were dated again. Their people are told by e-mail.",
            done,
        ).format(n=figure(done))
        words = words if done else gettext("No date had to move.")
        messages.success(
            request, words if counts_all(person) else gettext("Each date that had to move was dated again. Their people are told by e-mail.")
        )
        return redirect("calendar")
    moves = list(preview(partnership, now=now))
    seen = set(Dispute.objects.filter(pk__in={move.dispute_id for move in moves}).visible_to(person).values_list("pk", flat=True))
    today = london(now).date()
    rows = [
        {
            "header": {"text": move.reference, "url": case_url(move.reference)},
            "cells": [
                {"text": ask_of(move.clock, move.case.procedure)},
                {"text": moment(move.before, today=today)},
                {"text": _after(move, today)},
            ],
        }
        for move in moves
        if move.dispute_id in seen
    ]
    # Whoever is given no number of those hidden is offered the button whatever there is, which would tell as much.
    hidden = len({move.dispute_id for move in moves} - seen) if counts_all(person) else None
    is_any = bool(rows or hidden is None or hidden)
    context = {"rows": rows[:MOST], "more": max(len(rows) - MOST, 0), "columns": COLUMNS, "hidden": hidden, "any": is_any}
    return render(request, "escalation/redating.html", context)


def _after(move: Redate, today: date) -> str:
    """When it would be due; and that an agreed date stays."""
    after = moment(move.after, today=today)
    if move.agreed is None:
        return after
    return gettext("{moment}; the agreed date stays {agreed}").format(moment=after, agreed=moment(move.agreed, today=today))
