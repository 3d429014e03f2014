"""The subgroup, the panel's hearing, and dissent from a conference: who hears what, who answers, and who decides nothing."""

from typing import Any

import pytest

from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import PostHolding
from escalation.models import Dispute, Event, EventBody, PanelMember, Referral
from escalation.states import ClockState, EventKind, Ground, Message, Route, State, SubgroupMatter, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of, press
from tests.web.page import Page
from tests.world import london

pytestmark = pytest.mark.django_db


def typed(journey: Journey, kind: EventKind) -> dict[str, str]:
    return dict(EventBody.objects.filter(event__dispute=journey.dispute, event__kind=kind).latest("event__number").text)


def facts(journey: Journey, kind: EventKind) -> dict[str, Any]:
    return dict(Event.objects.filter(dispute=journey.dispute, kind=kind).latest("number").facts)


def sees(journey: Journey, user: Any) -> bool:
    return Dispute.objects.visible_to(journey.world.person(user)).filter(pk=journey.dispute.pk).exists()


# Devon: serious matters and stuck cases with the subgroup


@pytest.fixture
def devon(cast: Cast) -> Journey:
    """Devon between the practitioners: it has left the own agency."""
    journey = Journey(cast, "devon", "2026-03-02 10:00").logged().at("2026-03-03 09:30")
    return journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="We think it through.")


def put(journey: Journey, matter: SubgroupMatter) -> Journey:
    return journey.do(Verb.PUT_TO_SUBGROUP, journey.cast.raiser, matter=matter, reason="A third injury.")


def test_a_matter_of_serious_concern_is_logged_at_once_with_the_subgroups_chair(devon: Journey) -> None:
    """DEV-07: the chair is asked, reads it, and decides whether a deep dive is needed; both sides are told."""
    cast = devon.cast
    assert not sees(devon, cast.subgroup_chair)
    assert press(devon, cast.raiser, Verb.PUT_TO_SUBGROUP, matter="serious", reason="A third injury.").status_code == 302
    assert devon.told(cast.subgroup_chair, Message.ASSIGNED)
    text = page_of(devon, cast.subgroup_chair)
    assert "A third injury." in text
    assert "Answer for the subgroup" in text
    assert press(devon, cast.subgroup_chair, Verb.ANSWER_FOR_SUBGROUP, deep_dive="yes", reasons="It is a pattern.").status_code == 302
    assert (devon.now.is_serious, devon.now.deep_dive, devon.now.subgroup_asked) == (True, True, "")
    assert "A deep dive is needed." in page_of(devon, cast.raiser)
    assert devon.told(devon.asked().pop(), Message.FEEDBACK)


def test_what_was_logged_as_serious_reaches_the_chair_when_it_leaves_the_own_agency(cast: Cast) -> None:
    """DEV-07, DEV-01: and not before, for the first stage is nobody else's to see."""
    journey = Journey(cast, "devon", "2026-03-02 10:00").logged(is_serious=True).at("2026-03-03 09:30")
    assert (sees(journey, cast.subgroup_chair), journey.told(cast.subgroup_chair, Message.ASSIGNED)) == (False, False)
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="We think it through.")
    assert (sees(journey, cast.subgroup_chair), journey.told(cast.subgroup_chair, Message.ASSIGNED)) == (True, True)


def test_of_a_stuck_case_the_subgroup_is_told_and_offers_a_mediator(devon: Journey) -> None:
    """DEV-07: one who has had no part in it; the mediator sees it from then on, and both sides hear who it is."""
    cast = devon.cast
    put(devon, SubgroupMatter.STUCK)
    assert not sees(devon, cast.mediator)
    press(devon, cast.subgroup_chair, Verb.ANSWER_FOR_SUBGROUP, mediator=str(cast.mediator.pk), reasons="Both are weary.")
    assert (devon.now.offered_mediator, sees(devon, cast.mediator)) == (cast.mediator, True)
    assert "Owen Grant is offered as mediator" in page_of(devon, cast.raiser)
    assert devon.told(cast.mediator, Message.FEEDBACK)
    devon.do(Verb.RECORD_MEETING, cast.mediator, who="Both sides", summary="What each fears.")


