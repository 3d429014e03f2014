"""The shipped installation as a whole: who gets in where, in which protocol, with which rights; and that proxy and pages read requests alike."""

import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from cryptography import x509
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from config.installation.certificates import PARTS, make_certificates
from tests.installation import SITE, Installation, running
from tests.stack import ROOT

pytestmark = [pytest.mark.postgresql, pytest.mark.faults]


@pytest.fixture(scope="module")
def installation() -> Iterator[Installation]:
    """Started once, in the run's own folder: pytest's lets no other account in, and PostgreSQL runs as one of its own."""
    folder = Path(os.environ["CONCORD_VAR"]).parent / "installation"
    folder.mkdir()
    try:
        with running(folder) as made:
            yield made
    except FileNotFoundError as error:
        if str(error) != "caddy":
            raise
        pytest.skip("caddy, the installation's proxy, is not there; bin/test fetches it")


def outside(installation: Installation, **limits: Any) -> ssl.SSLContext:
    """A browser that trusts the site, within these limits."""
    context = ssl.create_default_context(cafile=str(installation.folder / "site.pem"))
    if "version" in limits:
        context.minimum_version = context.maximum_version = limits["version"]
    if "suite" in limits:
        context.set_ciphers(limits["suite"])
    return context


def spoken(installation: Installation, context: ssl.SSLContext) -> tuple[str, str] | None:
    """Protocol and suite that proxy and browser agree on; None where they do not."""
    plain = socket.create_connection(("127.0.0.1", installation.https), timeout=10)
    with suppress(ssl.SSLError, ConnectionError), context.wrap_socket(plain, server_hostname=SITE) as safe:
        return safe.version() or "", (safe.cipher() or ("",))[0]
    plain.close()
    return None


def asked(installation: Installation, method: str, path: str, body: str = "", **headers: str) -> tuple[int, Any, dict[str, str]]:
    """One request by way of the proxy: status, body, headers."""
    with socket.create_connection(("127.0.0.1", installation.https), timeout=20) as plain:
        safe = outside(installation).wrap_socket(plain, server_hostname=SITE)
        connection = http.client.HTTPConnection(SITE)
        connection.sock = safe
        connection.request(method, path, body or None, {"Host": SITE, **headers})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), dict(answer.getheaders())


# -- outside -----------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1")
def test_the_site_speaks_tls_1_3_by_preference_and_1_2_and_nothing_older(installation: Installation) -> None:
    versions = ssl.TLSVersion
    found = {name: spoken(installation, outside(installation, version=name)) for name in (versions.TLSv1_2, versions.TLSv1_3)}
    assert [(answer or ("none",))[0] for answer in found.values()] == ["TLSv1.2", "TLSv1.3"]
    assert (spoken(installation, outside(installation)) or ("none",))[0] == "TLSv1.3"
    for old in (versions.TLSv1, versions.TLSv1_1):
        # Without the level, OpenSSL itself would not even ask.
        assert spoken(installation, outside(installation, version=old, suite="ALL:@SECLEVEL=0")) is None


@pytest.mark.parametrize(
    ("suite", "taken"),
    [
        ("ECDHE-RSA-AES256-GCM-SHA384", True), ("ECDHE-RSA-CHACHA20-POLY1305", True), ("ECDHE-RSA-AES128-GCM-SHA256", True),
        ("AES256-GCM-SHA384", False), ("AES128-GCM-SHA256", False), ("AES256-SHA", False), ("ECDHE-RSA-AES128-SHA", False),
        ("ECDHE-RSA-AES256-SHA", False), ("ECDHE-RSA-AES128-SHA256", False), ("DHE-RSA-AES256-GCM-SHA384", False),
    ],
)  # fmt: skip
def test_only_suites_with_forward_secrecy_and_authenticated_encryption_are_taken(installation: Installation, suite: str, taken: bool) -> None:
    found = spoken(installation, outside(installation, version=ssl.TLSVersion.TLSv1_2, suite=f"{suite}:@SECLEVEL=0"))
    assert found == (("TLSv1.2", suite) if taken else None)


def test_over_plain_http_a_browser_is_sent_on_and_a_program_refused(installation: Installation) -> None:
    answers = []
    for path in ("/sign-in/?x=1", "/api/v1/me/"):
        connection = http.client.HTTPConnection("127.0.0.1", installation.http, timeout=10)
        connection.request("GET", path, headers={"Host": SITE})
        answer = connection.getresponse()
        answers.append((answer.status, answer.getheader("Location")))
        connection.close()
    assert answers == [(308, f"https://{SITE}/sign-in/?x=1"), (403, None)]


