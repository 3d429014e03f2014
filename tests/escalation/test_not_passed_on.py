"""What cannot be passed on when a role ends stops nothing else: it is told, shown to the operator, and tried again."""

from datetime import timedelta

import pytest

from agencies.models import Departure
from escalation.models import Dispute, Notification, Request
from escalation.services.failing import failures
from escalation.services.handover import carry_out_due
from escalation.services.held import left_behind
from escalation.services.moving import FAILED
from tests.cast import Cast
from tests.escalation.leaving import LAST_DAY, MORNING, NIGHT, access_ends, bristol, last_day
from tests.factories import make_holder
from tests.procedures.journey import Journey
from tests.world import london

pytestmark = pytest.mark.django_db


def spoilt(dispute: Dispute) -> int:
    """A row that no rule wrote: it stands in a stage that its procedure does not have. Gives the stage in which it stood."""
    stage = int(Dispute.objects.get(pk=dispute.pk).stage)
    Dispute.objects.filter(pk=dispute.pk).update(stage=99)
    return stage


@pytest.mark.engines
def test_one_that_cannot_be_passed_on_stops_no_other_is_told_and_is_tried_again(cast: Cast) -> None:
    bad, good = bristol(cast), bristol(cast)
    other = make_holder(cast.social_care, 2, "Sam Underwood", title="Team manager, second team")
    stage = spoilt(bad.dispute)
    last_day(cast.receiver)
    for _ in range(2):
        access_ends()
    holders = [Request.objects.get(dispute=journey.dispute).holder for journey in (bad, good)]
    assert holders == [cast.receiver, other]
    cast.receiver.refresh_from_db()
    assert not cast.receiver.is_active
    assert [held.dispute_id for held in left_behind(cast.partnership, MORNING.date())] == [bad.dispute.pk]
    told = Notification.objects.filter(dispute=bad.dispute, action=FAILED)
    assert {row.recipient for row in told} == {cast.business_manager, cast.business_unit}
    assert told.count() == 2
    assert [row.dispute_id for row in failures()] == [bad.dispute.pk]
    Dispute.objects.filter(pk=bad.dispute.pk).update(stage=stage)
    access_ends(NIGHT + timedelta(minutes=1))
    assert Request.objects.get(dispute=bad.dispute).holder == other
    assert left_behind(cast.partnership, MORNING.date()) == []
    assert failures() == []


def test_before_the_first_sending_the_agency_s_leads_are_told(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").logged()
    spoilt(journey.dispute)
    last_day(cast.own_manager)
    access_ends()
    assert {row.recipient for row in Notification.objects.filter(dispute=journey.dispute, action=FAILED)} == {cast.lead}


def test_a_departure_with_one_that_fails_ends_moves_the_rest_and_names_its_successor_later_still(cast: Cast) -> None:
    bad, good = bristol(cast), bristol(cast)
    make_holder(cast.social_care, 2, "Ada Underwood", title="Team manager, second team")
    named = make_holder(cast.social_care, 2, "Zoe Underwood", title="Team manager, third team")
    stage = spoilt(bad.dispute)
    last_day(cast.receiver, cast.own_manager)
    place = {"partnership": cast.partnership, "last_day": LAST_DAY, "planned_at": london("2026-03-02 12:00")}
    Departure.objects.create(**place, agency=cast.social_care, person=cast.receiver, successor=named)
    Departure.objects.create(**place, agency=cast.school, person=cast.own_manager, successor=cast.lead)
    assert carry_out_due(NIGHT) == 2
    assert Request.objects.get(dispute=good.dispute).holder == named
    assert good.dispute.runs.get(left_at=None).holder == cast.lead
    Dispute.objects.filter(pk=bad.dispute.pk).update(stage=stage)
    access_ends(NIGHT + timedelta(minutes=1))
    assert Request.objects.get(dispute=bad.dispute).holder == named
    assert bad.dispute.runs.get(left_at=None).holder == cast.lead
