"""Bodies that no database and no parser likes: each gets a clear answer, none a 500."""

from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from agencies.readable import BROKEN
from agencies.services.together import Together
from escalation.models import Dispute
from escalation.services.drafts import ALPHABET
from escalation.states import Verb
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db


def send(cast: Cast, body: bytes, path: str = "disputes/", content_type: str = "application/json") -> Any:
    return Caller(cast.raiser).client.post(f"/api/v1/{path}", body, content_type=content_type)


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 100_000, b'{"a":' * 100_000, b"[" * 100_000 + b"]" * 100_000, b"{", b"\xff\xfe", b"{} {}", b'{"a": NaN}', b'{"a": Infinity}',
        b"nothing",
        b'{"what": "a", "wh\\u0061t": "b"}', b'{"children": [{"what": 1, "what": 1}]}',
        b'{"level_of_need": ' + b"9" * 5_000 + b"}", b"\x00", b"[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]",
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_what_is_no_sensible_json_is_refused_in_one_line(cast: Cast, body: bytes) -> None:
    answer = send(cast, body)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    twice = "The body gives “what” twice in one object: send each key once."
    assert answer.json()["detail"] in {"The body is not JSON.", "The body is nested more than 20 levels deep.", twice}
    assert (answer.json()["detail"] == twice) is (b'"what"' in body)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"5", b"null", b"true", b"[{}]"])
def test_what_is_no_object_is_refused(world: World, cast: Cast, body: bytes) -> None:
    assert send(cast, body).status_code == 400


@pytest.mark.parametrize(
    "body", [rb'{"what": "a\u0000b"}', rb'{"what": "\ud800"}', rb'{"children": [{"initials": "\u0000"}]}', rb'{"holders": {"\udfff": "x"}}']
)
def test_a_character_that_cannot_be_stored_is_named_with_its_field(cast: Cast, body: bytes) -> None:
    answer = send(cast, body)
    assert answer.status_code == 400
    assert next(iter(answer.json()["errors"].values())) == ["The text holds a character that cannot be stored. Send it again without it."]


def test_what_breaks_a_line_is_refused_in_a_text_of_one_line_and_taken_in_a_reason(cast: Cast, dispute: Dispute) -> None:
    advice = {"whom": "legal", "told": "One line.\nAnother."}
    for sign in "\t\n\x7f\x85\u2028\u2029":
        refused = Caller(cast.receiver).do(dispute, Verb.RECORD_ADVICE, who=f"Ann{sign}Lee", **advice)
        assert (refused.status_code, refused.json()["errors"]) == (400, {"who": [str(BROKEN)]})
    assert Caller(cast.receiver).do(dispute, Verb.RECORD_ADVICE, who="Ann Lee", **advice).status_code == 200
    reason = "They are cousins.\nThey said so."
    assert Caller(cast.receiving_lead).do(dispute, Verb.MARK_CONFLICT, whom=str(cast.receiver.pk), reason=reason).status_code == 200


def test_a_body_of_more_than_a_megabyte_is_refused(cast: Cast) -> None:
    answer = send(cast, b'{"what": "' + b"x" * 1_000_000 + b'"}')
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "x"])
def test_what_is_not_sent_as_json_is_refused(cast: Cast, content_type: str) -> None:
    answer = send(cast, b"what=that", content_type=content_type)
    assert (answer.status_code, answer.json()["detail"]) == (
        415,
        "Send JSON, with Content-Type: application/json; a verb that brings a file takes multipart/form-data.",
    )


@pytest.mark.parametrize("path", ["", "disputes", "nothing/", "disputes/ESC-000000/respond", "disputes/ESC-000000/tick/", "token"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_any_other_address_answers_in_json(db: None, path: str, method: str) -> None:
    answer = getattr(APIClient(), method)(f"/api/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_a_method_that_an_address_does_not_take_is_refused(world: World, cast: Cast, method: str) -> None:
    answer = getattr(Caller(cast.raiser).client, method)("/api/v1/disputes/")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, POST, HEAD, OPTIONS")


def test_an_answer_in_another_form_is_not_to_be_had(cast: Cast) -> None:
    assert Caller(cast.raiser).client.get("/api/v1/me/", headers={"Accept": "text/html"}).status_code == 406


def test_too_many_calls_of_one_person_are_slowed(cast: Cast, settings: Any) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": "3/min", "anon": "3/min", "sign_in": "3/min"}}
    caller, other = Caller(cast.raiser), Caller(cast.receiver)
    answers = [caller.get("me/") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert 0 < int(answers[-1].headers["Retry-After"]) <= 61
    assert other.get("me/").status_code == 200


@pytest.mark.engines
def test_calls_are_counted_by_all_processes_together_and_a_few_ask_the_database_nothing(cast: Cast, django_assert_num_queries: Any) -> None:
    here, there = Together(), Together()
    with django_assert_num_queries(0):
        assert [here.step("user", "a", most=600, now=MONDAY) for _ in range(9)] == [0] * 9
    calls = [process.step("user", "b", most=600, now=MONDAY) for _ in range(400) for process in (here, there)]
    assert 600 <= calls.count(0) <= 600 + 2 * 9
    assert set(calls) == {0, 60}
    with django_assert_num_queries(0):
        assert [process.step("user", "b", most=600, now=MONDAY) for process in (here, there)] == [60, 60]
    assert here.step("user", "b", most=600, now=MONDAY + timedelta(minutes=1)) == 0
    each = [process.step("sign_in", "c", most=20, now=MONDAY) for _ in range(15) for process in (here, there)]
    assert each == [0] * 20 + [60] * 10


def test_a_caller_cannot_invent_another_address(db: None, settings: Any) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": "3/min", "anon": "3/min", "sign_in": "3/min"}}
    answers = [APIClient(headers={"X-Forwarded-For": f"192.0.2.{n}"}).post("/api/v1/token/", {}, format="json") for n in range(4)]
    assert [answer.status_code for answer in answers] == [400, 400, 400, 429]


def test_a_reference_uses_the_letters_that_references_have(world: World) -> None:
    assert set(world.log().reference[4:]) <= set(ALPHABET)
