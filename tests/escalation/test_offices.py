"""What the partnership's own people are asked and nobody can take: the business unit hears it in true words, and whoever can next has it at once."""

from datetime import datetime, timedelta

import pytest

from agencies.models import Membership, User
from agencies.roles import Role
from escalation.models import Clock, Dispute, Notification, Referral
from escalation.selectors.board import rows_of
from escalation.selectors.worklist import worklist
from escalation.services import sweep as sweeping
from escalation.services.handover import hand_over
from escalation.services.sweep import sweep
from escalation.states import Ground, Message, SubgroupMatter, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair, routed, stored
from tests.factories import make_holder, make_member, make_user
from tests.procedures.journey import Journey
from tests.world import World, london

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
NO_SUBGROUP = "Nobody can act as the subgroup's chair"
NO_CHAIR = "Nobody presides: have a chair or a deputy appointed"
WHY = "My sister is the child's social worker."


def asked(world: World, user: User) -> list[str]:
    groups = worklist(world.person(user), world.now).groups
    return [item.ask for group in groups if group.key != "waiting" for item in group.items]


def told(dispute: Dispute, user: User) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(dispute=dispute, recipient=user).order_by("created_at").values_list("kind", "action"))


def unheld(world: World) -> list[str]:
    """The references under *with nobody who can act*."""
    rows, _more = rows_of("no-contact", world.cast.partnership, world.now, reader=world.person(world.cast.business_manager))
    return [row.reference for row in rows]


def a_minute_later(world: World) -> None:
    world.now += MINUTE
    assert sweep(world.now).failed == 0


@pytest.fixture
def devon(cast: Cast) -> Journey:
    """On Monday 2 March it is put to Devon's subgroup that it is stuck."""
    journey = Journey(cast, "devon", "2026-03-02 10:00").logged()
    journey.do(Verb.MOVE_UP, cast.own_manager, ground="not_resolved", reason="We talked.")
    return journey.do(Verb.PUT_TO_SUBGROUP, cast.business_manager, matter=SubgroupMatter.STUCK, reason="Nobody yields.")


# -- the subgroup's chair ---------------------------------------------------------------------------------------------------------------------


def test_where_the_subgroups_only_chair_is_marked_the_unit_hears_at_once_that_nobody_can_act_as_that_and_finds_it(devon: Journey) -> None:
    cast = devon.cast
    assert unheld(devon.world) == []
    devon.do(Verb.MARK_CONFLICT, cast.subgroup_chair, reason=WHY)
    assert (Message.NO_CONTACT, NO_SUBGROUP) in told(devon.dispute, cast.business_manager)
    assert unheld(devon.world) == [devon.dispute.reference]


def test_the_unit_is_reminded_that_nobody_chairs_the_subgroup_and_never_to_recommend_a_contact_for_it(devon: Journey) -> None:
    cast = devon.cast
    devon.do(Verb.MARK_CONFLICT, cast.subgroup_chair, reason=WHY)
    before = len(told(devon.dispute, cast.business_manager))
    devon.at("2026-03-03 16:00", "2026-03-05 00:01", "2026-03-05 09:01", "2026-03-06 09:01")
    new = told(devon.dispute, cast.business_manager)[before:]
    assert (Message.NO_CONTACT, NO_SUBGROUP) in new
    assert not [words for _, words in new if "Recommend a contact" in words]


def test_a_chair_of_the_subgroup_who_is_appointed_later_has_it_a_minute_later(devon: Journey) -> None:
    devon.do(Verb.MARK_CONFLICT, devon.cast.subgroup_chair, reason=WHY)
    new = make_member(make_user("Second Chair"), devon.cast.partnership, Role.SUBGROUP_CHAIR).user
    a_minute_later(devon.world)
    assert asked(devon.world, new) == ["Answer for the subgroup"]
    assert (Message.ASSIGNED, "Answer for the subgroup. Offer a mediator") in told(devon.dispute, new)
    assert unheld(devon.world) == []
    devon.do(Verb.ANSWER_FOR_SUBGROUP, new, mediator=devon.cast.mediator.pk, reasons="Both are weary.")


