"""Acknowledge, respond, accept, reject."""

import pytest

from agencies.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from agencies.roles import Role
from escalation.engine.case import load
from escalation.engine.perform import Seen, rehearse
from escalation.models import Clock, Dispute, OutcomeProposal, Request
from escalation.states import Answer, ClockState, EventKind, Message, Outcome, RequestState, Verb
from tests.escalation.verbs import proposed, refused, respond
from tests.factories import make_cover, make_member
from tests.world import World, london

pytestmark = pytest.mark.django_db
ANSWER = {"answer": Answer.DISAGREES, "reasons": "The threshold is not met."}


def test_the_holder_responds_and_the_raising_side_hears(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.receiver, **ANSWER)
    request = Request.objects.get(dispute=dispute)
    assert (request.state, request.answer, request.answered_at) == (RequestState.ANSWERED, Answer.DISAGREES, world.now)
    assert Clock.objects.get(dispute=dispute, key="response").state == ClockState.MET
    for user in (world.cast.own_manager, world.cast.raiser):
        assert dispute.notifications.filter(recipient=user, kind=Message.ANSWERED).exists()


def test_an_answer_a_minute_after_the_due_moment_is_late(world: World, dispute: Dispute) -> None:
    world.now = london("2026-03-03 10:01")
    world.do(dispute, Verb.RESPOND, world.cast.receiver, **ANSWER)
    assert Clock.objects.get(dispute=dispute, key="response").state == ClockState.LATE


def test_an_answer_given_earlier_counts_from_when_it_was_recorded(world: World, dispute: Dispute) -> None:
    world.now = london("2026-03-03 10:01")
    world.do(dispute, Verb.RESPOND, world.cast.receiver, happened=london("2026-03-02 16:00"), **ANSWER)
    assert Clock.objects.get(dispute=dispute, key="response").state == ClockState.LATE
    assert dispute.events.get(kind=EventKind.ANSWERED).happened_at == london("2026-03-02 16:00")


def test_what_is_tried_before_it_is_checked_changes_neither_the_record_nor_what_the_page_has_read(world: World, dispute: Dispute) -> None:
    case, actor = load([dispute.pk], now=world.now)[0], world.person(world.cast.receiver)
    rehearse(case, Verb.RESPOND, actor=actor, **ANSWER)
    for stands in (case, load([dispute.pk], now=world.now)[0]):
        assert [request.state for request in stands.requests] == [RequestState.AWAITING]
        assert (stands.dispute.head_number, [clock.key for clock in stands.running()]) == (dispute.head_number, ["response"])
    with pytest.raises(InvalidInput, match="reasons"):
        rehearse(case, Verb.RESPOND, actor=actor, **ANSWER | {"reasons": ""})
    with pytest.raises(Conflict):
        rehearse(case, Verb.RESPOND, actor=actor, seen=Seen(1, 0), **ANSWER)


@pytest.mark.parametrize("part", ["own_manager", "lead", "raiser"])
def test_the_raising_side_does_not_answer_itself(world: World, dispute: Dispute, part: str) -> None:
    with refused(dispute, NotAllowed, "You cannot do this here: respond"):
        world.do(dispute, Verb.RESPOND, getattr(world.cast, part), **ANSWER)


@pytest.mark.parametrize("part", ["stranger", "police_manager", "chair", "mediator", "panel_member", "administrator", "nobody", "other_practitioner"])
def test_to_those_who_have_no_part_in_it_it_does_not_exist(world: World, dispute: Dispute, part: str) -> None:
    with refused(dispute, NotFound):
        world.do(dispute, Verb.RESPOND, getattr(world.cast, part), **ANSWER)


def test_the_agencys_safeguarding_lead_answers_for_the_holder(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.receiving_lead, **ANSWER)
    assert dispute.events.get(kind=EventKind.ANSWERED).facts["on_behalf"] is False


