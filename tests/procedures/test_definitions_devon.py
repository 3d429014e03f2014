"""Devon's definition, rule by rule of its published text."""

from escalation.clocks import Unit
from escalation.procedures.schema import shipped
from escalation.states import Door, Force, Ground, Route

DEVON = shipped()["devon"]


def _door(door: Door) -> str:
    return next(rule.does for rule in DEVON.doors if rule.door is door)


def test_dev_01_there_are_five_stages_the_first_inside_the_own_agency() -> None:
    assert [(stage.number, stage.sides) for stage in DEVON.stages] == [
        ("1", "own"),
        ("2", "both"),
        ("3", "both"),
        ("4", "both"),
        ("5", "partnership"),
    ]


def test_dev_01_own_manager_then_professionals_managers_operations_managers_and_the_named_lead() -> None:
    assert [stage.raising.roles for stage in DEVON.stages] == [
        ("manager", "safeguarding_lead"),
        ("practitioner",),
        ("manager",),
        ("senior_manager", "safeguarding_lead"),
        ("safeguarding_lead",),
    ]


def test_dev_01_stage_1_is_told_to_nobody_and_has_no_other_side() -> None:
    first = DEVON.stage(1)
    assert (first.tells_unit, first.receiving.roles, first.receiving.level) == (False, (), None)
    assert not DEVON.first_hop


def test_dev_02_no_stage_has_fixed_days_and_every_stage_has_a_date_to_be_agreed() -> None:
    assert [[clock.within.unit for clock in stage.clocks] for stage in DEVON.stages] == [[Unit.AGREED]] * 5
    assert all(clock.or_less for stage in DEVON.stages for clock in stage.clocks)


def test_dev_03_risk_lets_a_higher_stage_be_begun_first() -> None:
    assert DEVON.start_above == (Ground.RISK,)


def test_dev_04_the_case_resolution_form_carries_the_efforts_and_the_reasons() -> None:
    last = DEVON.stage(5)
    assert last.forms == ("case_resolution",)
    assert last.requires == ("efforts", "reasons")


def test_dev_05_what_reaches_the_last_stage_is_told_to_the_partnership() -> None:
    assert [stage.tells_unit for stage in DEVON.stages] == [False, False, False, False, True]


def test_dev_08_nobody_outside_the_agencies_decides() -> None:
    own = DEVON.stage(5).partnership
    assert own is not None
    assert not own.outsiders_may_decide
    assert Force.BINDING not in own.force.values()
    assert set(own.routes) == {Route.REVIEW, Route.MEDIATION, Route.BACK}


def test_dev_01_only_the_designated_lead_refers() -> None:
    own = DEVON.stage(5).partnership
    assert own is not None
    assert own.refer_roles == ("safeguarding_lead",)


def test_dev_09_the_reviewing_unit_may_log_between_two_others() -> None:
    assert DEVON.third_party_roles == ("reviewing_unit",)


def test_dev_10_11_closing_gives_feedback_and_learning_goes_to_the_group() -> None:
    assert DEVON.closing.feedback
    assert DEVON.closing.learning_goes_to == "Practice Development Group"
    assert DEVON.review_every_months == 12


def test_dev_14_children_and_families_may_challenge_and_differences_with_the_employer_go_elsewhere() -> None:
    assert _door(Door.FAMILY_CHALLENGE) == "go_on"
    assert (_door(Door.OWN_AGENCY), _door(Door.WHISTLEBLOWING)) == ("stop", "stop")
