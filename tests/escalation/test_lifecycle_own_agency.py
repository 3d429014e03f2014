"""Send on, send back: the hop inside the own agency."""

from datetime import timedelta

import pytest

from agencies.errors import Conflict, DomainError, InvalidInput, NotFound, WrongState
from agencies.models import PostHolding, User
from agencies.roles import Role
from agencies.services.members import end_membership, give_role
from escalation.engine.perform import Seen
from escalation.models import Dispute, Draft
from escalation.services import drafts
from escalation.services.sweep import sweep
from escalation.states import EventKind, Message, State, Verb
from tests.escalation.verbs import refused
from tests.world import MONDAY, World, answers, london

pytestmark = pytest.mark.django_db


def test_the_own_manager_sends_it_on_and_the_request_goes_to_the_equivalent(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.SEND_ON, world.cast.own_manager, comment="I agree with Aled.")
    assert world.fresh(dispute).requests.get().holder == world.cast.receiver
    assert world.fresh(dispute).events.get(kind=EventKind.SENT_ON).body.text == {"comment": "I agree with Aled."}


def test_an_own_manager_who_went_to_the_other_agency_is_handed_nothing_about_it(world: World) -> None:
    cast = world.cast
    for row in cast.own_manager.memberships.filter(agency=cast.school):
        end_membership(actor=None, membership=row, now=world.now)
    PostHolding.objects.filter(user=cast.own_manager).delete()
    give_role(actor=None, user=cast.own_manager, place=cast.social_care, role=Role.MANAGER, now=world.now)
    dispute = world.fresh(world.log())
    assert dispute.runs.get(left_at=None).holder == cast.lead
    assert not dispute.notifications.filter(recipient=cast.own_manager).exists()
    assert set(dispute.clocks.values_list("owner", flat=True)) == {cast.lead.pk}


def test_the_safeguarding_lead_sends_it_on_too(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.SEND_ON, world.cast.lead)
    assert world.fresh(dispute).runs.get(left_at=None).holder == world.cast.lead


def test_the_raiser_waits_for_the_manager_until_the_end_of_the_next_working_day(world: World) -> None:
    dispute = world.log()
    with refused(dispute, WrongState, "Your manager has until the end of the next working day"):
        world.do(dispute, Verb.SEND_ON, world.cast.raiser)
    sweep(london("2026-03-04 00:00"))
    world.now = london("2026-03-04 08:00")
    world.do(dispute, Verb.SEND_ON, world.cast.raiser)
    assert world.fresh(dispute).stage == 1


def test_an_urgent_one_does_not_wait_for_the_own_manager(world: World) -> None:
    dispute = world.log(is_urgent=True, respond_by=(MONDAY + timedelta(hours=4)).isoformat())
    assert world.fresh(dispute).stage == 1


def test_made_urgent_at_the_hop_the_raiser_sends_it_at_once_and_nobody_outside_hears_before(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.MAKE_URGENT, world.cast.raiser, reason="He is home tonight.", respond_by=MONDAY + timedelta(hours=5))
    assert not dispute.notifications.filter(recipient=world.cast.business_manager).exists()
    world.do(dispute, Verb.SEND_ON, world.cast.raiser)
    assert world.fresh(dispute).stage == 1


@pytest.mark.parametrize("part", ["receiver", "receiving_lead", "business_manager", "chair", "police_manager", "stranger", "administrator"])
def test_to_everybody_outside_the_own_agency_it_does_not_exist(world: World, part: str) -> None:
    dispute = world.log()
    with refused(dispute, NotFound, "no such disagreement"):
        world.do(dispute, Verb.SEND_ON, getattr(world.cast, part))


def test_sent_on_twice_the_second_is_told_so(world: World) -> None:
    dispute = world.log()
    seen = Seen.of(dispute)
    world.do(dispute, Verb.SEND_ON, world.cast.own_manager)
    with refused(dispute, Conflict, "Somebody else was first"):
        world.do(dispute, Verb.SEND_ON, world.cast.lead, seen=seen)
    with refused(dispute, WrongState, "sent on already"):
        world.do(dispute, Verb.SEND_ON, world.cast.own_manager)


def test_sent_back_the_writer_has_the_draft_again_with_all_that_was_typed_and_the_reason(world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.SEND_BACK, world.cast.own_manager, reason="Ring the duty manager first.")
    back = world.fresh(dispute)
    assert (back.state, back.wake_at) == (State.DRAFT, None)
    assert dispute.notifications.filter(recipient=world.cast.raiser, kind=Message.SENT_BACK).exists()
    assert Draft.objects.get(dispute=dispute).answers["what"].startswith("The referral")


