"""What makes sense in a table alone but not in the whole: stages in order, clocks that name each other, moves out of the last stage."""

from collections import Counter
from collections.abc import Iterable, Iterator

from agencies.roles import Role
from escalation.clocks import Unit
from escalation.procedures.definition import ClockDefinition, DoorRule, ProcedureDefinition, Sides, StageDefinition, Variant, Way
from escalation.procedures.problems import Problem
from escalation.procedures.reading import Table
from escalation.procedures.variants import by_way_of
from escalation.states import EventKind, Measure, Side

END_OF = "end of "
ORDER = (Sides.OWN.value, Sides.BOTH.value, Sides.PARTNERSHIP.value)
# Who can owe a clock where: a request exists only in a stage of both sides, a chair acts only in a stage of the partnership.
OWES = {
    Sides.OWN.value: {Side.RAISING},
    Sides.BOTH.value: {Side.RAISING, Side.RECEIVING, Side.EACH, Side.PARTNERSHIP},
    Sides.PARTNERSHIP.value: {Side.RAISING, Side.EACH, Side.CHAIR, Side.PARTNERSHIP},
}
# What does not happen while such a stage runs, so that a clock from it would never start: a request, and what comes of it, is between both sides, and
# what the partnership does with a referral comes after it.
NEVER = {
    Sides.OWN.value: {
        EventKind.ACKNOWLEDGED, EventKind.ANSWERED, EventKind.REJECTED,
        EventKind.REFERRED, EventKind.ROUTE_CHOSEN, EventKind.CONVENED,
    },
    Sides.BOTH.value: {EventKind.REFERRED, EventKind.ROUTE_CHOSEN, EventKind.CONVENED},
    Sides.PARTNERSHIP.value: {EventKind.ANSWERED, EventKind.REJECTED, EventKind.MOVE_ASKED},
}  # fmt: skip
# What brings it into a stage is over when the stage begins.
BEFORE = frozenset({EventKind.MOVED_UP, EventKind.REFERRED})
Found = Iterator[tuple[str, str, str]]


def _twice(words: Iterable[str]) -> list[str]:
    return [word for word, times in Counter(words).items() if word and times > 1]


def _whole(definition: ProcedureDefinition) -> Found:
    """Mistakes of the procedure as a whole, as (where, field, message)."""
    stages = definition.stages
    for key in _twice(stage.key for stage in stages):
        yield "", "stages", f"Two stages have the key “{key}”."
    for number in _twice(stage.number for stage in stages):
        yield "", "stages", f"Two stages have the number {number}."
    if stages and not any(stage.sides == Sides.BOTH for stage in stages):
        yield "", "stages", "No stage brings both agencies together: at least one has sides = “both”."
    for door in _twice(rule.door.value for rule in definition.doors):
        yield "", "doors", f"The door “{door}” is given twice."
    if definition.closing.lead_manager_from and stages and definition.closing.lead_manager_from > len(stages):
        yield "closing", "lead_manager_from", f"There is no stage {definition.closing.lead_manager_from}."
    if definition.reviewed_on and definition.review_due and definition.review_due < definition.reviewed_on:
        yield "", "review_due", "The next review lies before the last one."
    if definition.first_hop and stages:
        yield from _hop(stages[0])


def _hop(first: StageDefinition) -> Found:
    if first.is_own:
        yield "", "first_hop", "The first stage already lies inside the own agency, so nothing is sent to the own manager before it: say false."
    elif Role.PRACTITIONER.value in first.raising.roles:
        yield "", "first_hop", "Practitioners act at the first stage themselves, so they do not send to their own manager first: say false."


def _doors(definition: ProcedureDefinition) -> Found:
    """Every variant that a door takes is there, every variant is taken somewhere, and no door leads back into the same procedure."""
    taken: list[tuple[DoorRule, DoorRule | Way]] = [(rule, rule) for rule in definition.doors]
    taken += [(rule, way) for rule in definition.doors for way in rule.ways]
    for rule, way in taken:
        if way.variant and definition.variant(way.variant) is None:
            yield f"door {rule.door.value}", "variant", f"There is no variant “{way.variant}”. Say under variants what is done on its way."
        if way.procedure and way.procedure == definition.key:
            yield f"door {rule.door.value}", "procedure", "That is this procedure itself: name another one, or say go_on."
    for rule in definition.doors:
        for key in _twice(way.key for way in rule.ways):
            yield f"door {rule.door.value}", "ways", f"Two ways have the key “{key}”."
    for key in _twice(variant.key for variant in definition.variants):
        yield "", "variants", f"Two variants have the key “{key}”."
    for variant in definition.variants:
        if variant.key not in {way.variant for _, way in taken}:
            yield f"variant {variant.key}", "key", "No door leads to this variant."


