"""Two at once, on a real PostgreSQL: sweeps in two processes, managers on one page, an answer that meets the move."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from threading import Event as Gate
from typing import Any

import pytest
from django.db import connection, connections, transaction

from agencies.errors import Conflict
from agencies.keys import new_key
from agencies.person import Person
from escalation.engine.perform import Seen, perform
from escalation.models import Dispute, Event, Notification, StageRun, SweepFailure
from escalation.services import every_verb  # noqa: F401 - importing registers the verbs
from escalation.states import Answer, EventKind, Ground, Verb
from tests.faults.processes import wait_until
from tests.world import World, london

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]
ROUNDS = 12
MANY = 17
SWEEP = """
import json, os, sys
import django
from django.conf import settings
settings.DATABASES["default"].update(json.loads(os.environ["CONCORD_TEST_PLACE"]))
django.setup()
from datetime import datetime
from escalation.services.sweep import sweep
for line in sys.stdin:
    moment, batch = line.split()
    report = sweep(datetime.fromisoformat(moment), int(batch))
    print(json.dumps([report.looked_at, report.moved, report.failed]), flush=True)
"""


def place() -> str:
    """Where the test's own database is, for another process."""
    names = ("NAME", "HOST", "PORT", "USER", "PASSWORD")
    return json.dumps({name: connection.settings_dict[name] for name in names})


class Sweepers(list["subprocess.Popen[str]"]):
    """Two processes that have read the product and sweep when they are told, as a worker's do: to start them anew takes longer than their sweeps."""

    def sweep(self, moment: str, batch: int = 3) -> list[list[int]]:
        """Both at once; gives what each looked at, moved and put off."""
        for process in self:
            assert process.stdin is not None
            process.stdin.write(f"{london(moment).isoformat()} {batch}\n")
            process.stdin.flush()
        return [json.loads(process.stdout.readline()) for process in self if process.stdout]


@pytest.fixture(scope="module")
def sweepers(django_db_setup: None, root: Path) -> Iterator[Sweepers]:
    environment = {**os.environ, "CONCORD_TEST_PLACE": place(), "DJANGO_SETTINGS_MODULE": "config.settings.test"}
    command = [sys.executable, "-c", SWEEP]
    begun = [subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root, env=environment) for _ in range(2)]
    yield Sweepers(begun)
    for process in begun:
        process.communicate(timeout=30)
    assert [process.returncode for process in begun] == [0, 0]


@pytest.fixture
def many(world: World) -> list[Dispute]:
    """Sent and delivered on Monday at 10:00: so many that each of two sweeps takes several batches."""
    disputes = [world.sent() for _ in range(MANY)]
    for dispute in disputes:
        world.delivered(dispute)
    return disputes


def test_two_sweeps_at_once_send_each_reminder_once(many: list[Dispute], sweepers: Sweepers) -> None:
    reports = sweepers.sweep("2026-03-02 14:00")
    assert sum(looked for looked, _, _ in reports) == MANY
    assert Event.objects.filter(kind=EventKind.HALF_WAY).count() == MANY
    assert Notification.objects.filter(kind="half_way").count() == MANY


def test_two_sweeps_at_once_move_each_disagreement_once(many: list[Dispute], sweepers: Sweepers) -> None:
    for moment in ("2026-03-03 10:01", "2026-03-04 10:00"):
        World.warned()
        reports = sweepers.sweep(moment)
    assert sum(moved for _, moved, _ in reports) == MANY
    assert sum(failed for _, _, failed in reports) == 0
    assert Event.objects.filter(kind=EventKind.MOVED_UP).count() == MANY
    assert set(Dispute.objects.values_list("stage", flat=True)) == {2}
    assert StageRun.objects.filter(left_at=None).count() == MANY


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Each act in a thread and a connection of its own, all let go together; gives what each returned, or the refusal it met."""
    gate = Barrier(len(acts))

    def one(act: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return act()
        except Exception as refusal:
            return refusal
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(one, acts))


def mover(world: World, dispute: Dispute, person: Person) -> Callable[[], Any]:
    seen = Seen.of(dispute)
    return lambda: perform(dispute.pk, Verb.MOVE_UP, actor=person, seen=seen, now=world.now, ground=Ground.RISK, reason="It will not wait.")


def answerer(world: World, dispute: Dispute) -> Callable[[], Any]:
    """Social care's manager disagrees, on the page as it is now."""
    seen, receiver = Seen.of(world.fresh(dispute)), world.person(world.cast.receiver)
    given = {"answer": Answer.DISAGREES, "reasons": "The threshold is not met."}
    return lambda: perform(dispute.pk, Verb.RESPOND, actor=receiver, seen=seen, now=world.now, **given)


