"""Bromley's definition, rule by rule of its published text."""

import pytest

from escalation.clocks import Moment, StartRule
from escalation.procedures.schema import shipped
from escalation.states import Door, Force, Measure, Route, Side, Theme

BROMLEY = shipped()["bromley"]


def _door(door: Door) -> str:
    return next(rule.does for rule in BROMLEY.doors if rule.door is door)


def test_there_are_four_stages_and_the_last_belongs_to_the_partnership() -> None:
    assert [(stage.number, stage.sides) for stage in BROMLEY.stages] == [("1", "both"), ("2", "both"), ("3", "both"), ("4", "partnership")]


def test_bro_01_the_named_areas_of_disagreement_are_offered_first() -> None:
    named = {Theme.THRESHOLD, Theme.ROLES, Theme.ACTION, Theme.DELAY, Theme.PLAN, Theme.COMMUNICATION, Theme.INFORMATION}
    assert set(BROMLEY.themes[:7]) == named
    assert set(BROMLEY.themes) == set(Theme)


def test_bro_02_stage_1_is_professional_to_professional_without_a_manager_between() -> None:
    assert not BROMLEY.first_hop
    assert BROMLEY.stage(1).raising.roles == BROMLEY.stage(1).receiving.roles == ("practitioner", "safeguarding_lead")


@pytest.mark.parametrize("position", [1, 2, 3, 4])
def test_bro_02_a_working_week_or_sooner_is_the_limit_of_every_stage(position: int) -> None:
    (clock,) = BROMLEY.stage(position).clocks
    assert (clock.measures, clock.within.words(), clock.or_less) == (Measure.RESOLUTION, "1 working week", True)


def test_bro_02_days_are_counted_plainly_to_the_end_of_the_day() -> None:
    assert BROMLEY.start_rule is StartRule.PLAIN
    assert {clock.moment for stage in BROMLEY.stages for clock in stage.clocks} == {Moment.END_OF_DAY}


def test_bro_03_managers_or_safeguarding_leads_agree_a_course_of_action_at_stage_2() -> None:
    assert BROMLEY.stage(2).raising.roles == ("manager", "safeguarding_lead")
    assert BROMLEY.stage(2).requires == ("action_plan",)


def test_bro_04_senior_managers_meet_agree_a_plan_and_name_a_lead_manager() -> None:
    assert set(BROMLEY.stage(3).requires) == {"meeting", "action_plan", "lead_manager"}
    assert BROMLEY.closing.lead_manager_from == 3
    assert BROMLEY.closing.feedback


def test_bro_05_stage_4_is_a_panel_that_recommends_or_liaison() -> None:
    own = BROMLEY.stage(4).partnership
    assert own is not None
    assert own.force == {Route.PANEL: Force.ADVISORY, Route.LIAISON: Force.MEDIATION}
    assert (own.panel_agencies, own.via_business_manager) == (3, True)


def test_bro_06_a_summary_report_goes_on_the_childs_record() -> None:
    assert BROMLEY.closing.summary_report


def test_bro_09_learning_is_asked_for() -> None:
    assert BROMLEY.closing.learning


def test_bro_11_whistleblowing_and_conduct_run_beside_the_escalation() -> None:
    assert (_door(Door.WHISTLEBLOWING), _door(Door.CONDUCT)) == ("go_on", "go_on")


def test_bro_12_it_is_reviewed_each_year() -> None:
    assert BROMLEY.review_every_months == 12


def test_bro_13_the_safeguarding_lead_may_refer_to_the_partnership() -> None:
    own = BROMLEY.stage(4).partnership
    assert own is not None
    assert "safeguarding_lead" in own.refer_roles


def test_every_stage_before_the_last_offers_to_move_up_and_none_moves_by_itself() -> None:
    clocks = [clock for stage in BROMLEY.stages for clock in stage.clocks]
    assert [clock.on_time.offer for clock in clocks] == [True, True, True, False]
    assert not any(clock.on_time.move_up_after for clock in clocks)


def test_the_partnership_owes_the_last_clock() -> None:
    assert [clock.owed_by for stage in BROMLEY.stages for clock in stage.clocks] == [Side.EACH, Side.EACH, Side.EACH, Side.PARTNERSHIP]
