"""Learning points are followed until they are done: by whom, with what kept, and what is refused."""

from datetime import date, timedelta

import pytest

from agencies.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound
from agencies.models import Membership, PostHolding, User
from agencies.roles import Role
from escalation import learning_policy
from escalation.models import Dispute, Event, EventBody, LearningPoint, Notification
from escalation.selectors.learning import point_file
from escalation.services.audit import verify
from escalation.states import EventKind, LearningStatus, Message, Outcome, Verb
from tests.cast import Cast
from tests.escalation.learning import ISSUE, follow, learnt, recorded
from tests.escalation.verbs import closed, resolved
from tests.factories import make_member
from tests.world import World, london

pytestmark = pytest.mark.django_db
DAY = date(2026, 4, 10)


def told(point: LearningPoint, user: User) -> list[str]:
    return list(Notification.objects.filter(learning=point, recipient=user, kind=Message.LEARNING).values_list("action", flat=True))


def test_an_owner_a_day_and_a_status_are_set_and_stand_on_the_disagreements_record(world: World, cast: Cast) -> None:
    point = learnt(world)
    follow(world, point, cast.business_unit, owner=cast.subgroup_chair.pk, due_on=DAY, status=LearningStatus.STARTED)
    now = LearningPoint.objects.get(pk=point.pk)
    assert (now.owner, now.due_on, now.status, now.done_at, now.revision) == (cast.subgroup_chair, DAY, LearningStatus.STARTED, None, 1)
    line = Event.objects.get(dispute=point.dispute, kind=EventKind.LEARNING_FOLLOWED)
    assert (line.actor, line.agency, line.facts["point"], line.facts["due_on"]) == (cast.business_unit, None, str(point.pk), "2026-04-10")


def test_what_is_done_says_what_was_done_and_when(world: World, cast: Cast) -> None:
    point = learnt(world)
    with pytest.raises(InvalidInput, match="Say what was done"):
        follow(world, point, cast.lead, status=LearningStatus.DONE)
    follow(world, point, cast.lead, status=LearningStatus.DONE, evidence="The threshold guide was rewritten.")
    now = LearningPoint.objects.get(pk=point.pk)
    assert (now.status, now.done_at) == (LearningStatus.DONE, world.now)
    assert EventBody.objects.get(event=now.evidence).text == {"evidence": "The threshold guide was rewritten."}


def test_what_is_begun_again_is_open_again(world: World, cast: Cast) -> None:
    point = learnt(world)
    follow(world, point, cast.lead, status=LearningStatus.NOT_TAKEN_UP, evidence="The guide is to go.")
    follow(world, point, cast.lead, status=LearningStatus.STARTED)
    assert LearningPoint.objects.get(pk=point.pk).done_at is None


def test_a_point_is_followed_after_its_disagreement_is_closed_and_the_record_still_chains(world: World, cast: Cast) -> None:
    point = learnt(world)
    dispute = point.dispute
    world.do(dispute, Verb.CLOSE, cast.business_manager, difference="no_change", gap="Nobody answered our letters.")
    follow(world, point, cast.business_unit, status=LearningStatus.DONE, evidence="Taught in May.")
    fresh = Dispute.objects.get(pk=dispute.pk)
    assert (fresh.state, fresh.wake_at) == ("closed", None)
    assert verify().findings == []


def test_nobodys_decision_about_the_disagreement_grows_old_by_it(world: World, cast: Cast) -> None:
    point = learnt(world)
    before = Dispute.objects.get(pk=point.dispute_id).revision
    follow(world, point, cast.business_unit, due_on=DAY)
    assert Dispute.objects.get(pk=point.dispute_id).revision == before


