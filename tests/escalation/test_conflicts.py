"""A conflict of interest: marked by oneself or by who oversees one, lifted by another; what was held goes to the next who can act."""

from typing import Any

import pytest

from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import User
from agencies.roles import Role
from escalation.engine.case import load
from escalation.models import AgreedAction, Clock, Dispute, EventBody, Notification, PanelMember, Referral
from escalation.policy import may
from escalation.selectors.worklist import worklist
from escalation.services.audit import verify
from escalation.services.drafts import submit
from escalation.services.outbox import deliver
from escalation.states import Answer, ClockState, Delivery, EventKind, Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair, closed, respond, routed, stored
from tests.factories import make_holder, make_member, make_user
from tests.world import World, chosen, london

pytestmark = pytest.mark.django_db
WHY = "My sister is the child's social worker."


def mark(world: World, dispute: Dispute, by: User, whom: User | None = None, reason: str = WHY) -> Any:
    return world.do(dispute, Verb.MARK_CONFLICT, by, reason=reason, **({"whom": whom.pk} if whom else {}))


def lift(world: World, dispute: Dispute, by: User, whom: User) -> Any:
    return world.do(dispute, Verb.LIFT_CONFLICT, by, whom=whom.pk, reason="It was a namesake.")


def knows(world: World, user: User, dispute: Dispute) -> bool:
    return Dispute.objects.visible_to(world.person(user)).filter(pk=dispute.pk).exists()


def told(dispute: Dispute, user: User, kind: Message = Message.FEEDBACK) -> bool:
    return dispute.notifications.filter(recipient=user, kind=kind).exists()


# -- by oneself ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("part", ["receiver", "receiving_lead", "own_manager", "lead", "business_unit", "business_manager", "receiving_senior"])
def test_whoever_knows_of_it_marks_themself_and_knows_of_it_no_longer(world: World, dispute: Dispute, part: str) -> None:
    user = getattr(world.cast, part)
    assert knows(world, user, dispute)
    mark(world, dispute, user)
    assert not knows(world, user, dispute)
    for verb, given in ((Verb.ADD_NOTE, {"text": "x"}), (Verb.LIFT_CONFLICT, {"whom": user.pk, "reason": "Mine."})):
        with pytest.raises(NotFound):
            world.do(dispute, verb, user, **given)


def test_who_does_not_know_of_it_marks_nothing(world: World, dispute: Dispute) -> None:
    for user in (world.cast.stranger, world.cast.police_manager, world.cast.administrator):
        with pytest.raises(NotFound):
            mark(world, dispute, user)


def test_the_record_says_who_and_why_and_chains_on(world: World, dispute: Dispute) -> None:
    cast = world.cast
    mark(world, dispute, cast.receiver)
    line = dispute.events.get(kind=EventKind.CONFLICT_MARKED)
    assert (line.actor, chosen(line)) == (cast.receiver, {"person": str(cast.receiver.pk), "themself": True})
    assert EventBody.objects.get(event=line).text == {"reason": WHY}
    lift(world, dispute, cast.business_manager, cast.receiver)
    assert dispute.events.get(kind=EventKind.CONFLICT_LIFTED).facts["person"] == str(cast.receiver.pk)
    assert not verify().findings


@pytest.mark.parametrize("reason", ["", "  ", "x" * 301])
def test_it_asks_why_in_300_characters(world: World, dispute: Dispute, reason: str) -> None:
    before = stored(dispute)
    with pytest.raises(InvalidInput) as refusal:
        mark(world, dispute, world.cast.receiver, reason=reason)
    assert (refusal.value.field, stored(dispute)) == ("reason", before)


def test_a_draft_has_nothing_to_mark(world: World) -> None:
    cast = world.cast
    dispute = world.log()
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Say more.")
    with pytest.raises(WrongState):
        mark(world, dispute, cast.raiser)


# -- what they held ----------------------------------------------------------------------------------------------------------


def test_the_request_and_its_clocks_go_to_the_next_who_can_answer(world: World, dispute: Dispute) -> None:
    cast = world.cast
    (request,) = dispute.requests.all()
    running = set(Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING, owner=cast.receiver).values_list("pk", flat=True))
    assert request.holder == cast.receiver
    assert running
    mark(world, dispute, cast.receiver)
    request.refresh_from_db()
    assert request.holder not in {None, cast.receiver}
    assert cast.social_care.pk in world.person(request.holder).agency_ids
    assert set(Clock.objects.filter(pk__in=running).values_list("owner", flat=True)) == {request.holder_id}
    assert told(dispute, request.holder, Message.ASSIGNED)
    moved = dispute.events.get(kind=EventKind.REASSIGNED)
    assert chosen(moved) == {"from": str(cast.receiver.pk), "to": str(request.holder_id)}
    world.do(dispute, Verb.RESPOND, request.holder, answer=Answer.DISAGREES, reasons="We looked.")


