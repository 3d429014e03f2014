"""Who reads what is not yet theirs to read, who is told of it, who sees who looked, and who is kept from it altogether."""

from datetime import timedelta

import pytest

from agencies.errors import InvalidInput, NotAllowed, NotFound
from agencies.models import User
from agencies.person import Person
from agencies.roles import Role
from agencies.services.departures import plan_departure
from agencies.services.leavers import end_access_without_seat
from agencies.services.members import give_role, leave_agency
from escalation import policy
from escalation.engine.case import Case, assemble
from escalation.models import Dispute, EventBody, Notification, Reading
from escalation.selectors.listing import Wanted, listed
from escalation.selectors.readers import who_looked
from escalation.selectors.worklist import find
from escalation.services.drafts import begin_draft
from escalation.services.reading import CASE, EARLY, HOLDS, recall_reason, record_again, record_reading
from escalation.services.seals import seal_partnerships
from escalation.states import EventKind, Ground, Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import refused
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
REASON = "A serious incident was notified this morning."


def opened(world: World, dispute: Dispute, user: User) -> tuple[Person, Case]:
    """The case as a reading door gives it to this person now."""
    person = world.person(user)
    return person, recall_reason(assemble([world.fresh(dispute)], now=world.now)[0], person, now=world.now)


def reads(world: World, dispute: Dispute, user: User) -> bool:
    return policy.reads_narrative(*opened(world, dispute, user))


def test_the_unit_reads_before_its_stage_for_an_hour_once_it_gave_a_reason(world: World, dispute: Dispute, cast: Cast) -> None:
    assert not reads(world, dispute, cast.business_unit)
    world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)
    assert reads(world, dispute, cast.business_unit)
    world.now += HOLDS
    assert not reads(world, dispute, cast.business_unit)


def test_the_reason_opens_it_to_nobody_else_and_shows_nobody_the_child(world: World, dispute: Dispute, cast: Cast) -> None:
    world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)
    assert not reads(world, dispute, cast.business_manager)
    assert not policy.sees_child(*opened(world, dispute, cast.business_unit))
    assert world.fresh(dispute).unit_told_at is None


def test_the_leads_of_both_sides_are_told_and_the_reason_is_in_no_line_and_no_message(world: World, dispute: Dispute, cast: Cast) -> None:
    world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)
    messages = Notification.objects.filter(dispute=dispute, kind=Message.LOOKED)
    assert {message.recipient for message in messages} == {cast.lead, cast.receiving_lead}
    assert not any(REASON in message.action for message in messages)
    line = dispute.events.get(kind=EventKind.READ_EARLY)
    assert not EventBody.objects.filter(event=line).exists()
    assert (Reading.objects.get(part=EARLY).reader, Reading.objects.get(part=EARLY).reason) == (cast.business_unit, REASON)


def test_of_a_disagreement_kept_from_the_own_leads_its_raiser_is_told_in_their_place(world: World, cast: Cast) -> None:
    dispute = world.sent(is_restricted=True)
    world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)
    told = {message.recipient for message in Notification.objects.filter(dispute=dispute, kind=Message.LOOKED)}
    assert told == {cast.raiser, cast.receiving_lead}


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201, "a\x00b"])
def test_without_a_reason_that_can_be_kept_it_stays_closed(world: World, dispute: Dispute, cast: Cast, reason: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=reason)
    assert caught.value.field == "reason"
    assert not Reading.objects.exists()


def test_only_the_unit_and_only_before_it_is_informed_reads_for_a_reason(world: World, dispute: Dispute, cast: Cast) -> None:
    for user in (cast.lead, cast.receiver, cast.own_board, cast.auditor):
        with refused(dispute, NotAllowed):
            world.do(dispute, Verb.READ_EARLY, user, reason=REASON)
    for user in (cast.own_manager, cast.own_senior):
        world.do(dispute, Verb.MOVE_UP, user, ground=Ground.RISK, reason="It will not wait.")
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)


def test_what_has_not_left_its_agency_is_not_there_for_the_unit(world: World, cast: Cast) -> None:
    dispute = world.log()
    with refused(dispute, NotFound):
        world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)


def test_reading_for_a_reason_is_sealed_like_every_reading(world: World, dispute: Dispute, cast: Cast) -> None:
    seal_partnerships(world.now)
    world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)
    assert seal_partnerships(world.now + timedelta(minutes=1)) == 1
    assert cast.partnership.seals.latest("number").heads == 2


def look(world: World, dispute: Dispute, user: User, part: str = CASE) -> None:
    """Somebody reads it, a minute later."""
    world.now += timedelta(minutes=1)
    record_reading(assemble([world.fresh(dispute)], now=world.now)[0], world.person(user), part, now=world.now)


def lookers(world: World, dispute: Dispute, user: User) -> list[str]:
    person, case = opened(world, dispute, user)
    assert policy.sees_who_looked(person, case)
    return [row.who for row in who_looked(case, person).looks]


def test_leads_see_who_looked_but_not_what_the_raising_agency_read_before_it_was_sent(world: World, cast: Cast) -> None:
    dispute = world.log()
    look(world, dispute, cast.own_manager)
    world.now += timedelta(minutes=1)
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    look(world, dispute, cast.receiver)
    world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)
    assert lookers(world, dispute, cast.lead) == ["Kiran Patel", "Rashida Shah", "Colin Reid"]
    assert lookers(world, dispute, cast.receiving_lead) == ["Kiran Patel", "Rashida Shah"]