def test_a_mediator_who_had_a_part_in_it_is_not_offered(devon: Journey) -> None:
    """DEV-07."""
    cast = devon.cast
    cast.own_manager.memberships.create(partnership=cast.partnership, role="mediator")
    put(devon, SubgroupMatter.STUCK)
    with pytest.raises(InvalidInput, match="no part in it") as caught:
        devon.do(Verb.ANSWER_FOR_SUBGROUP, cast.subgroup_chair, mediator=cast.own_manager.pk, reasons="x")
    assert caught.value.field == "mediator"


def test_the_subgroup_decides_nothing_of_the_case(devon: Journey) -> None:
    """DEV-08: stage, requests and clocks stand where they stood; neither chair, member nor offered mediator can settle, move or decide it."""
    cast = devon.cast
    put(devon, SubgroupMatter.STUCK).do(Verb.ANSWER_FOR_SUBGROUP, cast.subgroup_chair, mediator=cast.mediator.pk, reasons="Both are weary.")
    assert (devon.now.state, devon.stage, devon.clock("reply").state) == (State.OPEN, 2, ClockState.RUNNING)
    deciding = {
        Verb.PROPOSE_OUTCOME: {"wording": "x", "kind": "agreed_action"}, Verb.MOVE_UP: {"ground": "risk", "reason": "x"},
        Verb.DECIDE: {"decision": "x", "reasons": "x"}, Verb.RESPOND: {"answer": "agrees", "reasons": "x", "actions": "x"},
        Verb.CLOSE: {"difference": "no_change"}, Verb.CONFIRM_OUTCOME: {},
    }  # fmt: skip
    for user in (cast.subgroup_chair, cast.subgroup_member, cast.mediator):
        for verb, given in deciding.items():
            with pytest.raises(NotAllowed):
                devon.do(verb, user, **given)


def test_only_the_subgroups_chair_answers_for_it(devon: Journey) -> None:
    """DEV-07: members read it; neither they, nor the business unit, nor a party answers."""
    cast = put(devon, SubgroupMatter.SERIOUS).cast
    assert "A third injury." in page_of(devon, cast.subgroup_member)
    for user in (cast.subgroup_member, cast.business_manager, cast.raiser):
        with pytest.raises(NotAllowed):
            devon.do(Verb.ANSWER_FOR_SUBGROUP, user, deep_dive=True, reasons="x")


def test_a_chair_of_the_subgroup_who_belongs_to_a_party_does_not_answer(devon: Journey) -> None:
    """DEV-07: the business unit hears that nobody can."""
    cast = devon.cast
    cast.subgroup_chair.memberships.create(partnership=cast.partnership, agency=cast.social_care, role="senior_manager")
    put(devon, SubgroupMatter.SERIOUS)
    assert devon.told(cast.business_manager, Message.NO_CONTACT)
    with pytest.raises(NotAllowed):
        devon.do(Verb.ANSWER_FOR_SUBGROUP, cast.subgroup_chair, deep_dive=True, reasons="x")


def test_the_subgroups_answer_is_complete_and_given_once(devon: Journey) -> None:
    """DEV-07."""
    put(devon, SubgroupMatter.SERIOUS)
    chair = devon.cast.subgroup_chair
    for given, field in (({"reasons": "x"}, "deep_dive"), ({"deep_dive": False, "reasons": " "}, "reasons")):
        with pytest.raises(InvalidInput) as caught:
            devon.do(Verb.ANSWER_FOR_SUBGROUP, chair, **given)
        assert caught.value.field == field
    with pytest.raises(WrongState, match="waits for the subgroup’s answer"):
        put(devon, SubgroupMatter.STUCK)
    devon.do(Verb.ANSWER_FOR_SUBGROUP, chair, deep_dive=False, reasons="A single case.")
    with pytest.raises(WrongState, match="Nothing waits"):
        devon.do(Verb.ANSWER_FOR_SUBGROUP, chair, deep_dive=True, reasons="x")