def test_the_raising_side_s_stage_goes_to_the_next_and_the_raiser_reads_on(world: World, dispute: Dispute) -> None:
    cast = world.cast
    mark(world, dispute, cast.own_manager)
    run = dispute.runs.get(left_at=None)
    assert run.holder not in {None, cast.own_manager}
    assert knows(world, cast.raiser, dispute)
    assert not Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING, owner=cast.own_manager).exists()


def test_where_nobody_can_act_the_business_unit_is_asked(world: World) -> None:
    cast = world.cast
    for user in (cast.receiving_lead, cast.receiving_senior, cast.receiving_board, cast.other_practitioner):
        user.memberships.filter(agency=cast.social_care).delete()
        user.holdings.filter(post__agency=cast.social_care).delete()
    dispute = world.sent()
    mark(world, dispute, cast.receiver)
    assert dispute.requests.get().holder is None
    assert told(dispute, cast.business_manager, Message.NO_CONTACT)


def test_what_was_to_be_done_for_an_action_or_a_plan_goes_too(world: World, dispute: Dispute) -> None:
    cast = world.cast
    world.do(
        dispute,
        Verb.ADD_ACTION,
        cast.own_manager,
        what="Visit",
        agency=cast.social_care.pk,
        due_at=london("2026-03-20 12:00"),
        owner=cast.receiver.pk,
    )
    Dispute.objects.filter(pk=dispute.pk).update(lead_manager=cast.receiver)
    mark(world, dispute, cast.receiver)
    action = AgreedAction.objects.get(dispute=dispute)
    assert action.owner not in {None, cast.receiver}
    assert world.fresh(dispute).lead_manager_id not in {None, cast.receiver.pk}
    assert not Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING, owner=cast.receiver).exists()


def test_a_chair_s_matter_goes_to_the_deputy_and_a_mediator_s_back_to_the_chair(world: World, dispute: Dispute) -> None:
    cast = world.cast
    routed(world, dispute)
    mark(world, dispute, cast.mediator)
    assert Referral.objects.get(dispute=dispute).mediator is None
    assert told(dispute, cast.chair, Message.ASSIGNED)
    mark(world, dispute, cast.chair)
    assert Referral.objects.get(dispute=dispute).chair == cast.deputy_chair
    assert not Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING, owner__in=[cast.chair, cast.mediator]).exists()


def test_a_panel_member_s_seat_is_to_be_replaced_before_it_decides(world: World, dispute: Dispute) -> None:
    cast = world.cast
    routed(world, dispute, "panel")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(dispute, Verb.CONVENE, cast.chair, meets_at=london("2026-03-17 10:00"), members=members)
    mark(world, dispute, cast.police_manager)
    assert PanelMember.objects.get(user=cast.police_manager).has_conflict
    with pytest.raises(WrongState, match="Replace the member first"):
        world.do(dispute, Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")


def test_the_own_managers_stop_goes_on_to_somebody_else(world: World) -> None:
    cast = world.cast
    dispute = world.log()
    mark(world, dispute, cast.own_manager)
    holder = dispute.runs.get(left_at=None).holder
    assert holder not in {None, cast.own_manager, cast.raiser}
    world.do(dispute, Verb.SEND_ON, holder)


def test_whose_turn_it_is_is_nobody_with_a_conflict_where_the_raiser_was_asked(world: World, dispute: Dispute) -> None:
    cast = world.cast
    mark(world, dispute, cast.raiser)
    assert not knows(world, cast.raiser, dispute)
    respond(world, dispute, Answer.DISAGREES)
    assert not Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING, owner=cast.raiser).exists()


def test_their_my_work_empties_and_no_waiting_message_reaches_them(world: World, dispute: Dispute) -> None:
    cast = world.cast
    mine = [item.reference for group in worklist(world.person(cast.receiver), world.now).groups for item in group.items]
    assert mine == [dispute.reference]
    assert Notification.objects.filter(recipient=cast.receiver, state=Delivery.WAITING).exists()
    mark(world, dispute, cast.receiver)
    assert not worklist(world.person(cast.receiver), world.now).groups
    deliver(world.now)
    assert set(Notification.objects.filter(recipient=cast.receiver).values_list("state", flat=True)) == {Delivery.DROPPED}


