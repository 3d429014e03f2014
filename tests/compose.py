"""docker-compose.yml and the Dockerfile, read as an engine reads them: what each service's process is called by and what it is told."""

import json
import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
# ${NAME}, ${NAME:-where it is empty}, ${NAME:?why it is needed}, and $$ for the sign itself.
PLACE = re.compile(r"\$(?:\$|\{(?P<name>\w+)(?::(?P<kind>[-?])(?P<word>[^}]*))?\})")


class NotSetError(Exception):
    """A value without a default was not given: an engine starts nothing."""


@dataclass(frozen=True, slots=True)
class Service:
    """One service with its values filled in; `raw` is what else the file says of it. The image's own command where the file gives none."""

    command: list[str]
    environment: dict[str, str]
    raw: dict[str, Any]


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    return found


@cache
def _image() -> tuple[list[str], dict[str, str]]:
    """The command and the environment that the Dockerfile's last stage leaves."""
    lines = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ").rpartition("\nFROM ")[2].splitlines()
    command = next(line.removeprefix("CMD ") for line in reversed(lines) if line.startswith("CMD "))
    pairs = [word.partition("=") for line in lines if line.startswith("ENV ") for word in shlex.split(line)[1:]]
    return json.loads(command), {name: value for name, _, value in pairs}


def _filled(value: Any, given: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(each, given) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, given) for each in value]
    return PLACE.sub(lambda found: _value(found, given), value) if isinstance(value, str) else value


def _value(found: re.Match[str], given: Mapping[str, str]) -> str:
    name, kind, word = found["name"], found["kind"], found["word"] or ""
    if name is None:
        return "$"
    if kind == "?" and not given.get(name):
        raise NotSetError(f"{name}: {word}")
    return given.get(name) or (word if kind == "-" else "")


def networks() -> dict[str, Any]:
    """The networks and what is said of each."""
    return dict(_file()["networks"])


def services(given: Mapping[str, str]) -> dict[str, Service]:
    """Every service by its name, with what an operator set (`given`). Raises NotSetError where that is not enough."""
    return {name: _service(_filled(raw, given), given) for name, raw in _file()["services"].items()}


def placed(words: Sequence[str], places: Mapping[str, str]) -> list[str]:
    """The words of a command with this machine's places in place of the containers'. Raises AssertionError for one that stands in none of them."""
    found = list(words)
    for theirs, ours in places.items():
        assert any(theirs in word for word in found), f"{words} name no {theirs} any more"
        found = [word.replace(theirs, ours) for word in found]
    return found


def _service(raw: dict[str, Any], given: Mapping[str, str]) -> Service:
    command, environment = _image() if "build" in raw else ([], {})
    # A name without a value is handed on where the operator set it, and is not there where they did not.
    told = {name: given.get(name) if value is None else str(value) for name, value in (raw.get("environment") or {}).items()}
    own = {name: value for name, value in told.items() if value is not None}
    return Service(list(raw.get("command") or command), environment | own, raw)
