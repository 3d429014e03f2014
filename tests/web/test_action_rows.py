"""Agreed actions where a meeting or a decision is recorded: rows of what, who and by when, with the meeting or not at all."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine

from escalation.engine.perform import Seen
from escalation.models import AgreedAction, Dispute, Event
from escalation.states import EventKind, Route, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.escalation.verbs import before_chair
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.web.test_log import summary
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
MEETING = {"how": "call", "who": "Both managers", "summary": "The threshold."}
BY_FRIDAY = {"due_at_0": "6", "due_at_1": "3", "due_at_2": "2026", "due_at_3": "5pm"}


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def row(number: int, **given: str) -> dict[str, str]:
    return {f"action_{number}_{part}": value for part, value in given.items()}


def record(visitor: Visitor, dispute: Dispute, cast: Cast, **typed: str) -> Any:
    agencies = [str(cast.school.pk), str(cast.social_care.pk)]
    return visitor.post(f"/d/{dispute.reference}/record-meeting/", {**MEETING, "agencies": agencies, "seen": str(Seen.of(dispute)), **typed})


def test_actions_are_recorded_with_the_meeting_each_with_its_clock(cast: Cast, world: World, dispute: Dispute) -> None:
    visitor = Visitor(cast.own_manager, world.now)
    first = row(1, what="A joint visit.", agency=str(cast.social_care.pk), owner=str(cast.receiver.pk), **BY_FRIDAY)
    second = row(3, what="Send the chronology.", agency=str(cast.school.pk), **BY_FRIDAY)
    assert record(visitor, dispute, cast, **first, **second).status_code == 302
    rows = AgreedAction.objects.filter(dispute=dispute).select_related("event__body").order_by("event__number")
    assert [(one.event.body.text["what"], one.agency, one.owner) for one in rows] == [
        ("A joint visit.", cast.social_care, cast.receiver),
        ("Send the chronology.", cast.school, cast.own_manager),
    ]
    kinds = list(Event.objects.filter(dispute=dispute).order_by("-number").values_list("kind", flat=True)[:3])
    assert kinds == [EventKind.ACTION_AGREED, EventKind.ACTION_AGREED, EventKind.MEETING]
    assert dispute.clocks.filter(action__isnull=False).count() == 2


def test_without_rows_it_is_a_meeting_and_no_more_and_the_rows_lie_folded(cast: Cast, world: World, dispute: Dispute) -> None:
    visitor = Visitor(cast.own_manager, world.now)
    page = visitor.page(f"/d/{dispute.reference}/record-meeting/")
    assert "open" not in page.one("details").attrs
    assert "Actions that were agreed" in page.one("details").text
    assert "details" in page.one("textarea", name="action_1_what").inside
    assert record(visitor, dispute, cast).status_code == 302
    assert not AgreedAction.objects.exists()


def test_half_a_row_is_refused_beside_what_is_missing_and_nothing_is_kept(cast: Cast, world: World, dispute: Dispute) -> None:
    page = Page(record(Visitor(cast.own_manager, world.now), dispute, cast, **row(2, what="A joint visit.")).content.decode())
    assert summary(page) == ["Choose which agency does it"]
    assert "open" in page.one("details").attrs
    page = Page(record(Visitor(cast.own_manager, world.now), dispute, cast, **row(1, when="other")).content.decode())
    assert summary(page) == ["Say what will be done", "Choose which agency does it", "Say by when it will be done"]
    late = row(1, what="A visit.", agency=str(cast.school.pk), due_at_0="1", due_at_1="3", due_at_2="2026", due_at_3="5pm")
    page = Page(record(Visitor(cast.own_manager, world.now), dispute, cast, **late).content.decode())
    assert summary(page) == ["Give a date that has not passed"]
    assert not Event.objects.filter(dispute=dispute, kind=EventKind.MEETING).exists()


def test_whoever_may_add_no_action_is_asked_for_none_and_refused_by_program(cast: Cast, world: World, dispute: Dispute) -> None:
    assert not Visitor(cast.raiser, world.now).page(f"/d/{dispute.reference}/record-meeting/").all("details")
    given = {"what": "A visit.", "agency": str(cast.school.pk), "due_at": "2026-03-06T17:00"}
    assert Caller(cast.raiser).do(dispute, Verb.RECORD_MEETING, **MEETING, actions=[given]).status_code == 403
    assert Caller(cast.own_manager).do(dispute, Verb.RECORD_MEETING, **MEETING, actions=[given] * 4).json()["errors"].keys() == {"actions"}
    assert Caller(cast.own_manager).do(dispute, Verb.RECORD_MEETING, **MEETING, actions=[given]).status_code == 200
    assert AgreedAction.objects.get().agency == cast.school


def test_a_decision_says_what_each_agency_does_and_the_check_names_who(cast: Cast, world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    world.do(dispute, Verb.CHOOSE_ROUTE, cast.chair, route=Route.MEDIATION, reason="It fits.", mediator=cast.mediator.pk)
    visitor, seen = Visitor(cast.mediator, world.now), {"seen": str(Seen.of(world.fresh(dispute)))}
    typed = {"agreed": "yes", "decision": "An assessment.", "reasons": "The risk."}
    typed |= row(1, what="The assessment.", agency=str(cast.social_care.pk), owner=str(cast.receiver.pk), **BY_FRIDAY)
    check = Page(visitor.post(f"/d/{dispute.reference}/decide/", {**seen, **typed}).content.decode()).one("main").text
    assert cast.receiver.name in check
    assert cast.social_care.name in check
    assert visitor.post(f"/d/{dispute.reference}/decide/", {**seen, **typed, "confirmed": "1"}).status_code == 302
    assert AgreedAction.objects.get().owner == cast.receiver
