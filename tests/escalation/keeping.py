"""What the tests of keeping records share: disagreements that ended, and the moment ten years later."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import time_machine

from agencies.models import User
from escalation.engine.change import Change
from escalation.models import Dispute, EventBody
from escalation.states import Verb
from tests.escalation.verbs import closed
from tests.world import World, london

# The year after the ten years of every disagreement that these tests close in March 2026.
LATER = "2036-04-01 10:00"


@contextmanager
def later(world: World, text: str = LATER) -> Iterator[datetime]:
    """Inside, it is then: for the world and for the wall clock."""
    before, world.now = world.now, london(text)
    try:
        with time_machine.travel(world.now, tick=False):
            yield world.now
    finally:
        world.now = before


def ended(world: World, **more: Any) -> Dispute:
    """Closed, with notes that are private to each side, and with nothing left to follow."""
    dispute = world.sent(**more)
    world.do(dispute, Verb.ADD_NOTE, world.cast.own_manager, text="She rang her mother.", private=True)
    return world.fresh(closed(world, dispute))


def anonymised(world: World, dispute: Dispute, user: User | None = None) -> Change:
    """The business unit's act, when its time has come."""
    with later(world):
        return world.do(dispute, Verb.ANONYMISE, user or world.cast.business_unit)


def typed(dispute: Dispute) -> list[Any]:
    """What is left of what was typed on its record."""
    return [body.text for body in EventBody.objects.filter(event__dispute=dispute) if body.text]
