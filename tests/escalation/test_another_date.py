"""Another date than the one that runs: who proposes and answers it, for whose time, and who hears."""

from datetime import timedelta

import pytest

from agencies.errors import InvalidInput, WrongState
from agencies.models import Agency
from escalation.models import Clock, Dispute
from escalation.states import Verb
from tests.escalation.verbs import refused
from tests.world import World, london

pytestmark = pytest.mark.django_db
THURSDAY = london("2026-03-05 12:00")


def test_the_other_side_answers_a_proposed_date_never_the_one_who_put_it(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=THURSDAY, reason="Court.")
    for verb, given in ((Verb.AGREE_TIMETABLE, {}), (Verb.DECLINE_TIMETABLE, {"reason": "x"})):
        with refused(dispute, WrongState, "other side answers"):
            world.do(dispute, verb, world.cast.receiving_lead, **given)
    with refused(dispute, InvalidInput, "proposed already"):
        world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.own_manager, due_at=THURSDAY, reason="x")
    world.do(dispute, Verb.AGREE_TIMETABLE, world.cast.own_manager)
    assert Clock.objects.get(dispute=dispute, key="response").agreed_due_at == THURSDAY


def test_a_date_that_is_declined_leaves_the_procedures_moment(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=THURSDAY, reason="Court.")
    world.do(dispute, Verb.DECLINE_TIMETABLE, world.cast.own_manager, reason="Too late for him.")
    assert Clock.objects.get(dispute=dispute, key="response").agreed_due_at is None
    with refused(dispute, WrongState, "No other date"):
        world.do(dispute, Verb.AGREE_TIMETABLE, world.cast.own_manager)


def test_one_agency_does_not_agree_the_date_of_another(world: World) -> None:
    cast = world.cast
    dispute = world.sent(cast.social_care, cast.police)
    clock = Clock.objects.get(dispute=dispute, key="response", agency=cast.social_care)
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.own_manager, due_at=london("2026-03-02 16:00"), reason="Sooner.", clock=clock.pk)
    with refused(dispute, WrongState, "other side answers"):
        world.do(dispute, Verb.AGREE_TIMETABLE, cast.police_manager)
    world.do(dispute, Verb.AGREE_TIMETABLE, cast.receiver)


def response_of(dispute: Dispute, agency: Agency) -> Clock:
    return Clock.objects.get(dispute=dispute, key="response", agency=agency)


def test_no_agency_proposes_a_date_for_another_that_is_asked(world: World) -> None:
    """BRI-04: it would be held to a date of which it never heard, a sooner one too. Without naming a date it means its own."""
    cast = world.cast
    dispute = world.sent(cast.social_care, cast.police)
    theirs = response_of(dispute, cast.social_care)
    with refused(dispute, InvalidInput, "Choose which date you mean"):
        world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.police_manager, due_at=london("2026-03-02 12:00"), reason="x", clock=theirs.pk)
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.police_manager, due_at=THURSDAY, reason="Court.")
    world.do(dispute, Verb.AGREE_TIMETABLE, cast.own_manager)
    assert [response_of(dispute, agency).agreed_due_at for agency in (cast.social_care, cast.police)] == [None, THURSDAY]


def test_the_raising_side_says_for_which_of_several_agencies_it_proposes_a_date(world: World) -> None:
    cast = world.cast
    dispute = world.sent(cast.social_care, cast.police)
    with refused(dispute, InvalidInput, "Choose which date you mean"):
        world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.own_manager, due_at=THURSDAY, reason="x")
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.own_manager, due_at=THURSDAY, reason="x", clock=response_of(dispute, cast.police).pk)
    world.do(dispute, Verb.AGREE_TIMETABLE, cast.police_manager)
    assert response_of(dispute, cast.police).agreed_due_at == THURSDAY


def test_of_two_dates_that_are_proposed_the_raising_side_answers_the_one_it_means(world: World) -> None:
    cast = world.cast
    dispute = world.sent(cast.social_care, cast.police)
    for user in (cast.receiver, cast.police_manager):
        world.do(dispute, Verb.PROPOSE_TIMETABLE, user, due_at=THURSDAY, reason="Court.")
    for verb, given in ((Verb.AGREE_TIMETABLE, {}), (Verb.DECLINE_TIMETABLE, {"reason": "x"})):
        with refused(dispute, InvalidInput, "which of the proposed dates"):
            world.do(dispute, verb, cast.own_manager, **given)
    world.do(dispute, Verb.AGREE_TIMETABLE, cast.own_manager, clock=response_of(dispute, cast.police).pk)
    world.do(dispute, Verb.DECLINE_TIMETABLE, cast.own_manager, reason="Too late for him.")
    assert [response_of(dispute, agency).agreed_due_at for agency in (cast.social_care, cast.police)] == [None, THURSDAY]


def test_whoever_holds_it_hears_of_a_date_that_their_lead_agreed(world: World, dispute: Dispute) -> None:
    cast = world.cast
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.own_manager, due_at=THURSDAY, reason="Their team is new.")
    world.do(dispute, Verb.AGREE_TIMETABLE, cast.receiving_lead)
    assert dispute.notifications.filter(recipient=cast.receiver, action="Another date is agreed", due_at=THURSDAY).exists()


def test_a_proposed_date_that_has_passed_is_not_agreed(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=london("2026-03-02 15:00"), reason="x")
    world.now = london("2026-03-02 15:01")
    with refused(dispute, WrongState, "No other date is proposed"):
        world.do(dispute, Verb.AGREE_TIMETABLE, world.cast.own_manager)


def test_whoever_proposed_a_date_may_put_another_in_its_place(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=THURSDAY, reason="Court.")
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=THURSDAY + timedelta(days=1), reason="Court is on Friday.")
    world.do(dispute, Verb.AGREE_TIMETABLE, world.cast.own_manager)
    assert Clock.objects.get(dispute=dispute, key="response").agreed_due_at == THURSDAY + timedelta(days=1)
