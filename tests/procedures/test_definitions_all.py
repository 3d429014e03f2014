"""What holds of every procedure that ships, whatever its text says."""

import re
from pathlib import Path

import pytest

from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.schema import shipped, shipped_files
from escalation.procedures.words import clock_sentence, counting_sentence, on_time_sentence, told_words
from escalation.states import Door

EVERY = [pytest.param(definition, id=key) for key, definition in shipped().items()]
SOURCES = {"bristol": "BRI-", "bromley": "BRO-", "devon": "DEV-", "enfield": "ENF-", "buckinghamshire": "BUC-"}


@pytest.mark.parametrize("definition", EVERY)
def test_every_door_is_answered_in_words(definition: ProcedureDefinition) -> None:
    assert {rule.door for rule in definition.doors} == set(Door)
    assert all(rule.words.endswith(".") for rule in definition.doors)


@pytest.mark.parametrize("path", shipped_files(), ids=lambda path: path.stem)
def test_every_door_says_what_it_rests_on_or_that_it_is_ours(path: Path) -> None:
    found = re.findall(r"^door = (.*)\ndoes = \S+(.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(found) == len(Door)
    assert [door for door, words in found if not words.startswith((f" # {SOURCES[path.stem]}", " # Ours", " # The text"))] == []


@pytest.mark.parametrize("definition", EVERY)
def test_every_stage_and_clock_names_the_rule_that_it_comes_from(definition: ProcedureDefinition) -> None:
    clocks = [clock.source for stage in definition.stages for clock in stage.clocks] + [clock.source for clock in definition.caps]
    for source in clocks + [stage.source for stage in definition.stages]:
        assert source.startswith(SOURCES[definition.key])


@pytest.mark.parametrize("definition", EVERY)
def test_nothing_moves_up_by_itself_but_bristols_first_stage(definition: ProcedureDefinition) -> None:
    moving = {(definition.key, stage.position) for stage in definition.stages for clock in stage.clocks if clock.on_time.move_up_after}
    assert moving <= {("bristol", 1)}


@pytest.mark.parametrize("definition", EVERY)
def test_every_clock_reads_as_a_sentence(definition: ProcedureDefinition) -> None:
    clocks = [clock for stage in definition.stages for clock in stage.clocks] + list(definition.caps)
    for words in [clock_sentence(clock) for clock in clocks] + [on_time_sentence(clock.on_time) for clock in clocks]:
        assert words.endswith(".")
        assert "_" not in words
    assert counting_sentence(definition).endswith(".")
    assert told_words(definition).startswith("At stage")


def test_bri_05_reads_as_people_would_say_it() -> None:
    clock = shipped()["bristol"].stage(1).clocks[0]
    words = "Each receiving agency is to respond within 1 working day of sending it to the other agency, or sooner where the risk demands it."
    assert clock_sentence(clock) == words


@pytest.mark.parametrize("definition", EVERY)
def test_words_that_screens_avoid_are_not_in_what_ships(definition: ProcedureDefinition) -> None:
    said = [stage.name for stage in definition.stages] + [rule.words for rule in definition.doors]
    said += [words for rule in definition.doors for way in rule.ways for words in (way.label, way.words)]
    said += [words for variant in definition.variants for words in (variant.name, variant.words)]
    for words in said:
        assert not any(avoided in words.lower() for avoided in ("dispute", "ticket", "respondent", " sla "))
