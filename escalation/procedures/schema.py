"""A procedure file as a whole: `read_procedure` for a text, `shipped` for the procedures that come with the product."""

import re
import tomllib
from dataclasses import replace
from datetime import time
from functools import cache
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from agencies.roles import AGENCY_ROLES, Role
from escalation.clocks import Moment, StartRule
from escalation.procedures.around_reading import read_conference, read_subgroup
from escalation.procedures.clock_reading import Habits, read_clock, read_on_time
from escalation.procedures.coherence import check
from escalation.procedures.definition import ClockDefinition, Closing, OnTime, ProcedureDefinition, StageDefinition
from escalation.procedures.problems import Problem, ProcedureProblems
from escalation.procedures.reading import Table, listed
from escalation.procedures.recorded import read_recorded
from escalation.procedures.stage_reading import read_stage
from escalation.procedures.stored import from_json, to_json
from escalation.procedures.telling import read_telling
from escalation.procedures.way_reading import read_doors, read_variants
from escalation.states import Ground, Theme

__all__ = ["from_json", "read_procedure", "shipped", "shipped_files", "to_json"]

LARGEST = 200_000
FEWEST_STAGES, MOST_STAGES = 2, 7
CLOSE_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
CLOSE_WORDS = ("office_hours", "none")


def read_procedure(text: str, source: str) -> ProcedureDefinition:
    """The procedure that this TOML text defines. `source` names the file in messages.

    Raises ProcedureProblems with every mistake at once; nothing is half-read.
    """
    head = Table(_parse(text, source), source, "", [])
    definition = _read(head)
    check(definition, head)
    if head.problems:
        raise ProcedureProblems(head.problems)
    return definition


def _parse(text: str, source: str) -> dict[str, object]:
    if len(text) > LARGEST:
        raise ProcedureProblems([Problem(source, "", "", f"The file is {len(text)} characters long; {LARGEST} is the most.")])
    try:
        return tomllib.loads(text)
    except RecursionError:
        said = "Tables or lists lie too deep inside one another."
    except ValueError as error:
        said = f"This is not a TOML file that can be read. {error}"
    raise ProcedureProblems([Problem(source, "", "", said)])


def _close(head: Table, rule: StartRule) -> time | str:
    value = head.raw("close")
    if value is None:
        return "none" if rule is StartRule.PLAIN else "office_hours"
    if isinstance(value, time) and value.tzinfo is None:
        return value.replace(second=0, microsecond=0)
    if isinstance(value, str) and CLOSE_TIME.fullmatch(value):
        return time.fromisoformat(value)
    if isinstance(value, str) and value in CLOSE_WORDS:
        return value
    head.problem("close", "A time like “17:00”, “office_hours” or “none” is expected here.")
    return "office_hours"


def _stages(head: Table, habits: Habits) -> tuple[StageDefinition, ...]:
    tables = head.each("stages", "stage")
    if not FEWEST_STAGES <= len(tables) <= MOST_STAGES and not head.problems:
        head.problem("stages", f"A procedure has {FEWEST_STAGES} to {MOST_STAGES} stages; this one has {len(tables)}.")
    numbered = head.flag("numbered", default=True)
    # Nothing lies above the last stage, so what the head says about offering to move up does not reach it.
    last = replace(habits, on_time=OnTime(alert_unit=True))
    stages, number = [], 0
    for position, table in enumerate(tables, 1):
        counts = numbered and table.data.get("counted") is not False
        number += counts
        stages.append(read_stage(table, position, last if position == len(tables) else habits, str(number) if counts else ""))
    return tuple(stages)


def _closing(table: Table | None) -> Closing:
    if table is None:
        return Closing()
    closing = Closing(
        feedback=table.flag("feedback", default=True),
        file=table.flag("file", default=True),
        learning=table.flag("learning", default=True),
        debrief=table.flag("debrief", default=False),
        executive_summary=table.flag("executive_summary", default=False),
        summary_report=table.flag("summary_report", default=False),
        lead_manager_from=table.whole("lead_manager_from", 1, MOST_STAGES),
        learning_goes_to=table.text("learning_goes_to", longest=120),
        policy_gaps_to_chair=table.flag("policy_gaps_to_chair", default=False),
    )
    table.finish()
    return closing