def test_a_chair_who_does_not_answer_is_reminded(devon: Journey) -> None:
    """DEV-07."""
    put(devon, SubgroupMatter.SERIOUS).at("2026-03-06 09:30")
    assert devon.told(devon.cast.subgroup_chair, Message.OVERDUE)


def test_without_a_subgroup_nothing_is_put_to_one(cast: Cast) -> None:
    """DEV-07 is Devon's."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    with pytest.raises(WrongState, match="no subgroup"):
        put(journey, SubgroupMatter.SERIOUS)
    assert not journey.told(cast.subgroup_chair, Message.ASSIGNED)


# Bristol: the panel hears representations, and its members declare interests


@pytest.fixture
def to_panel(cast: Cast) -> Journey:
    """Bristol's chair chose the panel."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="He is home tonight.", to=3)
    journey.do(Verb.REFER, cast.own_board, ground=Ground.RISK, efforts="Three talks.", reason="No agreement.")
    journey.do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-03-20 12:00"))
    return journey.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")


@pytest.fixture
def panel(to_panel: Journey) -> Journey:
    """Convened: both boards and a detective sergeant."""
    cast = to_panel.cast
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    return to_panel.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-17 10:00"), members=members)


@pytest.mark.parametrize("part", ["raiser", "own_board", "receiving_board", "receiver"])
def test_those_concerned_on_both_sides_are_heard_by_the_panel(panel: Journey, part: str) -> None:
    """BRI-14, BRO-05: the person who raised it and who held an earlier stage too; it stands in the pack and both sides read it."""
    user = getattr(panel.cast, part)
    assert press(panel, user, Verb.REPRESENT, text="Look at the two calls of 27 February.").status_code == 302
    line = Event.objects.get(dispute=panel.dispute, kind=EventKind.REPRESENTATION)
    assert line.agency == (panel.cast.school if part in {"raiser", "own_board"} else panel.cast.social_care)
    for reader in (panel.cast.own_board, panel.cast.receiving_board):
        assert "Look at the two calls of 27 February." in page_of(panel, reader)
    assert "Look at the two calls of 27 February." in page_of(panel, panel.cast.chair, "view/documents/panel-pack/")
    assert panel.told(panel.cast.police_manager, Message.FEEDBACK)


def test_nobody_else_makes_a_representation_and_none_after_the_decision(panel: Journey) -> None:
    """BRI-14: a panel member of a third agency and the chair hear; they are not concerned."""
    cast = panel.cast
    for user in (cast.police_manager, cast.chair):
        with pytest.raises(NotAllowed):
            panel.do(Verb.REPRESENT, user, text="x")
    panel.met().do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")
    with pytest.raises(WrongState, match="has decided"):
        panel.do(Verb.REPRESENT, cast.raiser, text="x")


def test_the_unit_records_a_representation_for_who_has_no_access(panel: Journey) -> None:
    """BRI-14: saying for which agency."""
    unit = panel.cast.business_unit
    with pytest.raises(InvalidInput, match="for which agency"):
        panel.do(Verb.REPRESENT, unit, text="By letter.")
    panel.do(Verb.REPRESENT, unit, text="By letter.", agency=panel.cast.school.pk)


def test_members_declare_interests_and_that_they_have_none(panel: Journey) -> None:
    """BRI-14: shown beside each member, and in the pack."""
    cast = panel.cast
    assert "Edwin Clarke: has yet to declare" in page_of(panel, cast.chair)
    press(panel, cast.own_board, Verb.DECLARE_INTEREST, interest="", conflicts="no")
    press(panel, cast.police_manager, Verb.DECLARE_INTEREST, interest="I know the family's street.", conflicts="no")
    text = page_of(panel, cast.chair)
    assert "Edwin Clarke: no interest" in text
    assert "Jakub Nowak: an interest" in text
    pack = page_of(panel, cast.chair, "view/documents/panel-pack/")
    assert "I know the family&#x27;s street." in pack
    with pytest.raises(NotAllowed):
        panel.do(Verb.DECLARE_INTEREST, cast.receiver)


