"""What a procedure file says of the conference request and the subgroup: read, checked, kept, and told on its page."""

import pytest

from escalation.procedures.definition import Subgroup
from escalation.procedures.schema import from_json, shipped, to_json
from escalation.procedures.words import around_rows
from escalation.states import SubgroupMatter
from tests.escalation.procedure_texts import accepted, refused, text


def test_a_file_without_the_tables_has_neither() -> None:
    definition = accepted(text())
    assert (definition.conference_after, definition.subgroup, around_rows(definition)) == (None, None, ())


def test_both_are_read_and_survive_being_stored() -> None:
    definition = accepted(text(tail='[conference]\nafter_stage = 1\n[subgroup]\nname = "Practice group"\ntakes = ["stuck"]\n'))
    assert (definition.conference_after, definition.subgroup) == (1, Subgroup("Practice group", (SubgroupMatter.STUCK,)))
    assert from_json(to_json(definition)) == definition


@pytest.mark.parametrize(
    ("tail", "words"),
    [
        ("[conference]\n", "after_stage: This is missing."),
        ("[conference]\nafter_stage = 6\n", "There is no stage 6"),
        ("[conference]\nafter_stage = 0\n", "A number from 1 to 7"),
        ('[conference]\nafter_stage = "one"\n', "A whole number is expected here"),
        ("[conference]\nafter_stage = 1\nwho = 2\n", "who: This key is not known here."),
        ('[subgroup]\ntakes = ["stuck"]\n', "name: This is missing."),
        ('[subgroup]\nname = "Group"\n', "takes: This is missing."),
        ('[subgroup]\nname = "Group"\ntakes = ["stack"]\n', "Did you mean “stuck”?"),
    ],
)
def test_each_mistake_is_named_where_it_is(tail: str, words: str) -> None:
    assert any(words in problem for problem in refused(text(tail=tail)))


def test_enfield_alone_asks_for_conferences_and_devon_alone_has_a_subgroup() -> None:
    """ENF-08, DEV-07."""
    found = shipped()
    assert {key: definition.conference_after for key, definition in found.items() if definition.conference_after} == {"enfield": 1}
    assert {key for key, definition in found.items() if definition.subgroup} == {"devon"}


def test_the_procedures_page_says_both() -> None:
    said = dict((*around_rows(shipped()["enfield"]), *around_rows(shipped()["devon"])))
    assert "After stage 1, supported by a senior manager" in said["A conference may formally be asked for"]
    assert said["Practice Development Group"].endswith("It decides no case: the agencies do.")