def _caps(head: Table, habits: Habits) -> tuple[ClockDefinition, ...]:
    return tuple(clock for table in head.each("caps", "cap") if (clock := read_clock(table, habits)))


def _habits(head: Table) -> Habits:
    moment = head.choice("moment", Moment, needed="the moment of its last day at which a clock is due: same_time or end_of_day")
    on_time = read_on_time(head, OnTime())
    if on_time.move_up_after:
        head.problem("on_time", "Moving up by itself is said at the clock that it is meant for, not for every clock.")
        on_time = OnTime()
    return Habits(moment=moment or Moment.SAME_TIME, on_time=on_time, priorities=head.texts("priorities", longest=60))


def _roles(head: Table, key: str) -> tuple[str, ...]:
    """Roles of an agency, since nobody else raises, logs or is consulted there."""
    roles = head.choices(key, Role)
    for role in roles:
        if role not in AGENCY_ROLES:
            head.problem(key, f"“{role.value}” is no role of an agency. These are: {listed(r.value for r in Role if r in AGENCY_ROLES)}.")
    return tuple(role.value for role in roles if role in AGENCY_ROLES)


def _first_hop(head: Table) -> bool:
    if not head.has("first_hop"):
        head.problem("first_hop", "This is missing. Give true where a practitioner sends to the own manager first, otherwise false.")
    return head.flag("first_hop", default=False)


def _read(head: Table) -> ProcedureDefinition:
    habits = _habits(head)
    start_rule = head.choice("start_rule", StartRule, needed="the rule by which a start counts: roll_forward or plain") or StartRule.ROLL_FORWARD
    stages, informs_unit = read_telling(head.below("telling"), _stages(head, habits))
    definition = ProcedureDefinition(
        key=head.key("key", "a short name for the procedure"),
        name=head.text("name", needed="the name of the procedure", longest=200),
        partnership_name=head.text("partnership", needed="the name of the partnership whose procedure it is", longest=200),
        owner=head.text("owner", needed="the person or team that keeps the procedure up to date", longest=200),
        stages=stages,
        start_rule=start_rule,
        close=_close(head, start_rule),
        first_hop=_first_hop(head),
        stage_word=head.text("stage_word", longest=40) or _("stage"),
        matter_word=head.text("matter_word", longest=40) or _("disagreement"),
        levels_are=head.text("level_word", longest=40) or _("level"),
        themes=head.choices("themes", Theme) or tuple(Theme),
        doors=read_doors(head),
        variants=read_variants(head, stages, habits),
        start_above=head.choices("start_above", Ground),
        skip=head.choices("skip", Ground),
        caps=_caps(head, habits),
        informs_unit=informs_unit,
        closing=_closing(head.below("closing")),
        conference_after=read_conference(head.below("conference"), stages),
        subgroup=read_subgroup(head.below("subgroup")),
        several_receiving=head.flag("several_receiving", default=True),
        own_agency_allowed=head.flag("own_agency_allowed", default=False),
        third_party_roles=_roles(head, "third_party_roles"),
        raiser_roles=_roles(head, "raiser_roles"),
        consult_first=_roles(head, "consult_first"),
        status_quo=head.flag("status_quo", default=False),
        review_every_months=head.whole("review_every_months", 1, 120, default=12) or 12,
        recorded_only=read_recorded(head.below("recorded")),
        priorities=habits.priorities,
        in_force_from=head.day("in_force_from"),
        reviewed_on=head.day("reviewed_on"),
        review_due=head.day("review_due"),
        source=head.text("source"),
    )
    head.finish()
    return definition


@cache
def _read_shipped() -> tuple[ProcedureDefinition, ...]:
    return tuple(read_procedure(path.read_text(encoding="utf-8"), path.name) for path in shipped_files())


def shipped_files() -> tuple[Path, ...]:
    """The procedure files that come with the product, by name."""
    return tuple(sorted(Path(__file__).parent.glob("*.toml")))


def shipped() -> dict[str, ProcedureDefinition]:
    """The procedures that come with the product, by key. Read once per process."""
    return {definition.key: definition for definition in _read_shipped()}
