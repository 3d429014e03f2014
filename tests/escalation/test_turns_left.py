"""Whoever has a conflict or is gone keeps no turn, whatever it was they held; and nobody's answer is lost or asked for once it is too late."""

import pytest
from django.core.mail import EmailMessage

from agencies.errors import InvalidInput
from agencies.models import Membership, PostHolding, User
from escalation.engine.case import load
from escalation.engine.turns import turns_of
from escalation.models import Clock, Dispute, Notification
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.states import Answer, EventKind, Ground, RequestState, Verb
from tests.cast import Cast
from tests.escalation.leaving import MORNING, NIGHT, bristol, by_the_row, last_day
from tests.escalation.verbs import proposed, resolved, respond
from tests.factories import make_holder
from tests.procedures.journey import Journey
from tests.world import World, london

pytestmark = pytest.mark.django_db


def owners(world: World, dispute: Dispute) -> set[object]:
    return {turn.owner for turn in turns_of(load([dispute.pk], now=world.now)[0])}


def leads(world: World, dispute: Dispute) -> set[object]:
    return set(load([dispute.pk], now=world.now)[0].lead_ids(world.cast.social_care.pk))


@pytest.mark.parametrize("come_to", [proposed, resolved])
def test_who_has_a_conflict_keeps_no_turn_after_their_request_has_ended(world: World, dispute: Dispute, come_to: object) -> None:
    cast = world.cast
    come_to(world, dispute)  # type: ignore[operator]
    assert cast.receiver.pk in owners(world, dispute)
    world.do(dispute, Verb.MARK_CONFLICT, cast.receiver, reason="My sister is the child's social worker.")
    assert leads(world, dispute) & owners(world, dispute)
    assert cast.receiver.pk not in owners(world, dispute)
    assert not Clock.objects.running().filter(dispute=dispute, owner=cast.receiver).exists()


def test_who_left_the_agency_keeps_no_turn_after_their_request_has_ended(world: World, dispute: Dispute) -> None:
    proposed(world, dispute)
    PostHolding.objects.filter(user=world.cast.receiver).delete()
    Membership.objects.filter(user=world.cast.receiver).update(until=world.now.date())
    world.now = london("2026-03-03 09:00")
    assert leads(world, dispute) & owners(world, dispute)


def test_the_business_units_stop_goes_on_within_the_unit(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").logged(is_restricted=True, through_partnership=True)
    held = journey.dispute.runs.get(left_at=None).holder
    assert held is not None
    journey.do(Verb.MARK_CONFLICT, held, reason="I know the family.")
    run = journey.dispute.runs.get(left_at=None)
    assert run.holder in {cast.business_manager, cast.business_unit} - {held}


def test_an_answer_to_a_date_that_has_passed_is_not_said_to_be_overdue(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=london("2026-03-02 15:00"), reason="After the visit.")
    journey.world.now = london("2026-03-02 17:01")
    assert sweep(journey.world.now).failed == 0
    words = set(Notification.objects.filter(dispute=journey.dispute, created_at=journey.world.now).values_list("action", flat=True))
    assert any(word.startswith("Nobody answered the date") for word in words)
    assert not any("Agree or decline" in word for word in words)


def test_nothing_moves_up_for_no_response_past_an_answer_that_waits(world: World) -> None:
    dispute = world.sent(world.cast.social_care, world.cast.police)
    respond(world, dispute, Answer.AGREES)
    world.now = london("2026-03-04 10:00")
    with pytest.raises(InvalidInput, match="Another agency has answered"):
        world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.NO_RESPONSE, reason="")
    world.do(dispute, Verb.REJECT, world.cast.own_manager, reason="It is not enough.")
    world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.NO_RESPONSE, reason="")
    assert world.fresh(dispute).stage == 2


