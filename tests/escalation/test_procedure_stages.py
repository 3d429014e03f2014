"""Stages: everything that published procedures say about them can be said, and what cannot be meant is refused in words."""

import pytest

from tests.escalation.procedure_texts import accepted, first_stage, partnership_stage, refused, stage, text

MANY = [stage(key) for key in ("one", "two", "three", "four", "five", "six", "seven", "eight")]


@pytest.mark.parametrize("count", [2, 3, 4, 5, 6, 7])
def test_two_to_seven_stages_are_accepted(count: int) -> None:
    assert accepted(text(*MANY[:count])).last == count


@pytest.mark.parametrize(("count", "said"), [(1, "this one has 1"), (8, "this one has 8")])
def test_fewer_or_more_stages_are_refused(count: int, said: str) -> None:
    assert refused(text(*MANY[:count])) == [f"sample.toml: stages: A procedure has 2 to 7 stages; {said}."]


def test_a_file_without_stages_is_refused() -> None:
    from_nothing = text(" ")
    assert refused(from_nothing) == ["sample.toml: stages: A procedure has 2 to 7 stages; this one has 0."]


def test_stages_are_numbered_in_order_where_the_file_gives_no_numbers() -> None:
    assert [own.number for own in accepted(text(*MANY[:3])).stages] == ["1", "2", "3"]


def test_stages_may_have_no_numbers_at_all() -> None:
    assert [own.number for own in accepted(text(*MANY[:3], head="numbered = false")).stages] == ["", "", ""]


def test_an_informal_stage_that_is_not_counted_leaves_stage_1_to_the_next() -> None:
    definition = accepted(text(stage("talk", "informal = true\ncounted = false"), stage("one"), stage("two")))
    assert [(own.number, own.informal) for own in definition.stages] == [("", True), ("1", False), ("2", False)]


def test_an_informal_stage_may_be_numbered() -> None:
    assert first_stage(text(stage("talk", "informal = true"), stage("two"))).number == "1"


def test_a_stage_before_stage_1_may_have_its_own_number() -> None:
    definition = accepted(text(stage("talk", 'number = "0"\ncounted = false'), stage("one")))
    assert [own.number for own in definition.stages] == ["0", "1"]


def test_two_stages_with_one_number_are_refused() -> None:
    assert refused(text(stage("one", 'number = "2"'), stage("two"))) == ["sample.toml: stages: Two stages have the number 2."]


def test_two_stages_with_one_key_are_refused() -> None:
    assert refused(text(stage("one"), stage("one"))) == ["sample.toml: stages: Two stages have the key “one”."]


def test_a_procedure_has_its_own_word_for_a_stage_for_the_matter_and_for_a_level() -> None:
    definition = accepted(text(head='stage_word = "step"\nmatter_word = "challenge"\nlevel_word = "tier"'))
    assert (definition.stage_word, definition.matter_word, definition.levels_are) == ("step", "challenge", "tier")


def test_a_stage_may_lie_inside_the_own_agency() -> None:
    assert first_stage(text(stage("own", 'sides = "own"'), stage("two"))).is_own


def test_an_own_stage_after_one_of_both_agencies_is_refused() -> None:
    (said,) = refused(text(stage("one"), stage("own", 'sides = "own"'), stage("three")))
    assert said.startswith("sample.toml: stage 2, sides: A stage “own” cannot follow a stage “both”")


def test_a_procedure_that_never_brings_both_agencies_together_is_refused() -> None:
    (said,) = refused(text(stage("own", 'sides = "own"'), partnership_stage()))
    assert "at least one has sides = “both”" in said


def test_an_unknown_kind_of_stage_is_refused_with_the_nearest_one() -> None:
    said = refused(text(stage("one", 'sides = "partnershp"'), stage("two")))
    assert "sample.toml: stage 1, sides: “partnershp” is not known here. Did you mean “partnership”?" in said


def test_a_stage_may_be_a_meeting() -> None:
    assert first_stage(text(stage("round_table", "is_meeting = true"), stage("two"))).is_meeting


def test_the_last_stage_may_have_variants() -> None:
    last = accepted(
        text(stage("one"), partnership_stage('routes = ["mediation", "liaison"]\nforce = { mediation = "binding", liaison = "advisory" }'))
    )
    assert last.routes() == ("mediation", "liaison")


@pytest.mark.parametrize("side", ["chair", "receiving"])
def test_who_chooses_the_variant_is_recorded(side: str) -> None:
    definition = accepted(text(tail=f'[recorded]\nroute_chosen_by = "{side}"'))
    assert definition.recorded_only == (("route_chosen_by", side.capitalize()),)


def test_what_lies_beyond_the_last_stage_is_recorded() -> None:
    definition = accepted(text(tail='[recorded]\nbeyond_last = "The national panel is asked"'))
    assert definition.recorded_only == (("beyond_last", "The national panel is asked"),)


def test_starting_above_the_first_stage_and_skipping_need_grounds_that_are_named() -> None:
    definition = accepted(text(head='start_above = ["risk"]\nskip = ["risk", "delay"]'))
    assert (definition.start_above, definition.skip) == (("risk",), ("risk", "delay"))


def test_an_unknown_ground_is_refused() -> None:
    (said,) = refused(text(head='skip = ["impatience"]'))
    assert said.startswith("sample.toml: skip: “impatience” is not known here. It is one of: not_resolved")


def test_a_key_that_nobody_knows_is_refused_with_the_nearest_one() -> None:
    assert refused(text(stage("one", "is_meting = true"), stage("two"))) == [
        "sample.toml: stage 1, is_meting: This key is not known here. Did you mean “is_meeting”?"
    ]


def test_every_mistake_is_reported_at_once_with_its_stage_and_field() -> None:
    said = refused(text(stage("one", 'name = ""'), stage("two", "is_meeting = 1"), head='start_rule = "round"'))
    assert [line.split(": ")[1] for line in said] == ["start_rule", "stage 1, name", "stage 2, is_meeting"]


@pytest.mark.parametrize("broken", ["key =", '"', "x = " + "[" * 4000, "x = " + "9" * 5000, "x = 2026-13-45", "a = 1\na = 2"])
def test_what_is_not_toml_is_one_plain_problem(broken: str) -> None:
    assert len(refused(broken)) == 1


def test_a_file_that_is_too_long_is_refused() -> None:
    assert "200000 is the most" in refused("#" * 200_001)[0]


@pytest.mark.parametrize("value", ["1", "true", "[1]", "2026-01-01", '"a\\u0000b"', '"' + "x" * 201 + '"'])
def test_a_name_that_is_not_a_short_printable_text_is_refused(value: str) -> None:
    (said,) = refused(text(stage("one", f"name = {value}"), stage("two")))
    assert said.startswith("sample.toml: stage 1, name: ")
