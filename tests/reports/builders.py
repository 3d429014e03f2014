"""Years of disagreements as rows, written in bulk: what a report counts, without running the machine. Invented, and the same for the same seed."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from django.db.models import Model

from agencies.models import Agency, Partnership, User
from agencies.roles import AgencyKind, Role
from escalation.engine.bulk import insert_rows
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
    Procedure,
    ProcedureVersion,
    Referral,
    Request,
    StageDefinition,
    StageRun,
    TimetableProposal,
)  # fmt: skip
from escalation.states import (
    Answer,
    ClockState,
    EventKind,
    Ground,
    Measure,
    RequestState,
    Side,
    State,
)  # fmt: skip
from tests.factories import make_agency, make_holding, make_member, make_partnership, make_post, make_user

ORDER: tuple[type[Model], ...] = (
    Dispute, Party, Child, StageRun, Request, Event, Clock, TimetableProposal, Referral, Panel, PanelMember, FileConfirmation, LearningPoint,
    AgreedAction,
)  # fmt: skip
STAGES = ("Team managers", "Service managers", "Board members", "The partnership's chair")
DAYS = (1, 2, 5, 2)
SOME_AGENCIES = (
    ("Northshire Social Care", AgencyKind.SOCIAL_CARE), ("Northshire Police", AgencyKind.POLICE), ("Hillside School", AgencyKind.EDUCATION),
    ("Canal Street Primary", AgencyKind.EDUCATION), ("Northshire Hospitals", AgencyKind.ACUTE_HOSPITAL),
    ("Northshire Community Health", AgencyKind.COMMUNITY_HEALTH), ("Harbour Minds", AgencyKind.MENTAL_HEALTH),
    ("Early Help Service", AgencyKind.EARLY_HELP),
    ("Little Acorns Nursery", AgencyKind.EARLY_YEARS), ("Youth Justice Team", AgencyKind.YOUTH_JUSTICE), ("Safe Haven", AgencyKind.VOLUNTARY),
)  # fmt: skip
# With a second of each kind, so that the public edition tells each kind apart; these raise and receive nothing.
TWO_OF_EACH = (
    *SOME_AGENCIES,
    *((f"Second {kind.label}", kind) for kind in dict.fromkeys(each for _name, each in SOME_AGENCIES) if kind != AgencyKind.EDUCATION),
)  # fmt: skip
RAISE_WEIGHTS = (14, 6, 22, 11, 9, 12, 5, 8, 4, 0, 0)
RECEIVE_WEIGHTS = (40, 10, 3, 2, 8, 7, 12, 9, 1, 1, 2)
REFERENCES = count(1)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass
class World:
    """A partnership with its procedure, agencies and one person for all parts."""

    partnership: Partnership
    version: ProcedureVersion
    agencies: list[Agency]
    person: User
    unit: User
    members: list[User]
    rows: dict[type[Model], list[Any]] = field(default_factory=lambda: {model: [] for model in ORDER})
    steps: int = 0

    def add(self, row: Any) -> Any:
        """Keeps a row for `save`."""
        self.rows[type(row)].append(row)
        return row

    def save(self) -> None:
        """Writes what was added, as the product itself writes many rows: Django's own way took four times as long."""
        for model in ORDER:
            insert_rows(model, self.rows[model])
            self.rows[model] = []


