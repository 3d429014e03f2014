"""Bringing in an earlier log: whole or not at all, every mistake by row and column, twice the same as once, and nothing told of the past."""

from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agencies.errors import NotAllowed
from agencies.models import DirectoryEvent, PostHolding
from agencies.person import person_of
from agencies.services.example import build_example_directory
from escalation.engine.perform import VERBS, perform
from escalation.models import AgreedAction, Clock, Dispute, Event, EventBody, Notification, StageRun
from escalation.procedures.schema import shipped
from escalation.services.audit import verify
from escalation.services.earlier_log import ImportRefused, bring_in_log
from escalation.services.earlier_log.columns import LEFT_OUT, STEPS, headings, untaken
from escalation.services.earlier_names import already_there, blinded
from escalation.services.keeping.due import end_what_is_over
from escalation.services.procedures import publish
from escalation.services.seals import seal_partnerships
from escalation.services.sweep import sweep
from escalation.states import Answer, ClockState, EventKind, Measure, State, Verb
from tests.cast import Cast, build_cast
from tests.escalation.earlier_logs import DAY, FIRST, NOW, Row, as_csv, cells, in_force, logged, responded, settled, written
from tests.world import chosen, london

pytestmark = pytest.mark.django_db
CHILD = "AB 2015-05-01"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast, with Bristol's procedure in force since before the log."""
    return in_force(cast)


def bring(cast: Cast, *rows: Row, **more: Any) -> Any:
    return bring_in_log("log.csv", written(cast, rows), cast.partnership, **{"actor": None, "now": NOW} | more)


def run(cast: Cast, path: Path, *arguments: str) -> str:
    out = StringIO()
    call_command("import_disputes", str(path), "--partnership", cast.partnership.slug, *arguments, stdout=out)
    return out.getvalue()


# -- what comes in -----------------------------------------------------------------------------------------------------------------------


def test_a_log_becomes_a_disagreement_with_its_own_dates(cast: Cast) -> None:
    bring(cast, logged(what="The referral was closed."), *settled())
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.is_imported, dispute.earlier_key) == (State.RESOLVED, True, "A1")
    assert (dispute.submitted_at, dispute.sent_at, dispute.resolved_at) == (FIRST, FIRST, FIRST + 3 * DAY)
    lines = dict(Event.objects.filter(dispute=dispute).values_list("kind", "recorded_at"))
    assert (lines[EventKind.ANSWERED], lines[EventKind.BROUGHT_IN]) == (FIRST + DAY, NOW)


def test_what_came_in_resolved_asks_each_agency_that_has_not_confirmed_the_childs_file_from_now(cast: Cast) -> None:
    confirmed = Row("B2", FIRST + 4 * DAY, "confirm_file", "receiver", "social_care")
    bring(cast, logged(children=CHILD), *settled(), logged("B2", children=CHILD), *settled("B2"), confirmed)
    asked = {
        key: set(Clock.objects.running().filter(dispute__earlier_key=key, key="ask:file").values_list("agency", "due_at")) for key in ("A1", "B2")
    }
    due = london("2026-03-16 23:59").replace(second=59)
    assert asked == {"A1": {(cast.school.pk, due), (cast.social_care.pk, due)}, "B2": {(cast.school.pk, due)}}


def test_what_came_in_closed_asks_nobody_for_the_childs_file(cast: Cast) -> None:
    closing = Row("A1", FIRST + 5 * DAY, "close", "business_manager", given={"difference": "no_change", "gap": "Nobody answered."})
    bring(cast, logged(children=CHILD), *settled(), closing)
    assert not Clock.objects.running().exists()


def test_the_last_line_says_when_it_was_brought_in_and_by_whom(cast: Cast) -> None:
    bring(cast, logged(), actor=cast.business_manager)
    line = Event.objects.filter(dispute__earlier_key="A1").order_by("-number")[0]
    assert (line.kind, line.actor, line.recorded_at, chosen(line)) == (EventKind.BROUGHT_IN, cast.business_manager, NOW, {"lines": line.number - 1})


