"""Errors are written as they are read: a form's own in one sentence have no full stop, as GOV.UK writes them; a refusal of a service, which programs
and the command line show as well, is a whole sentence, of which the form leaves the stop away; whatever has several sentences ends them all."""

import ast
import re
from collections.abc import Iterator

from tests.house.source import none, product

LOOKED_UP = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}
REFUSALS = {"InvalidInput", "WrongState", "NotAllowed", "DomainError", "Conflict", "needed", "coming"}
ON_FORMS = {"ValidationError", "wrong", "add_error"}
SEVERAL = re.compile(r"[.?!]\W*\s+[\w“{]")


def name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def constants(tree: ast.Module) -> dict[str, ast.expr]:
    """What the module calls by a name of its own."""
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    return {target.id: node.value for node in assigned for target in node.targets if isinstance(target, ast.Name)}


def texts(node: ast.AST) -> Iterator[str]:
    """The words that are looked up there."""
    calls = (call for call in ast.walk(node) if isinstance(call, ast.Call) and name(call) in LOOKED_UP)
    yield from (one.value for call in calls for one in call.args if isinstance(one, ast.Constant) and isinstance(one.value, str))


def errors(names: set[str], keyword: str = "") -> Iterator[tuple[str, str]]:
    """Where an error is given to one of these, or by this keyword, and its words. What programs alone are told is left out."""
    for source in product():
        if "/api/" in source.name:
            continue
        named = constants(source.tree)
        for call in (node for node in ast.walk(source.tree) if isinstance(node, ast.Call)):
            given = [*call.args] if name(call) in names else []
            for node in given + [one.value for one in call.keywords if one.arg == keyword]:
                yield from ((source.at(node), said) for said in texts(named.get(node.id, node) if isinstance(node, ast.Name) else node))


def test_an_error_of_one_sentence_is_written_on_a_form_without_its_full_stop() -> None:
    found = list(errors(ON_FORMS, "error_messages"))
    assert len(found) > 90
    none(f"{place}: {said}" for place, said in found if said.endswith(".") and not SEVERAL.search(said))


def test_a_refusal_is_a_whole_sentence() -> None:
    found = list(errors(REFUSALS))
    assert len(found) > 300
    none(f"{place}: {said}" for place, said in found if said[-1] not in ".?}")


def test_of_several_sentences_each_has_its_end() -> None:
    found = [*errors(ON_FORMS, "error_messages"), *errors(REFUSALS)]
    none(f"{place}: {said}" for place, said in found if SEVERAL.search(said) and said[-1] not in ".?}")
