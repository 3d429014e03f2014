"""A published procedure in memory: what the engine reads. `schema.py` validates and builds it from TOML or from the stored rows."""

from dataclasses import dataclass, field
from datetime import date, time
from enum import StrEnum
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from agencies.words import Words, upper_first
from escalation.clocks import Closing as CloseRule
from escalation.clocks import Moment, Rule, StartRule, Within
from escalation.states import Advice, Door, Force, Ground, Measure, Route, Side, SubgroupMatter, Theme

# Who sets the date alone, of what is owed before the partnership.
SETS_ALONE = frozenset({Side.CHAIR, Side.PARTNERSHIP})
# The keys of the product's own clocks, which run where a procedure leaves none: on whoever's turn it is, and on a response.
OWN_KEYS = ("next_step", "next_reply")


class Sides(StrEnum):
    """Whose stage it is."""

    OWN = "own"
    BOTH = "both"
    PARTNERSHIP = "partnership"


class Requirement(StrEnum):
    """What a stage asks for: the first two on the way in, the others before it ends."""

    EFFORTS = "efforts"
    REASONS = "reasons"
    TIMETABLE = "timetable"
    MEETING = "meeting"
    ACTION_PLAN = "action_plan"
    LEAD_MANAGER = "lead_manager"


class DoorDoes(StrEnum):
    """What happens at a door: stop here and go there; go on with a signpost; take the procedure's own variant; go by another procedure of the
    partnership; or ask which of several ways."""

    STOP = "stop"
    GO_ON = "go_on"
    VARIANT = "variant"
    REDIRECT = "redirect"
    ASK = "ask"


@dataclass(frozen=True, slots=True)
class OnTime:
    """What the stage says happens when a clock's time has passed.

    `remind`: reminders before and after; always recorded. `offer`: the raising side is asked, one click.
    `move_up_after`: the system moves it up after this wait on the ground *no response*, under the conditions of the sweep.
    """

    remind: bool = True
    offer: bool = False
    move_up_after: Within | None = None
    alert_unit: bool = False


@dataclass(frozen=True, slots=True)
class ClockDefinition:
    """One clock of a stage.

    `starts_on` and `ends_on` hold event kinds (`escalation.states.EventKind` values), `end of <clock key>`, or `fact: <name>`.
    `conditions` are facts that must all hold for it to start: `urgent`, `not urgent`, `not agreed`, `priority = high` ...
    `over` is the first and last stage position that the clock spans (a cap); None for a clock of its own stage alone.
    `sets` is the key of the clock whose date this clock's answer sets.
    """

    key: str
    measures: Measure
    owed_by: Side
    within: Within
    starts_on: tuple[str, ...]
    ends_on: tuple[str, ...]
    conditions: tuple[str, ...] = ()
    over: tuple[int, int] | None = None
    moment: str = Moment.SAME_TIME
    sets: str | None = None
    or_less: bool = False
    on_time: OnTime = OnTime()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts on one side of a stage: a seniority level, or named roles (`agencies.roles.Role` values), or both; the first that can act does."""

    level: int | None = None
    roles: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class PartnershipStage:
    """What a stage that belongs to the partnership may do."""

    routes: tuple[Route, ...]
    force: dict[str, Force] = field(default_factory=dict)
    refer_roles: tuple[str, ...] = ()
    via_business_manager: bool = False
    panel_agencies: int = 0
    panel_includes_parties: bool = False
    panel_chair: str = ""
    outsiders_may_decide: bool = True


@dataclass(frozen=True, slots=True)
class StageDefinition:
    """One stage: who acts on each side, its clocks, who is told, what it asks for and what moving into or out of it needs.

    `sides`: `own` (inside the raising agency: no request, nothing visible outside), `both`, or `partnership`.
    """

    position: int
    key: str
    number: str
    name: str
    sides: str
    raising: Acting
    receiving: Acting
    clocks: tuple[ClockDefinition, ...] = ()
    urgent_clocks: tuple[ClockDefinition, ...] = ()
    tells_unit: bool = False
    warns_other_side: bool = False
    forms: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    is_meeting: bool = False
    partnership: PartnershipStage | None = None
    source: str = ""
    informal: bool = False
    passed_over: bool = False

    @property
    def is_own(self) -> bool:
        """The stage lies inside the raising agency."""
        return self.sides == Sides.OWN

    @property
    def is_partnership(self) -> bool:
        """The stage lies with the partnership's chair, mediation or panel."""
        return self.sides == Sides.PARTNERSHIP


