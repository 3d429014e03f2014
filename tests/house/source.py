"""The product's own Python files, parsed once."""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef
FLOORS = ("agencies", "escalation", "reports", "config")


@dataclass(frozen=True)
class Source:
    """One file: its place from the project's folder, its text and its tree."""

    path: Path
    root: Path = ROOT

    @property
    def name(self) -> str:
        """As `escalation/policy.py`."""
        return self.path.relative_to(self.root).as_posix()

    @cached_property
    def text(self) -> str:
        """What the file holds."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        """What the file says."""
        return ast.parse(self.text)

    @property
    def is_migration(self) -> bool:
        """Whether the file is one of Django's migrations."""
        return self.path.parent.name == "migrations"

    def at(self, node: ast.AST) -> str:
        """A place that an editor can jump to."""
        return f"{self.name}:{getattr(node, 'lineno', 1)}"

    @cached_property
    def scopes(self) -> tuple["ast.Module | ast.ClassDef | Function", ...]:
        """The module, and every class, function and method in it, nested ones too."""
        return tuple(node for node in ast.walk(self.tree) if isinstance(node, ast.Module | ast.ClassDef | Function))

    def functions(self) -> "Iterator[Function]":
        """Every function and method, nested ones too."""
        return (node for node in self.scopes if isinstance(node, Function))


@lru_cache
def sources(*floors: str) -> tuple[Source, ...]:
    """The files of these floors, migrations included."""
    return tuple(Source(path) for floor in floors for path in sorted((ROOT / floor).rglob("*.py")))


def product() -> list[Source]:
    """The product's files without migrations and tests."""
    return [source for source in sources(*FLOORS) if not source.is_migration]


def length(node: Function) -> int:
    """Lines from `def` to the last line."""
    return (node.end_lineno or node.lineno) - node.lineno + 1


def none(places: Iterable[str]) -> None:
    """Fails with one line for each place."""
    found = list(places)
    assert not found, "\n" + "\n".join(found)
