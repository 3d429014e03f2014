"""Agreed actions are followed: who owes one and who leads the plan are reminded before its time and after it."""

from datetime import timedelta

import pytest

from agencies.models import User
from escalation.engine.change import Change
from escalation.models import Clock, Notification
from escalation.selectors.worklist import worklist
from escalation.services import sweep as sweeping
from escalation.states import ClockState, Difference, Ground, Measure, Message, Outcome, State, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.world import london

pytestmark = pytest.mark.django_db
ASKED, FOLLOWED = "Do the agreed action", "An agreed action that you follow is not done yet"


def reminded(journey: Journey, user: User) -> list[str]:
    """The kinds of reminder of the action, in order, each day's once."""
    rows = Notification.objects.filter(dispute=journey.dispute, recipient=user, action__in=[ASKED, FOLLOWED]).exclude(kind=Message.ASSIGNED)
    return list(rows.order_by("created_at").values_list("kind", flat=True))


def test_owner_and_lead_manager_are_reminded_before_its_time_and_after_it(cast: Cast) -> None:
    """BRO-04, BRO-13: Bromley's senior managers agree a visit within ten working days; it is done on the second day after."""
    journey = Journey(cast, "bromley", "2026-04-02 10:00").sent()
    for moment in ("2026-04-13 10:00", "2026-04-21 10:00"):
        journey.at(moment).do(Verb.MOVE_UP, journey.holder(), ground=Ground.DELAY, reason="A week has gone.")
    owner, leads = cast.receiving_senior, cast.own_senior
    due = journey.world.now + timedelta(days=14)
    journey.do(Verb.ADD_ACTION, journey.holder(), what="A joint visit.", agency=cast.social_care.pk, owner=owner.pk, due_at=due)
    journey.do(Verb.NAME_LEAD_MANAGER, journey.holder(), manager=leads.pk)
    journey.at("2026-04-27 12:00")
    assert reminded(journey, owner) == []
    journey.at("2026-04-28 12:00", "2026-05-05 10:01", "2026-05-06 10:02")
    before = reminded(journey, owner)
    assert (before[0], before[-1]) == (Message.HALF_WAY, Message.OVERDUE)
    led = reminded(journey, leads)
    assert (led[0], led[-1]) == (Message.HALF_WAY, Message.OVERDUE)
    journey.do(Verb.COMPLETE_ACTION, owner, action=journey.now.actions.get().pk, how="Done together.")
    journey.at("2026-05-07 12:00", "2026-05-11 12:00")
    assert (reminded(journey, owner), reminded(journey, leads)) == (before, led)


def test_an_action_is_followed_beyond_the_agreement(cast: Cast) -> None:
    """BRI-16: once it is resolved, the action's own reminders go on."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    due = journey.world.now + timedelta(days=9)
    journey.do(Verb.ADD_ACTION, cast.own_manager, what="A visit.", agency=cast.social_care.pk, owner=cast.receiver.pk, due_at=due)
    journey.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="A visit.", kind=Outcome.AGREED_ACTION).do(Verb.CONFIRM_OUTCOME, cast.receiver)
    journey.at("2026-03-10 12:00", "2026-03-12 12:00")
    assert Message.OVERDUE in reminded(journey, cast.receiver)


@pytest.fixture
def settled(cast: Cast) -> Journey:
    """Resolved on Monday 2 March with a visit agreed for Wednesday 11 March at 10:00."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    due = journey.world.now + timedelta(days=9)
    journey.do(Verb.ADD_ACTION, cast.own_manager, what="A visit.", agency=cast.social_care.pk, owner=cast.receiver.pk, due_at=due)
    return journey.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="A visit.", kind=Outcome.AGREED_ACTION).do(Verb.CONFIRM_OUTCOME, cast.receiver)


def closed(journey: Journey) -> Journey:
    return journey.do(Verb.CLOSE, journey.cast.business_manager, difference=Difference.NO_CHANGE, gap="The school is on holiday.")


def owed(journey: Journey) -> list[str]:
    """What stands in the owner's My work."""
    person = journey.world.person(journey.cast.receiver)
    return [item.ask for group in worklist(person, journey.world.now).groups for item in group.items]


def test_an_action_is_followed_after_it_was_closed_until_it_is_done(settled: Journey) -> None:
    """BRI-16: before its time, when it has passed, and on each working day after; nothing else of it moves."""
    closed(settled).at("2026-03-09 12:00", "2026-03-11 10:01", "2026-03-12 09:00")
    receiver = settled.cast.receiver
    assert reminded(settled, receiver) == [Message.HALF_WAY, Message.OVERDUE, Message.OVERDUE]
    assert (settled.now.state, settled.now.wake_at, owed(settled)) == (State.CLOSED, None, [ASKED])
    settled.do(Verb.COMPLETE_ACTION, receiver, action=settled.now.actions.get().pk, how="Visited.").at("2026-03-13 09:00", "2026-03-16 09:00")
    assert (len(reminded(settled, receiver)), owed(settled)) == (3, [])
    assert not Clock.objects.filter(dispute=settled.dispute, state=ClockState.RUNNING).exists()


def test_reopened_it_has_each_action_once_still(settled: Journey) -> None:
    closed(settled).at("2026-03-05 10:00").do(Verb.REOPEN, settled.cast.lead, reason="It came back.")
    assert Clock.objects.filter(dispute=settled.dispute, measures=Measure.ACTION, state=ClockState.RUNNING).count() == 1


def test_withdrawing_ends_what_was_agreed_and_reopening_takes_it_up_again(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    for days in (1, 9):
        due = journey.world.now + timedelta(days=days)
        journey.do(Verb.ADD_ACTION, cast.own_manager, what="A visit.", agency=cast.social_care.pk, owner=cast.receiver.pk, due_at=due)
    journey.do(Verb.WITHDRAW, cast.lead, reason="Settled by telephone.", still_at_risk=False)
    actions = Clock.objects.filter(dispute=journey.dispute, measures=Measure.ACTION, state=ClockState.RUNNING)
    assert not actions.exists()
    journey.at("2026-03-05 10:00").do(Verb.REOPEN, cast.lead, reason="It was not.")
    # The first had its date on Tuesday: it has to the end of two working days more.
    assert [clock.due_at for clock in actions.order_by("due_at")] == [london("2026-03-09 23:59").replace(second=59), london("2026-03-11 10:00")]


def test_one_that_cannot_be_decided_is_put_off_like_any_other(settled: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_change: Change) -> None:
        raise RuntimeError

    closed(settled)
    with monkeypatch.context() as patched:
        patched.setattr(sweeping, "tick", broken)
        moment = london("2026-03-11 10:01")
        assert (sweeping.sweep(moment).failed, sweeping.sweep(moment).looked_at) == (1, 0)
    settled.at("2026-03-11 11:02")
    assert Message.OVERDUE in reminded(settled, settled.cast.receiver)
