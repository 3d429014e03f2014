"""People, telling, forms, what happens as time passes, scope, ending and life: each can be said, and what cannot be meant is refused."""

from datetime import date

import pytest

from escalation.clocks import Within
from escalation.procedures.definition import OnTime
from tests.escalation.procedure_texts import (
    CHAIR,
    accepted,
    clock,
    first_stage,
    only_clock,
    partnership_stage,
    refused,
    refused_clock,
    stage,
    text,
)  # fmt: skip


def _raising(words: str) -> str:
    return text(stage("one", f"raising = {words}"), stage("two"))


def test_people_act_by_level_by_role_or_by_both() -> None:
    assert first_stage(_raising("{ level = 3 }")).raising.level == 3
    assert first_stage(_raising('{ roles = ["board_member"] }')).raising.roles == ("board_member",)
    both = first_stage(_raising('{ level = 2, roles = ["manager"], words = "Team manager" }')).raising
    assert (both.level, both.roles, both.words) == (2, ("manager",), "Team manager")


@pytest.mark.parametrize(("role", "words"), [("reviewing_unit", "Independent reviewing officer"), ("senior_manager", "Senior liaison officer")])
def test_a_named_role_keeps_its_own_title(role: str, words: str) -> None:
    acting = first_stage(_raising(f'{{ roles = ["{role}"], words = "{words}" }}')).raising
    assert (acting.roles, acting.words) == ((role,), words)


def test_the_receiving_side_is_as_the_raising_side_unless_it_is_given() -> None:
    assert first_stage(text()).receiving.roles == ("manager",)
    given = first_stage(text(stage("one", 'receiving = { roles = ["safeguarding_lead"] }'), stage("two")))
    assert given.receiving.roles == ("safeguarding_lead",)


def test_an_unknown_role_is_refused_with_the_nearest_one() -> None:
    (said,) = refused(_raising('{ roles = ["bord_member"] }'))
    assert said == "sample.toml: stage 1, raising, roles: “bord_member” is not known here. Did you mean “board_member”?"


def test_a_role_of_the_partnership_does_not_act_for_an_agency() -> None:
    assert "“chair” cannot act here" in refused(_raising('{ roles = ["chair"] }'))[0]


@pytest.mark.parametrize("words", ["{}", '{ words = "Somebody" }'])
def test_a_side_on_which_nobody_acts_is_refused(words: str) -> None:
    assert "Nobody acts on this side" in refused(_raising(words))[0]


@pytest.mark.parametrize("level", ["0", "10", '"two"', "true", "2.5"])
def test_a_level_that_is_no_small_whole_number_is_refused(level: str) -> None:
    assert refused(_raising(f"{{ level = {level} }}"))[0].startswith("sample.toml: stage 1, raising, level: ")


def test_a_stage_below_the_one_before_is_refused_and_one_at_the_same_level_is_not() -> None:
    second = stage("two", "raising = { level = 2 }")
    assert accepted(text(stage("one", "raising = { level = 2 }"), second)).last == 2
    assert "acts at level 2, below level 3" in refused(text(stage("one", "raising = { level = 3 }"), second))[0]


def test_a_first_hop_before_practitioners_or_inside_the_own_agency_is_refused() -> None:
    practitioners = text(stage("one", 'raising = { roles = ["practitioner"] }'), stage("two"), head="first_hop = true")
    assert "Practitioners act at the first stage themselves" in refused(practitioners)[0]
    own = text(stage("own", 'sides = "own"'), stage("two"), head="first_hop = true")
    assert "already lies inside the own agency" in refused(own)[0]