def _variant(variant: Variant, definition: ProcedureDefinition) -> Found:
    """The stages as the variant has them, checked like the procedure's own."""
    way = by_way_of(definition, variant.key)
    stages = way.stages
    first = next((stage for stage in stages if not stage.passed_over), None)
    if first is not None and first.is_own and variant.hop is not None:
        yield f"variant {variant.key}", "hop", "The first stage on this way already lies inside the own agency: nobody takes it before."
    for key in _twice(change.stage for change in variant.changes):
        yield f"variant {variant.key}", "changes", f"The stage “{key}” is changed twice."
    for stage in stages:
        where, is_changed = f"variant {variant.key}, stage {stage.position}", stage.key in {change.stage for change in variant.changes}
        if is_changed and stage.passed_over:
            yield where, "stage", "This stage is passed over on this way, so nothing of it can differ."
        if is_changed or not stage.passed_over:
            yield from _stage(stage, way, where)
        if is_changed:
            yield from _references(where, stage.clocks, "clock")


def _orders(stages: tuple[StageDefinition, ...]) -> Found:
    """Own-agency stages come first, the partnership's last, and levels do not fall."""
    for before, stage in zip(stages, stages[1:], strict=False):
        where = f"stage {stage.position}"
        if ORDER.index(stage.sides) < ORDER.index(before.sides):
            yield where, "sides", f"A stage “{stage.sides}” cannot follow a stage “{before.sides}”: own, then both, then partnership."
        if stage.raising.level and before.raising.level and stage.raising.level < before.raising.level and before.sides == stage.sides:
            yield where, "raising", f"This stage acts at level {stage.raising.level}, below level {before.raising.level} of the stage before."


def _stage(stage: StageDefinition, way: ProcedureDefinition, where: str) -> Found:
    if stage.is_own and stage.tells_unit:
        yield where, "tells_unit", "A stage inside the own agency is not told to anyone outside it."
    if stage.warns_other_side and not stage.tells_unit:
        yield where, "warns_other_side", "The other side is warned that the business unit will be told, but the unit is not told at this stage."
    for name, clocks in (("clock", stage.clocks), ("urgent clock", stage.urgent_clocks)):
        for key in _twice(clock.key for clock in clocks):
            yield where, "clocks", f"Two clocks have the key “{key}”."
        for clock in clocks:
            if clock.key in {cap.key for cap in way.caps}:
                yield f"{where}, {name} {clock.key}", "key", f"An overall limit has the key “{clock.key}” too: give one of the two another."
            yield from _stage_clock(f"{where}, {name} {clock.key}", clock, stage, way)


def _stage_clock(where: str, clock: ClockDefinition, stage: StageDefinition, way: ProcedureDefinition) -> Found:
    if clock.owed_by not in OWES[stage.sides]:
        yield where, "owed_by", f"In a stage with sides = “{stage.sides}” the {clock.owed_by.label.lower()} side owes nothing."
    for event in clock.starts_on:
        if event in NEVER[stage.sides]:
            yield where, "from", f"“{event}” does not happen in a stage with sides = “{stage.sides}”, so the clock would never start."
        elif event in BEFORE or (event == EventKind.SUBMITTED and stage.position > 1):
            yield where, "from", f"“{event}” lies before this stage begins, so the clock would never start: use entered."
    if clock.owed_by is Side.RECEIVING and clock.starts_on == (EventKind.REJECTED,) and EventKind.ANSWERED in clock.ends_on:
        yield where, "from", "An agency responds once in a stage and is asked for no other response, so the clock would never start."
    if clock.over:
        yield where, "over", "A clock over several stages belongs under caps, not in a stage."
    if clock.measures is Measure.CAP:
        yield where, "measures", "An overall limit belongs under caps, with the stages that it covers."
    if clock.on_time.offer and stage.position == way.last:
        yield where, "on_time", "Nothing lies above the last stage, so moving up cannot be offered there."
    if clock.on_time.move_up_after:
        yield from _moves(where, clock, stage, way)