def test_a_preview_says_the_same_and_keeps_nothing(cast: Cast) -> None:
    said = bring(cast, logged(), *settled(), logged("B2"), preview=True)
    assert not Dispute.objects.exists()
    assert said.words == "Would bring in 2 disagreements with 5 steps into Northshire Safeguarding Partnership."
    assert said.details == [
        "Recorded between Tuesday 6 May 2025 and Friday 9 May 2025.", "2025–26: 2 disagreements.", "Open: 1.", "Resolved: 1.",
        "Going on here as live: 2.",
    ]  # fmt: skip
    assert (bring(cast, logged(), *settled(), logged("B2")).states, Dispute.objects.count()) == (said.states, 2)


def test_twice_is_the_same_as_once(cast: Cast) -> None:
    bring(cast, logged(), *settled())
    before = list(Event.objects.values_list("pk", flat=True))
    again = bring(cast, logged(), *settled(), logged("B2"))
    assert (again.already, again.new) == (1, 1)
    assert "1 is there already and stays as it is." in again.words
    assert set(before) < set(Event.objects.values_list("pk", flat=True))
    assert Event.objects.filter(dispute__earlier_key="A1").count() == len(before)


def test_practice_that_was_brought_in_goes_so_long_after_that_day_and_is_known_again_when_its_log_comes_once_more() -> None:
    """Withdrawn ten months before it was brought in: what is there to practise on is not gone within the hour."""
    cast = in_force(build_cast(is_practice=True))
    rows = (logged(), Row("A1", FIRST + DAY, "withdraw", "lead", given={"reason": "It was the wrong child.", "still_at_risk": False}))
    bring(cast, *rows)
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.ended_at) == (State.WITHDRAWN, FIRST + DAY)
    for days, gone in ((1, 0), (90, 0), (91, 1)):
        assert end_what_is_over(NOW + timedelta(days=days))["practised ones anonymised"] == gone
    dispute.refresh_from_db()
    assert (dispute.anonymised_at is not None, "A1" in dispute.earlier_key) == (True, False)
    again = bring(cast, *rows, logged("B2"), now=NOW + timedelta(days=92))
    assert (again.already, again.new, Dispute.objects.count()) == (1, 1, 2)


@pytest.mark.parametrize("old_keys", [[], ["tests-only-record-key"]], ids=["the same key", "a key replaced since"])
def test_one_whose_name_was_blinded_is_known_by_the_keys_of_the_record(cast: Cast, settings: Any, old_keys: list[str]) -> None:
    bring(cast, logged())
    Dispute.objects.update(earlier_key=blinded(cast.partnership.pk, "A1"))
    if old_keys:
        settings.CONCORD_RECORD_KEY, settings.CONCORD_OLD_RECORD_KEYS = "another-key-of-the-record", old_keys
    assert already_there(cast.partnership, ["A1", "B2"]) == {"A1"}
    assert already_there(cast.elsewhere, ["A1"]) == set()


def test_two_partnerships_may_call_theirs_alike(cast: Cast) -> None:
    bring(cast, logged())
    publish(shipped()["bristol"], cast.elsewhere, now=NOW, in_force_from=date(2025, 1, 1))
    assert bring_in_log("log.csv", written(cast, [logged()]), cast.partnership, actor=None, now=NOW).already == 1
    assert not Dispute.objects.filter(partnership=cast.elsewhere).exists()


def test_rows_may_stand_in_any_order(cast: Cast) -> None:
    bring(cast, *reversed([logged(), *settled()]))
    assert Dispute.objects.get().state == State.RESOLVED


def test_no_message_is_written_and_no_step_of_the_sweep_is_taken_for_the_past(cast: Cast) -> None:
    bring(cast, logged(), responded(at=FIRST + 9 * DAY), *settled("B2", FIRST + 20 * DAY), logged("B2"))
    assert not Notification.objects.exists()
    swept = {EventKind.HALF_WAY, EventKind.DUE, EventKind.OVERDUE, EventKind.REMINDED, EventKind.MOVE_OFFERED}
    assert not Event.objects.filter(kind__in=swept).exists()


