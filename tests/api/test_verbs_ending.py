"""The partnership's stage, the outcome and the closing tasks, by program."""

import pytest
import time_machine

from escalation.models import Dispute
from escalation.states import Answer, Ground, Route, State, Verb
from tests.api.conftest import Caller
from tests.api.test_verbs_moving import at_stage
from tests.cast import Cast
from tests.escalation.verbs import met
from tests.world import World, london

pytestmark = pytest.mark.django_db
FEEDBACK = {"words": "Told Aled in person.", "given_on": "2026-03-02"}


def before_the_chair(world: World, cast: Cast, *, route: Route | None = None) -> Dispute:
    dispute = at_stage(world, cast, 3)
    holder = dispute.runs.get(left_at=None).holder
    assert holder is not None
    world.do(dispute, Verb.REFER, holder, ground=Ground.RISK, efforts="Three meetings.", reason="No agreement.")
    if route is not None:
        world.do(dispute, Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-03-16 12:00"))
        mediator = cast.mediator.pk if route == Route.MEDIATION else None
        world.do(dispute, Verb.CHOOSE_ROUTE, cast.chair, route=route, reason="The quickest way.", mediator=mediator)
    return world.fresh(dispute)


def proposed(world: World, cast: Cast) -> Dispute:
    dispute = world.sent()
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="We looked again.", actions="Assess by 13 March.")
    world.do(dispute, Verb.ACCEPT, cast.own_manager, wording="An assessment by 13 March.")
    return dispute


def resolved(world: World, cast: Cast) -> Dispute:
    dispute = proposed(world, cast)
    world.do(dispute, Verb.CONFIRM_OUTCOME, cast.receiver)
    return dispute


def panel(cast: Cast) -> dict[str, str]:
    seats = {cast.own_board: cast.school, cast.receiving_board: cast.social_care, cast.police_manager: cast.police}
    return {str(user.pk): str(agency.pk) for user, agency in seats.items()}


def test_the_chair_acknowledges_with_a_timetable(world: World, cast: Cast) -> None:
    assert Caller(cast.chair).do(before_the_chair(world, cast), Verb.ACKNOWLEDGE, resolve_by="2026-03-16T12:00").status_code == 200


def test_the_chair_s_acknowledgement_says_by_when(world: World, cast: Cast) -> None:
    assert list(Caller(cast.chair).do(before_the_chair(world, cast), Verb.ACKNOWLEDGE).json()["errors"]) == ["resolve_by"]


def test_before_the_chair_nobody_is_recommended_since_no_agency_is_asked(world: World, cast: Cast) -> None:
    unit, dispute = Caller(cast.business_unit), before_the_chair(world, cast)
    assert Verb.RECOMMEND_CONTACT not in {action["verb"] for action in unit.get(f"disputes/{dispute.reference}/").json()["actions"]}
    refused = unit.do(dispute, Verb.RECOMMEND_CONTACT, agency=cast.social_care.pk, person=cast.receiving_senior.pk)
    assert (refused.status_code, refused.json()["detail"]) == (409, "No agency is asked anything at this stage.")


def test_the_chair_chooses_mediation(world: World, cast: Cast) -> None:
    given = {"route": "mediation", "reason": "The quickest way.", "mediator": cast.mediator.pk}
    assert Caller(cast.chair).do(before_the_chair(world, cast), Verb.CHOOSE_ROUTE, **given).status_code == 200


def test_a_route_that_the_procedure_lacks_is_refused(world: World, cast: Cast) -> None:
    answer = Caller(cast.chair).do(before_the_chair(world, cast), Verb.CHOOSE_ROUTE, route="review", reason="Another way.")
    assert answer.json()["errors"] == {"route": ["The procedure does not offer this route."]}


def test_a_party_does_not_choose_the_route(world: World, cast: Cast) -> None:
    answer = Caller(cast.receiving_board).do(before_the_chair(world, cast), Verb.CHOOSE_ROUTE, route="panel", reason="Ours.")
    assert answer.status_code in {403, 404}


def test_the_panel_is_convened_and_decides(world: World, cast: Cast, traveller: time_machine.Traveller) -> None:
    dispute = before_the_chair(world, cast, route=Route.PANEL)
    given = {"meets_at": "2026-03-10T10:00", "members": panel(cast), "place": "Town hall"}
    assert Caller(cast.business_unit).do(dispute, Verb.CONVENE, **given).status_code == 200
    met(world, dispute)
    traveller.move_to(world.now)
    answer = Caller(cast.chair).do(dispute, Verb.DECIDE, decision="An assessment begins today.", reasons="The threshold is met.")
    assert answer.status_code == 200