def test_what_is_overdue_when_a_chair_of_the_subgroup_is_appointed_is_not_overdue_for_them(devon: Journey) -> None:
    devon.do(Verb.MARK_CONFLICT, devon.cast.subgroup_chair, reason=WHY)
    devon.at("2026-03-05 09:01")
    new = make_member(make_user("Second Chair"), devon.cast.partnership, Role.SUBGROUP_CHAIR).user
    a_minute_later(devon.world)
    [clock] = Clock.objects.running().filter(dispute=devon.dispute, owner=new)
    assert clock.due_at == london("2026-03-09 23:59").replace(second=59)
    assert Notification.objects.get(dispute=devon.dispute, recipient=new, kind=Message.ASSIGNED).due_at == clock.due_at


def test_a_chair_of_the_subgroup_who_sits_for_a_party_is_not_given_it(devon: Journey) -> None:
    devon.do(Verb.MARK_CONFLICT, devon.cast.subgroup_chair, reason=WHY)
    party = make_holder(devon.cast.social_care, 3, "Sits For A Party")
    make_member(party, devon.cast.partnership, Role.SUBGROUP_CHAIR)
    a_minute_later(devon.world)
    assert Clock.objects.running().filter(dispute=devon.dispute, key="ask:subgroup", owner=None).exists()
    assert unheld(devon.world) == [devon.dispute.reference]


def test_a_second_chair_of_the_subgroup_has_it_when_the_first_is_marked_or_leaves(devon: Journey) -> None:
    cast = devon.cast
    second = make_member(make_user("Second Chair"), cast.partnership, Role.SUBGROUP_CHAIR).user
    third = make_member(make_user("Third Chair"), cast.partnership, Role.SUBGROUP_CHAIR).user
    devon.do(Verb.MARK_CONFLICT, cast.subgroup_chair, reason=WHY)
    assert (asked(devon.world, second), unheld(devon.world)) == (["Answer for the subgroup"], [])
    hand_over(actor=cast.business_manager, leaver=second, successor=cast.subgroup_member, place=cast.partnership, last_day=None, now=devon.world.now)
    a_minute_later(devon.world)
    assert asked(devon.world, third) == ["Answer for the subgroup"]


def test_a_chair_of_the_subgroup_whose_conflict_is_lifted_has_it_at_once(devon: Journey) -> None:
    cast = devon.cast
    devon.do(Verb.MARK_CONFLICT, cast.subgroup_chair, reason=WHY)
    devon.do(Verb.LIFT_CONFLICT, cast.business_manager, whom=cast.subgroup_chair.pk, reason="A namesake.")
    assert asked(devon.world, cast.subgroup_chair) == ["Answer for the subgroup"]
    assert unheld(devon.world) == []


# -- the partnership's chair ------------------------------------------------------------------------------------------------------------------


def mark_both(world: World, dispute: Dispute) -> None:
    for user in (world.cast.chair, world.cast.deputy_chair):
        world.do(dispute, Verb.MARK_CONFLICT, user, reason=WHY)


