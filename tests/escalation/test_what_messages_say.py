"""What a message says is so: what happened, what is asked of whoever gets it, and by when, as the page that it leads to says it."""

from datetime import datetime

import pytest

from agencies.models import User
from escalation.models import Dispute, Notification
from escalation.selectors.worklist import TODAY, worklist
from escalation.services import mail
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.states import Answer, Delivery, Ground, Message, Route, State, Verb
from tests.cast import Cast
from tests.escalation.messages import message_to
from tests.escalation.verbs import before_chair
from tests.mail_server import MailServer
from tests.world import World, london

pytestmark = pytest.mark.django_db
MONDAY_END, TUESDAY_END, WEDNESDAY_END = (london(f"2026-03-0{day} 23:59").replace(second=59) for day in (2, 3, 4))


def told(dispute: Dispute, user: User) -> list[tuple[str, str, datetime | None]]:
    """What this person was told, in order: kind, words and moment."""
    return list(Notification.objects.filter(dispute=dispute, recipient=user).order_by("created_at", "pk").values_list("kind", "action", "due_at"))


def last(dispute: Dispute, user: User) -> tuple[str, str, datetime | None]:
    return told(dispute, user)[-1]


def text(message: Notification) -> tuple[str, str]:
    """Subject and text of the e-mail."""
    composed = mail.compose(message)
    return str(composed.subject), str(composed.body)


# -- what happened ----------------------------------------------------------------------------------------------------------------------------


def test_the_first_sending_on_is_told_to_who_raised_it_as_that_and_to_who_sent_it_on_not_at_all(world: World) -> None:
    dispute, cast = world.sent(), world.cast
    assert told(dispute, cast.raiser) == [(Message.SENT, "It is at Stage 1 now", None)]
    assert [kind for kind, _, _ in told(dispute, cast.own_manager)] == [Message.ASSIGNED]
    subject, body = text(message_to(dispute, cast.raiser, Message.SENT))
    assert subject == f"{dispute.reference}: it was sent on"
    assert "What it is about: It is at Stage 1 now" in body


def test_nothing_is_asked_of_whoever_logged_what_is_urgent_and_went_at_once(world: World) -> None:
    dispute = world.log(is_urgent=True, respond_by=london("2026-03-02 16:00").isoformat())
    assert told(dispute, world.cast.raiser) == []
    assert told(dispute, world.cast.own_manager) == [(Message.SENT, "It is at Stage 1 now", None)]


def test_moved_up_is_told_where_it_moved_up(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.RISK, reason="He is home tonight.")
    assert last(dispute, world.cast.raiser)[:2] == (Message.MOVED_UP, "It is at Stage 2 now")


def test_the_chairs_timetable_is_told_as_that(world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    world.do(dispute, Verb.ACKNOWLEDGE, world.cast.chair, resolve_by=london("2026-03-20 12:00"))
    assert last(dispute, world.cast.raiser) == (Message.ACKNOWLEDGED, "The chair acknowledged it and set a timetable", london("2026-03-20 12:00"))
    world.do(dispute, Verb.CHOOSE_ROUTE, world.cast.chair, route=Route.MEDIATION, reason="It fits.", mediator=world.cast.mediator.pk)
    assert last(dispute, world.cast.raiser)[:2] == (Message.ROUTE, "The chair chose how to go on")
    assert last(dispute, world.cast.mediator)[:2] == (Message.ASSIGNED, "You are the mediator: bring the agencies together. Record what was decided")


def test_given_back_by_the_chair_it_did_not_move_up(cast: Cast) -> None:
    world = World(cast, "enfield")
    dispute = world.sent()
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.", to=3)
    world.do(dispute, Verb.REFER, cast.lead, ground=Ground.RISK, reason="He is home tonight.", efforts="Three talks.")
    world.do(dispute, Verb.CHOOSE_ROUTE, cast.chair, route=Route.BACK, reason="Talk once more.")
    assert last(dispute, cast.raiser)[:2] == (Message.WENT_BACK, "It is at Stage 3 now")
    assert not Notification.objects.filter(dispute=dispute, action="The chair chose how to go on", recipient=cast.raiser).exists()


def test_reopened_both_sides_hear_that_it_was(world: World, dispute: Dispute) -> None:
    cast = world.cast
    world.do(dispute, Verb.WITHDRAW, cast.lead, reason="Settled.", still_at_risk=False)
    world.do(dispute, Verb.REOPEN, cast.lead, reason="It was not.")
    assert world.fresh(dispute).state == State.OPEN
    assert last(dispute, cast.raiser)[:2] == (Message.REOPENED, "It is at Stage 1 now")
    assert last(dispute, cast.receiver)[:2] == (Message.ASSIGNED, "It was reopened. Respond: Stage 1")


def test_whoever_acknowledged_receipt_is_not_told_of_it(world: World, dispute: Dispute) -> None:
    cast, before = world.cast, told(dispute, world.cast.receiver)
    world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver, comment="We look at it today.")
    assert told(dispute, cast.receiver) == before
    assert last(dispute, cast.own_manager)[:2] == (Message.ACKNOWLEDGED, "Receipt was acknowledged")
    assert text(message_to(dispute, cast.raiser, Message.ACKNOWLEDGED))[0] == f"{dispute.reference}: receipt was acknowledged"


