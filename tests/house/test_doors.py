"""Pages and API write nothing themselves, nothing happens by signal, and imports stand at the top."""

import ast
from collections.abc import Iterator

from tests.house.source import FLOORS, Source, none, product, sources

DOORS = ("agencies/web/", "escalation/web/", "escalation/api/", "reports/web/")
WRITES = {"save", "delete", "create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "aupdate", "asave", "acreate"}
# `self.cleaned_data.update(…)` and the like change a dictionary of the request, not a row.
PLAIN = {"cleaned_data", "data", "GET", "POST", "context", "attrs", "initial", "headers", "session", "params", "query", "kwargs", "values"}


def written(call: ast.Call) -> bool:
    """Whether the call looks like a write through the ORM."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    owner = call.func.value
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super":
        return False
    named = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return named not in PLAIN


def orm_writes(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and written(node):
            yield f"{source.at(node)} .{node.func.attr}()" if isinstance(node.func, ast.Attribute) else source.at(node)


def test_pages_and_api_write_nothing_themselves() -> None:
    doors = [source for source in product() if source.name.startswith(DOORS)]
    none(place for source in doors for place in orm_writes(source))


def test_nothing_is_done_by_signal() -> None:
    none(source.name for source in sources(*FLOORS) if "@receiver" in source.text)


def hidden_imports(source: Source) -> Iterator[str]:
    for function in source.functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield source.at(node)


def test_no_import_hides_in_a_function() -> None:
    none(place for source in product() for place in hidden_imports(source))


def test_a_write_in_a_page_would_be_found() -> None:
    tree = ast.parse("form.save()\nDispute.objects.filter(pk=1).update(a=2)\nself.cleaned_data.update(b=3)")
    assert [written(node) for node in ast.walk(tree) if isinstance(node, ast.Call)][:3].count(True) == 2
