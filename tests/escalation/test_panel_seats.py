"""A seat on a panel whose member has a conflict, has none any more, or has left: who is asked, in which words, and who is only told."""

from uuid import UUID

import pytest

from agencies.errors import WrongState
from agencies.models import User
from agencies.roles import Role
from escalation.engine.case import load
from escalation.models import Clock, Dispute, Notification, PanelMember
from escalation.policy import reads_narrative
from escalation.selectors.worklist import worklist
from escalation.services.handover import hand_over
from escalation.services.offered import GONE
from escalation.states import Message, SubgroupMatter, Verb
from escalation.web.verbs.chairing import ConveneForm
from tests.cast import Cast
from tests.escalation.verbs import before_chair, routed
from tests.factories import make_member, make_user
from tests.procedures.journey import Journey
from tests.procedures.on_pages import moment, page_of, press
from tests.web.page import Page
from tests.world import World, london

pytestmark = pytest.mark.django_db
DECLARE = "Declare an interest, or that there is none"
REPLACE = "Replace a member of the panel"
WHY = "My sister is the child's social worker."


def asked(world: World, user: User) -> list[str]:
    groups = worklist(world.person(user), world.now).groups
    return [item.ask for group in groups if group.key != "waiting" for item in group.items]


def told(dispute: Dispute, user: User) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(dispute=dispute, recipient=user).order_by("created_at", "pk").values_list("kind", "action"))


def seats(cast: Cast) -> dict[UUID, UUID]:
    """Who sits, and for which agency."""
    return {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}


