"""Answers when N working days from a start end, and shows the working-out: one question, or a batch as JSON lines."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from io import TextIOWrapper
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError

from agencies.readable import GivenTwice, read_json
from agencies.working_days import LONDON, Calendar, CalendarError, Nation
from escalation.clocks import Moment, Rule, RuleError, StartRule, Unit, Within, WithinError, WorkingOut, working_out

KEYS = ("start", "working_days", "nation", "start_rule", "close", "moment")
DEFAULTS = {"nation": Nation.ENGLAND_AND_WALES.value, "start_rule": StartRule.ROLL_FORWARD.value, "close": "17:00", "moment": Moment.SAME_TIME.value}


class QuestionError(ValueError):
    """The question cannot be answered as it was put. The message names what is wrong with it."""


def read_start(text: object) -> datetime:
    """The start as an aware moment: ISO, London time unless it carries an offset; a date alone is its midnight.

    A London time that the spring change skips is read an hour later; one that the autumn change repeats is its first.
    """
    try:
        start = datetime.fromisoformat(text.strip()) if isinstance(text, str) else None
    except ValueError:
        start = None
    if start is None:
        raise QuestionError(f"start is {json.dumps(text)}; it must be an ISO date and time such as 2026-11-20T16:30.")
    try:
        return (start if start.tzinfo else start.replace(tzinfo=LONDON)).astimezone(UTC)
    except OverflowError:
        raise QuestionError(f"start is {text}; that is too far away.") from None


def read_amount(value: object) -> Within:
    """A number of working days: a whole number, as a number or as text."""
    plain = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not plain.removeprefix("-").isdecimal() or len(plain) > 9:
        raise QuestionError(f"working_days is {json.dumps(value)}; it must be a whole number from 1 to 1000.")
    try:
        return Within(int(plain), Unit.WORKING_DAY)
    except WithinError as error:
        raise QuestionError(f"working_days is {plain}; it must be a whole number from 1 to 1000.") from error


def read_nation(word: object) -> Nation:
    """One of the three nations."""
    try:
        return Nation(str(word))
    except ValueError:
        raise QuestionError(f"nation is {json.dumps(word)}; it must be one of {', '.join(nation.value for nation in Nation)}.") from None


def read_rule(question: Mapping[str, object]) -> Rule:
    """The rule of a question. Raises RuleError or QuestionError."""
    words = {key: question[key] for key in ("start_rule", "close", "moment")}
    for key, word in words.items():
        if not isinstance(word, str):
            raise QuestionError(f"{key} is {json.dumps(word)}; it must be text.")
    return Rule.of(start_rule=str(words["start_rule"]), close=str(words["close"]), moment=str(words["moment"]))


def answer(question: Mapping[str, object]) -> WorkingOut:
    """The working-out of one question with all its keys. Raises a ValueError whose text says what is wrong with it."""
    start, within = read_start(question["start"]), read_amount(question["working_days"])
    return working_out(start, within, read_rule(question), Calendar.of(read_nation(question["nation"])))


def as_answer(out: WorkingOut) -> dict[str, Any]:
    """The JSON answer: the due moment as ISO with London's offset, its date, and the working-out."""
    due = out.due.astimezone(LONDON)
    return {"due": due.isoformat(), "due_date": due.date().isoformat(), "working_out": out.as_json()}


def _read(line: str) -> object:
    """The JSON of a line. Raises QuestionError for what is none or gives a key twice, for what lies too deep inside itself, and for numbers of
    thousands of figures."""
    try:
        return read_json(line)
    except GivenTwice as error:
        raise QuestionError(f"the line gives {json.dumps(error.key)} twice.") from error
    except RecursionError:
        raise QuestionError("lists or objects lie too deep inside one another.") from None
    except ValueError as error:
        raise QuestionError(f"the line is not JSON: {error}") from error


def answer_line(line: str) -> dict[str, Any]:
    """The JSON answer to one JSON line, or `{"error": …}`. Keys left out, or null, take the defaults."""
    try:
        asked = _read(line)
        if not isinstance(asked, dict):
            raise QuestionError("the line must be a JSON object.")
        unknown = sorted(set(asked) - set(KEYS))
        if unknown:
            raise QuestionError(f"{', '.join(unknown)} is not a key that is known; the keys are {', '.join(KEYS)}.")
        given = {key: value for key, value in asked.items() if value is not None}
        missing = [key for key in ("start", "working_days") if key not in given]
        if missing:
            raise QuestionError(f"{' and '.join(missing)} must be given.")
        return as_answer(answer(DEFAULTS | given))
    except (QuestionError, RuleError, CalendarError) as error:
        return {"error": str(error)}


class Command(BaseCommand):
    help = (
        "When N working days from START end, by the clock rule. START is ISO (2026-11-20T16:30), London time unless it carries an offset. "
        "With --batch, reads JSON lines from standard input and answers each with a JSON line."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("start", nargs="?", help="ISO date and time, London time unless it carries an offset; a date alone is its midnight")
        parser.add_argument("n", nargs="?", help="how many working days, 1 to 1000")
        parser.add_argument("--nation", default=DEFAULTS["nation"], help=f"{', '.join(nation.value for nation in Nation)} (default %(default)s)")
        parser.add_argument("--start-rule", default=DEFAULTS["start_rule"], help="roll_forward or plain (default %(default)s)")
        parser.add_argument("--close", default=DEFAULTS["close"], help="HH:MM: a start from then on counts from the next opening; or none")
        parser.add_argument("--moment", default=DEFAULTS["moment"], help="same_time or end_of_day (default %(default)s)")
        parser.add_argument("--json", action="store_true", dest="as_json", help="answer in JSON")
        parser.add_argument("--batch", action="store_true", help=f"JSON lines in and out; keys {', '.join(KEYS)}")

    def handle(self, *args: str, start: str | None, n: str | None, batch: bool, as_json: bool, **options: object) -> None:
        if batch and start is not None:
            raise CommandError("--batch reads its questions from standard input; give no START and N beside it.")
        if batch:
            return self._batch(_lines(sys.stdin))
        if start is None or n is None:
            raise CommandError("Give a START and a number of working days, for example: working_days 2026-11-20T16:30 1")
        try:
            out = answer({"start": start, "working_days": n} | {key: options[key] for key in DEFAULTS})
        except (QuestionError, RuleError, CalendarError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(as_answer(out)) if as_json else in_words(out))
        return None

    def _batch(self, lines: Iterable[str]) -> None:
        asked = wrong = 0
        for line in lines:
            if line.strip():
                result = answer_line(line)
                asked, wrong = asked + 1, wrong + ("error" in result)
                self.stdout.write(json.dumps(result))
                self.stdout.flush()
        if wrong:
            raise CommandError(f"{wrong} of {asked} lines could not be answered.")


def _lines(stream: TextIO) -> TextIO:
    """The stream read as UTF-8 whatever the locale; bytes that are not are answered as a bad line, not with a traceback."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")
    return stream


def in_words(out: WorkingOut) -> str:
    """The answer as people read it: due moment, sentence, and each day."""
    due = out.due.astimezone(LONDON)
    lines = [f"Due {due:%A} {due.day} {due:%B %Y at %H:%M:%S %Z}", out.sentence]
    lines += [f"  {line.day:%a %d %b %Y}  {'counts' if line.counted else '      '}  {line.why}" for line in out.lines]
    if out.provisional:
        lines.append("Provisional: the bank holidays of that year are not official yet.")
    return "\n".join(lines)
