"""A state, role, verb or kind of event is spelled in one file: elsewhere it is a member of its enum."""

import ast
import inspect
from collections.abc import Iterator
from enum import Enum

from agencies import roles
from escalation import states
from tests.house.source import Source, none, product

HOMES = {"escalation/states.py", "escalation/choices.py", "agencies/roles.py"}
# Other names hold words of a file, a form or a style sheet that happen to be spelled alike.
KEYWORDS = {"state", "kind", "role", "verb", "ground", "outcome", "route", "measures", "side", "sides", "owed_by", "answer", "reason", "status"}


def spelled() -> frozenset[str]:
    enums = [member for module in (states, roles) for _, member in inspect.getmembers(module, inspect.isclass) if issubclass(member, Enum)]
    return frozenset(str(choice.value) for enum in enums for choice in enum if isinstance(choice.value, str))


def constants(node: ast.expr) -> Iterator[ast.Constant]:
    """The strings of an expression that is a string or a literal collection of strings."""
    parts = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    yield from (part for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str))


def given(node: ast.AST) -> ast.expr | None:
    """What is passed as `state=` or its like, or assigned to an attribute of that name."""
    if isinstance(node, ast.keyword) and node.arg and node.arg.partition("__")[0] in KEYWORDS:
        return node.value
    if isinstance(node, ast.Assign) and any(isinstance(target, ast.Attribute) and target.attr in KEYWORDS for target in node.targets):
        return node.value
    return None


def compared(node: ast.AST) -> list[ast.expr]:
    """The sides of a comparison, unless one of them has a name that holds something else."""
    if not isinstance(node, ast.Compare):
        return []
    sides = [node.left, *node.comparators]
    names = [side.attr if isinstance(side, ast.Attribute) else side.id for side in sides if isinstance(side, ast.Attribute | ast.Name)]
    return [] if any(name not in KEYWORDS for name in names) else sides


def suspects(tree: ast.Module) -> Iterator[ast.Constant]:
    """The strings that are compared with, or given as a state or its like."""
    for node in ast.walk(tree):
        for expression in (*compared(node), given(node)):
            if expression is not None:
                yield from constants(expression)


def bare(source: Source, words: frozenset[str]) -> list[str]:
    return [f"{source.at(node)} {node.value!r}" for node in suspects(source.tree) if node.value in words]


def test_no_state_role_or_verb_is_a_bare_string() -> None:
    words = spelled()
    none(place for source in product() if source.name not in HOMES for place in bare(source, words))


def test_a_bare_state_would_be_found() -> None:
    tree = ast.parse("if dispute.state == 'open': pass\nDispute.objects.filter(state__in=['closed'])\ndispute.state = 'draft'")
    assert {node.value for node in suspects(tree)} == {"open", "closed", "draft"}
