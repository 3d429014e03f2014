"""Every page that a test is given is read strictly, once a kind, by whichever process of the run meets it first. A pytest plugin."""

import functools
import os
import re
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, ClassVar

import pytest
from django.template.base import Template
from django.template.context import Context
from django.test import Client
from django.urls import Resolver404, resolve

from tests import servers
from tests.markup import faults

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
ERRORS = re.compile(r'<li><a href="#([^"]*)">')
REFERENCE = re.compile(r"ESC-[0-9A-Z]{6}")
# Whoever wants to put the pages before another judge names a folder; nothing is kept otherwise.
PAGES = os.environ.get("CONCORD_PAGES", "")
KINDS = os.environ.get("CONCORD_TEST_KINDS", "")
# The framework's own pages for administrators and programmers.
NOT_OURS = ("admin:", "api:")


class Kinds:
    """Kinds of pages of which somebody has seen one; `folder` is where the processes of a run, and the runs of one bin/test, tell one another."""

    folder: Path
    _met: ClassVar[set[tuple[str, ...]]] = set()

    @classmethod
    def is_new(cls, *kind: str) -> bool:
        """Whether nobody has met this kind; from now on somebody has. A process does not ask the disk again for what it has met itself."""
        if kind in cls._met:
            return False
        cls._met.add(kind)
        try:
            (cls.folder / sha256("\n".join(kind).encode()).hexdigest()).touch(exist_ok=False)
        except FileExistsError:
            return False
        return True


@functools.lru_cache(maxsize=256)
def view_at(path: str) -> str:
    """The name of the view that answers there; nothing where none does. Two of ours ask about each page, and a test often about the same."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def kind_of(path: str, title: str) -> tuple[str, str]:
    """The view and the title, whichever disagreement it is about."""
    return view_at(path), REFERENCE.sub("", title)


def read_strictly(path: str, html: str) -> None:
    """Fails where a page of a new kind is not as it should be; what is wrong in other fields than before makes another kind."""
    view, title = kind_of(path, found[1] if (found := TITLE.search(html)) else "")
    fields = ERRORS.findall(html) if "govuk-error-summary" in html else []
    if not view.startswith(NOT_OURS) and Kinds.is_new("html", view, title, *fields):
        if PAGES:
            (Path(PAGES) / f"{re.sub(r'[^a-z0-9]+', '-', f'{view} {title}'.lower())[:120]}.html").write_text(html, encoding="utf-8")
        assert not (wrong := faults(html)), f"{path} ({title.strip()}):\n" + "\n".join(wrong[:20])


@pytest.fixture(scope="session", autouse=True)
def _kinds(tmp_path_factory: pytest.TempPathFactory) -> None:
    base = tmp_path_factory.getbasetemp()
    Kinds.folder = Path(KINDS) if KINDS else (base.parent if servers.is_worker() else base) / "kinds-of-pages"
    Kinds.folder.mkdir(exist_ok=True)


@pytest.fixture(scope="session", autouse=True)
def _contexts_of_whole_pages(django_test_environment: None) -> Iterator[None]:
    """Django’s client keeps a copy of each template’s context, of every field and button of a page; here of the page, which is what tests ask."""
    every: Any = Template
    kept, inside = every._render, threading.local()

    def rendered(template: Any, context: Context) -> Any:
        if getattr(inside, "a_page", False):
            return template.nodelist.render(context)
        inside.a_page = True
        try:
            return kept(template, context)
        finally:
            inside.a_page = False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", rendered)
        yield


@pytest.fixture(scope="session", autouse=True)
def _pages_are_valid(_kinds: None) -> Iterator[None]:
    """The tests' own browser reads what it is answered."""
    ask = Client.request

    def asked(client: Client, **request: Any) -> Any:
        answer = ask(client, **request)
        if not answer.streaming and answer.content and answer.headers.get("Content-Type", "").startswith("text/html"):
            read_strictly(answer.wsgi_request.path_info, answer.content.decode())
        return answer

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "request", asked)
        yield
