"""Somebody leaves: their access ends, and what they hold moves to who takes over, with a line on each disagreement."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from agencies.errors import Conflict, InvalidInput, NotAllowed, NotFound
from agencies.models import ApiToken, Departure, Membership, Post, PostHolding, User
from agencies.person import person_of
from agencies.roles import Role
from agencies.services.departures import withdraw_departure
from agencies.services.tokens import make_token
from escalation import policy
from escalation.engine.case import load
from escalation.models import AgreedAction, Clock, Dispute, Draft, Event, LearningPoint, Notification, Referral, Request, StageRun
from escalation.selectors.held import lines_for
from escalation.services import drafts
from escalation.services.handover import carry_out_due, hand_over
from escalation.services.held import HeldKind, held_in, left_behind
from escalation.services.record import may_do_action
from escalation.states import ClockState, EventKind, Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair, refused
from tests.factories import make_holder, make_member, make_user
from tests.world import MONDAY, World, answers, chosen

TODAY = MONDAY.date()
FRIDAY = date(2026, 3, 6)


@pytest.fixture
def successor(cast: Cast) -> User:
    """A second team manager of social care."""
    return make_holder(cast.social_care, 2, "Sam Underwood", title="Team manager, second team")


def replace(cast: Cast, successor: User, leaver: User | None = None, **changes: Any) -> Departure:
    given = {"actor": cast.business_unit, "place": cast.social_care, "last_day": None, "now": MONDAY}
    return hand_over(leaver=leaver or cast.receiver, successor=successor, **(given | changes))


def test_a_request_and_its_clocks_move_to_the_successor(world: World, cast: Cast, successor: User, dispute: Dispute) -> None:
    replace(cast, successor)
    assert Request.objects.get(dispute=dispute).holder == successor
    assert Request.objects.get(dispute=dispute).holder_post == "Team manager, second team"
    assert not Clock.objects.filter(state=ClockState.RUNNING, owner=cast.receiver).exists()
    assert Clock.objects.get(dispute=dispute, key="response", state=ClockState.RUNNING).owner == successor


def test_each_disagreement_gets_a_line_and_the_successor_one_message_for_each(world: World, cast: Cast, successor: User) -> None:
    disputes = [world.sent(), world.sent()]
    replace(cast, successor)
    for dispute in disputes:
        line = Event.objects.get(dispute=dispute, kind=EventKind.REASSIGNED)
        assert chosen(line) == {"from": str(cast.receiver.pk), "to": str(successor.pk)}
        assert line.actor == cast.business_unit
        assert Notification.objects.filter(dispute=dispute, recipient=successor, kind=Message.ASSIGNED).count() == 1


def test_a_stage_of_the_raising_side_moves(world: World, cast: Cast, dispute: Dispute) -> None:
    replace(cast, cast.lead, cast.own_manager, place=cast.school)
    assert StageRun.objects.get(dispute=dispute, left_at=None).holder == cast.lead


def test_what_the_successor_cannot_hold_goes_to_whom_the_directory_suggests(world: World, cast: Cast, successor: User, dispute: Dispute) -> None:
    """A social worker cannot answer at the managers' stage."""
    replace(cast, cast.other_practitioner)
    assert Request.objects.get(dispute=dispute).holder == successor


def test_actions_and_learning_move_too(world: World, cast: Cast, successor: User, dispute: Dispute) -> None:
    world.do(
        dispute, Verb.ADD_ACTION, cast.receiver, what="Visit", agency=cast.social_care.pk, due_at=MONDAY + timedelta(days=9), owner=cast.receiver.pk
    )
    event = Event.objects.filter(dispute=dispute).latest("number")
    LearningPoint.objects.create(dispute=dispute, event=event, owner=cast.receiver, recorded_at=MONDAY)
    replace(cast, successor)
    assert AgreedAction.objects.get().owner == successor
    assert LearningPoint.objects.get().owner == successor
    assert not Clock.objects.filter(state=ClockState.RUNNING, owner=cast.receiver).exists()