# -- by when ----------------------------------------------------------------------------------------------------------------------------------


def test_to_send_on_is_asked_with_its_moment(world: World) -> None:
    dispute = world.log()
    assert told(dispute, world.cast.own_manager) == [(Message.ASSIGNED, "Send on or send back", TUESDAY_END)]


def test_to_say_whether_a_response_settles_it_is_asked_with_its_moment_and_reminded_of(
    world: World, dispute: Dispute, mail_server: MailServer
) -> None:
    cast = world.cast
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    assert last(dispute, cast.own_manager) == (Message.ANSWERED, "It was answered. Say whether the response settles it", WEDNESDAY_END)
    sweep(london("2026-03-04 09:01"))
    deliver(london("2026-03-04 09:02"))
    reminder = message_to(dispute, cast.own_manager, Message.DUE)
    assert (reminder.action, reminder.state) == ("Say whether the response settles it", Delivery.SENT)


def test_a_move_by_itself_is_announced_with_its_moment_and_a_passed_one_is_not_called_due(world: World, dispute: Dispute) -> None:
    world.delivered(dispute)
    sweep(london("2026-03-03 10:01"))
    warned = message_to(dispute, world.cast.own_manager, Message.WARNING)
    assert "It moves up: Wednesday 4 March 2026, 10am (London time)" in text(warned)[1]
    late = message_to(dispute, world.cast.receiver, Message.OVERDUE)
    assert "It was due: Tuesday 3 March 2026, 10am (London time)" in text(late)[1]


def test_a_move_that_is_offered_names_what_was_due(cast: Cast) -> None:
    world = World(cast, "bromley")
    dispute = world.sent()
    sweep(london("2026-03-10 00:01"))
    offer = next(row for row in Notification.objects.filter(dispute=dispute, kind=Message.OFFER))
    assert offer.due_at is not None
    assert "It was due: Monday 9 March 2026, end of day" in text(offer)[1]


def test_at_its_moment_it_is_due_and_no_time_is_nearly_up(world: World, dispute: Dispute) -> None:
    sweep(london("2026-03-03 10:00"))
    assert text(message_to(dispute, world.cast.receiver, Message.DUE))[0] == f"{dispute.reference}: it is due"


def test_a_reminder_asks_whoever_owes_it_and_tells_whoever_waits(world: World, dispute: Dispute) -> None:
    sweep(london("2026-03-03 10:01"))
    assert "What is asked: Respond: Stage 1" in text(message_to(dispute, world.cast.receiver, Message.OVERDUE))[1]
    waits = text(message_to(dispute, world.cast.raiser, Message.OVERDUE))[1]
    assert "What it is about: The other side has yet to respond: Stage 1" in waits
    assert "What is asked" not in waits