def test_the_clock_of_a_late_response_is_late_and_says_since_when(cast: Cast) -> None:
    """Bristol's first stage: one working day to the same time (BRI-05); 6 May 2025 10:00 gives 7 May 10:00."""
    bring(cast, logged(), responded(at=FIRST + DAY + timedelta(minutes=1)))
    clock = Clock.objects.get(measures=Measure.RESPONSE)
    assert (clock.due_at, clock.state) == (FIRST + DAY, ClockState.LATE)
    assert (clock.breached_at, clock.is_imported) == (FIRST + DAY + timedelta(seconds=1), True)


def test_a_day_without_a_time_is_noon_and_so_many_days_later_is_in_time(cast: Cast) -> None:
    rows = [cells(cast, row) for row in (logged(), responded())]
    rows[0]["recorded"], rows[1]["recorded"] = "06/05/2025", "2025-05-07"
    bring_in_log("log.csv", as_csv(rows), cast.partnership, actor=None, now=NOW)
    assert Dispute.objects.get().submitted_at == london("2025-05-06 12:00")
    assert Clock.objects.get(measures=Measure.RESPONSE).state == ClockState.MET


def test_what_happened_earlier_keeps_both_moments(cast: Cast) -> None:
    bring(cast, logged(), Row("A1", FIRST + 9 * DAY, "respond", "receiver", "", {"answer": "agrees", "happened": FIRST + DAY}))
    line = Event.objects.get(kind=EventKind.ANSWERED)
    assert (line.happened_at, line.recorded_at) == (FIRST + DAY, FIRST + 9 * DAY)
    assert Clock.objects.get(measures=Measure.RESPONSE).state == ClockState.LATE


def test_text_that_a_spreadsheet_would_run_is_kept_as_text(cast: Cast) -> None:
    bring(cast, logged(what='=HYPERLINK("http://x")', impact="@cmd", tried="line one\nline two"))
    text = EventBody.objects.get(event__kind=EventKind.SUBMITTED).text
    assert text == {"what": '=HYPERLINK("http://x")', "impact": "@cmd", "tried": "line one\nline two"}


def test_texts_that_the_log_lacks_are_said_to_be_missing_and_not_invented(cast: Cast) -> None:
    bring(cast, logged(), responded())
    assert EventBody.objects.get(event__kind=EventKind.ANSWERED).text["reasons"] == "Not kept in the earlier log."
    assert not EventBody.objects.filter(event__kind=EventKind.SUBMITTED).exists()


def test_where_the_log_names_nobody_whoever_held_it_did_it(cast: Cast) -> None:
    bring(cast, logged(by=""), Row("A1", FIRST + DAY, "respond", "", "social_care", {"answer": "disagrees"}), Row("A1", FIRST + 2 * DAY, "reject"))
    who = dict(Event.objects.filter(actor__isnull=False).values_list("kind", "actor"))
    assert (who[EventKind.SUBMITTED], who[EventKind.ANSWERED], who[EventKind.REJECTED]) == (cast.lead.pk, cast.receiver.pk, cast.lead.pk)


def test_the_business_unit_closes_with_the_gap_where_the_log_says_no_more(cast: Cast) -> None:
    bring(cast, logged(), *settled(), Row("A1", FIRST + 9 * DAY, "close", given={"difference": "too_early"}))
    assert Dispute.objects.get().state == State.CLOSED
    assert Event.objects.get(kind=EventKind.CLOSED).actor == cast.business_manager


def test_an_action_is_done_by_the_name_that_the_log_gives_it(cast: Cast) -> None:
    action = Row("A1", FIRST + DAY, "add_action", "receiver", "social_care", {"what": "Visit.", "due_at": FIRST + 9 * DAY, "action": "visit"})
    bring(cast, logged(), action, Row("A1", FIRST + 3 * DAY, "complete_action", "receiver", given={"action": "visit"}))
    assert AgreedAction.objects.get().done_at == FIRST + 3 * DAY


def test_a_day_before_the_first_version_is_counted_by_it_and_said(cast: Cast) -> None:
    done = bring(cast, logged(at=london("2019-05-07 10:00")))
    assert done.before_first == 1
    assert "before the first day of the procedure" in done.details[-1]


