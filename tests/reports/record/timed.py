"""What was timed in one disagreement, by its lines and the procedure's text: since when, until when, and how it ended."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from escalation.models import Event
from tests.reports.record.texts import Limit, Text, days_between, opening

# What a stage that was talked through outside is measured by.
TALKED = {"response", "discussion", "agreement", "meeting", "completion", "resolution"}
FINISHED = {"completion", "resolution", "cap", "agreement"}
OPENINGS = {"sent", "received", "entered", "submitted"}
IN_TIME, LATE, NONE, NOT_NEEDED, AHEAD = range(5)


@dataclass
class Timed:
    """One limit on one agency (or on nobody's): `run` is the pass through its stage, `was_done` that it ended with what was asked for."""

    limit: Limit
    stage: int
    run: int
    agency: str
    is_asked: bool
    start: datetime
    due: datetime
    asked_at: datetime
    ended: datetime | None = None
    was_done: bool = False
    is_dropped: bool = False
    happened: datetime | None = None
    agreed: list[tuple[datetime, datetime]] = field(default_factory=list)

    def fate(self, moment: datetime, now: datetime) -> int:
        """Its place in the tally, judged by this moment."""
        if self.ended is None:
            return NONE if moment < now else AHEAD
        if self.was_done:
            return IN_TIME if self.ended <= moment else LATE
        return NONE if self.ended > moment else NOT_NEEDED

    @property
    def agreed_until(self) -> datetime | None:
        """The last date that was agreed before the one before had passed."""
        moment = self.due
        for due, at in self.agreed:
            if at <= moment:
                moment = due
        return moment if any(at <= self.due for _, at in self.agreed) else None

    @property
    def was_recorded_late(self) -> bool:
        """It happened by its moment and was recorded after it."""
        return self.was_done and self.ended is not None and self.happened is not None and self.happened <= self.due < self.ended

    @property
    def days(self) -> int:
        """Working days that it took."""
        assert self.ended
        return days_between(self.start, self.ended)


class Watch:
    """Goes through the lines from top to bottom and times what the text gives a limit."""

    def __init__(self, text: Text) -> None:
        self.text = text
        self.all: list[Timed] = []
        self.stage, self.run, self.is_open, self.in_run = 0, 0, True, False
        self.is_urgent = False
        self.raising, self.receiving, self.waiting = "", set[str](), set[str]()
        self.asked: list[str] | None = None
        self.caps_begin_anew = False
        self.lines: dict[int, tuple[Event, int]] = {}

    def running(self) -> list[Timed]:
        """What has not ended."""
        return [one for one in self.all if one.ended is None and not one.is_dropped]

    def read(self, line: Event) -> None:
        """One more line."""
        self.lines[line.number] = line, self.run
        if line.kind == "sent":
            self.asked = line.facts["asked"]
        elif line.kind == "entered":
            self._enters(line)
        else:
            special: Callable[[Event], None] | None = getattr(self, f"_{line.kind}", None)
            if line.kind == "submitted":
                self._logged(line)
            self._ends(line.kind, line)
            if self.is_open:
                self._begins({line.kind}, line)
            if special:
                special(line)

    def _logged(self, line: Event) -> None:
        self.raising, self.receiving = line.facts["raising"], set(line.facts["receiving"])
        self.is_urgent, self.stage, self.in_run, self.is_open = line.facts["urgent"], 0, False, True

    def _enters(self, line: Event) -> None:
        """Another pass through a stage begins: what runs on the one that is left ends."""
        if self.in_run:
            for one in self.running():
                spans = one.limit.over
                if not spans[0] <= line.stage <= spans[1] if spans else one.stage == self.stage:
                    one.ended = line.recorded_at
        self.stage, self.run, self.in_run = line.stage, self.run + 1, True
        self.lines[line.number] = line, self.run
        happened = {"entered"} | ({"received"} if line.stage else set()) | ({"sent"} if self.asked is not None else set())
        self.waiting = set(self.asked or ())
        self.asked = None
        for kind in sorted(happened):
            self._ends(kind, line)
        self._begins(happened, line)
        if self.caps_begin_anew:
            for cap in self.text.caps:
                assert cap.over
                if cap.over[0] <= line.stage <= cap.over[1]:
                    self._begin(cap, line)
            self.caps_begin_anew = False

    def _ends(self, kind: str, line: Event) -> None:
        if kind == "answered":
            self.waiting.discard(str(line.agency_id))
        for one in self.running():
            if one.limit.ends != kind or (one.limit.measures == "meeting" and (line.facts.get("how") == "call" or line.facts.get("unmet"))):
                continue
            if one.is_asked and kind == "answered" and one.agency != str(line.agency_id):
                continue
            if not one.is_asked and kind == "answered" and self.waiting:
                continue
            one.ended, one.was_done, one.happened = line.recorded_at, True, line.happened_at

    def _begins(self, kinds: set[str], line: Event) -> None:
        for limit in self.text.of(self.stage):
            if limit.begins in kinds:
                self._begin(limit, line)

    def _begin(self, limit: Limit, line: Event, only: str = "") -> None:
        start = line.recorded_at
        if limit.begins == "received" and not self.is_urgent:
            start = opening(start)
        is_asked = limit.owed_by == "receiving" and self.stage > 0
        whom = [only] if only else sorted(self.waiting) if is_asked else [self.raising if limit.owed_by in {"raising", "each"} else ""]
        for agency in whom:
            if not any(one.limit.key == limit.key and (one.agency == agency or not is_asked) for one in self.running()):
                stage = limit.over[0] if limit.over else max(self.stage, 1)
                run = 0 if limit.over or not self.stage else self.run
                self.all.append(Timed(limit, stage, run, agency, is_asked, start, limit.due(start), line.recorded_at))

    # -- what a line does besides ending and beginning what the text says ---------------------------------------------------------------------

    def _resolved(self, line: Event) -> None:
        for one in self.running():
            one.ended, one.was_done = line.recorded_at, one.limit.measures in FINISHED
        self.is_open = False

    def _closed(self, line: Event) -> None:
        for one in self.running():
            one.ended = line.recorded_at
        self.is_open = self.in_run = False

    _withdrawn = _sent_back = _closed

    def _reopened(self, _line: Event) -> None:
        self.is_open = self.caps_begin_anew = True

    def _made_urgent(self, _line: Event) -> None:
        self.is_urgent = True

    def _agency_added(self, line: Event) -> None:
        added = line.facts["agency"]
        self.receiving.add(added)
        self.waiting.add(added)
        for limit in self.text.of(self.stage):
            if limit.owed_by == "receiving" and limit.begins in OPENINGS:
                self._begin(limit, line, added)

    def _bounced(self, line: Event) -> None:
        """Nobody had received it: what ran or was missed counts for nobody."""
        if line.facts["not_received"] and line.agency_id:
            asked = datetime.fromisoformat(line.facts["asked_at"])
            for one in self.all:
                if one.is_asked and one.agency == str(line.agency_id) and one.asked_at == asked and not one.was_done:
                    one.is_dropped = True

    def _received(self, line: Event) -> None:
        """It reached somebody after all: what was dropped begins anew."""
        agency = str(line.agency_id)
        if agency in self.waiting:
            dropped = {one.limit: one.asked_at for one in self.all if one.is_dropped and one.agency == agency and one.run == self.run}
            for limit, asked_at in dropped.items():
                self._begin(limit, line, agency)
                self.all[-1].asked_at = asked_at

    def _timetable_agreed(self, line: Event) -> None:
        for one in self.running():
            if one.limit.key == line.facts["clock"] and one.agency == line.facts["of"]:
                one.agreed.append((datetime.fromisoformat(line.facts["agreed"]), line.recorded_at))

    def _past_stage(self, line: Event) -> None:
        """A stage that was talked through outside: what ran on it and was not missed yet counts for nothing; confirmed, it is timed as it was."""
        if self.stage:
            for one in self.running():
                if one.run and one.limit.measures in TALKED and line.recorded_at <= one.due:
                    one.is_dropped = True
        if line.facts["confirmed"]:
            self._talked(line, self.run)

    def _happened_confirmed(self, line: Event) -> None:
        told, run = self.lines[line.facts["line"]]
        if told.kind == "past_stage":
            self._talked(told, run)
            return
        for one in self.running():
            began = one.start == told.recorded_at or (one.run == self.run and one.asked_at == told.recorded_at)
            if one.limit.key in line.facts["clocks"] and began and not one.agreed:
                one.start, one.due = told.happened_at, one.limit.due(told.happened_at)

    def _talked(self, told: Event, run: int) -> None:
        start, until, stage = datetime.fromisoformat(told.facts["from"]), datetime.fromisoformat(told.facts["until"]), told.facts["stage"]
        was_here = self.lines[told.number][0].stage == stage
        for limit in self.text.stages[stage - 1]:
            here = [one for one in self.all if one.run == run and was_here and one.limit.key == limit.key and not one.is_dropped]
            if limit.measures not in TALKED or any(one.ended is None or (not one.was_done and one.ended > one.due) for one in here):
                continue
            began = opening(start) if limit.begins == "received" and not self.is_urgent else start
            is_asked = limit.owed_by == "receiving"
            for agency in sorted(self.receiving) if is_asked else [self.raising]:
                self.all.append(
                    Timed(limit, stage, run, agency, is_asked, began, limit.due(began), told.recorded_at, told.recorded_at, True, happened=until)
                )


def timed(lines: list[Event], text: Text) -> Iterator[Timed]:
    """All that was timed and counts."""
    watch = Watch(text)
    for line in lines:
        watch.read(line)
    return (one for one in watch.all if not one.is_dropped)
