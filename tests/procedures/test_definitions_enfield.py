"""Enfield's definition, rule by rule of its published text."""

from escalation.clocks import Moment, StartRule
from escalation.procedures.schema import shipped
from escalation.states import Door, EventKind, Force, Measure, Side, Theme

ENFIELD = shipped()["enfield"]


def _door(door: Door) -> str:
    return next(rule.does for rule in ENFIELD.doors if rule.door is door)


def test_enf_01_there_are_four_stages_and_the_last_is_the_chairs() -> None:
    assert [(stage.number, stage.sides) for stage in ENFIELD.stages] == [("1", "both"), ("2", "both"), ("3", "both"), ("4", "partnership")]
    assert ENFIELD.stage(4).receiving.roles == ("chair", "deputy_chair")


def test_enf_01_first_line_managers_are_told_the_same_working_day() -> None:
    told = ENFIELD.stage(1).clocks[0]
    assert (told.measures, told.owed_by, told.within.words()) == (Measure.TOLD, Side.RAISING, "same working day")
    assert (told.starts_on, told.ends_on) == ((EventKind.SUBMITTED,), (EventKind.ENTERED,))
    assert ENFIELD.first_hop


def test_enf_01_a_head_of_service_is_asked_no_later_than_the_next_working_day() -> None:
    referral = ENFIELD.stage(1).clocks[1]
    assert (referral.measures, referral.owed_by, referral.within.words()) == (Measure.MOVE_UP, Side.RAISING, "next working day")


def test_enf_01_the_professionals_meeting_is_convened_within_2_working_days() -> None:
    (meeting,) = ENFIELD.stage(2).clocks
    assert (meeting.measures, meeting.within.words(), meeting.ends_on) == (Measure.MEETING, "2 working days", (EventKind.MEETING,))
    assert ENFIELD.stage(2).is_meeting


def test_enf_01_all_key_agencies_may_be_asked() -> None:
    assert ENFIELD.several_receiving


def test_enf_01_resolution_is_due_5_working_days_after_the_start_of_stage_1() -> None:
    (cap,) = ENFIELD.caps
    assert (cap.key, cap.within.words(), cap.over, cap.starts_on) == ("five_days", "5 working days", (1, 3), (EventKind.SUBMITTED,))


def test_enf_01_days_are_counted_plainly_to_the_end_of_the_day() -> None:
    assert ENFIELD.start_rule is StartRule.PLAIN
    clocks = [clock for stage in ENFIELD.stages for clock in stage.clocks] + list(ENFIELD.caps)
    assert {clock.moment for clock in clocks} == {Moment.END_OF_DAY}


def test_enf_02_stages_act_at_levels_2_3_and_4() -> None:
    assert [(stage.raising.level, stage.receiving.level) for stage in ENFIELD.stages[:3]] == [(2, 2), (3, 3), (4, 4)]


def test_enf_03_04_an_executive_summary_and_feedback_are_asked_for() -> None:
    assert (ENFIELD.closing.executive_summary, ENFIELD.closing.feedback, ENFIELD.closing.file) == (True, True, True)


def test_enf_05_level_4_and_above_and_the_chair_are_told_to_the_business_unit() -> None:
    assert [stage.tells_unit for stage in ENFIELD.stages] == [False, False, True, True]


def test_enf_06_13_learning_goes_to_the_practice_improvement_group_and_a_debrief_is_offered() -> None:
    assert ENFIELD.closing.learning_goes_to == "Practice Improvement Group"
    assert ENFIELD.closing.policy_gaps_to_chair
    assert ENFIELD.closing.debrief


def test_enf_07_the_named_areas_of_disagreement_are_offered() -> None:
    named = {Theme.THRESHOLD, Theme.ACTION, Theme.CLOSURE, Theme.INTRUSIVE, Theme.AGREED_ACTION, Theme.NEEDS, Theme.CONFERENCE, Theme.ALLEGATION}
    assert named <= set(ENFIELD.themes[:10])


def test_enf_10_own_agency_and_conduct_stop_and_managing_an_allegation_goes_on() -> None:
    assert (_door(Door.OWN_AGENCY), _door(Door.CONDUCT), _door(Door.WHISTLEBLOWING)) == ("stop", "stop", "stop")
    assert _door(Door.ALLEGATION_HANDLING) == "go_on"
    assert not ENFIELD.own_agency_allowed


def test_enf_12_across_boroughs_it_goes_its_own_way() -> None:
    assert _door(Door.CROSS_BOROUGH) == "variant"


def test_the_chair_binds_nobody_where_the_text_does_not_say_so() -> None:
    own = ENFIELD.stage(4).partnership
    assert own is not None
    assert Force.BINDING not in own.force.values()
    assert own.via_business_manager


def test_nothing_moves_up_by_itself() -> None:
    assert not any(clock.on_time.move_up_after for stage in ENFIELD.stages for clock in stage.clocks)
