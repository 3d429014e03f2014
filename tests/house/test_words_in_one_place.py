"""A state, role, verb or kind of event is spelled in one file: elsewhere it is a member of its enum."""

import ast
import inspect
import re
from collections.abc import Iterator
from enum import Enum

import pytest

from agencies import roles
from escalation import states
from tests.house.source import ROOT, Source, none, product

HOMES = {"escalation/states.py", "escalation/choices.py", "agencies/roles.py"}
# Other names hold words of a file, a form or a style sheet that happen to be spelled alike.
KEYWORDS = {"state", "kind", "role", "verb", "ground", "outcome", "route", "measures", "side", "sides", "owed_by", "answer", "reason", "status"}

NAMED = "|".join(sorted(KEYWORDS))
SQL = re.compile(rf"\b(?:{NAMED})\s*(?:=|<>|!=)\s*'(\w+)'")
# In a template a state is compared by its name, or by its value.
SHOWN = re.compile(rf"""\b(?:{NAMED})(?:\.value)?\s*[!=]=\s*["'](\w+)["']|["'](\w+)["']\s*[!=]=\s*[\w.]*\b(?:{NAMED})\b""")


def spelled() -> frozenset[str]:
    enums = [member for module in (states, roles) for _, member in inspect.getmembers(module, inspect.isclass) if issubclass(member, Enum)]
    return frozenset(str(choice.value) for enum in enums for choice in enum if isinstance(choice.value, str))


def constants(node: ast.expr) -> Iterator[ast.Constant]:
    """The strings of an expression that is a string or a literal collection of strings."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    yield from (part for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def is_one(name: str) -> bool:
    """Whether what has this name is a state or its like, as `state`, `old_state` and `state_now`."""
    return not KEYWORDS.isdisjoint(name.split("_"))


def name_of(node: ast.expr) -> str:
    """What a name or an attribute is called; of `state.value` the state. Empty for anything else."""
    if isinstance(node, ast.Attribute) and node.attr == "value":
        return name_of(node.value)
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def given(node: ast.AST) -> list[ast.expr]:
    """What is passed as `state=` or its like, assigned to an attribute of that name, or stands behind it in a dictionary."""
    if isinstance(node, ast.keyword) and node.arg and node.arg.partition("__")[0] in KEYWORDS:
        return [node.value]
    if isinstance(node, ast.Assign) and any(isinstance(target, ast.Attribute) and target.attr in KEYWORDS for target in node.targets):
        return [node.value]
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [value for key, value in pairs if isinstance(key, ast.Constant) and str(key.value).partition("__")[0] in KEYWORDS]
    return []


def compared(node: ast.AST) -> list[ast.expr]:
    """The sides of a comparison, or what a `match` has for cases, unless a name on it holds something else."""
    if isinstance(node, ast.Match):
        cases = [inner.value for case in node.cases for inner in ast.walk(case.pattern) if isinstance(inner, ast.MatchValue)]
        return cases if is_one(name_of(node.subject)) else []
    if not isinstance(node, ast.Compare):
        return []
    sides = [node.left, *node.comparators]
    names = [name_of(side) for side in sides if isinstance(side, ast.Attribute | ast.Name)]
    return [] if any(not is_one(name) for name in names) else sides


def in_sql(node: ast.AST) -> Iterator[ast.Constant]:
    """The words that a piece of SQL compares a state or its like with."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from (ast.Constant(word, lineno=node.lineno) for word in SQL.findall(node.value))


def suspects(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings that are compared with, or given as a state or its like."""
    for node in ast.walk(tree):
        yield from in_sql(node)
        for expression in (*compared(node), *given(node)):
            yield from constants(expression)


def bare(source: Source, words: frozenset[str]) -> list[str]:
    return [f"{source.at(node)} {node.value!r}" for node in suspects(source.tree) if node.value in words]


def test_no_state_role_or_verb_is_a_bare_string() -> None:
    words = spelled()
    none(place for source in product() if source.name not in HOMES for place in bare(source, words))


def test_a_bare_state_would_be_found() -> None:
    tree = ast.parse("if dispute.state == 'open': pass\nDispute.objects.filter(state__in=['closed'])\ndispute.state = 'draft'")
    assert {node.value for node in suspects(tree)} == {"open", "closed", "draft"}


@pytest.mark.parametrize(
    "code",
    [
        "dispute.state.value == 'open'",
        "status_now != 'open'",
        "match dispute.state:\n    case 'draft' | 'open': pass",
        "{'state': 'open'}",
        "rows.extra(where=[\"state = 'open'\"])",
    ],
)
def test_a_bare_state_would_be_found_however_it_is_asked(code: str) -> None:
    assert "open" in {node.value for node in suspects(ast.parse(code))}


def shown(text: str) -> list[str]:
    """The words that a template compares a state or its like with."""
    return [left or right for left, right in SHOWN.findall(text)]


def test_no_template_asks_for_a_state_role_or_verb_by_a_bare_string() -> None:
    words = spelled()
    pages = (ROOT / "templates").rglob("*.*")
    none(f"{page.relative_to(ROOT)} {word!r}" for page in pages for word in shown(page.read_text(encoding="utf-8")) if word in words)


def test_a_bare_state_in_a_template_would_be_found() -> None:
    assert shown("{% if dispute.state == 'open' %}{% elif \"closed\" != row.state.value %}{% endif %}") == ["open", "closed"]