@dataclass(frozen=True, slots=True)
class Way:
    """One of several ways behind a door that asks: the label that a person chooses, what then happens (never `ask`), and the words shown."""

    key: str
    label: str
    does: str
    words: str
    variant: str = ""
    procedure: str = ""


@dataclass(frozen=True, slots=True)
class DoorRule:
    """What the procedure says where the matter is really something else: `stop`, `go_on`, `variant`, `redirect` or `ask`, with the words shown.

    `procedure` is the key of the other procedure, of the same partnership, that it goes by.
    """

    door: Door
    does: str
    words: str
    variant: str = ""
    procedure: str = ""
    ways: tuple[Way, ...] = ()

    @property
    def ends(self) -> "tuple[DoorRule | Way, ...]":
        """What can come of it: each of its ways, or where it asks nothing, the rule itself."""
        return self.ways or (self,)


@dataclass(frozen=True, slots=True)
class StageChange:
    """How one stage, named by its key, differs on a variant's way. What is None stays as the procedure says."""

    stage: str
    name: str | None = None
    raising: Acting | None = None
    receiving: Acting | None = None
    clocks: tuple[ClockDefinition, ...] | None = None
    requires: tuple[str, ...] | None = None
    is_meeting: bool | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """A way of its own through the same stages, taken at a door.

    `stages` are the keys of those that it goes through, in the procedure's order; empty for all. `hop` is who takes it first in the own agency
    in place of the own manager, also where it is urgent; `first_hop` whether anybody does, None for as the procedure says. `tells` are those
    outside the stages who must hear of it. `procedures.variants.by_way_of` makes the procedure that results.
    """

    key: str
    name: str
    words: str
    stages: tuple[str, ...] = ()
    first_hop: bool | None = None
    hop: Acting | None = None
    changes: tuple[StageChange, ...] = ()
    tells: tuple[Advice, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Closing:
    """What closing asks for, beside the outcome."""

    feedback: bool = True
    file: bool = True
    learning: bool = True
    debrief: bool = False
    executive_summary: bool = False
    summary_report: bool = False
    lead_manager_from: int | None = None
    learning_goes_to: str = ""
    policy_gaps_to_chair: bool = False


@dataclass(frozen=True, slots=True)
class Subgroup:
    """The partnership's subgroup that hears of some disagreements, and of which (DEV-07). It decides no case."""

    name: str
    takes: tuple[SubgroupMatter, ...]


@dataclass(frozen=True)
class ProcedureDefinition:
    """A whole procedure. Stages are in order; `stage(n)` takes the position, 1 for the first. `way` is the variant taken: `by_way_of` sets it."""

    key: str
    name: str
    partnership_name: str
    owner: str
    stages: tuple[StageDefinition, ...]
    start_rule: StartRule
    close: time | str
    first_hop: bool
    stage_word: Words = _("stage")
    matter_word: Words = _("disagreement")
    levels_are: Words = _("level")
    themes: tuple[Theme, ...] = tuple(Theme)
    doors: tuple[DoorRule, ...] = ()
    variants: tuple[Variant, ...] = ()
    way: Variant | None = None
    start_above: tuple[Ground, ...] = ()
    skip: tuple[Ground, ...] = ()
    caps: tuple[ClockDefinition, ...] = ()
    informs_unit: tuple[str, ...] = ()
    closing: Closing = Closing()
    # The stage after which an agency may formally ask for a child protection conference (ENF-08); None where the procedure says nothing of it.
    conference_after: int | None = None
    subgroup: Subgroup | None = None
    several_receiving: bool = True
    own_agency_allowed: bool = False
    third_party_roles: tuple[str, ...] = ()
    raiser_roles: tuple[str, ...] = ()
    consult_first: tuple[str, ...] = ()
    status_quo: bool = False
    review_every_months: int = 12
    recorded_only: tuple[tuple[str, str], ...] = ()
    priorities: tuple[str, ...] = ()
    in_force_from: date | None = None
    reviewed_on: date | None = None
    review_due: date | None = None
    source: str = ""

    @cached_property
    def last(self) -> int:
        """The last stage's position."""
        return len(self.stages)

    @cached_property
    def first(self) -> int:
        """The position at which it starts where nothing else is chosen: 1, or the first that the variant taken does not pass over."""
        return next((stage.position for stage in self.stages if not stage.passed_over), 1)

    @cached_property
    def _headings(self) -> dict[str, str]:
        return {}

    @property
    def stage_heading(self) -> str:
        """Its word for a stage as a heading begins with it, in the language in force; a sweep names hundreds of stages."""
        language = get_language() or ""
        if language not in self._headings:
            self._headings[language] = upper_first(self.stage_word)
        return self._headings[language]

    def following(self, position: int) -> StageDefinition | None:
        """The stage to which it moves up from this position, those passed over left out; None after the last."""
        return next((stage for stage in self.stages[max(position, 0) :] if not stage.passed_over), None)

    def moves_by_itself_from(self, position: int) -> bool:
        """May the system move it up from here? Not out of the last stage, and not before the partnership: somebody refers it there."""
        return self.following(position) is not None and not self.is_referred_from(position)

    def is_referred_from(self, position: int) -> bool:
        """Is the next step up from here to the partnership?"""
        following = self.following(position)
        return following is not None and following.is_partnership

    def door(self, door: str) -> DoorRule | None:
        """What it says at this door; None where it names none."""
        return next((rule for rule in self.doors if rule.door == door), None)

    def variant(self, key: str) -> Variant | None:
        """The variant of this key; None where there is none."""
        return next((variant for variant in self.variants if variant.key == key), None)

    @cached_property
    def _lists(self) -> dict[tuple[int, bool], tuple[ClockDefinition, ...]]:
        return {
            (position, urgent): (
                *(stage.urgent_clocks if urgent and stage.urgent_clocks else stage.clocks),
                *(cap for cap in self.caps if cap.over is None or cap.over[0] <= position <= cap.over[1]),
            )
            for position, stage in enumerate(self.stages, start=1)
            for urgent in (False, True)
        }

    def clocks_at(self, position: int, *, urgent: bool) -> tuple[ClockDefinition, ...]:
        """The clocks of a stage, the urgent list where the matter is urgent, and the caps that span it."""
        return self._lists[position, urgent]

    @cached_property
    def _keyed(self) -> dict[tuple[int, bool, str], ClockDefinition]:
        found: dict[tuple[int, bool, str], ClockDefinition] = {}
        for position, stage in enumerate(self.stages, start=1):
            for urgent in (False, True):
                first, then = (stage.urgent_clocks, stage.clocks) if urgent else (stage.clocks, stage.urgent_clocks)
                for clock in (*first, *then, *self.caps):
                    found.setdefault((position, urgent, clock.key), clock)
        return found

    def clock(self, position: int, key: str, *, urgent: bool) -> ClockDefinition | None:
        """The clock of this key at this stage, from the urgent list first where it is urgent; None for one that the procedure does not know."""
        return self._keyed.get((position, urgent, key))

    @cached_property
    def _rules(self) -> dict[str, Rule]:
        close = self.close if isinstance(self.close, time) else CloseRule(self.close)
        return {moment.value: Rule(start_rule=self.start_rule, close=close, moment=moment) for moment in Moment}

    def rule(self, moment: str) -> Rule:
        """How this procedure counts: its start rule and close, with a clock's own moment."""
        return self._rules[moment]

    def stage(self, position: int) -> StageDefinition:
        """The stage at this position, 1 for the first. Raises IndexError outside the procedure."""
        if not 1 <= position <= len(self.stages):
            raise IndexError(position)
        return self.stages[position - 1]

    def routes(self) -> tuple[Route, ...]:
        """Every route that the partnership's stage offers; empty where no stage belongs to the partnership."""
        return tuple(route for stage in self.stages if stage.partnership for route in stage.partnership.routes)
