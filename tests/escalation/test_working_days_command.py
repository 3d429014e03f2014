"""`manage.py working_days`: the clock rule's answer at the command line, one question or many."""

import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command


def ask(*args: str) -> str:
    out = io.StringIO()
    call_command("working_days", *args, stdout=out)
    return out.getvalue()


def ask_json(*args: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(ask(*args, "--json"))
    return found


def batch(monkeypatch: pytest.MonkeyPatch, *lines: object) -> list[dict[str, Any]]:
    """The answers to a batch without a wrong line; each line is a question, or text as it is."""
    out = io.StringIO()
    batch_into(out, monkeypatch, *lines)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def batch_into(out: io.StringIO, monkeypatch: pytest.MonkeyPatch, *lines: object) -> None:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    monkeypatch.setattr("sys.stdin", io.StringIO(text))
    call_command("working_days", "--batch", stdout=out)


def test_the_answer_says_the_due_moment_and_each_day() -> None:
    text = ask("2026-11-20T16:30", "1")
    assert text.startswith("Due Monday 23 November 2026 at 16:30:00 GMT\n1 working day from Friday is Monday;")
    assert "Sun 22 Nov 2026          Sunday" in text
    assert "Mon 23 Nov 2026  counts  working day 1" in text


def test_the_json_answer_carries_londons_offset_and_the_working_out() -> None:
    found = ask_json("2026-06-12T16:30", "1", "--nation", "scotland")
    assert found["due"] == "2026-06-16T16:30:00+01:00"
    assert found["due_date"] == "2026-06-16"
    assert {"day": "2026-06-15", "counted": False, "why": "World Cup bank holiday"} in found["working_out"]["lines"]


@pytest.mark.parametrize(
    ("args", "due"),
    [
        (["2026-11-20T18:10", "1"], "2026-11-24T09:00:00+00:00"),
        (["2026-11-20T17:00", "1"], "2026-11-24T09:00:00+00:00"),
        (["2026-11-20T18:10", "1", "--close", "none"], "2026-11-23T18:10:00+00:00"),
        (["2026-11-20T18:10", "1", "--close", "18:30"], "2026-11-23T18:10:00+00:00"),
        (["2026-11-20T18:10", "1", "--start-rule", "plain"], "2026-11-23T18:10:00+00:00"),
        (["2026-11-20T18:10", "1", "--start-rule", "plain", "--moment", "end_of_day"], "2026-11-23T23:59:59+00:00"),
        (["2026-06-12T15:30Z", "1"], "2026-06-15T16:30:00+01:00"),
        (["2026-06-12 16:30+02:00", "1"], "2026-06-15T15:30:00+01:00"),
        (["2026-11-20", "5"], "2026-11-27T09:00:00+00:00"),
        (["2026-03-29T01:30", "1", "--start-rule", "plain"], "2026-03-30T02:30:00+01:00"),
        (["2026-10-25T01:30", "1", "--start-rule", "plain"], "2026-10-26T01:30:00+00:00"),
    ],
)
def test_each_option_has_its_effect(args: list[str], due: str) -> None:
    assert ask_json(*args)["due"] == due


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["2026-13-20T18:10", "1"], "start is .* must be an ISO date"),
        (["2026-11-20T18:10", "0"], "working_days is 0; it must be a whole number from 1 to 1000"),
        (["2026-11-20T18:10", "1001"], "whole number from 1 to 1000"),
        (["2026-11-20T18:10", "1.5"], "whole number from 1 to 1000"),
        (["2026-11-20T18:10", "1", "--nation", "france"], "nation is .* must be one of england-and-wales"),
        (["2026-11-20T18:10", "1", "--close", "5pm"], "close is .* must be a time"),
        (["2026-11-20T18:10", "1", "--moment", "noon"], "moment is .* same_time or end_of_day"),
        (["2026-11-20T18:10", "1", "--start-rule", "back"], "start_rule is .* roll_forward or plain"),
        (["2041-11-20T18:10", "1"], "covers 2012 to 2040 only"),
        (["0001-01-01T00:00+14:00", "1"], "too far away"),
        (["2026-11-20T18:10"], "Give a START and a number"),
        (["2026-11-20T18:10", "1", "--batch"], "give no START"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_in_a_line(args: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        ask(*args)


def test_a_batch_answers_line_by_line_with_the_same_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    question = {"start": "2026-11-20T18:10", "working_days": 1}
    plain = question | {"start_rule": "plain", "close": "none", "moment": "end_of_day", "nation": "scotland"}
    first, second, third = batch(monkeypatch, question, plain, "", question | {"nation": None, "working_days": "1"})
    assert first == third == ask_json("2026-11-20T18:10", "1")
    assert (second["due"], second["due_date"]) == ("2026-11-23T23:59:59+00:00", "2026-11-23")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[" * 5_000, "too deep inside one another"),
        (f'{{"start": {"9" * 5000}}}', "not JSON"),
        ("[]", "must be a JSON object"),
        ('{"start": "2026-11-20", "working_days": 1, "working_days": 2}', 'gives "working_days" twice'),
        ({"start": "2026-11-20"}, "working_days must be given"),
        ({"start": 5, "working_days": 1}, "start is 5"),
        ({"start": "2026-11-20", "working_days": True}, "working_days is true"),
        ({"start": "2026-11-20", "working_days": 1, "close": 17}, "close is 17; it must be text"),
        ({"start": "2026-11-20", "working_days": 1, "days": 1}, "days is not a key that is known"),
        ({"start": "2026-11-20", "working_days": 1, "nation": ["scotland"]}, "nation is"),
    ],
)
def test_a_bad_line_is_answered_with_its_error_and_the_others_still_are(line: object, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    out, good = io.StringIO(), {"start": "2026-11-20T16:30", "working_days": 1}
    with pytest.raises(CommandError, match=r"^1 of 3 lines could not be answered\.$"):
        batch_into(out, monkeypatch, good, line, good)
    first, wrong, last = (json.loads(answer) for answer in out.getvalue().splitlines())
    assert first == last
    assert words in wrong["error"]