def test_a_reason_is_needed_to_send_it_back(world: World) -> None:
    dispute = world.log()
    with refused(dispute, InvalidInput, "Say why"):
        world.do(dispute, Verb.SEND_BACK, world.cast.own_manager, reason="  ")


def test_the_writer_does_not_send_it_back_to_themselves(world: World) -> None:
    dispute = world.log()
    with refused(dispute, DomainError, "You cannot do this here|Only your manager"):
        world.do(dispute, Verb.SEND_BACK, world.cast.raiser, reason="x")


def resubmit(world: World, dispute: Dispute, by: User) -> None:
    person = world.person(by)
    drafts.save_draft(dispute.pk, person, answers(world.cast.receiving), now=world.now)
    drafts.submit(dispute.pk, person, now=world.now)


def test_refused_by_the_manager_it_goes_to_the_safeguarding_lead_then_to_the_partnership_then_straight_out(world: World) -> None:
    """Refused by the own manager: the practitioner may take it to the safeguarding lead, then to the partnership, then on."""
    dispute = world.log()
    world.do(dispute, Verb.SEND_BACK, world.cast.own_manager, reason="Not yet.")
    resubmit(world, dispute, world.cast.raiser)
    assert world.fresh(dispute).runs.get(left_at=None).holder == world.cast.lead
    world.do(dispute, Verb.SEND_BACK, world.cast.lead, reason="Nor I.")
    resubmit(world, dispute, world.cast.raiser)
    assert world.fresh(dispute).runs.get(left_at=None).holder == world.cast.business_manager
    world.do(dispute, Verb.SEND_BACK, world.cast.business_manager, reason="Ring them first.")
    resubmit(world, dispute, world.cast.raiser)
    assert world.fresh(dispute).stage == 1


def test_the_partnership_sends_on_what_the_own_agency_refused_and_the_own_side_holds_it_again(world: World) -> None:
    dispute = world.log()
    for refuses in (world.cast.own_manager, world.cast.lead):
        world.do(dispute, Verb.SEND_BACK, refuses, reason="No.")
        resubmit(world, dispute, world.cast.raiser)
    world.do(dispute, Verb.SEND_ON, world.cast.business_manager)
    fresh = world.fresh(dispute)
    assert (fresh.stage, fresh.runs.get(left_at=None).holder, fresh.unit_told_at) == (1, world.cast.own_manager, world.now)


def test_a_restricted_one_never_reaches_the_own_agency(world: World) -> None:
    """BRO-11: staff who feel unsafe raising a concern in their own agency may bypass it."""
    dispute = world.log(is_restricted=True)
    own = {world.cast.own_manager, world.cast.lead, world.cast.own_senior, world.cast.own_board, world.cast.colleague}
    assert world.fresh(dispute).stage == 1
    assert world.fresh(dispute).runs.get().holder == world.cast.raiser
    assert not dispute.notifications.filter(recipient__in=own).exists()
    for user in own:
        assert not type(dispute).objects.visible_to(world.person(user)).exists()


def test_a_restricted_one_goes_up_to_the_chair_and_ends_without_a_word_to_the_own_agency(world: World) -> None:
    cast = world.cast
    dispute = world.log(is_restricted=True)
    world.do(dispute, Verb.MOVE_UP, cast.raiser, ground="risk", reason="They are part of it.", to=3)
    world.do(dispute, Verb.REFER, cast.raiser, ground="risk", efforts="Two talks.", reason="My own agency is part of it.")
    world.do(dispute, Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-03-20 12:00"))
    world.do(dispute, Verb.CHOOSE_ROUTE, cast.chair, route="mediation", reason="It fits.", mediator=cast.mediator.pk)
    world.do(dispute, Verb.DECIDE, cast.mediator, decision="A visit.", reasons="Both said so.")
    world.do(dispute, Verb.CONFIRM_OUTCOME, cast.raiser)
    world.do(dispute, Verb.CONFIRM_OUTCOME, cast.receiving_board)
    assert world.fresh(dispute).state == State.RESOLVED
    assert not dispute.notifications.filter(recipient__in=[cast.lead, cast.own_manager, cast.own_board, cast.own_senior]).exists()
