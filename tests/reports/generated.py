"""Generated years: what happened to each disagreement, by dice that fall the same way for the same seed."""

from datetime import datetime, timedelta
from random import Random

from django.db import connection
from django.db.models import Min, OuterRef, Subquery
from django.db.models.functions import Coalesce

from escalation.models import AgreedAction, Clock, Dispute, FileConfirmation, LearningPoint, Panel, PanelMember, Referral, StageRun
from escalation.states import ClockState, Difference, EventKind, Ground, Measure, Outcome, Route, Side, State, Theme
from tests.reports.builders import DAYS, RAISE_WEIGHTS, RECEIVE_WEIGHTS, STAGES, Life, World

# What procedures time besides the response and the chair's acknowledgement.
STEPS = (
    Measure.TOLD, Measure.ENTRY, Measure.DISCUSSION, Measure.AGREEMENT, Measure.ACTION_PLAN, Measure.MEETING, Measure.LETTER, Measure.FORM,
    Measure.MOVE_UP, Measure.COMPLETION, Measure.RESOLUTION, Measure.CAP,
)  # fmt: skip
BY_ROUTE = {Route.MEDIATION: Outcome.MEDIATED, Route.PANEL: Outcome.PANEL_DECISION, Route.LIAISON: Outcome.LIAISON}


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
    mine = Clock.objects.running().filter(dispute=OuterRef("pk")).order_by().values("dispute")
    soonest = mine.annotate(soonest=Min(Coalesce("agreed_due_at", "due_at"))).values("soonest")
    Dispute.objects.live().filter(partnership=world.partnership).update(next_due_at=Subquery(soonest))
    # As an installation's own upkeep does: without it the planner takes full tables for empty ones.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _live(world: World, dice: Random, at: datetime, now: datetime) -> None:
    raiser = dice.choices(world.agencies[: len(RAISE_WEIGHTS)], RAISE_WEIGHTS[: len(world.agencies)])[0]
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
    if stage == 2:
        _step(life, run, at, left)
    if stage == len(STAGES) and left < now:
        _before_the_chair(life, dice, run, at, left)
    return left, dice.random() < 0.62


def _step(life: Life, run: StageRun, at: datetime, left: datetime) -> None:
    """A step of the stage besides the response, one of each kind after another: done in time, late or not at all. Dice of its own, so that the rest
    stays as it was."""
    dice, due = Random(int(at.timestamp())), at + timedelta(days=2)  # noqa: S311 - invented data
    done = due + timedelta(hours=dice.choice([-20, 0, 10])) if dice.random() < 0.8 else None
    state, ended = life.ending(due, done if done and done < min(life.now, left) else None, left)
    kind = STEPS[life.world.steps % len(STEPS)]
    life.world.steps += 1
    life.world.add(
        Clock(
            dispute=life.dispute, run=run, stage=run.stage, key=kind.value, measures=kind, owed_by=Side.RAISING, started_at=at, due_at=due,
            state=state, ended_at=ended, next_check_at=None if ended else due,
        )
    )  # fmt: skip


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
    if stage == len(STAGES):  # What its route comes to; the dice above fall all the same, so that the rest stays as it was.
        outcome = BY_ROUTE[life.world.rows[Referral][-1].route]
    difference = dice.choices([*Difference, ""], [55, 20, 20, 5])[0]
    told, learnt = dice.random() < 0.9, dice.random() < 0.85
    _agree_actions(life, stage, at)
    for agency in [life.dispute.raising_agency, *life.receivers]:
        if dice.random() < 0.93 and dice.random() >= 0.02:  # Two throws: those after them fall as they did.
            life.world.add(FileConfirmation(child=life.child, agency=agency, confirmed_by=life.world.person, confirmed_at=closes))
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


def _agree_actions(life: Life, stage: int, at: datetime) -> None:
    """Up to two actions with the outcome: done in time, late, or not said to be done. Dice of its own, so that the rest stays as it was."""
    dice = Random(int(at.timestamp()))  # noqa: S311 - invented data
    for agency in [life.dispute.raising_agency, *life.receivers][: dice.choice([0, 1, 1, 2])]:
        due = at + timedelta(days=dice.choice([5, 30, 200]))
        done = due + timedelta(days=dice.choice([-3, 0, 6])) if dice.random() < 0.7 else None
        event = life.event(EventKind.ACTION_AGREED, at, at, agency, stage)
        life.world.add(
            AgreedAction(dispute=life.dispute, event=event, agency=agency, due_at=due, done_at=done if done and done < life.now else None)
        )  # fmt: skip


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
