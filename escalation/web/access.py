"""The way from a request to a disagreement, and from a refusal to an answer: once, for every page."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from agencies import wall_clock
from agencies.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound, TooMuch, WrongState
from agencies.person import Person
from agencies.web import given_back
from agencies.web.access import edition_for, person_for
from agencies.words import upper_first
from escalation.engine import questions
from escalation.engine.case import Case, assemble
from escalation.models import Dispute, Draft
from escalation.querysets import known_each
from escalation.references import read_reference
from escalation.services.drafts import draft_of, was_sent_by
from escalation.services.reading import recall_reason
from escalation.services.submission import Problems
from escalation.states import Verb

__all__ = [
    "case_url",
    "due_url",
    "moved_on",
    "on_refusal",
    "open_case",
    "open_draft",
    "or_what_was_sent",
    "page_asked",
    "read_reference",
    "typed_texts",
    "url_after",
    "verb_url",
]

View = Callable[..., HttpResponse]
LAST_PAGE = 1000


class Sent(Http404):
    """The draft was sent; `reference` is the disagreement's. Where nobody leads there it is not found, like anything that is no draft."""

    def __init__(self, reference: str) -> None:
        super().__init__()
        self.reference = reference


def open_case(request: HttpRequest, reference: str, *, whole: bool = False) -> Case:
    """The disagreement of this reference as it stands now, not locked and nothing marked; `whole` for showing it.

    Raises Http404 where there is none or the person may not know of it: the two look the same.
    """
    found = read_reference(reference)
    dispute = questions.BY_REFERENCE.first(found, known_each(person_for(request), wall_clock.today())) if found else None
    if dispute is None:
        raise Http404
    wall_clock.stand_in(dispute.partnership)
    now = wall_clock.now()
    case = assemble([dispute], now=now, whole=whole, edition=edition_for(request))[0]
    return recall_reason(case, person_for(request), now=now)


def open_draft(request: HttpRequest, reference: str) -> Draft:
    """The person's own draft of this reference, with everything typed so far. Raises Sent for one that they have sent, Http404 for any other."""
    person = person_for(request)
    found = read_reference(reference)
    row = draft_of(found, person) if found else None
    if row is None:
        raise Sent(found) if found and was_sent_by(found, person) else Http404
    return row


def or_what_was_sent(view: View) -> View:
    """A page of a draft that leads its writer to the disagreement once that is sent: by the way back or an old tab. What was typed there is shown."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Sent as sent:
            if request.method == "POST":
                return moved_on(request, WrongState(gettext("You have sent this. Its page shows where it stands.")), sent.reference)
            messages.info(request, gettext("You have sent this. Here you see where it stands."))
            return redirect("case", sent.reference)

    return page


def case_url(reference: str) -> str:
    """The page of a disagreement."""
    return reverse("case", args=[reference])


def url_after(person: Person, reference: str) -> str:
    """Where somebody is led who has just acted: the disagreement's page; My work where they do not know of it any more, as of what they sent back."""
    return case_url(reference) if Dispute.objects.named_visible_to(person).filter(reference=reference).exists() else reverse("my-work")


def due_url(reference: str, clock: UUID | None) -> str:
    """The calendar file of a running date; empty where none runs."""
    return reverse("case-due", args=[reference, clock]) if clock else ""


def page_asked(request: HttpRequest) -> int:
    """Which page of a list the address names, the first where it names none. Raises Http404 for what is no number from 1 to 1,000."""
    text = request.GET.get("page", "1")
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and 1 <= int(text) <= LAST_PAGE):
        raise Http404
    return int(text)


def verb_url(reference: str, verb: Verb) -> str:
    """The page of one verb on a disagreement."""
    return reverse("verb", args=[reference, verb.value.replace("_", "-")])


def on_refusal(
    request: HttpRequest, error: DomainError, *, form: forms.Form | None = None, reference: str = "", back_url: str = ""
) -> HttpResponse | None:
    """What a refusal by a service becomes.

    Bad input lands beside the form's field (or above the form) and None is returned: show the form again. Somebody else was first, or the state
    does not allow it: a page that says so, with what was typed, and leads back to `back_url` or the disagreement, status 409. Raises Http404 and
    PermissionDenied for the other two, and TooMuch as it came, which has a page of its own.
    """
    if isinstance(error, TooMuch):
        raise error
    if isinstance(error, NotFound):
        raise Http404 from error
    if isinstance(error, NotAllowed):
        raise PermissionDenied(error.message) from error
    if form is not None and isinstance(error, Problems):
        for field, sentence in error.problems:
            _add(form, field, sentence)
        return None
    if form is not None and isinstance(error, InvalidInput) and not isinstance(error, Conflict):
        _add(form, error.field, error.message)
        return None
    return moved_on(request, error, reference, back_url)


def _add(form: forms.Form, field: str | None, sentence: str) -> None:
    form.add_error(field if field in form.fields else None, sentence)


def moved_on(request: HttpRequest, error: DomainError, reference: str = "", back_url: str = "") -> HttpResponse:
    """A polite page for what cannot be done now, or no longer; whatever was typed is shown, to be copied."""
    context = {
        "message": error.message,
        "was_first": isinstance(error, Conflict),
        "back_url": back_url or (case_url(reference) if reference else reverse("my-work")),
        "reference": reference,
        "texts": typed_texts(request),
    }
    status = 409 if isinstance(error, WrongState) else 429 if isinstance(error, TooMuch) else 400
    return render(request, "escalation/moved_on.html", context, status=status)


def typed_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, text) of the answers in a posted form, each name as a heading."""
    return [(upper_first(name), text) for name, text in given_back.typed_texts(request)]
