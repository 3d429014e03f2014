"""What somebody did before the message that asks for it could leave: in the evening, over a weekend, while the mail server was away."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agencies.models import User
from escalation.models import Dispute, Notification, Request
from escalation.services.outbox import deliver
from escalation.states import Answer, Delivery, Ground, Verb
from tests.cast import Cast
from tests.mail_server import MailServer
from tests.world import World, london

pytestmark = pytest.mark.django_db
MORNING = london("2026-03-03 09:01")
# By somebody's part, the steps of one evening, and what is then asked of nobody any more.
EVENINGS: list[tuple[list[tuple[str, Verb, dict[str, Any]]], str, str]] = [
    (
        [
            ("receiver", Verb.RESPOND, {"answer": Answer.AGREES, "reasons": "Yes.", "actions": "A visit."}),
            ("own_manager", Verb.ACCEPT, {"wording": "A visit."}),
        ],
        "own_manager",
        "It was answered. Say whether the response settles it",
    ),
    (
        [
            ("own_manager", Verb.PROPOSE_OUTCOME, {"wording": "A visit.", "kind": "agreed_action"}),
            ("receiver", Verb.CONFIRM_OUTCOME, {}),
        ],
        "receiver",
        "Confirm the outcome",
    ),
    (
        [("raiser", Verb.ASK_TO_MOVE_UP, {"reason": "It takes long."}), ("own_manager", Verb.HOLD_MOVE, {"reason": "They called."})],
        "own_manager",
        "Move it up, as was asked, or say why not",
    ),
    (
        [
            ("receiver", Verb.PROPOSE_TIMETABLE, {"due_at": london("2026-03-06 12:00"), "reason": "On leave."}),
            ("own_manager", Verb.DECLINE_TIMETABLE, {"reason": "Too late."}),
        ],
        "own_manager",
        "Another date is proposed: Friday 6 March 2026, midday. Agree or decline the proposed date",
    ),
]


def evening(world: World, dispute: Dispute, steps: list[tuple[str, Verb, dict[str, Any]]]) -> None:
    """The steps of Monday evening, some minutes apart."""
    world.now = max(world.now, london("2026-03-02 18:00"))
    for part, verb, given in steps:
        world.now += timedelta(minutes=5)
        world.do(dispute, verb, getattr(world.cast, part), **given)


def left(user: User) -> list[tuple[str, datetime | None]]:
    """What reached somebody, with its moment."""
    return list(Notification.objects.filter(recipient=user, state=Delivery.SENT).order_by("created_at", "pk").values_list("action", "due_at"))


@pytest.mark.parametrize("procedure", ["bristol", "enfield"])
def test_whoever_sent_it_on_in_the_evening_is_not_asked_to_in_the_morning(cast: Cast, mail_server: MailServer, procedure: str) -> None:
    """In Enfield’s something else is due by the same moment, and is still asked."""
    world = World(cast, procedure, now=london("2026-03-02 18:00"))
    evening(world, world.log(cast.social_care), [("own_manager", Verb.SEND_ON, {})])
    deliver(MORNING)
    assert "Send on or send back" not in [action for action, _ in left(cast.own_manager)]
    assert left(cast.receiver)


def test_what_is_still_asked_in_the_morning_leaves(cast: Cast, mail_server: MailServer) -> None:
    world = World(cast, "enfield", now=london("2026-03-02 18:00"))
    world.log(cast.social_care)
    deliver(MORNING)
    assert left(cast.own_manager) == [("Send on or send back", london("2026-03-03 23:59") + timedelta(seconds=59))]


@pytest.mark.parametrize(("steps", "part", "asked"), EVENINGS)
def test_what_was_done_in_the_evening_is_asked_of_nobody_in_the_morning(
    world: World, dispute: Dispute, mail_server: MailServer, steps: list[tuple[str, Verb, dict[str, Any]]], part: str, asked: str
) -> None:
    deliver(world.now)
    evening(world, dispute, steps[:1])
    assert Notification.objects.filter(recipient=getattr(world.cast, part), action=asked, state=Delivery.WAITING).exists()
    evening(world, dispute, steps[1:])
    deliver(MORNING)
    found = Notification.objects.get(recipient=getattr(world.cast, part), action=asked)
    assert (found.state, found.trouble) == (Delivery.DROPPED, "its clock has ended")


def test_made_urgent_before_it_left_a_request_names_one_moment_and_is_delivered(cast: Cast, mail_server: MailServer) -> None:
    world = World(cast, now=london("2026-03-02 18:00"))
    dispute, by = world.sent(cast.social_care), london("2026-03-02 22:00")
    evening(world, dispute, [("own_manager", Verb.MAKE_URGENT, {"reason": "He is home tonight.", "respond_by": by})])
    deliver(world.now)
    assert left(cast.receiver) == [("It is urgent now. Respond: Stage 1", by)]
    assert Request.objects.get(dispute=dispute).delivered_at is not None


@pytest.mark.parametrize(("does", "reaches"), [(True, False), (False, True)])
def test_the_business_unit_is_asked_in_the_morning_for_a_contact_that_it_did_not_recommend_meanwhile(
    world: World,
    mail_server: MailServer,
    does: bool,  # noqa: FBT001 - a parameter of the test
    reaches: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    cast = world.cast
    dispute = world.sent(cast.police)
    deliver(world.now)
    up = ("own_manager", Verb.MOVE_UP, {"ground": Ground.RISK, "reason": "He is home tonight."})
    recommends = ("business_unit", Verb.RECOMMEND_CONTACT, {"agency": cast.police.pk, "person": cast.police_manager.pk})
    evening(world, dispute, [up, *([recommends] if does else [])])
    deliver(MORNING)
    assert ("Recommend a contact" in [action for action, _ in left(cast.business_unit)]) == reaches
