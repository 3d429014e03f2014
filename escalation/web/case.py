"""The page of one disagreement, the guarded block about the child, and the record on paper."""

from dataclasses import asdict
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from agencies import wall_clock
from agencies.web.access import edition_for, person_for
from agencies.web.fields import Paragraphs
from agencies.web.forms import Form
from agencies.web.too_much import heavy
from agencies.words import lower_first, with_years
from escalation import policy
from escalation.clocks import WorkingOut
from escalation.engine.case import Case
from escalation.selectors.around import Related
from escalation.selectors.asked import Task
from escalation.selectors.case_file import CaseFile, ClockLine, case_file
from escalation.selectors.files import FileLine
from escalation.selectors.guarded import guarded_children
from escalation.selectors.next_step import Offer, Step
from escalation.selectors.offering import Paper
from escalation.selectors.timeline import REMINDERS, Entry
from escalation.services import every_verb  # noqa: F401 - registers the verbs that the page offers
from escalation.services.reading import CASE, CHILD, PRINT, look, record_reading
from escalation.states import State, Verb
from escalation.web.access import case_url, due_url, open_case, page_asked, verb_url
from escalation.web.begun import begun_by
from escalation.web.lists import last_list
from escalation.web.record_pages import record_page

PAPERS = {
    Paper.PACK: ("document", ["panel-pack"]),
    Paper.PRINT: ("case-print", []),
    Paper.DOCUMENTS: ("documents", []),
    Paper.READERS: ("readers", []),
}
# What can be done to a file, in a word.
ENDS = {Verb.REPLACE_FILE: _("Replace"), Verb.WITHDRAW_FILE: _("Withdraw")}


class ReasonForm(Form):
    """Why somebody who only audits looks at this one."""

    reason = Paragraphs(label=_("Why do you look at it?"), rows=3, max_length=200, error_messages={"required": _("Say why you look at it")})


def reason_given(request: HttpRequest, case: Case) -> str | None:
    """What an auditor gave as the reason in this session; empty for everybody else, None where it is still to be given."""
    person = person_for(request)
    if not policy.says_why_first(person, case):
        return ""
    return request.session.get(f"audit:{case.dispute.reference}")


def opened(request: HttpRequest, case: Case, part: str, reason: str) -> Case:
    """The case, its reading kept; the receiving side's first look marks its request as opened."""
    return look(case, person_for(request), part, now=wall_clock.now(), reason=reason, edition=edition_for(request))


def _elsewhere(case: Case, reason: str | None) -> HttpResponse | None:
    """A draft is its writer's and leads into its questions; an auditor says why first."""
    if case.dispute.state == State.DRAFT:
        return redirect("log-resume", case.dispute.reference)
    return redirect("case-reason", case.dispute.reference) if reason is None else None


def entrance(request: HttpRequest, reference: str) -> tuple[Case, str] | HttpResponse:
    """The disagreement for reading it, with an auditor's reason (empty for others); or where the person is sent first.

    Raises Http404 where there is none or the person may not know of it. Nothing is kept yet: `opened` does that.
    """
    case = open_case(request, reference, whole=True)
    reason = reason_given(request, case)
    elsewhere = _elsewhere(case, reason)
    if elsewhere is not None or reason is None:
        return elsewhere or redirect("my-work")
    return case, reason


@require_http_methods(["GET", "HEAD", "POST"])
def case_reason(request: HttpRequest, reference: str) -> HttpResponse:
    """An auditor's reason, kept for this session and with each reading; whoever needs none is led on to the page."""
    case = open_case(request, reference)
    if not policy.says_why_first(person_for(request), case):
        return redirect("case", case.dispute.reference)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        request.session[f"audit:{case.dispute.reference}"] = form.cleaned_data["reason"]
        return redirect("case", case.dispute.reference)
    return render(request, "escalation/case_reason.html", {"form": form, "reference": case.dispute.reference})


