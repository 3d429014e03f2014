"""What a clock asks of whoever owes it, as a sentence that knows its form: pages show it, messages keep it."""

from django.utils.translation import gettext_noop as _

from agencies.said import Said, said
from escalation.engine.case import Case
from escalation.engine.own_clocks import ASKED, REPLY, REVIEWING, SUBGROUP
from escalation.models import Clock
from escalation.procedures.definition import ProcedureDefinition
from escalation.states import Measure, Side, State

# {stage} is the stage's name.
ASKS = {
    Measure.TOLD: _("Tell the line managers"),
    Measure.ENTRY: _("Begin {stage}"),
    Measure.ACKNOWLEDGEMENT: _("Acknowledge: {stage}"),
    Measure.RESPONSE: _("Respond: {stage}"),
    Measure.DISCUSSION: _("Talk to the other agency: {stage}"),
    Measure.AGREEMENT: _("Agree a way forward: {stage}"),
    Measure.ACTION_PLAN: _("Agree an action plan: {stage}"),
    Measure.MEETING: _("Meet: {stage}"),
    Measure.LETTER: _("Send the outcome in writing: {stage}"),
    Measure.FORM: _("Complete the form: {stage}"),
    Measure.MOVE_UP: _("Move up, if it is not settled: {stage}"),
    Measure.COMPLETION: _("Finish {stage}"),
    Measure.RESOLUTION: _("Resolve it: {stage}"),
    Measure.CAP: _("Settle it within the overall limit"),
    Measure.ACTION: _("Do the agreed action"),
    Measure.FEEDBACK: _("Give feedback"),
    Measure.NEXT_STEP: _("Take the next step"),
}
TALK_INSIDE = _("Talk it through in your own agency: {stage}")
BY_CHAIR = _("Acknowledge and set a timetable")
# What the business unit hears where nobody can take what a clock asks: of an open request it recommends somebody.
NOBODY_PRESIDES = _("Nobody presides: have a chair or a deputy appointed")
NOBODY_BESIDE = {SUBGROUP: _("Nobody can act as the subgroup's chair"), REVIEWING: _("Nobody of the reviewing service can be told")}
NOBODY_RAISING = _("Nobody can act for the agency that raised it: have somebody named there")
NOBODY_ASKED = _("Nobody can act for an agency that was asked: have somebody named there")
RECOMMEND = _("Recommend a contact")


def stage_named(procedure: ProcedureDefinition, position: int) -> str:
    """ "Stage 2", in the procedure's own word, or the name of one that has no number; the hop inside the own agency (0) by whoever takes it there."""
    if 1 <= position <= procedure.last:
        stage = procedure.stage(position)
        return f"{procedure.stage_heading} {stage.number}" if stage.number else stage.name
    named = procedure.way.hop if procedure.way is not None else None
    return (named.words if named is not None else "") or said(_("Own manager"))


def asked_at(measure: Measure, procedure: ProcedureDefinition, position: int) -> Said:
    """What a clock of the stage asks that measures this: inside the own agency the talk is with one's own manager or lead."""
    is_inside = measure == Measure.DISCUSSION and 1 <= position <= procedure.last and procedure.stage(position).is_own
    form = TALK_INSIDE if is_inside else ASKS[measure]
    return said(form, stage=stage_named(procedure, position)) if "{stage}" in form else said(form)


def asked_of(clock: Clock, procedure: ProcedureDefinition) -> Said:
    """What the clock asks: "Respond: Stage 1". Of the product's own next step only whose turn it is says more (`turns.turn_on`)."""
    if clock.measures == Measure.ACKNOWLEDGEMENT and clock.owed_by == Side.CHAIR:
        return said(BY_CHAIR)
    if clock.key in ASKED:
        return said(ASKED[clock.key])
    return asked_at(Measure.RESPONSE if clock.key == REPLY else Measure(clock.measures), procedure, clock.stage)


def nobody_for(case: Case, clock: Clock) -> str:
    """What the business unit is told where the clock runs on nobody: who is missing, and what it can do about it."""
    if clock.key in NOBODY_BESIDE:
        return NOBODY_BESIDE[clock.key]
    if clock.owed_by == Side.CHAIR:
        return NOBODY_PRESIDES
    if clock.owed_by != Side.RECEIVING:
        return NOBODY_RAISING
    asked = case.request_of(clock.agency_id) if clock.agency_id is not None else None
    return RECOMMEND if asked is not None and case.dispute.state == State.OPEN else NOBODY_ASKED
