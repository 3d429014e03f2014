"""What a real gunicorn writes of addresses that carry a token, on access and on errors; and that no such address is forgotten."""

import http.client
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from django.urls import reverse

from config.logs import without_tokens
from tests.access.routes import routes
from tests.servers import free_port, spawn, stop, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = "s3cr3t-t0k3n-4b1d"  # noqa: S105 - what is looked for in the lines
# Arguments by these names open something.
OPENING = {"token", "link"}
# Ours, and gunicorn's own: each line is written in both.
FORMATS = '%(t)s %(m)s %(U)s %(s)s %(B)s %(L)s | %(h)s "%(r)s" %(s)s "%(f)s"'


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[tuple[int, Callable[[], str]]]:
    """Pages with an empty database, so that most of them fail; and what they have written, once they have ended."""
    port, log = free_port(), tmp_path / "pages.log"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings.dev", "CONCORD_VAR": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    words = ["gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--no-control-socket", "--logger-class", "config.access_lines.Lines"]
    process = spawn(
        [sys.executable, "-m", *words, "--access-logfile", "-", "--access-logformat", FORMATS], log=log, cwd=ROOT, environment=environment
    )
    wait_for(port, process, log)
    ended = ExitStack()
    ended.callback(stop, process)

    def lines() -> str:
        ended.close()
        return log.read_text()

    yield port, lines
    ended.close()


def ask(port: int, method: str, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, headers={"Host": "localhost", "Referer": f"http://localhost/guest/{TOKEN}/code/"})
    status = connection.getresponse().status
    connection.close()
    return status


def test_no_line_of_gunicorn_holds_the_token_of_a_mailed_link(pages: tuple[int, Callable[[], str]]) -> None:
    port, lines = pages
    asked = ("/passphrase/MQ/{}/", "/guest/{}/", "/guest/{}/nowhere/", "/sign-in/with/none/back/?code={0}&state={0}")
    assert {ask(port, "GET", path.format(TOKEN)) for path in asked} == {500}
    assert ask(port, "GET", f"/guest/{TOKEN}/acknowledge/") == 405
    text = lines()
    assert text.count("/guest/.../acknowledge/") >= 3, "in each format, and in what Django says of it"
    assert "/passphrase/.../" in text
    assert "OperationalError" in text
    assert TOKEN not in text


def test_every_address_that_carries_a_token_is_masked() -> None:
    found = {name: pattern.pattern.converters for name, pattern in routes() if set(pattern.pattern.converters) & OPENING}
    assert len(found) == 7
    for name, arguments in found.items():
        path = reverse(name, kwargs=dict.fromkeys(arguments, TOKEN))
        assert TOKEN in path
        assert TOKEN not in without_tokens(f'"GET {path}?x=1 HTTP/1.1" 200'), name


@pytest.mark.parametrize("text", ["Not Found: /guest", "GET /passphrase/ 200", "/account/passphrase/", "/d/ESC-ABCDEF/?stage=2", "the guest / host"])
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert without_tokens(text) == text
