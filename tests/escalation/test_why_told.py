"""Each message says the one reason that makes it its reader's business, and no list of those that others have."""

from datetime import timedelta

import pytest

from agencies.models import User
from escalation.models import Dispute, Notification
from escalation.services import mail
from escalation.services.sweep import sweep
from escalation.states import Answer, Ground, Message, Verb, Why
from tests.cast import Cast
from tests.escalation.verbs import before_chair, resolved
from tests.factories import make_cover
from tests.world import World, london

pytestmark = pytest.mark.django_db


def reason(dispute: Dispute, user: User, kind: Message) -> str:
    """What their newest message of this kind says behind "Why you got this:"."""
    message = Notification.objects.filter(dispute=dispute, recipient=user, kind=kind).latest("created_at")
    return why_in(message)


def why_in(message: Notification) -> str:
    text = str(mail.compose(message).body)
    return next(line for line in text.splitlines() if line.startswith("Why you got this:")).removeprefix("Why you got this: ")


def test_who_raised_it_and_who_holds_it_read_each_their_own_reason(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    assert reason(dispute, cast.raiser, Message.ANSWERED) == "You raised it."
    assert reason(dispute, cast.own_manager, Message.ANSWERED) == "You hold it for your side."


def test_who_covers_for_a_holder_reads_that_they_do(cast: Cast, world: World) -> None:
    dispute, day = world.sent(), world.now.date()
    make_cover(cast.receiver, cast.receiving_lead, day, day + timedelta(days=3))
    world.delivered(dispute)
    sweep(london("2026-03-02 15:00"))
    assert reason(dispute, cast.receiver, Message.HALF_WAY) == "You hold it for your side."
    assert reason(dispute, cast.receiving_lead, Message.HALF_WAY) == "You cover for whoever holds it."


def test_the_business_unit_and_the_chair_read_what_their_office_is(cast: Cast, world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    rows = Notification.objects.filter(dispute=dispute)
    assert {row.why for row in rows.filter(recipient__in=[cast.business_unit, cast.business_manager])} == {Why.UNIT}
    assert {row.why for row in rows.filter(recipient=cast.chair)} == {Why.PRESIDES}


def test_one_who_held_it_reads_at_the_end_that_they_held_it(cast: Cast, world: World, dispute: Dispute) -> None:
    ended = resolved(world, dispute)
    gap = {"difference": "no_change", "gap": "Nobody answers."}
    world.do(ended, Verb.CLOSE, cast.business_manager, **gap)
    assert reason(ended, cast.receiver, Message.CLOSED).startswith("You held it for your side.")
    assert reason(ended, cast.raiser, Message.CLOSED).startswith("You raised it.")


def test_no_message_of_a_whole_course_lists_the_reasons_of_others(cast: Cast, world: World, dispute: Dispute) -> None:
    world.delivered(dispute)
    for moment in ("2026-03-02 15:00", "2026-03-03 10:01", "2026-03-04 10:01", "2026-03-06 10:01"):
        world.warned()
        sweep(london(moment))
    World(cast, now=london("2026-03-06 11:00")).do(dispute, Verb.MOVE_UP, cast.own_senior, ground=Ground.NO_RESPONSE, reason="No response came.")
    messages = Notification.objects.filter(dispute=dispute).exclude(recipient=None)
    assert messages.count() > 8
    for message in messages:
        assert message.why, (message.kind, message.action, message.recipient)
        assert "or because" not in str(mail.compose(message).body), message.kind


def test_a_message_from_before_says_of_its_kind_who_gets_it(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    Notification.objects.update(why="")
    assert reason(dispute, cast.raiser, Message.ANSWERED) == "You are told because you hold it, or because you raised it."


@pytest.mark.parametrize(
    ("why", "kind", "said"),
    [
        (Why.HOLDS, Message.ASSIGNED, "open it and choose"),
        (Why.RAISED, Message.SENT, "tell your agency’s lead"),
        (Why.SITS, Message.ASSIGNED, "tell the partnership’s chair or the business unit"),
        (Why.DOES, Message.DUE, "tell whoever holds it for your agency"),
        (Why.LEADS, Message.RESOLVED, "not come to you any more, tell the business unit"),
        (Why.LEADS, Message.ASSIGNED, "open it and choose"),
        ("", Message.ASSIGNED, "away: tell your agency’s lead or the business unit"),
    ],
)
def test_only_whose_page_may_offer_it_is_told_to_hand_it_over_there(cast: Cast, dispute: Dispute, why: str, kind: Message, said: str) -> None:
    message = mail.compose(Notification(dispute=dispute, recipient=cast.raiser, kind=kind, action="Read it", why=why))
    for text in (str(message.body), str(message.alternatives[0].content)):  # type: ignore[attr-defined]
        over = " ".join(text.split()).partition("Why you got this:")[2]
        assert (said in over, "open it and choose" in over) == (True, said == "open it and choose")


def test_once_it_is_resolved_its_holder_is_sent_to_no_page_to_hand_it_over(cast: Cast, world: World, dispute: Dispute) -> None:
    ended = resolved(world, dispute)
    message = mail.compose(
        Notification(dispute=world.fresh(ended), recipient=cast.raiser, kind=Message.ASSIGNED, action="Confirm the child’s file", why=Why.HOLDS)
    )
    for text in (str(message.body), str(message.alternatives[0].content)):  # type: ignore[attr-defined]
        assert "Not yours, or you are away: tell your agency’s lead or the business unit." in text
        assert "open it and choose" not in text
