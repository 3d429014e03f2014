"""What the two sides say to each other, by program: done for those who may, refused with the page's words for the others."""

import pytest

from escalation.engine.perform import Seen
from escalation.models import Clock, Dispute, Event
from escalation.states import Answer, EventKind, RequestState, State, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.world import World

pytestmark = pytest.mark.django_db
RESPONSE = {"answer": "agrees", "reasons": "We looked again.", "actions": "Assess by 13 March."}


def answered(world: World, cast: Cast) -> Dispute:
    dispute = world.sent()
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    return dispute


def last(dispute: Dispute) -> Event:
    return Event.objects.filter(dispute=dispute).latest("number")


def test_the_own_manager_sends_on(world: World, cast: Cast) -> None:
    answer = Caller(cast.own_manager).do(world.log(), Verb.SEND_ON, comment="Please look at this today.")
    assert (answer.status_code, answer.json()["stage"], answer.json()["stage_name"]) == (200, 1, "Stage 1")


def test_the_raiser_waits_for_the_own_manager(world: World, cast: Cast) -> None:
    answer = Caller(cast.raiser).do(world.log(), Verb.SEND_ON)
    assert answer.status_code == 409
    assert answer.json()["detail"].startswith("Your manager has until the end of the next working day")


def test_a_colleague_does_not_send_on_what_they_know_of(world: World, cast: Cast) -> None:
    answer = Caller(cast.own_senior).do(world.log(), Verb.SEND_ON)
    assert answer.status_code == 403
    assert answer.json()["detail"].startswith("You cannot do this here: send on to the other agency.")


def test_the_own_manager_sends_back(world: World, cast: Cast) -> None:
    assert Caller(cast.own_manager).do(world.log(), Verb.SEND_BACK, reason="Say what was tried.").json()["state"] == "draft"


def test_sending_back_needs_a_reason(world: World, cast: Cast) -> None:
    answer = Caller(cast.own_manager).do(world.log(), Verb.SEND_BACK, reason=" ")
    assert answer.json() == {
        "code": "invalid",
        "detail": "Say why you are sending it back.",
        "errors": {"reason": ["Say why you are sending it back."]},
    }


def test_the_receiver_acknowledges(world: World, cast: Cast, dispute: Dispute) -> None:
    assert Caller(cast.receiver).do(dispute, Verb.ACKNOWLEDGE).status_code == 200
    assert last(dispute).kind == EventKind.ACKNOWLEDGED


def test_the_raising_side_does_not_acknowledge(dispute: Dispute, cast: Cast) -> None:
    assert Caller(cast.own_manager).do(dispute, Verb.ACKNOWLEDGE).status_code == 403


def test_the_receiver_responds(world: World, cast: Cast, dispute: Dispute) -> None:
    assert Caller(cast.receiver).do(dispute, Verb.RESPOND, **RESPONSE).status_code == 200
    assert dispute.requests.get().state == RequestState.ANSWERED


def test_the_business_unit_s_response_is_marked_as_on_behalf(world: World, cast: Cast, dispute: Dispute) -> None:
    Caller(cast.business_unit).do(dispute, Verb.RESPOND, **RESPONSE)
    assert Event.objects.get(dispute=dispute, kind=EventKind.ANSWERED).facts["on_behalf"] is True


def test_on_behalf_is_not_the_caller_s_to_say(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.receiver).do(dispute, Verb.RESPOND, **RESPONSE, on_behalf=True)
    assert answer.json()["errors"] == {"on_behalf": ["This is not something that is asked."]}


def test_agreeing_without_saying_what_will_be_done_is_refused(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.receiver).do(dispute, Verb.RESPOND, answer="agrees", reasons="Yes.")
    assert answer.json()["errors"] == {"actions": ["Say what your agency will do."]}


def test_a_second_response_is_refused(world: World, cast: Cast) -> None:
    answer = Caller(cast.receiver).do(answered(world, cast), Verb.RESPOND, **RESPONSE)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_the_second_of_two_who_saw_the_same_is_told_so(world: World, cast: Cast, dispute: Dispute) -> None:
    before = str(Seen.of(dispute))
    world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver)
    answer = Caller(cast.receiver).do(dispute, Verb.RESPOND, **RESPONSE, seen=before)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert answer.json()["detail"].startswith("Somebody else was first")


@pytest.mark.parametrize("seen", [None, "", "1", "a.b", "-1.0", "1.1.1", "١.١", 1.0, "1." + "9" * 30])
def test_a_decision_says_what_it_rests_on(dispute: Dispute, cast: Cast, seen: object) -> None:
    answer = Caller(cast.receiver).do(dispute, Verb.RESPOND, **RESPONSE, seen=seen)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["seen"])


def test_the_raising_side_accepts(world: World, cast: Cast) -> None:
    dispute = answered(world, cast)
    assert Caller(cast.own_manager).do(dispute, Verb.ACCEPT, wording="No assessment; a review in June.").status_code == 200
    assert dispute.requests.get().state == RequestState.SETTLED


def test_the_receiver_does_not_accept_the_own_response(world: World, cast: Cast) -> None:
    assert Caller(cast.receiver).do(answered(world, cast), Verb.ACCEPT, wording="Fine.").status_code == 403


