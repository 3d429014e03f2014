"""Every word of a page that a test is given goes through gettext: a page of a new kind is asked for once more in a made-up language, which marks
what was looked up, and no letter may stand outside the marks that is not somebody's data. A pytest plugin."""

import copy
import functools
import json
import logging
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from gettext import NullTranslations
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, unquote

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import Client
from django.test.client import FakePayload
from django.utils import translation
from django.utils.translation import trans_real

from tests.counting import is_counting
from tests.valid_pages import NOT_OURS, TITLE, Kinds, kind_of

TEXT = (models.CharField, models.TextField, models.JSONField)
MOST = 3000
BEGINNING = 12
LANGUAGE = "en-x-marked"
OPEN, SHUT = "⟦", "⟧"
SPOKEN = ("aria-label", "title", "alt", "placeholder", "label", "data-words")
UNSPOKEN = {"script", "style", "template"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# A page of the guide is one text, which is translated as a whole; a report that was made keeps the words in which it was made.
TEXTS = ("guide", "report-html")
# Names, not words: the product, what computers call a kind of file, addresses.
NAMES = re.compile(r"\b(?:Concord|PDF|CSV|XLSX|ODS|JSON|ESC-[0-9A-Z]{6}|\S+@\S+|https?://\S+|\w+\.(?:csv|pdf|xlsx|ods|docx|png|ics|toml))\b|\.csv\b")
WORD = re.compile(r"[^\W\d_]{2,}")


class Marked(NullTranslations):
    """Answers each lookup with what was asked for, between marks; keeps what was asked for."""

    asked: set[str]

    def __init__(self) -> None:
        super().__init__()
        self.asked = set()

    def gettext(self, message: str) -> str:
        self.asked.add(message)
        return f"{OPEN}{message}{SHUT}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        self.asked.add(msgid1)
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{SHUT}"

    def pgettext(self, context: str, message: str) -> str:
        return self.gettext(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        return self.ngettext(msgid1, msgid2, n)

    def to_language(self) -> str:
        return LANGUAGE

    def language(self) -> str:
        return LANGUAGE


MARKED = Marked()


@contextmanager
def marked() -> Iterator[Marked]:
    """Everything within speaks the made-up language."""
    trans_real._translations[LANGUAGE] = MARKED  # type: ignore[attr-defined]
    with translation.override(LANGUAGE):
        yield MARKED


def outside(text: str) -> str:
    """What stands outside the marks, a line a piece."""
    depth, found = 0, []
    for piece in re.split(f"([{OPEN}{SHUT}])", text):
        depth += {OPEN: 1, SHUT: -1}.get(piece, 0)
        if depth == 0:
            found.append(piece)
    return "\n".join(found)


def unmarked(text: str, data: Collection[str]) -> list[str]:
    """The pieces of a text outside the marks that are nobody's data."""
    rest = outside(text)
    if not WORD.search(rest):
        return []
    whole = (line for line in rest.splitlines() if not (line.endswith("…") and _begins(line[:-1].lstrip(": "), data)))
    rest = "\n".join(whole)
    for value in sorted(data, key=len, reverse=True):
        if value in rest:
            rest = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", "\n", rest)
    return [line.strip() for line in NAMES.sub("\n", rest).splitlines() if WORD.search(line)]


def _begins(text: str, data: Collection[str]) -> bool:
    return any(value.startswith(text) for value in data)


class Spoken(HTMLParser):
    """What can be read on a page, and what is read out of its attributes. HTML marks with translate="no" what is spelled alike in every language,
    such as a file's columns. Its elements lie within one another as they should: `tests/valid_pages.py` sees to that."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.attributes: list[str] = []
        self._open: list[str] = []
        self._silent = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [value or "" for name, value in attrs if name in SPOKEN]
        if tag in VOID:
            return
        if self._silent or tag in UNSPOKEN or ("translate", "no") in attrs:
            self._silent += 1
        self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open:
            self._silent = max(self._silent - 1, 0)
            if self._open.pop() == tag:
                return

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.texts.append(re.sub(r"\s+", " ", data))


def spoken(html: str) -> list[str]:
    """The page's text in one piece, then each attribute that is read out. Where a line may end within a word, the word is one."""
    page = Spoken(html.replace("<wbr>", ""))
    return ["\n".join(page.texts), *page.attributes]


@functools.cache
def _statements() -> list[tuple[str, Any]]:
    """How all texts of all tables are read: put into SQL once, and not each time anew."""
    found = []
    for model in apps.get_models():
        if names := [field.attname for field in model._meta.local_fields if isinstance(field, TEXT)]:
            found.append(model._base_manager.order_by().values_list(*names)[:MOST].query.sql_with_params())
    return found


def stored() -> set[str]:
    """Every text that the database holds, those within JSON too, as a page may show it."""
    found: set[str] = set()
    with connection.cursor() as cursor:
        for statement in _statements():
            cursor.execute(*statement)
            for row in cursor.fetchall():
                for value in row:
                    found.update(_shown_as(value) if isinstance(value, str) else _ways(value))
    return found


# Most of what a test finds the one before found too.
@functools.lru_cache(maxsize=100_000)
def _shown_as(value: str) -> frozenset[str]:
    """What a page may show of a text of the database."""
    return frozenset(_ways(value))


def _ways(value: object) -> set[str]:
    tidy = {" ".join(part.split()) for text in _strings(value) for part in (text, *re.split("[;:] ", text), text.replace("_", " "))}
    # A partnership's own words stand within sentences too, and initials are shown in capitals.
    return tidy | {text[:1].swapcase() + text[1:] for text in tidy} | {text.upper() for text in tidy if len(text) <= 8}


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        # SQLite gives JSON as it is written.
        if value[:1] in {"{", "["} and value[-1:] in {"}", "]"}:
            with suppress(ValueError):
                yield from _strings(json.loads(value))
        if len(value) > 1:
            yield value
            yield from (line for line in value.splitlines() if len(line) > 1)
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _strings(key)
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def again(client: Client, request: dict[str, Any]) -> str:
    """What the same request is answered in the made-up language; nothing of it stays."""
    logging.disable()
    try:
        with marked(), transaction.atomic():
            answer = ANSWER(client, **request)
            transaction.set_rollback(True)
    finally:
        logging.disable(logging.NOTSET)
    return str(answer.content.decode())


def read_words(html: str, typed: bytes, path: str, waiting: object = ()) -> None:
    """Fails where a page says a word that did not go through gettext; what was typed earlier may be `waiting` in the session."""
    given = set(_strings([*parse_qs(typed.decode(errors="replace")).values(), *unquote(path).split("/"), waiting]))
    texts = spoken(html)
    if _wrong(texts, given | Known.now()):
        wrong = _wrong(texts, given | Known.afresh())
        assert not wrong, f"{path} says without gettext: {' | '.join(wrong)}"


def _waiting(request: Any) -> dict[str, Any]:
    """What the session keeps between two pages."""
    return dict(request.session.items()) if hasattr(request, "session") else {}


def _wrong(texts: list[str], data: set[str]) -> dict[str, None]:
    page = "\n".join(outside(text) for text in texts)
    # Of thousands of values a page shows some dozens, of a long one perhaps the beginning.
    pieces = {page[at : at + BEGINNING] for at in range(len(page))}
    shown = {value for value in data if (value[:BEGINNING] in pieces if len(value) >= BEGINNING else value in page)}
    return {words: None for text in texts for words in unmarked(text, shown)}


class Known:
    """What the database held when a page of the running test was read last: it is read anew only for another test, or before a test fails."""

    _test, _data = "", set[str]()

    @classmethod
    def now(cls) -> set[str]:
        """What was found in this test, perhaps some steps ago."""
        return cls._data if cls._test == _running() else cls.afresh()

    @classmethod
    def afresh(cls) -> set[str]:
        """What the database holds now."""
        cls._test, cls._data = _running(), stored()
        return cls._data


def _running() -> str:
    return os.environ.get("PYTEST_CURRENT_TEST", "").rpartition(" ")[0]


ANSWER = Client.request


@pytest.fixture(scope="session", autouse=True)
def _words_are_looked_up(_pages_are_valid: None) -> Iterator[None]:
    """The tests' own browser asks for each new kind of page once more."""

    def asked(client: Client, **request: Any) -> Any:
        typed = request["wsgi.input"].read() if "wsgi.input" in request else b""
        # An answer puts new cookies in place of these and changes none.
        cookies = dict(client.cookies)

        def once_more() -> dict[str, Any]:
            return {**request, **({"wsgi.input": FakePayload(typed)} if typed else {})}

        answer = ask(client, **once_more())
        if not is_counting() and not answer.streaming and answer.headers.get("Content-Type", "").startswith("text/html"):
            html, path = answer.content.decode(), answer.wsgi_request.path_info
            view, title = kind_of(path, found[1] if (found := TITLE.search(html)) else "")
            if html and not view.startswith(NOT_OURS) and view not in TEXTS and Kinds.is_new("words", view, title):
                meanwhile = Client(raise_request_exception=False)
                meanwhile.cookies.update(copy.deepcopy(cookies))
                read_words(again(meanwhile, once_more()), typed, path, _waiting(answer.wsgi_request))
        return answer

    # With the strict reading around it, which the second asking is spared.
    ask = Client.request
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", asked)
        yield
