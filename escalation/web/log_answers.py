"""The answers on the check page, in the order of the questions, each with the way to change it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from agencies import wall_clock
from agencies.models import Agency, User
from agencies.words import day, lower_first, moment, short_day
from escalation.engine.definitions import definition_of
from escalation.models import Draft
from escalation.procedures.definition import Way
from escalation.selectors.preview import Preview
from escalation.selectors.words import names
from escalation.services import gate
from escalation.services.attempts import lines_of, told_words
from escalation.services.child_names import takes_these
from escalation.services.submission import ChildAnswer, Submission
from escalation.states import Basis, Door, Plan, Setting, SubgroupMatter, Theme
from escalation.web.log_forms import consulted_words
from escalation.web.log_page import PAST
from escalation.web.log_past import past_rows

# What is said and its answer; with the field that changes it, where others stand before it on that page.
Rows = Sequence[tuple[str, ...]]
FIXED = "fixed"


def change_url(reference: str, slug: str, field: str = "") -> str:
    """The question page, from which one comes back to the check; open at the field where that lies folded away."""
    opened = f"&open={field}" if field else ""
    return f"{reverse('log-step', args=[reference, slug])}?check=1{opened}"


def sections_of(draft: Draft, submission: Submission, shown: Preview | None) -> list[dict[str, Any]]:
    """The answers in the order of the questions."""
    reference = draft.dispute.reference
    groups: list[tuple[str, str, Rows]] = [
        (_("Is it any of these?"), "door", _door_rows(draft, submission)),
        (_("Agency"), "agency", _agency_rows(draft, submission)),
        (_("Child"), "child", _child_rows(draft, submission)),
        (_("What is disputed"), "matter", _matter_rows(submission)),
        (_("Impact and outcome"), "impact", [(_("Impact on the child"), submission.impact), (_("Outcome sought"), submission.outcome_sought)]),
        (_("Tried so far"), "tried", _tried_rows(draft, submission)),
        *([(_("Stages that had happened already"), PAST, past_rows(draft, submission))] if submission.past else []),
        (_("Who answers, and by when"), "counterpart", _route_rows(draft, submission, shown)),
    ]
    return [
        {
            "title": title,
            "rows": [_row(reference, slug, *row) for row in rows],
        }
        for title, slug, rows in groups
    ]


def is_on_behalf(draft: Draft) -> bool:
    """Whether it is recorded for somebody else."""
    return draft.dispute.raiser_id != draft.dispute.logged_by_id


def _row(reference: str, slug: str, key: str, value: str, field: str = "") -> dict[str, str]:
    """One answer with the way to change it, at the field where that lies folded away; none where it follows from what cannot be changed here."""
    return {"key": key, "value": value, "change_url": "" if field == FIXED else change_url(reference, slug, field), "change": lower_first(key)}


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
    by: Rows = [(_("Raised by"), draft.dispute.raising_agency.name, FIXED)]
    if is_on_behalf(draft):
        at = submission.raised_at and moment(submission.raised_at, today=wall_clock.today())
        by = [(_("On behalf of"), f"{draft.dispute.raiser.name}, {draft.dispute.raising_agency.name}", FIXED)]
        by = [*by, (_("Raised with you"), at or _("Just now"), "raised_at")]
    return [*by, (_("Disagreement with"), names([row.name for row in found]))]


def _child_rows(draft: Draft, submission: Submission) -> Rows:
    rows: list[tuple[str, ...]] = []
    named = takes_these(draft.dispute.partnership_id, submission.children)
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
        (_("Child and parents told"), told_words(submission.told_whom, submission.family_told)),
        (_("The child’s and family’s view"), submission.family_view),
    ]
    tried = "\n\n".join(filter(None, [lines_of(submission.attempts), submission.tried]))
    return [(_("Tried so far"), tried), *[(key, value) for key, value in optional if value]]


def _route_rows(draft: Draft, submission: Submission, shown: Preview | None) -> Rows:
    """What was said of whom it goes to, and when. Where it starts cannot be changed where the procedure knows one beginning."""
    rows: list[tuple[str, ...]] = [(_("Urgent"), _("Yes") if submission.is_urgent else _("No"), "urgent")]
    if submission.is_urgent and submission.respond_by:
        today = wall_clock.today()
        rows.append((_("Response needed by"), moment(submission.respond_by, today=today)))
        rows += [(_("Why not later"), submission.why_sooner)] if submission.why_sooner else []
        rows.append((_("Spoken to"), _spoken(submission) or _("Nobody yet. Ring before you send it, or straight after.")))
    if shown is not None:
        rows.append((_("Starts at"), shown.stage_title, "start_stage" if definition_of(draft.dispute.version_id).start_above else FIXED))
    if submission.start_stage:
        rows.append((_("Starts higher because"), submission.start_reason, "start_stage"))
    decided = list(User.objects.filter(pk=submission.disputed_person).values_list("name", flat=True)) if submission.disputed_person else []
    rows.append((_("Whose decision it is"), names([*decided, *filter(None, [submission.disputed_name])]), "disputed_name"))
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
