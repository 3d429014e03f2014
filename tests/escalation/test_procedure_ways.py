"""Doors that ask, and variants: what can be said of them, what is refused, and the procedure that results."""

import pytest

from escalation.procedures.comparing import differences
from escalation.procedures.schema import from_json, shipped, to_json
from escalation.procedures.variants import by_way_of
from escalation.procedures.way_words import variant_sentences
from tests.escalation.procedure_texts import CLOCK, accepted, clock, lines, partnership_stage, refused, stage, text

STAGES = (stage("one", clocks=clock()), stage("two", clocks=clock()), partnership_stage())
DOOR = '[[doors]]\ndoor = "cross_borough"\ndoes = "variant"\nvariant = "short"\nwords = "Its own way."\n'
VARIANT = '[[variants]]\nkey = "short"\nname = "Short"\nwords = "Straight up."\n'
CHANGE = "[[variants.changes]]\n"
ASKS = '[[doors]]\ndoor = "complaint"\ndoes = "ask"\nwords = "Which?"\n'
WAY = '[[doors.ways]]\nkey = "{key}"\nlabel = "This"\ndoes = "{does}"\nwords = "So."\n'


def _variant(changes: str, *more: str) -> str:
    return text(*STAGES, tail=DOOR + VARIANT + changes + "\n" + "".join(more))


def _asks(*ways: str) -> str:
    return text(tail=ASKS + "".join(ways))


def test_a_variant_passes_over_stages_and_keeps_each_others_place() -> None:
    way = by_way_of(accepted(_variant('stages = ["two", "chair"]')), "short")
    assert [(own.key, own.position, own.passed_over) for own in way.stages] == [("one", 1, True), ("two", 2, False), ("chair", 3, False)]
    assert (way.first, [own.position for at in range(4) if (own := way.following(at))]) == (2, [2, 2, 3])


def test_a_variant_changes_clocks_people_and_what_a_stage_asks_for() -> None:
    change = CHANGE + 'stage = "two"\nname = "Directors"\nraising = { roles = ["senior_manager"] }\nrequires = ["meeting"]\nclocks = []\n'
    way = by_way_of(accepted(_variant("", change)), "short")
    assert (way.stage(2).name, way.stage(2).raising.roles, way.stage(2).clocks) == ("Directors", ("senior_manager",), ())
    assert (way.stage(2).receiving.roles, way.stage(2).requires) == (("manager",), ("meeting",))
    assert way.stage(1) == accepted(_variant("first_hop = true")).stage(1)


def test_a_variant_says_who_takes_it_first_or_that_nobody_does() -> None:
    assert by_way_of(accepted(_variant('hop = { stage = "two" }')), "short").first_hop
    named = by_way_of(accepted(_variant('hop = { roles = ["senior_manager"], words = "Designated manager" }')), "short")
    assert named.way is not None
    assert named.way.hop is not None
    assert (named.way.hop.roles, named.way.hop.words) == (("senior_manager",), "Designated manager")
    assert not by_way_of(accepted(_variant("first_hop = false")), "short").first_hop


def test_without_a_variant_it_is_the_procedure_itself() -> None:
    definition = accepted(_variant("first_hop = false"))
    assert by_way_of(definition, "") is definition


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ("", "variant short, key: This way is no other than the procedure's own"),
        ('stages = ["three"]', "variant short, stages: There is no stage “three”. There are: one, two, chair."),
        ('stages = ["two", "one"]', "variant short, stages: The stages are named here in the order of the procedure."),
        ('stages = ["chair"]', "variant short, stages: No stage on this way brings both agencies together."),
        ('hop = { stage = "chair" }', "variant short, hop, stage: At the partnership's stage nobody of the own agency acts."),
        ('hop = { stage = "two" }\nfirst_hop = false', "variant short, first_hop: Somebody takes it first on this way (hop)"),
        ("hop = {}", "variant short, hop, level: Nobody acts on this side"),
        ('tells = ["aunt"]', "variant short, tells: “aunt” is not known here."),
        ("first_hop = false\ncolour = 1", "variant short, colour: This key is not known here."),
        ('first_hop = false\n[[variants.changes]]\nstage = "two"', "variant short, change 1, stage: Nothing differs here."),
        ('first_hop = false\n[[variants.changes]]\nname = "Two"', "variant short, change 1, stage: This is missing."),
    ],
)
def test_what_a_variant_cannot_mean_is_refused_in_words(changes: str, said: str) -> None:
    assert said in refused(_variant(changes))[0]


