"""Reads when the partnership's business unit is told, and works out at which stages that is."""

import re
from dataclasses import replace

from escalation.procedures.definition import StageDefinition
from escalation.procedures.reading import Table

EVERY_STAGE = "every stage"
LAST_STAGE = "only the last stage"
PARTNERSHIP_STAGE = "partnership stage"
RESOLUTION = "resolution"
CAP_PASSED = "cap passed"
URGENT = "urgent"
MEETING = "partnership meeting"
NOT_INVOLVED = "agency stays out"
WORDS = (EVERY_STAGE, LAST_STAGE, PARTNERSHIP_STAGE, RESOLUTION, CAP_PASSED, URGENT, MEETING, NOT_INVOLVED)
FROM = re.compile(r"from (stage|level) ([1-9])")


def _reaches(words: str, stage: StageDefinition, last: int) -> bool:
    """These words mean that the unit is told when this stage begins. A stage inside the own agency stays there."""
    if stage.is_own:
        return False
    match = FROM.fullmatch(words)
    if match and match[1] == "stage":
        return stage.position >= int(match[2])
    if match:
        return stage.is_partnership or (stage.raising.level or 0) >= int(match[2])
    at = {EVERY_STAGE: True, LAST_STAGE: stage.position == last, PARTNERSHIP_STAGE: stage.is_partnership}
    return at.get(words, False)


def _check(table: Table, words: str, stages: tuple[StageDefinition, ...]) -> None:
    match = FROM.fullmatch(words)
    if not match and words not in WORDS:
        table.problem("unit", f"“{words}” is not known here. It is one of: {', '.join(WORDS)}, from stage 3, from level 4 (or another number).")
    elif match and match[1] == "stage" and int(match[2]) > len(stages):
        table.problem("unit", f"There is no stage {match[2]}: this procedure has {len(stages)}.")
    elif match and match[1] == "level" and not any(_reaches(words, stage, len(stages)) for stage in stages):
        table.problem("unit", f"No stage reaches level {match[2]}.")
    elif words == PARTNERSHIP_STAGE and not any(stage.is_partnership for stage in stages):
        table.problem("unit", "No stage of this procedure belongs to the partnership.")


def read_telling(table: Table | None, stages: tuple[StageDefinition, ...]) -> tuple[tuple[StageDefinition, ...], tuple[str, ...]]:
    """The stages with `tells_unit` (and `warns_other_side`) worked out from the `[telling]` table, and its words as they stand."""
    if table is None:
        return stages, ()
    told = table.texts("unit", longest=60)
    for words in told:
        _check(table, words, stages)
    warns = table.flag("warn_other_side_first", default=False)
    table.finish()
    marked = []
    for stage in stages:
        tells = stage.tells_unit or any(_reaches(words, stage, len(stages)) for words in told)
        marked.append(replace(stage, tells_unit=tells, warns_other_side=stage.warns_other_side or (warns and tells)))
    return tuple(marked), told
