"""Clocks: a list per stage, each with what it measures, who owes it, how long, from when until when, and on what condition."""

import pytest

from escalation.clocks import Unit, Within
from escalation.states import Measure, Side
from tests.escalation.procedure_texts import accepted, clock, first_stage, only_clock, partnership_stage, refused, refused_clock, stage, text

MEASURES = [measure.value for measure in Measure if measure not in {Measure.CAP, Measure.NEXT_STEP}]


@pytest.mark.parametrize("measure", MEASURES)
def test_a_clock_may_measure_anything_that_procedures_measure(measure: str) -> None:
    assert only_clock(f'measures = "{measure}"\nfrom = "entered"').measures == measure


def test_a_clock_that_measures_something_unknown_is_refused() -> None:
    assert refused_clock('measures = "patience"').startswith("measures: “patience” is not known here.")


def test_the_next_step_clock_is_not_a_procedures_to_set() -> None:
    assert "the product's own" in refused_clock('measures = "next_step"')


@pytest.mark.parametrize("side", ["raising", "receiving", "each", "partnership"])
def test_each_side_may_owe_a_clock_in_a_stage_of_both(side: str) -> None:
    assert only_clock(f'owed_by = "{side}"').owed_by == side


def test_the_chair_may_owe_a_clock_in_a_stage_of_the_partnership() -> None:
    definition = accepted(text(stage("one"), partnership_stage(clocks=clock('owed_by = "chair"'))))
    assert definition.stage(2).clocks[0].owed_by is Side.CHAIR


def test_the_chair_owes_nothing_before_the_partnerships_stage() -> None:
    assert refused_clock('owed_by = "chair"') == "owed_by: In a stage with sides = “both” the chair side owes nothing."


def test_the_other_agency_owes_nothing_in_a_stage_inside_the_own() -> None:
    (said,) = refused(text(stage("own", 'sides = "own"', clock()), stage("two")))
    assert "the receiving side owes nothing" in said


@pytest.mark.parametrize(
    ("words", "amount", "unit"),
    [
        ("30 minutes", 30, Unit.CLOCK_MINUTE),
        ("4 working hours", 4, Unit.WORKING_HOUR),
        ("24 clock hours", 24, Unit.CLOCK_HOUR),
        ("2 working days", 2, Unit.WORKING_DAY),
        ("10 calendar days", 10, Unit.CALENDAR_DAY),
        ("1 working week", 1, Unit.WORKING_WEEK),
        ("at once", 1, Unit.AT_ONCE),
        ("same working day", 1, Unit.SAME_WORKING_DAY),
        ("next working day", 1, Unit.NEXT_WORKING_DAY),
        ("agreed", 1, Unit.AGREED),
    ],
)
def test_a_length_of_time_is_said_in_any_unit(words: str, amount: int, unit: Unit) -> None:
    assert only_clock(f'within = "{words}"').within == Within(amount, unit)


def test_bare_days_are_refused_with_a_question() -> None:
    said = refused_clock('within = "5 days"')
    assert said.startswith("within: ")
    assert "5 working days or 5 calendar days?" in said


@pytest.mark.parametrize("words", ["", "soon", "0 working days", "-1 working days", "99999 working days"])
def test_a_length_of_time_that_means_nothing_is_refused(words: str) -> None:
    assert refused_clock(f'within = "{words}"').startswith("within: ")


def test_less_where_the_risk_demands_it_can_be_said() -> None:
    assert only_clock("or_less = true").or_less


@pytest.mark.parametrize("event", ["submitted", "sent", "entered", "received", "answered", "meeting", "fact: conference", "fact: disputed decision"])
def test_a_clock_starts_from_any_of_these(event: str) -> None:
    assert only_clock(f'from = "{event}"\nuntil = "resolved"').starts_on == (event,)


@pytest.mark.parametrize("event", ["referred", "route_chosen", "convened"])
def test_a_clock_does_not_start_from_what_cannot_happen_in_its_stage(event: str) -> None:
    assert refused_clock(f'from = "{event}"\nuntil = "resolved"').startswith(f"from: “{event}” does not happen in a stage with sides = “both”")


def test_a_stages_clock_does_not_start_from_what_brings_it_there() -> None:
    before = "from: “{}” lies before this stage begins, so the clock would never start: use entered."
    assert refused_clock('from = "moved_up"').endswith(before.format("moved_up"))
    chairs = clock('owed_by = "chair"\nfrom = "referred"')
    found = refused(text(stage("one"), stage("two", clocks=clock('from = "submitted"')), partnership_stage(clocks=chairs)))
    assert [said.partition("response, ")[2] for said in found] == [before.format("submitted"), before.format("referred")]