def test_urgent_inside_the_own_agency_hurries_the_talk_there(cast: Cast) -> None:
    journey = Journey(cast, "devon", "2026-03-02 10:00").logged()
    journey.do(Verb.MAKE_URGENT, cast.raiser, reason="He is home tonight.", respond_by=london("2026-03-02 15:00"))
    due = [clock.effective_due for clock in Clock.objects.running().filter(dispute=journey.dispute)]
    assert min(due) == london("2026-03-02 15:00")
    assert journey.dispute.events.filter(kind=EventKind.MADE_URGENT).exists()
    assert RequestState.AWAITING not in set(journey.dispute.requests.values_list("state", flat=True))


@pytest.mark.parametrize("gone", ["marked", "left"])
def test_a_stage_for_which_the_agency_has_nobody_goes_to_nobody_who_held_one_before_and_may_not_any_more(cast: Cast, gone: str) -> None:
    """The own manager held the stop before it was sent; whoever held the first stage since is marked, and after them everybody."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.REASSIGN, cast.own_manager, to=cast.lead.pk, agency=cast.school.pk, reason="I am away.")
    while (holder := journey.holder()) not in {None, cast.raiser}:
        journey.do(Verb.MARK_CONFLICT, holder, reason="A sister.")
    if gone == "marked":
        journey.do(Verb.MARK_CONFLICT, cast.own_manager, reason="A sister.") if str(cast.own_manager.pk) not in journey.now.conflicts else None
    else:
        PostHolding.objects.filter(user=cast.own_manager).delete()
        Membership.objects.filter(user=cast.own_manager).delete()
        Dispute.objects.filter(pk=journey.dispute.pk).update(conflicts=[k for k in journey.now.conflicts if k != str(cast.own_manager.pk)])
    journey.at("2026-03-02 15:00", "2026-03-03 10:01", "2026-03-04 10:01", "2026-03-05 10:01")
    assert (journey.stage, journey.holder()) == (2, cast.raiser)


def test_who_takes_a_next_step_over_in_the_sweep_that_would_remind_of_it_hears_once(cast: Cast) -> None:
    """Whoever had it has left since: they are reminded of nothing, whichever of the reminders fell due."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    resolved(journey.world, journey.dispute)
    clock = Clock.objects.running().get(dispute=journey.dispute, owner=cast.receiver)
    PostHolding.objects.filter(user=cast.receiver).delete()
    Membership.objects.filter(user=cast.receiver, agency=cast.social_care).delete()
    assert clock.next_check_at is not None
    journey.world.now = clock.next_check_at
    assert sweep(journey.world.now).failed == 0
    theirs = {"recipient__in": (cast.receiver, cast.receiving_lead)}
    told = Notification.objects.filter(dispute=journey.dispute, created_at=journey.world.now, **theirs)
    clock.refresh_from_db()
    assert clock.owner == cast.receiving_lead
    assert [(row.recipient, row.action) for row in told] == [(cast.receiving_lead, "Confirm the child’s file")]


@pytest.mark.parametrize("first", ["end_access", "sweep"])
def test_who_takes_a_request_over_in_the_night_in_which_it_falls_due_hears_once(cast: Cast, first: str, mailoutbox: list[EmailMessage]) -> None:
    """Whichever of the two jobs comes first."""
    journey, other = bristol(cast), make_holder(cast.social_care, 2, "Sam Underwood", title="Team manager, second team")
    journey.world.delivered(journey.dispute)
    Clock.objects.filter(dispute=journey.dispute, owner=cast.receiver).update(due_at=NIGHT, next_check_at=NIGHT)
    Dispute.objects.filter(pk=journey.dispute.pk).update(wake_at=NIGHT)
    last_day(cast.receiver)
    for row in sorted(("end_access", "sweep"), key=lambda row: row != first):
        by_the_row(row, NIGHT)
    deliver(MORNING)
    theirs: list[User] = [other, cast.receiver]
    mails = [
        mail
        for mail in mailoutbox
        if mail.to[0] in {user.email for user in theirs} and "Respond" in str(mail.body) and "It was due" in str(mail.body)
    ]
    assert [(mail.to, "It was handed to you" in str(mail.body)) for mail in mails] == [([other.email], True)]
