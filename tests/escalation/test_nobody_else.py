"""Where somebody is marked and hardly anybody is left: who is asked then, in which words, and that nothing stays stuck or silent."""

from datetime import timedelta

import pytest

from agencies.errors import InvalidInput, WrongState
from agencies.models import Membership
from agencies.roles import Role
from escalation.models import Clock, Dispute, Notification
from escalation.selectors.worklist import worklist
from escalation.services.sweep import sweep
from escalation.services.unit_lists import no_contact
from escalation.states import Answer, Message, Verb
from tests.cast import Cast
from tests.escalation.test_conflicts import knows, lift, mark
from tests.escalation.verbs import resolved, respond
from tests.factories import make_holder
from tests.world import World

pytestmark = pytest.mark.django_db


def test_who_takes_over_the_childs_file_of_somebody_marked_is_asked_for_it_beside_the_news(world: World, dispute: Dispute) -> None:
    cast = world.cast
    resolved(world, dispute)
    mark(world, dispute, cast.receiver)
    [clock] = Clock.objects.running().filter(dispute=dispute, key="ask:file", agency=cast.social_care)
    messages = Notification.objects.filter(dispute=dispute, recipient=clock.owner, kind=Message.ASSIGNED)
    assert [(message.action, message.due_at) for message in messages] == [("It was handed to you. Confirm the child’s file", clock.due_at)]


# -- nobody else of the own agency ------------------------------------------------------------------------------------------------------------


def marked_at_the_own_stop(world: World) -> Dispute:
    """Logged, and everybody of the school who could send it on is marked, one after another."""
    dispute = world.log()
    while (holder := dispute.runs.get(left_at=None).holder) not in {None, world.cast.raiser}:
        mark(world, dispute, holder)
    return dispute


@pytest.mark.parametrize("key", ["bristol", "enfield", "buckinghamshire"])
def test_where_nobody_else_of_the_agency_can_send_it_on_whoever_raised_it_is_asked_and_sends_it_at_once(cast: Cast, key: str) -> None:
    world = World(cast, key)
    dispute = marked_at_the_own_stop(world)
    words = "Send it on: nobody else of the agency can"
    assert words in [item.ask for group in worklist(world.person(cast.raiser), world.now).groups for item in group.items]
    message = Notification.objects.filter(dispute=dispute, recipient=cast.raiser, kind=Message.ASSIGNED).latest("created_at")
    assert message.action.endswith(words)
    assert message.due_at == Clock.objects.running().get(dispute=dispute, owner=cast.raiser, key="next_step").due_at
    world.do(dispute, Verb.SEND_ON, cast.raiser)
    assert world.fresh(dispute).stage == 1


def test_nothing_is_told_to_the_business_unit_of_what_never_left_and_once_sent_it_lifts_the_marks(world: World) -> None:
    cast = world.cast
    dispute = marked_at_the_own_stop(world)
    assert not Notification.objects.filter(dispute=dispute, recipient__in=[cast.business_manager, cast.business_unit]).exists()
    assert not knows(world, cast.business_manager, dispute)
    world.do(dispute, Verb.SEND_ON, cast.raiser)
    lift(world, dispute, cast.business_manager, cast.own_manager)
    assert knows(world, cast.own_manager, dispute)


def test_whoever_raised_it_sends_nothing_back_to_themself_and_does_not_give_up_the_last_hold_on_it(world: World) -> None:
    dispute = marked_at_the_own_stop(world)
    with pytest.raises(WrongState, match="sends it back"):
        world.do(dispute, Verb.SEND_BACK, world.cast.raiser, reason="No.")
    with pytest.raises(InvalidInput, match="Nobody else of the agency could go on with it"):
        mark(world, dispute, world.cast.raiser)


def test_while_somebody_of_the_agency_can_send_it_on_whoever_raised_it_waits_for_them(world: World) -> None:
    dispute = world.log()
    mark(world, dispute, world.cast.own_manager)
    with pytest.raises(WrongState, match="has until the end of the next working day"):
        world.do(dispute, Verb.SEND_ON, world.cast.raiser)


