"""What stands around the stages, by program."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from escalation.models import Dispute, Event
from escalation.states import Answer, EventKind, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.escalation.verbs import respond, routed
from tests.world import World, chosen

pytestmark = pytest.mark.django_db


def last(dispute: Dispute) -> Event:
    return Event.objects.filter(dispute=dispute).latest("number")


def actions(caller: Caller, dispute: Dispute) -> set[str]:
    """The verbs that the caller is offered."""
    return {action["verb"] for action in caller.get(f"disputes/{dispute.reference}/").json()["actions"]}


@pytest.fixture
def enfield(cast: Cast) -> Dispute:
    """Enfield, where social care disagreed at stage 1."""
    world = World(cast, "enfield")
    return respond(world, world.sent(), Answer.DISAGREES)


def test_a_conference_is_asked_for_and_answered(enfield: Dispute, cast: Cast) -> None:
    """ENF-08."""
    raising, receiving = Caller(cast.own_manager), Caller(cast.receiver)
    assert raising.do(enfield, Verb.REQUEST_CONFERENCE, reason="He is home.", supporter=str(cast.lead.pk)).status_code == 200
    assert Verb.ANSWER_CONFERENCE in actions(receiving, enfield)
    refused = receiving.do(enfield, Verb.ANSWER_CONFERENCE, answer="refused")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["reasons"])
    assert receiving.do(enfield, Verb.ANSWER_CONFERENCE, answer="convened", conference_on="2026-03-12").status_code == 200
    assert chosen(last(enfield)) == {"conference": "convened", "conference_on": "2026-03-12"}
    assert Verb.ANSWER_CONFERENCE not in actions(receiving, enfield)


@pytest.mark.parametrize("day", ["soon", "2026-02-30", 5, [], "2026-03-01"])
def test_a_conferences_day_is_a_date_to_come(enfield: Dispute, cast: Cast, day: Any) -> None:
    Caller(cast.own_manager).do(enfield, Verb.REQUEST_CONFERENCE, reason="He is home.", supporter=str(cast.lead.pk))
    answer = Caller(cast.receiver).do(enfield, Verb.ANSWER_CONFERENCE, answer="convened", conference_on=day)
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["conference_on"])


def test_one_more_agency_is_asked(world: World, cast: Cast, dispute: Dispute) -> None:
    """ENF-01."""
    assert Caller(cast.own_manager).do(dispute, Verb.ADD_AGENCY, agency=str(cast.police.pk), reason="They closed it.").status_code == 200
    assert Verb.RESPOND in actions(Caller(cast.police_manager), dispute)


def test_an_answer_for_the_subgroup_needs_to_be_its_chairs(cast: Cast) -> None:
    """DEV-07."""
    world = World(cast, "devon")
    dispute = world.log()
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground="risk", reason="Tonight.")
    assert Caller(cast.raiser).do(dispute, Verb.PUT_TO_SUBGROUP, matter="serious", reason="A third injury.").status_code == 200
    given = {"deep_dive": True, "reasons": "A pattern."}
    assert Caller(cast.subgroup_member).do(dispute, Verb.ANSWER_FOR_SUBGROUP, **given).status_code == 403
    assert Caller(cast.subgroup_chair).do(dispute, Verb.ANSWER_FOR_SUBGROUP, **given).status_code == 200


def test_the_panel_hears_declares_and_says_who_heard(world: World, cast: Cast, traveller: time_machine.Traveller) -> None:
    """BRI-14."""
    dispute = routed(world, world.sent(), "panel")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(dispute, Verb.CONVENE, cast.chair, meets_at=world.now + timedelta(days=2), members=members)
    assert Caller(cast.raiser).do(dispute, Verb.REPRESENT, text="Look at the calls.").status_code == 200
    assert Caller(cast.police_manager).do(dispute, Verb.DECLARE_INTEREST).status_code == 200
    assert last(dispute).facts["declared"] == "none"
    early = Caller(cast.chair).do(dispute, Verb.DECIDE, decision="x", reasons="x")
    assert (early.status_code, early.json()["detail"][:21]) == (409, "The panel meets on We")
    for user in (cast.own_board, cast.receiving_board):
        world.do(dispute, Verb.DECLARE_INTEREST, user)
    traveller.shift(timedelta(days=3))
    short = Caller(cast.chair).do(dispute, Verb.DECIDE, decision="x", reasons="x", heard_by=[str(cast.own_board.pk)])
    assert (short.status_code, list(short.json()["errors"])) == (400, ["heard_by"])
    assert Caller(cast.chair).do(dispute, Verb.DECIDE, decision="x", reasons="x").status_code == 200
    decided = Event.objects.get(dispute=dispute, kind=EventKind.DECIDED)
    assert len(decided.facts["heard_by"]) == 3