def test_whether_there_is_a_first_hop_must_be_said() -> None:
    assert "sample.toml: first_hop: This is missing." in refused(text().replace("first_hop = false", ""))[0]


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("same_person_again = true", "yes"),
        ('resolved_by = "raising"', "Raising"),
        ('copy_list = ["Named nurse", "Legal services"]', "Named nurse; Legal services"),
        ("family_told = true", "yes"),
        ('feedback_within = "5 working days"', "5 working days"),
        ('outcome_letter_within = "10 calendar days"', "10 calendar days"),
        ('about = ["children", "adults"]', "children, adults"),
        ('matters = ["case", "theme", "capacity", "missed_meetings"]', "case, theme, capacity, missed meetings"),
        ('based_on = "London"', "London"),
        ('exceptions = ["Stage 2 is a meeting here"]', "Stage 2 is a meeting here"),
        ('remind = { when = ["half_way", "due"], whom = ["manager"] }', "half way, due; to manager"),
        (
            'fields = [{ key = "impact", asked = "required", words = "What it means for the child" }]',
            "impact: required (“What it means for the child”)",
        ),
    ],
)
def test_what_no_verb_uses_is_read_and_kept_in_words(line: str, kept: str) -> None:
    key = line.split(" =")[0]
    assert accepted(text(tail=f"[recorded]\n{line}")).recorded_only == ((key, kept),)


@pytest.mark.parametrize(
    "line",
    [
        'consult_first = ["manager"]', 'same_person_again = "yes"', 'resolved_by = "nobody"', 'feedback_within = "5 days"', 'about = ["horses"]',
        'remind = { when = ["always"] }', 'fields = [{ key = "impact" }]', "colour = 1",
    ],
)  # fmt: skip
def test_what_no_verb_uses_is_checked_all_the_same(line: str) -> None:
    (said,) = refused(text(tail=f"[recorded]\n{line}"))
    assert said.startswith("sample.toml: recorded, ")


PANEL = 'routes = ["panel"]\nforce = { panel = "advisory" }\n'


def test_a_panel_says_how_many_agencies_whether_the_parties_sit_and_who_chairs() -> None:
    given = 'panel = { agencies = 3, includes_parties = true, chair = "An independent person" }'
    own = accepted(text(stage("one"), partnership_stage(PANEL + given))).stage(2).partnership
    assert own is not None
    assert (own.panel_agencies, own.panel_includes_parties, own.panel_chair) == (3, True, "An independent person")


def test_a_panel_without_its_number_of_agencies_is_refused() -> None:
    assert "Give the number of agencies that sit on a panel" in refused(text(stage("one"), partnership_stage(PANEL)))[0]


@pytest.mark.parametrize("force", ["binding", "advisory", "mediation"])
def test_a_decision_binds_advises_or_only_mediates(force: str) -> None:
    own = accepted(text(stage("one"), partnership_stage(f'force = {{ mediation = "{force}" }}'))).stage(2).partnership
    assert own is not None
    assert own.force == {"mediation": force}


def test_a_stage_that_nobody_may_refer_to_is_refused() -> None:
    assert "Nobody could refer it" in refused(text(stage("one"), partnership_stage("refer_roles = []")))[0]


def test_a_route_without_its_force_is_refused() -> None:
    (said,) = refused(text(stage("one"), partnership_stage("force = {}")))
    assert said.endswith("mediation: This is missing. Give what a decision by mediation does (binding, advisory or mediation).")


def test_nobody_outside_the_agencies_decides_where_the_procedure_forbids_it() -> None:
    assert "no route can be binding" in refused(text(stage("one"), partnership_stage("outsiders_may_decide = false")))[0]


def test_a_stage_of_the_partnership_says_what_it_may_do() -> None:
    assert "Give the routes of this stage" in refused(text(stage("one"), stage("chair", CHAIR)))[0]


UNIT = [
    ("every stage", [True, True]),
    ("from stage 2", [False, True]),
    ("from level 3", [False, True]),
    ("only the last stage", [False, True]),
    ("resolution", [False, False]),
    ("cap passed", [False, False]),
]


@pytest.mark.parametrize(("words", "told"), UNIT)
def test_the_unit_is_told_at_every_stage_from_one_on_by_level_or_at_the_end(words: str, told: list[bool]) -> None:
    stages = stage("one", "raising = { level = 2 }"), stage("two", "raising = { level = 3 }")
    definition = accepted(text(*stages, tail=f'[telling]\nunit = ["{words}"]'))
    assert [own.tells_unit for own in definition.stages] == told
    assert definition.informs_unit == (words,)


@pytest.mark.parametrize("words", ["from stage 3", "from level 9", "partnership stage", "sometimes"])
def test_telling_the_unit_at_what_is_not_there_is_refused(words: str) -> None:
    assert refused(text(tail=f'[telling]\nunit = ["{words}"]'))[0].startswith("sample.toml: telling, unit: ")


