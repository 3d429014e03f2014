"""Changing one limit of a procedure from a day on: a new version that says this alone anew. All else is written in the procedure's file."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import Conflict, InvalidInput
from agencies.person import Person
from agencies.policy import may_keep_directory, require
from agencies.working_days import london
from escalation.clocks.within import MOST, Within, WithinError
from escalation.models import Dispute, ProcedureVersion
from escalation.procedures import coherence
from escalation.procedures.definition import ClockDefinition, ProcedureDefinition, StageDefinition
from escalation.procedures.problems import Problem
from escalation.procedures.reading import Table
from escalation.procedures.stored import from_json
from escalation.services.procedures import Published, publish
from escalation.services.words import not_years_ahead
from escalation.states import LIVE

NOT_YOURS = _("Only the business unit or an administrator of the partnership changes its procedure.")
NOT_NEWEST = _("A newer version was published meanwhile: look at that one first.")
CAPS, CLOCKS, URGENT = "caps", "clocks", "urgent_clocks"


@dataclass(frozen=True, slots=True)
class Limit:
    """A clock of the procedure that counts something: where it stands, as `stage:list:clock`, and for whom it is."""

    key: str
    place: str
    clock: ClockDefinition


def limits_of(definition: ProcedureDefinition) -> list[Limit]:
    """Every limit whose number can be changed, by stage, the overall ones last. One to a date that is agreed, or to the same day, has none."""
    return [limit for limit in _every(definition) if limit.clock.within.unit in MOST]


def _every(definition: ProcedureDefinition) -> Iterator[Limit]:
    for stage in definition.stages:
        place = f"{definition.stage_heading} {stage.number}, {stage.name}" if stage.number else str(stage.name)
        yield from (Limit(f"{stage.key}:{CLOCKS}:{clock.key}", place, clock) for clock in stage.clocks)
        urgent = gettext("{stage}, urgent").format(stage=place)
        yield from (Limit(f"{stage.key}:{URGENT}:{clock.key}", urgent, clock) for clock in stage.urgent_clocks)
    yield from (Limit(f":{CAPS}:{cap.key}", gettext("Overall"), cap) for cap in definition.caps)


def with_limit(definition: ProcedureDefinition, key: str, amount: int) -> tuple[ProcedureDefinition, ClockDefinition]:
    """The procedure with this amount, of the unit that there is, in place of the limit's, and the clock as it is then.

    Raises InvalidInput for no such limit, an amount that no clock may have, one that is so already, and what does not fit the rest of the procedure.
    """
    found = next((limit.clock for limit in limits_of(definition) if limit.key == key), None)
    if found is None:
        raise InvalidInput(gettext("Choose a limit of this procedure."), field="limit")
    try:
        clock = replace(found, within=Within(amount, found.within.unit))
    except WithinError as error:
        most = MOST[found.within.unit]
        raise InvalidInput(gettext("Enter a whole number from 1 to {most}.").format(most=most), field="amount") from error
    if clock == found:
        raise InvalidInput(gettext("That is the limit already."), field="amount")
    stage_key, where, _name = key.split(":")
    if where == CAPS:
        changed = replace(definition, caps=_among(definition.caps, clock))
    else:
        stages = tuple(_in_stage(stage, where, clock) if stage.key == stage_key else stage for stage in definition.stages)
        changed = replace(definition, stages=stages)
    # What a version that was published before has wrong otherwise, an import would refuse by now: that is the next file's to put right.
    known = _problems(definition)
    wrong = [problem for problem in _problems(changed) if problem not in known]
    if wrong:
        raise InvalidInput(wrong[0].message, field="amount")
    return changed, clock


def _problems(definition: ProcedureDefinition) -> list[Problem]:
    table = Table({}, definition.name, "", [])
    coherence.check(definition, table)
    return table.problems


def _in_stage(stage: StageDefinition, where: str, clock: ClockDefinition) -> StageDefinition:
    if where == URGENT:
        return replace(stage, urgent_clocks=_among(stage.urgent_clocks, clock))
    return replace(stage, clocks=_among(stage.clocks, clock))


def _among(clocks: tuple[ClockDefinition, ...], clock: ClockDefinition) -> tuple[ClockDefinition, ...]:
    return tuple(clock if each.key == clock.key else each for each in clocks)


def running_under(version: ProcedureVersion) -> int:
    """How many running disagreements keep what this procedure said when they began. One query."""
    return Dispute.objects.filter(version__procedure=version.procedure_id, state__in=LIVE).count()


def change_limit(actor: Person, version: ProcedureVersion, *, limit: str, amount: int, from_day: date, now: datetime) -> Published:
    """Publish the procedure with one limit changed, in force from a day (London), today or later. Running disagreements keep theirs.

    Raises NotAllowed for others than the partnership's keepers, Conflict where this is not the newest version, and InvalidInput.
    """
    partnership = version.procedure.partnership
    require(may_keep_directory(actor, partnership.pk), NOT_YOURS)
    check_newest(version)
    today = london(now).date()
    if from_day < today:
        raise InvalidInput(gettext("Enter today or a day to come."), field="from_day")
    not_years_ahead(from_day, today, "from_day")
    if from_day < version.in_force_from:
        raise InvalidInput(gettext("The newest version comes into force later than that: enter its first day or a later one."), field="from_day")
    definition, _clock = with_limit(from_json(version.definition), limit, amount)
    return publish(definition, partnership, now=now, in_force_from=from_day, actor_id=actor.id)


def check_newest(version: ProcedureVersion) -> None:
    """Raises Conflict where the procedure has a newer version. One query."""
    if version.procedure.versions.filter(number__gt=version.number).exists():
        raise Conflict(NOT_NEWEST)
