"""Every measure a second way: plain Python over all the rows, one by one, written from the definitions and not from the queries."""

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from agencies.calendars import calendar_of
from agencies.models import Agency, Partnership, Post
from escalation.models import (
    AgreedAction,
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
from reports.models import EarlyReturn
from reports.periods import Year

LONDON = ZoneInfo("Europe/London")
Rows = dict[str, list[Any]]


def percent(part: int, whole: int) -> int | str:
    """Whole per cent, halves up, by integers alone."""
    return (200 * part + whole) // (2 * whole) if whole else "[z]"


@dataclass
class Recount:
    """A partnership's year, or several that end with it, as a patient clerk would count them."""

    partnership: Partnership
    year: Year
    now: datetime
    years: int = 1

    @property
    def first(self) -> int:
        """The calendar year in which the first of the years begins."""
        return self.year.number - self.years + 1

    @cached_property
    def disputes(self) -> list[Dispute]:
        return [row for row in Dispute.objects.all() if row.partnership_id == self.partnership.id and row.state != "draft" and not row.left_out]

    @cached_property
    def by_id(self) -> dict[Any, Dispute]:
        return {row.id: row for row in self.disputes}

    def in_year(self, moment: datetime | None) -> bool:
        if moment is None or moment >= self.now:
            return False
        day = moment.astimezone(LONDON).date()
        return date(self.first, 4, 1) <= day <= date(self.year.number + 1, 3, 31)

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
        gone = [row for row in self.disputes if row.state == "withdrawn" and row.sent_at and self.in_year(row.ended_at)]
        every = [row for row in Dispute.objects.all() if row.partnership_id == self.partnership.id and row.left_out and row.state != "draft"]
        return [inside, len(self.closed), still, len(gone), sum(self.in_year(row.submitted_at) for row in every)]

    def themes(self) -> Counter[str]:
        return Counter(theme for row in self.raised for theme in row.themes or ["none"])

    def counted(self, rows: list[Dispute], key: Callable[[Dispute], Any]) -> Counter[Any]:
        return Counter(key(row) for row in rows)

    def due(self, measures: str) -> list[Clock]:
        starts, ends = datetime(self.first, 4, 1, tzinfo=LONDON), datetime(self.year.number + 1, 4, 1, tzinfo=LONDON)
        return [
            clock
            for clock in Clock.objects.all()
            if clock.measures == measures and clock.is_procedural and starts <= clock.due_at < ends
            and clock.dispute_id in self.by_id and self.by_id[clock.dispute_id].sent_at and self.counts(clock)
        ]  # fmt: skip

    @cached_property
    def unreceived(self) -> set[tuple[Any, Any, int]]:
        """Which agency never got what it was asked, and at which stage, by the lines that say that a message came back."""
        lines = [row for row in Event.objects.all() if row.kind == "bounced" and row.facts.get("not_received")]
        return {(row.dispute_id, row.agency_id, row.stage) for row in lines}

    def counts(self, clock: Clock) -> bool:
        """One that another took the place of is not counted, unless its moment had passed by then and the agency had been asked."""
        if clock.state != "superseded":
            return True
        assert clock.ended_at
        return clock.ended_at > clock.due_at and (clock.dispute_id, clock.agency_id, clock.stage) not in self.unreceived

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

    def answering(self, name: Callable[[Agency], str]) -> dict[str, list[int]]:
        """In time, late, none, not needed, not yet due, by the agency asked."""
        agencies = {row.id: row for row in Agency.objects.all()}
        rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 5)
        for clock in self.due("response"):
            assert clock.agency_id
            rows[name(agencies[clock.agency_id])][self.fate(clock, clock.due_at)] += 1
        return rows

    def steps(self) -> dict[tuple[int, str], list[int]]:
        """The other steps, by stage and what they are."""
        wanted = (
            "told",
            "entry",
            "discussion",
            "agreement",
            "action_plan",
            "meeting",
            "outcome_letter",
            "form",
            "move_up",
            "completion",
            "resolution",
            "cap",
        )
        rows: defaultdict[tuple[int, str], list[int]] = defaultdict(lambda: [0] * 5)
        for kind in wanted:
            for clock in self.due(kind):
                rows[clock.stage, kind][self.fate(clock, clock.due_at)] += 1
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
            fate = self.fate(clock, moment)
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

    def days_between(self, first: datetime, last: datetime) -> int:
        """Working days after the one up to and including the other, counted day by day."""
        calendar, day, end, days = calendar_of(self.partnership), first.astimezone(LONDON).date(), last.astimezone(LONDON).date(), 0
        while day < end:
            day = date.fromordinal(day.toordinal() + 1)
            days += calendar.is_working_day(day)
        return days

    def to_resolve(self) -> list[int]:
        return [self.days_between(row.submitted_at, row.resolved_at) for row in self.closed if row.submitted_at and row.resolved_at]

    def to_decide(self, route: str) -> list[int]:
        rows = [row for row in Referral.objects.all() if row.dispute_id in self.by_id and row.route == route and self.in_year(row.decided_at)]
        return [self.days_between(row.referred_at, row.decided_at) for row in rows if row.decided_at]

    def started(self) -> Counter[int]:
        runs: dict[Any, StageRun] = {}
        for run in StageRun.objects.all():
            if run.stage and (run.dispute_id not in runs or run.number < runs[run.dispute_id].number):
                runs[run.dispute_id] = run
        return Counter(runs[row.id].stage if row.id in runs else 0 for row in self.raised)

    def grounds(self) -> Counter[str]:
        """Every run with a ground that followed a run of a lower stage."""
        raised, runs = {row.id for row in self.raised}, defaultdict(list)
        for run in StageRun.objects.all():
            if run.dispute_id in raised and run.stage:
                runs[run.dispute_id].append(run)
        return Counter(
            run.ground for passes in runs.values() for run in passes
            if run.ground and any(each.number < run.number and each.stage < run.stage for each in passes)
        )  # fmt: skip

    def spread(self, spans: list[int]) -> list[Any]:
        if not spans:
            return [0, "[z]", "[z]", "[z]"]
        order, half = sorted(spans), len(spans) // 2
        middle = order[half] if len(order) % 2 else (order[half - 1] + order[half]) / 2
        return [len(order), middle if len(order) >= 6 else "[z]", order[0], order[-1]]

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
        return self.points(self)

    def points(self, when: "Recount") -> dict[str, list[int]]:
        """The learning points recorded in the year of `when`, as they stand now."""
        rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 5)
        today = self.now.astimezone(LONDON).date()
        for point in LearningPoint.objects.all():
            if point.dispute_id in self.by_id and not point.is_none and when.in_year(point.recorded_at):
                done = point.done_at is not None and point.done_at <= self.now
                at = 0 if done else 3 if point.due_on is None else 1 if point.due_on >= today else 2
                rows[point.change_needed.capitalize()][at] += 1
                rows[point.change_needed.capitalize()][4] += 1
        return rows

    def early(self) -> dict[str, list[int]]:
        """By the quarter's first month: matters returned, agencies that returned, of them nil."""
        rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 3)
        names = {4: "April to June", 7: "July to September", 10: "October to December", 1: "January to March"}
        for row in EarlyReturn.objects.all():
            if row.agency.partnership_id == self.partnership.id and date(self.year.number, 4, 1) <= row.quarter < date(self.year.number + 1, 4, 1):
                cells = rows[names[row.quarter.month]]
                cells[0] += row.matters
                cells[1] += 1
                cells[2] += row.matters == 0
        return rows

    def actions(self, name: Callable[[Agency], str]) -> dict[str, list[int]]:
        """Done in time, done late, not done, not yet due, of the agreed actions due in the year."""
        agencies = {row.id: row for row in Agency.objects.all()}
        starts, ends = datetime(self.first, 4, 1, tzinfo=LONDON), datetime(self.year.number + 1, 4, 1, tzinfo=LONDON)
        rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 4)
        for row in AgreedAction.objects.all():
            if row.dispute_id in self.by_id and self.by_id[row.dispute_id].sent_at and starts <= row.due_at < ends:
                done = row.done_at if row.done_at and row.done_at <= self.now else None
                at = (0 if done <= row.due_at else 1) if done else 2 if row.due_at < self.now else 3
                rows[name(agencies[row.agency_id])][at] += 1
        return rows

    @property
    def past(self) -> "Recount":
        """The year before, as it stands now: the clerk's own count, up to as many days in where this year still runs."""
        begun = datetime(self.year.number, 4, 1, tzinfo=LONDON)
        begun_before = datetime(self.year.number - 1, 4, 1, tzinfo=LONDON)
        runs = self.now < datetime(self.year.number + 1, 4, 1, tzinfo=LONDON)
        gone = self.now.timestamp() - begun.timestamp()
        cut = datetime.fromtimestamp(begun_before.timestamp() + gone, LONDON) if runs else self.now
        return Recount(self.partnership, Year(self.year.number - 1), cut)

    def headcount(self) -> list[int]:
        """Raised, closed, open at the end, referred, panels, learning points, up to `now`."""
        return [
            len(self.raised), self.other()[1], self.other()[2], sum(self.routes().values()), self.panels()[0],
            sum(row[4] for row in self.learning().values()),
        ]  # fmt: skip

    def came_due(self, when: "Recount") -> tuple[int, int]:
        """Responses in time and all that came due in the year and the span of `when`, as they stand now."""
        fates = [self.fate(clock, clock.due_at) for clock in when.due("response") if clock.due_at < when.until]
        return fates.count(0), sum(fate < 3 for fate in fates)

    def directory(self, name: Callable[[Agency], str]) -> dict[str, list[int]]:
        """Levels confirmed in the last 183 days, levels that need a contact, levels with nobody in post."""
        today = self.now.astimezone(LONDON).date()
        numbers = sorted(level.number for level in self.partnership.levels.all())
        levels: dict[tuple[Any, int], set[str]] = {}
        names = {}
        for agency in Agency.objects.filter(partnership=self.partnership, is_active=True, is_external=False):
            names[agency.id] = name(agency)
            for number in numbers if not agency.is_flat else []:
                acts_itself = agency.acting_from_level is None or number < agency.acting_from_level
                if number > 1 and acts_itself and (number < numbers[-1] or agency.has_board_member):
                    levels[agency.id, number] = set()
        for post in Post.objects.all():
            if post.agency_id in names and post.level:
                found = levels.setdefault((post.agency_id, post.level.number), set())
                if post.confirmed_on and post.confirmed_on >= today - timedelta(days=183):
                    found.add("confirmed")
                if any(each.user.is_active and (each.until is None or each.until >= today) for each in post.holdings.all()):
                    found.add("held")
        rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 3)
        for (agency, _), found in levels.items():
            row = rows[names[agency]]
            row[0] += "confirmed" in found
            row[1] += 1
            row[2] += "held" not in found
        return rows

    def routes(self) -> Counter[str]:
        return Counter(row.route for row in Referral.objects.all() if row.dispute_id in self.by_id and self.in_year(row.referred_at))

    def panels(self) -> tuple[int, int, int]:
        """Convened, with members of three agencies of the partnership or more, and decided."""
        elsewhere = {row.id for row in Agency.objects.all() if row.is_external}
        referrals = {row.id: row for row in Referral.objects.all() if row.dispute_id in self.by_id}
        members: defaultdict[UUID, set[UUID]] = defaultdict(set)
        for member in PanelMember.objects.all():
            members[member.panel_id] |= {member.agency_id} - elsewhere
        convened = [row for row in Panel.objects.all() if row.referral_id in referrals and self.in_year(row.convened_at)]
        decided = sum(referrals[row.referral_id].decided_at is not None for row in convened)
        return len(convened), sum(len(members[row.id]) >= 3 for row in convened), decided