def test_of_two_at_once_one_wins_and_one_is_told_politely(world: World, cast: Cast) -> None:
    point = learnt(world)
    follow(world, point, cast.business_unit, seen=0, due_on=DAY)
    with pytest.raises(Conflict, match="Somebody else was first"):
        follow(world, point, cast.lead, seen=0, due_on=date(2026, 5, 1))
    assert LearningPoint.objects.get(pk=point.pk).due_on == DAY


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"due_on": date(2026, 3, 1)}, "due_on"),
        ({"due_on": date(2036, 3, 1)}, "due_on"),
        ({"status": "finished"}, "status"),
        ({"referred_to": "x" * 121}, "referred_to"),
        ({}, "evidence"),
        ({"evidence": "\x00"}, "evidence"),
    ],
)
def test_bad_input_is_refused_beside_its_field_and_nothing_is_kept(world: World, cast: Cast, given: dict[str, object], field: str) -> None:
    point = learnt(world)
    with pytest.raises(InvalidInput) as caught:
        follow(world, point, cast.business_unit, **given)
    assert caught.value.field == field
    assert LearningPoint.objects.get(pk=point.pk).revision == 0
    assert not Event.objects.filter(kind=EventKind.LEARNING_FOLLOWED).exists()


def test_nobody_from_outside_the_partnership_is_made_the_owner(world: World, cast: Cast) -> None:
    point = learnt(world)
    for outsider in (cast.stranger, cast.nobody):
        with pytest.raises(InvalidInput, match="somebody of the partnership"):
            follow(world, point, cast.business_unit, owner=outsider.pk)
        with pytest.raises(InvalidInput, match="somebody of the partnership"):
            recorded(world, point.dispute, owner=outsider.pk)


def test_the_owner_is_told_once_and_whoever_takes_it_on_is_not_told_of_it(world: World, cast: Cast) -> None:
    point = learnt(world)
    follow(world, point, cast.business_unit, owner=cast.receiving_senior.pk)
    follow(world, point, cast.business_unit, due_on=DAY)
    follow(world, point, cast.business_unit, owner=cast.business_unit.pk)
    assert (told(point, cast.receiving_senior), told(point, cast.business_unit)) == (["See to a learning action"], [])


MAY = {"own_manager": "owner", "lead": "lead", "business_unit": "unit", "business_manager": "unit", "subgroup_chair": "", "subgroup_member": ""}
SEES = {"receiving_lead"}


def answer(world: World, point: LearningPoint, user: User) -> str:
    try:
        follow(world, point, user, evidence="A word.")
    except DomainError as refusal:
        return type(refusal).__name__
    return "did"


def test_who_may_move_it_on_who_may_only_know_of_it_and_who_may_not_even_that(world: World, cast: Cast) -> None:
    """The owner, the lead of the agency that recorded it, the unit, the subgroups; the other side's lead reads; nobody else."""
    point = learnt(world, owner=cast.own_manager.pk)
    found = {part: answer(world, point, user) for part, user in cast.users()}
    assert {part for part, what in found.items() if what == "did"} == set(MAY)
    assert {part for part, what in found.items() if what == NotAllowed.__name__} == SEES
    assert {what for part, what in found.items() if part not in set(MAY) | SEES} == {NotFound.__name__}


def test_what_is_referred_to_nobody_is_not_the_subgroups(world: World, cast: Cast) -> None:
    point = learnt(world, referred_to="")
    assert answer(world, point, cast.subgroup_chair) == "NotFound"
    assert answer(world, point, cast.business_unit) == "did"


def test_who_has_a_conflict_does_not_move_it_on(world: World, cast: Cast) -> None:
    point = learnt(world, owner=cast.lead.pk)
    Dispute.objects.filter(pk=point.dispute_id).update(conflicts=[str(cast.lead.pk)])
    assert answer(world, point, cast.lead) == "NotAllowed"


def learnt_of_a_restricted_one(world: World) -> LearningPoint:
    cast, dispute = world.cast, world.log(is_restricted=True)
    world.do(dispute, Verb.RESPOND, cast.receiver, answer="agrees", reasons="We looked again.", actions="An assessment.")
    world.do(dispute, Verb.ACCEPT, cast.raiser, wording="An assessment by Friday.", kind=Outcome.AGREED_ACTION)
    world.do(dispute, Verb.CONFIRM_OUTCOME, cast.receiver)
    return recorded(world, dispute, by=cast.raiser)


