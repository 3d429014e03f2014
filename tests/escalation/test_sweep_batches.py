"""A sweep of many at once does to each what a sweep of one does, and keeps what it worked out apart where it differs."""

import gc
import hashlib
import hmac
import json
import time
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from agencies.working_days import Calendar, Nation
from escalation.clocks import Rule, Within, working_out
from escalation.engine.chain import event_digest, instant
from escalation.engine.vouched import spelt
from escalation.models import Clock, Dispute, Event, Request
from escalation.services import sweep as sweeping
from escalation.services.audit import verify
from escalation.services.sweep import sweep
from escalation.states import EventKind, Side
from tests.cast import Cast
from tests.world import World, london

pytestmark = pytest.mark.engines

DUE, BREACH, MOVE = "2026-03-03 10:00", "2026-03-03 10:01", "2026-03-04 10:00"
AUTUMN = datetime(2026, 10, 25, tzinfo=UTC)


@pytest.fixture
def several(cast: Cast) -> list[Dispute]:
    """Three sent at the same moment, and delivered."""
    world = World(cast)
    found = [world.sent() for _ in range(3)]
    for dispute in found:
        world.delivered(dispute)
    return found


def story(dispute: Dispute) -> list[tuple[str, int, object]]:
    return [(line.kind, line.stage, line.recorded_at) for line in Event.objects.filter(dispute=dispute).order_by("number")]


@pytest.mark.django_db
def test_every_record_that_a_batch_wrote_verifies_and_tells_the_same_story(several: list[Dispute]) -> None:
    for moment in (DUE, BREACH, MOVE):
        World.warned()
        sweep(london(moment))
    report = verify()
    assert not report.findings
    first, *others = [story(dispute) for dispute in several]
    assert [kind for kind, _, _ in first].count(EventKind.MOVED_UP) == 1
    assert all(other == first for other in others)


@pytest.mark.django_db
def test_a_batch_and_one_case_at_a_time_write_the_same(several: list[Dispute]) -> None:
    alone, *batch = several
    Dispute.objects.filter(pk__in=[dispute.pk for dispute in batch]).update(wake_at=london("2026-03-05 10:00"))
    for moment in (DUE, BREACH, MOVE):
        World.warned()
        sweep(london(moment), batch=1)
    Dispute.objects.filter(pk__in=[dispute.pk for dispute in batch]).update(wake_at=london(DUE))
    for moment in (DUE, BREACH, MOVE):
        World.warned()
        sweep(london(moment))
    assert story(alone) == story(batch[0]) == story(batch[1])
    assert Request.objects.filter(dispute__in=several, run__stage=2).values("holder", "holder_post", "received_at").distinct().count() == 1
    assert len({json.dumps(clock.working_out) for clock in Clock.objects.filter(dispute__in=several, stage=2, key="response")}) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("turn", "times"), [(0, 1), (60, 0)], ids=["its turn is over", "not yet"])
