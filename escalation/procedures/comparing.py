"""What a new version of a procedure changes, in words: shown before it is published."""

from dataclasses import dataclass, fields

from escalation.procedures.definition import ClockDefinition, DoorRule, ProcedureDefinition, StageDefinition
from escalation.procedures.words import clock_sentence

# Said by the stage and clock lines below, or of no weight to those who work by the procedure.
SAID_ELSEWHERE = frozenset({"stages", "caps", "source", "recorded_only", "doors", "way"})
NAMES = {
    "variants": "ways of its own at doors",
    "levels_are": "level word",
    "informs_unit": "when the business unit is told",
    "first_hop": "own manager first",
}


@dataclass(frozen=True, slots=True)
class _Two:
    """The procedure as it is until now, and as it is to be."""

    before: ProcedureDefinition
    after: ProcedureDefinition

    def clocks(self, place: str, before: tuple[ClockDefinition, ...], after: tuple[ClockDefinition, ...]) -> list[str]:
        """What differs between two lists of clocks."""
        old, new = {one.key: clock_sentence(one, self.before) for one in before}, {one.key: clock_sentence(one, self.after) for one in after}
        said = [f"{place}: {new[key]} This is new." for key in new if key not in old]
        said += [f"{place}: {old[key]} This goes." for key in old if key not in new]
        return said + [f"{place}: {new[key]} Until now: {old[key]}" for key in new if key in old and old[key] != new[key]]


def _stage(both: _Two, before: StageDefinition, after: StageDefinition) -> list[str]:
    place = f"Stage {after.number or after.position}, {after.name}"
    said = [f"{place}: it is called {before.name} until now."] if before.name != after.name else []
    if before.position != after.position:
        said.append(f"{place}: its place is {after.position}, until now {before.position}.")
    if (before.raising, before.receiving) != (after.raising, after.receiving):
        said.append(f"{place}: other people act.")
    if before.tells_unit != after.tells_unit:
        said.append(f"{place}: the business unit {'is' if after.tells_unit else 'is no longer'} told.")
    if before.requires != after.requires or before.forms != after.forms or before.partnership != after.partnership:
        said.append(f"{place}: what is asked for, or what the partnership may do, changes.")
    urgent = both.clocks(f"{place}, urgent", before.urgent_clocks, after.urgent_clocks)
    return said + both.clocks(place, before.clocks, after.clocks) + urgent


def _does(rule: DoorRule | None) -> tuple[tuple[str, ...], ...]:
    """What happens at a door, without its words."""
    return tuple((one.does, one.variant, one.procedure) for one in rule.ends) if rule is not None else ()


def _doors(before: ProcedureDefinition, after: ProcedureDefinition) -> list[str]:
    every = dict.fromkeys(rule.door for rule in (*before.doors, *after.doors))
    return [f"Changed: what happens at the door “{door.label}”." for door in every if _does(before.door(door)) != _does(after.door(door))]


def differences(before: ProcedureDefinition, after: ProcedureDefinition) -> tuple[str, ...]:
    """Plain sentences for what the second says otherwise than the first; empty where they say the same. Stages are matched by key."""
    both = _Two(before, after)
    old, new = {stage.key: stage for stage in before.stages}, {stage.key: stage for stage in after.stages}
    said = [f"The stage “{stage.name}” is new." for key, stage in new.items() if key not in old]
    said += [f"The stage “{stage.name}” goes." for key, stage in old.items() if key not in new]
    for key, stage in new.items():
        if key in old:
            said += _stage(both, old[key], stage)
    said += both.clocks("Overall limit", before.caps, after.caps)
    said += _doors(before, after)
    for field in fields(before):
        if field.name not in SAID_ELSEWHERE and getattr(before, field.name) != getattr(after, field.name):
            said.append(f"Changed: {NAMES.get(field.name, field.name.replace('_', ' '))}.")
    if before != after and not said:
        said.append("Only notes, sources or words at the doors change.")
    return tuple(said)