def test_seats_of_that_day_count_and_not_those_of_today(cast: Cast) -> None:
    membership = cast.own_manager.memberships.get()
    membership.until = date(2025, 12, 31)
    membership.save()
    PostHolding.objects.filter(user=cast.own_manager).update(until=date(2025, 12, 31))
    bring(cast, logged())
    assert Dispute.objects.get().raiser == cast.own_manager
    late = written(cast, [logged("B2", london("2026-01-06 10:00"))])
    with pytest.raises(ImportRefused, match="held no role in the partnership on that day|knows nobody who could"):
        bring_in_log("log.csv", late, cast.partnership, actor=None, now=NOW)


# -- what is still open ------------------------------------------------------------------------------------------------------------------


def test_an_open_one_goes_on_from_now_and_nothing_is_overdue_at_that_moment(cast: Cast) -> None:
    bring(cast, logged())
    dispute = Dispute.objects.get()
    running = list(Clock.objects.filter(state=ClockState.RUNNING))
    assert [clock.key for clock in running] == ["next_reply"]
    assert all(clock.due_at > NOW and clock.started_at == NOW for clock in running)
    assert (dispute.wake_at or NOW) > NOW
    missed = Clock.objects.get(measures=Measure.RESPONSE)
    assert (missed.state, missed.ended_at, missed.breached_at) == (ClockState.MISSED, NOW, FIRST + DAY + timedelta(seconds=1))


def test_the_sweep_after_the_import_finds_nothing_to_do_until_the_new_moment(cast: Cast) -> None:
    bring(cast, logged())
    before = Event.objects.count()
    sweep(NOW + timedelta(minutes=1))
    assert Event.objects.count() == before
    sweep(NOW + 3 * DAY)
    assert Event.objects.filter(kind=EventKind.OVERDUE).exists()


def test_a_moment_that_has_not_come_yet_stays_and_no_reminder_lies_before_now(cast: Cast) -> None:
    """Logged an hour before the import: due the next working day at the same time; half of it has not gone."""
    bring(cast, logged(at=NOW - timedelta(hours=1)))
    clock = Clock.objects.get(measures=Measure.RESPONSE)
    assert (clock.state, clock.due_at, clock.dated_at) == (ClockState.RUNNING, NOW - timedelta(hours=1) + DAY, NOW)
    assert (clock.next_check_at or NOW) > NOW


def test_one_whose_own_sooner_moment_has_passed_runs_on_to_the_procedures_and_is_answered_in_time(cast: Cast) -> None:
    """Urgent, to be answered within 30 minutes, an hour before the import; the procedure gives until the next working day."""
    bring(cast, logged(at=NOW - timedelta(hours=1), urgent="yes", respond_by=f"{NOW - timedelta(minutes=30):%Y-%m-%d %H:%M}"))
    clock = Clock.objects.get(measures=Measure.RESPONSE)
    assert (clock.state, clock.effective_due, clock.breached_at) == (ClockState.RUNNING, NOW - timedelta(hours=1) + DAY, None)
    person = person_of(cast.receiver, NOW.date())
    perform(Dispute.objects.get().pk, Verb.RESPOND, actor=person, now=NOW + timedelta(hours=1), answer=Answer.DISAGREES, reasons="We looked.")
    clock.refresh_from_db()
    assert clock.state == ClockState.MET


def test_an_overdue_action_is_asked_for_anew(cast: Cast) -> None:
    action = Row("A1", FIRST + DAY, "add_action", "receiver", "social_care", {"what": "Visit.", "due_at": FIRST + 9 * DAY})
    bring(cast, logged(), action)
    states = list(Clock.objects.filter(measures=Measure.ACTION).order_by("started_at").values_list("state", "owner"))
    assert states == [(ClockState.MISSED, cast.receiver.pk), (ClockState.RUNNING, cast.receiver.pk)]


def test_a_live_one_is_answered_like_any_other_and_people_are_told(cast: Cast) -> None:
    bring(cast, logged())
    person = person_of(cast.receiver, NOW.date())
    perform(Dispute.objects.get().pk, Verb.RESPOND, actor=person, now=NOW + DAY, answer=Answer.AGREES, reasons="We looked.", actions="A visit.")
    assert Notification.objects.filter(recipient=cast.own_manager).exists()
    assert not Clock.objects.filter(state=ClockState.RUNNING, key="next_reply").exists()


