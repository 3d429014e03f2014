"""The virus scanner: asked by ClamAV's own protocol over a real socket, and never passed over where it is configured."""

import socket
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from escalation.files.refusal import Refused
from escalation.services.files.scanning import AWAY, INFECTED, require_clean
from tests.escalation.attached import daemon


def test_a_file_that_the_scanner_finds_clean_is_taken_and_reaches_it_whole(settings: Any) -> None:
    seen: list[bytes] = []
    content = bytes(range(256)) * 1_000

    def find_nothing(whole: bytes) -> bytes:
        seen.append(whole)
        return b"stream: OK\0"

    with daemon(find_nothing) as settings.CONCORD_SCANNER:
        require_clean(content)
    assert seen == [content]


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (b"stream: Eicar-Test-Signature FOUND\0", INFECTED),
        (b"INSTREAM size limit exceeded. ERROR\0", AWAY),
        (b"stream: OK, or so\0", AWAY),
        (b"", AWAY),
        (b"\xff\xfe", AWAY),
    ],
)
def test_whatever_else_the_scanner_says_the_file_is_refused(settings: Any, answer: bytes, sentence: str) -> None:
    with daemon(lambda _: answer) as settings.CONCORD_SCANNER, pytest.raises(Refused) as refused:
        require_clean(b"hello")
    assert refused.value.message == sentence


def test_a_scanner_that_is_away_lets_nothing_through(settings: Any, tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as gone:
        port = gone.getsockname()[1]
    for where in (f"tcp:127.0.0.1:{port}", f"unix:{tmp_path / 'nobody.sock'}"):
        settings.CONCORD_SCANNER = where
        with pytest.raises(Refused, match="could not be checked"):
            require_clean(b"hello")


def test_a_scanner_that_takes_the_file_and_falls_silent_lets_nothing_through(settings: Any) -> None:
    settings.CONCORD_SCANNER_SECONDS = 0.2
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        settings.CONCORD_SCANNER = f"tcp:127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Refused, match="could not be checked"):
            require_clean(b"hello")


def test_an_address_that_is_none_is_told_to_the_operator(settings: Any) -> None:
    settings.CONCORD_SCANNER = "clamav"
    with pytest.raises(ImproperlyConfigured, match="write unix:"):
        require_clean(b"hello")


def test_without_a_scanner_nothing_is_asked(settings: Any) -> None:
    settings.CONCORD_SCANNER = ""
    require_clean(b"hello")