@pytest.fixture
def convened(cast: Cast) -> Journey:
    """Bristol's panel, convened on Monday 2 March to meet on the 17th; each member has declared but the board member of social care."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    routed(journey.world, journey.dispute, "panel")
    journey.do(Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-17 10:00"), members=seats(cast))
    return journey.do(Verb.DECLARE_INTEREST, cast.police_manager).do(Verb.DECLARE_INTEREST, cast.own_board)


# -- a panel member of the partnership who belongs to no agency -----------------------------------------------------------------------------------


def test_a_panel_member_of_no_agency_sits_for_the_one_that_is_chosen_on_the_page_and_takes_a_members_place(convened: Journey) -> None:
    cast = convened.cast
    two = [f"{cast.school.pk} {cast.own_board.pk}", f"{cast.social_care.pk} {cast.receiving_board.pk}"]
    given = {"members": two, **moment("meets_at", london("2026-03-18 10:00"))}
    assert "for which agency?" in page_of(convened, cast.chair, "convene/")
    cast.raiser.memberships.create(partnership=cast.partnership, agency=cast.school, role=Role.LEAD)
    offered = {one.attrs["value"].split()[1] for one in Page(page_of(convened, cast.chair, "convene/")).all("input", name="members")}
    assert (str(cast.own_board.pk) in offered, str(cast.raiser.pk) in offered) == (True, False), "Whoever raised it would be refused."
    without = press(convened, cast.chair, Verb.CONVENE, **given)
    assert (without.status_code, "at least 3 agencies" in without.content.decode()) == (400, True)
    assert press(convened, cast.chair, Verb.CONVENE, **given, **{f"for_{cast.panel_member.pk}": str(cast.police.pk)}).status_code == 302
    assert PanelMember.objects.get(left_at=None, user=cast.panel_member).agency == cast.police
    again = Page(page_of(convened, cast.chair, "convene/"))
    assert {one.attrs["value"] for one in again.all("option") if "selected" in one.attrs} == {str(cast.police.pk)}
    convened.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-19 10:00"), members=seats(cast))
    change = {"member": str(cast.police_manager.pk), "successor": f"{cast.police.pk} {cast.panel_member.pk}", "reason": "A conflict."}
    assert press(convened, cast.chair, Verb.REPLACE_MEMBER, **change).status_code == 302


def test_panel_members_of_no_agency_alone_are_a_panel_on_the_page_and_nobody_is_none(convened: Journey) -> None:
    cast, when = convened.cast, moment("meets_at", london("2026-03-18 10:00"))
    panel = [cast.panel_member, make_user("Ivy Poe"), make_user("Ned Orr")]
    for one in panel[1:]:
        make_member(one, cast.partnership, Role.PANEL_MEMBER)
    nobody = press(convened, cast.chair, Verb.CONVENE, **when)
    assert (nobody.status_code, "Choose members" in nobody.content.decode()) == (400, True)
    agencies = [cast.school.pk, cast.social_care.pk, cast.police.pk]
    chosen = {f"for_{one.pk}": str(agency) for one, agency in zip(panel, agencies, strict=True)}
    assert press(convened, cast.chair, Verb.CONVENE, **when, **chosen).status_code == 302
    assert set(PanelMember.objects.filter(left_at=None).values_list("user", flat=True)) == {one.pk for one in panel}


def test_among_very_many_agencies_a_member_of_none_keeps_the_one_for_which_they_sit(convened: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    """The police have no board member, so that of very many agencies they are not listed; a program had chosen them."""
    monkeypatch.setattr(ConveneForm, "whole", 1)
    cast = convened.cast
    members = {**dict(list(seats(cast).items())[:2]), cast.panel_member.pk: cast.police.pk}
    convened.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-18 10:00"), members=members)
    again = Page(page_of(convened, cast.chair, "convene/"))
    assert [one.attrs["value"] for one in again.all("option") if "selected" in one.attrs] == [str(cast.police.pk)]


def test_whoever_is_chosen_for_two_agencies_is_named_and_no_panel_is_convened(convened: Journey) -> None:
    cast = convened.cast
    make_member(cast.receiving_board, cast.police, Role.BOARD_MEMBER)
    twice = [*seats(cast).items(), (cast.receiving_board.pk, cast.police.pk)]
    given = {"members": [f"{agency} {user}" for user, agency in twice], **moment("meets_at", london("2026-03-18 10:00"))}
    refused = press(convened, cast.chair, Verb.CONVENE, **given)
    assert (refused.status_code, f"{cast.receiving_board.name} can sit for one agency only" in refused.content.decode()) == (400, True)


# -- marked, and lifted again -----------------------------------------------------------------------------------------------------------------


def test_where_a_member_is_marked_the_chair_is_asked_by_the_moment_of_the_row_and_the_unit_hears_it(convened: Journey) -> None:
    cast = convened.cast
    convened.do(Verb.MARK_CONFLICT, cast.business_manager, whom=cast.police_manager.pk, reason=WHY)
    clock = Clock.objects.running().get(dispute=convened.dispute, owner=cast.chair, key="ask:member")
    message = Notification.objects.get(dispute=convened.dispute, recipient=cast.chair, action=REPLACE)
    assert (message.kind, message.due_at) == (Message.ASSIGNED, clock.due_at)
    assert (Message.UNIT, REPLACE) in told(convened.dispute, cast.business_unit)


def test_what_several_members_owe_by_one_moment_stands_once_with_their_names(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    routed(journey.world, journey.dispute, "panel")
    journey.do(Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-17 10:00"), members=seats(cast))
    lines = [one.text for one in Page(page_of(journey, cast.own_board)).all("li") if f"{DECLARE} (" in one.text]
    assert [line.partition(", Wed")[0] for line in lines] == [f"Due: {DECLARE} (Hannah Cohen and Jakub Nowak)"]


def test_whoever_has_no_interest_reads_what_to_answer(convened: Journey) -> None:
    words = Page(page_of(convened, convened.cast.receiving_board, "declare-interest/")).one("main").text
    assert "Does an interest keep you from hearing it with an open mind?" in words
    assert "Also where you have none." in words


def test_lifting_a_members_conflict_asks_them_to_declare_anew_and_the_chair_no_more(convened: Journey) -> None:
    cast = convened.cast
    convened.do(Verb.MARK_CONFLICT, cast.chair, whom=cast.police_manager.pk, reason=WHY)
    assert REPLACE in asked(convened.world, cast.chair)
    convened.world.now = london("2026-03-03 10:00")
    convened.do(Verb.LIFT_CONFLICT, cast.chair, whom=cast.police_manager.pk, reason="A namesake.")
    assert REPLACE not in asked(convened.world, cast.chair)
    assert asked(convened.world, cast.police_manager) == [DECLARE]
    message = Notification.objects.filter(dispute=convened.dispute, recipient=cast.police_manager, kind=Message.ASSIGNED).latest("created_at")
    assert message.action.startswith("A panel meets on ")
    assert message.due_at == Clock.objects.running().get(dispute=convened.dispute, owner=cast.police_manager).due_at
    seat = PanelMember.objects.get(panel__referral__dispute=convened.dispute, user=cast.police_manager)
    assert (seat.has_conflict, seat.declared_at) == (False, None)


def test_a_member_whose_conflict_was_lifted_reads_it_again_and_the_panel_may_decide(convened: Journey) -> None:
    cast = convened.cast
    convened.do(Verb.MARK_CONFLICT, cast.chair, whom=cast.police_manager.pk, reason=WHY)
    convened.do(Verb.LIFT_CONFLICT, cast.chair, whom=cast.police_manager.pk, reason="A namesake.")
    (case,) = load([convened.dispute.pk], now=convened.world.now, lock=False)
    assert reads_narrative(convened.world.person(cast.police_manager), case)
    convened.met().do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk is there.")


def test_lifting_a_conflict_of_somebody_who_was_replaced_gives_the_seat_to_nobody_else(convened: Journey) -> None:
    cast = convened.cast
    convened.do(Verb.MARK_CONFLICT, cast.chair, whom=cast.police_manager.pk, reason=WHY)
    given = {"member": cast.police_manager.pk, "successor": cast.panel_member.pk, "agency": cast.police.pk}
    convened.do(Verb.REPLACE_MEMBER, cast.chair, reason="A conflict.", **given)
    convened.do(Verb.LIFT_CONFLICT, cast.business_manager, whom=cast.police_manager.pk, reason="A namesake.")
    assert asked(convened.world, cast.police_manager) == []
    assert asked(convened.world, cast.panel_member) == [DECLARE]


# -- has left ---------------------------------------------------------------------------------------------------------------------------------


def leave(journey: Journey) -> Journey:
    """The police's member leaves their agency today."""
    cast = journey.cast
    cast.nobody.memberships.create(partnership=cast.partnership, agency=cast.police, role="practitioner")
    hand_over(actor=None, leaver=cast.police_manager, successor=cast.nobody, place=cast.police, last_day=None, now=journey.world.now)
    return journey


