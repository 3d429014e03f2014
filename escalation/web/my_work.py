"""My work: the first page after signing in, with the search."""

from dataclasses import asdict
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.person import Person
from agencies.templatetags.ui import full_day
from agencies.web.access import person_for
from agencies.web.forms import Form
from escalation.models import Dispute
from escalation.selectors.keeping import waits_for_review
from escalation.selectors.worklist import Covered, WorkItem, find, worklist
from escalation.states import State
from escalation.web.access import case_url, due_url, read_reference


class SearchForm(Form):
    """One box: a reference, or the child's reference in one's own agency."""

    q = forms.CharField(
        label=_("Find a disagreement"),
        max_length=60,
        help_text=_("Its reference, or your agency’s for the child"),
        error_messages={"required": _("Enter a reference")},
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
    )


@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """Overdue, due today, due later, then what colleagues who are away owe, waiting for others, drafts."""
    person = person_for(request)
    now = wall_clock.now()
    found, review = worklist(person, now), waits_for_review(person, now)
    groups = [
        {"key": "overdue", "title": gettext("Overdue"), "rows": _rows(found.overdue)},
        {"key": "today", "title": gettext("Due today"), "rows": _rows(found.today)},
        {"key": "later", "title": gettext("Due later"), "rows": _rows(found.later)},
        *(_covered(at, group) for at, group in enumerate(found.covered)),
        {"key": "learning", "title": gettext("Learning actions"), "rows": _rows(found.learning)},
        {"key": "waiting", "title": gettext("Waiting for others"), "rows": _rows(found.waiting)},
        {"key": "drafts", "title": gettext("Drafts"), "rows": _rows(found.drafts)},
    ]
    context = {
        "groups": [group for group in groups if group["rows"]],
        "covered": bool(found.covered),
        "nothing_now": not (found.overdue or found.today or found.learning),
        "nothing_own": not (found.overdue or found.today or found.later or found.learning or review),
        "next_due": found.next_due,
        "has_role": bool(person.seats),
        "review": review,
        "search": SearchForm(),
    }
    return render(request, "escalation/my_work.html", context)


def _covered(at: int, group: Covered) -> dict[str, Any]:
    """A colleague's group, with why it is here."""
    until = full_day(group.until)
    covering = gettext("You cover for {name} until {day}.")
    why = covering if group.mine else gettext("{name} is away until {day}, and you are a deputy in the same post.")
    return {
        "key": f"covered-{at}",
        "title": gettext("For {name}").format(name=group.name),
        "note": why.format(name=group.name, day=until),
        "rows": [_marked(row, group) for row in _rows(group.items)],
    }


def _marked(row: dict[str, Any], group: Covered) -> dict[str, Any]:
    """The row with its own mark, so that it is told from the person's own wherever it is read."""
    mark = (gettext("covering for {name}") if group.mine else gettext("standing in for {name}")).format(name=group.name)
    return row | {"note": ", ".join(filter(None, [mark, row["note"]]))}


def _rows(items: list[WorkItem]) -> list[dict[str, Any]]:
    return [asdict(item) | {"url": item_url(item), "calendar_url": due_url(item.reference, item.clock)} for item in items]


def item_url(item: WorkItem) -> str:
    """A draft leads back into its questions, a learning action to its own page, everything else to the disagreement's."""
    if item.learning is not None:
        return reverse("learning-point", args=[item.learning])
    return reverse("log-resume", args=[item.reference]) if item.is_draft else case_url(item.reference)


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
    found = find(person, read_reference(typed), typed)
    if len(found) == 1:
        return redirect(_found_url(person, found[0]))
    rows = [
        {
            "reference": row.reference,
            "url": _found_url(person, row),
            "ask": State(row.state).label,
            "who": gettext("raised by {agency}").format(agency=row.raising_agency.name),
        }
        for row in found
    ]
    return render(request, "escalation/search.html", {"form": form, "typed": typed, "rows": rows})


def _found_url(person: Person, dispute: Dispute) -> str:
    own_draft = dispute.state == State.DRAFT and dispute.logged_by_id == person.id
    return reverse("log-resume", args=[dispute.reference]) if own_draft else case_url(dispute.reference)
