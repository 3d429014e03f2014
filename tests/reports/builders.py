"""Years of disagreements as rows, written in bulk: what a report counts, without running the machine. Invented, and the same for the same seed."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Model

from agencies.models import Agency, Partnership, User
from agencies.roles import AgencyKind, Role
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
    Difference,
    EventKind,
    Ground,
    Measure,
    Outcome,
    RequestState,
    Route,
    Side,
    State,
    Theme,
)  # fmt: skip
from tests.factories import make_agency, make_holding, make_member, make_partnership, make_post, make_user

ORDER: tuple[type[Model], ...] = (
    Dispute, Party, Child, StageRun, Request, Event, Clock, TimetableProposal, Referral, Panel, PanelMember, FileConfirmation, LearningPoint,
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

    def add(self, row: Any) -> Any:
        """Keeps a row for `save`."""
        self.rows[type(row)].append(row)
        return row

    def save(self) -> None:
        """Writes what was added."""
        for model in ORDER:
            model._default_manager.bulk_create(self.rows[model], batch_size=500)
            self.rows[model] = []


def make_world(agencies: tuple[tuple[str, AgencyKind], ...] = SOME_AGENCIES, *, with_posts: bool = False, **fields: Any) -> World:
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
        how, ended = self._ending(due, answered, until)
        clock = Clock(
            dispute=self.dispute, run=run, request=request, stage=run.stage, key="response", measures=Measure.RESPONSE, owed_by=Side.RECEIVING,
            agency=agency, started_at=at, due_at=due, state=how, ended_at=ended, next_check_at=None if ended else due,
        )  # fmt: skip
        if answered:
            self.event(EventKind.ANSWERED, answered, happened or answered, agency, run.stage)
        return self.world.add(clock)  # type: ignore[no-any-return]

    def _ending(self, due: datetime, answered: datetime | None, until: datetime) -> tuple[ClockState, datetime | None]:
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


def generate(world: World, number: int, *, starts: datetime, ends: datetime, now: datetime, seed: int = 1) -> None:
    """Writes so many disagreements, submitted between the two moments, as they would stand at `now`."""
    dice = Random(seed)  # noqa: S311 - invented data
    span = (ends - starts).total_seconds()
    for done in range(number):
        at = (starts + timedelta(seconds=dice.random() * span)).replace(microsecond=0)
        _live(world, dice, at, now)
        if done % 2_000 == 1_999:
            world.save()
    world.save()
    # As an installation's own upkeep does: without it the planner takes full tables for empty ones.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _live(world: World, dice: Random, at: datetime, now: datetime) -> None:
    raiser = dice.choices(world.agencies, RAISE_WEIGHTS[: len(world.agencies)])[0]
    others = [(agency, weight) for agency, weight in zip(world.agencies, RECEIVE_WEIGHTS, strict=False) if agency is not raiser]
    wanted = dice.choices([0, 1, 2, 3], [3, 84, 11, 2])[0]
    receivers = list(dict.fromkeys(dice.choices([agency for agency, _ in others], [weight for _, weight in others])[0] for _ in range(wanted)))
    themes = dice.sample([theme.value for theme in Theme][: dice.choice([4, 8, 15])], dice.choices([1, 2, 3], [70, 24, 6])[0])
    life = Life.begin(
        world,
        at,
        raiser,
        receivers,
        now,
        themes=themes,
        level_of_need=dice.choices([1, 2, 3, 4, None], [2, 10, 40, 40, 8])[0],
        is_urgent=dice.random() < 0.05,
    )
    stage, moment = dice.choices([1, 2], [96, 4])[0], at
    while moment < now:
        left, settled = _stage(life, dice, stage, moment, now)
        if left >= now:
            return
        if dice.random() < 0.03:
            life.finish(left, State.WITHDRAWN)
            return
        if settled or stage == len(STAGES):
            _settle(life, dice, stage, left, now)
            return
        stage, moment = stage + 1, left


def _stage(life: Life, dice: Random, stage: int, at: datetime, now: datetime) -> tuple[datetime, bool]:
    """One stage: when it is left and whether it settled the matter."""
    ground = dice.choices(list(Ground), [60, 25, 10, 5])[0] if life.runs else None
    run = life.enter(stage, at, ground)
    due = at + timedelta(days=DAYS[stage - 1])
    left = due + timedelta(hours=dice.randint(-12, 60))
    for agency in life.receivers:
        fate = dice.choices(["in time", "late", "none"], [72, 15, 13])[0]
        answered = {
            "in time": at + (due - at) * dice.choice([0.2, 0.5, 0.9, 1.0]), "late": due + timedelta(hours=dice.randint(1, 50)), "none": None,
        }[fate]  # fmt: skip
        answered = answered if answered and answered < min(now, left) else None
        early = answered - timedelta(hours=30) if answered and dice.random() < 0.1 else None
        clock = life.ask(run, agency, at, due=due, answered=answered, until=left, happened=early)
        if dice.random() < 0.08:
            life.extend(clock, due + timedelta(days=2), dice.choice([at + timedelta(hours=1), due + timedelta(hours=1), None]))
    if stage == len(STAGES) and left < now:
        _before_the_chair(life, dice, run, at, left)
    return left, dice.random() < 0.62


def _before_the_chair(life: Life, dice: Random, run: StageRun, at: datetime, left: datetime) -> None:
    world, due = life.world, at + timedelta(days=2)
    known = at + timedelta(days=dice.choice([1, 2, 3]))
    world.add(
        Clock(
            dispute=life.dispute,
            run=run,
            stage=run.stage,
            key="acknowledgement",
            measures=Measure.ACKNOWLEDGEMENT,
            owed_by=Side.CHAIR,
            started_at=at,
            due_at=due,
            state=ClockState.MET if known <= due else ClockState.LATE,
            ended_at=known,
        )  # fmt: skip
    )
    route = dice.choice([Route.MEDIATION, Route.PANEL, Route.PANEL, Route.LIAISON])
    referral = world.add(Referral(dispute=life.dispute, run=run, referred_at=at, acknowledged_at=known, route=route, route_at=known, decided_at=left))
    if route == Route.PANEL:
        panel = world.add(Panel(referral=referral, meets_at=left, convened_at=known))
        for agency, user in list(zip(world.agencies, world.members, strict=False))[: dice.choice([2, 3, 4])]:
            world.add(PanelMember(panel=panel, user=user, agency=agency))


def _settle(life: Life, dice: Random, stage: int, at: datetime, now: datetime) -> None:
    closes = at + timedelta(days=dice.randint(1, 20))
    if closes >= now:
        return
    high = [Outcome.PANEL_DECISION, Outcome.MEDIATED, Outcome.LIAISON]
    outcome = (
        dice.choice(high) if stage == len(STAGES) else dice.choices([Outcome.AGREED_ACTION, Outcome.POSITION_KEPT, Outcome.OVERTAKEN], [70, 22, 8])[0]
    )
    difference = dice.choices([*Difference, ""], [55, 20, 20, 5])[0]
    told, learnt = dice.random() < 0.9, dice.random() < 0.85
    for agency in [life.dispute.raising_agency, *life.receivers]:
        if dice.random() < 0.93:
            life.world.add(
                FileConfirmation(child=life.child, agency=agency, confirmed_by=life.world.person, confirmed_at=closes, is_gap=dice.random() < 0.02)
            )
    if learnt:
        _learn(life, dice, closes)
    life.finish(
        closes,
        State.CLOSED,
        resolved_at=at,
        outcome=outcome,
        difference=difference,
        feedback_at=closes if told else None,
        learning_at=closes if learnt else None,
    )


def _learn(life: Life, dice: Random, at: datetime) -> None:
    event = life.event(EventKind.LEARNING, at, at)
    none = dice.random() < 0.6
    due = (at + timedelta(days=60)).date() if dice.random() < 0.8 else None
    done = at + timedelta(days=dice.randint(10, 90))
    life.world.add(
        LearningPoint(
            dispute=life.dispute,
            event=event,
            is_none=none,
            change_needed="" if none else dice.choice(["policy", "training", "service"]),
            due_on=None if none else due,
            done_at=done if not none and done < life.now and dice.random() < 0.7 else None,
            recorded_at=at,
        )  # fmt: skip
    )
