"""Whoever is to do an action that was agreed, or follows it there, and has no other part: what opens to them, and that it ends with the action."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from agencies.models import User
from agencies.roles import Role
from agencies.services.cover import end_cover
from escalation import policy
from escalation.engine.case import Case, load
from escalation.engine.perform import Seen
from escalation.models import AgreedAction, Dispute, Notification
from escalation.record_policy import known_lines, may_read_line
from escalation.services.handover import hand_over
from escalation.services.outbox import deliver
from escalation.services.record import may_do_action
from escalation.states import Delivery, EventKind, Message, State, Verb, Why
from escalation.web.access import case_url, verb_url
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.escalation.verbs import closed
from tests.factories import make_cover, make_holder, make_member, make_user
from tests.mail_server import MailServer
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
WHAT, OTHER = "Visit him at home on Thursday.", "Write to the landlord."
NARROW = {Verb.COMPLETE_ACTION, Verb.MARK_CONFLICT}


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def agreed(world: World, dispute: Dispute, owner: User, what: str = WHAT) -> AgreedAction:
    """An action of social care that its social worker, who has no part in it, is to do by Thursday of next week."""
    world.do(
        dispute,
        Verb.ADD_ACTION,
        world.cast.own_manager,
        what=what,
        agency=world.cast.social_care.pk,
        due_at=MONDAY + timedelta(days=9),
        owner=owner.pk,
    )
    return AgreedAction.objects.latest("event__number")


def read(world: World, dispute: Dispute, user: User) -> tuple[bool, Case]:
    """Whether the rows hold it for this person, and the case of which the policy is asked."""
    (case,) = load([dispute.pk], now=world.now, lock=False)
    return Dispute.objects.visible_to(world.person(user)).filter(pk=dispute.pk).exists(), case


def allowed(world: World, dispute: Dispute, user: User) -> set[Verb]:
    known, case = read(world, dispute, user)
    verbs = set(policy.actions_for(world.person(user), case))
    assert known or not verbs, "who may do something knows of it"
    return verbs


def first_box(user: User, dispute: Dispute) -> tuple[list[str], str, str]:
    """Of the page's first box: whose turn it is and what they are to do, and the name and address of the first thing that they can do."""
    page = Visitor(user, MONDAY).page(case_url(dispute.reference))
    lines = [page.one("p", class_=f"c-next__{part}").text for part in ("turn", "what")]
    step = next(link for link in page.all("a") if "aside" in link.inside and "?action=" in link.attrs["href"])
    return lines, step.text, step.attrs["href"]


def done_url(dispute: Dispute, row: AgreedAction) -> str:
    return f"{verb_url(dispute.reference, Verb.COMPLETE_ACTION)}?action={row.pk}"


@pytest.mark.engines
def test_whoever_is_to_do_it_is_sent_the_message_and_finds_it_in_my_work(world: World, cast: Cast, dispute: Dispute, mail_server: MailServer) -> None:
    """BRO-13."""
    owner = cast.other_practitioner
    agreed(world, dispute, owner)
    deliver(MONDAY)
    assert Notification.objects.get(recipient=owner, kind=Message.ASSIGNED).state == Delivery.SENT
    assert owner.email in {taken["to"] for taken in mail_server.taken}
    assert dispute.reference in Visitor(owner, MONDAY).get(reverse("my-work")).content.decode()


def test_whoever_is_to_do_it_reads_what_was_agreed_and_no_more_of_what_was_typed(world: World, cast: Cast, dispute: Dispute) -> None:
    owner = cast.other_practitioner
    agreed(world, dispute, owner)
    agreed(world, dispute, cast.receiver, OTHER)
    page = Visitor(owner, MONDAY).get(case_url(dispute.reference)).content.decode()
    assert WHAT in page
    assert "11 March" in page
    assert "until it is done" in page
    assert OTHER not in page
    whole = Visitor(cast.receiver, MONDAY).get(case_url(dispute.reference)).content.decode()
    typed = next(iter(dispute.events.get(kind=EventKind.SUBMITTED).body.text.values()))
    assert typed in whole
    assert typed not in page
    body = Caller(owner).get(f"disputes/{dispute.reference}/").json()
    assert ([row["what"] for row in body["agreed_actions"]], body["summary"], body["narrative"]) == ([WHAT], [], False)


def test_whoever_is_to_do_it_may_say_so_see_the_child_and_do_nothing_else(world: World, cast: Cast, dispute: Dispute) -> None:
    owner = cast.other_practitioner
    assert allowed(world, dispute, owner) == set()
    agreed(world, dispute, owner)
    assert allowed(world, dispute, owner) == NARROW
    _, case = read(world, dispute, owner)
    assert policy.sees_child(world.person(owner), case)
    assert not policy.reads_narrative(world.person(owner), case)
    looked = Visitor(owner, MONDAY).get(reverse("case-child", args=[dispute.reference]))
    assert (looked.status_code, dispute.readings.filter(reader=owner, part="child").count()) == (200, 1)


