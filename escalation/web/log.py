"""The questions of logging on a draft that is kept at every Continue."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import BaseFormSet, formset_factory
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from agencies.errors import DomainError
from agencies.web.access import person_for
from agencies.web.forms import Form
from escalation.engine.definitions import definition_of
from escalation.models import Draft
from escalation.selectors.logging import agencies_to_choose
from escalation.selectors.preview import preview
from escalation.services import drafts
from escalation.services.submission import MOST_CHILDREN, Problems, Submission, read
from escalation.states import Ground
from escalation.web.access import on_refusal, open_draft
from escalation.web.log_counterpart import CounterpartForm
from escalation.web.log_forms import AgencyForm, ChildForm, ImpactForm, MatterForm, TriedForm
from escalation.web.log_start import get_or_post

ChildFormSet = formset_factory(ChildForm, extra=0, min_num=1, max_num=MOST_CHILDREN, absolute_max=MOST_CHILDREN, validate_max=True)


@dataclass(frozen=True, slots=True)
class Step:
    """One question page: its place in the address, its name on the check page, and the answers that belong to it."""

    slug: str
    title: str
    fields: tuple[str, ...]
    needed: str


STEPS = (
    Step("agency", "Which agency do you disagree with?", ("receiving",), "receiving"),
    Step("child", "Who is the child?", ("children",), "children"),
    Step("matter", "What is disputed?", ("themes", "what", "basis", "setting", "arose_on", "plan", "level_of_need"), "what"),
    Step("impact", "What does it mean for the child, and what do you want?", ("impact", "outcome_sought"), "impact"),
    Step("tried", "What has been tried?", ("tried", "consulted", "family_view"), "tried"),
    Step("counterpart", "Who answers, and by when?", ("holders", "is_urgent", "respond_by", "start_stage", "start_ground", "start_reason"), ""),
)
SLUGS = [step.slug for step in STEPS]


def step_of_field(field: str) -> str:
    """The page on which an answer is given."""
    return next((step.slug for step in STEPS if field in step.fields), "counterpart")


def submission_of(draft: Draft) -> Submission:
    """The answers so far as a submission; what cannot be read is left out, and the check says so."""
    try:
        return read(draft.answers)
    except Problems as error:
        unreadable = {field for field, _ in error.problems}
        return read({key: value for key, value in draft.answers.items() if key not in unreadable})


def resume(request: HttpRequest, reference: str) -> HttpResponse:
    """Back to the first question without its answer; to the check where all are answered."""
    draft = open_draft(request, reference)
    missing = next((step.slug for step in STEPS if step.needed and not draft.answers.get(step.needed)), None)
    if missing is None and not draft.dispute.head_number and draft.step in {*SLUGS[:-1], "door"}:
        missing = SLUGS[-1]
    return redirect(reverse("log-step", args=[draft.dispute.reference, missing]) if missing else reverse("log-check", args=[draft.dispute.reference]))


@get_or_post
def step(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """One question page: shown with what was kept; kept again at Continue."""
    draft = open_draft(request, reference)
    if slug not in SLUGS:
        raise Http404
    return PAGES[slug](request, draft)


def _posted(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _agency(request: HttpRequest, draft: Draft) -> HttpResponse:
    several = definition_of(draft.dispute.version_id).several_receiving
    agencies = agencies_to_choose(draft)
    kept = AgencyForm.initial_of(draft.answers, several=several)
    form = AgencyForm(_posted(request), initial=kept, agencies=agencies, own=draft.dispute.raising_agency_id, several=several)
    return _page(request, draft, "agency", form, form.answers)


def _matter(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = MatterForm(_posted(request), initial=MatterForm.initial_of(draft.answers), procedure=definition_of(draft.dispute.version_id))
    return _page(request, draft, "matter", form, form.answers)


def _impact(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = ImpactForm(_posted(request), initial=ImpactForm.initial_of(draft.answers))
    return _page(request, draft, "impact", form, form.answers)


def _tried(request: HttpRequest, draft: Draft) -> HttpResponse:
    form = TriedForm(_posted(request), initial=TriedForm.initial_of(draft.answers))
    return _page(request, draft, "tried", form, form.answers)


def _counterpart(request: HttpRequest, draft: Draft) -> HttpResponse:
    if not draft.answers.get("receiving"):
        return redirect("log-step", draft.dispute.reference, "agency")
    procedure = definition_of(draft.dispute.version_id)
    shown = preview(draft, submission_of(draft), timezone.now())
    ground = procedure.start_above[0].value if procedure.start_above else Ground.RISK.value
    kept = CounterpartForm.initial_of(draft.answers, shown)
    form = CounterpartForm(_posted(request), initial=kept, shown=shown, procedure=procedure)
    before = _route(draft.answers)
    response = _page(request, draft, "counterpart", form, lambda: form.answers(ground), {"shown": shown})
    if response.status_code == 302 and _route(open_draft(request, draft.dispute.reference).answers) != before and not _leaving(request):
        # Other people act at another stage: show them before the check.
        messages.info(request, "Your choice changes who acts. Check the people below, then continue.")
        return redirect("log-step", draft.dispute.reference, "counterpart")
    return response


def _route(answers: Mapping[str, Any]) -> tuple[Any, ...]:
    """The answers on which it depends who acts."""
    return (answers.get("start_stage") or 1, bool(answers.get("is_restricted")), bool(answers.get("is_urgent")))


def _leaving(request: HttpRequest) -> bool:
    return "later" in request.POST


def _page(
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
        # Half of an answer to who acts would change whom the page shows: that one is kept whole.
        refused = _keep(request, draft, slug, form, answers()) if valid or slug != SLUGS[-1] else None
        if refused is not None:
            return refused
        if (valid and form.is_valid()) or _leaving(request):
            return _onward(request, draft, slug)
    return render(request, f"escalation/log_{slug}.html", {**_around(request, draft, slug), "form": form, **(more or {})})


def _keep(request: HttpRequest, draft: Draft, slug: str, form: Form | None, answers: Mapping[str, Any]) -> HttpResponse | None:
    """Save what could be read. A refusal lands on the form; a page of its own only where the draft is gone."""
    try:
        kept = drafts.save_draft(draft.dispute.pk, person_for(request), answers, step=slug)
        draft.answers, draft.saved_at = kept.answers, kept.saved_at
    except DomainError as error:
        return on_refusal(request, error, form=form)
    return None


def _onward(request: HttpRequest, draft: Draft, slug: str) -> HttpResponse:
    """The next question; the check, where the person came from there; My work, where they want to go on later."""
    reference = draft.dispute.reference
    if _leaving(request):
        messages.success(request, f"Your draft {reference} is saved.")
        return redirect("my-work")
    following = SLUGS[SLUGS.index(slug) + 1 :]
    if "check" in request.GET or not following:
        return redirect("log-check", reference)
    return redirect("log-step", reference, following[0])


def _around(request: HttpRequest, draft: Draft, slug: str) -> dict[str, Any]:
    """What every question page shows: the way back, and where it stands."""
    reference, place = draft.dispute.reference, SLUGS.index(slug)
    back = reverse("log-step", args=[reference, SLUGS[place - 1]]) if place else reverse("my-work")
    return {
        "draft": draft,
        "reference": reference,
        "back_url": reverse("log-check", args=[reference]) if "check" in request.GET else back,
        "title": STEPS[place].title,
    }


def _child(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Children, added and removed by buttons that also keep what was typed."""
    if request.method == "POST":
        data = _without_removed(request.POST)
        formset = ChildFormSet(data, prefix="child")
        if formset.is_valid() or (_leaving(request) and formset.forms):
            _keep(request, draft, "child", None, {"children": [form.answer() for form in formset.forms if form.is_valid()]})
            if "add" in request.POST or "remove" in request.POST:
                return redirect(f"{reverse('log-step', args=[draft.dispute.reference, 'child'])}{_query(request)}")
            return _onward(request, draft, "child")
    else:
        formset = _kept_children(request, draft)
    names = {"many": len(formset.forms) > 1, "may_add": len(formset.forms) < MOST_CHILDREN, "formset": formset}
    return render(request, "escalation/log_child.html", {**_around(request, draft, "child"), **names})