def test_the_other_side_may_be_told_first_that_the_unit_will_be() -> None:
    definition = accepted(text(tail='[telling]\nunit = ["from stage 2"]\nwarn_other_side_first = true'))
    assert [own.warns_other_side for own in definition.stages] == [False, True]


def test_a_stage_inside_the_own_agency_tells_nobody_outside_it() -> None:
    own = stage("own", 'sides = "own"\ntells_unit = true')
    assert "is not told to anyone outside it" in refused(text(own, stage("two")))[0]
    every = accepted(text(stage("own", 'sides = "own"'), stage("two"), tail='[telling]\nunit = ["every stage"]'))
    assert [each.tells_unit for each in every.stages] == [False, True]


def test_forms_are_none_one_from_a_stage_or_one_per_stage() -> None:
    definition = accepted(text(stage("one"), stage("two", 'forms = ["monitoring", "response"]')))
    assert [own.forms for own in definition.stages] == [(), ("monitoring", "response")]
    assert "cannot name a form" in refused(text(stage("one", 'forms = ["Form A"]'), stage("two")))[0]


def test_a_stage_requires_only_what_is_known() -> None:
    assert first_stage(text(stage("one", 'requires = ["meeting", "lead_manager"]'), stage("two"))).requires == ("meeting", "lead_manager")
    assert "“tea” is not known here" in refused(text(stage("one", 'requires = ["tea"]'), stage("two")))[0]


@pytest.mark.parametrize(
    ("line", "does"),
    [
        ('"remind"', OnTime()),
        ('"offer"', OnTime(offer=True)),
        ('"move up after 1 working day"', OnTime(move_up_after=Within.parse("1 working day"))),
        ('{ does = "offer", remind = false, alert_unit = true }', OnTime(remind=False, offer=True, alert_unit=True)),
    ],
)
def test_when_time_has_passed_a_stage_reminds_offers_or_moves_up(line: str, does: OnTime) -> None:
    assert only_clock(f"on_time = {line}").on_time == does


@pytest.mark.parametrize("line", ['"shout"', '"move up after 5 days"', '"move up after"', "{}", '{ does = "offer", loud = true }', "1"])
def test_what_cannot_happen_when_time_has_passed_is_refused(line: str) -> None:
    assert refused_clock(f"on_time = {line}").startswith("on_time")


def test_an_automatic_move_out_of_the_last_stage_is_refused() -> None:
    last = stage("two", clocks=clock('on_time = "move up after 1 working day"'))
    assert refused(text(stage("one"), last)) == [
        "sample.toml: stage 2, clock response, on_time: Nothing moves up by itself out of the last stage: use remind."
    ]


def test_an_automatic_move_before_the_partnership_is_refused_on_every_way() -> None:
    """Also where a variant passes over the stages between."""
    said = "Nothing moves up by itself before the partnership: somebody refers it there. Use offer or remind."
    moving = stage("one", clocks=clock('on_time = "move up after 1 working day"'))
    assert refused(text(moving, partnership_stage())) == [f"sample.toml: stage 1, clock response, on_time: {said}"]
    door = '[[doors]]\ndoor = "cross_borough"\ndoes = "variant"\nvariant = "short"\nwords = "Its own way."\n'
    short = '[[variants]]\nkey = "short"\nname = "Short"\nwords = "Straight up."\nstages = ["one", "chair"]\n'
    through = text(moving, stage("two", clocks=clock()), partnership_stage())
    assert accepted(through).stage(1).clocks[0].on_time.move_up_after
    assert refused(through + door + short) == [f"sample.toml: variant short, stage 1, clock response, on_time: {said}"]


def test_offering_to_move_up_from_the_last_stage_is_refused_unless_it_was_only_the_procedures_habit() -> None:
    assert "cannot be offered there" in refused(text(stage("one"), stage("two", clocks=clock('on_time = "offer"'))))[0]
    habit = accepted(text(stage("one"), stage("two", clocks=clock()), head='on_time = "offer"'))
    assert habit.stage(2).clocks[0].on_time == OnTime(alert_unit=True)


