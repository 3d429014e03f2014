"""What the pinned procedure asks for: on the way into a stage, before it ends, and before closing. Read from the procedure and the record."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.ready import Ready
from agencies.words import Words
from escalation.engine.case import Case
from escalation.engine.facts import is_partial
from escalation.models import Child, Event, FileConfirmation, StageRun
from escalation.procedures.definition import Requirement
from escalation.services.words import needed
from escalation.states import EventKind, Outcome, State, SummaryKind, Verb

# What shows in the record that a stage's requirement is met, the verb that meets it, and what a person is asked to do.
MET_BY = {
    Requirement.TIMETABLE: (EventKind.TIMETABLE_AGREED, Verb.PROPOSE_TIMETABLE, _("agree a date with the other side")),
    Requirement.MEETING: (EventKind.MEETING, Verb.RECORD_MEETING, _("record the meeting")),
    Requirement.ACTION_PLAN: (EventKind.ACTION_AGREED, Verb.ADD_ACTION, _("add an agreed action with its date")),
    Requirement.LEAD_MANAGER: (EventKind.LEAD_MANAGER, Verb.NAME_LEAD_MANAGER, _("name a lead manager")),
}
FILED_OR_REOPENED = (EventKind.FILED, EventKind.REOPENED)
TOLD_FIRST = _("Tell the other agency first that the partnership’s business unit will be told, then confirm here that you did.")


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that the stage asks for before it ends, the verb that does it, and whether it is done."""

    what: Requirement
    verb: Verb
    words: Words
    done: bool


def names_lead_manager(case: Case) -> bool:
    """Does the stage it is in ask for a lead manager: by itself, or because the closing asks for one from an earlier stage on (BRO-04)?"""
    stage, since = case.stage_definition, case.procedure.closing.lead_manager_from
    if stage is None or stage.is_own or case.dispute.stage < 1:
        return False
    return Requirement.LEAD_MANAGER in stage.requires or (since is not None and case.dispute.stage >= since)


def asked_of(case: Case) -> list[Asked]:
    """What the stage it is in asks for before it ends, in the file's order. One query where it asks for anything.

    What was done in an earlier run of the stage does not count for this one; the lead manager stays named.
    """
    stage = case.stage_definition
    if stage is None or case.run is None or case.dispute.state != State.OPEN:
        return []
    wanted = [what for item in stage.requires if (what := Requirement(item)) in MET_BY]
    if Requirement.LEAD_MANAGER not in wanted and names_lead_manager(case):
        wanted.append(Requirement.LEAD_MANAGER)
    shown = _shown(case.run) if wanted else frozenset()
    done = shown | ({EventKind.LEAD_MANAGER} if case.dispute.lead_manager_id else set())
    return [Asked(what, MET_BY[what][1], MET_BY[what][2], MET_BY[what][0] in done) for what in wanted]


def _shown(run: StageRun) -> frozenset[EventKind]:
    """The kinds of line that meet a requirement and were recorded in the stage. A call is no meeting, nor is one without a key agency."""
    kinds = [kind for kind, _, _ in MET_BY.values()]
    # A stage may begin in the second in which the one before it met.
    lines = Event.objects.filter(dispute=run.dispute_id, kind__in=kinds, stage=run.stage, recorded_at__gte=run.entered_at)
    return frozenset(EventKind(kind) for kind, facts in lines.values_list("kind", "facts") if not is_partial(facts))


def check_agreed(case: Case, kind: Outcome) -> None:
    """Raises InvalidInput where an agreed action would end a stage that still asks for something (ENF-01, BRO-03, BRO-04).

    Moving up is never held back by it, nor is any other kind of outcome.
    """
    missing = [item.words for item in asked_of(case) if not item.done] if kind == Outcome.AGREED_ACTION else []
    if missing:
        raise InvalidInput(
            gettext("Before an agreed action settles it at this stage: {missing}. The links are above.").format(missing="; ".join(map(str, missing))),
            field="kind",
        )


def wants(case: Case, position: int, what: Requirement) -> bool:
    """Does the stage at this position ask for this?"""
    return 1 <= position <= case.procedure.last and what.value in case.procedure.stage(position).requires


def entry_words(case: Case, position: int, efforts: str, reason: str) -> dict[str, str]:
    """What is kept of the way into the stage. Raises InvalidInput where it asks for the efforts or the reasons and they are not given (DEV-04)."""
    if wants(case, position, Requirement.EFFORTS):
        needed(efforts, "efforts", gettext("Say what was tried so far, and what came of it."))
    if wants(case, position, Requirement.REASONS):
        needed(reason, "reason", gettext("Say why this stage is needed now."))
    return {"efforts": efforts, "reason": reason}


def warns_first(case: Case, position: int) -> bool:
    """Does entering this stage tell the business unit for the first time, so that the other agency is told first (BUC-06)?"""
    stage = case.procedure.stage(position)
    return stage.warns_other_side and case.dispute.unit_told_at is None


def check_warned(case: Case, position: int, *, told_other_side: bool) -> None:
    """Raises InvalidInput where the other agency must hear first that the business unit will be told, and the person does not say so (BUC-06)."""
    if warns_first(case, position) and not told_other_side:
        raise InvalidInput(TOLD_FIRST, field="told_other_side")


def filed_anew(case: Case) -> frozenset[UUID] | None:
    """The agencies that confirmed the child's file since it was last reopened, by the order of the lines: both may stand in one second. None where it
    never was reopened. One query, none where the case was read whole."""
    if case.is_whole:
        lines = [(line.kind, line.facts) for line in sorted(case.record, key=lambda line: line.number) if line.kind in FILED_OR_REOPENED]
    else:
        lines = _FILED_OR_REOPENED(case.dispute.pk)
    last = max((at for at, (kind, _) in enumerate(lines) if kind == EventKind.REOPENED), default=None)
    return None if last is None else frozenset(UUID(facts["agency"]) for _, facts in lines[last + 1 :])


CHILDREN: Ready[tuple[UUID]] = Ready(lambda key: Child.objects.filter(dispute=key).values_list("pk"))
FILED: Ready[FileConfirmation] = Ready(lambda key: FileConfirmation.objects.filter(child__dispute=key))
_FILED_OR_REOPENED: Ready[tuple[str, dict[str, Any]]] = Ready(
    lambda key: Event.objects.filter(dispute=key, kind__in=FILED_OR_REOPENED).order_by("number").values_list("kind", "facts")
)


def wanted_summaries(case: Case) -> tuple[SummaryKind, ...]:
    """The summaries that closing asks for: the executive one (ENF-03), and the report of what the partnership did, once it got there (BRO-06)."""
    closing = case.procedure.closing
    has_stage = any(stage.is_partnership for stage in case.procedure.stages)
    report = closing.summary_report and (case.referral is not None or not has_stage)
    found = ((SummaryKind.EXECUTIVE, closing.executive_summary), (SummaryKind.REPORT, report))
    return tuple(kind for kind, is_wanted in found if is_wanted)


def unwritten(case: Case) -> tuple[SummaryKind, ...]:
    """The wanted summaries that nobody has written since it was last reopened. One query where any is wanted."""
    wanted = wanted_summaries(case)
    if not wanted:
        return ()
    written: set[str] = set()
    lines = Event.objects.filter(dispute=case.dispute, kind__in=[EventKind.SUMMARY, EventKind.REOPENED]).order_by("number")
    for kind, facts in lines.values_list("kind", "facts"):
        written = set() if kind == EventKind.REOPENED else written | {facts.get("kind", "")}
    return tuple(kind for kind in wanted if kind not in written)
