"""One disagreement with its record sealed, the folder of its seals, and ways to reach its rows."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from escalation.models import (
    Dispute,
    Event,
    EventBody,
    Reading,
)
from escalation.services.seals import seal_partnerships
from escalation.states import EventKind, Verb
from tests.cast import Cast
from tests.world import MONDAY, World


@pytest.fixture(autouse=True)
def seals_dir(settings: Any, tmp_path: Path) -> Path:
    """A folder of its own for the seals' files."""
    settings.CONCORD_SEALS_DIR = tmp_path
    return tmp_path


@pytest.fixture
def dispute(world: World) -> Dispute:
    """Two seals over a record with typed text in several lines, and one reading in each seal."""
    found = world.sent()
    read(found, world.cast)
    seal_partnerships(MONDAY)
    world.do(found, Verb.ADD_NOTE, world.cast.receiver, text="We looked at the referral again.")
    world.do(found, Verb.ADD_NOTE, world.cast.receiver, text="The team manager was told.")
    read(found, world.cast)
    seal_partnerships(MONDAY + timedelta(minutes=1))
    return world.fresh(found)


def read(dispute: Dispute, cast: Cast) -> Reading:
    """Somebody looks."""
    return Reading.objects.create(dispute=dispute, reader=cast.receiver, part="narrative", recorded_at=MONDAY)


def line(dispute: Dispute, number: int) -> Any:
    """One line, as a query."""
    return Event.objects.filter(dispute=dispute, number=number)


def texts(dispute: Dispute) -> Any:
    """The typed text of the two notes."""
    return EventBody.objects.filter(event__dispute=dispute, event__kind=EventKind.NOTE).order_by("event__number")