def test_a_member_who_left_is_for_the_chair_to_replace_and_the_chair_is_asked(convened: Journey) -> None:
    cast = convened.cast
    leave(convened)
    assert (Message.ASSIGNED, REPLACE) in told(convened.dispute, cast.chair)
    assert REPLACE in asked(convened.world, cast.chair)
    assert "has left: to be replaced" in page_of(convened, cast.chair)
    given = {"member": cast.police_manager.pk, "successor": cast.panel_member.pk, "agency": cast.police.pk}
    convened.do(Verb.REPLACE_MEMBER, cast.chair, reason="Left.", **given)
    assert REPLACE not in asked(convened.world, cast.chair)


def test_a_member_who_left_is_not_waited_for_and_the_panel_does_not_decide_without_another(convened: Journey) -> None:
    leave(convened)
    assert not Clock.objects.running().filter(dispute=convened.dispute, owner=convened.cast.police_manager).exists()
    convened.world.now = london("2026-03-17 11:00")
    with pytest.raises(WrongState, match="Replace the member first"):
        convened.do(Verb.DECIDE, convened.cast.chair, decision="An assessment.", reasons="The risk is there.")


# -- what only tells --------------------------------------------------------------------------------------------------------------------------


def offered(cast: Cast) -> Journey:
    devon = Journey(cast, "devon", "2026-03-02 10:00").logged()
    devon.do(Verb.MOVE_UP, cast.own_manager, ground="not_resolved", reason="We talked.")
    devon.do(Verb.PUT_TO_SUBGROUP, cast.business_manager, matter=SubgroupMatter.STUCK, reason="Nobody yields.")
    return devon.do(Verb.ANSWER_FOR_SUBGROUP, cast.subgroup_chair, mediator=cast.mediator.pk, reasons="Both are weary.")


def test_an_offered_mediator_is_told_of_the_offer_and_asked_nothing(cast: Cast) -> None:
    devon = offered(cast)
    assert told(devon.dispute, cast.mediator) == [(Message.FEEDBACK, "You are offered as mediator: the agencies may turn to you")]
    assert asked(devon.world, cast.mediator) == []


def test_an_offered_mediator_s_conflict_is_nobody_s_concern_once_nothing_is_left_to_mediate(cast: Cast) -> None:
    devon = offered(cast)
    devon.agreed(devon.holder(), cast.other_practitioner)
    devon.do(Verb.MARK_CONFLICT, cast.business_manager, whom=cast.mediator.pk, reason=WHY)
    assert devon.now.offered_mediator is None
    assert not Notification.objects.filter(dispute=devon.dispute, action=GONE).exists()


@pytest.mark.parametrize(
    ("part", "words"),
    [
        ("chair", "The chair acknowledged it and set a timetable"),
        ("deputy_chair", "The chair acknowledged it and set a timetable"),
        ("business_manager", "The business unit acknowledged it for the chair and set a timetable"),
    ],
)
def test_who_acknowledged_it_is_said_as_it_was(world: World, dispute: Dispute, part: str, words: str) -> None:
    before_chair(world, dispute)
    world.do(dispute, Verb.ACKNOWLEDGE, getattr(world.cast, part), resolve_by=london("2026-03-20 12:00"))
    assert (Message.ACKNOWLEDGED, words) in told(dispute, world.cast.raiser)
    assert ((Message.ACKNOWLEDGED, f"{words}. Choose the route") in told(dispute, world.cast.chair)) == (part != "chair")


def test_a_member_of_an_agency_that_has_no_part_in_it_marks_themself_and_the_chair_lifts_it(convened: Journey) -> None:
    cast = convened.cast
    convened.do(Verb.MARK_CONFLICT, cast.police_manager, reason=WHY)
    assert "Lift a conflict of interest" in page_of(convened, cast.chair)
    convened.do(Verb.LIFT_CONFLICT, cast.chair, whom=cast.police_manager.pk, reason="A namesake.")
    assert asked(convened.world, cast.police_manager) == [DECLARE]
