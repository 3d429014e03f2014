"""What the question pages share: their order, keeping what was typed at every Continue, and the way on and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import DomainError
from agencies.web.access import person_for
from agencies.web.forms import Form
from agencies.words import Words
from escalation.models import Draft
from escalation.services import drafts
from escalation.services.reading_answers import read
from escalation.services.submission import Problems, Submission
from escalation.web.access import on_refusal
from escalation.web.log_meanwhile import seen_of


@dataclass(frozen=True, slots=True)
class Step:
    """One question page: its place in the address, its name on the check page, and the answers that belong to it."""

    slug: str
    title: Words
    fields: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...] = ()
    """Of each of these groups one answer at least."""


MATTER = ("themes", "what", "basis", "setting", "arose_on", "raised_at", "plan", "level_of_need", "capacity_in_doubt", "is_serious", "is_stuck")
ROUTE = ("holders", "is_urgent", "respond_by", "why_sooner", "spoken_to", "spoken_at", "start_stage", "start_ground", "start_reason", "is_restricted")
TRIED = ("tried", "attempts", "consulted", "consulted_on", "involved", "told_whom", "family_told", "family_view")
STEPS = (
    Step("door", _("Is it any of these?"), ("door", "way")),
    Step("agency", _("Which agency do you disagree with?"), ("receiving",), (("receiving",),)),
    Step("child", _("Who is the child?"), ("children",), (("children",),)),
    Step("matter", _("What is disputed?"), MATTER, (("themes",), ("what",), ("basis",))),
    Step("impact", _("What does it mean for the child, and what do you want?"), ("impact", "outcome_sought"), (("impact",), ("outcome_sought",))),
    Step("tried", _("What has been tried?"), TRIED, (("tried", "attempts"),)),
    Step("counterpart", _("Who answers, and by when?"), ROUTE),
)
SLUGS = [step.slug for step in STEPS]
# A page beside the others, for the few whose stage had happened already.
PAST = "past"


def step_of_field(field: str) -> str:
    """The page on which an answer is given."""
    if field == PAST:
        return PAST
    return next((step.slug for step in STEPS if field in step.fields), "counterpart")


def submission_of(draft: Draft) -> Submission:
    """The answers so far as a submission; what cannot be read is left out, and the check says so."""
    try:
        return read(draft.answers)
    except Problems as error:
        unreadable = {field for field, _ in error.problems}
        return read({key: value for key, value in draft.answers.items() if key not in unreadable})


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent; None for a page that is only looked at."""
    return request.POST if request.method == "POST" else None


def leaving(request: HttpRequest) -> bool:
    """They want to go on another time."""
    return "later" in request.POST


def page(
    request: HttpRequest,
    draft: Draft,
    slug: str,
    form: Form,
    answers: Callable[[], dict[str, Any]],
    more: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Show the form, or keep its answers and go on. What is right is kept also where something else is wrong."""
    if request.method == "POST":
        valid = form.is_valid()
        # Half of an answer to who acts would change whom the page shows: that one is kept whole, or as it is by whoever goes away.
        refused = keep(request, draft, slug, form, answers()) if valid or leaving(request) or slug != SLUGS[-1] else None
        if refused is not None:
            return refused
        if (valid and form.is_valid()) or leaving(request):
            return onward(request, draft, slug)
    return render(request, f"escalation/log_{slug}.html", {**around(request, draft, slug), "form": form, **(more or {})})


def keep(
    request: HttpRequest, draft: Draft, slug: str, form: Form | None, answers: Mapping[str, Any], *, procedure: UUID | None = None
) -> HttpResponse | None:
    """Save what could be read, under another procedure where it goes on there. A refusal lands on the form; a page of its own only where the
    draft is gone."""
    person = person_for(request)
    try:
        if procedure is not None:
            kept = drafts.take_over(draft.dispute.pk, person, procedure=procedure, answers=answers)
        else:
            kept = drafts.save_draft(draft.dispute.pk, person, answers, step=slug)
        draft.answers, draft.saved_at = kept.answers, kept.saved_at
    except DomainError as error:
        return on_refusal(request, error, form=form)
    return None


def onward(request: HttpRequest, draft: Draft, slug: str) -> HttpResponse:
    """The next question; the check, where the person came from there; My work, where they want to go on later."""
    reference = draft.dispute.reference
    if leaving(request):
        messages.success(request, gettext("Your draft {reference} is saved.").format(reference=reference))
        return redirect("my-work")
    following = SLUGS[SLUGS.index(slug) + 1 :]
    if "check" in request.GET or not following:
        return redirect("log-check", reference)
    return redirect("log-step", reference, following[0])


def around(request: HttpRequest, draft: Draft, slug: str) -> dict[str, Any]:
    """What every question page shows: the way back, where it stands, and what it had seen when it was shown."""
    reference, place = draft.dispute.reference, SLUGS.index(slug)
    back = reverse("log-step", args=[reference, SLUGS[place - 1]]) if place else reverse("my-work")
    return {
        "draft": draft,
        "reference": reference,
        "back_url": reverse("log-check", args=[reference]) if "check" in request.GET else back,
        "title": STEPS[place].title,
        "seen": seen_of(draft, STEPS[place].fields),
    }
