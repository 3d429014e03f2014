"""What changes between the moment at which something is found with who has left, and the disagreement's lock."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from escalation.engine.case import Case, load
from escalation.models import AgreedAction, Dispute, Event
from escalation.services.left_over import pass_on_left
from escalation.states import EventKind, Verb
from tests.cast import Cast
from tests.escalation.leaving import NIGHT, last_day
from tests.world import World, london

pytestmark = pytest.mark.django_db
LOAD = "escalation.services.moving.load"


@pytest.fixture
def left(world: World, cast: Cast, dispute: Dispute) -> Dispute:
    """An agreed action is with somebody whose role has ended."""
    what = {"agency": cast.social_care.pk, "owner": cast.other_practitioner.pk, "what": "Visit the family.", "due_at": london("2026-03-12 12:00")}
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, **what)
    last_day(cast.other_practitioner)
    return dispute


def meanwhile(monkeypatch: pytest.MonkeyPatch, then: Callable[[], Any]) -> None:
    """Another transaction is over before the job has the lock."""

    def locked(keys: Collection[UUID], *, now: datetime) -> list[Case]:
        monkeypatch.setattr(LOAD, load)
        then()
        return load(keys, now=now)

    monkeypatch.setattr(LOAD, locked)


def test_an_action_that_is_marked_as_done_meanwhile_stays_done(world: World, cast: Cast, left: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    world.now, action = NIGHT, AgreedAction.objects.get()
    meanwhile(monkeypatch, lambda: world.do(left, Verb.COMPLETE_ACTION, cast.receiver, action=action.pk))
    assert pass_on_left(NIGHT) == 0
    action.refresh_from_db()
    assert (action.done_at, action.owner) == (NIGHT, cast.other_practitioner)


def test_two_jobs_at_once_write_and_tell_once(left: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda: pass_on_left(NIGHT, of_all=True))
    pass_on_left(NIGHT)
    assert Event.objects.filter(dispute=left, kind=EventKind.REASSIGNED).count() == 1