def make_world(agencies: tuple[tuple[str, AgencyKind], ...] = TWO_OF_EACH, *, with_posts: bool = False, **fields: Any) -> World:
    """An empty world: four stages whose responses are due in 1, 2, 5 and 2 days. Posts with people in them on request."""
    partnership = make_partnership(**{"name": "Northshire Safeguarding Children Partnership"} | fields)
    procedure = Procedure.objects.create(partnership=partnership, key="escalation", name="Escalation procedure", is_default=True)
    version = ProcedureVersion.objects.create(
        procedure=procedure, number=1, definition={}, checksum="0" * 64, in_force_from="2020-01-01", published_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    for at, name in enumerate(STAGES, start=1):
        StageDefinition.objects.create(version=version, position=at, key=f"stage-{at}", number=str(at), name=name, sides="both")
    person, unit = make_user("Pat Lowe"), make_user("Kiran Patel")
    made = [make_agency(partnership, name, kind=kind) for name, kind in agencies]
    for at, agency in enumerate(made if with_posts else ()):
        _give_posts(agency, at)
    if made:
        make_member(person, made[0], Role.MANAGER)
    make_member(unit, partnership, Role.BUSINESS_UNIT)
    return World(partnership, version, made, person, unit, [make_user() for _ in range(4)])


def _give_posts(agency: Agency, at: int) -> None:
    """Posts at two to four levels; some confirmed lately, some long ago, some never; some with nobody in them."""
    for level in range(1, 3 + at % 3):
        confirmed = (date(2026, 10, 1), date(2025, 3, 1), None)[(at + level) % 3]
        post = make_post(agency, level, confirmed_on=confirmed)
        if (at + level) % 4:
            make_holding(post, make_user())


@dataclass
class Life:
    """One disagreement while it is written. `now` is when the story stands still: what would come later has not happened."""

    world: World
    dispute: Dispute
    receivers: list[Agency]
    now: datetime

    @classmethod
    def begin(cls, world: World, at: datetime, raiser: Agency, receivers: list[Agency], now: datetime, **fields: Any) -> "Life":
        """Submitted and sent to the receivers at this moment."""
        dispute = Dispute(
            reference=reference(), partnership=world.partnership, version=world.version, state=State.OPEN, stage=1, top_stage=1,
            raising_agency=raiser, raiser=world.person, logged_by=world.person, created_at=at, submitted_at=at,
            sent_at=at if receivers else None, wake_at=at + timedelta(days=1), **fields,
        )  # fmt: skip
        life = cls(world, world.add(dispute), receivers, now)
        for agency, side in [(raiser, Side.RAISING), *((agency, Side.RECEIVING) for agency in receivers)]:
            world.add(Party(dispute=dispute, agency=agency, side=side))
        life.child = world.add(Child(dispute=dispute, initials="AB"))
        return life

    child: Child = field(init=False)
    runs: list[StageRun] = field(default_factory=list)

    def enter(self, stage: int, at: datetime, ground: Ground | None = None) -> StageRun:
        """A run of the stage, the one before ended."""
        for run in self.runs:
            run.left_at = run.left_at or at
        self._put(stage=stage, top_stage=max(self.dispute.top_stage, stage))
        run = StageRun(dispute=self.dispute, stage=stage, number=len(self.runs) + 1, entered_at=at, ground=ground or "")
        self.runs.append(self.world.add(run))
        return run

    def ask(
        self,
        run: StageRun,
        agency: Agency,
        at: datetime,
        *,
        due: datetime,
        answered: datetime | None,
        until: datetime,
        happened: datetime | None = None,
    ) -> Clock:
        """A request with its response clock: answered, or not by `until`, when the stage is left (or the story stands still)."""
        state = RequestState.SETTLED if answered else RequestState.LAPSED
        request = Request(
            dispute=self.dispute, run=run, agency=agency, sent_at=at, state=state, answered_at=answered, answer=Answer.PARTLY if answered else ""
        )
        self.world.add(request)
        how, ended = self.ending(due, answered, until)
        clock = Clock(
            dispute=self.dispute, run=run, request=request, stage=run.stage, key="response", measures=Measure.RESPONSE, owed_by=Side.RECEIVING,
            agency=agency, started_at=at, due_at=due, state=how, ended_at=ended, next_check_at=None if ended else due,
        )  # fmt: skip
        if answered:
            self.event(EventKind.ANSWERED, answered, happened or answered, agency, run.stage)
        return self.world.add(clock)  # type: ignore[no-any-return]

    def ending(self, due: datetime, answered: datetime | None, until: datetime) -> tuple[ClockState, datetime | None]:
        """How a clock ends that was answered then, or left unanswered until then."""
        if answered:
            return (ClockState.MET if answered <= due else ClockState.LATE), answered
        if until >= self.now:
            return ClockState.RUNNING, None
        return (ClockState.NOT_NEEDED if until <= due else ClockState.MISSED), until

    def event(self, kind: EventKind, recorded: datetime, happened: datetime, agency: Agency | None = None, stage: int = 1) -> Event:
        """A line of the record."""
        self.dispute.head_number += 1
        return self.world.add(  # type: ignore[no-any-return]
            Event(
                dispute=self.dispute,
                number=self.dispute.head_number,
                kind=kind,
                stage=stage,
                agency=agency,
                recorded_at=recorded,
                happened_at=happened,
                digest=f"{self.dispute.head_number:064}",
            )  # fmt: skip
        )

    def extend(self, clock: Clock, due: datetime, agreed: datetime | None) -> None:
        """Another date, agreed or only proposed."""
        if agreed:
            clock.agreed_due_at = due
        self.world.add(
            TimetableProposal(
                dispute=self.dispute,
                clock=clock,
                due_at=due,
                proposed_by=self.world.person,
                side=Side.RECEIVING,
                proposed_at=agreed or clock.started_at,
                agreed_at=agreed,
            )  # fmt: skip
        )

    def finish(self, at: datetime, state: State, **fields: Any) -> None:
        """Closed or withdrawn at this moment."""
        for run in self.runs:
            run.left_at = run.left_at or at
        self._put(state=state, ended_at=at, wake_at=None, **fields)

    def _put(self, **values: Any) -> None:
        """Past the guard of the protected fields: these rows were never run through the machine."""
        self.dispute.__dict__.update(values)


def reference() -> str:
    """A reference that no other row of this run has."""
    number, text = next(REFERENCES), ""
    for _ in range(6):
        number, digit = divmod(number, 32)
        text = ALPHABET[digit] + text
    return f"ESC-{text}"
