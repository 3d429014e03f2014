"""What people read is looked up in their language: where a disagreement's pages and answers are made no sentence stands outside gettext."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import none, product, sources

ROOMS = ("escalation/web", "escalation/selectors", "escalation/api")
LOOKED_UP = {"_", "gettext", "gettext_noop", "ngettext", "pgettext"}
# Said to those who write programs: the interface's own documentation, and mistakes of ours.
DOCUMENTATION = {"help_text", "description", "summary"}
DOCUMENTED = {"escalation/api/schema.py"}
OURS = {"TypeError", "ValueError", "cast"}
# What computers tell one another.
FORMATS = re.compile(r"attachment; |text/calendar; |-//Concord//|Bearer realm=")
SENTENCE = re.compile(r"[^\W\d_]{2}[^\w\s{}/]* \S|^[,:;(]* ?[^\W\d_]{2,} |^[,:;(]* [^\W\d_]{2}|[^\W\d_]{2} $")


def unread(node: ast.AST, documented: set[str]) -> list[ast.AST]:
    """The parts of this node that are looked up, or that stand on no page; `documented` are names of texts of the documentation."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in LOOKED_UP | OURS:
        return list(node.args)
    if isinstance(node, ast.Assign) and any(getattr(target, "id", "") in documented for target in node.targets):
        return [node.value]
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return [node.value]
    if isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
        return [node.annotation]
    return [node.returns] if isinstance(node, ast.FunctionDef) and node.returns is not None else []


def said(tree: ast.AST, *, is_interface: bool = False) -> Iterator[ast.Constant]:
    """The sentences of a file, and pieces of them, that are not looked up."""
    documentation = [node.value for node in ast.walk(tree) if is_interface and isinstance(node, ast.keyword) and node.arg in DOCUMENTATION]
    names = {value.id for value in documentation if isinstance(value, ast.Name)}
    parts = [*documentation, *(part for node in ast.walk(tree) for part in unread(node, names))]
    left_out = {inner for part in parts for inner in ast.walk(part)}
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str) and node not in left_out)
    yield from (node for node in texts if SENTENCE.search(str(node.value)) and not FORMATS.search(str(node.value)))


@pytest.mark.parametrize("room", ROOMS)
def test_no_sentence_of_a_page_stands_outside_gettext(room: str) -> None:
    files = [source for source in sources(room) if source.name not in DOCUMENTED]
    none(f"{source.at(node)} {node.value!r}" for source in files for node in said(source.tree, is_interface=room.endswith("api")))


def unextracted(tree: ast.AST) -> Iterator[ast.Call]:
    """Lookups of words that stand within an f-string, or are one: what gathers the words for translators finds neither."""
    lookups = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") in LOOKED_UP]
    within = {inner for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for inner in ast.walk(node)}
    for call in lookups:
        kinds = (ast.JoinedStr, ast.Constant) if call in within else ast.JoinedStr
        if any(isinstance(arg, kinds) for arg in call.args):
            yield call


def test_every_lookup_is_found_by_what_gathers_words_for_translators() -> None:
    none(source.at(call) for source in product() for call in unextracted(source.tree))


def test_a_lookup_within_a_text_would_be_found() -> None:
    tree = ast.parse('a = f"{name}: {_(\'late\')}"\nb = _(f"{n} days")\nc = _("late")')
    assert {call.lineno for call in unextracted(tree)} == {1, 2}


def test_a_sentence_outside_gettext_would_be_found() -> None:
    tree = ast.parse('x = f"{n} days late"\ny = _("Enter a day.")\nz = field(help_text="Not a name.")\n"""Only told to us."""')
    assert [node.value for node in said(tree)] == [" days late", "Not a name."]
    assert [node.value for node in said(tree, is_interface=True)] == [" days late"]
