"""While a wording that the raising side confirmed waits only for others, what is chased is their confirmation, and no move up is offered."""

import pytest

from agencies.models import User
from escalation.models import Dispute, Notification
from escalation.states import Answer, EventKind, Message, Outcome, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey

pytestmark = pytest.mark.django_db
CHASES = (Message.HALF_WAY, Message.DUE, Message.OVERDUE, Message.OFFER)


def answered(cast: Cast) -> Journey:
    """Enfield's first stage: to move up by the end of Tuesday, and answered on Monday."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent()
    return journey.do(Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="We looked again.", actions="A visit.")


def accepted(cast: Cast) -> Journey:
    """The own manager took it, and with that confirmed the wording."""
    return answered(cast).do(Verb.ACCEPT, cast.own_manager, wording="A visit.", kind=Outcome.AGREED_ACTION)


def said(dispute: Dispute, *people: User) -> list[str]:
    """What these people were reminded of and offered, in the order in which they were told."""
    found = Notification.objects.filter(dispute=dispute, recipient__in=people, kind__in=CHASES)
    return list(found.order_by("created_at", "pk").values_list("action", flat=True))


def test_nobody_of_the_raising_side_is_chased_to_move_up_while_only_the_other_side_is_to_confirm(cast: Cast) -> None:
    journey = accepted(cast).at("2026-03-03 09:00", "2026-03-04 00:01", "2026-03-04 09:00", "2026-03-04 17:00")
    assert said(journey.dispute, cast.own_manager, cast.raiser) == []
    assert not journey.dispute.events.filter(kind=EventKind.MOVE_OFFERED).exists()
    assert journey.dispute.events.filter(kind=EventKind.OVERDUE, facts__clock="referral").exists()
    assert said(journey.dispute, cast.receiver) == ["Confirm the outcome", "Confirm the outcome"]


def test_once_the_confirmation_is_late_both_sides_hear_of_that_alone(cast: Cast) -> None:
    journey = accepted(cast).at("2026-03-04 09:00", "2026-03-05 00:01", "2026-03-05 09:00")
    late = "The other side has yet to confirm the outcome"
    assert (said(journey.dispute, cast.own_manager), said(journey.dispute, cast.raiser)) == ([late], [late])
    assert said(journey.dispute, cast.receiver)[-1] == "Confirm the outcome"


def test_whoever_put_no_wording_is_chased_and_offered_the_move_as_ever(cast: Cast) -> None:
    journey = answered(cast).do(Verb.REJECT, cast.own_manager, reason="It does not settle it.").at("2026-03-04 00:01", "2026-03-04 09:00")
    assert said(journey.dispute, cast.own_manager)[-2:] == ["You can move it up", "Move up, if it is not settled: Stage 1"]


def test_a_wording_that_the_raising_side_has_yet_to_confirm_leaves_its_clocks_as_they_are(cast: Cast) -> None:
    journey = answered(cast).do(Verb.PROPOSE_OUTCOME, cast.receiver, wording="A visit.", kind=Outcome.AGREED_ACTION)
    journey.at("2026-03-04 00:01", "2026-03-04 09:00")
    assert said(journey.dispute, cast.own_manager) == ["You can move it up", "Confirm the outcome"]