def test_a_member_with_a_conflicting_interest_is_shown_and_replaced_before_the_panel_decides(panel: Journey) -> None:
    """BRI-14, BRO-05: the chair and the unit are asked to; the one who leaves sees it no longer, the one who comes is invited."""
    cast = panel.cast
    panel.do(Verb.DECLARE_INTEREST, cast.police_manager, interest="My sister teaches there.", conflicts=True)
    assert panel.told(cast.chair, Message.ASSIGNED)
    assert "Jakub Nowak: conflicting interest: to be replaced" in page_of(panel, cast.chair)
    with pytest.raises(WrongState, match="Replace the member first"):
        panel.do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")
    cast.panel_member.memberships.create(partnership=cast.partnership, agency=cast.police, role="senior_manager")
    given = {"member": str(cast.police_manager.pk), "successor": f"{cast.police.pk} {cast.panel_member.pk}", "reason": "A conflict."}
    assert press(panel, cast.business_manager, Verb.REPLACE_MEMBER, **given).status_code == 302
    assert (sees(panel, cast.police_manager), sees(panel, cast.panel_member)) == (False, True)
    assert panel.told(cast.panel_member, Message.ASSIGNED)
    panel.met().do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")


def test_the_panel_stays_of_enough_agencies_and_of_those_concerned(panel: Journey) -> None:
    """BRI-14: three member agencies, those in dispute among them; nobody who raised it or sat already."""
    cast, place = panel.cast, panel.cast.police.pk
    wrong = [
        ({"successor": cast.own_senior.pk, "agency": cast.school.pk}, "at least 3 agencies"),
        ({"successor": cast.raiser.pk, "agency": place}, "neither a part nor a conflict"),
        ({"successor": cast.own_board.pk, "agency": place}, "has not sat"),
        ({"successor": cast.stranger.pk, "agency": place}, "people of this partnership"),
        ({"member": cast.lead.pk, "successor": cast.panel_member.pk, "agency": place}, "a member of the panel"),
        ({"member": cast.own_board.pk, "successor": cast.panel_member.pk, "agency": place}, "at least 3 agencies"),
    ]
    for changed, words in wrong:
        with pytest.raises(InvalidInput, match=words):
            panel.do(Verb.REPLACE_MEMBER, cast.chair, **{"member": cast.police_manager.pk, "reason": "x", **changed})
    assert PanelMember.objects.filter(left_at=None).count() == 3


def test_the_record_says_who_heard_it_and_too_few_do_not_decide(panel: Journey) -> None:
    """BRI-14, BRO-05: dissent stays with the decision, and every party is told of it."""
    cast = panel.cast
    decision = {"decision": "An assessment.", "reasons": "The risk.", "dissent": "The police would have waited.", "agreed": "yes"}
    two = [str(cast.own_board.pk), str(cast.receiving_board.pk)]
    panel.met()
    assert press(panel, cast.chair, Verb.DECIDE, **decision, heard_by=two).status_code == 400
    assert press(panel, cast.chair, Verb.DECIDE, **decision, heard_by=[*two, str(cast.police_manager.pk)]).status_code == 302
    text = page_of(panel, cast.raiser)
    assert "Edwin Clarke, Hannah Cohen and Jakub Nowak" in text
    assert "The police would have waited." in text
    for user in (cast.raiser, cast.own_board, cast.receiving_board):
        assert panel.now.notifications.filter(recipient=user, action__contains="decision").exists(), user


def test_nothing_is_decided_before_the_panel_has_met_or_by_who_has_yet_to_declare(panel: Journey) -> None:
    """BRI-14: it meets on Tuesday 17 March at 10:00."""
    cast, decision = panel.cast, {"decision": "An assessment.", "reasons": "The risk."}
    panel.at("2026-03-17 09:59")
    with pytest.raises(WrongState, match="The panel meets on Tuesday 17 March, 10am"):
        panel.do(Verb.DECIDE, cast.chair, **decision)
    assert "decide/" not in page_of(panel, cast.chair)
    panel.at("2026-03-17 10:00").do(Verb.DECLARE_INTEREST, cast.own_board).do(Verb.DECLARE_INTEREST, cast.receiving_board)
    with pytest.raises(InvalidInput, match="have none: Jakub Nowak") as caught:
        panel.do(Verb.DECIDE, cast.chair, **decision)
    assert caught.value.field == "heard_by"
    panel.do(Verb.DECLARE_INTEREST, cast.police_manager).do(Verb.DECIDE, cast.chair, **decision)


