"""Stages that had happened already, entered while logging: one after the other, the last one can be taken back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from agencies import wall_clock
from agencies.errors import InvalidInput
from agencies.web.forms import Form
from agencies.web.too_much import goes_on_where
from agencies.words import moment
from escalation.engine.definitions import definition_of
from escalation.models import Draft
from escalation.procedures.variants import by_way_of
from escalation.selectors.words import stage_title
from escalation.services.past import MOST, PastStage, check_logged, start_after
from escalation.services.submission import Submission, start_of
from escalation.web.access import open_draft, or_what_was_sent
from escalation.web.log_page import PAST, keep, leaving, posted, submission_of
from escalation.web.log_start import get_or_post
from escalation.web.urgent import is_urgent
from escalation.web.verbs.past import PastFields

# The draft's answer for one that was left half typed.
BEGUN = "past_begun"


class LogPastForm(PastFields, Form):
    """One stage."""

    def stage(self) -> PastStage:
        """What was typed."""
        return PastStage(**self.cleaned_data)

    def typed(self) -> dict[str, Any]:
        """What stands in its parts, right or wrong; empty where nothing does."""
        found = {name: self[name].data for name in self.fields}
        return found if any("".join(part or "" for part in value).strip() for value in found.values() if value) else {}

    def answer(self) -> dict[str, Any]:
        """The same as the draft keeps it."""
        data = self.cleaned_data
        return data | {name: data[name].isoformat() for name in ("happened_from", "happened_until")}


@goes_on_where(is_urgent)
@get_or_post
@or_what_was_sent
def past(request: HttpRequest, reference: str) -> HttpResponse:
    """The stages entered so far, and the next one to enter; Continue keeps it and leads to the check."""
    draft = open_draft(request, reference)
    submission, kept, begun = submission_of(draft), list(draft.answers.get(PAST) or []), draft.answers.get(BEGUN) or {}
    if request.method == "POST" and "remove" in request.POST:
        refused = keep(request, draft, PAST, None, {BEGUN: {}} if begun else {PAST: kept[:-1]})
        return refused or redirect("log-past", reference)
    form = LogPastForm(posted(request), initial=begun)
    if request.method == "POST":
        fits = form.is_valid() and _fits(form, draft, submission)
        if fits or leaving(request):
            answers = {PAST: [*kept, form.answer()], BEGUN: {}} if fits else {BEGUN: form.typed()}
            refused = keep(request, draft, PAST, form if fits else None, answers)
            if refused is not None or form.is_valid() or leaving(request):
                return refused or _on(request, reference)
    context = {
        "draft": draft,
        "reference": draft.dispute.reference,
        "back_url": reverse("log-check", args=[draft.dispute.reference]),
        "begun": begun,
        "rows": [{"key": key, "value": value} for key, value in past_rows(draft, submission)],
        "form": form,
        "following": _title(draft, submission, len(kept)),
        "may_add": len(kept) < MOST,
    }
    return render(request, "escalation/log_past.html", context)


def _fits(form: LogPastForm, draft: Draft, submission: Submission) -> bool:
    """Whether it may stand after those entered so far; what is wrong lands beside its field."""
    variant, first = start_of(submission, definition_of(draft.dispute.version_id), is_third_party=draft.dispute.is_third_party)
    try:
        check_logged([*submission.past, form.stage()], by_way_of(definition_of(draft.dispute.version_id), variant), first, wall_clock.now())
    except InvalidInput as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
    return form.is_valid()


def _on(request: HttpRequest, reference: str) -> HttpResponse:
    if leaving(request):
        messages.success(request, gettext("Your draft {reference} is saved.").format(reference=reference))
        return redirect("my-work")
    return redirect("log-past" if "another" in request.POST else "log-check", reference)


def _title(draft: Draft, submission: Submission, number: int) -> str:
    """The stage that follows so many, by its name."""
    definition = definition_of(draft.dispute.version_id)
    variant, first = start_of(submission, definition, is_third_party=draft.dispute.is_third_party)
    way = by_way_of(definition, variant)
    return stage_title(way, start_after(way, first, number))


def past_rows(draft: Draft, submission: Submission) -> list[tuple[str, str]]:
    """Each stage with when it was and what came of it."""
    return [
        (_title(draft, submission, number), "\n\n".join((_when(one), one.who, one.said, one.result))) for number, one in enumerate(submission.past)
    ]


def _when(one: PastStage) -> str:
    """As "Monday 2 March, 10am to Tuesday 3 March, 4pm"."""
    today = wall_clock.today()
    return gettext("{start} to {end}").format(start=moment(one.happened_from, today=today), end=moment(one.happened_until, today=today))
