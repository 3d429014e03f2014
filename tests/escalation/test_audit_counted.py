"""Clocks, outcomes and what was learnt, set by hand, are found, and the line is named that says otherwise; so is what is not covered."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction

from escalation.engine import clockwork
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.engine.vouched import vouch
from escalation.models import Clock, Dispute, LearningPoint, OutcomeConfirmation, OutcomeProposal, Request, StageRun
from escalation.services.audit import verify
from escalation.services.handover import hand_over
from escalation.services.seals import seal_partnerships
from escalation.services.who_is_who import LATER
from escalation.states import ClockState, EventKind, Ground, LearningStatus, Outcome, Verb
from tests.cast import Cast
from tests.escalation.keeping import anonymised, ended
from tests.escalation.test_audit import EACH
from tests.escalation.verbs import resolved
from tests.factories import make_member
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
Tamper = Callable[[Cast, Dispute], Any]


@pytest.fixture
def dispute(world: World, tmp_path: Path, settings: Any) -> Dispute:
    """Resolved and sealed: clocks run and have ended, each side confirmed one wording, and something was learnt that somebody is to see to."""
    settings.CONCORD_SEALS_DIR = tmp_path
    found = resolved(world, world.sent())
    world.do(found, Verb.RECORD_LEARNING, world.cast.own_manager, issue="Thresholds.", owner=world.cast.lead.pk)
    seal_partnerships(MONDAY)
    return world.fresh(found)


def row(dispute: Dispute) -> Any:
    return Dispute.objects.filter(pk=dispute.pk)


def of(model: Any, dispute: Dispute, **more: Any) -> Any:
    return model.objects.filter(dispute=dispute, **more)


def response(dispute: Dispute) -> Any:
    """The clock of the response at stage 1, which has ended."""
    return of(Clock, dispute, key="response")


def by_sql(dispute: Dispute, column: str, value: Any) -> None:
    """What the tables' owner types."""
    key = response(dispute).get().pk
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {Clock._meta.db_table} SET {column} = %s WHERE id = %s",  # noqa: S608
            [value, str(key) if connection.vendor == "postgresql" else key.hex],
        )


def _another(_cast: Cast, dispute: Dispute) -> None:
    clock = response(dispute).get()
    clock.pk, clock._state.adding = uuid4(), True
    clock.save()


def _a_stage(_cast: Cast, dispute: Dispute) -> None:
    StageRun.objects.create(dispute=dispute, stage=1, number=9, entered_at=MONDAY, left_at=MONDAY)


STAGE = "LINE: had when stage 1 began or ended, or on what ground, altered."
REQUEST = "LINE: had when the request to Northshire Social Care at stage 1 was sent, received, answered or ended, or how, altered."
CLOCK = "LINE: had when the clock response of stage 1 began, is due or ended altered."
TAMPERINGS: dict[str, tuple[Tamper, str]] = {
    "when a clock is due": (lambda _cast, d: by_sql(d, "due_at", "2026-03-20 17:00:00+00:00"), CLOCK),
    "when a clock began": (lambda _cast, d: by_sql(d, "started_at", "2026-02-20 17:00:00+00:00"), CLOCK),
    "when a clock ended": (lambda _cast, d: by_sql(d, "ended_at", "2026-03-20 17:00:00+00:00"), CLOCK),
    "that it was met": (lambda _cast, d: by_sql(d, "state", "late"), CLOCK),
    "a date as if it had been agreed": (lambda _cast, d: by_sql(d, "agreed_due_at", "2026-03-20 17:00:00+00:00"), CLOCK),
    "until when it was in time": (lambda _cast, d: by_sql(d, "recorded_due_at", "2026-03-20 17:00:00+00:00"), CLOCK),
    "a clock removed": (lambda _cast, d: response(d).delete(), "LINE: has lost a clock."),
    "a clock added": (_another, "REF: had a clock added, and no line of the record says so."),
    "when it was submitted": (
        lambda _cast, d: row(d).update(submitted_at=MONDAY - timedelta(days=9)),
        "LINE: had when it was submitted, or the raising side’s own moment, altered.",
    ),
    "when a stage began": (lambda _cast, d: of(StageRun, d, stage=1).update(entered_at=MONDAY - timedelta(days=9)), STAGE),
    "on what ground": (lambda _cast, d: of(StageRun, d, stage=1).update(ground=Ground.RISK), STAGE),
    "a stage added": (_a_stage, "REF: had a stage added, and no line of the record says so."),
    "when a request was sent": (lambda _cast, d: of(Request, d).update(sent_at=MONDAY - timedelta(days=9)), REQUEST),
    "when it was answered": (lambda _cast, d: of(Request, d).update(answered_at=MONDAY - timedelta(days=9)), REQUEST),
    "how it ended": (lambda _cast, d: row(d).update(outcome=Outcome.POSITION_KEPT), "LINE: had how and when it ended altered."),
    "which outcome was put": (
        lambda _cast, d: of(OutcomeProposal, d).update(kind=Outcome.POSITION_KEPT),
        "LINE: had which outcome was put, or whether it stands, altered.",
    ),
    "who confirmed it": (
        lambda cast, d: OutcomeConfirmation.objects.filter(proposal__dispute=d, agency=cast.receiving).update(agency=cast.police),
        "LINE: had who confirmed an outcome altered.",
    ),
    "a confirmation removed": (
        lambda cast, d: OutcomeConfirmation.objects.filter(proposal__dispute=d, agency=cast.receiving).delete(),
        "LINE: has lost the confirmation of an outcome.",
    ),
    "whose something learnt is": (
        lambda cast, d: of(LearningPoint, d).update(owner=cast.stranger),
        "LINE: had whose something learnt is altered.",
    ),
    "that it is done": (
        lambda _cast, d: of(LearningPoint, d).update(status=LearningStatus.DONE, done_at=MONDAY),
        "LINE: had what comes of something learnt, or by when, altered.",
    ),
    "something learnt removed": (lambda _cast, d: of(LearningPoint, d).delete(), "LINE: has lost something learnt."),
}


