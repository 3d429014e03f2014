"""Every measure a second way: plain Python over all the rows, one by one, written from the definitions and not from the queries."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from agencies.calendars import calendar_of
from agencies.models import Agency, Partnership
from escalation.models import (
    Child,
    Clock,
    Dispute,
    Event,
    FileConfirmation,
    LearningPoint,
    Panel,
    PanelMember,
    Party,
    Referral,
    Request,
    StageRun,
    TimetableProposal,
)  # fmt: skip
from reports.periods import Year

LONDON = ZoneInfo("Europe/London")
Rows = dict[str, list[Any]]


def percent(part: int, whole: int) -> int | str:
    """Whole per cent, halves up, by integers alone."""
    return (200 * part + whole) // (2 * whole) if whole else "[z]"


@dataclass
class Recount:
    """A partnership's year as a patient clerk would count it."""

    partnership: Partnership
    year: Year
    now: datetime

    @cached_property
    def disputes(self) -> list[Dispute]:
        return [row for row in Dispute.objects.all() if row.partnership_id == self.partnership.id and row.state != "draft"]

    @cached_property
    def by_id(self) -> dict[Any, Dispute]:
        return {row.id: row for row in self.disputes}

    def in_year(self, moment: datetime | None) -> bool:
        if moment is None or moment >= self.now:
            return False
        day = moment.astimezone(LONDON).date()
        return date(self.year.number, 4, 1) <= day <= date(self.year.number + 1, 3, 31)

    @property
    def until(self) -> datetime:
        return min(self.now, datetime(self.year.number + 1, 4, 1, tzinfo=LONDON))

    @cached_property
    def raised(self) -> list[Dispute]:
        return [row for row in self.disputes if self.in_year(row.submitted_at) and row.sent_at]

    @cached_property
    def closed(self) -> list[Dispute]:
        return [row for row in self.disputes if row.state == "closed" and row.sent_at and self.in_year(row.ended_at)]

    def by_quarter(self) -> Rows:
        names = {4: "April to June", 7: "July to September", 10: "October to December", 1: "January to March"}
        rows: Rows = {name: [0, 0, 0] for name in names.values()}
        for row in self.raised:
            assert row.submitted_at
            month = row.submitted_at.astimezone(LONDON).month
            cells = rows[names[(month - 1) // 3 * 3 + 1]]
            cells[1 if row.state == "withdrawn" else 0] += 1
            cells[2] += 1
        return rows

    def other(self) -> list[int]:
        inside = sum(self.in_year(row.submitted_at) and row.sent_at is None and row.state != "withdrawn" for row in self.disputes)
        still = 0
        for row in self.disputes:
            assert row.submitted_at
            ended = row.state in {"closed", "withdrawn"} and row.ended_at and row.ended_at < self.until
            still += bool(row.sent_at and row.submitted_at < self.until and not ended)
        return [inside, len(self.closed), still]

    def themes(self) -> Counter[str]:
        return Counter(theme for row in self.raised for theme in row.themes or ["none"])

    def counted(self, rows: list[Dispute], key: Callable[[Dispute], Any]) -> Counter[Any]:
        return Counter(key(row) for row in rows)

    def due(self, measures: str) -> list[Clock]:
        starts, ends = datetime(self.year.number, 4, 1, tzinfo=LONDON), datetime(self.year.number + 1, 4, 1, tzinfo=LONDON)
        return [
            clock
            for clock in Clock.objects.all()
            if clock.measures == measures and clock.is_procedural and clock.state != "superseded" and starts <= clock.due_at < ends
            and clock.dispute_id in self.by_id and self.by_id[clock.dispute_id].sent_at
        ]  # fmt: skip

    def fate(self, clock: Clock, moment: datetime) -> int:
        """0 in time, 1 late, 2 none, 3 not needed, 4 not yet due, by this moment."""
        if clock.state in {"met", "late"}:
            assert clock.ended_at
            return 0 if clock.ended_at <= moment else 1
        if clock.state == "running":
            return 2 if moment < self.now else 4
        assert clock.ended_at
        return 2 if clock.ended_at > moment else 3

    def responses(self) -> dict[int, list[int]]:
        rows: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 5)
        for clock in self.due("response"):
            rows[clock.stage][self.fate(clock, clock.due_at)] += 1
        return rows

    def agreed(self) -> dict[int, list[int]]:
        """In time, late, none by the agreed moment; extensions that count; happened in time but recorded late."""
        answers = [row for row in Event.objects.all() if row.kind == "answered"]
        dates: defaultdict[Any, list[TimetableProposal]] = defaultdict(list)
        for proposal in TimetableProposal.objects.all():
            if proposal.agreed_at:
                dates[proposal.clock_id].append(proposal)
        rows: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 5)
        for clock in self.due("response"):
            moment, counts = clock.due_at, False
            for proposal in sorted(dates[clock.id], key=lambda row: row.agreed_at or self.now):
                assert proposal.agreed_at
                if proposal.agreed_at <= moment:
                    moment, counts = proposal.due_at, True
            fate = 3 if clock.state == "not_needed" else self.fate(clock, moment)
            row = rows[clock.stage]
            if fate < 3:
                row[fate] += 1
            row[3] += counts
            if self.fate(clock, clock.due_at) == 1:
                row[4] += any(
                    each.dispute_id == clock.dispute_id and each.agency_id == clock.agency_id and each.recorded_at == clock.ended_at
                    and each.happened_at <= clock.due_at
                    for each in answers
                )  # fmt: skip
        return rows

    def durations(self) -> dict[int, list[int]]:
        calendar = calendar_of(self.partnership)
        spans: defaultdict[int, list[int]] = defaultdict(list)
        for clock in self.due("response"):
            if clock.state in {"met", "late"} and clock.ended_at:
                day, last, days = clock.started_at.astimezone(LONDON).date(), clock.ended_at.astimezone(LONDON).date(), 0
                while day < last:
                    day = date.fromordinal(day.toordinal() + 1)
                    days += calendar.is_working_day(day)
                spans[clock.stage].append(days)
        return spans

    def spread(self, spans: list[int]) -> list[Any]:
        return [len(spans), median(spans) if len(spans) >= 6 else "[z]", min(spans), max(spans)]

    def moves(self) -> dict[int, list[int]]:
        """Entered, moved up, the four grounds, came in without the stage before."""
        raised = {row.id for row in self.raised}
        runs: defaultdict[Any, list[StageRun]] = defaultdict(list)
        for run in StageRun.objects.all():
            if run.dispute_id in raised and run.stage:
                runs[run.dispute_id].append(run)
        rows: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 7)
        for passes in runs.values():
            for stage in {run.stage for run in passes}:
                here = [run for run in passes if run.stage == stage]
                rows[stage][0] += 1
                after = [run for run in passes if run.stage == stage + 1 and any(run.number > each.number for each in here)]
                rows[stage][1] += bool(after)
                for at, ground in enumerate(("not_resolved", "no_response", "delay", "risk")):
                    rows[stage][2 + at] += any(run.ground == ground for run in after)
                before = [run for run in passes if run.stage == stage - 1]
                rows[stage][6] += stage > 1 and any(not any(each.number < run.number for each in before) for run in here)
        return rows

    def pairs(self, name: Callable[[Agency], str]) -> Counter[tuple[str, str]]:
        raised = {row.id: row for row in self.raised}
        agencies = {row.id: row for row in Agency.objects.all()}
        found = set()
        for request in Request.objects.all():
            if request.dispute_id in raised:
                raiser = agencies[raised[request.dispute_id].raising_agency_id]
                found.add((request.dispute_id, name(raiser), name(agencies[request.agency_id])))
        return Counter((raiser, receiver) for _, raiser, receiver in found)

    def received(self) -> Counter[str]:
        raised = {row.id for row in self.raised}
        names = {row.id: row.name for row in Agency.objects.all()}
        return Counter(name for _, name in {(row.dispute_id, names[row.agency_id]) for row in Request.objects.all() if row.dispute_id in raised})

    def hot(self) -> Counter[tuple[str, str, str]]:
        raised = {row.id: row for row in self.raised if row.state != "withdrawn"}
        names = {row.id: row.name for row in Agency.objects.all()}
        asked = {(row.dispute_id, row.agency_id) for row in Request.objects.all() if row.dispute_id in raised}
        triples = ((names[raised[key].raising_agency_id], names[agency], theme) for key, agency in asked for theme in raised[key].themes)
        return Counter({triple: number for triple, number in Counter(triples).items() if number >= 3})

    def closing(self) -> list[int]:
        children, parties, kept, learnt = defaultdict(set), defaultdict(set), set(), {row.dispute_id for row in LearningPoint.objects.all()}
        for child in Child.objects.all():
            children[child.dispute_id].add(child.id)
        for party in Party.objects.all():
            parties[party.dispute_id].add(party.agency_id)
        for row in FileConfirmation.objects.all():
            if not row.is_gap:
                kept.add((row.child_id, row.agency_id))
        told = [bool(row.feedback_at) for row in self.closed]
        wanted = [{(child, agency) for child in children[row.id] for agency in parties[row.id]} for row in self.closed]
        filed = [bool(pairs) and pairs <= kept for pairs in wanted]
        learned = [bool(row.learning_at) or row.id in learnt for row in self.closed]
        return [sum(told), sum(filed), sum(learned), sum(a and b for a, b in zip(told, filed, strict=True))]

    def learning(self) -> dict[str, list[int]]:
        rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 5)
        today = self.now.astimezone(LONDON).date()
        for point in LearningPoint.objects.all():
            if point.dispute_id in self.by_id and not point.is_none and self.in_year(point.recorded_at):
                done = point.done_at is not None and point.done_at <= self.now
                at = 0 if done else 3 if point.due_on is None else 1 if point.due_on >= today else 2
                rows[point.change_needed.capitalize()][at] += 1
                rows[point.change_needed.capitalize()][4] += 1
        return rows

    def routes(self) -> Counter[str]:
        return Counter(row.route for row in Referral.objects.all() if row.dispute_id in self.by_id and self.in_year(row.referred_at))

    def panels(self) -> tuple[int, int]:
        """Convened, and with members of three agencies or more."""
        referrals = {row.id: row for row in Referral.objects.all() if row.dispute_id in self.by_id}
        members = defaultdict(set)
        for member in PanelMember.objects.all():
            members[member.panel_id].add(member.agency_id)
        convened = [row for row in Panel.objects.all() if row.referral_id in referrals and self.in_year(row.convened_at)]
        return len(convened), sum(len(members[row.id]) >= 3 for row in convened)
