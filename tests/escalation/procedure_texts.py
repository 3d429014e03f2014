"""Procedure files for tests, made of a head, stages and clocks; each test adds the one line that it is about."""

import pytest

from escalation.procedures.definition import ClockDefinition, ProcedureDefinition, StageDefinition
from escalation.procedures.problems import ProcedureProblems
from escalation.procedures.schema import read_procedure

HEAD = """
key = "sample"
name = "Sample procedure"
partnership = "Sample partnership"
owner = "Business unit"
start_rule = "roll_forward"
moment = "same_time"
first_hop = false
"""
CLOCK = """
key = "response"
measures = "response"
owed_by = "receiving"
within = "2 working days"
from = "sent"
"""


def lines(base: str, changes: str) -> str:
    """The base with each line of the changes in place of the base's own line for that key, or added."""
    new = {line.split(" =")[0]: line for line in changes.strip().splitlines() if " = " in line}
    kept = [line for line in base.strip().splitlines() if line.split(" =")[0] not in new]
    return "\n".join(kept + changes.strip().splitlines()) + "\n"


def clock(changes: str = "", *, under: str = "stages.clocks") -> str:
    """One clock of the stage before it; `under` = "caps" for a limit over stages."""
    return f"[[{under}]]\n" + lines(CLOCK, changes)


def stage(key: str, changes: str = "", clocks: str = "") -> str:
    """One stage in which managers of both agencies act."""
    base = f'key = "{key}"\nname = "Stage {key}"\nsides = "both"\nraising = {{ roles = ["manager"] }}\n'
    return "[[stages]]\n" + lines(base, changes) + clocks


CHAIR = """
sides = "partnership"
receiving = { roles = ["chair"] }
"""
REFERRAL = """
routes = ["mediation"]
force = { mediation = "binding" }
refer_roles = ["safeguarding_lead"]
"""


def partnership_stage(changes: str = "", clocks: str = "") -> str:
    """A last stage before the partnership's chair; the changes are of its `partnership` table."""
    return stage("chair", CHAIR) + "[stages.partnership]\n" + lines(REFERRAL, changes) + clocks


def text(*stages: str, head: str = "", tail: str = "") -> str:
    """A whole file. Without stages it has two plain ones."""
    return lines(HEAD, head) + "\n" + "\n".join(stages or (stage("one"), stage("two"))) + "\n" + tail


def accepted(source: str) -> ProcedureDefinition:
    """The definition that the text gives."""
    return read_procedure(source, "sample.toml")


def first_stage(source: str) -> StageDefinition:
    """The first stage of an accepted text."""
    return accepted(source).stage(1)


def only_clock(changes: str) -> ClockDefinition:
    """A clock with these changes, read as part of an accepted text."""
    return first_stage(text(stage("one", clocks=clock(changes)), stage("two"))).clocks[0]


def refused(source: str) -> list[str]:
    """What is said about a text that is not accepted, one sentence a mistake."""
    with pytest.raises(ProcedureProblems) as caught:
        read_procedure(source, "sample.toml")
    return [str(problem) for problem in caught.value.problems]


def refused_clock(changes: str) -> str:
    """The one thing said about a clock in the first of two stages."""
    (said,) = refused(text(stage("one", clocks=clock(changes)), stage("two")))
    return said.removeprefix("sample.toml: stage 1, clock response, ")