def test_whoever_covers_for_the_holder_reads_and_answers_and_gets_the_messages(world: World) -> None:
    cast = world.cast
    dispute = world.sent()
    make_cover(cast.receiver, cast.other_practitioner, world.now.date(), world.now.date())
    assert Dispute.objects.visible_to(world.person(cast.other_practitioner)).filter(pk=dispute.pk).exists()
    world.do(dispute, Verb.MAKE_URGENT, cast.own_manager, reason="Tonight.", respond_by=london("2026-03-02 20:00"))
    assert dispute.notifications.filter(recipient=cast.other_practitioner, kind=Message.ASSIGNED).exists()
    world.do(dispute, Verb.RESPOND, cast.other_practitioner, **ANSWER)
    assert Request.objects.get(dispute=dispute).state == RequestState.ANSWERED


def test_when_the_cover_ends_so_does_what_it_opened(world: World, dispute: Dispute) -> None:
    make_cover(world.cast.receiver, world.cast.other_practitioner, world.now.date(), world.now.date())
    world.now = london("2026-03-03 09:00")
    with refused(dispute, NotFound):
        world.do(dispute, Verb.RESPOND, world.cast.other_practitioner, **ANSWER)


def test_the_unit_enters_an_answer_on_behalf_of_the_agency_and_the_record_says_so(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.business_unit, **ANSWER)
    line = dispute.events.get(kind=EventKind.ANSWERED)
    assert (line.facts["on_behalf"], line.agency) == (True, world.cast.social_care)


def test_one_agency_does_not_answer_for_another(world: World) -> None:
    dispute = world.sent(world.cast.social_care, world.cast.police)
    with refused(dispute, InvalidInput, "for which agency"):
        world.do(dispute, Verb.RESPOND, world.cast.receiver, agency=world.cast.police.pk, **ANSWER)
    world.do(dispute, Verb.RESPOND, world.cast.receiver, **ANSWER)
    assert Request.objects.get(dispute=dispute, state=RequestState.ANSWERED).agency == world.cast.social_care


def test_the_unit_says_for_which_of_several_agencies_it_answers(world: World) -> None:
    dispute = world.sent(world.cast.social_care, world.cast.police)
    with refused(dispute, InvalidInput, "for which agency"):
        world.do(dispute, Verb.RESPOND, world.cast.business_unit, **ANSWER)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reasons": " "}, "reasons"),
        ({"answer": "maybe"}, "answer"),
        ({"answer": Answer.AGREES}, "actions"),
        ({"answer": Answer.PARTLY, "actions": "\n"}, "actions"),
        ({"reasons": "a\x00b"}, "reasons"),
        ({"reasons": "\ud800"}, "reasons"),
        ({"reasons": "x" * 20_001}, "reasons"),
        ({"actions": "a\x00b"}, "actions"),
    ],
)
def test_a_response_that_cannot_be_kept_is_refused_beside_its_field(world: World, dispute: Dispute, changed: dict[str, str], field: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.RESPOND, world.cast.receiver, **{**ANSWER, **changed})
    assert caught.value.field == field


def test_a_second_response_is_refused(world: World, dispute: Dispute) -> None:
    respond(world, dispute)
    with refused(dispute, WrongState, "recorded already"):
        world.do(dispute, Verb.RESPOND, world.cast.receiver, **ANSWER)


def test_an_answer_on_an_old_page_meets_the_move_politely(world: World, dispute: Dispute) -> None:
    seen = Seen.of(dispute)
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground="risk", reason="It will not wait.")
    with refused(dispute, Conflict, "Look at what happened, then decide again"):
        world.do(dispute, Verb.RESPOND, world.cast.receiver, seen=seen, **ANSWER)


def test_the_disputed_person_answers_at_the_first_stage_and_never_at_a_later_one(world: World) -> None:
    lead = world.cast.receiving_lead
    dispute = world.sent(disputed_person=str(lead.pk))
    world.do(dispute, Verb.RESPOND, lead, **ANSWER)
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground="not_resolved", reason="It does not settle it.")
    assert Request.objects.get(dispute=dispute, run__left_at=None).holder == world.cast.receiving_senior
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.RESPOND, lead, **ANSWER)