def agreed(world: World, cast: Cast, dispute: Dispute, **marks: Any) -> LearningPoint:
    """The own manager follows an agreed action and a learning point, and leads the plan; what else is so of the disagreement."""
    Dispute.objects.filter(pk=dispute.pk).update(lead_manager=cast.own_manager, **marks)
    due = MONDAY + timedelta(days=9)
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what="Visit", agency=cast.school.pk, due_at=due, owner=cast.own_manager.pk)
    event = Event.objects.filter(dispute=dispute).latest("number")
    return LearningPoint.objects.create(dispute=dispute, event=event, owner=cast.own_manager, recorded_at=MONDAY)


def follow_now(world: World, dispute: Dispute) -> set[User | None]:
    """Whoever follows what was agreed and learnt, and the action's clock."""
    clock = Clock.objects.get(dispute=dispute, action__isnull=False)
    return {AgreedAction.objects.get().owner, LearningPoint.objects.get().owner, world.fresh(dispute).lead_manager, clock.owner}


@pytest.mark.parametrize("kept_from", ["restricted", "conflict"])
def test_who_may_not_know_of_it_takes_no_part_that_was_agreed(world: World, cast: Cast, dispute: Dispute, kept_from: str) -> None:
    """Kept from the own agency it goes back to whoever raised it; with a conflict, to whom the directory suggests."""
    agreed(world, cast, dispute, **({"is_restricted": True} if kept_from == "restricted" else {"conflicts": [str(cast.lead.pk)]}))
    replace(cast, cast.lead, cast.own_manager, place=cast.school)
    case, found = load([dispute.pk], now=MONDAY)[0], follow_now(world, dispute)
    assert len(found) == 1
    assert found <= ({cast.raiser} if kept_from == "restricted" else {cast.own_senior})
    assert not Dispute.objects.visible_to(world.person(cast.lead)).exists()
    assert not policy.sees_child(world.person(cast.lead), case)
    assert not Notification.objects.filter(dispute=dispute, recipient=cast.lead, kind=Message.ASSIGNED).exists()


def test_of_one_kept_from_the_own_agency_an_action_is_given_only_to_those_who_take_part(world: World, cast: Cast, dispute: Dispute) -> None:
    """As it is handed over, so it is given in the first place."""
    Dispute.objects.filter(pk=dispute.pk).update(is_restricted=True)
    case = load([dispute.pk], now=MONDAY)[0]
    assert {one.id for one in may_do_action(case, cast.school.pk)} == {cast.raiser.pk, cast.own_manager.pk}
    assert cast.receiving_lead.pk in {one.id for one in may_do_action(case, cast.social_care.pk)}
    with refused(dispute, InvalidInput):
        world.do(
            dispute, Verb.ADD_ACTION, cast.own_manager, what="Visit", agency=cast.school.pk, due_at=MONDAY + timedelta(days=9), owner=cast.lead.pk
        )


def test_a_successor_who_can_know_of_it_takes_every_part_that_was_agreed(world: World, cast: Cast, dispute: Dispute) -> None:
    agreed(world, cast, dispute)
    replace(cast, cast.lead, cast.own_manager, place=cast.school)
    assert follow_now(world, dispute) == {cast.lead}


def test_a_draft_becomes_the_successors_own(world: World, cast: Cast) -> None:
    person = world.person(cast.raiser)
    draft = drafts.begin_draft(person, agency=cast.school.pk, procedure=world.version.procedure_id, now=MONDAY)
    drafts.save_draft(draft.pk, person, answers(cast.social_care), now=MONDAY)
    replace(cast, cast.colleague, cast.raiser, place=cast.school)
    row = world.fresh(draft)
    assert (row.logged_by, row.raiser) == (cast.colleague, cast.colleague)
    assert Draft.objects.get().answers["what"].startswith("The referral")