def test_where_all_write_in_turns_a_sweep_pauses_between_batches_once_its_turn_is_over(
    several: list[Dispute], monkeypatch: pytest.MonkeyPatch, turn: float, times: int
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(sweeping, "TURN_SECONDS", turn)
    monkeypatch.setattr(time, "sleep", pauses.append)
    assert sweep(london(DUE), batch=2).looked_at == 3
    assert pauses == [sweeping.PAUSE_SECONDS] * (0 if connection.vendor == "postgresql" else times)


@pytest.mark.django_db
def test_a_sweep_of_two_asks_the_database_no_more_often_than_a_sweep_of_one(several: list[Dispute]) -> None:
    half_way = london("2026-03-02 14:00")
    others = Dispute.objects.filter(pk__in=[dispute.pk for dispute in several[1:]])
    others.update(wake_at=london(DUE))
    with CaptureQueriesContext(connection) as one:
        assert sweep(half_way).looked_at == 1
    others.update(wake_at=half_way)
    with CaptureQueriesContext(connection) as two:
        assert sweep(half_way).looked_at == 2
    assert len(two) == len(one)


@pytest.mark.django_db
def test_an_idle_sweep_asks_five_times(several: list[Dispute]) -> None:
    """Whether a practice clock is ahead, whether anything is due, an action of what is closed, or lies with nobody, and its own mark; besides the
    transactions."""
    sweep(london("2026-03-02 10:01"))
    with CaptureQueriesContext(connection) as queries:
        sweep(london("2026-03-02 10:02"))
    assert len([query for query in queries if query["sql"].startswith(("SELECT", "INSERT", "UPDATE"))]) == 5


@pytest.mark.django_db
def test_the_collector_of_cycles_is_at_work_again_after_a_batch_that_failed(several: list[Dispute], monkeypatch: pytest.MonkeyPatch) -> None:
    during: list[bool] = []

    def broken(_changes: object, **_: object) -> None:
        during.append(gc.isenabled())
        raise OSError("The disk is full.")

    monkeypatch.setattr(sweeping, "commit", broken)
    assert sweep(london(DUE)).failed == len(several)
    assert during[0] is False
    assert gc.isenabled()


def test_the_hour_that_autumn_repeats_is_worked_out_twice() -> None:
    """Half past one in London is 00:30 and again 01:30 in UTC on 25 October 2026."""
    calendar, four_hours = Calendar.of(Nation.ENGLAND_AND_WALES), Within.parse("4 clock hours")
    first, second = (london("2026-10-25 01:30").replace(fold=fold) for fold in (0, 1))
    assert working_out(first, four_hours, Rule(), calendar).due == AUTUMN.replace(hour=4, minute=30)
    assert working_out(second, four_hours, Rule(), calendar).due == AUTUMN.replace(hour=5, minute=30)


def test_offices_of_the_same_hours_with_other_closure_days_are_worked_out_apart() -> None:
    open_all_week = Calendar.of(Nation.ENGLAND_AND_WALES)
    closed_tuesday = Calendar.of(Nation.ENGLAND_AND_WALES, added={datetime(2026, 3, 3, tzinfo=UTC).date(): "Inset day"})
    start, one_day = london("2026-03-02 10:00"), Within.parse("1 working day")
    assert working_out(start, one_day, Rule(), open_all_week).due == london("2026-03-03 10:00")
    assert working_out(start, one_day, Rule(), closed_tuesday).due == london("2026-03-04 10:00")


def test_a_moment_of_the_record_is_spelt_in_utc_to_the_microsecond() -> None:
    assert instant(london("2026-07-01 10:00")) == "2026-07-01T09:00:00.000000Z"
    assert instant(london("2026-01-01 10:00").replace(microsecond=7)) == "2026-01-01T10:00:00.000007Z"


def test_the_digest_of_a_line_is_what_anybody_with_the_key_would_work_out() -> None:
    """HMAC-SHA-256 over the line as JSON with sorted keys and no spaces."""
    at = london("2026-03-02 10:00")
    line = Event(number=1, kind=EventKind.SENT, stage=1, happened_at=at, recorded_at=at, facts={"z": "£", "a": 1}, previous="p")
    text = f'["{line.dispute_id}",1,"sent",1,"","","","2026-03-02T10:00:00.000000Z","2026-03-02T10:00:00.000000Z",{{"a":1,"z":"£"}},"","p"]'
    assert event_digest(line) == hmac.new(b"tests-only-record-key", text.encode(), hashlib.sha256).hexdigest()


def test_a_part_that_a_line_vouches_for_is_spelt_as_json_spells_it() -> None:
    """Keys, moments, choices, days, numbers, nothing and words with quotes in them: a list that begins with what it is of."""
    day, at, dispute = date(2027, 3, 2), london("2026-07-01 10:00"), Dispute()
    value = (dispute.pk, at, datetime(2026, 3, 2, 10, tzinfo=UTC), Side.RAISING, day, 7, True, False, None, "", 'a "quoted" £')
    moments = ["2026-07-01T09:00:00.000000Z", "2026-03-02T10:00:00.000000Z"]
    plain = ["vouched", str(dispute.pk), "ran:x", str(dispute.pk), *moments, "raising", "2027-03-02", 7, True, False, "", "", 'a "quoted" £']
    assert spelt(dispute, "ran:x", value) == json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode()