def test_another_panel_takes_the_place_of_the_first(panel: Journey) -> None:
    """BRI-14: those not on it again see it no longer."""
    cast = panel.cast
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.panel_member.pk: cast.police.pk}
    panel.do(Verb.CONVENE, cast.chair, meets_at=london("2026-03-18 10:00"), members=members)
    assert (sees(panel, cast.police_manager), sees(panel, cast.panel_member)) == (False, True)


def test_a_panel_is_convened_anew_from_what_was_chosen_before_as_far_as_it_can_be_chosen_still(panel: Journey) -> None:
    """BRI-14: the day while it is to come, and whoever may sit on; a member with a conflict stays unticked, and the rules refuse as before."""
    cast = panel.cast

    def chosen() -> tuple[list[str], list[str]]:
        page = Page(page_of(panel, cast.chair, "convene/"))
        ticked = [one.attrs["value"].split()[1] for one in page.all("input", name="members") if "checked" in one.attrs]
        return sorted(ticked), [page.one(id=f"id_meets_at_{part}").attrs.get("value", "") for part in range(4)]

    every = [str(one.pk) for one in (cast.own_board, cast.receiving_board, cast.police_manager)]
    assert chosen() == (sorted(every), ["17", "3", "2026", "10am"])
    panel.do(Verb.DECLARE_INTEREST, cast.police_manager, interest="My sister teaches there.", conflicts=True).at("2026-03-17 10:00")
    assert chosen() == (sorted(every[:2]), ["", "", "", ""])
    again = {f"meets_at_{part}": text for part, text in enumerate(("18", "3", "2026", "10am"))}
    two = [f"{cast.school.pk} {cast.own_board.pk}", f"{cast.social_care.pk} {cast.receiving_board.pk}"]
    answer = press(panel, cast.chair, Verb.CONVENE, **again, members=two)
    assert (answer.status_code, "at least 3 agencies" in answer.content.decode()) == (400, True)


@pytest.mark.parametrize("part", ["own_manager", "receiver", "raiser"])
def test_a_mediator_has_had_no_part_in_the_matter(to_panel: Journey, part: str) -> None:
    """BRI-13, BRO-05: held no stage, raised nothing; whatever agency they belong to today."""
    user = getattr(to_panel.cast, part)
    user.memberships.all().delete()
    PostHolding.objects.filter(user=user).delete()
    user.memberships.create(partnership=to_panel.cast.partnership, role="mediator")
    with pytest.raises(InvalidInput, match="no part in the matter") as caught:
        to_panel.do(Verb.CHOOSE_ROUTE, to_panel.cast.chair, route=Route.MEDIATION, reason="x", mediator=user.pk)
    assert caught.value.field == "mediator"


def test_mediation_without_agreement_is_told_to_both_sides_and_the_chair(to_panel: Journey) -> None:
    """BRI-12, BRI-13."""
    cast = to_panel.cast
    to_panel.do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.MEDIATION, reason="x", mediator=cast.mediator.pk)
    to_panel.do(Verb.DECIDE, cast.mediator, decision="They could not agree.", reasons="The threshold.", agreed=False)
    assert Referral.objects.get(dispute=to_panel.dispute).route == ""
    told = set(to_panel.now.notifications.filter(action__startswith="There was no agreement").values_list("recipient", flat=True))
    assert {cast.chair.pk, cast.own_board.pk, cast.raiser.pk, cast.receiving_board.pk} <= told


# Buckinghamshire: dissent from a conference


@pytest.fixture
def dissent(cast: Cast) -> Journey:
    """Dissent from a conference's decision, logged by the teacher."""
    return Journey(cast, "buckinghamshire", "2026-03-02 10:00").logged(door="conference_dissent")