@pytest.mark.parametrize("name", [pytest.param(name, marks=pytest.mark.engines) if at % EACH == 0 else name for at, name in enumerate(TAMPERINGS)])
def test_what_is_counted_set_by_hand_is_found_with_the_line_that_says_otherwise(cast: Cast, dispute: Dispute, name: str) -> None:
    assert verify().findings == []
    tamper, words = TAMPERINGS[name]
    tamper(cast, dispute)
    (said,) = (str(finding) for finding in verify(reference=dispute.reference).findings)
    assert said.startswith(f"{dispute.reference} line " if words.startswith("LINE") else dispute.reference)
    assert said.endswith(words.removeprefix("REF").removeprefix("LINE")), said


def test_what_is_counted_is_held_after_anonymising_too(world: World) -> None:
    over = ended(world)
    anonymised(world, over)
    assert verify().findings == []
    by_sql(over, "due_at", "2026-03-20 17:00:00+00:00")
    row(over).update(outcome=Outcome.POSITION_KEPT)
    assert [finding.what for finding in verify().findings] == ["had how and when it ended altered", CLOCK.removeprefix("LINE: ").removesuffix(".")]


def test_a_change_that_forgot_its_line_gets_one_and_is_no_tampering(dispute: Dispute, caplog: pytest.LogCaptureFixture) -> None:
    """What a rule of the clocks might do by itself one day: end a clock and say nothing. One that leaves all as it was writes nothing."""
    _changed(dispute, lambda _change: None)
    before = dispute.events.count()
    _changed(dispute, lambda change: clockwork.leave(change, change.case.running()[0]))
    _changed(dispute, lambda _change: None)
    [line] = dispute.events.filter(number__gt=before)
    assert (line.kind, line.actor, line.facts["parts"]) == (EventKind.BROUGHT_UP, None, ["timed"])
    assert "without a line of its own left otherwise: timed" in caplog.text
    assert verify().findings == []


def _changed(dispute: Dispute, what: Callable[[Change], None]) -> None:
    with transaction.atomic():
        [case] = load([dispute.pk], now=MONDAY)
        change = Change(case, now=MONDAY)
        what(change)
        commit([change])


@pytest.fixture
def from_before(world: World, monkeypatch: pytest.MonkeyPatch) -> Dispute:
    """The same, written before lines held digests of what is counted."""
    with monkeypatch.context() as before:
        since = LATER["ends"]
        before.setattr(
            "escalation.engine.change.vouched.vouch", lambda *given: {k: v for k, v in vouch(*given).items() if k.split(":")[0] not in since}
        )
        found = resolved(world, world.sent())
        world.do(found, Verb.RECORD_LEARNING, world.cast.own_manager, issue="Thresholds.", owner=world.cast.lead.pk)
    return world.fresh(found)


def test_of_a_record_from_before_what_is_not_covered_is_said_until_it_changes(world: World, from_before: Dispute) -> None:
    report = verify()
    unsaid = of(Clock, from_before).count() + 1 + 2 + 1
    assert (report.findings, report.unsaid) == ([], unsaid), "Its clocks, the wording, the two confirmations, and what comes of what was learnt."
    assert f"Not held against any line: {unsaid} parts" in report.words()
    by_sql(from_before, "due_at", "2026-03-20 17:00:00+00:00")
    assert verify().findings == []
    running = of(Clock, from_before, state=ClockState.RUNNING)
    keys = list(running.values_list("pk", flat=True))
    world.do(from_before, Verb.CLOSE, world.cast.business_manager, difference="no_change", gap="Nobody answered our letters.")
    assert verify().unsaid == unsaid - len(keys) < unsaid
    Clock.objects.filter(pk__in=keys).update(due_at=world.now + timedelta(days=99))
    assert verify().found == len(keys)


def test_how_one_from_before_ended_is_held_against_the_choices_of_its_lines(from_before: Dispute) -> None:
    row(from_before).update(outcome=Outcome.POSITION_KEPT)
    assert [finding.what for finding in verify().findings] == ["had how and when it ended altered"]


def test_whose_something_learnt_from_before_is_is_held_against_the_choices_of_its_lines(
    world: World, cast: Cast, from_before: Dispute, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also once somebody took it over: the line of that names them, and not what they took."""
    mine = of(LearningPoint, from_before)
    mine.update(owner=cast.stranger)
    assert [finding.what for finding in verify().findings] == ["had whose something learnt is altered"]
    mine.update(owner=cast.lead)
    make_member(cast.stranger, cast.raising, "safeguarding_lead")
    with monkeypatch.context() as before:
        before.setattr("escalation.engine.change.Change._vouch", lambda _change: None)
        hand_over(actor=cast.business_manager, leaver=cast.lead, successor=cast.stranger, place=cast.raising, last_day=None, now=world.now)
    assert mine.get().owner == cast.stranger
    assert verify().findings == []
    mine.update(owner=cast.receiver)
    assert [finding.what for finding in verify().findings] == ["had whose something learnt is altered"]
