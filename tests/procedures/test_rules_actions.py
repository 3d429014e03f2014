"""Agreed actions are followed: who owes one and who leads the plan are reminded before its time and after it."""

from datetime import timedelta

import pytest

from agencies.models import User
from escalation.models import Notification
from escalation.states import Ground, Message, Outcome, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey

pytestmark = pytest.mark.django_db
ASKED = "Do the agreed action"


def reminded(journey: Journey, user: User) -> list[str]:
    """The kinds of message about the action, in order, each day's once."""
    rows = Notification.objects.filter(dispute=journey.dispute, recipient=user, action=ASKED).order_by("created_at")
    return list(rows.values_list("kind", flat=True))


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
    # Where two messages about one disagreement are due to a person at once, the newest alone is written.
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
    journey.at("2026-03-12 12:00")
    assert Message.OVERDUE in reminded(journey, cast.receiver)
