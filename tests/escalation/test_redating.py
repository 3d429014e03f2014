"""Running clocks after the calendar changed. Bristol, Stage 2, 2 working days: from Friday 10 April 2026 10:00 to Tuesday 14 April 10:00."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connections

from agencies.errors import NotAllowed
from agencies.models import ClosureDay, HolidayChange
from agencies.services.calendar import DayKind, add_day, remove_day
from escalation.models import Clock, Dispute, Event, Notification
from escalation.services.audit import verify
from escalation.services.redating import preview, redate
from escalation.services.sweep import sweep
from escalation.states import Answer, ClockState, EventKind, Ground, Message, Verb
from tests.cast import Cast
from tests.web.signed_in import Visitor
from tests.world import World, london

FRIDAY = london("2026-04-10 10:00")
MONDAY_OFF = date(2026, 4, 13)
TUESDAY, WEDNESDAY = london("2026-04-14 10:00"), london("2026-04-15 10:00")


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast, now=london("2026-04-10 09:00"))


@pytest.fixture
def dispute(world: World) -> Dispute:
    """In Stage 2 since Friday at 10:00."""
    found = world.sent()
    world.now = FRIDAY
    world.do(found, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.RISK, reason="It will not wait.")
    world.now = london("2026-04-10 15:00")
    return world.fresh(found)


def response(dispute: Dispute) -> Clock:
    return Clock.objects.get(dispute=dispute, key="response", stage=2)


def close(world: World, day: date = MONDAY_OFF) -> ClosureDay:
    row = add_day(actor=world.cast.business_unit, partnership=world.cast.partnership, kind=DayKind.CLOSURE, day=day, words="Flood", now=world.now)
    assert isinstance(row, ClosureDay)
    return row


def test_the_clock_starts_on_the_calendar_as_it_was(world: World, dispute: Dispute) -> None:
    assert response(dispute).due_at == TUESDAY
    assert list(preview(world.cast.partnership, now=world.now)) == []


def test_a_day_off_is_previewed_and_nothing_moves_yet(world: World, dispute: Dispute) -> None:
    close(world)
    found = {move.clock.key: (move.reference, move.before, move.after) for move in preview(world.cast.partnership, now=world.now)}
    assert found["response"] == (dispute.reference, TUESDAY, WEDNESDAY)
    assert response(dispute).due_at == TUESDAY
    assert not Event.objects.filter(dispute=dispute, kind=EventKind.REDATED).exists()


@pytest.mark.engines
def test_a_day_off_moves_the_due_moment_once(world: World, dispute: Dispute) -> None:
    close(world)
    partnership = world.cast.partnership
    assert [redate(partnership, actor=None, now=world.now) for _ in range(2)] == [1, 0]
    clock = response(dispute)
    assert clock.due_at == WEDNESDAY
    assert {"day": "2026-04-13", "counted": False, "why": "Flood"} in clock.working_out["lines"]
    assert Event.objects.filter(dispute=dispute, kind=EventKind.REDATED).count() == 1


def test_a_day_taken_out_moves_it_back(world: World, dispute: Dispute) -> None:
    row = close(world)
    redate(world.cast.partnership, actor=None, now=world.now)
    remove_day(actor=world.cast.business_unit, partnership=world.cast.partnership, row_id=row.pk, now=world.now)
    assert redate(world.cast.partnership, actor=None, now=world.now) == 1
    assert response(dispute).due_at == TUESDAY


def test_a_bank_holiday_that_is_worked_brings_it_forward(cast: Cast) -> None:
    """Friday 1 May 10:00 and 2 working days over the holiday of Monday 4 May: Wednesday 6 May 10:00; without the holiday Tuesday 5 May 10:00."""
    world = World(cast, now=london("2026-05-01 09:00"))
    found = world.sent()
    world.now = london("2026-05-01 10:00")
    world.do(found, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="It will not wait.")
    assert response(found).due_at == london("2026-05-06 10:00")
    add_day(actor=None, partnership=cast.partnership, kind=DayKind.WORKS, day=date(2026, 5, 4), words="Moved", now=world.now)
    redate(cast.partnership, actor=None, now=world.now)
    assert response(found).due_at == london("2026-05-05 10:00")


def test_each_person_gets_one_message(world: World, dispute: Dispute) -> None:
    close(world)
    Notification.objects.all().delete()
    redate(world.cast.partnership, actor=world.person(world.cast.business_unit), now=world.now)
    told = list(Notification.objects.filter(kind=Message.EXTENDED).values_list("recipient", flat=True))
    assert len(told) == len(set(told))
    assert {world.cast.raiser.pk, response(dispute).owner_id} <= set(told)


def test_a_clock_that_ended_never_moves(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.receiving_lead, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    close(world)
    redate(world.cast.partnership, actor=None, now=world.now)
    assert response(dispute).state == ClockState.MET
    assert response(dispute).due_at == TUESDAY


def test_a_date_that_was_agreed_stays(world: World, dispute: Dispute) -> None:
    thursday = london("2026-04-16 16:00")
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiving_lead, due_at=thursday, reason="Court.")
    world.do(dispute, Verb.AGREE_TIMETABLE, world.cast.lead)
    close(world)
    redate(world.cast.partnership, actor=None, now=world.now)
    clock = response(dispute)
    assert (clock.agreed_due_at, clock.effective_due, clock.due_at) == (thursday, thursday, WEDNESDAY)


@pytest.mark.parametrize(("day", "ends"), [("2026-04-28", "2026-04-14"), ("2026-04-14", "2026-04-15")], ids=["after it", "its last day"])
def test_what_is_to_be_done_by_the_end_of_the_procedures_time_goes_with_that(cast: Cast, day: str, ends: str) -> None:
    """Enfield gives five working days in all, from Tuesday 7 April to Tuesday 14: an answer of Monday is considered by then, and not by Wednesday."""
    world = World(cast, "enfield", now=london("2026-04-07 10:00"))
    found = world.sent()
    world.now = london("2026-04-13 10:00")
    world.do(found, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    close(world, date.fromisoformat(day))
    redate(cast.partnership, actor=None, now=world.now)
    due = dict(Clock.objects.filter(dispute=found, state=ClockState.RUNNING).values_list("key", "due_at"))
    assert due["next_step"] == due["five_days"] == london(f"{ends} 23:59").replace(second=59)


def test_the_moment_until_which_an_answer_is_in_time_goes_on_counting_from_the_recording(world: World) -> None:
    """Bristol, Stage 1, 1 working day: told on Friday at 11:00, recorded at 15:00, confirmed; Monday is off."""
    found = world.log()
    world.now = london("2026-04-10 15:00")
    world.do(found, Verb.SEND_ON, world.cast.own_manager, happened=london("2026-04-10 11:00"))
    world.do(found, Verb.CONFIRM_HAPPENED, world.cast.receiver, number=Event.objects.get(dispute=found, kind=EventKind.SENT).number)
    close(world)
    redate(world.cast.partnership, actor=None, now=world.now)
    clock = Clock.objects.get(dispute=found, key="response", state=ClockState.RUNNING)
    assert (clock.due_at, clock.recorded_due_at) == (london("2026-04-14 11:00"), london("2026-04-14 15:00"))


def test_the_moment_by_the_recording_moves_where_only_that_falls_on_the_new_day_off(world: World) -> None:
    """Told on Friday at 11:00, recorded after closing: due on Monday at 11:00, in time until Tuesday at 9:00, which is off."""
    found = world.log()
    world.now = london("2026-04-10 18:30")
    world.do(found, Verb.SEND_ON, world.cast.own_manager, happened=london("2026-04-10 11:00"))
    world.do(found, Verb.CONFIRM_HAPPENED, world.cast.receiver, number=Event.objects.get(dispute=found, kind=EventKind.SENT).number)
    clock = Clock.objects.get(dispute=found, key="response", state=ClockState.RUNNING)
    assert (clock.due_at, clock.recorded_due_at) == (london("2026-04-13 11:00"), london("2026-04-14 09:00"))
    close(world, TUESDAY.date())
    assert [redate(world.cast.partnership, actor=None, now=world.now) for _ in range(2)] == [1, 0]
    clock.refresh_from_db()
    assert (clock.due_at, clock.recorded_due_at) == (london("2026-04-13 11:00"), london("2026-04-15 09:00"))
    assert verify().findings == []


def test_no_clock_becomes_overdue_by_a_day_taken_out(world: World, dispute: Dispute) -> None:
    row = close(world)
    redate(world.cast.partnership, actor=None, now=world.now)
    world.now = london("2026-04-14 11:00")
    remove_day(actor=None, partnership=world.cast.partnership, row_id=row.pk, now=world.now)
    redate(world.cast.partnership, actor=None, now=world.now)
    assert response(dispute).due_at == WEDNESDAY


def test_what_was_overdue_runs_again_where_its_new_moment_is_to_come(world: World, dispute: Dispute) -> None:
    world.now = london("2026-04-14 10:05")
    sweep(world.now)
    assert response(dispute).breached_at is not None
    close(world)
    redate(world.cast.partnership, actor=None, now=world.now)
    clock = response(dispute)
    assert (clock.due_at, clock.breached_at, clock.last_step) == (WEDNESDAY, None, "")
    assert clock.next_check_at is not None
    assert clock.next_check_at > world.now


@pytest.mark.engines
def test_the_sweep_calls_it_overdue_at_its_new_moment(world: World, dispute: Dispute) -> None:
    close(world)
    redate(world.cast.partnership, actor=None, now=world.now)
    for moment, overdue in ((london("2026-04-15 10:00"), 0), (london("2026-04-15 10:01"), 1)):
        sweep(moment)
        assert Event.objects.filter(dispute=dispute, kind=EventKind.OVERDUE).count() == overdue


def test_what_was_overdue_before_is_told_again_at_its_new_moment(world: World, dispute: Dispute) -> None:
    world.now = london("2026-04-14 10:05")
    sweep(world.now)
    close(world)
    redate(world.cast.partnership, actor=None, now=world.now)
    sweep(london("2026-04-15 10:01"))
    owner = response(dispute).owner
    assert Notification.objects.filter(dispute=dispute, recipient=owner, kind=Message.OVERDUE).count() == 2


def test_the_line_of_the_record_says_from_when_to_when(world: World, dispute: Dispute) -> None:
    close(world)
    redate(world.cast.partnership, actor=None, now=world.now)
    page = Visitor(world.cast.raiser, world.now).get(f"/d/{dispute.reference}/").content.decode()
    assert "Response: Wednesday 15 April, 10am, before that Tuesday 14 April, 10am" in page


@pytest.mark.parametrize("part", ["lead", "receiver", "chair", "auditor"])
def test_nobody_but_the_keepers_dates_clocks_again(world: World, dispute: Dispute, part: str) -> None:
    close(world)
    with pytest.raises(NotAllowed):
        redate(world.cast.partnership, actor=world.person(getattr(world.cast, part)), now=world.now)
    assert response(dispute).due_at == TUESDAY


def test_another_partnership_is_left_alone(world: World, dispute: Dispute) -> None:
    close(world)
    assert redate(world.cast.elsewhere, actor=None, now=world.now) == 0


def command(*words: str, at: datetime) -> str:
    said = StringIO()
    with time_machine.travel(at, tick=False):
        call_command("redate_clocks", *words, stdout=said)
    return said.getvalue()


def test_the_command_previews_then_moves(world: World, dispute: Dispute) -> None:
    HolidayChange.objects.create(partnership=world.cast.partnership, day=MONDAY_OFF, words="Proclaimed")
    line = f"{dispute.reference}  response: Tuesday 14 April 2026, 10am → Wednesday 15 April 2026, 10am"
    assert line in command("--preview", at=world.now)
    assert response(dispute).due_at == TUESDAY
    assert command(at=world.now) == "1 disagreement dated again.\n"
    assert command(at=world.now) == "No disagreement had to be dated again.\n"


def test_the_command_knows_no_other_partnership(world: World) -> None:
    with pytest.raises(CommandError, match="no partnership “nowhere”"):
        command("--partnership", "nowhere", at=world.now)


@pytest.mark.engines
@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_twice_at_once_each_clock_moves_once(world: World, dispute: Dispute) -> None:
    close(world)

    def one(_: int) -> int:
        try:
            return redate(world.cast.partnership, actor=None, now=world.now)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(one, range(2))) == [0, 1]
    assert response(dispute).due_at == WEDNESDAY
    assert Event.objects.filter(dispute=dispute, kind=EventKind.REDATED).count() == 1
