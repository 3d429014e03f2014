"""Logging in one call."""

from typing import Any
from uuid import uuid4

import pytest

from escalation.engine.perform import Seen
from escalation.models import Dispute, Draft, Event
from escalation.states import EventKind, State, Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.world import World, answers

pytestmark = pytest.mark.django_db


def test_a_practitioner_logs_in_one_call_and_it_goes_to_the_own_manager(world: World, cast: Cast) -> None:
    answer = Caller(cast.raiser).post("disputes/", answers(cast.social_care))
    assert answer.status_code == 201
    shown = answer.json()
    assert (shown["state"], shown["stage"], shown["stage_name"]) == ("open", 0, "Own manager")
    assert shown["due_at"] == "2026-03-03T23:59:59Z"
    assert [agency["name"] for agency in shown["receiving_agencies"]] == ["Northshire Social Care"]


def test_what_was_typed_lies_in_the_record_alone(world: World, cast: Cast) -> None:
    answer = Caller(cast.raiser).post("disputes/", answers(cast.social_care))
    assert "without an assessment" not in answer.content.decode()
    event = Event.objects.get(dispute__reference=answer.json()["reference"], kind=EventKind.SUBMITTED)
    assert event.body.text["what"].startswith("The referral of 27 February")


def test_an_urgent_one_is_sent_at_once(world: World, cast: Cast) -> None:
    body = answers(cast.social_care, is_urgent=True, respond_by="2026-03-02T12:00")
    shown = Caller(cast.raiser).post("disputes/", body).json()
    assert (shown["stage"], shown["is_urgent"], shown["due_at"]) == (1, True, "2026-03-02T12:00:00Z")


def test_everything_that_is_missing_is_said_at_once(world: World, cast: Cast) -> None:
    answer = Caller(cast.raiser).post("disputes/", answers(cast.social_care, what="", impact="  ", children=[]))
    assert answer.status_code == 400
    assert answer.json()["errors"] == {
        "children": ["Enter the child's initials, and the date of birth or that the child is unborn."],
        "what": ["Say what decision, action or inaction you disagree with."],
        "impact": ["Say what it means for the child's welfare or safety."],
    }


def test_a_refused_one_leaves_no_draft_behind(world: World, cast: Cast) -> None:
    Caller(cast.raiser).post("disputes/", answers(cast.social_care, what=""))
    assert not Dispute.objects.exists()
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("receiving", ["police"]), ("receiving", "x"), ("children", [{"initials": "ABCDEFGHI", "is_unborn": True}]), ("children", [{}]),
        ("children", "AB"), ("themes", ["sport"]), ("themes", ["delay", "delay"]),
        ("basis", "hearsay"), ("level_of_need", 5), ("level_of_need", 10**40), ("arose_on", "7 April"),
        ("respond_by", "9999-12-31T23:59"), ("is_urgent", "yes"), ("start_stage", -1), ("holders", {"x": "y"}), ("holders", []), ("raiser", "me"),
        ("whatt", "A slip of the pen"), ("what", 7), ("what", "NUL \x00 inside"), ("tried", "half \ud800 a sign"), ("what", "x" * 20_001),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_beside_its_field(world: World, cast: Cast, field: str, value: Any) -> None:
    answer = Caller(cast.raiser).post("disputes/", answers(cast.social_care, **{field: value}))
    assert answer.status_code == 400
    assert all(name.split(".")[0] == field for name in answer.json()["errors"])
    assert not Dispute.objects.exists()


def test_an_agency_of_another_partnership_cannot_be_chosen(world: World, cast: Cast) -> None:
    body = answers() | {"receiving": [str(uuid4())]}
    assert Caller(cast.raiser).post("disputes/", body).json()["errors"] == {"receiving": ["Choose the agency from the list."]}


def test_nobody_logs_for_an_agency_in_which_they_have_no_role(world: World, cast: Cast) -> None:
    answer = Caller(cast.raiser).post("disputes/", answers(cast.social_care, agency=str(cast.police.pk)))
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")


def test_the_chair_says_for_which_agency(world: World, cast: Cast) -> None:
    answer = Caller(cast.chair).post("disputes/", answers(cast.social_care))
    assert answer.json()["errors"] == {"agency": ["Say for which agency you log this."]}