def test_everything_works_by_way_of_the_proxy_as_the_role_without_tables(installation: Installation) -> None:
    installation.manage("sweep")
    status, body, _ = asked(installation, "GET", "/readyz")
    assert status == 200
    assert not [why for why in json.loads(body)["why"] if "broker" in why or "database" in why]
    status, body, headers = asked(installation, "GET", "/sign-in/")
    assert (status, "Sign in" in body, "Server" in headers) == (200, True, False)
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"


def test_what_a_visitor_says_of_where_they_come_from_is_dropped(installation: Installation) -> None:
    wrong = json.dumps({"email": "nobody@example.org", "passphrase": "wrong"})
    lies = {"X-Forwarded-For": "6.6.6.6", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "elsewhere.example"}
    status, _, _ = asked(installation, "POST", "/api/v1/token/", wrong, **{"Content-Type": "application/json"}, **lies)
    assert status in {400, 401, 403}
    with owner(installation) as connection:
        row = connection.execute("SELECT host(address) FROM agencies_signinevent ORDER BY recorded_at DESC LIMIT 1").fetchone()
    assert row == ("127.0.0.1",)


TWO = "GET /b-{n}/ HTTP/1.1\r\nHost: {site}\r\nConnection: close\r\n\r\n"
# Requests whose end can be read in two ways, each followed by a second one that whoever reads it wrongly would take from a stranger.
AMBIGUOUS = [
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nX",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nTransfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n1\r\nA\r\n0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nContent-Length: 0\r\nContent-Length: 40\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nContent-Length: 0, 0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nContent-Length: +0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nContent-Length : 30\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nTransfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nTransfer-Encoding:\x0bchunked\r\n\r\n0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nX: 1\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nTransfer-Encoding: chunked\r\n\r\n0x0\r\n\r\n",
    "POST /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nTransfer-Encoding: chunked\r\n\r\n0;a=\n\r\n\r\n",
    "POST /a-{n}/ HTTP/1.0\r\nHost: {site}\r\nTransfer-Encoding: chunked\r\nConnection: keep-alive\r\n\r\n0\r\n\r\n",
    "GET /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nContent-Length: 10\r\n\r\n",
    "GET /a-{n}/ HTTP/1.1\r\nHost: {site}\r\nHost: elsewhere.example\r\n\r\n",
    "GET /a-{n}/ HTTP/1.1\rHost: {site}\r\n\r\n",
]


def said_to(installation: Installation, text: str) -> str:
    """Everything that comes back over one connection."""
    found = b""
    with socket.create_connection(("127.0.0.1", installation.https), timeout=5) as plain:
        safe = outside(installation).wrap_socket(plain, server_hostname=SITE)
        # A busy machine answers late; after an answer the other follows soon, or none does.
        safe.settimeout(10)
        safe.sendall(text.encode("latin-1"))
        with suppress(TimeoutError, OSError):
            while chunk := safe.recv(65536):
                found += chunk
                safe.settimeout(2)
    return found.decode("latin-1")


def test_proxy_and_pages_never_read_two_requests_where_the_other_reads_one(installation: Installation) -> None:
    answers = {}
    for n, first in enumerate(AMBIGUOUS):
        answers[n] = re.findall(r"HTTP/1\.[01] (\d{3})", said_to(installation, first.format(n=n, site=SITE) + TWO.format(n=n, site=SITE)))
    asked(installation, "GET", "/the-last-one/")
    end = time.monotonic() + 5
    while "/the-last-one/" not in installation.log("pages") and time.monotonic() < end:
        time.sleep(0.05)
    lines = installation.log("pages")
    assert "/the-last-one/" in lines
    for n, statuses in answers.items():
        seen = len(re.findall(rf" /[ab]-{n}/ ", lines))
        by_pages = [status for status in statuses if status not in {"400", "501"}]
        assert seen == len(by_pages), (AMBIGUOUS[n], statuses, seen)
        assert statuses, AMBIGUOUS[n]


# -- inside ------------------------------------------------------------------------------------------------------------


def test_the_pages_themselves_let_in_nobody_but_the_proxy(installation: Installation) -> None:
    def answer(context: ssl.SSLContext | None) -> str:
        with socket.create_connection(("127.0.0.1", installation.pages), timeout=10) as plain:
            asks = context.wrap_socket(plain, server_hostname="localhost") if context else plain
            asks.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            return str(asks.recv(200).decode("latin-1").partition("\r\n")[0])

    assert answer(installation.trust("proxy")) == "HTTP/1.1 200 OK"
    for context in (None, installation.trust()):
        with suppress(OSError):
            assert "200" not in answer(context)
    well = [sys.executable, "-m", "config.installation.well"]
    assert subprocess.run(well, cwd=ROOT, env={**installation.environment, "CONCORD_PORT": str(installation.pages)}, check=False).returncode == 0