def test_everybody_concerned_is_told_without_a_name_or_a_word_of_it(world: World, dispute: Dispute) -> None:
    cast = world.cast
    mark(world, dispute, cast.receiver)
    for user in (cast.own_manager, cast.raiser, cast.receiving_lead, cast.business_manager, cast.business_unit):
        assert told(dispute, user)
    for message in Notification.objects.filter(dispute=dispute):
        assert WHY not in str(message.action)
        assert cast.receiver.name not in str(message.action)


# -- by somebody else, and lifted --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "whom"),
    [("business_manager", "receiver"), ("business_manager", "own_manager"), ("business_manager", "business_unit"), ("business_manager", "chair")]
    + [("lead", "own_manager"), ("lead", "own_senior"), ("receiving_lead", "receiver"), ("chair", "business_manager"), ("chair", "deputy_chair")],
)
def test_who_oversees_somebody_marks_them_and_lifts_it_again(world: World, dispute: Dispute, by: str, whom: str) -> None:
    before_chair(world, dispute)
    actor, marked = getattr(world.cast, by), getattr(world.cast, whom)
    mark(world, dispute, actor, marked)
    assert not knows(world, marked, dispute)
    lift(world, dispute, actor, marked)
    assert knows(world, marked, dispute) or whom == "own_manager", "as far as they did"
    assert not world.fresh(dispute).conflicts


@pytest.mark.parametrize(
    ("by", "whom"),
    [("lead", "receiver"), ("receiving_lead", "own_manager"), ("business_unit", "receiver"), ("chair", "receiver"), ("receiver", "receiving_lead")]
    + [("raiser", "own_manager"), ("deputy_chair", "own_board"), ("lead", "business_unit"), ("business_manager", "stranger")]
    + [("lead", "raiser"), ("lead", "chair"), ("lead", "auditor")],
)
def test_nobody_marks_whom_they_do_not_oversee(world: World, dispute: Dispute, by: str, whom: str) -> None:
    before_chair(world, dispute)
    before = stored(dispute)
    with pytest.raises(InvalidInput) as refusal:
        mark(world, dispute, getattr(world.cast, by), getattr(world.cast, whom))
    assert (refusal.value.field, stored(dispute)) == ("whom", before)


@pytest.mark.parametrize("part", ["receiver", "business_manager", "chair", "auditor"])
def test_a_seat_in_the_own_agency_too_gives_its_lead_no_say_over_the_other_side_nor_over_the_partnership(
    world: World, dispute: Dispute, part: str
) -> None:
    user = getattr(world.cast, part)
    make_member(user, world.cast.school, Role.PRACTITIONER)
    with pytest.raises(InvalidInput):
        mark(world, dispute, world.cast.lead, user)


def test_who_is_disputed_marks_nobody_of_their_own_agency(world: World, dispute: Dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(disputed_person=world.cast.receiving_lead)
    with pytest.raises((InvalidInput, NotAllowed)):
        mark(world, dispute, world.cast.receiving_lead, world.cast.receiver)


def test_what_is_marked_and_lifted_properly_is_no_tampering(world: World, dispute: Dispute) -> None:
    mark(world, dispute, world.cast.receiver)
    assert verify().findings == []
    lift(world, dispute, world.cast.receiving_lead, world.cast.receiver)
    assert verify().findings == []


def test_what_was_altered_by_hand_after_a_mark_is_found(world: World, dispute: Dispute) -> None:
    mark(world, dispute, world.cast.receiver)
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[])
    assert any("from whom it is kept" in str(found) for found in verify().findings)


def test_nothing_is_sent_back_to_a_writer_with_a_conflict(world: World) -> None:
    """It would lie there for good: they may not send it, and nobody else sees a draft."""
    dispute = world.log()
    mark(world, dispute, world.cast.raiser)
    with pytest.raises(WrongState, match="conflict of interest"):
        world.do(dispute, Verb.SEND_BACK, world.cast.own_manager, reason="Say more.")
    world.do(dispute, Verb.SEND_ON, world.cast.own_manager)
    assert world.fresh(dispute).stage == 1


def test_nobody_lifts_what_they_do_not_oversee_nor_for_somebody_who_is_not_marked(world: World, dispute: Dispute) -> None:
    cast = world.cast
    mark(world, dispute, cast.receiver)
    for user in (cast.lead, cast.own_manager, cast.business_unit, cast.raiser):
        with pytest.raises(NotAllowed):
            lift(world, dispute, user, cast.receiver)
    with pytest.raises(InvalidInput, match="somebody who is marked"):
        lift(world, dispute, cast.business_manager, cast.receiving_lead)
    lift(world, dispute, cast.receiving_lead, cast.receiver)
    assert told(dispute, cast.receiver)


def test_what_they_held_stays_passed_on_when_it_is_lifted(world: World, dispute: Dispute) -> None:
    cast = world.cast
    mark(world, dispute, cast.receiver)
    holder = dispute.requests.get().holder
    lift(world, dispute, cast.business_manager, cast.receiver)
    assert dispute.requests.get().holder == holder != cast.receiver