def _kept_children(request: HttpRequest, draft: Draft) -> "BaseFormSet[Any]":
    """The children kept so far, and an empty one where one is added or none is there."""
    kept = [ChildForm.initial_of(child) for child in draft.answers.get("children") or []]
    adding = "add" in request.GET and 0 < len(kept) < MOST_CHILDREN
    formset = ChildFormSet(initial=[*kept, *([{}] if adding else [])], prefix="child")
    if adding:
        formset.forms[-1].focus("initials")
    return formset


def _query(request: HttpRequest) -> str:
    """Keeps the way back to the check over adding and removing."""
    words = [word for word, there in (("add=1", "add" in request.POST), ("check=1", "check" in request.GET)) if there]
    return f"?{'&'.join(words)}" if words else ""


def _without_removed(data: QueryDict) -> QueryDict:
    """The posted children without the one whose Remove was pressed, the others moved up."""
    gone, count = data.get("remove", ""), data.get("child-TOTAL_FORMS", "")
    if not gone.isdecimal() or not count.isdecimal() or int(count) < 2 or int(count) > MOST_CHILDREN:
        return data
    changed = data.copy()
    left = [index for index in range(int(count)) if index != int(gone)]
    for name in [name for name in changed if name.startswith("child-") and name.split("-")[1].isdecimal()]:
        del changed[name]
    for new, old in enumerate(left):
        for name in [name for name in data if name.startswith(f"child-{old}-")]:
            changed.setlist(name.replace(f"child-{old}-", f"child-{new}-", 1), data.getlist(name))
    changed["child-TOTAL_FORMS"] = str(len(left))
    return changed


PAGES: dict[str, Callable[[HttpRequest, Draft], HttpResponse]] = {
    "agency": _agency,
    "child": _child,
    "matter": _matter,
    "impact": _impact,
    "tried": _tried,
    "counterpart": _counterpart,
}
