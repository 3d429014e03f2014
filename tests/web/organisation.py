"""An organisation that signs people in: its process, and how a browser gets there and back."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from agencies.providers import Provider
from tests import servers
from tests.cast import Cast
from tests.web.page import Page


class Organisation:
    """The provider's process, asked as a browser asks it."""

    def __init__(self, folder: Path) -> None:
        self.port = servers.free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self._log = folder / "provider.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open("ab") as out:
            command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(self.port), "--require-nonce", "true"]
            self._process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        servers.wait_for(self.port, self._process, self._log)

    def stop(self) -> None:
        if self._process is not None:
            servers.stop(self._process)
            self._process = None

    def knows(self, subject: str, **claims: Any) -> None:
        """Somebody with an account there."""
        assert requests.put(f"{self.issuer}/users/{subject}", json=claims, timeout=10).ok

    def sign_in(self, address: str, subject: str) -> str:
        """What the browser does there; the path that it is sent back to."""
        answer = requests.post(address, data={"sub": subject}, allow_redirects=False, timeout=10)
        back = urlsplit(answer.headers["Location"])
        return f"{back.path}?{back.query}"


@pytest.fixture(scope="module")
def organisation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organisation]:
    made = Organisation(tmp_path_factory.mktemp("provider"))
    made.start()
    yield made
    made.stop()


@pytest.fixture
def provider(organisation: Organisation, cast: Cast, settings: Any) -> Provider:
    made = Provider(
        "entra", "Northshire Council", cast.partnership.slug, organisation.issuer, client_id="concord", client_secret="a-secret-of-the-tests"
    )
    settings.CONCORD_PROVIDERS = (made,)
    return made


def begun(client: Client, **typed: str) -> str:
    """The organisation's address, from the page that leads there."""
    answer = client.post("/sign-in/with/entra/", typed)
    assert answer.status_code == 200, answer.content
    (link,) = {one.attrs["href"] for one in Page(answer.content.decode()).all("a") if "state=" in one.attrs.get("href", "")}
    return link


def arrive(organisation: Organisation, subject: str, client: Client | None = None) -> tuple[Client, Any]:
    """There and back in one browser."""
    client = client or Client()
    return client, client.get(organisation.sign_in(begun(client, next="/directory/"), subject))


def is_in(client: Client) -> bool:
    return client.get("/directory/").status_code == 200
