"""One disagreement through the whole machine: logged, sent on, reminded, moved up, answered, agreed, closed."""

from datetime import date

import pytest
from django.db import transaction

from escalation.engine.case import load
from escalation.models import Clock, Dispute, Draft, Event, Notification, Request
from escalation.services.sweep import sweep
from escalation.states import Answer, Difference, EventKind, Ground, Message, Outcome, State, Verb
from tests.cast import Cast
from tests.world import World, london

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def kinds(dispute: Dispute) -> list[str]:
    """The record's lines in order."""
    return list(Event.objects.filter(dispute=dispute).values_list("kind", flat=True))


def test_a_practitioner_below_the_level_sends_to_the_own_manager_first(cast: Cast, world: World) -> None:
    """BRI-05: the professional goes to the own team manager, who takes it to the equivalent in the other agency."""
    dispute = world.log()
    assert (dispute.state, dispute.stage) == (State.OPEN, 0)
    assert dispute.runs.get().holder == cast.own_manager
    assert not dispute.requests.exists()


def test_sending_on_starts_the_response_clock_of_one_working_day(cast: Cast) -> None:
    """BRI-05: 24 hours, one working day, from the escalation."""
    world = World(cast, now=london("2026-03-06 16:30"))
    dispute = world.sent()
    clock = Clock.objects.get(dispute=dispute, key="response")
    assert clock.due_at == london("2026-03-09 16:30")
    assert clock.owner == cast.receiver


def test_nobody_answering_it_moves_up_by_itself_one_working_day_after_the_due_moment(world: World, dispute: Dispute) -> None:
    world.delivered(dispute)
    for moment in ("2026-03-03 10:01", "2026-03-04 10:00"):
        world.warned()
        sweep(london(moment))
    dispute = world.fresh(dispute)
    assert dispute.stage == 2
    assert dispute.runs.latest("number").ground == Ground.NO_RESPONSE
    assert Clock.objects.get(dispute=dispute, stage=2, key="response").due_at == london("2026-03-06 10:00")


def test_the_system_does_not_move_what_was_never_delivered(cast: Cast, world: World, dispute: Dispute) -> None:
    for moment in ("2026-03-03 10:01", "2026-03-04 10:00"):
        sweep(london(moment))
    assert world.fresh(dispute).stage == 1
    assert Notification.objects.filter(dispute=dispute, kind=Message.UNDELIVERED, recipient=cast.own_manager).exists()


def test_sweeping_twice_changes_nothing_more(dispute: Dispute) -> None:
    sweep(london("2026-03-03 10:01"))
    before = (kinds(dispute), Notification.objects.count())
    sweep(london("2026-03-03 10:01"))
    assert (kinds(dispute), Notification.objects.count()) == before


def test_an_accepted_response_confirmed_by_the_other_side_is_resolved_and_closed(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="We looked again.", actions="Assess by 13 March.")
    world.do(dispute, Verb.ACCEPT, cast.own_manager, wording="An assessment by 13 March.", kind=Outcome.AGREED_ACTION)
    world.do(dispute, Verb.CONFIRM_OUTCOME, cast.receiver)
    assert world.fresh(dispute).state == State.RESOLVED
    world.do(dispute, Verb.GIVE_FEEDBACK, cast.own_manager, words="Told Aled in person.", given_on=date(2026, 3, 2))
    world.do(dispute, Verb.CONFIRM_FILE, cast.own_manager)
    world.do(dispute, Verb.CONFIRM_FILE, cast.receiver)
    world.do(dispute, Verb.RECORD_LEARNING, cast.own_manager)
    world.do(dispute, Verb.CLOSE, cast.lead, difference=Difference.PLAN_CHANGED)
    closed = world.fresh(dispute)
    assert (closed.state, closed.wake_at) == (State.CLOSED, None)
    assert kinds(closed)[-1] == EventKind.CLOSED


def test_what_was_typed_stays_in_the_draft_until_the_own_agency_has_sent_it_on(cast: Cast, world: World) -> None:
    """Sent back, the writer finds every word; once sent on, the draft is gone and the record alone holds the text."""
    dispute = world.log()
    assert Draft.objects.filter(dispute=dispute).exists()
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    assert not Draft.objects.filter(dispute=dispute).exists()


def test_the_requests_of_a_case_come_in_the_order_of_its_stages(cast: Cast, world: World, dispute: Dispute) -> None:
    """Whoever held the latest one acts for the agency before the partnership; a table gives no order of its own."""
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="Tonight.")
    first = Request.objects.get(dispute=dispute, run__stage=1)
    Request.objects.filter(pk=first.pk).update(opened_at=world.now)  # PostgreSQL puts a changed row last
    with transaction.atomic():
        case = load([dispute.pk], now=world.now)[0]
    assert [request.run.stage for request in case.all_requests] == [1, 2]
