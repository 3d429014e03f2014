"""Buckinghamshire's definition, rule by rule of its published text."""

import pytest

from escalation.clocks import Moment, StartRule
from escalation.procedures.schema import shipped
from escalation.states import Door, Measure

BUCKINGHAMSHIRE = shipped()["buckinghamshire"]


def _door(door: Door) -> str:
    return next(rule.does for rule in BUCKINGHAMSHIRE.doors if rule.door is door)


def test_there_are_three_stages_and_none_belongs_to_the_partnership() -> None:
    assert [(stage.number, stage.sides) for stage in BUCKINGHAMSHIRE.stages] == [("1", "both"), ("2", "both"), ("3", "both")]
    assert BUCKINGHAMSHIRE.routes() == ()


@pytest.mark.parametrize("position", [1, 2, 3])
def test_buc_01_each_stage_is_completed_in_5_working_days(position: int) -> None:
    (clock,) = BUCKINGHAMSHIRE.stage(position).clocks
    assert (clock.measures, clock.within.words()) == (Measure.COMPLETION, "5 working days")
    assert "answered" not in clock.ends_on


def test_buc_01_fifteen_working_days_are_the_most() -> None:
    (cap,) = BUCKINGHAMSHIRE.caps
    assert (cap.within.words(), cap.over) == ("15 working days", (1, 3))


def test_buc_01_days_are_counted_plainly_to_the_end_of_the_day() -> None:
    assert BUCKINGHAMSHIRE.start_rule is StartRule.PLAIN
    assert {clock.moment for stage in BUCKINGHAMSHIRE.stages for clock in stage.clocks} == {Moment.END_OF_DAY}


def test_buc_01_stage_2_is_the_designated_person_operations_manager_or_inspector() -> None:
    assert BUCKINGHAMSHIRE.stage(2).raising.words == "Designated person, operations manager or detective inspector"


def test_buc_02_03_one_person_may_act_twice_and_the_status_quo_holds_as_recorded() -> None:
    assert (dict(BUCKINGHAMSHIRE.recorded_only)["same_person_again"], BUCKINGHAMSHIRE.status_quo) == ("yes", True)


def test_buc_04_the_record_of_escalation_is_offered_at_every_stage() -> None:
    assert [stage.forms for stage in BUCKINGHAMSHIRE.stages] == [("record_of_escalation",)] * 3


def test_buc_05_closing_asks_for_learning() -> None:
    assert BUCKINGHAMSHIRE.closing.learning


def test_buc_06_the_unit_is_told_once_senior_officers_are_involved_and_the_other_agency_first() -> None:
    assert [(stage.tells_unit, stage.warns_other_side) for stage in BUCKINGHAMSHIRE.stages] == [(False, False), (False, False), (True, True)]


def test_the_unit_is_alerted_when_the_overall_limit_has_passed() -> None:
    assert BUCKINGHAMSHIRE.caps[0].on_time.alert_unit
    assert "cap passed" in BUCKINGHAMSHIRE.informs_unit


def test_buc_07_the_unit_is_told_when_an_agency_stays_out() -> None:
    assert "agency stays out" in BUCKINGHAMSHIRE.informs_unit


def test_buc_09_10_conference_dissent_and_allegations_take_their_own_way() -> None:
    assert (_door(Door.CONFERENCE_DISSENT), _door(Door.ALLEGATION_HANDLING)) == ("variant", "ask")


def test_buc_11_a_formal_complaint_may_run_beside_it() -> None:
    assert _door(Door.COMPLAINT) == "go_on"


def test_stages_1_and_2_offer_to_move_up_and_the_last_reminds() -> None:
    clocks = [clock for stage in BUCKINGHAMSHIRE.stages for clock in stage.clocks]
    assert [clock.on_time.offer for clock in clocks] == [True, True, False]
    assert not any(clock.on_time.move_up_after for clock in clocks)
