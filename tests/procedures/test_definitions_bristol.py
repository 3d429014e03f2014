"""Bristol's definition, rule by rule of its published text."""

from datetime import time

import pytest

from escalation.clocks import Moment, StartRule, Unit
from escalation.procedures.definition import ClockDefinition
from escalation.procedures.schema import shipped
from escalation.states import Door, EventKind, Force, Ground, Measure, Route, Side

BRISTOL = shipped()["bristol"]


def _only_clock(position: int) -> ClockDefinition:
    (clock,) = BRISTOL.stage(position).clocks
    return clock


def test_there_are_four_stages_and_the_last_belongs_to_the_partnership() -> None:
    assert [(stage.number, stage.sides) for stage in BRISTOL.stages] == [("1", "both"), ("2", "both"), ("3", "both"), ("4", "partnership")]


@pytest.mark.parametrize(("position", "within"), [(1, "1 working day"), (2, "2 working days"), (3, "5 working days")])
def test_bri_05_07_09_responses_are_due_after_1_2_and_5_working_days(position: int, within: str) -> None:
    clock = _only_clock(position)
    assert (clock.measures, clock.owed_by, clock.within.words()) == (Measure.RESPONSE, Side.RECEIVING, within)
    assert clock.ends_on == (EventKind.ANSWERED,)


def test_bri_05_the_response_is_counted_from_the_escalation_to_the_other_agency() -> None:
    assert (_only_clock(1).starts_on, _only_clock(2).starts_on) == ((EventKind.SENT,), (EventKind.SENT,))


def test_bri_09_stage_3_is_counted_from_receipt() -> None:
    assert _only_clock(3).starts_on == (EventKind.RECEIVED,)


def test_bri_05_twenty_four_hours_is_one_working_day_to_the_same_time() -> None:
    assert (BRISTOL.start_rule, BRISTOL.close) == (StartRule.ROLL_FORWARD, time(17))
    assert {clock.moment for stage in BRISTOL.stages for clock in stage.clocks} == {Moment.SAME_TIME}


def test_bri_05_the_professional_goes_to_the_own_manager_first() -> None:
    assert BRISTOL.first_hop
    assert BRISTOL.stage(1).raising.roles == ("manager",)


def test_bri_02_every_response_may_be_asked_sooner_and_risk_lets_stages_be_passed() -> None:
    assert all(_only_clock(position).or_less for position in (1, 2, 3))
    assert Ground.RISK in BRISTOL.start_above
    assert Ground.RISK in BRISTOL.skip


def test_bri_07_senior_managers_or_safeguarding_representatives_settle_stage_2() -> None:
    assert BRISTOL.stage(2).raising.roles == BRISTOL.stage(2).receiving.roles == ("senior_manager", "safeguarding_lead")


def test_bri_09_board_members_act_at_stage_3() -> None:
    assert BRISTOL.stage(3).raising.roles == BRISTOL.stage(3).receiving.roles == ("board_member",)


def test_bri_11_the_business_unit_is_told_of_every_stage_3_and_of_none_before() -> None:
    assert [stage.tells_unit for stage in BRISTOL.stages] == [False, False, True, True]


def test_bri_12_the_chair_acknowledges_within_2_working_days_of_receipt_and_sets_the_time_for_resolution() -> None:
    acknowledgement, resolution = BRISTOL.stage(4).clocks
    assert (acknowledgement.owed_by, acknowledgement.within.words(), acknowledgement.starts_on) == (
        Side.CHAIR,
        "2 working days",
        (EventKind.RECEIVED,),
    )
    assert acknowledgement.sets == resolution.key
    assert (resolution.within.unit, resolution.starts_on) == (Unit.AGREED, ("end of acknowledgement",))


def test_bri_12_the_chair_chooses_mediation_or_a_panel() -> None:
    assert BRISTOL.routes() == (Route.MEDIATION, Route.PANEL)
    assert BRISTOL.stage(4).receiving.roles == ("chair", "deputy_chair")


def test_bri_13_14_both_routes_bind() -> None:
    own = BRISTOL.stage(4).partnership
    assert own is not None
    assert own.force == {Route.MEDIATION: Force.BINDING, Route.PANEL: Force.BINDING}


def test_bri_14_a_panel_has_three_agencies_those_in_dispute_included() -> None:
    own = BRISTOL.stage(4).partnership
    assert own is not None
    assert (own.panel_agencies, own.panel_includes_parties) == (3, True)


def test_bri_17_the_monitoring_form_is_issued_from_stage_3() -> None:
    assert [stage.forms for stage in BRISTOL.stages] == [(), (), ("monitoring",), ("monitoring",)]


def test_bri_15_18_19_closing_asks_for_the_file_for_learning_and_offers_a_debrief() -> None:
    assert (BRISTOL.closing.file, BRISTOL.closing.learning, BRISTOL.closing.debrief) == (True, True, True)


def test_bri_22_a_disagreement_inside_one_agency_may_take_the_same_stages() -> None:
    assert BRISTOL.own_agency_allowed
    assert next(rule.does for rule in BRISTOL.doors if rule.door is Door.OWN_AGENCY) == "go_on"


def test_only_stage_1_moves_up_by_itself_one_working_day_after_the_due_moment() -> None:
    after = [clock.on_time.move_up_after for stage in BRISTOL.stages for clock in stage.clocks]
    assert [within.words() if within else None for within in after] == ["1 working day", None, None, None, None]


def test_stages_2_and_3_offer_to_move_up() -> None:
    assert [_only_clock(position).on_time.offer for position in (1, 2, 3)] == [False, True, True]