def test_the_raising_side_rejects(world: World, cast: Cast) -> None:
    dispute = answered(world, cast)
    assert Caller(cast.own_manager).do(dispute, Verb.REJECT, reason="The risk is the same.").status_code == 200
    assert dispute.requests.get().state == RequestState.REJECTED


def test_there_is_nothing_to_reject_before_a_response(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.own_manager).do(dispute, Verb.REJECT, reason="Late.")
    assert (answer.status_code, answer.json()["detail"]) == (409, "There is no response to consider.")


def test_another_date_is_proposed_agreed_and_shown_beside_the_procedure_s(world: World, cast: Cast, dispute: Dispute) -> None:
    answer = Caller(cast.receiver).do(dispute, Verb.PROPOSE_TIMETABLE, due_at="2026-03-05T12:00", reason="The report comes on Thursday.")
    assert answer.status_code == 200
    assert Caller(cast.own_manager).do(dispute, Verb.AGREE_TIMETABLE).json()["due_at"] == "2026-03-05T12:00:00Z"


def test_of_two_proposed_dates_the_call_says_which(world: World, cast: Cast) -> None:
    dispute = world.sent(cast.social_care, cast.police)
    for user in (cast.receiver, cast.police_manager):
        Caller(user).do(dispute, Verb.PROPOSE_TIMETABLE, due_at="2026-03-05T12:00", reason="The report comes on Thursday.")
    answer = Caller(cast.own_manager).do(dispute, Verb.AGREE_TIMETABLE)
    assert (answer.status_code, answer.json()["code"], list(answer.json()["errors"])) == (400, "invalid", ["clock"])
    clock = Clock.objects.get(dispute=dispute, agency=cast.police, key="response")
    assert Caller(cast.own_manager).do(dispute, Verb.AGREE_TIMETABLE, clock=str(clock.pk)).status_code == 200
    clock.refresh_from_db()
    assert clock.agreed_due_at is not None


def test_nobody_agrees_the_own_proposal(world: World, cast: Cast, dispute: Dispute) -> None:
    Caller(cast.receiver).do(dispute, Verb.PROPOSE_TIMETABLE, due_at="2026-03-05T12:00", reason="The report comes on Thursday.")
    answer = Caller(cast.receiver).do(dispute, Verb.AGREE_TIMETABLE)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_another_date_is_declined(world: World, cast: Cast, dispute: Dispute) -> None:
    Caller(cast.receiver).do(dispute, Verb.PROPOSE_TIMETABLE, due_at="2026-03-05T12:00", reason="The report comes on Thursday.")
    assert Caller(cast.own_manager).do(dispute, Verb.DECLINE_TIMETABLE, reason="Too late.").json()["due_at"] == "2026-03-03T10:00:00Z"


def test_declining_where_nothing_is_proposed_is_refused(dispute: Dispute, cast: Cast) -> None:
    assert Caller(cast.own_manager).do(dispute, Verb.DECLINE_TIMETABLE, reason="No.").json()["detail"] == "No other date is proposed."


@pytest.mark.parametrize("due_at", ["2026-03-01T12:00", "0001-01-01T00:00", "9999-12-31T23:59:59+14:00", "tomorrow", 5, None, [], {}])
def test_a_date_that_cannot_be_is_refused_beside_its_field(dispute: Dispute, cast: Cast, due_at: object) -> None:
    answer = Caller(cast.receiver).do(dispute, Verb.PROPOSE_TIMETABLE, due_at=due_at, reason="A report.")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["due_at"])


def test_the_same_response_under_the_same_key_is_recorded_once(world: World, cast: Cast) -> None:
    dispute, caller = world.sent(), Caller(cast.receiver)
    seen = str(Seen.of(dispute))
    one, two = (caller.do(dispute, Verb.RESPOND, key="k", **RESPONSE, seen=seen) for _ in range(2))
    assert (one.status_code, two.status_code, one.json()) == (200, 200, two.json())
    assert Event.objects.filter(dispute=dispute, kind=EventKind.ANSWERED).count() == 1


def test_a_withdrawn_one_takes_no_response(world: World, cast: Cast, dispute: Dispute) -> None:
    world.do(dispute, Verb.WITHDRAW, cast.lead, reason="Settled by phone.", still_at_risk=False)
    answer = Caller(cast.receiver).do(dispute, Verb.RESPOND, **RESPONSE)
    assert (answer.status_code, world.fresh(dispute).state) == (409, State.WITHDRAWN)


def test_of_several_agencies_nothing_is_proposed_before_the_last_response_is_accepted(world: World, cast: Cast) -> None:
    """As the call's description says."""
    dispute, program = world.sent(cast.social_care, cast.police), Caller(cast.own_manager)
    for holder in (cast.receiver, cast.police_manager):
        world.do(dispute, Verb.RESPOND, holder, answer=Answer.AGREES, reasons="Yes.", actions="A visit.")
    proposed = []
    for agency in (cast.social_care, cast.police):
        assert program.do(dispute, Verb.ACCEPT, wording="A visit by Friday.", agency=str(agency.pk)).status_code == 200
        proposed.append(program.get(f"disputes/{dispute.reference}/").json()["proposal"])
    assert proposed[0] is None
    assert proposed[1]["wording"] == "A visit by Friday."
    schema = program.get("schema/", format="json").content.decode()
    assert "`proposal` is null until the last" in schema
    assert "the wording is proposed to every side." not in schema