@pytest.mark.engines
@pytest.mark.parametrize("role", [Role.SUBGROUP_MEMBER, Role.SUBGROUP_CHAIR, Role.BUSINESS_UNIT, Role.BUSINESS_MANAGER, Role.LEAD])
def test_no_seat_elsewhere_opens_anything_learnt_of_what_is_kept_from_the_own_agency(world: World, cast: Cast, role: Role) -> None:
    """Neither in the partnership nor as lead of the agency that was asked, which recorded some of it."""
    point = learnt_of_a_restricted_one(world)
    theirs = recorded(world, point.dispute, by=cast.receiving_lead)
    other = recorded(world, resolved(world, world.sent()))
    make_member(cast.own_senior, cast.social_care if role is Role.LEAD else cast.partnership, role)
    listed = set(LearningPoint.objects.seen_by(world.person(cast.own_senior)).values_list("pk", flat=True))
    assert listed == {other.pk}, "Only of what is not kept from the agency."
    assert answer(world, point, cast.own_senior) == "NotFound"
    assert not any(learning_policy.may_follow(world.person(cast.own_senior), each) for each in (point, theirs))
    assert answer(world, point, cast.subgroup_chair) == "did"


def test_of_a_restricted_disagreement_the_own_lead_knows_no_learning(world: World, cast: Cast) -> None:
    point = learnt_of_a_restricted_one(world)
    assert answer(world, point, cast.lead) == "NotFound"
    assert answer(world, point, cast.receiving_lead) == "NotAllowed"
    assert answer(world, point, cast.business_unit) == "did"


@pytest.mark.engines
def test_what_is_kept_from_somebody_meanwhile_is_not_there_at_their_next_look_nor_is_anybody_elses(world: World, cast: Cast) -> None:
    point, people = learnt(world), [world.person(user) for user in (cast.lead, cast.stranger, cast.lead)]

    def found() -> list[bool]:
        return [point_file(person, point.pk, now=world.now) is not None for person in people]

    before = found()
    Dispute.objects.filter(pk=point.dispute_id).update(is_restricted=True)
    assert (before, found()) == ([True, False, True], [False, False, False])


def test_an_explicit_none_is_nothing_to_follow(world: World, cast: Cast) -> None:
    point = learnt(world, issue="", referred_to="")
    assert point.is_none
    assert answer(world, point, cast.business_unit) == "NotFound"


def test_the_gap_in_a_record_that_was_closed_without_learning_needs_no_point(world: World, cast: Cast) -> None:
    assert not LearningPoint.objects.filter(dispute=closed(world, world.sent())).exists()


def test_the_words_of_a_point_lie_in_its_line_and_nowhere_else(world: World, cast: Cast) -> None:
    point = learnt(world)
    assert ISSUE not in str(list(LearningPoint.objects.filter(pk=point.pk).values()))
    assert EventBody.objects.get(event=point.event).text["issue"] == ISSUE


def test_a_day_may_pass_and_the_rest_still_be_changed(world: World, cast: Cast) -> None:
    """The day stays as it is, although it would be refused if it were given now."""
    point = learnt(world, due_on=DAY)
    world.now = london("2026-04-20 10:00") + timedelta(hours=1)
    follow(world, point, cast.business_unit, status=LearningStatus.STARTED)
    assert LearningPoint.objects.get(pk=point.pk).due_on == DAY


def test_learning_can_be_recorded_only_once_it_is_resolved(world: World, cast: Cast) -> None:
    with pytest.raises(DomainError, match="not resolved"):
        recorded(world, world.sent())
    assert recorded(world, resolved(world, world.sent())).referred_to == "Practice group"


def test_an_owner_who_has_left_the_partnership_knows_of_it_no_more(world: World, cast: Cast) -> None:
    owner, point = cast.own_manager, learnt(world, owner=cast.own_manager.pk)

    def now() -> tuple[bool, bool]:
        person = world.person(owner)
        return LearningPoint.objects.seen_by(person).filter(pk=point.pk).exists(), learning_policy.may_follow(person, point)

    assert now() == (True, True)
    PostHolding.objects.filter(user=owner).delete()
    Membership.objects.filter(user=owner).delete()
    make_member(owner, cast.elsewhere, Role.AUDITOR)
    assert now() == (False, False)
