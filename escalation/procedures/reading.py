"""Reads tables of a procedure file with typed getters that note every mistake and go on, so that all are reported at once."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import TypeVar

from django.db.models import TextChoices

from agencies.readable import is_blank, is_turned, trimmed
from escalation.procedures.problems import Problem

Choice = TypeVar("Choice", bound=StrEnum | TextChoices)

KEY = re.compile(r"[a-z][a-z0-9_]{0,59}")
LONGEST = 600
MOST = 40
EARLIEST_YEAR, LATEST_YEAR = 2000, 2199
# Control characters and halves of surrogate pairs can be neither shown nor kept by every database.
UNKEEPABLE = frozenset({"Cc", "Cs", "Cn"})


def _kind(value: object) -> str:
    """What a person calls a value of the file, for "… is expected here, not …"."""
    named: dict[type, str] = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}
    return named.get(type(value), "a date or time")


def listed(words: Iterable[str]) -> str:
    """Words as one list in a sentence."""
    return ", ".join(words)


@dataclass
class Table:
    """One table of the file. Each getter marks its key as known; `finish` reports the keys that nobody asked for."""

    data: dict[str, object]
    file: str
    where: str
    problems: list[Problem]
    asked: set[str] = field(default_factory=set)

    def problem(self, key: str, message: str) -> None:
        """Note one mistake of this table."""
        self.problems.append(Problem(self.file, self.where, key, message))

    def has(self, key: str) -> bool:
        """The file gives this key."""
        return key in self.data

    def raw(self, key: str) -> object:
        """The value as it stands, or None."""
        self.asked.add(key)
        return self.data.get(key)

    def _expected(self, key: str, what: str, value: object) -> None:
        self.problem(key, f"{what} is expected here, not {_kind(value)}.")

    def _missing(self, key: str, what: str) -> None:
        self.problem(key, f"This is missing. Give {what}.")

    def _clean(self, key: str, value: object, longest: int) -> str:
        if not isinstance(value, str):
            self._expected(key, "Text", value)
            return ""
        words = trimmed(" ".join(value.split()))
        if is_turned(words) or any(unicodedata.category(character) in UNKEEPABLE for character in words):
            self.problem(key, "There is a character here that cannot be shown. Type the text again.")
            return ""
        if len(words) > longest:
            self.problem(key, f"This is {len(words)} characters long; {longest} is the most.")
            return ""
        return words

    def text(self, key: str, *, needed: str = "", default: str = "", longest: int = LONGEST) -> str:
        """Text with its white space evened out. `needed` says what it is where it must be given."""
        value = self.raw(key)
        if value is None or (isinstance(value, str) and is_blank(value)):
            if needed:
                self._missing(key, needed)
            return default
        return self._clean(key, value, longest)

    def key(self, key: str, needed: str) -> str:
        """A short name: small letters, digits and underscores, a letter first."""
        before = len(self.problems)
        name = self.text(key, needed=needed, longest=60)
        if not KEY.fullmatch(name) and len(self.problems) == before:
            self.problem(key, f"“{name}” cannot be a key: use small letters, digits and underscores, a letter first.")
            return ""
        return name

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self.raw(key)
        if value is None:
            return default
        if not isinstance(value, bool):
            self._expected(key, "true or false", value)
            return default
        return value

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int | None:
        """A whole number between low and high, both included."""
        value = self.raw(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self._expected(key, "A whole number", value)
            return default
        if not low <= value <= high:
            self.problem(key, f"A number from {low} to {high} is expected here.")
            return default
        return value

    def day(self, key: str) -> date | None:
        """A date, written 2026-04-01."""
        value = self.raw(key)
        if value is None:
            return None
        if isinstance(value, datetime) or not isinstance(value, date):
            self.problem(key, "A date is expected here, without quotation marks, like 2026-04-01.")
            return None
        if not EARLIEST_YEAR <= value.year <= LATEST_YEAR:
            self.problem(key, f"A date from {EARLIEST_YEAR} to {LATEST_YEAR} is expected here.")
            return None
        return value

    def texts(self, key: str, *, longest: int = LONGEST) -> tuple[str, ...]:
        """A list of texts; one text alone counts as a list of one."""
        value = self.raw(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if len(items) > MOST:
            self.problem(key, f"This list has {len(items)} entries; {MOST} is the most.")
            return ()
        words = [self._clean(key, item, longest) for item in items]
        if len(set(words)) != len(words):
            self.problem(key, "Something is listed twice here.")
        return tuple(dict.fromkeys(word for word in words if word))

    def _one_of(self, key: str, word: str, allowed: type[Choice]) -> Choice | None:
        values = [str(member.value) for member in allowed]
        if word in values:
            return allowed(word)
        near = get_close_matches(word, values, n=1)
        hint = f" Did you mean “{near[0]}”?" if near else f" It is one of: {listed(values)}."
        self.problem(key, f"“{word}” is not known here.{hint}")
        return None

    def choice(self, key: str, allowed: type[Choice], *, needed: str = "") -> Choice | None:
        """One value of an enumeration."""
        before = len(self.problems)
        word = self.text(key, needed=needed, longest=60)
        return self._one_of(key, word, allowed) if word and len(self.problems) == before else None

    def choices(self, key: str, allowed: type[Choice]) -> tuple[Choice, ...]:
        """A list of values of an enumeration, in the order given."""
        found = [self._one_of(key, word, allowed) for word in self.texts(key, longest=60)]
        return tuple(member for member in found if member is not None)

    def below(self, key: str, where: str = "") -> "Table | None":
        """The table under this key, or None where there is none."""
        value = self.raw(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self._expected(key, "A table", value)
            return None
        return Table(value, self.file, where or listed(part for part in (self.where, key) if part), self.problems)

    def each(self, key: str, name: str) -> list["Table"]:
        """The tables of a list, each placed by its `key` or its number: "stage 2, clock response"."""
        value = self.raw(key)
        if value is None:
            return []
        if not isinstance(value, list):
            self._expected(key, "A list of tables", value)
            return []
        if len(value) > MOST:
            self.problem(key, f"This list has {len(value)} entries; {MOST} is the most.")
            return []
        return [table for number, item in enumerate(value, 1) if (table := self._item(key, name, number, item))]

    def _item(self, key: str, name: str, number: int, item: object) -> "Table | None":
        if not isinstance(item, dict):
            self._expected(key, "A table", item)
            return None
        own = item.get("key")
        place = own if name != "stage" and isinstance(own, str) and KEY.fullmatch(own) else str(number)
        return Table(item, self.file, listed(part for part in (self.where, f"{name} {place}") if part), self.problems)

    def finish(self) -> None:
        """Report the keys that nobody asked for, with the nearest one that is known."""
        for key in self.data:
            if key not in self.asked:
                near = get_close_matches(key, self.asked, n=1)
                hint = f" Did you mean “{near[0]}”?" if near else ""
                self.problem(self._shown(key), f"This key is not known here.{hint}")

    def _shown(self, key: str) -> str:
        return "".join(c if unicodedata.category(c) not in UNKEEPABLE else "�" for c in key)[:60]