def test_who_follows_an_agreed_action_is_told_of_it_and_not_asked_to_do_it(world: World, dispute: Dispute) -> None:
    given = {"what": "A visit.", "agency": world.cast.social_care.pk, "due_at": london("2026-03-03 12:00")}
    world.do(dispute, Verb.ADD_ACTION, world.cast.own_manager, **given)
    Dispute.objects.filter(pk=dispute.pk).update(lead_manager=world.cast.receiving_senior)
    sweep(london("2026-03-04 12:00"))
    followed = text(message_to(dispute, world.cast.receiving_senior, Message.OVERDUE))[1]
    assert "What it is about: An agreed action that you follow is not done yet" in followed


# -- urgent in mid-stage ----------------------------------------------------------------------------------------------------------------------


URGENT = {"reason": "He is home tonight.", "respond_by": london("2026-03-02 16:00")}


def test_made_urgent_at_the_own_stop_the_manager_is_asked_at_once_by_that_moment(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.MAKE_URGENT, world.cast.raiser, **URGENT)
    assert last(dispute, world.cast.own_manager) == (Message.ASSIGNED, "It is urgent now. Send on or send back", URGENT["respond_by"])
    sweep(london("2026-03-02 16:01"))
    kinds = [kind for kind, _, _ in told(dispute, world.cast.own_manager)[-2:]]
    assert kinds == [Message.OVERDUE, Message.ASSIGNED], "what is overdue, and another moment that is asked for"


def test_made_urgent_by_who_raised_it_the_holder_of_the_raising_side_hears(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.MAKE_URGENT, world.cast.raiser, **URGENT)
    assert last(dispute, world.cast.own_manager) == (Message.MADE_URGENT, "It is urgent now", URGENT["respond_by"])
    assert last(dispute, world.cast.receiver) == (Message.ASSIGNED, "It is urgent now. Respond: Stage 1", URGENT["respond_by"])


def test_made_urgent_once_it_is_answered_the_raising_side_is_asked_and_not_whoever_answered(world: World, dispute: Dispute) -> None:
    cast = world.cast
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    before = told(dispute, cast.receiver)
    world.do(dispute, Verb.MAKE_URGENT, cast.raiser, **URGENT)
    assert told(dispute, cast.receiver) == before
    assert last(dispute, cast.own_manager) == (Message.ASSIGNED, "It is urgent now. Say whether the response settles it", URGENT["respond_by"])


def test_made_urgent_before_the_chair_the_chair_hears_by_when_the_raising_side_waits_for_it(world: World, dispute: Dispute) -> None:
    """The procedure's two working days stay what is in time (`test_made_urgent`)."""
    before_chair(world, dispute)
    world.do(dispute, Verb.MAKE_URGENT, world.cast.raiser, **URGENT)
    assert last(dispute, world.cast.chair) == (Message.ASSIGNED, "It is urgent now. Acknowledge and set a timetable", URGENT["respond_by"])


def test_made_urgent_inside_the_own_agency_whoever_holds_it_is_asked_in_the_words_and_by_the_moment_of_my_work(cast: Cast) -> None:
    world = World(cast, "devon")
    dispute = world.log()
    world.do(dispute, Verb.MAKE_URGENT, cast.raiser, **URGENT)
    told = last(dispute, cast.own_manager)
    assert told == (Message.ASSIGNED, "It is urgent now. Talk it through in your own agency: Stage 1", URGENT["respond_by"])
    (row,) = worklist(world.person(cast.own_manager), world.now, only=TODAY).groups[0].items
    assert row.due is not None
    assert (f"It is urgent now. {row.ask}", row.due.moment) == told[1:]


# -- another date -----------------------------------------------------------------------------------------------------------------------------


def test_another_date_is_asked_about_with_that_date_and_until_when_to_answer(world: World, dispute: Dispute) -> None:
    proposed = london("2026-03-13 12:00")
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=proposed, reason="The assessor is away.")
    kind, words, due = last(dispute, world.cast.own_manager)
    assert (kind, words) == (Message.EXTENDED, "Another date is proposed: Friday 13 March 2026, midday. Agree or decline the proposed date")
    assert due is not None
    assert due < proposed
    assert last(dispute, world.cast.raiser) == (Message.FEEDBACK, "Another date is proposed: Friday 13 March 2026, midday", None)