def _moves(where: str, clock: ClockDefinition, stage: StageDefinition, way: ProcedureDefinition) -> Found:
    if way.following(stage.position) is None:
        yield where, "on_time", "Nothing moves up by itself out of the last stage: use remind."
    elif not way.moves_by_itself_from(stage.position):
        yield where, "on_time", "Nothing moves up by itself before the partnership: somebody refers it there. Use offer or remind."
    elif clock.owed_by is not Side.RECEIVING:
        yield where, "on_time", "Only a clock that the receiving side owes can move up by itself, since it moves for want of a response."
    elif clock.measures is not Measure.RESPONSE:
        yield where, "on_time", "Only a clock that measures a response can move up by itself: use offer or remind."
    elif clock.within.unit is Unit.AGREED:
        yield where, "on_time", "A clock that waits for an agreed date cannot move up by itself: give it a length of time, or use offer."
    elif clock.on_time.move_up_after and clock.on_time.move_up_after.unit is Unit.AGREED:
        yield where, "on_time", "The wait before moving up is a length of time, such as 1 working day."


def _cap(clock: ClockDefinition, last: int) -> Found:
    where = f"cap {clock.key}"
    if clock.over is None:
        yield where, "over", "This is missing. Give the first and the last stage that the limit covers, like [1, 3]."
    elif not 1 <= clock.over[0] <= clock.over[1] <= last:
        yield where, "over", f"From {clock.over[0]} to {clock.over[1]} is not a range of this procedure's stages 1 to {last}."
    elif clock.starts_on == (EventKind.SUBMITTED,) and clock.over[0] > 1:
        yield where, "from", f"“submitted” lies before stage {clock.over[0]}, so it would never start: use sent or entered, or begin with stage 1."
    if clock.on_time.move_up_after:
        yield where, "on_time", "Nothing moves up by itself because an overall limit has passed: use offer or remind."
    if clock.owed_by is Side.RECEIVING:
        yield where, "owed_by", "An overall limit is not owed by one receiving agency alone: use each."


def _references(where: str, clocks: tuple[ClockDefinition, ...], name: str) -> Found:
    known = {clock.key: clock for clock in clocks}
    for clock in clocks:
        place = f"{where}, {name} {clock.key}" if where else f"{name} {clock.key}"
        for field, events in (("from", clock.starts_on), ("until", clock.ends_on)):
            for other in (event.removeprefix(END_OF) for event in events if event.startswith(END_OF)):
                if other == clock.key:
                    yield place, field, "A clock cannot wait for its own end."
                elif other not in known:
                    yield place, field, f"There is no clock “{other}” beside this one."
        yield from _sets(place, clock, known)
    for key in _circles(clocks):
        yield where or name, "from", f"The clock “{key}” starts at the end of one that waits for it."


def _sets(place: str, clock: ClockDefinition, known: dict[str, ClockDefinition]) -> Found:
    if clock.sets is None:
        return
    target = known.get(clock.sets)
    if target is None or target is clock:
        yield place, "sets", f"There is no other clock “{clock.sets}” beside this one whose date could be set."
    elif target.within.unit is not Unit.AGREED:
        yield place, "sets", f"The clock “{clock.sets}” has a length of its own: only one whose time is “agreed” can be set."


def _circles(clocks: tuple[ClockDefinition, ...]) -> list[str]:
    """Keys of clocks that start only at the end of one another, round and round."""
    waits = {clock.key: {event.removeprefix(END_OF) for event in clock.starts_on if event.startswith(END_OF)} for clock in clocks}
    found = []
    for key in waits:
        seen: set[str] = set()
        ahead = set(waits[key]) - {key}
        while ahead:
            seen |= ahead
            ahead = {after for step in ahead for after in waits.get(step, ())} - seen
        if key in seen:
            found.append(key)
    return found


def check(definition: ProcedureDefinition, head: Table) -> None:
    """Note what does not fit together. References inside a stage with mistakes of its own are left, so that nothing is blamed twice."""
    last = definition.last
    found = [*_whole(definition), *_orders(definition.stages), *_doors(definition)]
    for stage in definition.stages:
        where = f"stage {stage.position}"
        found += _stage(stage, definition, where)
        if not any(problem.where.startswith(f"{where},") for problem in head.problems):
            found += [*_references(where, stage.clocks, "clock"), *_references(where, stage.urgent_clocks, "urgent clock")]
    # What is wrong with a stage itself is wrong on every way through it, and said once.
    said = {(field, message) for _, field, message in found}
    found += [each for variant in definition.variants for each in _variant(variant, definition) if each[1:] not in said]
    for cap in definition.caps:
        found += _cap(cap, last)
    if not any(problem.where.startswith("cap ") for problem in head.problems):
        found += _references("", definition.caps, "cap")
    for key in _twice(cap.key for cap in definition.caps):
        found.append(("", "caps", f"Two limits have the key “{key}”."))
    head.problems.extend(Problem(head.file, where, field, message) for where, field, message in found)