@require_safe
def case_page(request: HttpRequest, reference: str) -> HttpResponse:
    """Summary, stages, what happens next, the record, actions, dates and outcome."""
    found = entrance(request, reference)
    if isinstance(found, HttpResponse):
        return found
    case, reason = found
    if request.path != case_url(case.dispute.reference):
        return redirect(case_url(case.dispute.reference))
    every, number = "every" in request.GET, page_asked(request)
    file = case_file(opened(request, case, CASE, reason), person_for(request), wall_clock.now())
    context = _page_context(file, every=every)
    lines = record_page(context["entries"], number, {"every": "1"} if every else {})
    return render(request, "escalation/case.html", context | lines | {"back": last_list(request), "begun": begun_by(request, file)})


@heavy
@require_safe
def case_print(request: HttpRequest, reference: str) -> HttpResponse:
    """The whole record as one document for the child's file, without anything to click; every date with its year."""
    found = entrance(request, reference)
    if isinstance(found, HttpResponse):
        return found
    case, reason = found
    with with_years():
        file = case_file(opened(request, case, PRINT, reason), person_for(request), wall_clock.now())
        for entry in file.entries:
            entry.own = entry.confirmable = False
        context = _page_context(file, every="every" in request.GET)
        return render(request, "escalation/case_print.html", context | {"printed_at": wall_clock.now(), "printed_by": person_for(request).name})


def _page_context(file: CaseFile, *, every: bool) -> dict[str, Any]:
    """The file's context with the record as people made it; with `every` also what the clocks did by themselves."""
    context = context_of(file)
    shown = [entry for entry, raw in zip(context["entries"], file.entries, strict=True) if every or raw.kind not in REMINDERS]
    return context | {"entries": shown, "hidden": len(file.entries) - len(shown)}


@require_safe
def child(request: HttpRequest, reference: str) -> HttpResponse:
    """Initials, date of birth and the own agency's reference: behind a click of its own, each look kept."""
    case = open_case(request, reference)
    person = person_for(request)
    if not policy.sees_child(person, case):
        raise PermissionDenied(
            gettext("Only who holds it in one of its agencies, who raised it, or who is to do an agreed action, sees who the child is.")
        )
    record_reading(case, person, CHILD, now=wall_clock.now())
    adds = policy.may(person, Verb.ADD_REFERENCE, case)
    children = guarded_children(case, person)
    context = {
        "reference": case.dispute.reference,
        "children": children,
        "named": any(child.name for child in children),
        "add_url": verb_url(case.dispute.reference, Verb.ADD_REFERENCE) if adds else "",
        "correct_url": verb_url(case.dispute.reference, Verb.CORRECT_CHILD) if policy.may(person, Verb.CORRECT_CHILD, case) else "",
    }
    return render(request, "escalation/child.html", context)


def context_of(file: CaseFile) -> dict[str, Any]:
    """The file as the components read it: addresses are made here."""
    return {
        "file": file,
        "step": step_context(file),
        "stages": [asdict(stage) for stage in file.stages],
        "entries": [_entry(file, entry) for entry in file.entries],
        "closing": _closing(file),
        "asked": [_task(file, task) for task in file.asked],
        "beside": [_task(file, task) for task in file.beside],
        "clock_rows": [_clock_row(file, line) for line in file.clocks],
        "action_rows": [asdict(line) | {"done_url": _done_url(file, str(line.id), done=line.is_done)} for line in file.actions],
        "may_print": file.narrative,
        "file_rows": [_file(file, line) for line in file.files],
        "attach_url": verb_url(file.reference, Verb.ATTACH_FILE) if Verb.ATTACH_FILE in file.verbs else "",
        "related": [_related(file, row) for row in file.related],
    }


def _related(file: CaseFile, row: Related) -> dict[str, Any]:
    """Another about the same child, with the way to it and, where the two are not linked, to linking them."""
    link = f"{verb_url(file.reference, Verb.LINK)}?other={row.reference}" if Verb.LINK in file.verbs and not row.is_linked else ""
    return asdict(row) | {"url": case_url(row.reference), "link_url": link}


