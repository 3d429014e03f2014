"""Several procedures side by side in one partnership: which are in force, and which doors of one lead into another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from agencies.errors import InvalidInput
from agencies.models import Partnership
from agencies.words import short_day
from escalation.engine.definitions import definition_of
from escalation.models import Dispute, ProcedureVersion
from escalation.procedures.definition import DoorDoes, DoorRule, ProcedureDefinition, Way
from escalation.services.gate import Beside
from escalation.states import Door

# What a procedure may say at a door by which another one sends people: it takes them as they come.
TAKES = frozenset({DoorDoes.GO_ON.value, DoorDoes.VARIANT.value})


@dataclass(frozen=True, slots=True)
class InForce:
    """A procedure of the partnership, and what it says on that day."""

    procedure_id: UUID
    version_id: UUID
    is_default: bool
    definition: ProcedureDefinition


def in_force(partnership_id: UUID | None, day: date) -> list[InForce]:
    """The partnership's procedures in force on the London day, the one offered first before the others. One query, one more for each new version."""
    newest: dict[UUID, ProcedureVersion] = {}
    for row in _versions(partnership_id).filter(in_force_from__lte=day):
        newest[row.procedure_id] = row
    found = [InForce(row.procedure_id, row.pk, row.procedure.is_default, definition_of(row.pk)) for row in newest.values()]
    return sorted(found, key=lambda one: (not one.is_default, one.definition.name))


def beside(dispute: Dispute, day: date) -> Beside:
    """The partnership's other procedures in force on the London day, by key: what this draft's procedure stands beside."""
    return beside_this(definition_of(dispute.version_id), in_force(dispute.partnership_id, day))


class Defined(Protocol):
    """A row that has a procedure's definition."""

    @property
    def definition(self) -> ProcedureDefinition:
        """What the procedure says."""


def beside_this(procedure: ProcedureDefinition, rows: Iterable[Defined]) -> Beside:
    """Of the partnership's procedures those that stand beside this one, by key."""
    return {one.definition.key: one.definition for one in rows if one.definition.key != procedure.key}


def _versions(partnership_id: UUID | None) -> QuerySet[ProcedureVersion]:
    rows = ProcedureVersion.objects.filter(procedure__partnership=partnership_id).select_related("procedure")
    return rows.defer("definition").order_by("procedure", "number")


def check_redirects(definition: ProcedureDefinition, partnership: Partnership, starts: date) -> None:
    """Raises InvalidInput with every door of this definition, in force from `starts`, that leads nowhere or round in a circle.

    The procedure named is published by the same partnership, in force by then, and takes what comes by that door without sending it on,
    stopping or asking; nor may this one do that where another sends people here.
    """
    others: dict[str, list[ProcedureVersion]] = {}
    for row in _versions(partnership.pk):
        others.setdefault(row.procedure.key, []).append(row)
    others.pop(definition.key, None)
    found = [words for door, one in _redirects(definition) for words in _wrong(door, one.procedure, others.get(one.procedure, []), starts)]
    for rows in others.values():
        found += _sent_back(definition, rows, starts)
    if found:
        raise InvalidInput("\n".join(dict.fromkeys(found)), field="doors")


def _redirects(definition: ProcedureDefinition) -> Iterator[tuple[Door, DoorRule | Way]]:
    return ((rule.door, one) for rule in definition.doors for one in rule.ends if one.procedure)


def _wrong(door: Door, key: str, rows: list[ProcedureVersion], starts: date) -> Iterator[str]:
    where = f"Door {door.value}:"
    if not rows:
        yield f"{where} the partnership has published no procedure “{key}”. Publish that one first."
    elif rows[0].in_force_from > starts:
        day = short_day(rows[0].in_force_from)
        yield f"{where} “{rows[0].procedure.name}” comes into force on {day}, and this version earlier. Give it that day or a later one."
    for row in _at_work(rows, starts):
        named = definition_of(row.pk)
        if not _takes(named, door):
            yield f"{where} “{row.procedure.name}” does not take it: at the same door it stops, asks or sends people on itself."
        elif door is Door.OWN_AGENCY and not named.own_agency_allowed:
            yield f"{where} “{row.procedure.name}” is not for a disagreement inside one agency."


def _sent_back(definition: ProcedureDefinition, rows: list[ProcedureVersion], starts: date) -> Iterator[str]:
    for row in _at_work(rows, starts):
        for door, one in _redirects(definition_of(row.pk)):
            if one.procedure == definition.key and not _takes(definition, door):
                yield f"Door {door.value}: “{row.procedure.name}” sends people here by it, so it goes on or takes a variant, or is left out."


def _takes(definition: ProcedureDefinition, door: Door) -> bool:
    """What comes by this door goes on there; a procedure that does not name the door takes it as it takes everything."""
    rule = definition.door(door)
    return rule is None or rule.does in TAKES


def _at_work(rows: list[ProcedureVersion], starts: date) -> list[ProcedureVersion]:
    """Of one procedure's versions in order: the one in force on that day, and those after it."""
    return rows[max((place for place, row in enumerate(rows) if row.in_force_from <= starts), default=0) :]
