"""Rebuilds the shipped bank holiday files from the official list, saved to a file beforehand. It fetches nothing."""

from __future__ import annotations

import json
import shutil
from argparse import ArgumentParser, ArgumentTypeError
from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import holidays
from django.core.management.base import BaseCommand, CommandError
from holidays.version import __version__ as holidays_version

from agencies.holidays import DATA, FIRST_DAY, Nation

SUBDIVISION = {Nation.ENGLAND_AND_WALES: "ENG", Nation.SCOTLAND: "SCT", Nation.NORTHERN_IRELAND: "NIR"}
OFFICIAL_NAMES = {
    "2nd January": "2 January",
    "Bank Holiday for the State Funeral of Queen Elizabeth II": "Bank holiday for the State Funeral of Queen Elizabeth II",
    "Late Summer Bank Holiday": "Summer bank holiday",
    "Summer Bank Holiday": "Summer bank holiday",
    "Spring Bank Holiday": "Spring bank holiday",
    "May Day": "Early May bank holiday",
    "New Year Holiday": "2 January",
    "New Year's Day": "New Year’s Day",
    "Saint Andrew's Day": "St Andrew’s Day",
    "Saint Patrick's Day": "St Patrick’s Day",
    "Battle of the Boyne": "Battle of the Boyne (Orangemen’s Day)",
}
LATEST = 2099
Row = dict[str, Any]


def plain_name(name: str, *, substitute: bool) -> str:
    """The official list's name of a day, with what is observed on another day said so."""
    name = OFFICIAL_NAMES.get(name, name)
    return f"{name} (substitute day)" if substitute else name


def official_rows(events: list[Mapping[str, str]]) -> dict[date, Row]:
    """The weekday rows of one nation in the official list's own format."""
    rows: dict[date, Row] = {}
    for event in events:
        day = date.fromisoformat(event["date"])
        if day >= FIRST_DAY and day.weekday() < 5:
            name = plain_name(event["title"], substitute=event.get("notes") == "Substitute day")
            rows[day] = {"day": day.isoformat(), "name": name, "provisional": False}
    return rows


def proclaimed_rows(nation: Nation, entries: list[Mapping[str, str]]) -> dict[date, Row]:
    """One-off days made by proclamation that the official list at hand lacks, kept by hand with their source."""
    return {
        date.fromisoformat(entry["day"]): {"day": entry["day"], "name": entry["name"], "provisional": False, "source": entry["source"]}
        for entry in entries
        if entry["nation"] == nation.value
    }


def computed_days(nation: Nation, first: int, last: int) -> dict[date, str]:
    """What the second source, the `holidays` package, gives for the weekdays of these years."""
    days = holidays.country_holidays("GB", subdiv=SUBDIVISION[nation], years=range(first, last + 1))
    return {day: name for day, name in sorted(days.items()) if day.weekday() < 5}


def provisional_rows(nation: Nation, first: int, last: int) -> dict[date, Row]:
    """The days after the official list's horizon, as the rules give them."""
    rows: dict[date, Row] = {}
    for day, names in computed_days(nation, first, last).items():
        parts = names.split("; ")
        substitute = all(part.endswith("(observed)") for part in parts)
        name = " and ".join(plain_name(part.removesuffix(" (observed)"), substitute=False) for part in parts)
        rows[day] = {"day": day.isoformat(), "name": plain_name(name, substitute=substitute), "provisional": True}
    return rows


def build(nation: Nation, official: Mapping[str, Any], proclaimed: list[Mapping[str, str]], *, checked_on: date, until: int, source: str = "") -> Row:
    """One nation's file. Raises CommandError where the two sources differ on a day that is meant to be official, or for a last year that is none."""
    rows = official_rows(official[nation.value]["events"])
    horizon = max(rows).year
    if not horizon <= until <= LATEST:
        raise CommandError(f"--until is {until}; it must be a year from {horizon}, the last of the official list, to {LATEST}. Nothing was written.")
    rows |= {day: row for day, row in proclaimed_rows(nation, proclaimed).items() if day not in rows}
    other = set(computed_days(nation, FIRST_DAY.year, horizon))
    differing = sorted(other ^ set(rows))
    if differing:
        raise CommandError(f"{nation.label}: the sources differ on {', '.join(day.isoformat() for day in differing)}. Nothing was written.")
    rows |= provisional_rows(nation, horizon + 1, until)
    return {
        "nation": nation.value,
        "checked_on": checked_on.isoformat(),
        "official_until": f"{horizon}-12-31",
        "carried_until": f"{until}-12-31",
        "source": f"GOV.UK bank holidays{f' ({source})' if source else ''} and Royal Proclamations to {horizon}, compared with the Python "
        f"package holidays {holidays_version}; later years by that package's rules, provisional.",
        "days": [rows[day] for day in sorted(rows)],
    }


def write_all(texts: Mapping[Path, str]) -> None:
    """Writes every file or none: each beside its place, then all into their places. Raises CommandError that names the file that could not be."""
    beside = {path: path.with_name(f"{path.name}.new") for path in texts}
    stood: dict[Path, bytes | None] = {}
    path = Path()
    try:
        for path, text in texts.items():
            beside[path].write_text(text, encoding="utf-8")
            if path.exists():
                shutil.copymode(path, beside[path])
        for path in texts:
            before = path.read_bytes() if path.exists() else None
            beside[path].replace(path)
            stood[path] = before
    except OSError as error:
        _put_back(stood)
        raise CommandError(f"{path} could not be written: {error.strerror or error}. Nothing was changed.") from error
    finally:
        for left in beside.values():
            with suppress(OSError):
                left.unlink(missing_ok=True)


def _put_back(stood: Mapping[Path, bytes | None]) -> None:
    for path, content in stood.items():
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)


def typed_day(text: str) -> date:
    """A date as the command line has it."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(f"“{text}” is not a date. Write it like 2026-11-22") from error


class Command(BaseCommand):
    help = (
        "Rebuild the shipped bank holiday files from the official list (GOV.UK's bank-holidays.json, saved to a file). "
        "Fetches nothing; writes all of them or, where the sources differ or one cannot be written, none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("official", type=Path, help="the official list, GOV.UK's bank-holidays.json")
        parser.add_argument("--checked-on", type=typed_day, required=True, help="the day the official list was looked up, YYYY-MM-DD")
        parser.add_argument("--source", default="", help="where the file came from, in words for the record")
        parser.add_argument("--until", type=int, default=2040, help="last year to carry (default 2040)")
        parser.add_argument("--output", type=Path, default=DATA, help="folder to write to (default the shipped one)")

    def handle(self, *args: str, official: Path, checked_on: date, source: str, until: int, output: Path, **options: object) -> None:
        try:
            events = json.loads(official.read_text(encoding="utf-8"))
            proclaimed = json.loads((DATA / "bank_holidays_proclaimed.json").read_text(encoding="utf-8"))["days"]
            built = {nation: build(nation, events, proclaimed, checked_on=checked_on, until=until, source=source) for nation in Nation}
        except OSError as error:
            raise CommandError(f"{error.filename or official} cannot be read: {error.strerror or error}.") from error
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CommandError(f"{official} is not a readable official list: {error}") from error
        write_all(
            {
                output / f"bank_holidays_{nation.value}.json": json.dumps(content, indent=1, ensure_ascii=False) + "\n"
                for nation, content in built.items()
            }
        )
        self.stdout.write(f"Wrote the bank holidays of {len(built)} nations until {until} to {output}.")