def test_a_reading_says_for_whom_and_why(world: World, dispute: Dispute, cast: Cast) -> None:
    look(world, dispute, cast.receiver, "print: outcome_letter")
    world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)
    person, case = opened(world, dispute, cast.receiving_lead)
    unit, receiver = sorted(who_looked(case, person).looks, key=lambda row: row.who)
    assert (unit.place, unit.reason, unit.is_own) == (cast.partnership.name, REASON, False)
    assert (receiver.place, receiver.part, receiver.is_own) == (cast.social_care.name, "Printed: outcome letter", True)


def places(world: World, dispute: Dispute, whose: User) -> list[str]:
    """For whom one person's looks count, the oldest first, as the receiving lead sees it now."""
    person, case = opened(world, dispute, world.cast.receiving_lead)
    return [row.place for row in reversed(who_looked(case, person).looks) if row.who == whose.name]


def test_a_reading_keeps_the_agency_of_its_moment_when_the_reader_has_left(world: World, dispute: Dispute, cast: Cast) -> None:
    look(world, dispute, cast.receiver)
    world.now += timedelta(days=2)
    leave_agency(actor=None, user=cast.receiver, agency=cast.social_care, now=world.now)
    assert end_access_without_seat(world.now) == 1
    assert places(world, dispute, cast.receiver) == ["Northshire Social Care"]
    person, case = opened(world, dispute, cast.receiving_lead)
    assert [row.is_own for row in who_looked(case, person).looks] == [True]


def test_who_changes_agencies_looked_for_each_while_they_sat_there(world: World, dispute: Dispute, cast: Cast) -> None:
    look(world, dispute, cast.receiver)
    world.now += timedelta(days=2)
    look(world, dispute, cast.receiver)
    world.now += timedelta(hours=1)
    leave_agency(actor=None, user=cast.receiver, agency=cast.social_care, now=world.now)
    give_role(actor=None, user=cast.receiver, place=cast.school, role=Role.LEAD, now=world.now)
    look(world, dispute, cast.receiver)
    world.now += timedelta(days=1)
    look(world, dispute, cast.receiver)
    assert places(world, dispute, cast.receiver) == ["Northshire Social Care"] * 2 + ["Hillside School"] * 2


def test_who_moves_after_a_planned_last_day_looked_for_one_agency_alone(world: World, dispute: Dispute, cast: Cast) -> None:
    look(world, dispute, cast.receiver)
    last_day = world.now.date()
    plan_departure(
        actor=None, leaver=cast.receiver, successor=cast.receiving_senior, place=cast.social_care, last_day=last_day, now=world.now
    )  # fmt: skip
    world.now += timedelta(days=1)
    give_role(actor=None, user=cast.receiver, place=cast.school, role=Role.LEAD, now=world.now)
    look(world, dispute, cast.receiver)
    assert places(world, dispute, cast.receiver) == ["Northshire Social Care", "Hillside School"]


def test_who_acts_for_a_party_from_another_agency_is_named_by_their_own(world: World, dispute: Dispute, cast: Cast) -> None:
    look(world, dispute, cast.police_manager)
    assert places(world, dispute, cast.police_manager) == ["Northshire Police"]


def test_a_long_ledger_comes_page_by_page_each_reading_once(world: World, dispute: Dispute, cast: Cast) -> None:
    for _ in range(5):
        look(world, dispute, cast.receiver)
    person, case = opened(world, dispute, cast.lead)
    first = who_looked(case, person, most=3)
    second = who_looked(case, person, most=3, after=first.following)
    assert [len(first.looks), len(second.looks), second.following] == [3, 2, None]
    assert len({row.id for row in [*first.looks, *second.looks]}) == 5


@pytest.mark.parametrize("part", ["raiser", "own_manager", "receiver", "own_senior", "business_unit", "auditor"])
def test_who_looked_is_for_leads_alone(world: World, dispute: Dispute, cast: Cast, part: str) -> None:
    assert not policy.sees_who_looked(*opened(world, dispute, getattr(cast, part)))


def test_of_one_kept_from_the_own_leads_its_raiser_sees_who_looked(world: World, cast: Cast) -> None:
    dispute = world.sent(is_restricted=True)
    assert policy.sees_who_looked(*opened(world, dispute, cast.raiser))
    assert not policy.sees_who_looked(*opened(world, dispute, cast.lead))


@pytest.mark.parametrize("part", ["lead", "receiver", "receiving_lead", "business_unit", "auditor"])
def test_whoever_has_a_conflict_does_not_know_of_it_in_any_list(world: World, dispute: Dispute, cast: Cast, part: str) -> None:
    user = getattr(cast, part)
    person = world.person(user)
    assert [row.pk for row in listed(person, Wanted(), now=world.now)] == [dispute.pk]
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(cast.stranger.pk), str(user.pk)])
    assert listed(person, Wanted(), now=world.now) == []
    assert find(person, dispute.reference, dispute.reference, world.now) == []
    with refused(dispute, NotFound):
        world.do(dispute, Verb.ADD_NOTE, user, text="I should not know of this.")


def test_whoever_has_a_conflict_hears_nothing_of_it(world: World, dispute: Dispute, cast: Cast) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(cast.receiving_lead.pk)])
    world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason=REASON)
    assert {message.recipient for message in Notification.objects.filter(dispute=dispute, kind=Message.LOOKED)} == {cast.lead}


def test_the_writer_of_a_draft_leaves_no_trace_by_any_door(world: World, cast: Cast) -> None:
    person = world.person(cast.raiser)
    draft = begin_draft(person, agency=cast.school.pk, procedure=world.version.procedure_id, now=world.now)
    case = assemble([world.fresh(draft)], now=world.now)[0]
    for keep in (record_reading, record_again):
        keep(case, person, CASE, now=world.now)
    assert not Reading.objects.exists()