def test_the_business_unit_logs_on_behalf(world: World, cast: Cast) -> None:
    body = answers(cast.social_care, agency=str(cast.school.pk), raiser=str(cast.raiser.pk))
    assert Caller(cast.business_unit).post("disputes/", body).status_code == 201
    assert Dispute.objects.get().raiser == cast.raiser


def test_the_same_call_under_the_same_key_is_done_once(world: World, cast: Cast) -> None:
    caller, headers = Caller(cast.raiser), {"Idempotency-Key": "first-1"}
    one, two = (caller.post("disputes/", answers(cast.social_care), **headers) for _ in range(2))
    assert (one.status_code, two.status_code, two.json()) == (201, 201, one.json())
    assert two.headers["Idempotent-Replayed"] == "true"
    assert Dispute.objects.filter(state=State.OPEN).count() == 1


def test_another_call_under_the_same_key_is_refused(world: World, cast: Cast) -> None:
    caller, headers = Caller(cast.raiser), {"Idempotency-Key": "first-1"}
    caller.post("disputes/", answers(cast.social_care), **headers)
    answer = caller.post("disputes/", answers(cast.police), **headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "key_reused")
    assert Dispute.objects.count() == 1


def test_a_refused_call_leaves_its_key_free(world: World, cast: Cast) -> None:
    caller, headers = Caller(cast.raiser), {"Idempotency-Key": "first-1"}
    assert caller.post("disputes/", answers(cast.social_care, what=""), **headers).status_code == 400
    assert caller.post("disputes/", answers(cast.social_care), **headers).status_code == 201


def test_two_people_may_choose_the_same_key(world: World, cast: Cast) -> None:
    for user in (cast.raiser, cast.colleague):
        assert Caller(user).post("disputes/", answers(cast.social_care), **{"Idempotency-Key": "1"}).status_code == 201
    assert Dispute.objects.count() == 2


@pytest.mark.parametrize("key", ["", "two words", "x" * 101, "é"])
def test_a_key_is_up_to_a_hundred_visible_characters(world: World, cast: Cast, key: str) -> None:
    answer = Caller(cast.raiser).post("disputes/", answers(cast.social_care), **{"Idempotency-Key": key})
    assert list(answer.json()["errors"]) == ["Idempotency-Key"]
    assert not Dispute.objects.exists()


def sent_back(world: World, cast: Cast) -> Dispute:
    """Logged by a program, and given back by the own manager with a reason."""
    reference = Caller(cast.raiser).post("disputes/", answers(cast.social_care)).json()["reference"]
    dispute = Dispute.objects.get(reference=reference)
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Say what the police said.")
    return world.fresh(dispute)


def test_what_was_sent_back_is_put_right_and_sent_again_in_one_call(world: World, cast: Cast) -> None:
    dispute = sent_back(world, cast)
    shown = Caller(cast.raiser).get(f"disputes/{dispute.reference}/").json()
    assert [action["verb"] for action in shown["actions"] if action["verb"] == Verb.SUBMIT] == [Verb.SUBMIT]
    answer = Caller(cast.raiser).post(f"disputes/{dispute.reference}/submit/", {"seen": shown["seen"], "what": "The police had asked for it."})
    assert (answer.status_code, answer.json()["state"]) == (200, "open")
    event = dispute.events.filter(kind=EventKind.SUBMITTED).latest("number")
    assert event.body.text["what"] == "The police had asked for it."
    assert event.body.text["impact"] == answers()["impact"]


def test_a_draft_is_sent_only_by_its_writer_complete_and_as_it_was_last_read(world: World, cast: Cast) -> None:
    dispute = sent_back(world, cast)
    raiser, path = Caller(cast.raiser), f"disputes/{dispute.reference}/submit/"
    seen = str(Seen.of(dispute))
    assert raiser.post(path, {"what": "x"}).json()["errors"].keys() == {"seen"}
    assert raiser.post(path, {"seen": "1.0"}).status_code == 409
    assert raiser.post(path, {"seen": seen, "what": ""}).json()["errors"].keys() == {"what"}
    assert Draft.objects.get().answers["what"] == answers()["what"]
    assert [Caller(user).post(path, {"seen": seen}).status_code for user in (cast.lead, cast.receiver)] == [404, 404]
    assert raiser.post(path, {"seen": seen}).status_code == 200
    again = raiser.post(path, {"seen": str(Seen.of(world.fresh(dispute)))})
    assert (again.status_code, again.json()["detail"]) == (409, "It has been sent already.")
