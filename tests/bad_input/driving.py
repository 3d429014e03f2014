"""Drives a table: each row in turn, what came of it compared with what the table says, the database looked at after each."""

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client

from agencies.models import User
from tests.bad_input.untouched import FOOTPRINTS, counts, digest, tables

WRITING = re.compile(r'\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+"?(\w+)')
TAGS = re.compile(r"<(script|style).*?</\1>|<[^>]+>", re.DOTALL)


class Drive:
    """Collects what went wrong, so that one run tells everything."""

    def __init__(self) -> None:
        self.names = tables()
        self.wrong: list[str] = []
        self.before = counts(self.names)
        self.may_differ = False

    def watch(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """An execute wrapper: whether anything was written, if only to be taken back."""
        if (found := WRITING.match(sql)) and found[1] not in FOOTPRINTS:
            self.may_differ = True
        return execute(sql, params, many, context)

    def check(self, row: object, answer: Any, status: int, words: str) -> None:
        """Compares one answer: no server error, the status of the table, its words, and nothing stored."""
        text = said(answer)
        if answer.status_code != status or words not in text:
            self.wrong.append(f"{str(row)[:160]}: {answer.status_code} {gist(answer)}")
        self.untouched(row)

    def untouched(self, row: object) -> None:
        """Says which table has other rows than before, if any. To count them all costs as much as the answer: only what wrote makes it do so."""
        if not self.may_differ:
            return
        self.may_differ = False
        after = counts(self.names)
        if after != self.before:
            changed = {name: (self.before[name], after[name]) for name in self.names if after[name] != self.before[name]}
            self.wrong.append(f"{str(row)[:160]}: stored {changed}")
            self.before = after


@contextmanager
def nothing_stored(*, changing: tuple[str, ...] = ()) -> Iterator[Drive]:
    """Drives a whole table, and fails with every row that was answered otherwise, or that left anything behind.

    Of the tables in `changing` only the number of rows must stay.
    """
    drive = Drive()
    kept = [name for name in drive.names if name not in changing]
    content = digest(kept)
    with connection.execute_wrapper(drive.watch):
        yield drive
    after = digest(kept)
    drive.wrong += [f"{name}: holds something else than before" for name in kept if after[name] != content[name]]
    assert not drive.wrong, "\n".join(drive.wrong)


def said(answer: Any) -> str:
    """What an answer says, tags left out."""
    kind = answer.headers.get("Content-Type", "")
    if "json" in kind:
        return str(answer.content.decode())
    text = answer.content.decode(errors="replace") if not answer.streaming else ""
    return " ".join(html.unescape(TAGS.sub(" ", text)).split())


def gist(answer: Any) -> str:
    """The part of a page that says what is wrong."""
    text = said(answer)
    at = max(text.find("There is a problem"), 0)
    return text[at : at + 260]


def browser(user: User | None, **more: Any) -> Client:
    """Somebody's browser, in which an error of the server is an answer and no exception."""
    client = Client(raise_request_exception=False, **more)
    if user is not None:
        client.force_login(user)
    return client
