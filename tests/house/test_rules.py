"""The list of the published procedures' rules and the tests that prove them name the same numbers."""

import ast
import re

from tests.house.source import ROOT

RULE = re.compile(r"\b(BRI|BRO|DEV|ENF|BUC)-\d\d\b")
LISTED = re.compile(r"^\| ((?:BRI|BRO|DEV|ENF|BUC)-\d\d) \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
# As counted in the five texts.
HOW_MANY = 75


def listed() -> list[str]:
    return LISTED.findall((ROOT / "docs" / "rules.md").read_text(encoding="utf-8"))


def proven() -> set[str]:
    """The numbers in the names, docstrings and bodies of the tests of the procedures."""
    found: set[str] = set()
    for path in (ROOT / "tests" / "procedures").glob("test_*.py"):
        source = path.read_text(encoding="utf-8")
        for node in ast.parse(source).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                segment = ast.get_source_segment(source, node) or ""
                found |= {match.group() for match in RULE.finditer(segment)}
                found |= {f"{key.upper()}-{number}" for key, number in re.findall(r"_(bri|bro|dev|enf|buc)_(\d\d)", node.name)}
    return found


def test_each_rule_has_one_line_that_says_what_it_asks_and_where_it_lives() -> None:
    rules = listed()
    assert len(rules) == len(set(rules)) == HOW_MANY


def test_each_rule_is_proven_by_a_test_of_the_procedures() -> None:
    assert sorted(set(listed()) - proven()) == []


def test_no_test_proves_a_rule_that_is_not_listed() -> None:
    assert sorted(proven() - set(listed())) == []
