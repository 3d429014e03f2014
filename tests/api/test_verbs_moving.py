"""Moving up, handing over, withdrawing and reopening, by program."""

from typing import Any

import pytest

from escalation.models import Dispute
from escalation.services.sweep import sweep
from escalation.states import Answer, Ground, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.world import World, london

pytestmark = pytest.mark.django_db


def rejected(world: World, cast: Cast) -> Dispute:
    dispute = world.sent()
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    world.do(dispute, Verb.REJECT, cast.own_manager, reason="The risk is the same.")
    return dispute


def at_stage(world: World, cast: Cast, stage: int) -> Dispute:
    """Moved up on risk by whoever holds it."""
    dispute = world.sent()
    while (now := world.fresh(dispute)).stage < stage:
        holder = now.runs.get(left_at=None).holder
        assert holder is not None
        world.do(dispute, Verb.MOVE_UP, holder, ground=Ground.RISK, reason="The child is not safe.")
    return world.fresh(dispute)


def test_the_holder_moves_it_up(world: World, cast: Cast) -> None:
    answer = Caller(cast.own_manager).do(rejected(world, cast), Verb.MOVE_UP, ground="not_resolved", reason="We still disagree.")
    assert (answer.status_code, answer.json()["stage"]) == (200, 2)


def test_the_practitioner_does_not_move_it_up(world: World, cast: Cast) -> None:
    assert Caller(cast.raiser).do(rejected(world, cast), Verb.MOVE_UP, ground="not_resolved", reason="We still disagree.").status_code == 403


def test_no_response_is_no_ground_before_the_due_moment(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.own_manager).do(dispute, Verb.MOVE_UP, ground="no_response")
    assert list(answer.json()["errors"]) == ["ground"]


def test_after_the_due_moment_it_moves_up_on_no_response(world: World, cast: Cast, traveller: Any, dispute: Dispute) -> None:
    sweep(london("2026-03-03 10:01"))
    traveller.move_to(london("2026-03-03 10:02"))
    assert Caller(cast.own_manager).do(dispute, Verb.MOVE_UP, ground="no_response").json()["stage"] == 2


@pytest.mark.parametrize("to", [0, 8, 10**30, -1, "up", 1.5, True, None])
def test_a_stage_that_cannot_be_is_refused_beside_its_field(world: World, cast: Cast, to: object) -> None:
    answer = Caller(cast.own_manager).do(rejected(world, cast), Verb.MOVE_UP, ground="risk", reason="Risk.", to=to)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["to"])


def test_a_named_person_who_cannot_act_is_refused(world: World, cast: Cast) -> None:
    holders = {str(cast.social_care.pk): str(cast.police_manager.pk)}
    answer = Caller(cast.own_manager).do(rejected(world, cast), Verb.MOVE_UP, ground="risk", reason="Risk.", holders=holders)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["holder"])


def test_the_practitioner_asks_to_move_up(dispute: Dispute, cast: Cast) -> None:
    assert Caller(cast.raiser).do(dispute, Verb.ASK_TO_MOVE_UP, reason="Nothing happens.").status_code == 200


def test_the_other_side_does_not_ask_to_move_up(dispute: Dispute, cast: Cast) -> None:
    assert Caller(cast.receiver).do(dispute, Verb.ASK_TO_MOVE_UP, reason="Nothing happens.").status_code == 403


def test_the_automatic_move_is_held(world: World, cast: Cast, dispute: Dispute) -> None:
    assert Caller(cast.own_manager).do(dispute, Verb.HOLD_MOVE, reason="We talk tomorrow.").status_code == 200
    assert world.fresh(dispute).move_held_at is not None


def test_it_is_held_once(world: World, cast: Cast, dispute: Dispute) -> None:
    Caller(cast.own_manager).do(dispute, Verb.HOLD_MOVE, reason="We talk tomorrow.")
    assert Caller(cast.own_manager).do(dispute, Verb.HOLD_MOVE, reason="Again.").json()["detail"] == "No automatic move is coming."


def test_it_is_made_urgent(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.raiser).do(dispute, Verb.MAKE_URGENT, reason="Home tonight.", respond_by="2026-03-02T16:00")
    assert (answer.json()["is_urgent"], answer.json()["due_at"]) == (True, "2026-03-02T16:00:00Z")


