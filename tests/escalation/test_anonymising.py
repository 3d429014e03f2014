"""Anonymising: what was typed and who it was about is gone, what is counted stays, and the record tells it from tampering."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, NotAllowed, WrongState
from agencies.models import DirectoryEvent
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import (
    AccessRequest,
    AgreedAction,
    Child,
    ChildReference,
    Clock,
    Dispute,
    Event,
    EventBody,
    KeepingPeriod,
    LearningPoint,
    Notification,
    Reading,
)
from escalation.selectors.learning import point_file
from escalation.selectors.timeline import NAMELESS
from escalation.services.audit import verify
from escalation.services.children import NO_OTHER
from escalation.services.keeping.access.asking import ask_about_child
from escalation.services.keeping.access.making import make
from escalation.services.keeping.access.place import path_of
from escalation.services.learning import add_point
from escalation.services.seals import seal_partnerships
from escalation.services.sweep import sweep
from escalation.states import ChangeNeeded, EventKind, LearningStatus, Measure, Side, State, Verb
from tests.escalation.asked_access import chosen, held
from tests.escalation.keeping import anonymised, ended, later, typed
from tests.escalation.learning import follow, learnt
from tests.escalation.verbs import refused
from tests.kept import kept_fixture
from tests.record_guard import unguarded
from tests.web.page import Page
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
WHY = "A serious incident."


@kept_fixture
def dispute(world: World) -> Dispute:
    """Closed in March 2026, read for a reason while it was open, and sealed."""
    found = ended(world)
    Reading.objects.create(dispute=found, reader=world.cast.business_unit, part="early", reason=WHY, recorded_at=MONDAY)
    seal_partnerships(MONDAY)
    return found


@pytest.mark.engines
def test_nothing_that_was_typed_and_nothing_of_the_child_is_left(world: World, dispute: Dispute) -> None:
    assert typed(dispute)
    anonymised(world, dispute)
    assert typed(dispute) == []
    assert set(Child.objects.filter(dispute=dispute).values_list("initials", "born_on", "is_unborn")) == {("", None, False)}
    assert not ChildReference.objects.filter(child__dispute=dispute).exists()
    assert set(Reading.objects.filter(dispute=dispute).values_list("reason", flat=True)) == {""}
    assert not Notification.objects.filter(dispute=dispute).exists()


def test_nobody_is_named_in_its_rows_as_holder_and_no_post_either(world: World, dispute: Dispute) -> None:
    anonymised(world, dispute)
    for rows in (dispute.runs, dispute.requests):
        assert not rows.exclude(holder=None, holder_post="").exists()
    assert set(dispute.clocks.values_list("owner", flat=True)) == {None}


def test_nobody_is_reminded_of_what_was_agreed_in_it_any_more(world: World, dispute: Dispute) -> None:
    """An action that nobody said is done is followed after the end, but not beyond what is kept of it."""
    action = AgreedAction.objects.create(
        dispute=dispute, event=dispute.events.earliest("number"), agency=world.cast.social_care, owner=world.cast.receiver, due_at=MONDAY
    )
    Clock.objects.create(
        dispute=dispute, action=action, stage=1, key="action:visit", measures=Measure.ACTION, owed_by=Side.RECEIVING, owner=world.cast.receiver,
        is_procedural=False, started_at=MONDAY, due_at=MONDAY, next_check_at=MONDAY,
    )  # fmt: skip
    anonymised(world, dispute)
    lines = dispute.events.count()
    sweep(world.now)
    assert (dispute.clocks.running().count(), dispute.events.count()) == (0, lines)


def test_the_choices_and_moments_of_its_record_stay(world: World, dispute: Dispute) -> None:
    before = list(dispute.events.values("number", "kind", "facts", "recorded_at", "agency"))
    anonymised(world, dispute)
    assert list(dispute.events.values("number", "kind", "facts", "recorded_at", "agency"))[: len(before)] == before
    last = dispute.events.latest("number")
    assert (last.kind, len(last.facts["lines"])) == (EventKind.ERASED, 5)


def test_the_page_says_that_it_was_erased_and_names_nobody(world: World, dispute: Dispute) -> None:
    anonymised(world, dispute)
    client = Client()
    client.force_login(world.cast.business_unit)
    html = client.get(reverse("case", args=[dispute.reference])).content.decode()
    names = [user.name for part, user in world.cast.users() if part != "business_unit" and user.name in html]
    assert (names, "assessment" in html, str(NAMELESS) in html) == ([], False, True)
    assert "Anonymised" in html


@pytest.mark.engines
def test_verification_counts_it_and_finds_nothing_wrong(world: World, dispute: Dispute) -> None:
    anonymised(world, dispute)
    seal_partnerships(MONDAY)
    report = verify()
    assert (report.found, report.findings, report.erased) == (0, [], 5)


TAMPERING: dict[str, tuple[Any, str]] = {
    "a text put back": (lambda d: EventBody.objects.filter(event__dispute=d, event__kind=EventKind.SUBMITTED).update(text={"what": "x"}), "blanked"),
    "a text put back as never erased": (
        lambda d: EventBody.objects.filter(event__dispute=d, event__kind=EventKind.SUBMITTED).update(text={"what": "x"}, erased_at=None), "altered",
    ),
    "a reason put back": (lambda d: Reading.objects.filter(dispute=d, part="early").update(reason=WHY), "reason again"),
    "another reader": (lambda d: Reading.objects.filter(dispute=d, part="early").update(reader=d.raiser), "was altered"),
    "another line erased too": (
        lambda d: Event.objects.filter(dispute=d, kind=EventKind.ERASED).update(facts={"lines": list(range(1, 99)), "readings": {}}), "was altered",
    ),
}  # fmt: skip


@pytest.mark.engines
@pytest.mark.parametrize("what", TAMPERING)
def test_what_is_done_to_it_afterwards_is_still_found(world: World, dispute: Dispute, what: str) -> None:
    anonymised(world, dispute)
    seal_partnerships(MONDAY)
    act, words = TAMPERING[what]
    with unguarded():
        act(dispute)
    assert words in " ".join(str(finding) for finding in verify().findings)


@pytest.mark.engines
def test_a_reason_that_was_blanked_without_the_record_is_found(world: World, dispute: Dispute) -> None:
    with unguarded():
        Reading.objects.filter(dispute=dispute).update(reason="")
    assert any("was altered" in str(finding) for finding in verify().findings)


# -- what the database lets through ------------------------------------------------------------------------------------------------------------


@pytest.mark.engines
def test_the_database_blanks_no_text_that_the_record_does_not_name(world: World, dispute: Dispute) -> None:
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        EventBody.objects.filter(event__dispute=dispute).update(text={}, erased_at=MONDAY)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Reading.objects.filter(dispute=dispute).update(reason="")


@pytest.mark.engines
def test_the_database_blanks_only_the_lines_and_readings_that_are_named(world: World, dispute: Dispute) -> None:
    first, second = EventBody.objects.filter(event__dispute=dispute).order_by("event__number")[:2]
    change = Change(load([dispute.pk], now=MONDAY)[0], now=MONDAY)
    change.record(EventKind.ERASED, facts={"lines": [first.event.number], "readings": {}})
    commit([change])
    assert EventBody.objects.filter(pk=first.pk).update(text={}, erased_at=MONDAY)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        EventBody.objects.filter(pk=second.pk).update(text={}, erased_at=MONDAY)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Reading.objects.filter(dispute=dispute, part="early").update(reason="")


@pytest.mark.engines
def test_of_an_erased_reason_nothing_but_the_reason_may_change(world: World, dispute: Dispute) -> None:
    reading = Reading.objects.get(dispute=dispute, part="early")
    change = Change(load([dispute.pk], now=MONDAY)[0], now=MONDAY)
    change.record(EventKind.ERASED, facts={"lines": [], "readings": {str(reading.pk): "x"}})
    commit([change])
    for changed in ({"reason": "Another."}, {"reason": "", "part": "case"}, {"reason": "", "reader": world.cast.lead}):
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            Reading.objects.filter(pk=reading.pk).update(**changed)
    assert Reading.objects.filter(pk=reading.pk).update(reason="")


# -- when, and by whom -------------------------------------------------------------------------------------------------------------------------


def test_before_its_time_it_is_refused_with_the_period(world: World, dispute: Dispute) -> None:
    with later(world, "2035-12-01 10:00"), refused(dispute, WrongState, "kept for 10 years from its end"):
        world.do(dispute, Verb.ANONYMISE, world.cast.business_unit)


def test_the_partnerships_own_period_counts(world: World, dispute: Dispute) -> None:
    KeepingPeriod.objects.create(partnership=world.cast.partnership, record_class="cases", length=25)
    with later(world), refused(dispute, WrongState, "kept for 25 years"):
        world.do(dispute, Verb.ANONYMISE, world.cast.business_unit)


def test_what_is_still_open_is_never_anonymised(world: World) -> None:
    dispute = world.sent()
    with later(world), refused(dispute, WrongState, "has not ended"):
        world.do(dispute, Verb.ANONYMISE, world.cast.business_unit)


def test_what_is_still_to_be_learnt_keeps_it(world: World, dispute: Dispute) -> None:
    change = Change(load([dispute.pk], now=MONDAY)[0], now=MONDAY, actor=world.person(world.cast.lead))
    line = change.record(EventKind.DEBRIEF, body={"training": "Thresholds."})
    add_point(change, line, referred_to="The training group", change_needed=ChangeNeeded.TRAINING)
    commit([change])
    with later(world), refused(dispute, WrongState, "not settled"):
        world.do(dispute, Verb.ANONYMISE, world.cast.business_unit)
    LearningPoint.objects.filter(dispute=dispute).update(done_at=MONDAY)
    anonymised(world, dispute)


def test_kept_longer_it_waits_for_that_day(world: World, dispute: Dispute) -> None:
    with later(world):
        world.do(dispute, Verb.KEEP_LONGER, world.cast.business_unit, until=date(2040, 1, 1), reason="A review is to come.")
        with refused(dispute, WrongState, "kept until Sunday 1 January 2040"):
            world.do(dispute, Verb.ANONYMISE, world.cast.business_unit)
    with later(world, "2040-01-02 10:00"):
        world.do(dispute, Verb.ANONYMISE, world.cast.business_unit)
    line = dispute.events.get(kind=EventKind.KEPT_LONGER)
    assert (line.facts["until"], line.body.text) == ("2040-01-01", {})


def test_only_the_business_unit_decides_of_what_left_its_agency(world: World, dispute: Dispute) -> None:
    for user in (world.cast.lead, world.cast.receiving_lead, world.cast.raiser):
        with later(world), refused(dispute, NotAllowed):
            world.do(dispute, Verb.ANONYMISE, user)


def test_of_what_never_left_its_agency_its_own_lead_decides(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.WITHDRAW, world.cast.lead, reason="Overtaken.", still_at_risk=False)
    assert (world.fresh(dispute).state, world.fresh(dispute).sent_at) == (State.WITHDRAWN, None)
    anonymised(world, dispute, world.cast.lead)
    assert typed(dispute) == []


def test_afterwards_nobody_can_do_anything_to_it(world: World, dispute: Dispute) -> None:
    anonymised(world, dispute)
    for verb, given in ((Verb.REOPEN, {"reason": "It came back."}), (Verb.ADD_NOTE, {"text": "A note."}), (Verb.ANONYMISE, {})):
        with later(world), refused(dispute, NotAllowed):
            world.do(dispute, verb, world.cast.business_unit, **given)


# -- what was typed beside the record ----------------------------------------------------------------------------------------------------------


def settled(world: World) -> LearningPoint:
    """Closed, with something learnt that was referred on, then to somebody else, and done."""
    point = learnt(world, referred_to="Ms Unwin")
    follow(world, point, world.cast.business_unit, referred_to="Mr Umber", status=LearningStatus.DONE, evidence="Told everybody.")
    world.do(point.dispute, Verb.CLOSE, world.cast.business_manager, difference="no_change", gap="Nobody answered our letters.")
    return LearningPoint.objects.get(pk=point.pk)


def test_to_whom_learning_was_referred_goes_with_what_was_typed(world: World) -> None:
    point = settled(world)
    assert [point.referred_to, *(body.text.get("referred_to") for body in EventBody.objects.filter(event__kind__startswith="learning"))] == [
        "Mr Umber", "Ms Unwin", "Mr Umber",
    ]  # fmt: skip
    anonymised(world, point.dispute)
    left = [LearningPoint.objects.get(pk=point.pk).referred_to, *point.dispute.events.values_list("facts", flat=True), *typed(point.dispute)]
    assert not any(name in str(left) for name in ("Unwin", "Umber"))


def test_to_whom_it_was_referred_is_shown_from_lines_old_and_new(world: World) -> None:
    point, unit = learnt(world), world.person(world.cast.business_unit)
    follow(world, point, world.cast.business_unit, referred_to="Policy group")
    follow(world, point, world.cast.business_unit, referred_to="")
    change = Change(load([point.dispute_id], now=MONDAY)[0], now=MONDAY, actor=unit)
    change.record(EventKind.LEARNING_FOLLOWED, facts={"point": str(point.pk), "referred_to": "Training group"})
    commit([change])
    found = point_file(unit, point.pk, now=MONDAY)
    assert found is not None
    assert [step.changes for step in found.steps] == [("Referred to Training group",), ("No longer referred on",), ("Referred to Policy group",)]
    client = Client()
    client.force_login(world.cast.own_manager)
    with time_machine.travel(MONDAY, tick=False):
        words = Page(client.get(reverse("case", args=[point.dispute.reference])).content.decode()).one("main").text
    assert all(f"Referred to{goes_to}" in words for goes_to in ("Practice group", "Policy group", "Training group"))


def test_nothing_learnt_from_it_is_moved_on_afterwards(world: World) -> None:
    point = settled(world)
    follow(world, point, world.cast.business_unit, evidence="And everybody else.")
    anonymised(world, point.dispute)
    with later(world), pytest.raises(NotAllowed, match="was anonymised"):
        follow(world, point, world.cast.business_unit, status=LearningStatus.STARTED, evidence="Zephyr again.")
    assert LearningPoint.objects.get(pk=point.pk).status == LearningStatus.DONE
    assert typed(point.dispute) == []


def test_it_is_linked_with_nothing_afterwards_in_the_words_for_what_is_not_there(world: World, dispute: Dispute) -> None:
    other, newer = ended(world), world.sent()
    anonymised(world, dispute)
    lines = dispute.events.count()
    for reference in (dispute.reference, "ESC-000000"):
        with refused(newer, InvalidInput, str(NO_OTHER)):
            world.do(newer, Verb.LINK, world.cast.own_manager, other=reference)
    world.do(newer, Verb.LINK, world.cast.own_manager, other=other.reference)
    assert dispute.events.count() == lines


@pytest.mark.engines
def test_answers_to_requests_for_access_that_tell_of_it_are_erased_with_it(
    world: World, dispute: Dispute, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    settings.VAR = tmp_path
    unit, place, other = (
        world.person(world.cast.business_unit),
        world.cast.partnership,
        ended(world, children=[{"initials": "QX", "born_on": "2016-01-01"}]),
    )
    made = []
    for initials, born_on in (("AB", date(2015, 5, 1)), ("QX", date(2016, 1, 1))):
        said = {"reason": "Asked by letter.", "identity": "Seen with a passport.", "now": MONDAY}
        made.append(ask_about_child(unit, partnership=place.pk, initials=initials, born_on=born_on, **said))
        make(unit, made[-1], chosen(held(world, made[-1])), now=MONDAY)
    with django_capture_on_commit_callbacks(execute=True):
        anonymised(world, dispute)
    erased, kept = (AccessRequest.objects.get(pk=row.pk) for row in made)
    assert (erased.disputes, path_of(erased.pk).exists()) == ([], False)
    assert (kept.disputes, path_of(kept.pk).exists()) == ([str(other.pk)], True)
    assert DirectoryEvent.objects.filter(words="Answers to requests for access were erased with what was anonymised: 1.").count() == 1
