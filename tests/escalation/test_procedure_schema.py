"""The reader as a whole: nothing makes it fall over, what it reads survives being stored, and what ships is right."""

import json
import tomllib
from datetime import date, time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from escalation import checks
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.problems import ProcedureProblems
from escalation.procedures.recorded import RECORDED
from escalation.procedures.schema import from_json, read_procedure, shipped, shipped_files, to_json
from escalation.procedures.stored import checksum
from tests.escalation.procedure_texts import accepted, text

SHIPPED = ["bristol", "bromley", "buckinghamshire", "devon", "enfield"]
KNOWN = sorted(
    {word for path in shipped_files() for word in path.read_text(encoding="utf-8").replace('"', " ").replace("=", " ").split() if word.isidentifier()}
)
scalars = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.text(max_size=12), st.sampled_from(KNOWN), st.dates(), st.times(),
    st.sampled_from(["5 days", "2 working days", "end of response", "fact: x", "move up after 1 working day", "from stage 9", "ab\x00c", "\ud800"]),
)  # fmt: skip
keys = st.one_of(st.sampled_from(KNOWN), st.text(max_size=6))
values = st.recursive(scalars, lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=5)), max_leaves=12)
FUZZ = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def _reads(source: str) -> None:
    """Fails on anything but a definition or a list of problems, each with its sentence."""
    found: object
    try:
        found = read_procedure(source, "fuzz.toml")
    except ProcedureProblems as problems:
        found = [problem.message for problem in problems.problems if problem.message]
    assert isinstance(found, ProcedureDefinition) or found


@FUZZ
@given(st.text(max_size=200))
def test_any_text_is_a_procedure_or_a_list_of_problems(source: str) -> None:
    _reads(source)


@FUZZ
@given(st.dictionaries(keys, values, max_size=8))
def test_any_tables_are_a_procedure_or_a_list_of_problems(data: dict[str, object]) -> None:
    _reads("\n".join(_toml(data)))


@FUZZ
@given(st.sampled_from(shipped_files()), st.data())
def test_a_shipped_file_with_anything_changed_is_a_procedure_or_a_list_of_problems(path: Path, data: st.DataObject) -> None:
    tables = tomllib.loads(path.read_text(encoding="utf-8"))
    place: dict[str, object] | list[object] = tables
    for _ in range(data.draw(st.integers(0, 4))):
        inside = [value for value in (place.values() if isinstance(place, dict) else place) if isinstance(value, dict | list) and value]
        if not inside:
            break
        place = data.draw(st.sampled_from(inside))
    if isinstance(place, dict):
        place[data.draw(st.sampled_from(sorted(place)))] = data.draw(values)
    else:
        place[data.draw(st.integers(0, len(place) - 1))] = data.draw(values)
    _reads("\n".join(_toml(tables)))


def _toml(data: dict[str, object]) -> list[str]:
    return [f"{_quoted(key)} = {_value(value)}" for key, value in data.items()]


def _quoted(words: str) -> str:
    return json.dumps(words, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(_toml(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, str):
        return _quoted(value)
    return value.isoformat() if isinstance(value, date | time) else str(value).lower()


def test_five_procedures_ship() -> None:
    assert sorted(shipped()) == SHIPPED


@pytest.mark.parametrize("key", SHIPPED)
def test_a_procedure_comes_back_from_storage_as_it_went_in(key: str) -> None:
    definition = shipped()[key]
    assert from_json(json.loads(json.dumps(to_json(definition)))) == definition


def test_storage_leaves_the_stored_form_as_it_was() -> None:
    stored = to_json(shipped()["bristol"])
    before = json.dumps(stored)
    from_json(stored)
    assert json.dumps(stored) == before


def test_a_stored_form_of_another_format_is_refused() -> None:
    with pytest.raises(ValueError, match="format 2"):
        from_json({**to_json(shipped()["bristol"]), "format": 2})


def test_the_checksum_changes_with_the_rules_and_not_with_white_space_or_remarks() -> None:
    plain, spaced, other = text(), "# A remark\n" + text().replace(" = ", "   =  "), text(head='name = "Another"')
    assert checksum(to_json(accepted(plain))) == checksum(to_json(accepted(spaced)))
    assert checksum(to_json(accepted(plain))) != checksum(to_json(accepted(other)))


def test_the_system_check_passes_what_ships() -> None:
    assert checks.shipped_procedures(None) == []


def test_the_system_check_names_every_mistake_of_a_bad_shipped_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_text(text(head='start_rule = "round"\nowner = ""'), encoding="utf-8")
    monkeypatch.setattr(checks, "shipped_files", lambda: (bad,))
    found = checks.shipped_procedures(None)
    assert [(error.id, error.msg.split(": ")[:2]) for error in found] == [
        ("escalation.E001", ["bad.toml", "start_rule"]),
        ("escalation.E001", ["bad.toml", "owner"]),
    ]


def test_the_example_in_the_documentation_is_a_procedure(root: Path) -> None:
    example = (root / "docs" / "procedures.md").read_text(encoding="utf-8").split("```toml")[1].split("```")[0]
    assert read_procedure(example, "example.toml").last == 2


@pytest.mark.parametrize("key", sorted(RECORDED))
def test_what_is_recorded_and_not_enforced_is_named_in_the_documentation(key: str, root: Path) -> None:
    said = (root / "docs" / "procedures.md").read_text(encoding="utf-8").split("## Recorded, not enforced")[1].split("## ")[0]
    assert f"`{key}`" in said