def test_who_shares_the_dissent_alerts_the_reviewing_service_at_once_and_it_decides_what_to_do(dissent: Journey) -> None:
    """BUC-09: the own agency's stage 2 contact concurs; the reviewing service reads why, answers, and both hear of it."""
    cast = dissent.cast
    assert "Say whether you share the dissent" in page_of(dissent, cast.own_senior)
    assert not sees(dissent, cast.reviewer)
    assert press(dissent, cast.own_senior, Verb.WEIGH_DISSENT, shares="yes", reasons="The plan leaves him alone with him.").status_code == 302
    assert dissent.told(cast.reviewer, Message.ASSIGNED)
    assert "The plan leaves him alone with him." in page_of(dissent, cast.reviewer)
    press(dissent, cast.reviewer, Verb.ANSWER_ALERT, decision="The conference meets again on Friday.", reasons="New facts.")
    assert typed(dissent, EventKind.ADVICE)["answer"] == "The conference meets again on Friday."
    assert "The conference meets again on Friday." in page_of(dissent, cast.raiser)
    assert dissent.told(cast.raiser, Message.FEEDBACK)
    assert dissent.clock("ask:reviewing").state == ClockState.MET


def test_a_dissent_that_the_contact_does_not_share_goes_no_further_and_the_raiser_is_told_why(dissent: Journey) -> None:
    """BUC-09: the disagreement itself goes on; the contact may think again."""
    cast = dissent.cast
    dissent.do(Verb.WEIGH_DISSENT, cast.lead, shares=False, reasons="The plan is safe.")
    assert (sees(dissent, cast.reviewer), dissent.told(cast.reviewer, Message.ASSIGNED)) == (False, False)
    assert dissent.told(cast.raiser, Message.FEEDBACK)
    with pytest.raises(NotFound):
        dissent.do(Verb.ANSWER_ALERT, cast.reviewer, decision="x", reasons="x")
    dissent.do(Verb.WEIGH_DISSENT, cast.lead, shares=True, reasons="I have read the minutes.")
    assert sees(dissent, cast.reviewer)


@pytest.mark.parametrize("part", ["raiser", "own_manager", "receiver"])
def test_only_the_contact_of_the_second_stage_weighs_it(dissent: Journey, part: str) -> None:
    """BUC-09: not the raiser alone, not a line manager, nobody of the other side."""
    with pytest.raises((NotAllowed, NotFound)):
        dissent.do(Verb.WEIGH_DISSENT, getattr(dissent.cast, part), shares=True, reasons="x")


def test_the_reviewing_service_is_alerted_once_and_answers_once(dissent: Journey) -> None:
    """BUC-09."""
    cast = dissent.cast
    dissent.do(Verb.WEIGH_DISSENT, cast.own_senior, shares=True, reasons="He is alone with him.")
    with pytest.raises(WrongState, match="alerted already"):
        dissent.do(Verb.WEIGH_DISSENT, cast.lead, shares=True, reasons="x")
    for given, field in (({"decision": "", "reasons": "x"}, "decision"), ({"decision": "x", "reasons": ""}, "reasons")):
        with pytest.raises(InvalidInput) as caught:
            dissent.do(Verb.ANSWER_ALERT, cast.reviewer, **given)
        assert caught.value.field == field
    dissent.do(Verb.ANSWER_ALERT, cast.reviewer, decision="We meet again.", reasons="New facts.")
    with pytest.raises(WrongState, match="answered already"):
        dissent.do(Verb.ANSWER_ALERT, cast.reviewer, decision="x", reasons="x")


def test_any_other_disagreement_has_no_dissent_to_weigh(cast: Cast) -> None:
    """BUC-09 is the way of Buckinghamshire's door, and of that door alone."""
    for procedure, door in (("buckinghamshire", "complaint"), ("bristol", "conference_dissent")):
        journey = Journey(cast, procedure, "2026-03-02 10:00").sent(door=door)
        with pytest.raises(NotAllowed):
            journey.do(Verb.WEIGH_DISSENT, cast.lead, shares=True, reasons="x")
