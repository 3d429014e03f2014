"""My work: the first page after signing in, with the search."""

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.person import Person
from agencies.roles import CHAIR_ROLES, LEADING_ROLES, SUBGROUP_ROLES, UNIT_ROLES, Role
from agencies.templatetags.ui import full_day
from agencies.web.access import person_for
from agencies.web.forms import Form
from agencies.web.too_much import heavy
from agencies.words import figure
from escalation.models import Dispute
from escalation.selectors.desk import WorkItem
from escalation.selectors.keeping import waits_for_review
from escalation.selectors.worklist import (
    DRAFTS,
    LATER,
    LEARNING,
    MOST_FOUND,
    OVERDUE,
    TODAY,
    WAITING,
    Covered,
    Group,
    Worklist,
    find,
    worklist,
)
from escalation.states import State
from escalation.web.access import case_url, due_url, page_asked, read_reference
from escalation.web.begun import begun_by
from escalation.web.lists import remember_list


class SearchForm(Form):
    """One box: a reference, or the child's reference in one's own agency."""

    q = forms.CharField(
        label=_("Find a disagreement"),
        max_length=60,
        help_text=_("Its reference, or your agency’s for the child"),
        error_messages={"required": _("Enter a reference")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )


# Where those find what they look after whose work waits for nobody by name.
ELSEWHERE = {
    "board": UNIT_ROLES,
    "my-agency": LEADING_ROLES,
    "audits": {Role.AUDITOR},
    "report-standing": SUBGROUP_ROLES,
    "report-findings": {Role.PANEL_MEMBER},
    "board-page": CHAIR_ROLES,
    "guide": {Role.MEDIATOR},
    "directory": {Role.ADMINISTRATOR},
}
TITLES = {
    OVERDUE: _("Overdue"),
    TODAY: _("Due today"),
    LATER: _("Due later"),
    LEARNING: _("Learning actions"),
    WAITING: _("Waiting for others"),
    DRAFTS: _("Drafts"),
}


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """What one owes by when it is due, what colleagues who are away owe, what one waits for, drafts: the first of each, or one page by page."""
    person = person_for(request)
    now = wall_clock.now()
    only, page = request.GET.get("list", ""), page_asked(request)
    found = worklist(person, now, only=only, page=page)
    remember_list(request)
    if only:
        return _one_list(request, found, page)
    review = waits_for_review(person, now)
    context = {
        "groups": [_group(group) for group in found.groups],
        "covered": any(group.covered for group in found.groups),
        "nothing_now": not (found.has(OVERDUE, TODAY, LEARNING) or found.has_sent_back),
        "nothing_own": not (found.has(OVERDUE, TODAY, LATER, LEARNING) or review),
        "next_due": found.next_due,
        "has_role": bool(person.seats),
        "may_find": any(seat.role != Role.ADMINISTRATOR for seat in person.seats),
        "begun": begun_by(request),
        "elsewhere": [name for name, roles in ELSEWHERE.items() if person.sits_anywhere_as(*roles)],
        "review": review,
        "search": SearchForm(),
    }
    return render(request, "escalation/my_work.html", context)


def _one_list(request: HttpRequest, found: Worklist, page: int) -> HttpResponse:
    """One page of a list; where nothing is left on it, all of My work."""
    if not any(group.items for group in found.groups):
        return redirect("my-work")
    group = _group(found.groups[0])
    context = {
        "group": group,
        "first_url": group["all_url"] if page > 1 else "",
        "next_url": f"{group['all_url']}&page={page + 1}" if group["last"] < group["total"] else "",
    }
    return render(request, "escalation/my_work_list.html", context)


def _group(group: Group) -> dict[str, Any]:
    """A group as the page shows it; a colleague's with why it is here, and its mark on every row."""
    rows, covered = _rows(group.items), group.covered
    title = gettext("For {name}").format(name=covered.name) if covered else TITLES[group.key]
    return {
        "key": group.key,
        "title": title,
        "note": _why(covered) if covered else "",
        "rows": [_marked(row, covered) for row in rows] if covered else rows,
        "total": group.total,
        "first": group.before + 1,
        "last": group.last,
        "all_url": f"{reverse('my-work')}?{urlencode({'list': group.key})}",
    }


def _why(covered: Covered) -> str:
    covering = gettext("You cover for {name} until {day}.")
    why = covering if covered.mine else gettext("{name} is away until {day}, and you are a deputy in the same post.")
    return why.format(name=covered.name, day=full_day(covered.until))


def _marked(row: dict[str, Any], covered: Covered) -> dict[str, Any]:
    """The row with its own mark, so that it is told from the person's own wherever it is read."""
    mark = (gettext("covering for {name}") if covered.mine else gettext("standing in for {name}")).format(name=covered.name)
    return row | {"note": ", ".join(filter(None, [mark, row["note"]]))}


def _rows(items: list[WorkItem]) -> list[dict[str, Any]]:
    return [asdict(item) | {"url": item_url(item), "calendar_url": _calendar_url(item)} for item in items]


def _calendar_url(item: WorkItem) -> str:
    if item.learning is not None:
        return reverse("learning-due", args=[item.learning])
    return due_url(item.reference, item.clock)


def item_url(item: WorkItem) -> str:
    """A draft leads back into its questions, a learning action to its own page, everything else to the disagreement's."""
    if item.learning is not None:
        return reverse("learning-point", args=[item.learning])
    return reverse("log-resume", args=[item.reference]) if item.is_draft else case_url(item.reference)


@heavy
@require_http_methods(["GET", "HEAD", "POST"])
def search(request: HttpRequest) -> HttpResponse:
    """Straight to the one disagreement found, else a list; what may not be seen looks like what does not exist.

    What is looked for is sent as a form: an agency's own reference of a child would else stand in an address, and in whoever's log of addresses.
    """
    form = SearchForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return render(request, "escalation/search.html", {"form": form, "typed": ""})
    typed = form.cleaned_data["q"]
    person = person_for(request)
    found = find(person, read_reference(typed), typed, wall_clock.now())
    if len(found) == 1:
        return redirect(_found_url(person, found[0]))
    shown = found[:MOST_FOUND]
    rows = [
        {
            "reference": row.reference,
            "url": _found_url(person, row),
            "ask": State(row.state).label,
            "who": gettext("raised by {agency}").format(agency=row.raising_agency.name),
        }
        for row in shown
    ]
    are_more = len(found) > len(shown)
    context = {"form": form, "typed": typed, "rows": rows, "title": _how_many(len(rows), are_more=are_more), "are_more": are_more}
    return render(request, "escalation/search.html", context)


def _how_many(number: int, *, are_more: bool) -> str:
    if not number:
        return gettext("Nothing found")
    if are_more:
        return gettext("The newest {shown} of more disagreements found").format(shown=figure(number))
    return ngettext("{shown} disagreement found", "{shown} disagreements found", number).format(shown=figure(number))


def _found_url(person: Person, dispute: Dispute) -> str:
    own_draft = dispute.state == State.DRAFT and dispute.logged_by_id == person.id
    return reverse("log-resume", args=[dispute.reference]) if own_draft else case_url(dispute.reference)