def test_an_automatic_move_needs_lengths_of_time() -> None:
    assert "waits for an agreed date" in refused_clock('within = "agreed"\non_time = "move up after 1 working day"')
    assert "The wait before moving up is a length of time" in refused_clock('on_time = "move up after agreed"')


def test_an_automatic_move_is_said_at_its_clock_and_not_for_every_clock() -> None:
    (said,) = refused(text(head='on_time = "move up after 1 working day"'))
    assert said.startswith("sample.toml: on_time: Moving up by itself is said at the clock")


def test_only_a_clock_of_the_receiving_side_moves_up_by_itself() -> None:
    assert "Only a clock that the receiving side owes" in refused_clock('owed_by = "raising"\non_time = "move up after 1 working day"')
    assert "Only a clock that measures a response" in refused_clock('measures = "meeting"\non_time = "move up after 1 working day"')


def _door(changes: str) -> str:
    return text(tail=f'[[doors]]\n{changes}\nwords = "Go there."')


def test_a_door_stops_goes_on_or_takes_a_variant() -> None:
    for does in ("stop", "go_on"):
        assert accepted(_door(f'door = "complaint"\ndoes = "{does}"')).doors[0].does == does
    variant = '\n[[variants]]\nkey = "dissent"\nname = "Dissent"\nwords = "Told."\ntells = ["reviewing_service"]\n'
    taken = _door('door = "conference_dissent"\ndoes = "variant"\nvariant = "dissent"') + variant
    assert accepted(taken).doors[0].variant == "dissent"


@pytest.mark.parametrize(
    "changes", ['door = "moon"\ndoes = "stop"', 'door = "complaint"\ndoes = "wait"', 'door = "complaint"\ndoes = "variant"', 'does = "stop"']
)
def test_a_door_that_leads_nowhere_is_refused(changes: str) -> None:
    assert refused(_door(changes))[0].startswith("sample.toml: door 1, ")


def test_one_agency_inside_itself_and_several_receiving_agencies_are_settings() -> None:
    definition = accepted(text(head='own_agency_allowed = true\nseveral_receiving = false\nthird_party_roles = ["reviewing_unit"]'))
    assert (definition.own_agency_allowed, definition.several_receiving, definition.third_party_roles) == (True, False, ("reviewing_unit",))


def test_themes_may_be_narrowed() -> None:
    assert accepted(text(head='themes = ["threshold", "delay"]')).themes == ("threshold", "delay")
    assert "“weather” is not known" in refused(text(head='themes = ["weather"]'))[0]


def test_closing_asks_for_what_the_procedure_demands() -> None:
    closing = accepted(text(tail='[closing]\ndebrief = true\nlead_manager_from = 2\nlearning_goes_to = "Subgroup"')).closing
    assert (closing.learning, closing.debrief, closing.lead_manager_from, closing.learning_goes_to) == (True, True, 2, "Subgroup")
    assert "There is no stage 3" in refused(text(tail="[closing]\nlead_manager_from = 3"))[0]


def test_a_procedure_says_its_owner_and_its_days() -> None:
    definition = accepted(text(head="in_force_from = 2026-04-01\nreviewed_on = 2026-03-01\nreview_due = 2027-03-01"))
    assert (definition.in_force_from, definition.reviewed_on, definition.review_due) == (date(2026, 4, 1), date(2026, 3, 1), date(2027, 3, 1))
    assert "sample.toml: owner: This is missing." in refused(text(head='owner = ""'))[0]


@pytest.mark.parametrize("day", ['"2026-04-01"', "2026-04-01T09:00:00", "2026"])
def test_a_day_that_is_not_written_as_one_is_refused(day: str) -> None:
    assert "like 2026-04-01" in refused(text(head=f"in_force_from = {day}"))[0]


@pytest.mark.parametrize("day", ["1999-12-31", "2200-01-01", "9999-12-31"])
def test_a_day_far_from_our_time_is_refused(day: str) -> None:
    assert refused(text(head=f"review_due = {day}")) == ["sample.toml: review_due: A date from 2000 to 2199 is expected here."]


def test_a_review_due_before_the_last_review_is_refused() -> None:
    assert "lies before the last one" in refused(text(head="reviewed_on = 2026-03-01\nreview_due = 2025-03-01"))[0]
