"""A third way to count: by nothing but the lines of the record, as somebody who reads it from top to bottom would."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from agencies.models import Partnership
from escalation.models import Event
from reports.periods import Year
from tests.calculators import LONDON, due_by_walking, works

ENDS = {"closed", "withdrawn"}
LEAVES = {"moved_up", "referred", "resolved"} | ENDS
# Bristol's published times to respond, in working days by stage: same time of day, what starts from 5pm on or on a day off counts from the next 9am.
TO_RESPOND = {1: 1, 2: 2, 3: 5}
ENGLAND = "england-and-wales"


def days_between(first: datetime, last: datetime) -> int:
    """Working days after the one up to and including the other, by another list of bank holidays."""
    day, end = first.astimezone(LONDON).date(), last.astimezone(LONDON).date()
    return sum(works(ENGLAND, day + timedelta(days=number)) for number in range(1, (end - day).days + 1))


@dataclass
class Asked:
    """One response that was asked for: since when, until when, and whether it came."""

    stage: int
    start: datetime
    ended: datetime | None = None
    came: bool = False

    @property
    def due(self) -> datetime:
        start = self.start.astimezone(LONDON)
        return due_by_walking(ENGLAND, start, TO_RESPOND[self.stage], rolls=True, close=time(17), to_the_end=False)

    def fate(self, now: datetime) -> int:
        """Its place in the tally: in time, late, none, not needed, not yet due."""
        if self.came and self.ended:
            return 0 if self.ended <= self.due else 1
        if self.ended is None:
            return 2 if self.due < now else 4
        return 3 if self.ended <= self.due else 2


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

    def asked(self) -> Iterator[Asked]:
        """Every response that an agency was asked for, stage by stage. Made urgent or dated anew, what was asked keeps its published moment."""
        waiting: dict[str, Asked] = {}
        receiving = self.of("submitted")[-1].facts["receiving"]
        for line in self.lines:
            if line.kind == "entered" and line.stage in TO_RESPOND:
                waiting = {agency: Asked(line.stage, line.recorded_at) for agency in receiving}
                yield from waiting.values()
            elif line.kind == "answered" and (one := waiting.pop(str(line.agency_id), None)):
                one.ended, one.came = line.recorded_at, True
            elif line.kind in LEAVES:
                for one in waiting.values():
                    one.ended = line.recorded_at
                waiting = {}

    @property
    def outcome(self) -> str:
        return str(self.of("resolved")[-1].facts["outcome"])


class Reader:
    """A partnership's year, read from its record alone."""

    def __init__(self, partnership: Partnership, year: Year, now: datetime) -> None:
        self.year, self.now, self.until = year, now, min(year.ends, now)
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

    def due(self) -> list[Asked]:
        """The responses that were due in the year, also of what was raised before it."""
        every = [one for story in self.stories if story.submitted for one in list(story.asked())]
        return [one for one in every if self.year.starts <= one.due < self.year.ends]

    def responses(self) -> dict[int, list[int]]:
        """By stage: in time, late, none, not needed, not yet due."""
        found: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 5)
        for one in self.due():
            found[one.stage][one.fate(self.now)] += 1
        return dict(sorted(found.items()))

    def durations(self) -> list[list[int]]:
        """Working days that the responses of each stage took, and those from raising to resolution of what was closed in the year."""
        spans: defaultdict[int, list[int]] = defaultdict(list)
        for one in self.due():
            if one.came and one.ended:
                spans[one.stage].append(days_between(one.start, one.ended))
        closed = [(story.submitted, story.of("resolved")[-1].recorded_at) for story in self.ended("closed")]
        return [*(each for _, each in sorted(spans.items())), [days_between(first, last) for first, last in closed if first]]