def test_for_a_business_manager_with_a_conflict_the_rest_of_the_unit_lifts_it(world: World, dispute: Dispute) -> None:
    cast = world.cast
    mark(world, dispute, cast.business_manager)
    lift(world, dispute, cast.business_unit, cast.business_manager)
    assert knows(world, cast.business_manager, dispute)


def test_an_ended_one_can_be_marked_too_and_moves_nothing(world: World, dispute: Dispute) -> None:
    cast = world.cast
    closed(world, dispute)
    mark(world, dispute, cast.receiver)
    assert (knows(world, cast.receiver, dispute), dispute.events.filter(kind=EventKind.REASSIGNED).exists()) == (False, False)


def test_a_mark_outlives_that_it_was_sent_back_and_again(world: World) -> None:
    cast = world.cast
    dispute = world.log()
    mark(world, dispute, cast.lead, cast.own_senior)
    holder = dispute.runs.get(left_at=None).holder
    world.do(dispute, Verb.SEND_BACK, holder, reason="Say more.")
    submit(dispute.pk, world.person(cast.raiser), now=world.now)
    assert world.fresh(dispute).conflicts == [str(cast.own_senior.pk)]


# -- what is kept from the own agency, and what would be left to nobody ---------------------------------------------------------


def test_of_a_restricted_one_only_its_raiser_marks_and_lifts_their_own_people(world: World) -> None:
    cast = world.cast
    dispute = world.log(is_restricted=True, kept_from=[str(cast.own_board.pk)])
    for user in (cast.business_manager, cast.receiving_lead):
        with pytest.raises((InvalidInput, NotAllowed)):
            lift(world, dispute, user, cast.own_board)
        with pytest.raises(InvalidInput, match="whom you oversee"):
            mark(world, dispute, user, cast.own_manager)
    mark(world, dispute, cast.raiser, cast.own_manager)
    lift(world, dispute, cast.raiser, cast.own_board)
    assert world.fresh(dispute).conflicts == [str(cast.own_manager.pk)]


def test_whoever_raised_a_restricted_one_does_not_shut_themself_out(world: World) -> None:
    dispute = world.log(is_restricted=True)
    with pytest.raises(InvalidInput, match="nobody would be left who could go on"):
        mark(world, dispute, world.cast.raiser)


def test_the_last_of_the_business_unit_is_not_marked(world: World, dispute: Dispute) -> None:
    """The first is; then nobody would be left to see to it."""
    cast = world.cast
    mark(world, dispute, cast.business_manager)
    before = stored(dispute)
    with pytest.raises(InvalidInput, match="Nobody else of the business unit"):
        mark(world, dispute, cast.business_unit)
    assert stored(dispute) == before
    make_member(make_user("Third Unit"), cast.partnership, Role.BUSINESS_UNIT)
    mark(world, dispute, cast.business_unit)


def test_where_there_is_no_business_unit_the_last_lead_is_not_marked(world: World, dispute: Dispute) -> None:
    cast = world.cast
    for user in (cast.business_manager, cast.business_unit):
        user.memberships.all().delete()
    with pytest.raises(InvalidInput, match="read it and close it"):
        mark(world, dispute, cast.lead)
    make_holder(cast.school, 3, "Second Lead", role=Role.LEAD)
    mark(world, dispute, cast.lead)


def mark_one_holder_after_another(world: World, dispute: Dispute) -> None:
    for _ in range(9):
        mark(world, dispute, dispute.runs.get(left_at=None).holder)


def test_inside_the_own_agency_the_last_who_could_go_on_is_not_marked(cast: Cast) -> None:
    """Devon's first stage is the agency's own: nobody outside knows of it, so that nobody could be asked."""
    world = World(cast, "devon")
    dispute = world.log()
    with pytest.raises(InvalidInput, match="Nobody else of the agency could go on with it"):
        mark_one_holder_after_another(world, dispute)
    (case,) = load([dispute.pk], now=world.now, lock=False)
    people = [world.person(user) for _, user in cast.users()]
    assert [person for person in people if may(person, Verb.MOVE_UP, case)]


def test_the_case_names_who_heads_the_unit_in_it(world: World, dispute: Dispute) -> None:
    cast = world.cast
    (case,) = load([dispute.pk], now=world.now, lock=False)
    assert case.unit_heads == {cast.business_manager.pk}
    mark(world, dispute, cast.business_manager)
    (case,) = load([dispute.pk], now=world.now, lock=False)
    assert case.unit_heads == {cast.business_unit.pk}