def test_the_first_box_leads_whoever_is_to_do_it_to_saying_that_it_is_done(world: World, cast: Cast, dispute: Dispute) -> None:
    """What they are to do stands there before what others are; for whoever has another part the soonest is among their choices."""
    owner, row = cast.other_practitioner, agreed(world, dispute, cast.other_practitioner)
    assert first_box(owner, dispute) == (["Your turn", f"Do the agreed action: {WHAT}"], "Mark as done", done_url(dispute, row))
    other = agreed(world, dispute, cast.receiver, OTHER)
    assert first_box(cast.receiver, dispute) == (["Your turn", "Respond: Stage 1"], f"Mark as done: {OTHER}", done_url(dispute, other))
    beside = [link.text for link in Visitor(cast.receiver, MONDAY).page(case_url(dispute.reference)).all("a") if "aside" in link.inside]
    assert "Print for the child’s file" in beside
    closed(world, dispute)
    assert first_box(owner, dispute) == (["Your turn", f"Do the agreed action: {WHAT}"], "Mark as done", done_url(dispute, row))


def test_it_is_done_on_its_own_page_and_nothing_of_it_is_theirs_after_that(world: World, cast: Cast, dispute: Dispute) -> None:
    owner, row = cast.other_practitioner, agreed(world, dispute, cast.other_practitioner)
    other = agreed(world, dispute, cast.receiver, OTHER)
    visitor, door = Visitor(owner, MONDAY), verb_url(dispute.reference, Verb.COMPLETE_ACTION)
    assert OTHER not in visitor.get(door).content.decode()
    given = {"seen": str(Seen.of(world.fresh(dispute))), "how": "Visited."}
    assert visitor.post(door, {**given, "action": str(other.pk)}).status_code == 400
    answer = visitor.post(door, {**given, "action": str(row.pk)})
    assert (answer.status_code, answer["Location"]) == (302, reverse("my-work"))
    row.refresh_from_db()
    assert row.done_at is not None
    assert visitor.get(case_url(dispute.reference)).status_code == 404
    assert dispute.reference not in visitor.get(reverse("my-work")).content.decode()
    assert allowed(world, dispute, owner) == set()


@pytest.mark.engines
def test_that_an_action_agreed_inside_the_own_agency_is_done_is_told_to_nobody_else(world: World, cast: Cast) -> None:
    """Done after it was sent, put right, and some of its words taken out: none of it is the other side's, or the business unit's."""
    dispute, how = world.log(), {"how": "Her mother drinks."}
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what=WHAT, agency=cast.school.pk, due_at=MONDAY + timedelta(days=9), owner=cast.raiser.pk)
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    world.do(dispute, Verb.COMPLETE_ACTION, cast.raiser, action=AgreedAction.objects.get().pk, **how)
    done = dispute.events.get(kind=EventKind.ACTION_DONE)
    world.do(dispute, Verb.CORRECT, cast.raiser, number=done.number, text={"how": "Her mother drinks a lot."}, why="A slip.")
    world.do(dispute, Verb.REDACT, cast.raiser, number=done.number, text={"how": "Her mother."}, why="It is not on record.")
    told = {EventKind.ACTION_AGREED, EventKind.ACTION_DONE, EventKind.CORRECTED, EventKind.ERASED}
    for user, seen in ((cast.own_manager, told), (cast.receiver, set()), (cast.business_unit, set())):
        known, case = read(world, dispute, user)
        lines = [line for line in dispute.events.filter(kind__in=told) if may_read_line(world.person(user), case, line)]
        assert (known, {line.kind for line in lines}) == (True, seen)
        assert {line.kind for line in dispute.events.filter(known_lines(world.person(user)), kind__in=told)} == seen


def test_a_program_says_that_it_is_done_too(world: World, cast: Cast, dispute: Dispute) -> None:
    owner, row = cast.other_practitioner, agreed(world, dispute, cast.other_practitioner)
    program = Caller(owner)
    assert program.do(dispute, Verb.ADD_NOTE, text="Not mine to write.").status_code == 403
    assert program.do(dispute, Verb.COMPLETE_ACTION, action=str(row.pk), how="Visited.").status_code == 200
    assert program.get(f"disputes/{dispute.reference}/").status_code == 404