def test_a_second_response_in_one_stage_is_no_clock() -> None:
    assert refused_clock('from = "rejected"').startswith("from: An agency responds once in a stage")
    assert only_clock('from = "rejected"\nowed_by = "raising"\nmeasures = "move_up"').starts_on == ("rejected",)


@pytest.mark.parametrize("key", ["next_step", "next_reply"])
def test_a_clock_has_not_the_key_of_one_of_the_products_own(key: str) -> None:
    (said,) = refused(text(stage("one", clocks=clock(f'key = "{key}"')), stage("two")))
    assert f"key: “{key}” is the product's own clock" in said


def test_a_limit_over_stages_and_a_clock_of_one_have_two_keys() -> None:
    (said,) = refused(_cap("over = [1, 2]", stage("one", clocks=clock('key = "limit"')), stage("two")))
    assert said.endswith("clock limit, key: An overall limit has the key “limit” too: give one of the two another.")


@pytest.mark.parametrize("event", ["sentt", "closed", "half_way", "fact: ", "fact:conference", ""])
def test_a_clock_does_not_start_from_what_is_no_start(event: str) -> None:
    assert refused_clock(f'from = "{event}"\nuntil = "resolved"').startswith("from: ")


def test_a_clock_without_a_start_is_refused() -> None:
    unstarted = clock().replace('from = "sent"\n', "")
    (said,) = refused(text(stage("one", clocks=unstarted), stage("two")))
    assert said.endswith("from: This is missing. Give what starts the clock, such as sent, received or entered.")


def test_what_ends_a_clock_follows_from_what_it_measures() -> None:
    assert (only_clock("").ends_on, only_clock('measures = "meeting"').ends_on) == (("answered",), ("meeting",))


def test_several_events_may_end_a_clock() -> None:
    assert only_clock('until = ["answered", "meeting"]').ends_on == ("answered", "meeting")


def test_a_clock_that_would_end_as_it_starts_is_refused() -> None:
    assert refused_clock('from = "meeting"\nuntil = "meeting"').startswith("until: “meeting” starts this clock and would end it")


@pytest.mark.parametrize("condition", ["urgent", "not urgent", "agreed", "not agreed"])
def test_a_clock_may_run_on_a_condition(condition: str) -> None:
    assert only_clock(f'if = "{condition}"').conditions == (condition,)


def test_risk_of_harm_is_what_makes_a_matter_urgent() -> None:
    assert only_clock('if = "risk of harm"').conditions == ("urgent",)


def test_a_condition_that_nothing_answers_is_refused() -> None:
    assert refused_clock('if = "raining"').startswith("if: “raining” is not a condition.")


@pytest.mark.parametrize("both", ['"urgent", "not urgent"', '"risk of harm", "not urgent"', '"priority = high", "priority = low"'])
def test_conditions_that_never_hold_together_are_refused(both: str) -> None:
    found = refused(text(stage("one", clocks=clock(f"if = [{both}]")), stage("two"), head='priorities = ["high", "low"]'))
    assert [line.rpartition("if: ")[2].partition(",")[0] for line in found] == ["These conditions can never hold together"]


def test_a_clock_per_priority_needs_the_priorities_named() -> None:
    one = stage("one", clocks=clock('if = "priority = high"'))
    assert first_stage(text(one, stage("two"), head='priorities = ["high", "low"]')).clocks[0].conditions == ("priority = high",)
    assert "“high” is not one of the procedure's priorities (none)" in refused(text(one, stage("two")))[0]


def test_urgent_matters_may_have_another_list_of_clocks() -> None:
    own = first_stage(text(stage("one", clocks=clock() + clock('within = "4 clock hours"', under="stages.urgent_clocks")), stage("two")))
    assert [c.within.words() for c in (*own.clocks, *own.urgent_clocks)] == ["2 working days", "4 clock hours"]


def test_a_clock_may_start_at_the_end_of_another() -> None:
    chained = clock() + clock('key = "letter"\nmeasures = "outcome_letter"\nfrom = "end of response"')
    assert first_stage(text(stage("one", clocks=chained), stage("two"))).clocks[1].starts_on == ("end of response",)


def test_a_chain_to_a_clock_that_is_not_there_is_refused() -> None:
    assert refused_clock('from = "end of meeting"') == "from: There is no clock “meeting” beside this one."


def test_a_clock_that_waits_for_itself_is_refused() -> None:
    assert refused_clock('from = "end of response"') == "from: A clock cannot wait for its own end."


