"""Two procedures side by side in one partnership: a door of the first leads to the second."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from escalation.procedures.definition import DoorRule, ProcedureDefinition
from escalation.procedures.schema import shipped
from escalation.services.procedures import publish
from escalation.states import Door
from tests.world import World

SENDS = DoorRule(Door.MASH_DECISION, "redirect", "The hub has a procedure of its own.", procedure="hub")


def hub(*doors: DoorRule, **more: Any) -> ProcedureDefinition:
    """The procedure to which the door leads."""
    return replace(shipped()["bromley"], key="hub", name="Decisions of the hub", doors=doors, **more)


def sending(*doors: DoorRule) -> ProcedureDefinition:
    """Bristol's, with its door leading there."""
    bristol, new = shipped()["bristol"], doors or (SENDS,)
    kept = [rule for rule in bristol.doors if rule.door not in {rule.door for rule in new}]
    return replace(bristol, doors=(*kept, *new))


def published(world: World, definition: ProcedureDefinition, day: date | None = None) -> UUID:
    """The procedure's key, in force from today unless another day is given."""
    done = publish(definition, world.cast.partnership, now=world.now, in_force_from=day or world.now.date())
    return done.version.procedure_id


def both_in_force(world: World) -> World:
    """The two, the one with the door offered first."""
    published(world, hub())
    published(world, sending())
    return world
