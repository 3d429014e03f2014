"""The procedures' own forms, filled from the record: monitoring, case resolution, record of escalation."""

import math
from collections.abc import Iterator

from django.utils.translation import gettext as _

from escalation.engine.stops import HOP
from escalation.models import StageRun
from escalation.selectors.timeline import REMINDERS
from escalation.selectors.words import stage_name
from escalation.states import Basis, EventKind, Ground
from reports.documents.kinds import DocumentKind
from reports.documents.matter import Line, Matter, at, on
from reports.documents.parts import (
    EFFORTS,
    about,
    actions_table,
    concern,
    filing_table,
    learning_table,
    limit,
    outcome_blocks,
    record_table,
    responses,
    section,
    stages_table,
)
from reports.documents.shapes import Block, Facts, Field, Paper, Section, Text


def monitoring(matter: Matter) -> Paper:
    """Issues requiring resolution, the agreed outcome, and the general issues to refer (BRI-17, BRI-18)."""
    procedure = matter.case.procedure
    first = next((stage.position for stage in procedure.stages if DocumentKind.MONITORING in stage.forms), None)
    begun = next((run.entered_at for run in matter.runs if first and run.stage >= first), None)
    issued = next((line for line in matter.of(EventKind.FORM_ISSUED) if line.event.facts.get("form") == DocumentKind.MONITORING), None)
    begins = _("{stage} begun on").format(stage=stage_name(procedure, first or 1))
    dates = Facts("", (Field(_("Issued on"), at(issued.event.happened_at) if issued else ""), Field(begins, at(begun))))
    whence = _("Kept from {stage} on: the issues that need resolution, what was agreed, and what others can learn.")
    kept = _("Kept: the issues that need resolution, what was agreed, and what others can learn.")
    return Paper(
        DocumentKind.MONITORING,
        str(DocumentKind.MONITORING.label),
        whence.format(stage=stage_name(procedure, first)) if first else kept,
        (
            about(matter),
            section("issued", _("Issue of this form"), dates, stages_table(matter)),
            section("issues", _("Issues requiring resolution"), *concern(matter), *responses(matter)),
            section("outcome", _("Agreed outcome"), *outcome_blocks(matter), actions_table(matter)),
            section("learning", _("General issues"), learning_table(matter)),
            _signed(_("Completed by")),
        ),
    )


def case_resolution(matter: Matter) -> Paper:
    """Evidence of the efforts at each stage, and the reasons for the formal escalation (DEV-04, DEV-13)."""
    basis = matter.case.dispute.basis
    tried = (
        Text(_("Tried before it was raised"), matter.logged("tried")),
        Text(_("Who was consulted"), matter.logged("consulted"), lines=2),
        Facts(_("What the concern rests on"), (Field(_("Evidence or professional judgement"), str(Basis(basis).label) if basis else ""),)),
    )
    others = matter.logged("involved")
    involved = [Text(_("Other agencies that work with the child"), others)] if others else []
    referral = matter.last(EventKind.REFERRED)
    submitted = Facts(
        "",
        (
            Field(_("By the designated or named lead"), matter.author(referral) if referral else ""),
            Field(_("On"), at(referral.event.happened_at) if referral else ""),
        ),
    )
    return Paper(
        DocumentKind.CASE_RESOLUTION,
        str(DocumentKind.CASE_RESOLUTION.label),
        _("Puts a {matter} that the agencies could not settle before the partnership, with what they tried and why that was not enough.").format(
            matter=matter.word
        ),
        (
            about(matter),
            section("concern", _("The concern"), *concern(matter), *tried[2:]),
            section("efforts", _("Evidence of efforts"), *tried[:2], *involved, *_efforts(matter), _summed_up(matter)),
            section("reasons", _("Reasons for the formal escalation"), *_reasons(matter)),
            section("partnership", _("For the partnership"), *_route(matter)),
            section("submitted", _("Submission"), submitted, _signature()),
        ),
    )


def _efforts(matter: Matter) -> Iterator[Block]:
    """What was done in each stage between the agencies: contacts, meetings, responses, agreed actions."""
    for run in matter.runs:
        if run.stage == HOP or not matter.case.procedure.stage(run.stage).is_partnership:
            lines = [line for line in during(matter, run) if line.kind in EFFORTS]
            caption = _("{stage}, from {day}").format(stage=matter.stage(run.stage), day=on(run.entered_at))
            yield record_table(matter, caption, lines, empty=_("No contact, meeting or response is on the record."))


def during(matter: Matter, run: StageRun) -> list[Line]:
    """The lines recorded while this run of a stage was open, the clocks' own reminders left out. One of the moment in which another run of the stage
    took its place stands in that one alone, where it is what that one began with, or came after."""
    lines = [line for line in matter.lines if line.event.stage == run.stage and line.kind not in REMINDERS and _is_open(run, line)]
    if run.happened_until is not None:
        return lines
    runs = [one for one in matter.runs if one.stage == run.stage and one.happened_until is None]
    begun = {one.number: _begun_with(matter, one) for one in runs}
    found = []
    for line in lines:
        first, *later = (one for one in runs if _is_open(one, line))
        owner = next((one for one in reversed(later) if begun[one.number] <= line.event.number), first)
        found += [line] if owner == run else []
    return found


