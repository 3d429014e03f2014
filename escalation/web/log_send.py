"""Check answers, send, what happened then, and throwing a draft away."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.errors import DomainError
from agencies.web.access import person_for
from agencies.web.too_much import goes_on_where
from agencies.words import as_error, lower_first, moment
from escalation.engine.case import Case
from escalation.engine.stops import HOP
from escalation.models import Draft
from escalation.part_policy import written_by
from escalation.selectors.around import about_children
from escalation.selectors.case_file import case_file
from escalation.selectors.notes import meanwhile
from escalation.selectors.preview import Preview, hop_words, preview
from escalation.selectors.sent import also_asked, sent_back_because, told
from escalation.selectors.words import names
from escalation.services import drafts
from escalation.services.submission import Problems, Submission
from escalation.states import State, Verb
from escalation.web.access import case_url, on_refusal, open_case, open_draft, or_what_was_sent, verb_url
from escalation.web.case import step_context
from escalation.web.log_answers import change_url, sections_of
from escalation.web.log_page import step_of_field, submission_of
from escalation.web.log_start import get_or_post
from escalation.web.urgent import is_urgent


@goes_on_where(is_urgent)
@get_or_post
@or_what_was_sent
def check_answers(request: HttpRequest, reference: str) -> HttpResponse:
    """Every answer with its Change link, who will answer and by when; sending is the button."""
    if request.method == "POST":
        return _send(request, reference)
    return _show(request, open_draft(request, reference), asked=False)


def _send(request: HttpRequest, reference: str) -> HttpResponse:
    """Send it once. A second click finds it sent and shows the same confirmation."""
    case = open_case(request, reference)
    reference = case.dispute.reference
    if case.dispute.state != State.DRAFT:
        return redirect("log-sent", reference)
    draft = open_draft(request, reference)
    try:
        drafts.submit(draft.dispute_id, person_for(request))
    except Problems:
        return _show(request, draft, asked=True)
    except DomainError as error:
        refused = on_refusal(request, error, reference=reference)
        return refused or redirect("log-check", reference)
    return redirect("log-sent", reference)


def _show(request: HttpRequest, draft: Draft, *, asked: bool) -> HttpResponse:
    """The check page; `asked` where sending was tried: then what is missing is an error."""
    now, submission = wall_clock.now(), submission_of(draft)
    problems = problems_of(draft, submission, now)
    reference = draft.dispute.reference
    missing = [{"message": as_error(sentence), "target": "", "url": change_url(reference, step_of_field(field))} for field, sentence in problems]
    shown = preview(draft, submission, now) if submission.receiving else None
    context = {
        "draft": draft,
        "reference": reference,
        "missing": missing,
        "asked": asked and bool(missing),
        "sections": sections_of(draft, submission, shown),
        "change_who": change_url(reference, "counterpart", "holder_"),
        "shown": shown,
        "first": _first_receiver(shown),
        "back_url": reverse("log-step", args=[reference, "counterpart"]),
        "related": about_children(person_for(request), draft.dispute.partnership_id, draft.dispute.raising_agency_id, submission.children),
        "sent_back": sent_back_because(draft.dispute_id) if draft.dispute.head_number else "",
    }
    return render(request, "escalation/log_check.html", context)


def problems_of(draft: Draft, submission: Submission, now: datetime) -> list[tuple[str, str]]:
    """What the submission's own check says is missing or cannot be."""
    try:
        drafts.check_for(draft.dispute, submission, now=now)
    except Problems as error:
        return error.problems
    return []


def _first_receiver(shown: Preview | None) -> str:
    """ "Northbury Council", "Northbury Council and Calder Trust": to whom the button sends it."""
    return names([receiver.agency for receiver in shown.receivers]) if shown else ""


@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation: who was told, what happens next and by when. May be opened again."""
    case = open_case(request, reference, whole=True)
    if case.dispute.state == State.DRAFT:
        return redirect("log-check", case.dispute.reference)
    file = case_file(case, person_for(request), wall_clock.now())
    box, stage = step_context(file), case.stage_definition
    stop = _first_stop(case) if stage is not None and stage.is_own else file.receiving
    asked = [box, *({**box, **also} for also in also_asked(case, file.turn))]
    following = [_next_words(each, each is box and file.turn.owner == person_for(request).id) for each in asked]
    people, leaves = told(case.dispute.pk, person_for(request).id, wall_clock.now())
    context = {
        "title": _("Sent to {receiver}").format(receiver=stop),
        "reference": file.reference,
        "told": people,
        "leaves": leaves,
        "rings": [each for each in asked if each["phone"] or each["out_of_hours"]] or asked[:1],
        "next": [line for line in [*following, box["note"], meanwhile(file.raising) if case.procedure.status_quo else ""] if line],
        "due": box["due"],
        "working_out": box["working_out"],
        "links": [
            {"label": _("Open the disagreement"), "url": case_url(file.reference)},
            {"label": _("Print or save a copy"), "url": reverse("case-print", args=[file.reference])},
            {"label": _("Go to My work"), "url": reverse("my-work")},
        ],
    }
    return render(request, "escalation/log_sent.html", context)


def _first_stop(case: Case) -> str:
    """Who has it inside the own agency, or in place of that, as it stands inside a sentence."""
    return hop_words(case) if case.dispute.stage == HOP else _("your own manager")


def _next_words(box: dict[str, Any], mine: bool) -> str:  # noqa: FBT001 - one use
    """ "Rashida Shah, team manager, is asked to respond: Stage 1 by Monday 9 March, 4:30pm." """
    who = f"{box['person']}, {lower_first(box['post'])}," if box["post"] else box["person"]
    said = {"who": who, "ask": lower_first(box["what"])}
    if box["due"] and box["due"]["moment"]:
        words = _("You are asked to {ask} by {moment}.") if mine else _("{who} is asked to {ask} by {moment}.")
        said["moment"] = moment(box["due"]["moment"], today=wall_clock.today())
    else:
        words = _("You are asked to {ask}.") if mine else _("{who} is asked to {ask}.")
    return words.format(**said)


@get_or_post
@or_what_was_sent
def delete(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask once, then delete the draft with everything typed."""
    if request.method == "POST" and not _is_own_draft(request, reference):
        return redirect("my-work")
    draft = open_draft(request, reference)
    if request.method == "POST":
        try:
            drafts.discard_draft(draft.dispute_id, person_for(request))
        except DomainError as error:
            refused = on_refusal(request, error, reference=draft.dispute.reference)
            if refused is not None:
                return refused
        messages.success(request, _("The draft {reference} is deleted.").format(reference=draft.dispute.reference))
        return redirect("my-work")
    context = {"reference": draft.dispute.reference, "saved_at": draft.saved_at}
    if draft.dispute.head_number:
        context["withdraw_url"] = verb_url(draft.dispute.reference, Verb.WITHDRAW)
    return render(request, "escalation/log_delete.html", context)


def _is_own_draft(request: HttpRequest, reference: str) -> bool:
    """Still there? A second click on Delete finds nothing and is not an error."""
    person = person_for(request)
    return Draft.objects.filter(written_by(person, "dispute__"), dispute__reference=reference, dispute__state=State.DRAFT).exists()
