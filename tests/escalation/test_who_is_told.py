"""Who is asked to confirm, and who hears of the end: also those whose stage lies behind."""

from typing import Any

import pytest

from agencies.models import User
from agencies.roles import Role
from escalation.models import Dispute, Notification
from escalation.states import Answer, Ground, Message, Outcome, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair
from tests.factories import make_holder
from tests.world import World

pytestmark = pytest.mark.django_db


def told(user: User, kind: Message) -> list[str]:
    return list(Notification.objects.filter(recipient=user, kind=kind).values_list("action", flat=True))


def test_an_agency_that_settled_at_an_earlier_stage_is_asked_to_confirm_and_hears_of_the_end(cast: Cast) -> None:
    world = World(cast, "enfield")
    inspector = make_holder(cast.police, 3, "Zoltan Ferenc", Role.SENIOR, title="Detective inspector")
    dispute = world.sent(cast.social_care, cast.police)
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="Yes.", actions="An assessment.")
    world.do(dispute, Verb.ACCEPT, cast.own_manager, wording="An assessment.")
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.NOT_RESOLVED, reason="The police have not joined.")
    world.do(dispute, Verb.RECORD_MEETING, cast.own_senior, who="Every agency.", summary="What to do next.")
    world.do(dispute, Verb.PROPOSE_OUTCOME, cast.own_senior, wording="An assessment and a visit.", kind=Outcome.AGREED_ACTION)
    assert "Confirm the outcome" in told(cast.receiver, Message.ASSIGNED)
    world.do(dispute, Verb.CONFIRM_OUTCOME, cast.receiver)
    world.do(dispute, Verb.CONFIRM_OUTCOME, inspector)
    assert told(cast.receiver, Message.RESOLVED) == ["It is resolved. Confirm the child’s file"]


def test_nobody_outside_hears_of_what_is_withdrawn_inside_the_own_agency(cast: Cast) -> None:
    world = World(cast, "devon")
    dispute = world.log(cast.social_care)
    world.do(dispute, Verb.WITHDRAW, cast.lead, reason="We are clear now.", still_at_risk=False)
    assert not Notification.objects.filter(recipient__memberships__agency=cast.social_care).exists()


def asked_two(cast: Cast) -> tuple[World, Dispute]:
    """Enfield: social care agreed and the police did not."""
    world = World(cast, "enfield")
    make_holder(cast.police, 3, "Zoltan Ferenc", Role.SENIOR, title="Detective inspector")
    dispute = world.sent(cast.social_care, cast.police)
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="Yes.", actions="An assessment.")
    world.do(dispute, Verb.RESPOND, cast.police_manager, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    return world, dispute


def moved(world: World, dispute: Dispute, **more: Any) -> None:
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.NOT_RESOLVED, reason="The police have not joined.", **more)


def test_an_agency_whose_response_was_accepted_hears_that_the_rest_goes_up_without_it(cast: Cast) -> None:
    world, dispute = asked_two(cast)
    world.do(dispute, Verb.ACCEPT, cast.own_manager, agency=cast.social_care.pk, wording="An assessment.")
    moved(world, dispute)
    stays = "It is at Stage 2 now with another agency: your agency’s response stays accepted, and it is not asked to respond there"
    assert told(cast.receiver, Message.MOVED_UP) == [stays]
    assert told(cast.police_manager, Message.MOVED_UP) == []


def test_an_agency_against_which_it_does_not_go_up_hears_that_it_is_not_asked_there(cast: Cast) -> None:
    world, dispute = asked_two(cast)
    moved(world, dispute, against=[cast.police.pk])
    assert told(cast.receiver, Message.MOVED_UP) == ["It is at Stage 2 now with another agency: yours is not asked to respond there"]