def test_a_panel_of_too_few_agencies_is_refused(world: World, cast: Cast) -> None:
    dispute = before_the_chair(world, cast, route=Route.PANEL)
    given = {"meets_at": "2026-03-10T10:00", "members": {str(cast.own_board.pk): str(cast.school.pk)}}
    assert list(Caller(cast.chair).do(dispute, Verb.CONVENE, **given).json()["errors"]) == ["members"]
    twice = {"members": panel(cast) | {key.replace("-", ""): agency for key, agency in panel(cast).items()}}
    refusal = Caller(cast.chair).do(dispute, Verb.CONVENE, **given | twice).json()["errors"]
    assert refusal == {"members": [f"{next(iter(panel(cast)))} is named twice."]}


def test_there_is_no_decision_before_the_panel_is_convened(world: World, cast: Cast) -> None:
    dispute = before_the_chair(world, cast, route=Route.PANEL)
    answer = Caller(cast.chair).do(dispute, Verb.DECIDE, decision="Now.", reasons="Because.")
    assert (answer.status_code, answer.json()["detail"]) == (409, "Convene the panel first.")


def test_a_side_proposes_an_outcome(dispute: Dispute, cast: Cast) -> None:
    answer = Caller(cast.receiver).do(dispute, Verb.PROPOSE_OUTCOME, wording="A review in June.", kind="agreed_action")
    assert answer.status_code == 200


def test_an_outcome_has_a_wording(dispute: Dispute, cast: Cast) -> None:
    assert list(Caller(cast.receiver).do(dispute, Verb.PROPOSE_OUTCOME, wording="", kind="agreed_action").json()["errors"]) == ["wording"]


def test_the_last_confirmation_resolves_it(world: World, cast: Cast) -> None:
    answer = Caller(cast.receiver).do(proposed(world, cast), Verb.CONFIRM_OUTCOME)
    assert (answer.json()["state"], answer.json()["outcome"]) == ("resolved", "agreed_action")


def test_a_side_confirms_once(world: World, cast: Cast) -> None:
    assert Caller(cast.own_manager).do(proposed(world, cast), Verb.CONFIRM_OUTCOME).status_code == 409


def test_the_business_unit_records_a_side_s_silence(world: World, cast: Cast) -> None:
    answer = Caller(cast.business_unit).do(proposed(world, cast), Verb.RECORD_GAP, agency=cast.social_care.pk, reason="Three calls.")
    assert answer.json()["state"] == "resolved"


def test_a_party_records_no_silence(world: World, cast: Cast) -> None:
    answer = Caller(cast.own_manager).do(proposed(world, cast), Verb.RECORD_GAP, agency=cast.social_care.pk, reason="Three calls.")
    assert answer.status_code == 403


def test_the_closing_tasks_are_done_and_it_is_closed(world: World, cast: Cast) -> None:
    dispute = resolved(world, cast)
    assert Caller(cast.own_manager).do(dispute, Verb.GIVE_FEEDBACK, **FEEDBACK).status_code == 200
    for user in (cast.own_manager, cast.receiver):
        assert Caller(user).do(dispute, Verb.CONFIRM_FILE).status_code == 200
    assert Caller(cast.own_manager).do(dispute, Verb.RECORD_LEARNING).status_code == 200
    assert Caller(cast.lead).do(dispute, Verb.CLOSE, difference="plan_changed").json()["state"] == "closed"


def test_it_is_not_closed_while_something_is_missing(world: World, cast: Cast) -> None:
    answer = Caller(cast.lead).do(resolved(world, cast), Verb.CLOSE, difference="no_change")
    assert answer.status_code == 400
    assert "feedback to the person who raised it" in answer.json()["detail"]


def test_the_business_unit_closes_it_with_the_gap_recorded(world: World, cast: Cast) -> None:
    dispute = resolved(world, cast)
    assert Caller(cast.business_unit).do(dispute, Verb.CLOSE, difference="too_early", gap="Nobody answered.").status_code == 200
    assert world.fresh(dispute).state == State.CLOSED


@pytest.mark.parametrize("given_on", ["yesterday", "2026-02-30", 5, None, "0000-00-00"])
def test_a_day_of_feedback_that_is_none_is_refused(world: World, cast: Cast, given_on: object) -> None:
    answer = Caller(cast.own_manager).do(resolved(world, cast), Verb.GIVE_FEEDBACK, words="Told.", given_on=given_on)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["given_on"])


def test_feedback_comes_after_the_outcome(dispute: Dispute, cast: Cast) -> None:
    assert Caller(cast.own_manager).do(dispute, Verb.GIVE_FEEDBACK, **FEEDBACK).json()["detail"] == "It is not resolved yet."


def test_an_agency_confirms_the_file_of_its_own(world: World, cast: Cast) -> None:
    answer = Caller(cast.receiver).do(resolved(world, cast), Verb.CONFIRM_FILE, agency=cast.police.pk)
    assert list(answer.json()["errors"]) == ["agency"]


def test_learning_comes_after_the_outcome(dispute: Dispute, cast: Cast) -> None:
    assert Caller(cast.own_manager).do(dispute, Verb.RECORD_LEARNING, issue="Thresholds.").status_code == 409