# -- acknowledge ------------------------------------------------------------------------------------------------------------------------------


def test_a_holding_reply_is_no_response(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ACKNOWLEDGE, world.cast.receiver, comment="By Thursday.")
    request = Request.objects.get(dispute=dispute)
    assert (request.state, request.engaged_at) == (RequestState.AWAITING, world.now)
    with refused(dispute, WrongState, "Nothing waits"):
        world.do(dispute, Verb.ACKNOWLEDGE, world.cast.receiver)


def test_an_agency_acknowledges_once_however_many_others_have_still_to(world: World) -> None:
    cast = world.cast
    dispute = world.sent(cast.receiving, cast.police)
    world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver)
    with refused(dispute, WrongState, "Nothing waits"):
        world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver)
    world.do(dispute, Verb.ACKNOWLEDGE, cast.police_manager)
    assert dispute.events.filter(kind=EventKind.ACKNOWLEDGED).count() == 2


def test_the_unit_acknowledges_for_one_agency_and_the_record_says_for_which(world: World) -> None:
    """Of two it is to be said whose: the other is not taken to have been heard, and its response goes on being waited for."""
    cast = world.cast
    dispute = world.sent(cast.receiving, cast.police)
    with refused(dispute, InvalidInput, "Say which agency"):
        world.do(dispute, Verb.ACKNOWLEDGE, cast.business_unit)
    world.do(dispute, Verb.ACKNOWLEDGE, cast.business_unit, agency=cast.police.pk)
    line = dispute.events.get(kind=EventKind.ACKNOWLEDGED)
    assert (line.agency, line.facts["on_behalf"]) == (cast.police, True)
    heard = dict(Request.objects.filter(dispute=dispute).values_list("agency__name", "engaged_at"))
    assert heard == {cast.police.name: world.now, cast.social_care.name: None}
    world.do(dispute, Verb.ACKNOWLEDGE, cast.business_unit)
    assert {event.agency for event in dispute.events.filter(kind=EventKind.ACKNOWLEDGED)} == {cast.police, cast.social_care}


def test_who_answers_for_two_agencies_acknowledges_for_each(world: World) -> None:
    cast = world.cast
    make_member(cast.receiver, cast.police, Role.LEAD)
    dispute = world.sent(cast.receiving, cast.police)
    for agency in (cast.receiving, cast.police):
        world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver, agency=agency.pk)
    lines = dispute.events.filter(kind=EventKind.ACKNOWLEDGED)
    assert {(event.agency, "on_behalf" in event.facts) for event in lines} == {(cast.receiving, False), (cast.police, False)}


def test_the_raiser_does_not_acknowledge(world: World, dispute: Dispute) -> None:
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.ACKNOWLEDGE, world.cast.raiser)


# -- accept and reject ------------------------------------------------------------------------------------------------------------------------


def test_taking_the_last_response_puts_the_wording_to_every_side(world: World, dispute: Dispute) -> None:
    proposed(world, dispute)
    proposal = OutcomeProposal.objects.get(dispute=dispute)
    assert [c.agency for c in proposal.confirmations.all()] == [world.cast.school]
    assert dispute.notifications.filter(recipient=world.cast.receiver, action="Confirm the outcome").exists()


def test_one_of_two_responses_taken_puts_no_wording_yet(world: World) -> None:
    dispute = world.sent(world.cast.social_care, world.cast.police)
    respond(world, dispute)
    world.do(dispute, Verb.ACCEPT, world.cast.own_manager, wording="An assessment.")
    assert not OutcomeProposal.objects.exists()


