"""No typed text becomes a regular expression: what `re` is given stands in the source, or is escaped."""

import ast

import pytest

from tests.house.source import ROOT, Source, none, product

MATCHING = {"compile", "search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer"}
# Looked at by hand: what an import's column says of itself, and names that are escaped one by one on the line before.
LOOKED_AT = {
    "escalation/services/earlier_log/columns.py: between",
    "escalation/services/keeping/access/pieces.py: f\"(?<!\\\\w)(?:{'|'.join(spaced)})(?!\\\\w)\"",
}


def expressions(source: Source) -> list[ast.expr]:
    """What is given to `re` as an expression."""
    calls = [node for node in ast.walk(source.tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    mine = [call for call in calls if isinstance(call.func.value, ast.Name) and (call.func.value.id, call.func.attr in MATCHING) == ("re", True)]  # type: ignore[attr-defined]
    return [call.args[0] for call in mine if call.args]


def is_ours(expression: ast.expr) -> bool:
    """A text of the source, a constant of a module, or something escaped, put together."""
    if isinstance(expression, ast.JoinedStr):
        return all(is_ours(part.value) for part in expression.values if isinstance(part, ast.FormattedValue))
    if isinstance(expression, ast.BinOp):
        return is_ours(expression.left) and is_ours(expression.right)
    if isinstance(expression, ast.Call):
        name = ast.unparse(expression.func)
        return name == "re.escape" or (name.endswith(".join") and "re.escape" in ast.unparse(expression))
    return isinstance(expression, ast.Constant) or (isinstance(expression, ast.Name) and expression.id.strip("_").isupper())


def test_no_typed_text_becomes_a_regular_expression() -> None:
    found = [(source, one) for source in product() if "re." in source.text for one in expressions(source)]
    assert len(found) > 20
    assert {f"{source.name}: {ast.unparse(one)}" for source, one in found if not is_ours(one)} == LOOKED_AT
    none(source.name for source in product() for word in ("__regex=", "__iregex=") if word in source.text)


@pytest.mark.parametrize("text", ["re.search(typed, x)", "re.compile(f'^{name}$')", "re.sub(get(1), '', x)"])
def test_one_that_did_would_be_found(text: str) -> None:
    source = Source(ROOT / "made_up.py")
    source.__dict__["tree"] = ast.parse(text)
    assert not all(is_ours(one) for one in expressions(source))
