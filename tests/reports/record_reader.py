"""A third way to count: by nothing but the lines of the record, as somebody who reads it from top to bottom would."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agencies.models import Partnership
from escalation.models import Event
from reports.periods import Year

ENDS = {"closed", "withdrawn"}


@dataclass
class Story:
    """What the lines of one disagreement tell, in their order."""

    lines: list[Event]

    def of(self, *kinds: str) -> list[Event]:
        return [line for line in self.lines if line.kind in kinds]

    @property
    def submitted(self) -> datetime | None:
        """When it was logged, where it was sent to another agency."""
        logged = self.of("submitted")
        return logged[-1].happened_at if logged and self.of("sent") else None

    @property
    def end(self) -> Event | None:
        """The line that ended it, where none reopened it since."""
        last = self.of(*ENDS, "reopened")[-1:]
        return last[0] if last and last[0].kind in ENDS else None

    @property
    def highest(self) -> int:
        return max(line.stage for line in self.of("entered"))

    @property
    def outcome(self) -> str:
        return str(self.of("resolved")[-1].facts["outcome"])


class Reader:
    """A partnership's year, read from its record alone."""

    def __init__(self, partnership: Partnership, year: Year, now: datetime) -> None:
        self.year, self.until = year, min(year.ends, now)
        told: defaultdict[Any, list[Event]] = defaultdict(list)
        for line in Event.objects.filter(dispute__partnership=partnership).order_by("dispute", "number"):
            told[line.dispute_id].append(line)
        self.stories = [Story(lines) for lines in told.values()]

    def within(self, moment: datetime | None) -> bool:
        return moment is not None and self.year.starts <= moment < self.until

    @property
    def raised(self) -> list[Story]:
        return [story for story in self.stories if self.within(story.submitted)]

    def by_quarter(self) -> list[list[int]]:
        """Not withdrawn, withdrawn since, and both."""
        rows = []
        for quarter in self.year.quarters():
            mine = [story for story in self.raised if story.submitted and quarter.starts <= story.submitted < quarter.ends]
            gone = sum(story.end is not None and story.end.kind == "withdrawn" for story in mine)
            rows.append([len(mine) - gone, gone, len(mine)])
        return rows

    def ended(self, kind: str) -> list[Story]:
        return [story for story in self.stories if story.submitted and story.end and story.end.kind == kind and self.within(story.end.happened_at)]

    def open_at_the_end(self) -> int:
        known = [story for story in self.stories if story.submitted and story.submitted < self.until]
        return sum(story.end is None or story.end.happened_at >= self.until for story in known)

    def highest(self) -> Counter[int]:
        return Counter(story.highest for story in self.raised)

    def grounds(self) -> Counter[str]:
        return Counter(line.facts["ground"] for story in self.raised for line in story.of("moved_up"))

    def outcomes(self) -> Counter[str]:
        return Counter(story.outcome for story in self.ended("closed"))

    def lines(self, kind: str) -> Iterator[Event]:
        return (line for story in self.stories for line in story.of(kind) if self.within(line.happened_at))
