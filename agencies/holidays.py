"""Bank holidays of the three nations, read from the files shipped in agencies/data. Nothing is fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
FIRST_DAY = date(2012, 1, 1)


class Nation(StrEnum):
    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"

    @property
    def label(self) -> str:
        """The nation's name as people write it."""
        return _LABELS[self]

    @property
    def holidays_label(self) -> str:
        """What its bank holidays are called: "England and Wales", "Scottish", "Northern Ireland"."""
        return "Scottish" if self is Nation.SCOTLAND else self.label


_LABELS = {
    Nation.ENGLAND_AND_WALES: "England and Wales",
    Nation.SCOTLAND: "Scotland",
    Nation.NORTHERN_IRELAND: "Northern Ireland",
}


@dataclass(frozen=True, slots=True)
class Holiday:
    """One bank holiday. Provisional: worked out from the rules, not yet on the official list."""

    day: date
    name: str
    provisional: bool


@dataclass(frozen=True, slots=True)
class HolidayFile:
    """What a nation's file says: the days, and how far and since when they are known."""

    nation: Nation
    checked_on: date
    official_until: date
    carried_until: date
    source: str
    days: tuple[Holiday, ...]


@cache
def holiday_file(nation: Nation) -> HolidayFile:
    """The shipped file of one nation, read once per process."""
    raw = json.loads((DATA / f"bank_holidays_{nation.value}.json").read_text(encoding="utf-8"))
    return HolidayFile(
        nation=nation,
        checked_on=date.fromisoformat(raw["checked_on"]),
        official_until=date.fromisoformat(raw["official_until"]),
        carried_until=date.fromisoformat(raw["carried_until"]),
        source=raw["source"],
        days=tuple(Holiday(date.fromisoformat(row["day"]), row["name"], bool(row["provisional"])) for row in raw["days"]),
    )


def shipped_holidays(nation: Nation) -> tuple[Holiday, ...]:
    """Every weekday bank holiday of the nation that is carried, in order, from 2012 on."""
    return holiday_file(nation).days


def official_until(nation: Nation) -> date:
    """The last day that the official list covers; later days are provisional."""
    return holiday_file(nation).official_until


def carried_until(nation: Nation) -> date:
    """The last day that the shipped calendar can answer for."""
    return holiday_file(nation).carried_until


def staleness(nation: Nation, today: date, *, confirmed_until: date | None = None) -> str | None:
    """The operator alarm: one sentence when the official days of next calendar year are missing, else None.

    `today` is a London date. `confirmed_until` is the last day an administrator has checked by hand against the
    official list and entered as local days, where that is later than the shipped list.
    """
    known = max(official_until(nation), confirmed_until or FIRST_DAY)
    wanted = date(today.year + 1, 12, 31)
    if known >= wanted:
        return None
    return (
        f"The official bank holidays of {nation.label} are known only until {known.day} {known:%B %Y}; those of {wanted.year} are missing "
        f"and due moments in it are provisional. Install a newer release, or enter the days and confirm them."
    )
