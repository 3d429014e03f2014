"""Reads doors and variants from a procedure file: what happens where the matter is really something else."""

from agencies.roles import AGENCY_ROLES
from escalation.procedures.clock_reading import Habits, read_clock
from escalation.procedures.definition import Acting, DoorDoes, DoorRule, Requirement, Sides, StageChange, StageDefinition, Variant, Way
from escalation.procedures.reading import Table, listed
from escalation.procedures.stage_reading import read_acting
from escalation.states import Advice, Door

CHANGES = ("name", "raising", "receiving", "clocks", "requires", "is_meeting")


# What a door or way must name, where it does this and nowhere else.
NAMES = {
    "variant": (DoorDoes.VARIANT, "A variant is named here, but it is not taken", "Give the key of the variant that is taken here."),
    "procedure": (
        DoorDoes.REDIRECT,
        "A procedure is named here, but nothing goes by it",
        "Give the key of the partnership's procedure that it goes by.",
    ),
}


def read_doors(head: Table) -> tuple[DoorRule, ...]:
    """The `[[doors]]`, each with its ways where it asks which."""
    found = []
    for table in head.each("doors", "door"):
        door = table.choice("door", Door, needed="the door that this is about")
        does = table.choice("does", DoorDoes, needed="what it does: stop, go_on, variant, redirect or ask")
        words = table.text("words", needed="the words that a person reads there")
        named, ways = _named(table, does), _ways(table, does)
        table.finish()
        if door and does:
            found.append(DoorRule(door, does.value, words, ways=ways, **named))
    return tuple(found)


def _named(table: Table, does: DoorDoes | None) -> dict[str, str]:
    """The variant or the procedure that is named, each only where it is taken."""
    found = {}
    for field, (needed_by, unused, missing) in NAMES.items():
        found[field] = table.text(field, longest=60)
        if does is needed_by and not found[field]:
            table.problem(field, f"This is missing. {missing}")
        elif found[field] and does not in {needed_by, None}:
            table.problem(field, f"{unused}: say does = “{needed_by.value}”.")
    return found


def _ways(table: Table, does: DoorDoes | None) -> tuple[Way, ...]:
    below = table.each("ways", "way")
    if does is DoorDoes.ASK and len(below) < 2:
        table.problem("ways", "Where it asks which way, there are two or more to choose from.")
    elif table.has("ways") and does not in {DoorDoes.ASK, None}:
        table.problem("ways", "Ways are given here, but nobody is asked: say does = “ask”.")
    return tuple(way for each in below if (way := _way(each)))


def _way(table: Table) -> Way | None:
    key = table.key("key", "a short name for this way")
    label = table.text("label", needed="what a person chooses", longest=200)
    does = table.choice("does", DoorDoes, needed="what it does: stop, go_on, variant or redirect")
    if does is DoorDoes.ASK:
        table.problem("does", "A way does not ask again: it stops, goes on, takes a variant or goes by another procedure.")
    words = table.text("words", needed="the words that a person reads then")
    named = _named(table, does)
    table.finish()
    return Way(key, label, does.value, words, **named) if key and does and does is not DoorDoes.ASK else None


def read_variants(head: Table, stages: tuple[StageDefinition, ...], habits: Habits) -> tuple[Variant, ...]:
    """The `[[variants]]`. What is wrong is noted; a variant without a key is left out."""
    return tuple(variant for table in head.each("variants", "variant") if (variant := _variant(table, stages, habits)))


def _variant(table: Table, stages: tuple[StageDefinition, ...], habits: Habits) -> Variant | None:
    key = table.key("key", "a short name for this variant")
    variant = Variant(
        key=key,
        name=table.text("name", needed="what this way is called", longest=120),
        words=table.text("words", needed="what is done on this way, for those who read the disagreement"),
        stages=_stage_keys(table, stages),
        first_hop=table.flag("first_hop", default=False) if table.has("first_hop") else None,
        hop=_hop(table, stages),
        changes=tuple(change for below in table.each("changes", "change") if (change := _change(below, stages, habits))),
        tells=table.choices("tells", Advice),
        source=table.text("source"),
    )
    table.finish()
    if variant.hop is not None and variant.first_hop is False:
        table.problem("first_hop", "Somebody takes it first on this way (hop), so this cannot be false.")
    if not any(table.has(field) for field in ("stages", "first_hop", "hop", "changes", "tells")):
        table.problem("key", "This way is no other than the procedure's own: say what differs, or say go_on at its door.")
    return variant if key else None


def _known(table: Table, field: str, key: str, stages: tuple[StageDefinition, ...]) -> StageDefinition | None:
    found = next((stage for stage in stages if stage.key == key), None)
    if found is None and key:
        table.problem(field, f"There is no stage “{key}”. There are: {listed(stage.key for stage in stages)}.")
    return found


def _stage_keys(table: Table, stages: tuple[StageDefinition, ...]) -> tuple[str, ...]:
    wanted = table.texts("stages", longest=60)
    known = [stage for key in wanted if (stage := _known(table, "stages", key, stages))]
    if [stage.position for stage in known] != sorted(stage.position for stage in known):
        table.problem("stages", "The stages are named here in the order of the procedure.")
    if table.has("stages") and known and not any(stage.sides == Sides.BOTH for stage in known):
        table.problem("stages", "No stage on this way brings both agencies together.")
    return tuple(stage.key for stage in known)


def _hop(table: Table, stages: tuple[StageDefinition, ...]) -> Acting | None:
    """Who takes it first: by level and roles, or whoever acts for the own agency at a stage."""
    below = table.below("hop")
    if below is None:
        return None
    if not below.has("stage"):
        return read_acting(table, "hop", tuple(AGENCY_ROLES))
    stage = _known(below, "stage", below.text("stage", longest=60), stages)
    below.finish()
    if stage is not None and stage.is_partnership:
        below.problem("stage", "At the partnership's stage nobody of the own agency acts.")
        return None
    return stage.raising if stage is not None else None


def _change(table: Table, stages: tuple[StageDefinition, ...], habits: Habits) -> StageChange | None:
    before = len(table.problems)
    stage = _known(table, "stage", table.text("stage", needed="the key of the stage that differs", longest=60), stages)
    clocks = tuple(clock for below in table.each("clocks", "clock") if (clock := read_clock(below, habits)))
    requires = tuple(item.value for item in table.choices("requires", Requirement))
    change = StageChange(
        stage=stage.key if stage else "",
        name=table.text("name", longest=200) or None,
        raising=read_acting(table, "raising", tuple(AGENCY_ROLES)) if table.has("raising") else None,
        receiving=read_acting(table, "receiving", tuple(AGENCY_ROLES)) if table.has("receiving") else None,
        clocks=clocks if table.has("clocks") else None,
        requires=requires if table.has("requires") else None,
        is_meeting=table.flag("is_meeting", default=False) if table.has("is_meeting") else None,
    )
    table.finish()
    if not any(table.has(key) for key in CHANGES) and len(table.problems) == before:
        table.problem("stage", f"Nothing differs here. Give some of: {listed(CHANGES)}.")
    return change if stage is not None and len(table.problems) == before else None
