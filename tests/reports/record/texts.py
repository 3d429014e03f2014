"""A published procedure's limits, read from its file by another reader than the product's, and when a limit ends by another calendar."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from tests.calculators import LONDON, due_by_walking, walk, works

ENGLAND = "england-and-wales"
FILES = Path(__file__).parents[3] / "escalation" / "procedures"
OPENS, CLOSES = time(9), time(17)


def opening(at: datetime) -> datetime:
    """The moment itself within office hours, else the next opening."""
    wall = at.astimezone(LONDON)
    if works(ENGLAND, wall.date()) and OPENS <= wall.time() < CLOSES:
        return at
    before = works(ENGLAND, wall.date()) and wall.time() < OPENS
    return datetime.combine(wall.date() if before else walk(ENGLAND, wall.date(), 1), OPENS, LONDON)


def days_between(first: datetime, last: datetime) -> int:
    """Working days after the one up to and including the other."""
    day, end = first.astimezone(LONDON).date(), last.astimezone(LONDON).date()
    return sum(works(ENGLAND, day + timedelta(days=number)) for number in range(1, (end - day).days + 1))


@dataclass(frozen=True)
class Limit:
    """One limit of the text: of a stage, or over several (`over`)."""

    key: str
    measures: str
    owed_by: str
    begins: str
    ends: str
    days: int
    to_the_end: bool
    rolls: bool
    close: time | None
    over: tuple[int, int] | None = None

    def due(self, start: datetime) -> datetime:
        """When it ends, begun then."""
        wall = start.astimezone(LONDON)
        if self.days:
            return due_by_walking(ENGLAND, wall, self.days, rolls=self.rolls, close=self.close, to_the_end=self.to_the_end)
        day = wall.date() if works(ENGLAND, wall.date()) else walk(ENGLAND, wall.date(), 1)
        return datetime.combine(day, time(23, 59, 59), LONDON)


@dataclass(frozen=True)
class Text:
    """What a procedure says: each stage's sides and limits, and the limits over several stages. The first stage is number 1."""

    sides: tuple[str, ...]
    stages: tuple[tuple[Limit, ...], ...]
    caps: tuple[Limit, ...]

    def of(self, stage: int) -> tuple[Limit, ...]:
        """The limits of a stage; of the stop before the first those that run from the logging."""
        if stage:
            return self.stages[stage - 1] + self.caps
        return tuple(limit for limit in self.stages[0] if limit.begins == "submitted") + self.caps


def _days(within: str) -> tuple[int, bool] | None:
    """How many working days, and whether to the end of the last whatever the text says elsewhere; None where the sides agree the date."""
    if within == "agreed":
        return None
    if within in {"same working day", "next working day"}:
        return int(within.startswith("next")), True
    found = re.fullmatch(r"(\d+) working (day|week)s?", within)
    assert found, within
    return int(found[1]) * (5 if found[2] == "week" else 1), False


def _limits(raw: list[dict[str, Any]], text: dict[str, Any]) -> tuple[Limit, ...]:
    found = []
    for one in raw:
        assert "if" not in one, "conditions are not read here"
        if (span := _days(one["within"])) is None:
            continue
        rolls, moment = text["start_rule"] == "roll_forward", one.get("moment", text["moment"])
        ends = span[1] or moment == "end_of_day"
        over = tuple(one["over"]) if "over" in one else None
        close = time.fromisoformat(text.get("close", "17:00"))
        found.append(Limit(one["key"], one["measures"], one["owed_by"], one["from"], one["until"], span[0], ends, rolls, close, over))
    return tuple(found)


@cache
def read(key: str) -> Text:
    """The shipped procedure of this key."""
    text = tomllib.loads((FILES / f"{key}.toml").read_text())
    stages = text["stages"]
    assert not any("urgent_clocks" in stage for stage in stages), "urgent limits are not read here"
    return Text(tuple(stage["sides"] for stage in stages), tuple(_limits(stage.get("clocks", []), text) for stage in stages),
                _limits(text.get("caps", []), text))  # fmt: skip
