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
from agencies.models import Agency, User
from agencies.web.access import person_for
from agencies.web.too_much import goes_on_where
from agencies.words import day, lower_first, moment, short_day
from escalation.engine.case import HOP, Case
from escalation.engine.definitions import definition_of
from escalation.models import Draft
from escalation.part_policy import written_by
from escalation.procedures.definition import Way
from escalation.selectors.around import about_children
from escalation.selectors.case_file import case_file
from escalation.selectors.notes import meanwhile
from escalation.selectors.preview import Preview, hop_words, preview
from escalation.selectors.sent import sent_back_because, told
from escalation.selectors.words import names
from escalation.services import drafts, gate
from escalation.services.attempts import lines_of
from escalation.services.child_names import takes_these
from escalation.services.submission import ChildAnswer, Problems, Submission
from escalation.states import Basis, Door, Plan, Setting, State, SubgroupMatter, Theme, Verb
from escalation.web.access import case_url, on_refusal, open_case, open_draft, or_what_was_sent, verb_url
from escalation.web.case import step_context
from escalation.web.log_forms import consulted_words
from escalation.web.log_page import PAST, step_of_field, submission_of
from escalation.web.log_past import past_rows
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
    missing = [{"message": sentence, "target": "", "url": _change(reference, step_of_field(field))} for field, sentence in problems]
    shown = preview(draft, submission, now) if submission.receiving else None
    context = {
        "draft": draft,
        "reference": reference,
        "missing": missing,
        "asked": asked and bool(missing),
        "sections": _sections(draft, submission),
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


def _change(reference: str, slug: str) -> str:
    return f"{reverse('log-step', args=[reference, slug])}?check=1"


def _first_receiver(shown: Preview | None) -> str:
    """ "Northbury Council", "Northbury Council and Calder Trust": to whom the button sends it."""
    return names([receiver.agency for receiver in shown.receivers]) if shown else ""


def _sections(draft: Draft, submission: Submission) -> list[dict[str, Any]]:
    """The answers in the order of the questions."""
    reference = draft.dispute.reference
    groups = (
        (_("Is it any of these?"), "door", _door_rows(draft, submission)),
        (_("Agency"), "agency", _agency_rows(draft, submission)),
        (_("Child"), "child", _child_rows(draft, submission)),
        (_("What is disputed"), "matter", _matter_rows(submission)),
        (_("Impact and outcome"), "impact", [(_("Impact on the child"), submission.impact), (_("Outcome sought"), submission.outcome_sought)]),
        (_("Tried so far"), "tried", _tried_rows(draft, submission)),
        *([(_("Stages that had happened already"), PAST, past_rows(draft, submission))] if submission.past else []),
        (_("Who answers, and by when"), "counterpart", _route_rows(draft, submission)),
    )
    return [
        {
            "title": title,
            "rows": [{"key": key, "value": value, "change_url": _change(reference, slug), "change": key.lower()} for key, value in rows],
        }
        for title, slug, rows in groups
    ]


Rows = list[tuple[str, str]]


def _door_rows(draft: Draft, submission: Submission) -> Rows:
    """What was said at the door, and the way that follows from it."""
    procedure = definition_of(draft.dispute.version_id)
    rule = gate.rule_at(procedure, submission.door, submission.way)
    variant = procedure.variant(gate.variant_at(procedure, submission.door, submission.way))
    label = str(Door(submission.door).label) if submission.door else _("A disagreement with another agency about a child")
    rows = [(_("What it is"), f"{label}: {rule.label}" if isinstance(rule, Way) else str(label))]
    return [*rows, (_("Its own way"), f"{variant.name}. {variant.words}")] if variant is not None else rows


def _agency_rows(draft: Draft, submission: Submission) -> Rows:
    found = Agency.objects.filter(pk__in=submission.receiving).order_by("name")
    rows = [(_("Disagreement with"), names([row.name for row in found]))]
    return [(_("Raised by"), draft.dispute.raising_agency.name), *rows]


def _child_rows(draft: Draft, submission: Submission) -> Rows:
    rows, named = [], takes_these(draft.dispute.partnership_id, submission.children)
    for number, child in enumerate(submission.children, start=1):
        key = _("Child") if len(submission.children) == 1 else _("Child {number}").format(number=number)
        reference = child.reference and _("your reference {reference}").format(reference=child.reference)
        rows.append((key, ", ".join(filter(None, [child.initials.upper(), child.name if named else "", _born(child), reference]))))
    return rows or [(_("Child"), "")]


def _born(child: ChildAnswer) -> str:
    if child.is_unborn:
        return _("unborn")
    return _("born {day}").format(day=short_day(child.born_on)) if child.born_on else _("date of birth not given")


def _matter_rows(submission: Submission) -> Rows:
    arose = short_day(submission.arose_on) if submission.arose_on else ""
    optional = [
        (_("Where it arose"), str(Setting(submission.setting).label) if submission.setting else ""),
        (_("When it arose"), arose),
        (_("The child’s plan"), str(Plan(submission.plan).label) if submission.plan else ""),
        (_("Level of need"), _("Level {level}").format(level=submission.level_of_need) if submission.level_of_need else ""),
        (_("For the subgroup"), _for_subgroup(submission)),
        (_("Capacity in doubt"), {True: _("Yes"), False: _("No")}.get(submission.capacity_in_doubt, "")),  # type: ignore[arg-type]
    ]
    return [
        (_("Areas"), names([str(Theme(theme).label) for theme in submission.themes])),
        (_("What is disputed"), submission.what),
        (_("Rests on"), str(Basis(submission.basis).label) if submission.basis else ""),
        *[(key, value) for key, value in optional if value],
    ]


def _for_subgroup(submission: Submission) -> str:
    """What is put to the partnership's subgroup with it (DEV-07)."""
    said = ((submission.is_serious, str(SubgroupMatter.SERIOUS.label)), (submission.is_stuck, str(SubgroupMatter.STUCK.label)))
    return ". ".join(str(label) for is_so, label in said if is_so)


def _tried_rows(draft: Draft, submission: Submission) -> Rows:
    procedure = definition_of(draft.dispute.version_id)
    talk = _("Nobody named. The procedure asks you to talk first to: {roles}.")
    asked = talk.format(roles=consulted_words(procedure)) if procedure.consult_first else ""
    on = day(submission.consulted_on, year=True) if submission.consulted_on else ""
    optional = [
        (_("Consulted"), ", ".join(filter(None, [submission.consulted, on])) or asked),
        (_("Other agencies that work with the child"), submission.involved),
        (_("The child’s and family’s view"), submission.family_view),
    ]
    tried = "\n\n".join(filter(None, [lines_of(submission.attempts), submission.tried]))
    return [(_("Tried so far"), tried), *[(key, value) for key, value in optional if value]]


def _route_rows(draft: Draft, submission: Submission) -> Rows:
    rows = [(_("Urgent"), _("Yes") if submission.is_urgent else _("No"))]
    if submission.is_urgent and submission.respond_by:
        today = wall_clock.today()
        rows.append((_("Response needed by"), moment(submission.respond_by, today=today)))
        rows += [(_("Why not later"), submission.why_sooner)] if submission.why_sooner else []
        rows.append((_("Spoken to"), _spoken(submission) or _("Nobody yet. Ring before you send it, or straight after.")))
    if submission.start_stage:
        rows.append((_("Starts higher because"), submission.start_reason))
    if submission.disputed_person:
        rows.append((_("Whose decision it is"), names(list(User.objects.filter(pk=submission.disputed_person).values_list("name", flat=True)))))
    if submission.disputed_name:
        rows.append((_("Whose decision it is"), submission.disputed_name))
    if submission.is_restricted:
        rows.append((_("Kept from my own agency’s managers"), _("Yes")))
        rows.append(
            (_("It goes"), _("To the partnership’s business unit first") if submission.through_partnership else _("Straight to the other agency"))
        )
    if submission.kept_from:
        people = User.objects.filter(pk__in=submission.kept_from).order_by("name").values_list("name", flat=True)
        rows.append((_("Must not read it"), names(list(people))))
    return rows


def _spoken(submission: Submission) -> str:
    """ "Rashida Shah, Monday 2 March, 4:30pm"; empty where nobody was rung."""
    at = moment(submission.spoken_at, today=wall_clock.today()) if submission.spoken_at else ""
    return ", ".join(filter(None, [submission.spoken_to, at]))


@require_safe
def sent(request: HttpRequest, reference: str) -> HttpResponse:
    """The confirmation: who was told, what happens next and by when. May be opened again."""
    case = open_case(request, reference, whole=True)
    if case.dispute.state == State.DRAFT:
        return redirect("log-check", case.dispute.reference)
    file = case_file(case, person_for(request), wall_clock.now())
    box, stage = step_context(file), case.stage_definition
    stop = _first_stop(case) if stage is not None and stage.is_own else file.receiving
    following = _next_words(box, file.turn.owner == person_for(request).id)
    context = {
        "title": _("Sent to {receiver}").format(receiver=stop),
        "reference": file.reference,
        "told": told(case.dispute.pk, person_for(request).id),
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


def _next_words(box: dict[str, Any], mine: bool) -> list[str]:  # noqa: FBT001 - one use
    """ "Rashida Shah, team manager, is asked to respond: Stage 1 by Monday 9 March, 4:30pm." """
    who = f"{box['person']}, {lower_first(box['post'])}," if box["post"] else box["person"]
    said = {"who": who, "ask": lower_first(box["what"])}
    if box["due"] and box["due"]["moment"]:
        words = _("You are asked to {ask} by {moment}.") if mine else _("{who} is asked to {ask} by {moment}.")
        said["moment"] = moment(box["due"]["moment"], today=wall_clock.today())
    else:
        words = _("You are asked to {ask}.") if mine else _("{who} is asked to {ask}.")
    return [words.format(**said)]


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