def asked_after(world: World, dispute: Dispute, *ending: dict[str, Any]) -> set[str]:
    """The agencies asked once it has ended so and was reopened, at Stage 2 with the police alone before."""
    for step in ending:
        world.do(dispute, **step)
    world.do(dispute, Verb.REOPEN, world.cast.lead, reason="It came back.")
    return set(dispute.runs.get(left_at=None).requests.values_list("agency__name", flat=True))


def test_withdrawn_and_reopened_it_asks_those_still_asked_and_the_other_hears_that_its_response_stays_accepted(cast: Cast) -> None:
    world, dispute = asked_two(cast)
    world.do(dispute, Verb.ACCEPT, cast.own_manager, agency=cast.social_care.pk, wording="An assessment.")
    moved(world, dispute)
    withdrawn = {"verb": Verb.WITHDRAW, "user": cast.lead, "reason": "The family moved away.", "still_at_risk": False}
    assert asked_after(world, dispute, withdrawn) == {cast.police.name}
    stays = "It is at Stage 2 now with another agency: your agency’s response stays accepted, and it is not asked to respond there"
    assert told(cast.receiver, Message.REOPENED) == [stays]


def test_resolved_and_reopened_it_asks_every_agency_again(cast: Cast) -> None:
    world, dispute = asked_two(cast)
    world.do(dispute, Verb.ACCEPT, cast.own_manager, agency=cast.social_care.pk, wording="An assessment.")
    moved(world, dispute)
    put = {"verb": Verb.PROPOSE_OUTCOME, "user": cast.own_senior, "wording": "A visit.", "kind": Outcome.AGREED_ACTION}
    met = {"verb": Verb.RECORD_MEETING, "user": cast.own_senior, "who": "Every agency.", "summary": "What to do next."}
    confirmed = [{"verb": Verb.CONFIRM_OUTCOME, "user": user} for user in (cast.receiver, User.objects.get(name="Zoltan Ferenc"))]
    assert asked_after(world, dispute, met, put, *confirmed) == {cast.police.name, cast.social_care.name}
    assert told(cast.receiver, Message.REOPENED) == []


WITH = "It is at Stage 4 now, with the partnership"


def told_there(cast: Cast) -> dict[User | None, str]:
    """Whoever of the receiving agencies hears that it is with the partnership."""
    found = Notification.objects.filter(recipient__memberships__agency__in=[cast.social_care, cast.police], action__startswith=WITH)
    return {message.recipient: message.action for message in found.select_related("recipient")}


def test_whoever_held_it_last_of_each_receiving_agency_hears_that_it_is_with_the_partnership(world: World, cast: Cast) -> None:
    inspector = make_holder(cast.police, 5, "Zoltan Ferenc", Role.BOARD_MEMBER, title="Assistant chief constable", is_board_member=True)
    dispute = world.sent(cast.social_care, cast.police)
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="Yes.", actions="An assessment.")
    world.do(dispute, Verb.ACCEPT, cast.own_manager, agency=cast.social_care.pk, wording="An assessment.")
    before_chair(world, dispute)
    assert told_there(cast) == {cast.receiver: f"{WITH}: your agency’s response stays accepted", inspector: WITH}


def test_whoever_keeps_out_of_it_does_not_hear_that_it_is_with_the_partnership_but_who_holds_it_instead(world: World, cast: Cast) -> None:
    dispute = world.sent(cast.social_care)
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.", to=3)
    world.do(dispute, Verb.MARK_CONFLICT, cast.receiving_board, reason="My sister is his aunt.")
    assert told_there(cast) == {}
    world.do(dispute, Verb.REFER, cast.own_board, ground=Ground.RISK, efforts="Three talks.", reason="No agreement.")
    assert told_there(cast) == {cast.receiving_lead: WITH}


def test_agencies_that_are_all_asked_again_hear_nothing_of_another(cast: Cast) -> None:
    world, dispute = asked_two(cast)
    moved(world, dispute)
    assert (told(cast.receiver, Message.MOVED_UP), told(cast.police_manager, Message.MOVED_UP)) == ([], [])
