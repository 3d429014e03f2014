"""Reads the tables of bad input, and puts in what they stand for."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

TABLES = Path(__file__).resolve().parent / "tables"
REPEATED = re.compile(r"\{(.)\*(\d+)\}", re.DOTALL)


@cache
def table(name: str) -> dict[str, Any]:
    """A table as it stands in its file."""
    return tomllib.loads((TABLES / f"{name}.toml").read_text(encoding="utf-8"))


def spelled(text: str, **named: str) -> str:
    """The text with its repeats written out and its names put in."""
    text = REPEATED.sub(lambda found: found[1] * int(found[2]), text)
    for name, value in named.items():
        text = text.replace(f"{{{name}}}", value)
    return text