def test_a_response_that_comes_after_the_log_was_brought_in_is_late_and_not_missing(cast: Cast) -> None:
    bring(cast, logged())
    person = person_of(cast.receiver, NOW.date())
    perform(Dispute.objects.get().pk, Verb.RESPOND, actor=person, now=NOW + DAY, answer=Answer.AGREES, reasons="We looked.", actions="A visit.")
    clock = Clock.objects.get(measures=Measure.RESPONSE, is_procedural=True)
    assert (clock.state, clock.ended_at) == (ClockState.LATE, NOW + DAY)


# -- the record --------------------------------------------------------------------------------------------------------------------------


def test_chain_and_seals_hold_afterwards(cast: Cast) -> None:
    bring(cast, logged(), *settled(), logged("B2"))
    assert seal_partnerships(NOW) == 1
    report = verify(partnership=cast.partnership.slug, reference=None)
    assert (report.findings, report.seals) == ([], 1)


def test_the_directory_says_that_a_log_was_brought_in_and_by_whom(cast: Cast) -> None:
    bring(cast, logged(), actor=cast.business_unit)
    line = DirectoryEvent.objects.get(words__startswith="Earlier log")
    assert line.actor == cast.business_unit
    assert "Brought in 1 disagreement with 1 step into" in line.words


@pytest.mark.parametrize("part", ["lead", "chair", "administrator", "auditor", "stranger", "nobody"])
def test_only_the_business_unit_brings_one_in(cast: Cast, part: str) -> None:
    with pytest.raises(NotAllowed):
        bring(cast, logged(), actor=getattr(cast, part))
    assert not Dispute.objects.exists()


# -- the command, and what a log can say ---------------------------------------------------------------------------------------------------


def test_the_command_previews_brings_in_and_says_that_it_is_there(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(written(cast, [logged(at=london("2025-05-06 10:00"))]))
    assert run(cast, path, "--dry-run").startswith("Would bring in 1 disagreement with 1 step into Northshire")
    assert run(cast, path, "--preview").startswith("Would bring in 1 disagreement")
    assert run(cast, path).startswith("Brought in 1 disagreement")
    assert "1 is there already and stays as it is." in run(cast, path)


def test_the_command_ends_with_the_mistakes(cast: Cast, tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(written(cast, [responded()]))
    with pytest.raises(CommandError) as caught:
        run(cast, path)
    assert str(caught.value).startswith("Nothing was imported: 1 mistake.\nlog.csv, row 2, column step: is the disagreement's first")
    with pytest.raises(CommandError, match="No such file"):
        run(cast, tmp_path / "none.csv")


def test_every_verb_is_a_step_of_a_log_or_left_out_with_a_reason() -> None:
    assert set(STEPS.values()) | LEFT_OUT == set(VERBS) | (LEFT_OUT - set(VERBS))
    assert {verb: missing for verb in STEPS.values() if (missing := untaken(verb))} == {}


def test_the_documentation_names_every_step_and_every_column(root: Path) -> None:
    page = (root / "docs" / "disputes-import.md").read_text(encoding="utf-8")
    named = {
        word for line in page.splitlines() if line.startswith("|") for word in line.replace("`", " ").replace(",", " ").replace("|", " ").split()
    }
    assert [step for step in STEPS if step not in named and step != Verb.SUBMIT] == []
    assert [column for column in headings() if column not in named] == []


def test_the_example_file_comes_in_whole(root: Path) -> None:
    """The log that ships, into the partnership that ships."""
    partnership = build_example_directory(now=NOW)
    publish(shipped()["bristol"], partnership, now=NOW, in_force_from=date(2024, 1, 1))
    content = (root / "docs" / "examples" / "earlier-log.csv").read_bytes()
    done = bring_in_log("earlier-log.csv", content, partnership, actor=None, now=NOW)
    assert set(done.states) == {State.OPEN, State.CLOSED, State.WITHDRAWN}
    assert StageRun.objects.filter(stage=4).exists()