def test_a_restricted_draft_stays_its_writers_alone(world: World, cast: Cast) -> None:
    person = world.person(cast.raiser)
    draft = drafts.begin_draft(person, agency=cast.school.pk, procedure=world.version.procedure_id, now=MONDAY)
    drafts.save_draft(draft.pk, person, answers(cast.social_care, is_restricted=True), now=MONDAY)
    replace(cast, cast.colleague, cast.raiser, place=cast.school)
    assert world.fresh(draft).logged_by == cast.raiser


def test_a_referral_goes_to_the_successor_in_the_chair(world: World, cast: Cast) -> None:
    dispute = before_chair(world, world.sent())
    replace(cast, cast.deputy_chair, cast.chair, actor=cast.business_manager, place=cast.partnership)
    assert Referral.objects.get().chair == cast.deputy_chair
    assert not Clock.objects.filter(state=ClockState.RUNNING, owner=cast.chair).exists()
    assert Clock.objects.get(dispute=dispute, key="acknowledgement").owner == cast.deputy_chair


def test_access_ends_at_once(world: World, cast: Cast, successor: User, client: Client, dispute: Dispute) -> None:
    client.force_login(cast.receiver)
    make_token(cast.receiver, now=MONDAY)
    replace(cast, successor)
    cast.receiver.refresh_from_db()
    assert not cast.receiver.is_active
    assert not ApiToken.objects.exists()
    assert client.get(f"/d/{dispute.reference}/").status_code == 302
    assert person_of(cast.receiver, TODAY).seats == ()


def test_somebody_with_another_role_keeps_the_account_but_no_access_here(world: World, cast: Cast, successor: User) -> None:
    make_member(cast.receiver, cast.police, Role.MANAGER)
    replace(cast, successor)
    cast.receiver.refresh_from_db()
    assert cast.receiver.is_active
    assert person_of(cast.receiver, TODAY).agency_ids == {cast.police.id}


def test_the_successor_takes_the_posts_where_that_is_asked_for(cast: Cast) -> None:
    replace(cast, cast.other_practitioner, takes_posts=True)
    held = PostHolding.objects.get(post=Post.objects.get(title="Team manager"), until=None)
    assert (held.user, held.since) == (cast.other_practitioner, TODAY)


def test_whom_the_leaver_supervised_the_successor_supervises(cast: Cast, successor: User) -> None:
    replace(cast, successor)
    assert Membership.objects.get(user=cast.other_practitioner).supervisor == successor


def test_a_later_day_ends_nothing_before(world: World, cast: Cast, successor: User, dispute: Dispute) -> None:
    replace(cast, successor, last_day=FRIDAY)
    assert Request.objects.get(dispute=dispute).holder == cast.receiver
    assert carry_out_due(MONDAY + timedelta(days=4)) == 0
    saturday = MONDAY + timedelta(days=5)
    assert [carry_out_due(saturday), carry_out_due(saturday)] == [1, 0]
    assert Request.objects.get(dispute=dispute).holder == successor
    assert person_of(cast.receiver, FRIDAY + timedelta(days=1)).seats == ()


def test_a_planned_end_can_be_withdrawn(cast: Cast, successor: User) -> None:
    departure = replace(cast, successor, last_day=FRIDAY)
    withdraw_departure(actor=cast.business_unit, departure=departure, now=MONDAY)
    assert carry_out_due(MONDAY + timedelta(days=9)) == 0
    assert Membership.objects.get(user=cast.receiver).until is None
    assert PostHolding.objects.get(user=cast.receiver).until is None


def test_one_plan_at_a_time(cast: Cast, successor: User) -> None:
    replace(cast, successor, last_day=FRIDAY)
    with pytest.raises(Conflict, match="planned already"):
        replace(cast, successor)


@pytest.mark.parametrize("part", ["receiver", "receiving_senior", "lead", "chair", "stranger"])
def test_others_end_nothing(world: World, cast: Cast, successor: User, part: str, dispute: Dispute) -> None:
    with pytest.raises(NotAllowed):
        replace(cast, successor, actor=getattr(cast, part))
    assert Request.objects.get(dispute=dispute).holder == cast.receiver
    assert Membership.objects.get(user=cast.receiver).until is None