def rounds(world: World) -> Iterator[Dispute]:
    for _ in range(ROUNDS):
        yield world.sent()


def test_two_managers_moving_it_up_at_once_give_one_winner_and_one_polite_refusal(world: World) -> None:
    manager, lead = world.person(world.cast.own_manager), world.person(world.cast.lead)
    for dispute in rounds(world):
        results = at_once(mover(world, dispute, manager), mover(world, dispute, lead))
        lost = [result for result in results if isinstance(result, Exception)]
        assert [type(refusal) for refusal in lost] == [Conflict]
        assert "Somebody else was first" in str(lost[0])
        assert Event.objects.filter(dispute=dispute, kind=EventKind.MOVED_UP).count() == 1
        assert world.fresh(dispute).stage == 2


def test_an_answer_that_meets_the_move_is_taken_or_politely_refused_never_lost(world: World) -> None:
    manager = world.person(world.cast.own_manager)
    for dispute in rounds(world):
        results = at_once(mover(world, dispute, manager), answerer(world, dispute))
        assert [type(result) for result in results if isinstance(result, Exception)] == [Conflict]
        kinds = set(Event.objects.filter(dispute=dispute).values_list("kind", flat=True))
        assert (EventKind.MOVED_UP in kinds) != (EventKind.ANSWERED in kinds)


def test_an_answer_that_meets_the_sweep_stops_the_move_or_comes_too_late(world: World, sweepers: Sweepers) -> None:
    disputes = [world.sent() for _ in range(10)]
    for dispute in disputes:
        world.delivered(dispute)
    sweepers.sweep("2026-03-03 10:01")
    world.now = london("2026-03-04 10:00")
    acts = [answerer(world, dispute) for dispute in disputes]
    results = at_once(lambda: sweepers.sweep("2026-03-04 10:00", batch=2), *acts)[1:]
    for dispute, result in zip(disputes, results, strict=True):
        assert (world.fresh(dispute).stage == 2) == isinstance(result, Conflict)


def somebody_waits() -> bool:
    """Whether a connection to this database waits until another lets a row go."""
    with connection.cursor() as cursor:
        # Within a transaction who is there is looked up once, and kept.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute("SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE datname = current_database() AND NOT granted")
        return bool(cursor.fetchone()[0])


def test_what_is_tried_one_by_one_waits_for_whoever_writes_it_and_goes_by_what_they_wrote(world: World, sweepers: Sweepers) -> None:
    broken, answered = world.sent(), world.sent()
    # Its next line is there already: the batch cannot be written, and each is tried by itself.
    line = Event.objects.filter(dispute=broken).latest("number")
    line.pk, line.number, line._state.adding = new_key(), line.number + 1, True
    line.save()
    act, written = answerer(world, answered), Gate()

    def answer() -> None:
        with transaction.atomic():
            act()
            written.set()
            wait_until(somebody_waits, seconds=20)

    def swept() -> list[list[int]]:
        written.wait()
        return Sweepers(sweepers[:1]).sweep("2026-03-02 14:00")

    assert at_once(answer, swept) == [None, [[2, 0, 1]]]
    kinds = list(Event.objects.filter(dispute=answered).order_by("number").values_list("kind", flat=True))
    assert EventKind.ANSWERED in kinds
    assert EventKind.HALF_WAY not in kinds
    assert list(SweepFailure.objects.values_list("dispute", flat=True)) == [broken.pk]
