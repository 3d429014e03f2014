"""The questions of logging on a draft that is kept at every Continue."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import wall_clock
from agencies.web.too_much import goes_on_where
from escalation.engine.definitions import definition_of, procedure_of
from escalation.models import Draft
from escalation.selectors.logging import own_people, their_people
from escalation.selectors.preview import preview
from escalation.services import gate
from escalation.services.side_by_side import beside_this, in_force
from escalation.services.submission import is_16_or_17
from escalation.states import Door, Ground
from escalation.web.access import open_draft, or_what_was_sent
from escalation.web.log_agency import agency_step
from escalation.web.log_answers import is_on_behalf
from escalation.web.log_child import child
from escalation.web.log_counterpart import CounterpartForm
from escalation.web.log_forms import DoorForm, ImpactForm, MatterForm
from escalation.web.log_meanwhile import saved_meanwhile
from escalation.web.log_page import SLUGS, STEPS, around, keep, leaving, onward, page, posted, submission_of
from escalation.web.log_start import get_or_post, show_signpost
from escalation.web.log_tried import tried
from escalation.web.urgent import is_urgent


@or_what_was_sent
def resume(request: HttpRequest, reference: str) -> HttpResponse:
    """Back to the first question without its answer; to the check where all are answered."""
    draft = open_draft(request, reference)
    missing = next((step.slug for step in STEPS if not all(any(draft.answers.get(name) for name in group) for group in step.needed)), None)
    if missing is None and not draft.dispute.head_number and draft.step in SLUGS[:-1]:
        missing = SLUGS[-1]
    return redirect(reverse("log-step", args=[draft.dispute.reference, missing]) if missing else reverse("log-check", args=[draft.dispute.reference]))


@goes_on_where(is_urgent)
@get_or_post
@or_what_was_sent
def step(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """One question page: shown with what was kept; kept again at Continue."""
    draft = open_draft(request, reference)
    if slug not in SLUGS:
        raise Http404
    return saved_meanwhile(request, draft, STEPS[SLUGS.index(slug)].fields) or PAGES[slug](request, draft)


def _door(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Another answer to what it is. Where the procedure does not take it, the draft stays as it was; where it goes by another, it goes on there."""
    procedure, reference = definition_of(draft.dispute.version_id), draft.dispute.reference
    others = in_force(draft.dispute.partnership_id, wall_clock.today())
    beside = beside_this(procedure, others)
    form = DoorForm(posted(request), initial=DoorForm.initial_of(draft.answers), procedure=procedure, beside=beside)
    context = around(request, draft, "door")
    if request.method != "POST" or not (form.is_valid() or leaving(request)):
        return render(request, "escalation/log_door.html", context | {"form": form})
    if not form.is_valid():
        return onward(request, draft, "door")
    door, way = form.chosen()
    rule = gate.rule_at(procedure, door, way)
    if gate.stops(rule, beside):
        return show_signpost(request, procedure, door, way, beside=beside, back_url=request.get_full_path(), draft=reference)
    target = next((one.procedure_id for one in others if rule is not None and one.definition.key == rule.procedure), None)
    own = {"receiving": [str(draft.dispute.raising_agency_id)]} if door == Door.OWN_AGENCY else {}
    refused = keep(request, draft, "door", form, {"door": door, "way": "" if target else way, **own}, procedure=target)
    if not form.is_valid():
        return refused or render(request, "escalation/log_door.html", context | {"form": form})
    if refused is not None or leaving(request) or not door:
        return refused or onward(request, draft, "door")
    return redirect(reverse("log-signpost", args=[reference]) + ("?check=1" if "check" in request.GET else ""))


def _matter(request: HttpRequest, draft: Draft) -> HttpResponse:
    procedure, submission = definition_of(draft.dispute.version_id), submission_of(draft)
    asks = is_16_or_17(submission.children, wall_clock.today())
    form = MatterForm(
        posted(request), initial=MatterForm.initial_of(draft.answers), procedure=procedure, asks_capacity=asks, on_behalf=is_on_behalf(draft)
    )
    return page(request, draft, "matter", form, form.answers)


def _impact(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = ImpactForm(posted(request), initial=ImpactForm.initial_of(draft.answers))
    return page(request, draft, "impact", form, form.answers)


def _counterpart(request: HttpRequest, draft: Draft) -> HttpResponse:
    if not draft.answers.get("receiving"):
        return redirect("log-step", draft.dispute.reference, "agency")
    submission = submission_of(draft)
    shown = preview(draft, submission, wall_clock.now())
    procedure = procedure_of(draft.dispute)
    ground = procedure.start_above[0].value if procedure.start_above else Ground.RISK.value
    kept = CounterpartForm.initial_of(draft.answers, shown)
    own, in_danger = own_people(draft) if submission.is_restricted else [], bool(draft.answers.get("danger_now"))
    form = CounterpartForm(posted(request), initial=kept, shown=shown, procedure=procedure, own=own, theirs=their_people(draft), in_danger=in_danger)
    form.opened = request.GET.get("open", "")
    before = _route(draft.answers)
    response = page(request, draft, "counterpart", form, lambda: form.answers(ground), {"shown": shown})
    if response.status_code == 302 and _route(open_draft(request, draft.dispute.reference).answers) != before and not leaving(request):
        # Other people act at another stage: show them before the check.
        messages.info(request, _("Your choice changes who acts. Check the people below, then continue."))
        return redirect("log-step", draft.dispute.reference, "counterpart")
    return response


def _route(answers: Mapping[str, Any]) -> tuple[Any, ...]:
    """The answers on which it depends who acts."""
    asked = (bool(answers.get("is_restricted")), bool(answers.get("through_partnership")), bool(answers.get("is_urgent")))
    return (answers.get("start_stage"), *asked, tuple(answers.get("kept_from") or ()))


PAGES: dict[str, Callable[[HttpRequest, Draft], HttpResponse]] = {
    "door": _door,
    "agency": agency_step,
    "child": child,
    "matter": _matter,
    "impact": _impact,
    "tried": tried,
    "counterpart": _counterpart,
}
