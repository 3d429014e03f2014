"""What the lines of one disagreement tell, from the first to the last: nothing is read but `Event` and `EventBody`."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from escalation.models import Event
from tests.reports.record.texts import Text
from tests.reports.record.timed import Timed, timed

SETTLED = {"done", "not_taken_up"}


@dataclass
class Pass:
    """A pass through a stage, and the ground on which it was entered."""

    stage: int
    ground: str


@dataclass
class Action:
    """What an agency agreed to do: in which stage, when, until when, and when it was done."""

    agency: str
    stage: int
    agreed_at: datetime
    due: datetime
    done_at: datetime | None = None


@dataclass
class Point:
    """Something learnt: when it was recorded, what should change, by when, and when it was done or set aside."""

    recorded_at: datetime
    change: str
    due_on: date | None = None
    done_at: datetime | None = None
    status: str = "open"


@dataclass
class Panel:
    """A panel: when it was convened last, and for which agency each of its members sits."""

    convened_at: datetime
    seats: dict[str, str]


@dataclass
class Referral:
    """Put before the partnership: when, in which stage, by which route, when that was decided, and the panel."""

    referred_at: datetime
    stage: int
    route: str = ""
    decided_at: datetime | None = None
    panel: Panel | None = None


@dataclass
class Finding:
    """What was found: when, by which route, whether it brought an agreement, and the words."""

    recorded_at: datetime
    number: int
    route: str
    was_agreed: bool
    words: str


class Story:
    """One disagreement. Each kind of line that says something has a method of its name."""

    def __init__(self, lines: list[Event], text: Text) -> None:
        self.lines, self.text = lines, text
        self.given: dict[str, Any] = {}
        self.logged_at: datetime | None = None
        self.sent_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.resolved_at: datetime | None = None
        self.state, self.left_out, self.outcome, self.difference = "draft", "", "", ""
        self.ended_in, self.ground = 0, ""
        self.has_feedback = self.has_learnt = False
        self.passes: list[Pass] = []
        self.parties: set[str] = set()
        self.asked: set[str] = set()
        self.filed: set[tuple[int, str]] = set()
        self.actions: dict[int, Action] = {}
        self.points: dict[int, Point] = {}
        self.referrals: list[Referral] = []
        self.findings: list[Finding] = []
        self.heard: list[tuple[datetime, str, bool]] = []
        for line in lines:
            method = getattr(self, f"_{line.kind}", None)
            if method is not None:
                method(line)

    # -- what follows from all of it ----------------------------------------------------------------------------------------------------------

    @property
    def counts(self) -> bool:
        """No draft, no duplicate, no test."""
        return self.state != "draft" and not self.left_out

    @property
    def raiser(self) -> str:
        """The agency that raised it."""
        return str(self.given["raising"])

    @property
    def highest(self) -> int:
        """The highest stage that it was in."""
        return max((each.stage for each in self.passes), default=0)

    @property
    def moves(self) -> list[str]:
        """The ground of each move to a higher stage."""
        return [there.ground for here, there in zip(self.passes, self.passes[1:], strict=False) if here.stage < there.stage and there.ground]

    @property
    def is_filed(self) -> bool:
        """Every agency confirmed every child's file, since it was last reopened."""
        wanted = [(child, agency) for child in range(1, self.given["children"] + 1) for agency in self.parties]
        return bool(wanted) and self.filed.issuperset(wanted)

    @cached_property
    def timed(self) -> list[Timed]:
        """All that was timed in it."""
        return list(timed(self.lines, self.text))

    def route_of(self, action: Action) -> Referral | None:
        """The referral after which an action was agreed in the partnership's stage."""
        mine = [each for each in self.referrals if each.stage == action.stage and each.referred_at <= action.agreed_at]
        return mine[-1] if mine else None

    # -- line by line -------------------------------------------------------------------------------------------------------------------------

    def _submitted(self, line: Event) -> None:
        self.given = line.facts
        self.state, self.logged_at = "open", self.logged_at or line.recorded_at
        self.parties = {self.raiser, *line.facts["receiving"]}

    def _sent_back(self, _line: Event) -> None:
        self.state = "draft"

    def _sent(self, line: Event) -> None:
        self.sent_at = self.sent_at or line.recorded_at
        self.asked |= set(line.facts["asked"])

    def _agency_added(self, line: Event) -> None:
        self.parties.add(line.facts["agency"])
        self.asked.add(line.facts["agency"])

    def _moved_up(self, line: Event) -> None:
        self.ground = line.facts["ground"]

    def _past_stage(self, line: Event) -> None:
        if line.facts["stage"] != line.stage:
            self.passes.append(Pass(line.facts["stage"], "not_resolved" if self.passes else ""))
        self.ground = "not_resolved"

    def _entered(self, line: Event) -> None:
        if not line.stage:
            return
        self.passes.append(Pass(line.stage, self.ground))
        self.ground = ""
        if self.text.sides[line.stage - 1] == "partnership":
            self.referrals.append(Referral(line.recorded_at, line.stage))

    def _route_chosen(self, line: Event) -> None:
        self.referrals[-1].route = line.facts["route"]
        self.ground = "not_resolved" if line.facts["route"] == "back" else ""

    def _convened(self, line: Event) -> None:
        self.referrals[-1].panel = Panel(line.recorded_at, dict(line.facts["seats"]))

    def _member_replaced(self, line: Event) -> None:
        panel = self.referrals[-1].panel
        assert panel
        panel.seats.pop(line.facts["from"])
        panel.seats[line.facts["to"]] = line.facts["for"]

    def _decided(self, line: Event) -> None:
        self.referrals[-1].decided_at = line.recorded_at
        self._found(line, was_agreed=True)

    def _not_agreed(self, line: Event) -> None:
        self.referrals[-1].route = ""
        self._found(line, was_agreed=False)

    def _found(self, line: Event, *, was_agreed: bool) -> None:
        self.heard.append((line.recorded_at, line.facts["route"], was_agreed))
        words = line.body.text.get("finding", "") if hasattr(line, "body") else ""
        if words:
            self.findings.append(Finding(line.recorded_at, line.number, line.facts["route"], was_agreed, words))

    def _resolved(self, line: Event) -> None:
        self.state, self.resolved_at, self.outcome = "resolved", line.recorded_at, line.facts["outcome"]

    def _closed(self, line: Event) -> None:
        self.state, self.ended_at, self.difference, self.ended_in = "closed", line.recorded_at, line.facts["difference"], line.stage

    def _withdrawn(self, line: Event) -> None:
        self.state, self.ended_at = "withdrawn", line.recorded_at

    def _reopened(self, line: Event) -> None:
        self.state, self.left_out, self.outcome, self.difference = "open", "", "", ""
        self.ended_at = self.resolved_at = None
        self.has_feedback = False
        self.filed = set()

    def _left_out(self, line: Event) -> None:
        self.left_out = line.facts["left_out"]

    def _counted_again(self, _line: Event) -> None:
        self.left_out = ""

    def _feedback(self, _line: Event) -> None:
        self.has_feedback = True

    def _filed(self, line: Event) -> None:
        self.filed |= {(child, line.facts["agency"]) for child in line.facts["children"]}

    def _action_agreed(self, line: Event) -> None:
        due = datetime.fromisoformat(line.facts["due"])
        self.actions[line.number] = Action(line.facts["agency"], line.stage, line.recorded_at, due)

    def _action_done(self, line: Event) -> None:
        self.actions[line.facts["line"]].done_at = line.recorded_at

    def _learning(self, line: Event) -> None:
        self.has_learnt = True
        if not line.facts["none"]:
            due = date.fromisoformat(line.facts["due_on"]) if line.facts["due_on"] else None
            self.points[line.number] = Point(line.recorded_at, line.facts["change_needed"], due)

    def _debrief(self, line: Event) -> None:
        if line.facts.get("change_needed"):
            self.has_learnt = True
            self.points[line.number] = Point(line.recorded_at, line.facts["change_needed"])

    def _learning_followed(self, line: Event) -> None:
        point = self.points[line.facts["line"]]
        if "due_on" in line.facts:
            point.due_on = date.fromisoformat(line.facts["due_on"]) if line.facts["due_on"] else None
        if "status" in line.facts:
            point.status = line.facts["status"]
            point.done_at = line.recorded_at if point.status in SETTLED else None
