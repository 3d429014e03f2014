"""Migrations are named for what they do, and can be taken back."""

import ast
import re
from collections.abc import Iterator

from tests.house.source import FLOORS, Source, none, sources


def migrations() -> list[Source]:
    return [source for source in sources(*FLOORS) if source.is_migration and source.path.name != "__init__.py"]


def test_no_migration_has_an_automatic_name() -> None:
    none(source.name for source in migrations() if re.search(r"^\d{4}_(auto_|initial)|_and_more$", source.path.stem))


def one_way_steps(source: Source) -> Iterator[str]:
    """Steps of Python or SQL that do not say how they are undone."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in {"RunPython", "RunSQL"}:
            named = {keyword.arg for keyword in node.keywords}
            if len(node.args) < 2 and not named & {"reverse_code", "reverse_sql"}:
                yield source.at(node)


def test_every_step_can_be_taken_back() -> None:
    none(place for source in migrations() for place in one_way_steps(source))