def test_where_chair_and_deputy_are_marked_the_unit_hears_that_nobody_presides(world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    mark_both(world, dispute)
    new = told(dispute, world.cast.business_manager)
    assert (Message.NO_CONTACT, NO_CHAIR) in new
    assert not [words for _, words in new if "Recommend a contact" in words]
    assert unheld(world) == [dispute.reference]
    for day in ("2026-03-05 00:01", "2026-03-05 09:01", "2026-03-06 09:01"):
        world.now = london(day)
        sweep(world.now)
    assert not [words for _, words in told(dispute, world.cast.business_manager) if "Recommend a contact" in words]


@pytest.mark.parametrize("role", [Role.CHAIR, Role.DEPUTY_CHAIR])
def test_whoever_presides_later_has_it_a_minute_later(world: World, dispute: Dispute, role: Role) -> None:
    before_chair(world, dispute)
    mark_both(world, dispute)
    new = make_member(make_user("New Chair"), world.cast.partnership, role).user
    a_minute_later(world)
    assert Referral.objects.get(dispute=dispute).chair == new
    assert asked(world, new) == ["Acknowledge and set a timetable"]
    assert (Message.ASSIGNED, "Acknowledge and set a timetable") in told(dispute, new)
    assert unheld(world) == []


def test_a_chair_whose_role_begins_on_a_later_day_has_it_on_that_day(world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    mark_both(world, dispute)
    new = make_member(make_user("New Chair"), world.cast.partnership, Role.CHAIR).user
    Membership.objects.filter(user=new).update(since=london("2026-03-04 10:00").date())
    a_minute_later(world)
    assert Referral.objects.get(dispute=dispute).chair is None
    world.now = london("2026-03-04 00:01")
    sweep(world.now)
    assert Referral.objects.get(dispute=dispute).chair == new


def test_a_chair_whose_conflict_is_lifted_has_it_at_once(world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    mark_both(world, dispute)
    world.do(dispute, Verb.LIFT_CONFLICT, world.cast.business_manager, whom=world.cast.chair.pk, reason="A namesake.")
    assert Referral.objects.get(dispute=dispute).chair == world.cast.chair
    assert asked(world, world.cast.chair) == ["Acknowledge and set a timetable"]


def test_a_chair_who_is_there_while_somebody_mediates_hears_of_it_and_is_asked_nothing(world: World, dispute: Dispute) -> None:
    routed(world, dispute)
    mark_both(world, dispute)
    assert asked(world, world.cast.mediator) != []
    world.do(dispute, Verb.LIFT_CONFLICT, world.cast.business_manager, whom=world.cast.deputy_chair.pk, reason="A namesake.")
    assert Referral.objects.get(dispute=dispute).chair == world.cast.deputy_chair
    assert asked(world, world.cast.deputy_chair) == []


# -- a conference request ---------------------------------------------------------------------------------------------------------------------


ANSWER = "Answer the conference request"


@pytest.fixture
def requested(cast: Cast) -> Journey:
    """On Monday 2 March social care, which does not agree, is asked for a conference in Enfield's first stage."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent().disagrees(cast.receiver)
    return journey.do(Verb.REQUEST_CONFERENCE, cast.own_manager, reason="Concerns remain.", supporter=cast.lead.pk)


def test_a_conference_request_goes_to_the_agencys_second_lead_before_anybody_else(requested: Journey) -> None:
    journey, cast = requested, requested.cast
    second = make_holder(cast.social_care, 3, "Second Lead", role=Role.LEAD)
    for held in (cast.receiver, cast.receiving_lead):
        assert ANSWER in asked(journey.world, held)
        journey.do(Verb.MARK_CONFLICT, held, reason=WHY)
    assert ANSWER in asked(journey.world, second)
    assert ANSWER not in asked(journey.world, cast.business_manager)
    journey.do(Verb.ANSWER_CONFERENCE, second, answer="refused", reasons="Not yet.")


def test_where_nobody_of_the_agency_can_answer_a_conference_request_the_unit_hears_it_and_a_lead_named_later_has_it(requested: Journey) -> None:
    cast = requested.cast
    while held := requested.clock("ask:conference").owner:
        requested.do(Verb.MARK_CONFLICT, held, reason=WHY)
    heard = told(requested.dispute, cast.business_manager)
    assert [words for kind, words in heard if kind == Message.NO_CONTACT] == ["Recommend a contact"]
    assert unheld(requested.world) == [requested.dispute.reference]
    new = make_holder(cast.social_care, 3, "Second Lead", role=Role.LEAD)
    a_minute_later(requested.world)
    assert ANSWER in asked(requested.world, new)


def test_a_conference_request_goes_along_to_whoever_holds_the_next_stage_by_the_same_moment(requested: Journey) -> None:
    cast = requested.cast
    before = requested.due("ask:conference")
    requested.do(Verb.MOVE_UP, cast.own_manager, ground="not_resolved", reason="No agreement.")
    [new] = requested.asked()
    assert new != cast.receiver
    assert (ANSWER in asked(requested.world, new), ANSWER in asked(requested.world, cast.receiver)) == (True, False)
    assert requested.due("ask:conference") == before


# -- the look each minute ---------------------------------------------------------------------------------------------------------------------


def test_a_look_that_gives_nobody_anything_writes_nothing(world: World, dispute: Dispute) -> None:
    """The only chair that there is has a conflict: each minute finds that, and leaves all as it was."""
    before_chair(world, dispute)
    mark_both(world, dispute)
    before = stored(dispute)
    a_minute_later(world)
    assert stored(dispute) == before


def test_what_lies_with_nobody_is_looked_through_once_however_small_the_batches(world: World, dispute: Dispute) -> None:
    others = [world.sent() for _ in range(2)]
    for each in (dispute, *others):
        before_chair(world, each)
        mark_both(world, each)
    world.now += MINUTE
    assert sweep(world.now, batch=1).looked_at == 3


def test_a_look_that_fails_is_tried_again_an_hour_later(world: World, dispute: Dispute, monkeypatch: pytest.MonkeyPatch) -> None:
    before_chair(world, dispute)
    mark_both(world, dispute)
    with monkeypatch.context() as broken:
        broken.setattr(sweeping, "tick", lambda change: 1 / 0)
        world.now += MINUTE
        assert sweep(world.now).failed == 1
    new = make_member(make_user("New Chair"), world.cast.partnership, Role.CHAIR).user
    a_minute_later(world)
    assert asked(world, new) == []
    world.now += timedelta(hours=1)
    a_minute_later(world)
    assert asked(world, new) == ["Acknowledge and set a timetable"]


# -- whoever takes over two things ------------------------------------------------------------------------------------------------------------


def taken_over(journey: Journey, *, conference: bool) -> tuple[list[tuple[str, datetime | None]], set[tuple[str, datetime | None]]]:
    """In Enfield's second stage social care's lead, who is asked to respond there, and for a conference too, has a conflict: what the second lead is
    told that asks for something, and what My work asks of them."""
    cast = journey.cast
    second = make_holder(cast.social_care, 3, "Second Lead", role=Role.LEAD)
    journey.sent().do(Verb.MOVE_UP, journey.holder(), ground=Ground.RISK, reason="Each day counts.")
    if conference:
        journey.do(Verb.REQUEST_CONFERENCE, journey.holder(), reason="Concerns remain.", supporter=cast.own_senior.pk)
    journey.do(Verb.MARK_CONFLICT, cast.receiving_lead, reason=WHY)
    told = Notification.objects.filter(dispute=journey.dispute, recipient=second, kind=Message.ASSIGNED).order_by("pk")
    groups = worklist(journey.world.person(second), journey.world.now).groups
    asked = {(item.ask, item.due.moment if item.due else None) for group in groups if group.key != "waiting" for item in group.items}
    return [(message.action.removeprefix("It was handed to you. "), message.due_at) for message in told], asked


def test_whoever_takes_over_a_request_and_a_conferences_hears_of_each_once_by_its_moment(cast: Cast) -> None:
    told, rows = taken_over(Journey(cast, "enfield", "2026-03-02 10:00"), conference=True)
    assert {ask for ask, _ in rows} == {ANSWER, "Respond: Stage 2"}
    assert len(told) == len(rows)
    assert set(told) == rows


def test_whoever_takes_over_one_thing_hears_of_that_alone(cast: Cast) -> None:
    told, rows = taken_over(Journey(cast, "enfield", "2026-03-02 10:00"), conference=False)
    assert [ask for ask, _ in told] == ["Respond: Stage 2"]
    assert set(told) == rows
