"""The procedure that results where a variant is taken: the same stages at the same places, some passed over, some changed."""

from dataclasses import fields, replace

from escalation.procedures.definition import ProcedureDefinition, StageChange, StageDefinition, Variant


def _changed(stage: StageDefinition, change: StageChange | None) -> StageDefinition:
    if change is None:
        return stage
    given = {field.name: value for field in fields(change) if field.name != "stage" and (value := getattr(change, field.name)) is not None}
    return replace(stage, **given)


def stages_by_way_of(stages: tuple[StageDefinition, ...], variant: Variant) -> tuple[StageDefinition, ...]:
    """The stages as the variant has them: each keeps its position and number."""
    changes = {change.stage: change for change in variant.changes}
    passed = {stage.key for stage in stages if variant.stages and stage.key not in variant.stages}
    return tuple(replace(_changed(stage, changes.get(stage.key)), passed_over=stage.key in passed) for stage in stages)


def by_way_of(definition: ProcedureDefinition, key: str) -> ProcedureDefinition:
    """The definition that a disagreement of this variant runs on; the definition itself where the key is empty or not the procedure's own."""
    variant = definition.variant(key)
    if variant is None:
        return definition
    hop = definition.first_hop if variant.first_hop is None else variant.first_hop
    stages = stages_by_way_of(definition.stages, variant)
    return replace(definition, stages=stages, way=variant, first_hop=hop or variant.hop is not None)
