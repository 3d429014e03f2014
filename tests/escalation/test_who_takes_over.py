"""To whom it goes when a role ends: a plan stays with its side, and a successor takes over what was left by that departure alone."""

from datetime import date

import pytest

from agencies.models import Membership, PostHolding, User
from agencies.services.accounts import close_account
from agencies.services.members import leave_agency
from escalation.models import Dispute, Event, Request
from escalation.services.handover import hand_over
from escalation.states import EventKind
from tests.cast import Cast
from tests.escalation.leaving import LAST_DAY, NIGHT, access_ends, bristol, departed, last_day
from tests.factories import make_holder
from tests.world import chosen, london

pytestmark = pytest.mark.django_db


def led_by(user: User, cast: Cast) -> Dispute:
    """A disagreement with an action plan that this person leads; in social care there is one more who could."""
    dispute = bristol(cast).dispute
    Dispute.objects.filter(pk=dispute.pk).update(lead_manager=user)
    return dispute


@pytest.mark.parametrize("named", [True, False])
def test_a_plan_that_was_led_from_the_receiving_side_stays_there(cast: Cast, named: bool) -> None:
    """With the successor who was named there, or with whoever else can act there; never with the side that raised it."""
    dispute, other = led_by(cast.receiver, cast), make_holder(cast.social_care, 2, "Ada Underwood", title="Team manager, second team")
    successor = make_holder(cast.social_care, 2, "Zoe Underwood", title="Team manager, third team")
    last_day(cast.receiver)
    if named:
        departed(cast.receiver, successor, LAST_DAY, place=cast.social_care)
    access_ends()
    expected = successor if named else other
    assert (Dispute.objects.get(pk=dispute.pk).lead_manager, Request.objects.get(dispute=dispute).holder) == (expected, expected)
    lines = Event.objects.filter(dispute=dispute, kind=EventKind.REASSIGNED)
    assert {(line.agency, chosen(line)["to"]) for line in lines} == {(cast.social_care, str(expected.pk))}


def test_a_plan_that_was_led_from_the_raising_side_stays_there(cast: Cast) -> None:
    dispute = led_by(cast.own_manager, cast)
    last_day(cast.own_manager)
    access_ends()
    assert Dispute.objects.get(pk=dispute.pk).lead_manager in {cast.lead, cast.own_senior, cast.raiser}
    assert {line.agency for line in Event.objects.filter(dispute=dispute, kind=EventKind.REASSIGNED)} == {cast.school}


def test_a_plan_that_was_led_from_the_agency_that_acts_for_a_side_stays_with_that_side(cast: Cast) -> None:
    dispute = led_by(cast.police_manager, cast)
    cast.social_care.acting_agency, cast.social_care.acting_from_level = cast.police, 2
    cast.social_care.save()
    last_day(cast.police_manager)
    access_ends()
    assert {line.agency for line in Event.objects.filter(dispute=dispute, kind=EventKind.REASSIGNED)} == {cast.social_care}


@pytest.mark.parametrize("since", [date(2025, 6, 2), None])
def test_the_successor_of_an_earlier_departure_takes_over_nothing_after_the_person_came_back(cast: Cast, since: date | None) -> None:
    journey, directory = bristol(cast), make_holder(cast.social_care, 2, "Ada Underwood", title="Team manager, second team")
    earlier = make_holder(cast.social_care, 2, "Zoe Underwood", title="Team manager, third team")
    departed(cast.receiver, earlier, date(2025, 1, 20), place=cast.social_care, by=cast.receiving_lead)
    for rows in (Membership, PostHolding):
        rows.objects.filter(user=cast.receiver).update(since=since, until=LAST_DAY)
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == directory
    assert Event.objects.get(dispute=journey.dispute, kind=EventKind.REASSIGNED).actor is None


def test_the_successor_of_the_departure_with_which_the_last_role_ended_takes_over_what_was_left(cast: Cast) -> None:
    """And the record names whoever planned it."""
    journey, other = bristol(cast), make_holder(cast.social_care, 2, "Ada Underwood", title="Team manager, second team")
    named = make_holder(cast.social_care, 2, "Zoe Underwood", title="Team manager, third team")
    departed(cast.receiver, other, date(2025, 1, 20), place=cast.social_care)
    departed(cast.receiver, named, LAST_DAY, place=cast.social_care, by=cast.receiving_lead)
    last_day(cast.receiver)
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == named
    assert Event.objects.get(dispute=journey.dispute, kind=EventKind.REASSIGNED).actor == cast.receiving_lead


def test_an_account_that_is_closed_after_its_owner_came_back_leaves_nothing_to_the_successor_of_before(cast: Cast) -> None:
    journey, directory = bristol(cast), make_holder(cast.social_care, 2, "Ada Underwood", title="Team manager, second team")
    earlier = make_holder(cast.social_care, 2, "Zoe Underwood", title="Team manager, third team")
    departed(cast.receiver, earlier, date(2025, 1, 20), place=cast.social_care)
    User.objects.filter(pk=cast.receiver.pk).update(is_active=False)
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == directory


@pytest.mark.parametrize("closed", [True, False])
def test_who_is_let_go_before_the_day_that_was_planned_leaves_it_to_the_successor_who_was_named_at_once(cast: Cast, closed: bool) -> None:
    """By hand, a month early: that night, and not on the day that was planned. Until they are let go it stays theirs."""
    journey, _other = bristol(cast), make_holder(cast.social_care, 2, "Ada Underwood", title="Team manager, second team")
    named, manager = make_holder(cast.social_care, 2, "Zoe Underwood", title="Team manager, third team"), cast.business_manager
    day, noon = date(2026, 3, 31), london("2026-03-02 12:00")
    hand_over(actor=manager, leaver=cast.receiver, successor=named, place=cast.social_care, last_day=day, now=noon)
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == cast.receiver
    if closed:
        close_account(actor=manager, user=cast.receiver, now=NIGHT)
    else:
        leave_agency(actor=manager, user=cast.receiver, agency=cast.social_care, now=NIGHT)
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == named
    assert Event.objects.get(dispute=journey.dispute, kind=EventKind.REASSIGNED).actor == manager