def _is_open(run: StageRun, line: Line) -> bool:
    return run.entered_at <= line.event.recorded_at and (run.left_at is None or line.event.recorded_at <= run.left_at)


def _begun_with(matter: Matter, run: StageRun) -> float:
    """The number of the line with which the run began; beyond every number where it began with none that is shown."""
    lines = [line for line in matter.lines if line.event.recorded_at == run.entered_at and line.event.stage == run.stage]
    numbers = [[line.event.number for line in lines if line.kind == kind] for kind in (EventKind.REOPENED, EventKind.SENT)]
    return next((max(found) for found in numbers if found), math.inf)


def _summed_up(matter: Matter) -> Text:
    line = matter.last(EventKind.REFERRED)
    return Text(_("Efforts at each stage, as the lead sums them up"), line.said("efforts") if line else "", by=matter.author(line) if line else "")


def _reasons(matter: Matter) -> Iterator[Block]:
    """Why it went to the partnership, and why it left each stage before."""
    line = matter.last(EventKind.REFERRED)
    ground = line.event.facts.get("ground") if line else ""
    yield Facts("", (Field(_("Ground"), str(Ground(ground).label) if ground else ""),))
    yield Text(_("Reasons"), line.said("reason") if line else "", by=matter.signed(line) if line else "", lines=6)
    moves = [move for move in matter.of(EventKind.MOVED_UP) if move.event.facts.get("to") != matter.case.procedure.last or not line]
    yield record_table(matter, _("Why it left the stages before"), moves, empty=_("It has left no stage before."))


def _route(matter: Matter) -> tuple[Block, ...]:
    """What the partnership does with it."""
    line = matter.last(EventKind.ROUTE_CHOSEN)
    entry = line.entry if line else None
    chosen = next((fact["value"] for fact in entry.facts if fact["key"] == _("Route")), "") if entry else ""
    return (
        Facts(
            "",
            (Field(_("Review of the decision, panel or mediation"), chosen), Field(_("On"), at(line.event.happened_at) if line else "")),
        ),
        Text(_("Why"), line.said("reason") if line else "", lines=3),
    )


def escalation_record(matter: Matter) -> Paper:
    """The record of escalation, challenge and conflict resolution, stage by stage (BUC-04)."""
    return Paper(
        DocumentKind.ESCALATION_RECORD,
        str(DocumentKind.ESCALATION_RECORD.label),
        _("One record for both sides: what was discussed and decided at each stage, by whom, and what came of it."),
        (
            about(matter),
            section("concern", _("The concern"), *concern(matter), Text(_("What was tried first"), matter.logged("tried"), lines=3)),
            *(_stage(matter, run) for run in matter.runs),
            section("outcome", _("Outcome"), *outcome_blocks(matter), actions_table(matter)),
            section("learning", _("Policy and practice issues"), learning_table(matter), filing_table(matter)),
            _signed(_("Record kept by")),
        ),
        has_contents=len(matter.runs) > 3,
    )


def _stage(matter: Matter, run: StageRun) -> Section:
    """One run of a stage: its dates, the people on each side, what was said and decided."""
    rows = [Field(_("Begun"), at(run.happened_from or run.entered_at)), *_limit(matter, run)]
    rows.append(Field(_("Completed"), at(run.happened_until or run.left_at or matter.case.dispute.resolved_at)))
    rows.append(Field(_("For {agency}").format(agency=matter.file.raising), matter.who(run.holder_id)))
    asked = [request for request in matter.case.all_requests if request.run_id == run.pk]
    rows += [Field(_("For {agency}").format(agency=matter.names.agency(request.agency_id)), matter.who(request.holder_id)) for request in asked]
    lines = during(matter, run)
    stage = stage_name(matter.case.procedure, run.stage).lower()
    said = record_table(matter, _("Discussions and decisions, {stage}").format(stage=stage), lines, blanks=3)
    return section(f"run-{run.number}", matter.stage(run.stage), Facts(_("Dates and people"), tuple(rows)), said)


def _limit(matter: Matter, run: StageRun) -> tuple[Field, ...]:
    """By when; the hop inside the own agency has no limit of the procedure's, so nothing is left blank for it."""
    due = limit(matter, run)
    return (Field(_("To be completed by"), due),) if due or run.stage != HOP else ()


def _signed(label: str) -> Section:
    return section("signed", _("Signature"), _signature(label))


def _signature(label: str = "") -> Facts:
    """Lines to sign on."""
    return Facts(label or _("Signed"), (Field(_("Name and post")), Field(_("Agency")), Field(_("Signature"), lines=2), Field(_("Date"))))