@pytest.mark.engines
def test_a_line_manager_follows_what_their_own_people_agreed_and_does_not_see_the_child(world: World, cast: Cast, dispute: Dispute) -> None:
    """BRO-13: in the agency that owes it alone, and only while they supervise them."""
    manager, row = make_holder(cast.social_care, 2, "Wren Abbott"), agreed(world, dispute, cast.other_practitioner)
    assert allowed(world, dispute, manager) == set()
    seat = cast.other_practitioner.memberships.get(agency=cast.social_care)
    seat.supervisor = manager
    seat.save()
    assert allowed(world, dispute, manager) == NARROW
    _, case = read(world, dispute, manager)
    assert not policy.sees_child(world.person(manager), case)
    assert first_box(manager, dispute) == (["Your agency’s turn", f"Do the agreed action: {WHAT}"], "Mark as done", done_url(dispute, row))
    cast.other_practitioner.memberships.create(
        partnership=cast.partnership, agency=cast.police, role=Role.PRACTITIONER, supervisor=cast.police_manager
    )
    assert allowed(world, dispute, cast.police_manager) == set()
    world.do(dispute, Verb.COMPLETE_ACTION, manager, action=row.pk)
    assert allowed(world, dispute, manager) == set()


@pytest.mark.engines
def test_whoever_covers_for_them_has_it_while_the_cover_runs(world: World, cast: Cast, dispute: Dispute) -> None:
    deputy = make_member(make_user("Ola Finch"), cast.social_care, Role.PRACTITIONER).user
    row = agreed(world, dispute, cast.other_practitioner)
    cover = make_cover(cast.other_practitioner, deputy, MONDAY.date(), MONDAY.date())
    assert allowed(world, dispute, deputy) == NARROW
    assert dispute.reference in Visitor(deputy, MONDAY).get(reverse("my-work")).content.decode()
    assert first_box(deputy, dispute) == (["Your agency’s turn", f"Do the agreed action: {WHAT}"], "Mark as done", done_url(dispute, row))
    end_cover(actor=None, cover=cover, now=MONDAY)
    assert allowed(world, dispute, deputy) == set()


def test_it_goes_with_the_action_to_whoever_takes_it_over(world: World, cast: Cast, dispute: Dispute) -> None:
    """A successor who has no part in it either; who left knows of it no longer, whatever other seat they keep."""
    owner, successor = cast.other_practitioner, make_member(make_user("Ola Finch"), cast.social_care, Role.PRACTITIONER).user
    row = agreed(world, dispute, owner)
    make_member(owner, cast.police, Role.PRACTITIONER)
    hand_over(actor=cast.business_unit, leaver=owner, successor=successor, place=cast.social_care, last_day=None, now=MONDAY)
    row.refresh_from_db()
    assert row.owner == successor
    assert allowed(world, dispute, successor) == NARROW
    assert allowed(world, dispute, owner) == set()


def test_whoever_has_another_part_keeps_that_when_it_is_done(world: World, cast: Cast, dispute: Dispute) -> None:
    row = agreed(world, dispute, cast.receiver)
    world.do(dispute, Verb.COMPLETE_ACTION, cast.receiver, action=row.pk)
    _, case = read(world, dispute, cast.receiver)
    assert policy.reads_narrative(world.person(cast.receiver), case)


def test_with_a_conflict_it_is_theirs_no_longer(world: World, cast: Cast, dispute: Dispute) -> None:
    agreed(world, dispute, cast.other_practitioner)
    world.do(dispute, Verb.MARK_CONFLICT, cast.other_practitioner, reason="My sister is his aunt.")
    assert allowed(world, dispute, cast.other_practitioner) == set()
    assert AgreedAction.objects.get().owner == cast.receiver


@pytest.mark.engines
def test_of_what_is_kept_from_their_agency_it_opens_nothing_and_they_are_not_asked(world: World, cast: Cast, dispute: Dispute) -> None:
    """Somebody of the school who works for social care too: named to do social care's action, or given it before it was kept from them."""
    make_member(cast.colleague, cast.social_care, Role.PRACTITIONER)
    agreed(world, dispute, cast.colleague)
    assert allowed(world, dispute, cast.colleague) == NARROW
    Dispute.objects.filter(pk=dispute.pk).update(is_restricted=True)
    assert allowed(world, dispute, cast.colleague) == set()
    _, case = read(world, dispute, cast.colleague)
    assert cast.colleague.pk not in {one.id for one in may_do_action(case, cast.social_care.pk)}
    assert cast.other_practitioner.pk in {one.id for one in may_do_action(case, cast.social_care.pk)}


def test_after_it_was_closed_it_is_theirs_until_it_is_done(world: World, cast: Cast, dispute: Dispute) -> None:
    """BRI-16."""
    row = agreed(world, dispute, cast.other_practitioner)
    closed(world, dispute)
    assert world.fresh(dispute).state == State.CLOSED
    assert Verb.COMPLETE_ACTION in allowed(world, dispute, cast.other_practitioner)
    world.do(dispute, Verb.COMPLETE_ACTION, cast.other_practitioner, action=row.pk)
    assert allowed(world, dispute, cast.other_practitioner) == set()


def test_their_message_says_that_it_is_for_them_to_do(world: World, cast: Cast, dispute: Dispute) -> None:
    agreed(world, dispute, cast.other_practitioner)
    assert Notification.objects.get(recipient=cast.other_practitioner, kind=Message.ASSIGNED).why == Why.DOES
