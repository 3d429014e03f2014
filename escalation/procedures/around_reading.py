"""Reads what stands around the stages: a formal request for a conference, and the subgroup that hears of some disagreements."""

from escalation.procedures.definition import Sides, StageDefinition, Subgroup
from escalation.procedures.reading import Table, listed
from escalation.states import SubgroupMatter

HIGHEST = 7


def read_conference(table: Table | None, stages: tuple[StageDefinition, ...]) -> int | None:
    """The stage after which a conference may formally be asked for; None where there is no `[conference]` table."""
    if table is None:
        return None
    after = table.whole("after_stage", 1, HIGHEST)
    table.finish()
    if after is None:
        if not table.has("after_stage"):
            table.problem("after_stage", "This is missing. Give the stage after which a conference may be asked for.")
    elif after > len(stages):
        table.problem("after_stage", f"There is no stage {after}: this procedure has {len(stages)}.")
    elif stages[after - 1].sides != Sides.BOTH:
        table.problem("after_stage", f"Stage {after} does not bring both agencies together, so nobody there can be asked afterwards.")
    return after


def read_subgroup(table: Table | None) -> Subgroup | None:
    """The `[subgroup]` table: the group's name, and which matters are put to it."""
    if table is None:
        return None
    name = table.text("name", needed="the name of the subgroup", longest=200)
    takes = table.choices("takes", SubgroupMatter)
    if not takes and not table.has("takes"):
        table.problem("takes", f"This is missing. Give what is put to the subgroup, some of {listed(SubgroupMatter)}.")
    table.finish()
    return Subgroup(name, takes)
