"""Dates and priorities that a procedure's clocks wait for: a procedure of the test's own, whose stage has two such clocks."""

import pytest
import time_machine
from django.test import Client

from agencies.errors import InvalidInput, WrongState
from escalation.engine.perform import Seen
from escalation.models import Clock, Dispute, Notification
from escalation.procedures.schema import read_procedure
from escalation.services.procedures import publish
from escalation.services.sweep import sweep
from escalation.states import ClockState, EventKind, Message, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.escalation.procedure_texts import HEAD, clock, stage
from tests.escalation.verbs import refused
from tests.kept import kept_fixture
from tests.world import MONDAY, World, london

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
WAITING = clock('key = "plan"\nmeasures = "action_plan"\nowed_by = "each"\nwithin = "2 working days"\nfrom = "fact: strategy discussion"')
FAST = clock('key = "fast"\nwithin = "1 working day"\nif = "priority = high"')
TEXT = HEAD + 'priorities = ["high", "low"]\n' + stage("first", clocks=WAITING + FAST) + stage("second")


@kept_fixture
def world(cast: Cast) -> World:
    made = World(cast)
    made.version = publish(read_procedure(TEXT, "sample.toml"), cast.partnership, now=MONDAY, in_force_from=MONDAY.date()).version
    return made


def running(dispute: Dispute, key: str) -> Clock | None:
    return Clock.objects.filter(dispute=dispute, key=key, state=ClockState.RUNNING).first()


def test_a_clock_from_a_fact_starts_at_the_moment_that_is_entered(world: World, dispute: Dispute) -> None:
    """Two working days from Friday 27 February at 14:00 end on Tuesday 3 March at 14:00."""
    assert running(dispute, "plan") is None
    world.do(dispute, Verb.ENTER_FACT, world.cast.own_manager, fact="strategy discussion", at=london("2026-02-27 14:00"))
    clock = running(dispute, "plan")
    assert clock is not None
    assert (clock.started_at, clock.due_at) == (london("2026-02-27 14:00"), london("2026-03-03 14:00"))


def test_a_date_entered_again_takes_the_place_of_the_first(world: World, dispute: Dispute) -> None:
    for text in ("2026-02-27 14:00", "2026-03-02 09:30"):
        world.do(dispute, Verb.ENTER_FACT, world.cast.own_manager, fact="strategy discussion", at=london(text))
    states = Clock.objects.filter(dispute=dispute, key="plan").order_by("started_at").values_list("state", flat=True)
    assert list(states) == [ClockState.SUPERSEDED, ClockState.RUNNING]


def test_a_clock_on_a_priority_runs_from_when_it_would_have_begun(world: World, dispute: Dispute) -> None:
    """Sent on Monday at 10:00: one working day from then, though the priority is entered in the afternoon."""
    world.now = london("2026-03-02 15:00")
    assert running(dispute, "fast") is None
    world.do(dispute, Verb.ENTER_FACT, world.cast.receiver, priority="high")
    clock = running(dispute, "fast")
    assert clock is not None
    assert clock.due_at == london("2026-03-03 10:00")


def test_what_is_entered_after_its_time_has_passed_counts_from_when_it_was_entered(world: World, dispute: Dispute) -> None:
    """Sent on Monday at 10:00, one working day; the priority is entered on Thursday at 15:00, and so is a discussion of two weeks before."""
    world.now = london("2026-03-05 15:00")
    world.do(dispute, Verb.ENTER_FACT, world.cast.own_manager, priority="high")
    world.do(dispute, Verb.ENTER_FACT, world.cast.own_manager, fact="strategy discussion", at=london("2026-02-20 14:00"))
    due = {key: clock.due_at for key in ("fast", "plan") if (clock := running(dispute, key)) is not None}
    assert due == {"fast": london("2026-03-06 15:00"), "plan": london("2026-03-09 15:00")}
    world.now = london("2026-03-05 15:01")
    assert sweep(world.now).failed == 0
    assert not dispute.events.filter(kind=EventKind.OVERDUE).exists()


def test_whoever_owes_what_begins_by_it_hears_by_when_and_whoever_entered_it_does_not(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ENTER_FACT, world.cast.own_manager, priority="high")
    told = Notification.objects.get(dispute=dispute, recipient=world.cast.receiver, due_at=london("2026-03-03 10:00"))
    assert (told.kind, told.asks) == (Message.ASSIGNED, "Respond: Stage 1")
    before = Notification.objects.count()
    world.do(dispute, Verb.ENTER_FACT, world.cast.own_manager, fact="strategy discussion", at=london("2026-03-02 09:00"))
    assert Notification.objects.count() == before, "what it asks is asked of whoever entered it"


def test_a_lower_priority_ends_what_ran_on_the_higher(world: World, dispute: Dispute) -> None:
    for level in ("high", "low"):
        world.do(dispute, Verb.ENTER_FACT, world.cast.receiver, priority=level)
    assert running(dispute, "fast") is None
    assert world.fresh(dispute).priority == "low"
    assert dispute.events.filter(kind=EventKind.FACT_ENTERED).count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({}, "fact"),
        ({"fact": "full moon", "at": MONDAY}, "fact"),
        ({"fact": "strategy discussion"}, "at"),
        ({"fact": "strategy discussion", "at": london("2024-03-02 10:00")}, "at"),
        ({"priority": "middling"}, "priority"),
    ],
)
def test_what_the_procedure_does_not_ask_for_is_refused(world: World, dispute: Dispute, given: dict[str, object], field: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.ENTER_FACT, world.cast.own_manager, **given)
    assert caught.value.field == field


def test_a_procedure_without_such_clocks_asks_for_none(cast: Cast) -> None:
    world = World(cast)
    with pytest.raises(WrongState, match="waits for a date"):
        world.do(world.sent(), Verb.ENTER_FACT, cast.own_manager, priority="high")


def test_the_page_asks_only_for_what_the_procedure_names_and_enters_it(cast: Cast, world: World, dispute: Dispute) -> None:
    client, url = Client(), f"/d/{dispute.reference}/enter-fact/"
    client.force_login(cast.own_manager)
    with time_machine.travel(world.now, tick=False):
        text = client.get(url).content.decode()
        answer = client.post(url, {"seen": str(Seen.of(world.fresh(dispute))), "priority": "high"})
    assert "Strategy discussion" in text
    assert answer.status_code == 302
    assert world.fresh(dispute).priority == "high"


def test_the_call_enters_a_date_and_is_refused_beside_its_field_without_one(cast: Cast, world: World, dispute: Dispute) -> None:
    with time_machine.travel(world.now, tick=False):
        refusal = Caller(cast.own_manager).do(dispute, Verb.ENTER_FACT, fact="strategy discussion")
        answer = Caller(cast.own_manager).do(dispute, Verb.ENTER_FACT, fact="strategy discussion", at="2026-02-27T14:00")
    assert list(refusal.json()["errors"]) == ["at"]
    assert answer.status_code == 200
    assert running(dispute, "plan") is not None
