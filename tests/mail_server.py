"""The fixture for a real mail server on loopback; see `tests.smtp` for how it can misbehave."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests import servers


class MailServer:
    """A server that can be told how to behave, stopped, started again, and asked what it took."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, servers.free_port()
        self.behave("ok")
        self._process: subprocess.Popen[bytes] | None = None

    def behave(self, mode: str) -> None:
        """From now on: ok, busy, refuse ADDRESS …"""
        written = self.folder / "mode.new"
        written.write_text(mode)
        written.replace(self.folder / "mode")  # the server asks at any moment and never finds half a word

    def start(self) -> None:
        """Returns once it answers."""
        log = self.folder / "server.log"
        root = Path(__file__).resolve().parent.parent
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.smtp", str(self.port), str(self.folder)], cwd=root, stdout=out, stderr=out, start_new_session=True
            )
        servers.wait_for(self.port, self._process, log)

    def stop(self) -> None:
        """Ends it by its process id."""
        if self._process is not None:
            servers.stop(self._process)
            self._process = None

    def begin_again(self) -> None:
        """Running, well behaved, and with an empty memory."""
        self.behave("ok")
        (self.folder / "messages.jsonl").unlink(missing_ok=True)
        if self._process is None:
            self.start()

    @property
    def taken(self) -> list[dict[str, Any]]:
        """The messages that it took, in order; one that it is still writing down is not there yet."""
        path = self.folder / "messages.jsonl"
        lines = path.read_text().splitlines(keepends=True) if path.exists() else []
        return [json.loads(line) for line in lines if line.endswith("\n")]


@pytest.fixture(scope="session")
def _mail_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    server = MailServer(tmp_path_factory.mktemp("mail"))
    yield server
    server.stop()


@pytest.fixture
def mail_server(_mail_process: MailServer, settings: Any) -> MailServer:
    """A running server that has taken nothing yet, and Django's settings pointing to it."""
    _mail_process.begin_again()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", _mail_process.port
    settings.EMAIL_USE_TLS = False
    return _mail_process