def test_clocks_that_wait_for_each_other_are_refused() -> None:
    circle = clock('from = "end of letter"') + clock('key = "letter"\nfrom = "end of response"')
    said = refused(text(stage("one", clocks=circle), stage("two")))
    assert all("starts at the end of one that waits for it" in line for line in said)
    assert len(said) == 2


def test_two_clocks_of_a_stage_with_one_key_are_refused() -> None:
    assert refused(text(stage("one", clocks=clock() + clock()), stage("two"))) == [
        "sample.toml: stage 1, clocks: Two clocks have the key “response”."
    ]


def _setting(target: str, within: str) -> str:
    acknowledgement = clock(f'key = "acknowledgement"\nmeasures = "acknowledgement"\nsets = "{target}"')
    return text(stage("one", clocks=acknowledgement + clock(f'within = "{within}"')), stage("two"))


def test_a_clocks_answer_may_set_the_date_of_another() -> None:
    assert first_stage(_setting("response", "agreed")).clocks[0].sets == "response"


def test_setting_the_date_of_no_clock_is_refused() -> None:
    (said,) = refused(_setting("reply", "agreed"))
    assert said.endswith("sets: There is no other clock “reply” beside this one whose date could be set.")


def test_setting_the_date_of_a_clock_with_its_own_length_is_refused() -> None:
    assert "only one whose time is “agreed” can be set" in refused(_setting("response", "2 working days"))[0]


def _cap(changes: str, *stages: str) -> str:
    base = 'key = "limit"\nmeasures = "cap"\nowed_by = "each"\nwithin = "5 working days"\nfrom = "submitted"'
    return text(*stages, tail=clock(f"{base}\n{changes}", under="caps"))


def test_a_limit_may_cover_all_stages_or_some_of_them() -> None:
    assert accepted(_cap("over = [1, 2]")).caps[0].over == (1, 2)
    assert accepted(_cap("over = [2, 2]").replace('from = "submitted"', 'from = "sent"')).caps[0].over == (2, 2)


def test_a_limit_from_the_logging_covers_the_first_stage_for_else_it_would_never_start() -> None:
    (said,) = refused(_cap("over = [2, 2]"))
    assert said.endswith("cap limit, from: “submitted” lies before stage 2, so it would never start: use sent or entered, or begin with stage 1.")


@pytest.mark.parametrize("over", ["[1, 3]", "[2, 1]", "[0, 2]"])
def test_a_limit_over_stages_that_are_not_there_is_refused(over: str) -> None:
    assert "is not a range of this procedure's stages 1 to 2" in refused(_cap(f"over = {over}"))[0]


@pytest.mark.parametrize("over", ["3", "[1]", '["a", "b"]', "[true, 2]", "[-1, 2]", "[1, 0x" + "f" * 9000 + "]"])
def test_a_limit_whose_range_is_no_range_is_refused(over: str) -> None:
    assert "The first and the last stage are expected here" in refused(_cap(f"over = {over}"))[0]


def test_a_limit_without_its_stages_is_refused() -> None:
    assert refused(_cap("")) == [
        "sample.toml: cap limit, over: This is missing. Give the first and the last stage that the limit covers, like [1, 3]."
    ]


def test_a_limit_inside_a_stage_is_refused() -> None:
    assert "belongs under caps" in refused_clock('measures = "cap"\nuntil = "resolved"')
    assert "belongs under caps" in refused_clock("over = [1, 2]")


@pytest.mark.parametrize("moment", ["same_time", "end_of_day"])
def test_a_clock_may_have_a_moment_of_its_own(moment: str) -> None:
    assert only_clock(f'moment = "{moment}"').moment == moment


def test_a_clock_takes_the_procedures_moment_where_it_names_none() -> None:
    assert only_clock("").moment == "same_time"


@pytest.mark.parametrize(
    ("head", "close"), [('close = "17:30"', "17:30:00"), ("close = 17:30:00", "17:30:00"), ('close = "none"', "none"), ("", "office_hours")]
)
def test_the_close_of_the_day_is_a_time_the_office_hours_or_none(head: str, close: str) -> None:
    assert str(accepted(text(head=head)).close) == close


@pytest.mark.parametrize("close", ['"25:00"', '"5pm"', "17", "true"])
def test_a_close_that_is_no_time_is_refused(close: str) -> None:
    assert refused(text(head=f"close = {close}")) == ["sample.toml: close: A time like “17:00”, “office_hours” or “none” is expected here."]