def test_a_later_stage_that_nobody_else_can_hold_is_whoever_raised_it_to_move_up(world: World, dispute: Dispute) -> None:
    cast = world.cast
    while (holder := dispute.runs.get(left_at=None).holder) not in {None, cast.raiser}:
        mark(world, dispute, holder)
    world.do(dispute, Verb.MOVE_UP, cast.raiser, ground="risk", reason="He is home tonight.")
    assert world.fresh(dispute).stage == 2


@pytest.fixture
def abandoned(world: World, dispute: Dispute) -> Dispute:
    """In the first stage, and everybody of the school who could hold it is marked, who raised it last."""
    while (holder := dispute.runs.get(left_at=None).holder) is not None:
        mark(world, dispute, holder)
    return dispute


def test_where_nobody_of_the_raising_agency_is_left_the_unit_hears_it_and_finds_it(world: World, abandoned: Dispute) -> None:
    words = "Nobody can act for the agency that raised it: have somebody named there"
    assert Notification.objects.filter(dispute=abandoned, recipient=world.cast.business_manager, kind=Message.NO_CONTACT, action=words).exists()
    assert no_contact(world.cast.partnership, world.now).filter(pk=abandoned.pk).exists()


def test_who_is_named_at_the_raising_agency_later_has_it_a_minute_after_something_is_asked_there(world: World, abandoned: Dispute) -> None:
    respond(world, abandoned, Answer.DISAGREES)
    new = make_holder(world.cast.school, 2, "New Lead", role=Role.LEAD)
    world.now += timedelta(minutes=1)
    assert sweep(world.now).failed == 0
    assert abandoned.runs.get(left_at=None).holder == new
    messages = Notification.objects.filter(dispute=abandoned, recipient=new, kind=Message.ASSIGNED)
    assert [message.action.split(". ")[0] for message in messages] == ["It was handed to you"]
    assert not no_contact(world.cast.partnership, world.now).filter(pk=abandoned.pk).exists()
    assert [item.ask for group in worklist(world.person(new), world.now).groups for item in group.items] == ["Say whether the response settles it"]


def test_who_is_freed_of_a_conflict_has_again_what_nobody_could_take(world: World, abandoned: Dispute) -> None:
    lift(world, abandoned, world.cast.business_manager, world.cast.lead)
    assert abandoned.runs.get(left_at=None).holder == world.cast.lead


def test_what_was_agreed_inside_the_own_agency_is_whoever_raised_it_to_do_where_nobody_else_there_can(cast: Cast) -> None:
    world = World(cast, "devon")
    dispute = world.log()
    due = world.now + timedelta(days=5)
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what="A visit.", agency=cast.school.pk, due_at=due, owner=cast.own_manager.pk)
    while (holder := dispute.runs.get(left_at=None).holder) not in {None, cast.raiser}:
        mark(world, dispute, holder)
    [clock] = Clock.objects.running().filter(dispute=dispute, key__startswith="action:")
    assert clock.owner == cast.raiser


def test_whoever_raised_it_and_has_left_is_not_asked_to_send_it_on_themself(world: World) -> None:
    dispute = world.log()
    Membership.objects.filter(user=world.cast.raiser).delete()
    world.now += timedelta(days=3)
    assert sweep(world.now).failed == 0
    assert not Clock.objects.running().filter(dispute=dispute, owner=world.cast.raiser).exists()


def test_what_no_agency_was_asked_yet_is_sent_to_all_that_it_names(cast: Cast) -> None:
    """Whoever was named and never asked could not see what they would have to confirm."""
    world = World(cast, "devon")
    dispute = world.log(cast.social_care, cast.police)
    given = {"ground": "not_resolved", "reason": "We talked."}
    with pytest.raises(InvalidInput, match="all the agencies that it names are asked"):
        world.do(dispute, Verb.MOVE_UP, cast.own_manager, against=[cast.police.pk], **given)
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, **given)
    assert dispute.requests.count() == 2