def test_a_changed_stage_is_checked_like_one_of_the_procedures_own() -> None:
    owed = lines(CLOCK, 'owed_by = "chair"')
    (said,) = refused(_variant("", CHANGE + 'stage = "two"\n[[variants.changes.clocks]]\n' + owed))
    assert said == "sample.toml: variant short, stage 2, clock response, owed_by: In a stage with sides = “both” the chair side owes nothing."
    passed = CHANGE + 'stage = "one"\nclocks = []\n'
    assert "This stage is passed over on this way" in refused(_variant('stages = ["two", "chair"]', passed))[0]


def test_a_door_leads_to_a_variant_that_is_there_and_every_variant_has_a_door() -> None:
    assert "There is no variant “short”." in refused(text(*STAGES, tail=DOOR))[0]
    assert "No door leads to this variant." in refused(text(*STAGES, tail=VARIANT + "first_hop = false\n"))[0]
    go_on = DOOR.replace('does = "variant"', 'does = "go_on"')
    assert "it is not taken: say does = “variant”" in refused(text(*STAGES, tail=go_on + VARIANT + "first_hop = false\n"))[0]


def test_every_mistake_of_doors_and_variants_is_said_at_once() -> None:
    door = '[[doors]]\ndoor = "moon"\ndoes = "ask"\nwords = "Which?"\n'
    said = refused(text(*STAGES, tail=door + VARIANT + 'stages = ["x"]\ntells = ["aunt"]\n'))
    assert len(said) == 5
    assert [any(word in line for line in said) for word in ("moon", "two or more", "“x”", "aunt", "No door leads")] == [True] * 5


def test_a_door_asks_which_of_several_ways() -> None:
    rule = accepted(_asks(WAY.format(key="a", does="stop"), WAY.format(key="b", does="go_on"))).doors[0]
    assert [(way.key, way.does, way.words) for way in rule.ways] == [("a", "stop", "So."), ("b", "go_on", "So.")]


def test_a_door_that_asks_has_two_ways_of_different_keys_that_do_not_ask_again() -> None:
    one = WAY.format(key="a", does="stop")
    assert "two or more to choose from" in refused(_asks(one))[0]
    assert "Two ways have the key “a”." in refused(_asks(one, one))[0]
    assert "A way does not ask again" in refused(_asks(one, WAY.format(key="b", does="ask")))[0]
    assert "nobody is asked: say does = “ask”" in refused(_asks(one, one).replace('does = "ask"', 'does = "stop"'))[0]


@pytest.mark.parametrize("key", sorted(shipped()))
def test_a_shipped_procedure_is_stored_and_read_with_its_ways(key: str) -> None:
    assert from_json(to_json(shipped()[key])) == shipped()[key]


def test_how_a_way_differs_is_said_in_plain_sentences() -> None:
    enfield = shipped()["enfield"]
    said = variant_sentences(enfield, enfield.variants[0])
    at_once = "the raising agency is to move it up, if the concern continues, at once after the response not being accepted."
    assert f"At stage 1 (First-line managers): {at_once}" in said
    assert "At stage 2 (Heads of service of both authorities): no meeting is asked for." in said


def test_a_new_version_says_that_its_ways_change() -> None:
    before, after = accepted(_variant("first_hop = false")), accepted(_variant('first_hop = false\ntells = ["legal"]'))
    assert differences(before, after) == ("Changed: ways of its own at doors.",)