def database(installation: Installation, part: str, user: str, **more: Any) -> Any:
    """A connection to the database as a part of the installation."""
    tls = installation.tls(part)
    sure = {"sslmode": "verify-full", "sslrootcert": f"{tls}/authority.pem", "sslcert": f"{tls}/certificate.pem", "sslkey": f"{tls}/key.pem"}
    return psycopg.connect(host="localhost", port=installation.database, dbname="concord", user=user, autocommit=True, **sure | more)


def owner(installation: Installation) -> Any:
    """As the owner of the tables."""
    return database(installation, "owner", "concord_owner")


@pytest.mark.parametrize(
    ("part", "user", "more"),
    [
        ("app", "concord", {"sslmode": "disable"}), ("app", "concord", {"sslcert": "/nothing", "sslkey": "/nothing"}), ("app", "concord_owner", {}),
        ("app", "postgres", {}), ("proxy", "concord", {}), ("owner", "concord", {}),
    ],
    ids=["in the open", "without a certificate", "as the owner", "as the first user", "by another's certificate", "by the owner's certificate"],
)  # fmt: skip
def test_the_database_lets_in_nobody_but_whom_a_certificate_names(installation: Installation, part: str, user: str, more: dict[str, str]) -> None:
    with pytest.raises(psycopg.OperationalError):
        database(installation, part, user, **more)


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE escalation_event DISABLE TRIGGER ALL", "DROP TABLE escalation_event", "TRUNCATE escalation_event", "CREATE TABLE mine (x int)",
        "ALTER TABLE agencies_user ADD COLUMN x int", "SET session_replication_role = replica", "CREATE ROLE another",
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", "CREATE TEMPORARY TABLE mine (x int)",
    ],
)  # fmt: skip
def test_the_program_s_role_can_change_no_table_and_switch_off_no_guard(installation: Installation, statement: Any) -> None:
    with database(installation, "app", "concord") as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(statement)


def test_the_broker_lets_in_nobody_without_a_certificate_of_this_installation(installation: Installation) -> None:
    tls = installation.tls("app")
    known = {"ssl_ca_certs": f"{tls}/authority.pem", "ssl_certfile": f"{tls}/certificate.pem", "ssl_keyfile": f"{tls}/key.pem"}
    assert redis.Redis("localhost", installation.broker, ssl=True, **known).ping()
    for more in ({"ssl": False}, {"ssl": True, "ssl_ca_certs": known["ssl_ca_certs"]}):
        with pytest.raises((RedisError, OSError)):
            redis.Redis("localhost", installation.broker, socket_timeout=5, retry=Retry(NoBackoff(), 0), **more).ping()


def test_no_line_of_the_proxy_holds_an_address_that_somebody_asked_for(installation: Installation) -> None:
    asked(installation, "GET", "/guest/s3cr3t-t0k3n/")
    assert "s3cr3t" not in installation.log("proxy")
    assert "s3cr3t" not in installation.log("pages")


# -- certificates ------------------------------------------------------------------------------------------------------


def test_each_part_has_a_key_of_its_own_that_nobody_else_may_read_and_the_authority_s_is_nowhere(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    assert make_certificates(tmp_path, now=now)
    keys = sorted(tmp_path.rglob("key.pem"))
    assert [key.parent.name for key in keys] == sorted(part.folder for part in PARTS)
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    assert sorted({path.name for path in tmp_path.rglob("*.pem")}) == ["authority.pem", "certificate.pem", "key.pem"]
    own = {part.folder: x509.load_pem_x509_certificate((tmp_path / part.folder / "certificate.pem").read_bytes()).public_key() for part in PARTS}
    authority = x509.load_pem_x509_certificate((tmp_path / "db" / "authority.pem").read_bytes()).public_key()
    assert authority not in own.values()


def test_certificates_are_made_again_sixty_days_before_they_run_out_and_not_before(tmp_path: Path) -> None:
    now = datetime.now(UTC)
    make_certificates(tmp_path, now=now)
    assert not make_certificates(tmp_path, now=now + timedelta(days=337))
    assert make_certificates(tmp_path, now=now + timedelta(days=339))
