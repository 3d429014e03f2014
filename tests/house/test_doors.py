"""Pages and API write nothing themselves, nothing happens by signal, and imports stand at the top."""

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import FLOORS, ROOT, Source, none, product, sources

DOORS = {"web", "api"}
WRITTEN = ("save", "delete", "create", "update", "bulk_create", "bulk_update", "get_or_create", "update_or_create")
# Each also as Django has it for `await`; and what goes round the ORM.
WRITES = {*WRITTEN, *(f"a{name}" for name in WRITTEN), "_raw_delete", "execute", "executemany", "callproc", "cursor"}
# `self.cleaned_data.update({…})` and the like change a dictionary of the request, not a row. Fields are named where a row's are: `.update(state=…)`.
PLAIN = {"cleaned_data", "data", "GET", "POST", "context", "attrs", "initial", "headers", "session", "params", "query", "kwargs", "values"}


def written_to(folder: Path, text: str) -> Source:
    """A file of these lines, as the checks read one."""
    path = folder / "a.py"
    path.write_text(text, encoding="utf-8")
    return Source(path, root=folder)


def written(call: ast.Call) -> bool:
    """Whether the call looks like a write through the ORM."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    owner = call.func.value
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and owner.func.id == "super":
        return False
    named = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    return not (named in PLAIN and call.func.attr == "update" and not call.keywords)


def orm_writes(source: Source) -> Iterator[str]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and written(node):
            yield f"{source.at(node)} .{node.func.attr}()" if isinstance(node.func, ast.Attribute) else source.at(node)


def test_pages_and_api_write_nothing_themselves() -> None:
    doors = [source for source in product() if DOORS & set(source.path.relative_to(ROOT).parts[:-1])]
    assert {source.name.partition("/")[0] for source in doors} == {"agencies", "escalation", "reports"}
    none(place for source in doors for place in orm_writes(source))


def signals(source: Source) -> Iterator[str]:
    """Where it takes a signal to listen to, or to send."""
    for node in ast.walk(source.tree):
        names = (
            [node.module or ""] if isinstance(node, ast.ImportFrom) else [name.name for name in node.names] if isinstance(node, ast.Import) else []
        )
        taken = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
        if any(name == "django.dispatch" or "signals" in name.split(".") for name in names) or "signals" in taken:
            yield source.at(node)


def test_nothing_is_done_by_signal() -> None:
    none(place for source in sources(*FLOORS) for place in signals(source))


@pytest.mark.parametrize(
    "line", ["from django.dispatch import receiver", "from django.db.models.signals import post_save", "from django.db.models import signals"]
)
def test_a_signal_would_be_found(tmp_path: Path, line: str) -> None:
    assert list(signals(written_to(tmp_path, f"{line}\n"))) == ["a.py:1"]


# What counts and reckons stands on no table and on nobody's service.
ROWS = {"models", "services", "engine", "selectors", "querysets", "web", "api"}


def pure_rooms() -> list[str]:
    """The rooms that know no framework, by the contract that says so."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    (rooms,) = [contract["source_modules"] for contract in contracts if contract["name"] == "The pure rooms know no framework"]
    return [room.replace(".", "/") for room in rooms]


def rows_known(source: Source) -> Iterator[str]:
    """Where it imports from a room of rows, or of what reads and writes them."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ImportFrom | ast.Import):
            continue
        parts = [name.name for name in node.names] + [(isinstance(node, ast.ImportFrom) and node.module) or ""]
        if any(ROWS & set(part.split(".")) for part in parts):
            yield source.at(node)


def test_the_pure_rooms_know_no_rows() -> None:
    rooms = tuple(pure_rooms())
    pure = [source for source in product() if source.name.removesuffix(".py") in rooms or source.name.startswith(tuple(f"{room}/" for room in rooms))]
    assert len(pure) > len(rooms)
    none(place for source in pure for place in rows_known(source))


@pytest.mark.parametrize(
    "line",
    ["from agencies.models import Partnership", "from escalation import services", "import escalation.engine.case", "from reports.models.a import B"],
)
def test_a_room_that_knows_rows_would_be_found(tmp_path: Path, line: str) -> None:
    assert list(rows_known(written_to(tmp_path, f"{line}\n"))) == ["a.py:1"]


def hidden_imports(source: Source) -> Iterator[str]:
    for function in source.functions():
        for node in ast.walk(function):
            if isinstance(node, ast.Import | ast.ImportFrom):
                yield source.at(node)


def test_no_import_hides_in_a_function() -> None:
    none(place for source in product() for place in hidden_imports(source))


def test_a_write_in_a_page_would_be_found() -> None:
    lines = (
        "form.save()",
        "rows.filter(pk=1).update(a=2)",
        "data.update(state=1)",
        "data.delete()",
        "rows.adelete()",
        "rows._raw_delete(a)",
        "c.execute(a)",
    )
    found = [written(node.value) for node in ast.parse("\n".join(lines)).body if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)]
    assert found == [True] * len(lines)
    (plain,) = ast.parse("self.cleaned_data.update({'b': 3})").body
    assert isinstance(plain, ast.Expr)
    assert isinstance(plain.value, ast.Call)
    assert not written(plain.value)
