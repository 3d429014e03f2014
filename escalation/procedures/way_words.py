"""Doors and variants in the words of the procedure's page: what happens there, and how the way differs from the usual one."""

from django.utils.translation import gettext as _

from agencies.words import lower_first
from escalation.procedures.definition import ProcedureDefinition, StageChange, StageDefinition, Variant
from escalation.procedures.variants import stages_by_way_of
from escalation.procedures.words import acting_words, clock_sentence, sentence


def stage_words(definition: ProcedureDefinition, stage: StageDefinition) -> str:
    """ "stage 2 (designated persons)", in the procedure's own word."""
    number = f" {stage.number}" if stage.number else ""
    return f"{definition.stage_word}{number} ({stage.name})"


def variant_sentences(definition: ProcedureDefinition, variant: Variant) -> tuple[str, ...]:
    """Plain sentences for how the variant differs: who takes it first, where it starts, what is passed over, what differs at a stage."""
    stages = stages_by_way_of(definition.stages, variant)
    usual = {stage.key: stage for stage in definition.stages}
    said = []
    if variant.hop is not None:
        said.append(_("In the own agency it goes first to: {who}.").format(who=acting_words(variant.hop, definition.levels_are)))
    elif variant.first_hop is False and definition.first_hop:
        said.append(_("It does not go to the own manager first."))
    first = next((stage for stage in stages if not stage.passed_over), None)
    if first is not None and first.position > 1:
        said.append(_("It starts at {stage}.").format(stage=stage_words(definition, first)))
    passed = [stage_words(definition, usual[stage.key]) for stage in stages if stage.passed_over and first and stage.position > first.position]
    if passed:
        said.append(_("Passed over: {stages}.").format(stages=sentence(passed)))
    for change in variant.changes:
        said += _changed(definition, change, next(stage for stage in stages if stage.key == change.stage))
    if variant.tells:
        said.append(_("Told too, by whoever takes it first: {who}.").format(who=sentence(lower_first(each.label) for each in variant.tells)))
    return tuple(said)


def _changed(definition: ProcedureDefinition, change: StageChange, stage: StageDefinition) -> list[str]:
    where = _("At {stage}").format(stage=stage_words(definition, stage))
    said = []
    if change.raising is not None:
        said.append(_("{where}, for the raising agency: {who}.").format(where=where, who=acting_words(change.raising, definition.levels_are)))
    if change.receiving is not None:
        said.append(_("{where}, for the receiving agency: {who}.").format(where=where, who=acting_words(change.receiving, definition.levels_are)))
    if change.clocks:
        said += [f"{where}: {lower_first(clock_sentence(clock, definition))}" for clock in change.clocks]
    elif change.clocks is not None:
        said.append(_("{where}: no time of its own.").format(where=where))
    if change.is_meeting is False:
        said.append(_("{where}: no meeting is asked for.").format(where=where))
    return said