def step_context(file: CaseFile) -> dict[str, Any]:
    """The right-hand box."""
    step: Step = file.step
    return {
        "turn": step.turn,
        "what": step.what,
        "due": asdict(step.due) if step.due else None,
        "calendar_url": due_url(file.reference, step.clock),
        "working_out": _explained(step.working_out),
        "person": step.person,
        "post": step.post,
        "agency": step.agency,
        "phone": step.phone,
        "out_of_hours": step.out_of_hours,
        "late": [asdict(row) for row in step.late],
        "others": [asdict(row) for row in step.others],
        "note": step.note,
        "primary": _offered(file, step.primary) if step.primary else None,
        "links": [_offered(file, offer) for offer in step.beside],
        "more": [{"heading": heading, "links": [_offered(file, offer) for offer in offers]} for heading, offers in step.more],
    }


def _offered(file: CaseFile, offer: Offer) -> dict[str, str]:
    if isinstance(offer.choice, Paper):
        name, more = PAPERS[offer.choice]
        return {"label": offer.label, "url": reverse(name, args=[file.reference, *more])}
    about = f"?action={offer.action}" if offer.action else ""
    return {"label": offer.label, "url": verb_url(file.reference, offer.choice) + about}


def _explained(raw: dict[str, Any]) -> dict[str, Any] | WorkingOut:
    """A stored working-out with its days, or just the sentence of a clock that nobody counted."""
    return WorkingOut.from_json(raw) if raw.get("lines") else raw


def _clock_row(file: CaseFile, line: ClockLine) -> dict[str, Any]:
    return asdict(line) | {"explained": _explained(line.working_out), "calendar_url": due_url(file.reference, line.clock)}


def _entry(file: CaseFile, entry: Entry) -> dict[str, Any]:
    found = asdict(entry) | {"id": entry.id}
    if entry.own and Verb.CORRECT in file.verbs:
        found["change"] = {"label": gettext("Correct this entry"), "url": f"{verb_url(file.reference, Verb.CORRECT)}?number={entry.number}"}
    elif entry.confirmable and Verb.CONFIRM_HAPPENED in file.verbs:
        found["change"] = {
            "label": gettext("Confirm when this happened"),
            "url": f"{verb_url(file.reference, Verb.CONFIRM_HAPPENED)}?number={entry.number}",
        }
    return found


def _file(file: CaseFile, line: FileLine) -> dict[str, Any]:
    """A file with the way to it, and to taking it out where it is the reader's to take out."""
    verbs = [verb for verb in ENDS if line.may_end and verb in file.verbs]
    return asdict(line) | {
        "size_words": line.size_words,
        "audience": lower_first(str(line.audience.label)),
        "url": reverse("case-file", args=[file.reference, line.id]),
        "links": [{"label": ENDS[verb], "url": f"{verb_url(file.reference, verb)}?file={line.id}"} for verb in verbs],
    }


def _done_url(file: CaseFile, action: str, *, done: bool) -> str:
    if done or Verb.COMPLETE_ACTION not in file.verbs:
        return ""
    return f"{verb_url(file.reference, Verb.COMPLETE_ACTION)}?action={action}"


def _closing(file: CaseFile) -> list[dict[str, Any]]:
    """The tasks between resolved and closed, in any order, closing last."""
    if not file.is_resolved:
        return []
    waits = any(not task.done and not task.optional for task in file.closing)
    return [*(_task(file, task) for task in file.closing), _task(file, Task(Verb.CLOSE, str(Verb.CLOSE.label), file.closed_by), waits=waits)]


def _task(file: CaseFile, task: Task, *, waits: bool = False) -> dict[str, Any]:
    """A task with its address; one without a verb is a document, and leads to the documents."""
    if task.verb is None:
        url = reverse("documents", args=[file.reference]) if file.narrative else ""
        return {"title": task.title, "url": url, "hint": task.hint, "done": False, "word": gettext("Issued"), "tone": "info"}
    url = verb_url(file.reference, task.verb) if task.verb in file.verbs and not task.done else ""
    word = (
        gettext("Completed")
        if task.done
        else gettext("Cannot start yet")
        if waits and not url
        else gettext("Optional")
        if task.optional
        else gettext("To do")
    )
    return {
        "title": task.title,
        "url": url,
        "hint": task.hint,
        "done": task.done,
        "word": word,
        "tone": "later" if waits or task.optional else "info",
    }
