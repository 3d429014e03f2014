"""Learning over the interface: the same points, the same refusals as the page."""

from typing import Any

import pytest

from agencies.address_key import address_key
from agencies.roles import Role
from escalation.models import Event, LearningPoint, RememberedCall
from escalation.states import EventKind, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.escalation.learning import ISSUE, NARRATIVE, learnt, recorded
from tests.factories import make_holder
from tests.world import World

pytestmark = pytest.mark.django_db


def test_the_list_holds_what_the_caller_may_know_of_and_no_narrative(world: World, cast: Cast) -> None:
    point = learnt(world, owner=cast.subgroup_chair.pk, change_needed="training")
    body = Caller(cast.subgroup_chair).get("learning/").json()
    assert [row["issue"] for row in body["results"]] == [ISSUE]
    assert (body["results"][0]["reference"], body["results"][0]["change_needed"], body["next"]) == ("", "Training", None)
    assert NARRATIVE not in str(body) + str(Caller(cast.subgroup_chair).get(f"learning/{point.pk}/").json())
    assert Caller(cast.business_unit).get("learning/").json()["results"][0]["reference"] == point.dispute.reference


def test_it_is_chosen_and_paged_as_the_page_is(world: World, cast: Cast) -> None:
    dispute = learnt(world).dispute
    recorded(world, dispute, issue="Another.", referred_to="Policy group")
    caller = Caller(cast.business_unit)
    first = caller.get("learning/", limit=1).json()
    assert (len(first["results"]), "page=2" in first["next"]) == (1, True)
    key = next(row["referred_key"] for row in caller.get("learning/").json()["results"] if row["referred_to"] == "Policy group")
    assert [row["issue"] for row in caller.get("learning/", referred=key).json()["results"]] == ["Another."]
    assert "Policy" not in caller.get("learning/", referred=key, limit=1).content.decode().partition("results")[0]
    assert caller.get("learning/", show="overdue").json()["results"] == []
    assert caller.get("learning/", show="late").status_code == 400


@pytest.mark.parametrize(
    ("asked", "field"),
    [({"referred": "Policy group"}, "referred"), ({"referred": "0" * 16}, "referred"), ({"referred_to": "Policy group"}, "referred_to")],
)
def test_no_name_that_was_typed_is_taken_in_an_address(world: World, cast: Cast, asked: dict[str, str], field: str) -> None:
    recorded(world, learnt(world).dispute, issue="Another.", referred_to="Policy group")
    answer = Caller(cast.business_unit).get("learning/", **asked)
    assert answer.status_code == 400
    assert field in answer.content.decode()


def test_what_somebody_may_not_know_of_is_named_by_no_key(world: World, cast: Cast) -> None:
    recorded(world, learnt(world).dispute, issue="Another.", referred_to="Policy group")
    assert Caller(cast.business_unit).get("learning/", referred=address_key("Policy group")).status_code == 200
    assert Caller(cast.lead).get("learning/", referred=address_key("Policy group")).status_code == 200
    other = make_holder(cast.police, 3, "Another lead", Role.LEAD, is_lead=True)
    assert Caller(other).get("learning/", referred=address_key("Policy group")).status_code == 400


def test_a_point_is_moved_on_and_what_is_left_out_stays(world: World, cast: Cast) -> None:
    point = learnt(world, owner=cast.lead.pk)
    body = Caller(cast.lead).post(f"learning/{point.pk}/", {"seen": 0, "status": "started", "due_on": "2026-06-12"}).json()
    assert (body["status"], body["owner"], body["due_on"], body["seen"]) == ("started", "Priya Nair", "2026-06-12", 1)
    assert body["steps"][0]["changes"] == ["Under way", "By Friday 12 June 2026"]
    assert Caller(cast.lead).post(f"learning/{point.pk}/", {"seen": 1, "owner": None}).json()["owner"] == ""


def refused(caller: Caller, point: LearningPoint, **given: Any) -> tuple[int, str]:
    answer = caller.post(f"learning/{point.pk}/", {"seen": 0, **given})
    return answer.status_code, str(answer.json())


def test_refusals_are_the_services_own(world: World, cast: Cast) -> None:
    point = learnt(world)
    assert refused(Caller(cast.lead), point, status="done")[0] == 400
    assert "Say what was done" in refused(Caller(cast.lead), point, status="done")[1]
    assert refused(Caller(cast.lead), point, seen=3, status="started")[0] == 409
    assert refused(Caller(cast.receiving_lead), point, status="started")[0] == 403
    assert refused(Caller(cast.raiser), point, status="started")[0] == 404
    assert refused(Caller(cast.lead, is_read_only=True), point, status="started")[0] == 403
    assert LearningPoint.objects.get(pk=point.pk).revision == 0


def test_a_call_that_is_sent_twice_under_one_key_is_done_once(world: World, cast: Cast) -> None:
    point = learnt(world)
    sent = {"seen": 0, "status": "started"}
    first, again = (Caller(cast.lead).post(f"learning/{point.pk}/", sent, **{"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.status_code, again.status_code, again.headers["Idempotent-Replayed"]) == (200, 200, "true")
    assert again.json() == first.json()
    line = Event.objects.get(dispute=point.dispute, kind=EventKind.LEARNING)
    world.do(point.dispute, Verb.REDACT, cast.own_manager, number=line.number, text={"issue": "Thresholds"}, why="It named the child.")
    late = Caller(cast.lead).post(f"learning/{point.pk}/", sent, **{"Idempotency-Key": "k-1"})
    assert (late.headers["Idempotent-Replayed"], late.json()["issue"]) == ("true", "Thresholds [taken out]")
    assert ISSUE not in f"{list(RememberedCall.objects.values_list('answer', flat=True))}"
    assert LearningPoint.objects.get(pk=point.pk).revision == 1
