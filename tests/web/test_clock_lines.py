"""What the clocks wrote into the record by themselves is named for what each clock measures, on every page that shows the record."""

from collections.abc import Iterator

import pytest
from django.urls import reverse

from escalation.api.shown import short
from escalation.engine.case import load
from escalation.models import Dispute
from escalation.selectors.worklist import worklist
from escalation.services.chasing import to_chase
from escalation.services.sweep import sweep
from escalation.states import Answer, Ground, Measure, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
LATER = london("2026-03-04 11:00")


def late(user: Visitor, dispute: Dispute) -> Iterator[set[str]]:
    """The titles of what passed, as the page of the disagreement and its print show them."""
    for page in ("case", "case-print"):
        titles = (one.text for one in user.page(reverse(page, args=[dispute.reference]), every="1").all("h3", class_="c-record__title"))
        yield {title.removesuffix(" Overdue") for title in titles if "verdue" in title}


def test_an_action_done_late_is_no_late_response(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what="A visit.", agency=cast.school.pk, due_at=london("2026-03-03 09:00"))
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    sweep(london("2026-03-03 10:01"))
    assert list(late(Visitor(cast.receiver, LATER), dispute)) == [{"Agreed action overdue"}] * 2


def test_a_late_response_is_one(cast: Cast, world: World, dispute: Dispute) -> None:
    sweep(london("2026-03-03 10:01"))
    assert list(late(Visitor(cast.receiver, LATER), dispute)) == [{"Response overdue"}] * 2


def test_a_late_move_up_is_no_late_response_and_stands_before_what_others_owe_as_in_my_work(cast: Cast) -> None:
    journey = Journey(cast, "enfield", "2026-03-04 15:00").sent().at("2026-03-06 00:01")
    visitor = Visitor(cast.own_manager, journey.world.now)
    assert list(late(visitor, journey.dispute)) == [{"Moving up overdue"}] * 2
    page = visitor.page(f"/d/{journey.dispute.reference}/")
    box = page.one("section", class_="c-next").text
    own = "Overdue: Move up, if it is not settled: Stage 1 (you), Thursday 5 March, end of day"
    waits, limit = "Waiting for Northshire Social Care", "Due: Settle it within the overall limit (you), Wednesday 11 March, end of day"
    assert -1 < box.find(own) < box.find(waits) < box.find(limit)
    assert page.all("a", class_="govuk-button")[0].text == "Move up to Stage 2"
    now = next(one.text for one in page.all(class_="c-stages__stage") if one.attrs.get("aria-current"))
    assert "moving up overdue since Thursday 5 March, end of day; response due Friday 6 March, end of day" in now
    waiting = visitor.page("/my-work/").all("h2", id="group-overdue")
    assert [one.text for one in waiting] == ["Overdue 1 thing"]


def test_an_action_agreed_inside_the_own_agency_stays_there_when_it_falls_due_at_a_later_stage(cast: Cast) -> None:
    journey = Journey(cast, "devon", "2026-03-02 10:00").logged()
    given = {"what": "A visit.", "agency": cast.school.pk, "due_at": london("2026-03-04 09:00")}
    journey.do(Verb.ADD_ACTION, cast.own_manager, **given).at("2026-03-03 09:30")
    journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="It is real.").at("2026-03-04 09:01")
    outside = journey.now.requests.get().holder
    assert list(late(Visitor(outside, LATER), journey.dispute)) == [set()] * 2
    assert "Agreed action overdue" in next(late(Visitor(cast.own_manager, LATER), journey.dispute))
    case = load([journey.dispute.pk], now=journey.world.now, lock=False)[0]
    soonest = [short(case, journey.world.person(user), journey.world.now)["due_at"] for user in (cast.own_manager, outside)]
    assert (soonest[0], given["due_at"] in soonest[1:]) == (given["due_at"], False), "nor does a program outside learn its date"
    work = [worklist(journey.world.person(user), journey.world.now).groups for user in (cast.own_manager, outside)]
    assert [any("agreed action" in item.ask for group in groups for item in group.items) for groups in work] == [True, False]
    unit = journey.world.person(cast.business_unit)
    assert Measure.ACTION not in {each.clock.measures for each in to_chase(case, unit, journey.world.now)}, "the unit, which chases both, neither"
