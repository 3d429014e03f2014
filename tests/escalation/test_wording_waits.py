"""While a wording that the raising side confirmed waits only for others, what is chased is their confirmation, and no move up is offered."""

import pytest

from agencies.models import User
from escalation.models import Dispute, Notification
from escalation.selectors.worklist import worklist
from escalation.states import Answer, EventKind, Message, Outcome, Verb
from tests.cast import Cast
from tests.factories import make_cover
from tests.procedures.journey import Journey
from tests.web.signed_in import Visitor

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
    move = "Move up, if it is not settled: Stage 1"
    assert sorted(said(journey.dispute, cast.own_manager)) == ["Confirm the outcome", "Confirm the outcome", move, "You can move it up"]


def rows(journey: Journey, user: User) -> list[tuple[str, str]]:
    """My work: in which group, and what is asked or waited for."""
    return [(group.key, item.ask) for group in worklist(journey.world.person(user), journey.world.now).groups for item in group.items]


def box(journey: Journey, user: User) -> tuple[str, list[str], str]:
    """What the page says of what happens next, its buttons, and what it folds away."""
    page = Visitor(user, journey.world.now).page(f"/d/{journey.dispute.reference}/")
    buttons = [link.text for link in page.all("a", class_="govuk-button")]
    return page.one("section", class_="c-next").text, buttons, page.one("details", class_="c-next__more").text


def test_my_work_of_the_raising_side_waits_for_the_confirmation_also_after_its_own_day_to_move_up(cast: Cast) -> None:
    journey = accepted(cast).at("2026-03-04 09:00")
    waiting = [("waiting", "Waiting for Rashida Shah to confirm the outcome")]
    assert (rows(journey, cast.own_manager), rows(journey, cast.raiser)) == (waiting, waiting)
    assert rows(journey, cast.receiver) == [("today", "Confirm the outcome")]


def test_whoever_put_no_wording_has_the_move_up_in_my_work(cast: Cast) -> None:
    journey = answered(cast).do(Verb.REJECT, cast.own_manager, reason="It does not settle it.").at("2026-03-04 09:00")
    assert ("overdue", "Move up, if it is not settled: Stage 1") in rows(journey, cast.own_manager)


def test_whoever_covers_for_the_raising_side_is_not_asked_to_move_it_up_either(cast: Cast) -> None:
    rejected = answered(cast).do(Verb.REJECT, cast.own_manager, reason="It does not settle it.").at("2026-03-04 09:00")
    make_cover(cast.own_manager, cast.lead, starts=rejected.world.now.date(), ends=rejected.world.now.date())
    assert any("Move up" in ask for _, ask in rows(rejected, cast.lead))
    put = rejected.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="A visit.", kind=Outcome.AGREED_ACTION)
    assert not any("Move up" in ask for _, ask in rows(put, cast.lead))


def test_the_page_says_who_is_waited_for_and_folds_the_move_up_away(cast: Cast) -> None:
    journey = accepted(cast).at("2026-03-04 09:00")
    words, buttons, folded = box(journey, cast.own_manager)
    assert "Waiting for Northshire Social Care Confirm the outcome: Stage 1" in words
    assert buttons == []
    assert "Move up, if it is not settled" not in words
    assert "Move up to Stage 2" in folded
    assert box(journey, cast.receiver)[1] == ["Confirm the outcome"]


def test_the_page_keeps_the_move_up_as_its_button_where_no_wording_was_put(cast: Cast) -> None:
    journey = answered(cast).do(Verb.REJECT, cast.own_manager, reason="It does not settle it.").at("2026-03-04 09:00")
    assert box(journey, cast.own_manager)[1] == ["Move up to Stage 2"]
