"""Every measure a second time, by somebody who reads the record's lines from top to bottom and the procedures' texts, in plain Python.

Of tables it reads `Event` and `EventBody` alone; agencies, kinds, levels and who sits where are the directory's, and which version is of which
procedure the procedures'. Written from the definitions and not from the queries.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from agencies.models import Agency, Partnership
from escalation.models import Event, ProcedureVersion
from escalation.states import Route
from reports.periods import Year
from tests.calculators import LONDON
from tests.reports.record.story import Action, Panel, Referral, Story
from tests.reports.record.texts import days_between, read
from tests.reports.record.timed import IN_TIME, LATE, NONE, Timed

Rows = dict[str, list[Any]]
QUARTERS = {4: "April to June", 7: "July to September", 10: "October to December", 1: "January to March"}
STEPS = (
    "told", "entry", "discussion", "agreement", "action_plan", "meeting", "outcome_letter", "form", "move_up", "completion", "resolution", "cap",
)  # fmt: skip
GROUNDS = ("not_resolved", "no_response", "delay", "risk")


def percent(part: int, whole: int) -> int | str:
    """Whole per cent, halves up, by integers alone."""
    return (200 * part + whole) // (2 * whole) if whole else "[z]"


def stories_of(partnership: Partnership) -> list[Story]:
    """Every disagreement of the partnership that was ever logged, told by its lines."""
    texts = {str(row.pk): row.procedure.key for row in ProcedureVersion.objects.select_related("procedure")}
    lines: defaultdict[Any, list[Event]] = defaultdict(list)
    for line in Event.objects.filter(dispute__partnership=partnership).select_related("body").order_by("dispute", "number"):
        lines[line.dispute_id].append(line)
    versions = {key: next((line.facts["version"] for line in each if line.kind == "submitted"), None) for key, each in lines.items()}
    return [Story(each, read(texts[version])) for key, each in lines.items() if (version := versions[key]) is not None]


@dataclass
class Reader:
    """A partnership's year, or several that end with it, as its record tells it at `now`; of one `agency`, where given, its own side."""

    partnership: Partnership
    year: Year
    now: datetime
    years: int = 1

    @cached_property
    def told(self) -> list[Story]:
        """All that was ever logged."""
        return stories_of(self.partnership)

    def of(self, year: Year, now: datetime | None = None) -> "Reader":
        """Another year of the same record."""
        other = replace(self, year=year, now=now or self.now, years=1)
        other.__dict__["told"] = self.told
        return other

    def without(self, is_left: Callable[[Story], bool]) -> "Reader":
        """The same year without some of them."""
        other = replace(self)
        other.__dict__["told"] = [story for story in self.told if not is_left(story)]
        return other

    # -- sets that measures share -------------------------------------------------------------------------------------------------------------

    @property
    def starts(self) -> datetime:
        """The first moment of the first year."""
        return datetime(self.year.number - self.years + 1, 4, 1, tzinfo=LONDON)

    @property
    def ends(self) -> datetime:
        """The moment after the last."""
        return datetime(self.year.number + 1, 4, 1, tzinfo=LONDON)

    @property
    def until(self) -> datetime:
        """The end of what can be counted."""
        return min(self.now, self.ends)

    def within(self, moment: datetime | None) -> bool:
        """In the year, and not after `now`."""
        return moment is not None and self.starts <= moment < self.until

    @cached_property
    def stories(self) -> list[Story]:
        """Those that figures count."""
        return [story for story in self.told if story.counts]

    @cached_property
    def sent(self) -> list[Story]:
        """Those of them that were sent to another agency."""
        return [story for story in self.stories if story.sent_at]

    @cached_property
    def raised(self) -> list[Story]:
        """Submitted in the year, and sent."""
        return [story for story in self.sent if self.within(story.logged_at)]

    @cached_property
    def closed(self) -> list[Story]:
        """Closed in the year."""
        return [story for story in self.sent if story.state == "closed" and self.within(story.ended_at)]

    @cached_property
    def names(self) -> dict[str, str]:
        """Agencies' names, from the directory."""
        return {str(row.pk): row.name for row in Agency.objects.all()}

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Agencies' kinds, from the directory."""
        return {str(row.pk): row.get_kind_display() for row in Agency.objects.all()}

    # -- how many -----------------------------------------------------------------------------------------------------------------------------

    def by_quarter(self, stories: Iterable[Story] | None = None) -> Rows:
        """Not withdrawn, withdrawn, and both."""
        rows: Rows = {name: [0, 0, 0] for name in QUARTERS.values()}
        for story in self.raised if stories is None else stories:
            assert story.logged_at
            cells = rows[QUARTERS[(story.logged_at.astimezone(LONDON).month - 1) // 3 * 3 + 1]]
            cells[1 if story.state == "withdrawn" else 0] += 1
            cells[2] += 1
        return rows

    def open_at(self, moment: datetime) -> int:
        """Sent, submitted before the moment and not ended by it."""
        known = [story for story in self.sent if story.logged_at and story.logged_at < moment]
        return sum(not (story.ended_at and story.ended_at < moment) for story in known)

    def other(self) -> list[int]:
        """Kept inside, closed, open at the end, withdrawn, left out."""
        inside = [story for story in self.stories if self.within(story.logged_at) and not story.sent_at and story.state != "withdrawn"]
        gone = [story for story in self.sent if story.state == "withdrawn" and self.within(story.ended_at)]
        apart = [story for story in self.told if story.left_out and story.state != "draft" and self.within(story.logged_at)]
        return [len(inside), len(self.closed), self.open_at(self.until), len(gone), len(apart)]

    def themes(self, stories: Iterable[Story] | None = None) -> Counter[str]:
        """By area, each as often as it was chosen."""
        return Counter(theme for story in (self.raised if stories is None else stories) for theme in story.given["themes"] or ["none"])

    def levels(self) -> Counter[str]:
        """By level of need."""
        return Counter(f"Level {level}" if (level := story.given["level_of_need"]) else "Not stated" for story in self.raised)

    # -- in time ------------------------------------------------------------------------------------------------------------------------------

    @cached_property
    def timed(self) -> list[Timed]:
        """All that was timed in what was sent."""
        return [one for story in self.sent for one in story.timed]

    def due(self, measures: str) -> list[Timed]:
        """What was due in the year."""
        return [one for one in self.timed if one.limit.measures == measures and self.starts <= one.due < self.ends]

    def tallied(self, timed: Iterable[Timed], key: Callable[[Timed], Any]) -> dict[Any, list[int]]:
        """By the key: in time, late, none, not needed, not yet due."""
        rows: defaultdict[Any, list[int]] = defaultdict(lambda: [0] * 5)
        for one in timed:
            rows[key(one)][one.fate(one.due, self.now)] += 1
        return dict(sorted(rows.items()))

    def responses(self) -> dict[int, list[int]]:
        """By stage."""
        return self.tallied(self.due("response"), lambda one: one.stage)

    def answering(self, names: dict[str, str]) -> dict[str, list[int]]:
        """By the agency that was asked."""
        return self.tallied(self.due("response"), lambda one: names[one.agency])

    def steps(self) -> dict[tuple[int, str], list[int]]:
        """The other steps, by stage and what they are."""
        mine = [one for step in (*STEPS, "acknowledgement") for one in self.due(step)]
        kept = (one for one in mine if one.limit.measures != "acknowledgement" or one.limit.owed_by not in {"chair", "partnership"})
        return self.tallied(kept, lambda one: (one.stage, one.limit.measures))

    def acknowledgements(self) -> list[int]:
        """Of the chair or the partnership."""
        mine = [one for one in self.due("acknowledgement") if one.limit.owed_by in {"chair", "partnership"}]
        return [[one.fate(one.due, self.now) for one in mine].count(fate) for fate in range(5)]

    def agreed(self) -> dict[int, list[int]]:
        """In time, late, none by the agreed moment; extensions that count; happened in time and recorded late."""
        rows: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 5)
        for one in self.due("response"):
            fate, row = one.fate(one.agreed_until or one.due, self.now), rows[one.stage]
            if fate in {IN_TIME, LATE, NONE}:
                row[fate] += 1
            row[3] += one.agreed_until is not None
            row[4] += one.was_recorded_late
        return dict(sorted(rows.items()))

    def came_due(self, when: "Reader") -> tuple[int, int]:
        """Responses in time, and all that came due, in the year and the span of `when`, as they stand now."""
        fates = [one.fate(one.due, self.now) for one in when.due("response") if one.due < when.until]
        return fates.count(IN_TIME), sum(fate in {IN_TIME, LATE, NONE} for fate in fates)

    def durations(self) -> list[list[int]]:
        """Working days: of the responses of each stage, from raising to resolution, from referral to decision by mediation and by panel."""
        spans: defaultdict[int, list[int]] = defaultdict(list)
        for one in self.due("response"):
            if one.was_done:
                spans[one.stage].append(one.days)
        resolved = [days_between(story.logged_at, story.resolved_at) for story in self.closed if story.logged_at and story.resolved_at]
        decided = [[days_between(one.referred_at, one.decided_at) for one in self.referrals() if one.route == route and one.decided_at
                    and self.within(one.decided_at)] for route in ("mediation", "panel")]  # fmt: skip
        return [*(each for _, each in sorted(spans.items())), resolved, *decided]

    # -- stages -------------------------------------------------------------------------------------------------------------------------------

    def started(self) -> Counter[int]:
        """By the first stage."""
        return Counter(story.passes[0].stage for story in self.raised)

    def highest(self) -> Counter[int]:
        """By the highest."""
        return Counter(story.highest for story in self.raised)

    def settled(self) -> Counter[int]:
        """By the stage in which it was closed."""
        return Counter(story.ended_in for story in self.closed)

    def grounds(self) -> Counter[str]:
        """Every move up."""
        return Counter(ground for story in self.raised for ground in story.moves)

    def moves(self) -> dict[int, list[int]]:
        """Entered, went on to the next, the four grounds for that, came in without the stage before."""
        rows: defaultdict[int, list[int]] = defaultdict(lambda: [0] * 7)
        for story in self.raised:
            passes = list(enumerate(story.passes))
            for stage in {each.stage for _, each in passes}:
                first = min(at for at, each in passes if each.stage == stage)
                onward = [(at, each) for at, each in passes if each.stage == stage + 1 and at > first]
                climbs = {each.ground for at, each in onward if story.passes[at - 1].stage < each.stage}
                rows[stage][0] += 1
                rows[stage][1] += bool(onward)
                for at, ground in enumerate(GROUNDS):
                    rows[stage][2 + at] += ground in climbs
                mine = [at for at, each in passes if each.stage == stage]
                rows[stage][6] += stage > 1 and any(not any(each.stage == stage - 1 for each in story.passes[:at]) for at in mine)
        return rows

    # -- who with whom ------------------------------------------------------------------------------------------------------------------------

    def raisers(self) -> Counter[str]:
        """By the agency that raised it."""
        return Counter(self.names[story.raiser] for story in self.raised)

    def received(self) -> Counter[str]:
        """By each agency that was asked."""
        return Counter(self.names[agency] for story in self.raised for agency in story.asked)

    def pairs(self, names: dict[str, str]) -> Counter[tuple[str, str]]:
        """By who raised it and whom that asked, each pair once a disagreement."""
        return Counter(pair for story in self.raised for pair in {(names[story.raiser], names[agency]) for agency in story.asked})

    def hot(self) -> dict[tuple[str, str, str], list[int]]:
        """For each raised in the year, all of the same two agencies and area of the year up to its day; the most of any, and how many in the year."""
        days: defaultdict[tuple[str, str, str], list[date]] = defaultdict(list)
        for story in self.sent:
            if story.state != "withdrawn" and story.logged_at and story.logged_at < self.now:
                for agency in story.asked:
                    for theme in story.given["themes"]:
                        days[self.names[story.raiser], self.names[agency], theme].append(story.logged_at.astimezone(LONDON).date())
        rows: dict[tuple[str, str, str], list[int]] = {}
        first, last = date(self.year.number, 4, 1), date(self.year.number + 1, 3, 31)
        for triple, every in days.items():
            mine = [day for day in every if first <= day <= last]
            within = [sum(each <= day and (each.year + 1, each.month, each.day) > (day.year, day.month, day.day) for each in every) for day in mine]
            if max(within, default=0) >= 3:
                rows[triple] = [max(within), len(mine)]
        return rows

    def asked(self, agency: str) -> list[Story]:
        """Those raised in the year in which the agency was asked."""
        return [story for story in self.raised if agency in story.asked]

    # -- endings ------------------------------------------------------------------------------------------------------------------------------

    def outcomes(self) -> Counter[tuple[str, str]]:
        """By outcome and difference."""
        return Counter((story.outcome, story.difference) for story in self.closed)

    def closing(self) -> list[int]:
        """Feedback, file, learning, feedback and file both."""
        rows = [(story.has_feedback, story.is_filed, story.has_learnt) for story in self.closed]
        return [sum(row[0] for row in rows), sum(row[1] for row in rows), sum(row[2] for row in rows), sum(row[0] and row[1] for row in rows)]

    def learning(self, when: "Reader | None" = None) -> dict[str, list[int]]:
        """The points recorded in the year of `when`, as they stand now: done, on track, overdue, without a date, all."""
        rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 5)
        today = self.now.astimezone(LONDON).date()
        for point in (point for story in self.stories for point in story.points.values() if (when or self).within(point.recorded_at)):
            done = point.done_at is not None and point.done_at <= self.now
            row = rows[point.change.capitalize() or "Not said"]
            row[0 if done else 3 if point.due_on is None else 1 if point.due_on >= today else 2] += 1
            row[4] += 1
        return rows

    def actions(self, names: dict[str, str]) -> dict[str, list[int]]:
        """Due in the year: done in time, done late, not done, not yet due, by the agency that agreed to it."""
        mine = [one for story in self.sent for one in story.actions.values() if self.starts <= one.due < self.ends]
        return self._done(mine, lambda one: names[one.agency])

    def actions_before(self) -> dict[str, list[int]]:
        """By agency, of those due in the year before: done in time, late, not done; and of older ones those that are not done."""
        first, rows = datetime(self.year.number - 1, 4, 1, tzinfo=LONDON), defaultdict[str, list[int]](lambda: [0] * 4)
        for one in (one for story in self.sent for one in story.actions.values() if one.due < self.starts):
            done = one.done_at if one.done_at and one.done_at <= self.now else None
            if one.due >= first:
                rows[self.names[one.agency]][2 if done is None else 0 if done <= one.due else 1] += 1
            elif done is None:
                rows[self.names[one.agency]][3] += 1
        return rows

    def _done(self, actions: Iterable[Action], key: Callable[[Action], str]) -> dict[str, list[int]]:
        rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 4)
        for one in actions:
            done = one.done_at if one.done_at and one.done_at <= self.now else None
            rows[key(one)][(0 if done <= one.due else 1) if done else 2 if one.due < self.now else 3] += 1
        return rows

    # -- before the partnership ---------------------------------------------------------------------------------------------------------------

    def referrals(self) -> list[Referral]:
        """All that was ever put before the partnership."""
        return [one for story in self.stories for one in story.referrals]

    def routes(self) -> Counter[str]:
        """Put before it in the year, by route."""
        return Counter(one.route for one in self.referrals() if self.within(one.referred_at))

    def convened(self) -> list[tuple[Panel, Referral]]:
        """Panels convened in the year."""
        return [(one.panel, one) for one in self.referrals() if one.panel and self.within(one.panel.convened_at)]

    def panels(self) -> tuple[int, int, int]:
        """Convened, with members of three agencies or more, and decided."""
        mine, away = self.convened(), {str(key) for key in Agency.objects.filter(is_external=True).values_list("pk", flat=True)}
        wide = sum(len(set(panel.seats.values()) - away) >= 3 for panel, _ in mine)
        return len(mine), wide, sum(one.route == "panel" and one.decided_at is not None for _, one in mine)

    def partnership_actions(self) -> dict[str, list[int]]:
        """By route, of those referred in the year."""
        mine: defaultdict[str, list[Action]] = defaultdict(list)
        for story in self.stories:
            for action in story.actions.values():
                referral = story.route_of(action)
                if referral is not None and self.within(referral.referred_at):
                    mine[referral.route].append(action)
        return {route: next(iter(self._done(actions, lambda _one: "").values())) for route, actions in mine.items()}

    def came_of_routes(self) -> dict[str, list[int]]:
        """By route: decided or agreed, without agreement, all."""
        mine = Counter((route, was_agreed) for story in self.stories for at, route, was_agreed in story.heard if self.within(at))
        return {route: [mine[route, True], mine[route, False], mine[route, True] + mine[route, False]] for route, _ in mine}

    def findings(self) -> list[tuple[str, str, str]]:
        """By the moment of the decision: its month, its route (and whether it brought no agreement) and what was found."""
        mine = [one for story in self.stories for one in story.findings if self.within(one.recorded_at)]
        labels = {route.value: str(route.label) for route in Route}
        ways = [(one, labels[one.route] + ("" if one.was_agreed else ": no agreement was reached")) for one in mine]
        ways.sort(key=lambda pair: (pair[0].recorded_at, pair[0].number))
        return [(f"{one.recorded_at.astimezone(LONDON):%B %Y}", way, one.words) for one, way in ways]

    # -- the year before ----------------------------------------------------------------------------------------------------------------------

    @property
    def past(self) -> "Reader":
        """The year before, as it stands now; up to as many days in where this year still runs."""
        begun, before = datetime(self.year.number, 4, 1, tzinfo=LONDON), datetime(self.year.number - 1, 4, 1, tzinfo=LONDON)
        gone = self.now.timestamp() - begun.timestamp()
        cut = datetime.fromtimestamp(before.timestamp() + gone, LONDON) if self.now < self.ends else self.now
        return self.of(Year(self.year.number - 1), cut)

    def headcount(self) -> list[int]:
        """Raised, closed, open at the end, referred, panels, learning points."""
        points = sum(row[4] for row in self.learning().values())
        return [len(self.raised), len(self.closed), self.open_at(self.until), self.routes().total(), len(self.convened()), points]