def test_an_urgent_moment_lies_ahead(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.raiser).do(dispute, Verb.MAKE_URGENT, reason="Home tonight.", respond_by="2026-03-02T09:59")
    assert answer.json()["errors"] == {"respond_by": ["Give a moment that has not passed."]}


def test_the_stage_before_the_partnership_s_refers(world: World, cast: Cast) -> None:
    dispute = at_stage(world, cast, 3)
    holder = dispute.runs.get(left_at=None).holder
    answer = Caller(holder).do(dispute, Verb.REFER, ground="risk", efforts="Three meetings.", reason="No agreement.")
    assert (answer.status_code, answer.json()["stage"]) == (200, 4)


def test_an_earlier_stage_does_not_refer(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.lead).do(dispute, Verb.REFER, ground="risk", efforts="One call.", reason="No agreement.")
    assert (answer.status_code, answer.json()["detail"]) == (
        409,
        "The next stage is not the partnership's. If the child cannot wait, move it up to Stage 3 first, for risk to the child: "
        "it can be referred from there.",
    )


def test_a_manager_whom_the_procedure_does_not_name_does_not_refer(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.own_manager).do(dispute, Verb.REFER, ground="risk", efforts="One call.", reason="No agreement.")
    assert answer.status_code == 403


def test_the_lead_withdraws(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.lead).do(dispute, Verb.WITHDRAW, reason="Settled by phone.", still_at_risk=False)
    assert (answer.json()["state"], answer.json()["due_at"]) == ("withdrawn", None)


def test_a_child_at_risk_is_not_withdrawn(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.lead).do(dispute, Verb.WITHDRAW, reason="Settled by phone.", still_at_risk=True)
    assert list(answer.json()["errors"]) == ["still_at_risk"]


def test_a_lead_reopens(world: World, cast: Cast, dispute: Dispute) -> None:
    world.do(dispute, Verb.WITHDRAW, cast.lead, reason="Settled by phone.", still_at_risk=False)
    assert Caller(cast.lead).do(dispute, Verb.REOPEN, reason="It was not settled.").json()["state"] == "open"


def test_an_open_one_is_not_reopened(dispute: Dispute, cast: Cast) -> None:
    assert Caller(cast.lead).do(dispute, Verb.REOPEN, reason="Again.").json()["detail"] == "It is not resolved, closed or withdrawn."


def test_the_receiver_hands_it_to_the_lead(world: World, cast: Cast, dispute: Dispute) -> None:
    shown = Caller(cast.receiver).get(f"disputes/{dispute.reference}/counterparts/").json()
    other = next(row for row in shown["counterparts"] if row["side"] == "receiving")["others"][0]
    assert Caller(cast.receiver).do(dispute, Verb.REASSIGN, to=other["id"], reason="On leave.").status_code == 200
    assert str(dispute.requests.get().holder_id) == other["id"]


def test_it_is_not_handed_to_somebody_of_another_agency(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.receiver).do(dispute, Verb.REASSIGN, to=cast.police_manager.pk)
    assert list(answer.json()["errors"]) == ["to"]


def test_the_business_unit_recommends_a_contact(world: World, cast: Cast, dispute: Dispute) -> None:
    given = {"agency": cast.social_care.pk, "person": cast.receiving_senior.pk}
    assert Caller(cast.business_unit).do(dispute, Verb.RECOMMEND_CONTACT, **given).status_code == 200
    assert dispute.requests.get().holder == cast.receiving_senior


def test_a_party_does_not_recommend(world: World, cast: Cast) -> None:
    given = {"agency": cast.social_care.pk, "person": cast.receiving_senior.pk}
    assert Caller(cast.own_manager).do(world.sent(), Verb.RECOMMEND_CONTACT, **given).status_code == 403


def test_a_party_tells_the_business_unit_once_the_other_side_knows(world: World, cast: Cast, dispute: Dispute) -> None:
    assert Caller(cast.own_manager).do(dispute, Verb.TELL_UNIT, told_other_side=True).status_code == 200
    assert world.fresh(dispute).unit_told_at is not None


def test_the_business_unit_is_not_told_behind_the_other_side_s_back(dispute: Dispute, cast: Cast) -> None:
    assert list(Caller(cast.own_manager).do(dispute, Verb.TELL_UNIT, told_other_side=False).json()["errors"]) == ["told_other_side"]