def test_what_was_accepted_before_the_last_response_stays_on_its_line_and_with_the_last_it_is_the_outcome(world: World) -> None:
    cast = world.cast
    dispute = world.sent(cast.social_care, cast.police)
    respond(world, dispute)
    world.do(dispute, Verb.ACCEPT, cast.own_manager, wording="An assessment.", kind=Outcome.POSITION_KEPT, outstanding="The report.")
    line = dispute.events.get(kind=EventKind.ACCEPTED)
    assert (line.body.text, line.facts["kind"]) == ({"wording": "An assessment.", "outstanding": "The report."}, "position_kept")
    world.do(dispute, Verb.RESPOND, cast.police_manager, answer=Answer.AGREES, reasons="Yes.", actions="A visit.")
    world.do(dispute, Verb.ACCEPT, cast.own_manager, wording="An assessment and a visit.")
    put, last = dispute.events.get(kind=EventKind.OUTCOME_PROPOSED), dispute.events.filter(kind=EventKind.ACCEPTED).order_by("number").last()
    assert (put.body.text["wording"], last is not None and hasattr(last, "body")) == ("An assessment and a visit.", False)


@pytest.mark.parametrize(("verb", "given", "words"), [
    (Verb.ACCEPT, {"wording": "An assessment."}, "The response was accepted"),
    (Verb.REJECT, {"reason": "Too late."}, "The response was not accepted"),
])  # fmt: skip
def test_what_came_of_a_response_is_told_to_its_agency_and_to_the_raising_side_but_not_to_whoever_said_so(
    world: World, verb: Verb, given: dict[str, str], words: str
) -> None:
    cast = world.cast
    dispute = world.sent(cast.social_care, cast.police)
    respond(world, dispute)
    world.do(dispute, verb, cast.own_manager, **given)
    told = {message.recipient for message in dispute.notifications.filter(action=words)}
    assert told == {cast.receiver, cast.raiser}


def test_the_practitioner_says_that_it_settles_it_and_the_manager_confirms(world: World, dispute: Dispute) -> None:
    respond(world, dispute)
    world.do(dispute, Verb.ACCEPT, world.cast.raiser, wording="An assessment.")
    assert not OutcomeProposal.objects.get().confirmations.exists()


def test_a_response_that_does_not_settle_it_leaves_it_open_with_the_raising_side(world: World, dispute: Dispute) -> None:
    respond(world, dispute, Answer.PARTLY)
    world.do(dispute, Verb.REJECT, world.cast.own_manager, reason="The visit is too late.")
    assert Request.objects.get(dispute=dispute).state == RequestState.REJECTED
    assert Clock.objects.get(dispute=dispute, state=ClockState.RUNNING).owner == world.cast.own_manager


@pytest.mark.parametrize(("verb", "given"), [(Verb.ACCEPT, {"wording": "x"}), (Verb.REJECT, {"reason": "x"})])
def test_there_must_be_a_response_and_the_receiving_side_does_not_judge_its_own(
    world: World, dispute: Dispute, verb: Verb, given: dict[str, str]
) -> None:
    with refused(dispute, WrongState, "no response to consider"):
        world.do(dispute, verb, world.cast.own_manager, **given)
    respond(world, dispute)
    with refused(dispute, NotAllowed):
        world.do(dispute, verb, world.cast.receiver, **given)


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        (Verb.ACCEPT, {"wording": ""}, "wording"),
        (Verb.ACCEPT, {"wording": "x", "kind": "won"}, "kind"),
        (Verb.REJECT, {"reason": ""}, "reason"),
        (Verb.REJECT, {"reason": "x\x00"}, "reason"),
    ],
)
def test_words_and_kinds_are_needed(world: World, dispute: Dispute, verb: Verb, given: dict[str, str], field: str) -> None:
    respond(world, dispute)
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, verb, world.cast.own_manager, **given)
    assert caught.value.field == field


def test_another_agencys_response_is_not_taken_by_mistake(world: World, dispute: Dispute) -> None:
    respond(world, dispute)
    with refused(dispute, InvalidInput, "which agency's response"):
        world.do(dispute, Verb.ACCEPT, world.cast.own_manager, wording="x", kind=Outcome.AGREED_ACTION, agency=world.cast.police.pk)
