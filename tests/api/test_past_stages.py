"""Entering a stage that had happened already, by a program."""

import pytest

from escalation.models import Dispute, StageRun
from escalation.states import EventKind, Verb
from tests.api.conftest import Calls
from tests.cast import Cast
from tests.world import World, answers

pytestmark = pytest.mark.django_db
GIVEN = {
    "happened_from": "2026-02-24T09:30:00+00:00",
    "happened_until": "2026-02-26T11:00:00+00:00",
    "who": "Both managers.",
    "said": "The threshold.",
    "result": "They keep to their view.",
}


def test_the_call_enters_it_and_goes_on_in_the_next_stage(world: World, cast: Cast, caller: Calls, dispute: Dispute) -> None:
    answer = caller(cast.own_manager).do(dispute, Verb.ENTER_PAST_STAGE, **GIVEN)
    assert (answer.status_code, answer.json()["stage"]) == (200, 2)
    events = caller(cast.receiving_lead).get(f"disputes/{dispute.reference}/events/").json()["events"]
    line = next(event for event in events if event["kind"] == EventKind.PAST_STAGE)
    assert (line["happened"], line["recorded"], line["confirmable"]) == ("2026-02-26T11:00:00Z", "2026-03-02T10:00:00Z", True)


def test_what_has_not_ended_is_refused_and_nothing_is_stored(world: World, cast: Cast, caller: Calls, dispute: Dispute) -> None:
    answer = caller(cast.own_manager).do(dispute, Verb.ENTER_PAST_STAGE, **GIVEN | {"happened_until": "2026-03-03T11:00:00+00:00"})
    assert answer.status_code == 400
    assert "happened_until" in answer.json()["errors"]
    assert not StageRun.objects.filter(dispute=dispute).exclude(happened_from=None).exists()


def test_a_past_stage_is_logged_in_the_one_call(world: World, cast: Cast, caller: Calls) -> None:
    body = {key: value for key, value in answers(cast.social_care).items() if key != "danger_now"} | {"past": [GIVEN]}
    answer = caller(cast.raiser).post("disputes/", body)
    assert answer.status_code == 201
    assert StageRun.objects.filter(dispute__reference=answer.json()["reference"], stage=1).get().happened_until is not None
    wrong = caller(cast.raiser).post("disputes/", body | {"past": [GIVEN, GIVEN]})
    assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["past"])