def test_a_lead_ends_no_other_lead(cast: Cast, successor: User) -> None:
    with pytest.raises(NotAllowed):
        replace(cast, successor, make_holder(cast.social_care, 3, "Second Lead", Role.LEAD), actor=cast.receiving_lead)
    assert replace(cast, successor, actor=cast.receiving_lead).done_at is not None


@pytest.mark.parametrize(("part", "field"), [("receiver", "successor"), ("police_manager", "successor"), ("nobody", "successor")])
def test_the_successor_must_have_a_role_there(cast: Cast, part: str, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        replace(cast, getattr(cast, part))
    assert refusal.value.field == field


def test_a_day_that_is_over_is_refused_and_so_is_somebody_without_a_role(cast: Cast, successor: User) -> None:
    with pytest.raises(InvalidInput, match="today or later"):
        replace(cast, successor, last_day=date(2026, 2, 20))
    with pytest.raises(NotFound):
        replace(cast, successor, cast.nobody, actor=None)


def test_what_is_held_is_counted_and_named_only_where_it_may_be_seen(world: World, cast: Cast, dispute: Dispute) -> None:
    found = held_in(cast.social_care, cast.receiver.pk)
    for viewer, references in ((cast.business_unit, (dispute.reference,)), (cast.administrator, ())):
        assert [(line.kind, line.number, line.references) for line in lines_for(world.person(viewer), found)] == [(HeldKind.REQUEST, 1, references)]


def test_what_is_left_with_somebody_who_cannot_sign_in_is_found(world: World, cast: Cast, successor: User, dispute: Dispute) -> None:
    assert left_behind(cast.partnership, TODAY) == []
    User.objects.filter(pk=cast.receiver.pk).update(is_active=False)
    assert [(item.kind, item.dispute_id) for item in left_behind(cast.partnership, TODAY)] == [(HeldKind.REQUEST, dispute.pk)]
    User.objects.filter(pk=cast.receiver.pk).update(is_active=True)
    replace(cast, successor)
    assert left_behind(cast.partnership, TODAY) == []


def test_nothing_moves_where_the_end_fails(world: World, cast: Cast, successor: User, monkeypatch: pytest.MonkeyPatch, dispute: Dispute) -> None:

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("escalation.services.moving.commit", broken)
    with pytest.raises(RuntimeError):
        replace(cast, successor)
    assert Membership.objects.get(user=cast.receiver).until is None
    assert Request.objects.get(dispute=dispute).holder == cast.receiver
    assert not Departure.objects.exists()


def test_the_command_carries_out_what_is_due(cast: Cast, successor: User, capsys: pytest.CaptureFixture[str]) -> None:
    Departure.objects.create(
        partnership=cast.partnership, agency=cast.social_care, person=cast.receiver, successor=successor, last_day=FRIDAY, planned_at=MONDAY
    )
    call_command("hand_over_due")
    assert capsys.readouterr().out == "1 departure carried out.\n"


def test_a_restricted_disagreement_goes_back_to_who_raised_it(world: World, cast: Cast, dispute: Dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(is_restricted=True)
    replace(cast, cast.lead, cast.own_manager, place=cast.school)
    assert StageRun.objects.get(dispute=dispute, left_at=None).holder == cast.raiser


def test_where_nobody_can_act_the_business_unit_is_asked(world: World, cast: Cast) -> None:
    """The police have one manager and no lead: a constable takes over what a constable can."""
    dispute = world.sent(cast.police)
    constable = make_user("Con Stable")
    make_member(constable, cast.police, Role.PRACTITIONER)
    replace(cast, constable, cast.police_manager, place=cast.police)
    assert Request.objects.get(dispute=dispute).holder is None
    assert Notification.objects.filter(dispute=dispute, kind=Message.NO_CONTACT, recipient=cast.business_unit).exists()
