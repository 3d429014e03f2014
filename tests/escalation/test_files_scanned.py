"""The virus scanner: asked by ClamAV's own protocol over a real socket, and never passed over where it is configured."""

import socket
import threading
import time
from contextlib import closing, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.celery import each
from escalation import tasks
from escalation.files.refusal import Refused
from escalation.models import Heartbeat
from escalation.services.files.scanning import AWAY, INFECTED, away_since, is_away, require_clean, watch_scanner
from escalation.states import Job
from tests.escalation.attached import daemon, nobody
from tests.world import MONDAY


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
    for where in (nobody(), f"unix:{tmp_path / 'nobody.sock'}"):
        settings.CONCORD_SCANNER = where
        with pytest.raises(Refused, match="could not be checked"):
            require_clean(b"hello")


def test_a_scanner_that_takes_the_file_and_falls_silent_lets_nothing_through(settings: Any) -> None:
    settings.CONCORD_SCANNER_SECONDS = 0.2
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        settings.CONCORD_SCANNER = f"tcp:127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(Refused, match="could not be checked"):
            require_clean(b"hello")


def test_a_scanner_that_answers_byte_by_byte_has_one_time_for_all_of_it(settings: Any) -> None:
    settings.CONCORD_SCANNER_SECONDS = 0.3

    def trickle(server: socket.socket) -> None:
        with closing(server.accept()[0]) as line, suppress(OSError):
            for _ in range(15):
                line.sendall(b"?")
                time.sleep(0.1)

    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        thread = threading.Thread(target=trickle, args=(server,), daemon=True)
        thread.start()
        settings.CONCORD_SCANNER = f"tcp:127.0.0.1:{server.getsockname()[1]}"
        began = time.monotonic()
        assert is_away()
        assert time.monotonic() - began < 1
        thread.join(timeout=5)


def test_an_address_that_is_none_is_told_to_the_operator(settings: Any) -> None:
    settings.CONCORD_SCANNER = "clamav"
    with pytest.raises(ImproperlyConfigured, match="write unix:"):
        require_clean(b"hello")


def test_without_a_scanner_nothing_is_asked(settings: Any) -> None:
    settings.CONCORD_SCANNER = ""
    require_clean(b"hello")


# Whether it answers, before anybody attaches


@pytest.mark.parametrize("answer", [b"stream: OK\0", b"INSTREAM size limit exceeded. ERROR\0", b""])
def test_it_is_away_unless_it_gives_a_verdict(settings: Any, answer: bytes) -> None:
    with daemon(lambda _: answer) as settings.CONCORD_SCANNER:
        assert is_away() == (answer != b"stream: OK\0")


def test_nobody_and_silence_are_away_and_without_a_scanner_nothing_is(settings: Any) -> None:
    settings.CONCORD_SCANNER_SECONDS = 0.2
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        for where, away in ((nobody(), True), (f"tcp:127.0.0.1:{silent.getsockname()[1]}", True), ("", False)):
            settings.CONCORD_SCANNER = where
            assert is_away() == away


@pytest.mark.django_db
def test_since_when_it_is_away_is_kept_until_it_answers_again(settings: Any) -> None:
    settings.CONCORD_SCANNER = nobody()
    assert away_since() is None
    for minutes in range(3):
        watch_scanner(MONDAY + timedelta(minutes=minutes))
    assert away_since() == MONDAY
    assert Heartbeat.objects.get(name=Job.SCANNER).finished_at == MONDAY + timedelta(minutes=2)
    with daemon(lambda _: b"stream: OK\0") as settings.CONCORD_SCANNER:
        watch_scanner(MONDAY + timedelta(minutes=3))
        assert away_since() is None
    settings.CONCORD_SCANNER = nobody()
    watch_scanner(MONDAY + timedelta(minutes=4))
    assert away_since() == MONDAY + timedelta(minutes=4)
    settings.CONCORD_SCANNER = ""
    assert away_since() is None


def test_the_timetable_names_the_job_that_asks() -> None:
    assert each("watch_scanner", 60)["task"] == tasks.watch_virus_scanner.name
