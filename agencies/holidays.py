"""Bank holidays of the three nations, read from the files shipped in agencies/data. Nothing is fetched."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path

from django.utils.translation import gettext, gettext_lazy, gettext_noop

from agencies.words import WEEKDAYS, Words, short_day

DATA = Path(__file__).parent / "data"
FIRST_DAY = date(2012, 1, 1)
# Why a day does not count, as it is stored: in English, and looked up where it is shown.
WEEKEND = {5: WEEKDAYS[5], 6: WEEKDAYS[6]}
# What the shipped files call their days: they are looked up where they are shown.
NAMES = frozenset(
    {
        gettext_noop("2 January"),
        gettext_noop("2 January (substitute day)"),
        gettext_noop("2 January and New Year’s Day"),
        gettext_noop("Bank holiday for the State Funeral of Queen Elizabeth II"),
        gettext_noop("Bank holiday for the coronation of King Charles III"),
        gettext_noop("Battle of the Boyne (Orangemen’s Day)"),
        gettext_noop("Battle of the Boyne (Orangemen’s Day) (substitute day)"),
        gettext_noop("Boxing Day"),
        gettext_noop("Boxing Day (substitute day)"),
        gettext_noop("Christmas Day"),
        gettext_noop("Christmas Day (substitute day)"),
        gettext_noop("Early May bank holiday"),
        gettext_noop("Early May bank holiday (VE day)"),
        gettext_noop("Easter Monday"),
        gettext_noop("Good Friday"),
        gettext_noop("New Year’s Day"),
        gettext_noop("New Year’s Day (substitute day)"),
        gettext_noop("Platinum Jubilee bank holiday"),
        gettext_noop("Queen’s Diamond Jubilee"),
        gettext_noop("Spring bank holiday"),
        gettext_noop("Spring bank holiday (substitute day)"),
        gettext_noop("St Andrew’s Day"),
        gettext_noop("St Andrew’s Day (substitute day)"),
        gettext_noop("St Patrick’s Day"),
        gettext_noop("St Patrick’s Day (substitute day)"),
        gettext_noop("Summer bank holiday"),
        gettext_noop("World Cup bank holiday"),
    }
)


class Nation(StrEnum):
    ENGLAND_AND_WALES = "england-and-wales"
    SCOTLAND = "scotland"
    NORTHERN_IRELAND = "northern-ireland"

    @property
    def label(self) -> Words:
        """The nation's name as people write it."""
        return _LABELS[self]

    @property
    def holidays_label(self) -> str:
        """What its bank holidays are called, in English: "England and Wales", "Scottish", "Northern Ireland"."""
        return _HOLIDAYS[self]


_LABELS: dict[Nation, Words] = {
    Nation.ENGLAND_AND_WALES: gettext_lazy("England and Wales"),
    Nation.SCOTLAND: gettext_lazy("Scotland"),
    Nation.NORTHERN_IRELAND: gettext_lazy("Northern Ireland"),
}
_HOLIDAYS = {
    Nation.ENGLAND_AND_WALES: gettext_noop("England and Wales"),
    Nation.SCOTLAND: gettext_noop("Scottish"),
    Nation.NORTHERN_IRELAND: gettext_noop("Northern Ireland"),
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


def staleness(nation: Nation, today: date) -> str | None:
    """The operator alarm: one sentence when the official days of next calendar year are missing, else None.

    `today` is a London date. Days that were entered by hand stand in the calendar and do not quiet it: nobody can vouch for those left out.
    """
    known = official_until(nation)
    wanted = date(today.year + 1, 12, 31)
    if known >= wanted:
        return None
    words = gettext(
        "The official bank holidays of {nation} are known only until {day}; those of {year} are missing and due moments in it are provisional. "
        "Install a newer release; until then enter each day that differs from those shown."
    )
    return words.format(nation=nation.label, day=short_day(known), year=wanted.year)


def beyond_words(nation: Nation, first: date, last: date) -> str:
    """What is said of a day before the first or after the last that the calendar can answer for."""
    return gettext("The calendar of {nation} covers {first} to {last} only.").format(nation=nation.label, first=first.year, last=last.year)
