"""A partnership to practise in: its clock goes forward a working day at a time, and none of its messages leaves."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction

from agencies import wall_clock
from agencies.errors import InvalidInput, NotAllowed
from agencies.models import DirectoryEvent, Partnership
from escalation.models import Event, Heartbeat, LearningPoint, Notification
from escalation.services import drafts
from escalation.services.audit import verify
from escalation.services.digest import write_digests
from escalation.services.outbox import deliver
from escalation.services.practice import keep_messages, move_forward
from escalation.services.seals import seal_partnerships
from escalation.services.sweep import sweep
from escalation.states import Delivery, EventKind, Job, Message, Verb
from tests.cast import Cast, build_cast
from tests.escalation.learning import learnt
from tests.mail_server import MailServer
from tests.world import World, london

pytestmark = pytest.mark.django_db
FRIDAY = london("2026-03-06 10:05")


@pytest.fixture
def trained(db: None) -> Cast:
    """The cast, in a partnership to practise in."""
    return build_cast(is_practice=True)


def at(moment: str = "2026-03-06 10:05") -> time_machine.travel:
    return time_machine.travel(london(moment), tick=False)


def test_the_clock_goes_to_the_same_time_of_the_next_working_day(trained: Cast) -> None:
    with at():
        done = move_forward(actor=trained.business_unit, partnership=trained.partnership)
        assert done.now == london("2026-03-09 10:05")
        assert wall_clock.now_in(Partnership.objects.get(pk=trained.partnership.pk)) == london("2026-03-09 10:05")
        assert "moved forward to Monday 9 March 2026, 10:05am" in DirectoryEvent.objects.latest("recorded_at").words


def test_it_passes_over_a_bank_holiday_and_the_change_to_summer_time(trained: Cast) -> None:
    """Good Friday of 2026 was 3 April and Easter Monday 6 April; the clocks went forward on 29 March."""
    with at("2026-04-02 09:30"):
        assert move_forward(actor=None, partnership=trained.partnership).now == london("2026-04-07 09:30")
    with at("2026-03-27 09:30"):
        Partnership.objects.filter(pk=trained.partnership.pk).update(ahead=timedelta())
        assert move_forward(actor=None, partnership=trained.partnership).now == london("2026-03-30 09:30")


def test_what_falls_due_in_between_is_done_at_once_and_can_be_read(trained: Cast, mail_server: MailServer) -> None:
    with at():
        world = World(trained, now=FRIDAY)
        dispute = world.sent()
        keep_messages()
        for _ in range(2):
            done = move_forward(actor=trained.business_unit, partnership=trained.partnership)
        kinds = set(Event.objects.filter(dispute=dispute).values_list("kind", flat=True))
        assert {EventKind.DUE, EventKind.OVERDUE, EventKind.MOVED_UP} <= kinds
        assert world.fresh(dispute).stage == 2
        assert (done.now, done.moved) == (london("2026-03-10 10:05"), 1)
        assert Event.objects.get(dispute=dispute, kind=EventKind.OVERDUE).recorded_at == london("2026-03-09 10:06")
        assert Event.objects.get(dispute=dispute, kind=EventKind.MOVED_UP).recorded_at == london("2026-03-10 10:05")
        deliver()
    assert mail_server.taken == []
    assert Notification.objects.filter(dispute=dispute, state=Delivery.SENT).count() > 5


def test_moved_forward_by_night_each_step_is_done_in_its_own_minute_and_messages_leave_at_nine(trained: Cast) -> None:
    """Sent on Friday at 00:40, which counts from nine: due on Monday at nine, overdue the minute after, moved up on Tuesday at nine."""
    with at("2026-03-06 00:40"):
        dispute = World(trained, now=london("2026-03-06 00:40")).sent()
        done = [move_forward(actor=None, partnership=trained.partnership) for _ in range(3)]
        moments = {row.kind: row.recorded_at for row in Event.objects.filter(dispute=dispute)}
        assert (moments[EventKind.OVERDUE], moments[EventKind.MOVED_UP]) == (london("2026-03-09 09:01"), london("2026-03-10 09:00"))
        assert [each.moved for each in done] == [0, 0, 1]
        left = Notification.objects.filter(dispute=dispute, state=Delivery.SENT).values_list("sent_at", flat=True)
        assert {london("2026-03-06 09:00"), london("2026-03-09 09:01"), london("2026-03-10 09:00")} <= set(left)
        assert not Notification.objects.filter(dispute=dispute, state=Delivery.WAITING, not_before__lt=done[-1].now).exists()


def test_the_record_of_a_partnership_that_is_ahead_is_sealed_and_true(trained: Cast) -> None:
    with at():
        World(trained, now=FRIDAY).sent()
        move_forward(actor=None, partnership=trained.partnership)
        move_forward(actor=None, partnership=trained.partnership)
        assert seal_partnerships() == 1
        assert verify().findings == []


def test_another_partnerships_clocks_stay_where_they_are(trained: Cast, mail_server: MailServer) -> None:
    with at():
        real = build_cast()
        other = World(real, now=FRIDAY).sent()
        World(trained, "bromley", now=FRIDAY).sent()
        written = Notification.objects.filter(dispute=other).count()
        for _ in range(3):
            move_forward(actor=None, partnership=trained.partnership)
        assert Notification.objects.filter(dispute=other).count() == written
        assert not Event.objects.filter(dispute=other, kind__in=[EventKind.DUE, EventKind.OVERDUE]).exists()
        deliver()
    assert mail_server.taken
    assert {taken["to"] for taken in mail_server.taken} <= {user.email for _, user in real.users()}


def test_what_is_due_elsewhere_is_neither_done_nor_counted(trained: Cast) -> None:
    """Beside it a real partnership and another to practise in, whose jobs have stood still for a working day."""
    with at():
        own, real, other = (World(cast, name, now=FRIDAY).sent() for cast, name in beside(trained))
        keep_messages()
    with at("2026-03-09 10:06"):
        waiting = Notification.objects.exclude(dispute=own).filter(state=Delivery.WAITING).count()
        done = move_forward(actor=None, partnership=trained.partnership)
        own_messages = Notification.objects.of_practice(trained.partnership).filter(sent_at__gt=FRIDAY)
        assert (done.looked_at, done.messages) == (1, own_messages.count())
        assert own_messages.filter(dispute=own).exists()
        assert not Event.objects.filter(dispute__in=[real, other], kind__in=[EventKind.DUE, EventKind.OVERDUE]).exists()
        assert Notification.objects.exclude(dispute=own).filter(state=Delivery.WAITING).count() == waiting
        assert not Heartbeat.objects.filter(name=Job.SWEEP).exists()


def beside(trained: Cast) -> Iterator[tuple[Cast, str]]:
    yield from ((trained, "bristol"), (build_cast(), "bromley"), (build_cast(is_practice=True), "bristol"))


def test_the_digest_and_the_reminders_come_as_the_practice_clock_passes_their_moment(trained: Cast) -> None:
    """From Friday to Monday afternoon: the morning in between has its digest, which is of its hour."""
    with at("2026-03-06 15:05"):
        world = World(trained, now=london("2026-03-06 15:05"))
        point = learnt(world)
        LearningPoint.objects.filter(pk=point.pk).update(owner=trained.own_manager, due_on=date(2026, 3, 8))
        draft = drafts.begin_draft(world.person(trained.raiser), agency=trained.school.pk, procedure=world.version.procedure_id, now=world.now)
        world.sent()
        move_forward(actor=None, partnership=trained.partnership)
        rows = {row.kind: row for row in Notification.objects.filter(kind__in=[Message.DIGEST, Message.LEARNING, Message.DRAFT])}
        assert {(kind, row.state, row.sent_at) for kind, row in rows.items()} == {
            (kind, Delivery.SENT, london("2026-03-09 09:00")) for kind in (Message.DIGEST, Message.LEARNING, Message.DRAFT)
        }
        assert rows[Message.DRAFT].dispute_id == draft.pk
        assert (rows[Message.LEARNING].learning_id, rows[Message.DIGEST].action) == (point.pk, "1 due today, 1 learning action overdue")


def test_the_recurring_jobs_ask_each_partnership_on_its_own_clock(trained: Cast) -> None:
    """A Sunday of the world is Monday morning there."""
    sunday = london("2026-03-08 09:10")
    World(trained, now=FRIDAY).sent()
    World(build_cast(), "bromley", now=FRIDAY).sent()
    Partnership.objects.filter(pk=trained.partnership.pk).update(ahead=timedelta(days=1))
    assert write_digests(sunday) == len(Notification.objects.filter(kind=Message.DIGEST, partnership=trained.partnership)) > 0


def test_the_recurring_sweep_looks_at_each_partnership_on_its_own_clock(trained: Cast) -> None:
    with at():
        dispute = World(trained, now=FRIDAY).sent()
        Partnership.objects.filter(pk=trained.partnership.pk).update(ahead=timedelta(days=3))
        assert sweep().looked_at == 1
        assert Event.objects.filter(dispute=dispute, kind=EventKind.DUE).exists()


@pytest.mark.parametrize("who", ["raiser", "own_manager", "receiver", "chair", "stranger"])
def test_only_a_trainer_moves_the_clock(trained: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        move_forward(actor=getattr(trained, who), partnership=trained.partnership)
    assert Partnership.objects.get(pk=trained.partnership.pk).ahead == timedelta()


def test_the_clock_of_real_people_cannot_be_moved(cast: Cast) -> None:
    with pytest.raises(InvalidInput, match="practise"):
        move_forward(actor=cast.business_unit, partnership=cast.partnership)


@pytest.mark.parametrize("fields", [{"is_practice": True}, {"ahead": timedelta(days=1)}])
def test_the_database_refuses_practice_over_real_data(cast: Cast, fields: dict[str, object]) -> None:
    Partnership.objects.filter(pk=cast.partnership.pk).update(is_invented=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.filter(pk=cast.partnership.pk).update(**fields)


def test_the_database_refuses_to_call_real_data_invented(cast: Cast) -> None:
    Partnership.objects.filter(pk=cast.partnership.pk).update(is_invented=False)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE agencies_partnership SET is_invented = true WHERE slug = %s", [cast.partnership.slug])


def test_what_is_practice_stays_practice(trained: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Partnership.objects.filter(pk=trained.partnership.pk).update(is_practice=False)


def test_a_person_acts_on_the_clock_of_the_practice_partnership(trained: Cast) -> None:
    with at():
        world = World(trained, now=FRIDAY)
        dispute = world.sent()
        world.now = move_forward(actor=None, partnership=trained.partnership).now
        world.do(dispute, Verb.ADD_NOTE, trained.receiver, text="A note.")
        assert Event.objects.get(dispute=dispute, kind=EventKind.NOTE).recorded_at == london("2026-03-09 10:05")
