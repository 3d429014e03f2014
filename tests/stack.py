"""The production processes, started by hand on one machine: pages, worker, timetable, PostgreSQL, Redis and a mail server that keeps what it gets.

Commands and settings are docker-compose.yml's own (`tests/compose.py`), but for what differs where there is one machine and no container.
"""

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message
from psycopg import sql
from psycopg.conninfo import make_conninfo

from config.installation.certificates import make_certificates
from tests.compose import Service, placed, services
from tests.servers import free_port, spawn, stop, wait_for

ROOT = Path(__file__).resolve().parent.parent
# What an operator writes into .env; the port of the mail server is added to it.
OPERATORS = {
    "CONCORD_HOSTS": "concord.example.org",
    "CONCORD_BASE_URL": "https://concord.example.org",
    "CONCORD_MAIL_HOST": "127.0.0.1",
    "CONCORD_MAIL_TLS": "false",
    "CONCORD_MAIL_FROM": "concord@example.org",
}


class Letterbox(Message):
    """Keeps every message that arrives over SMTP."""

    def __init__(self) -> None:
        """Empty at first."""
        super().__init__(EmailMessage)
        self.letters: list[Any] = []

    def handle_message(self, message: Any) -> None:
        """One more."""
        self.letters.append(message)


def words(letter: Any) -> str:
    """Subject and every readable part of a mail."""
    parts = [part.get_payload(decode=True).decode() for part in letter.walk() if part.get_content_maintype() == "text"]
    return "\n".join([str(letter["Subject"]), *parts])


@dataclass
class Stack:
    """What runs, and how to speak to it."""

    folder: Path
    services: Mapping[str, Service]
    places: Mapping[str, str]
    port: int
    letterbox: Letterbox
    processes: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    def environment(self, service: str = "web") -> dict[str, str]:
        """What the service is told, with this machine's places in place of the containers'."""
        return {**self.services[service].environment, **self.places}

    def manage(self, *words: str) -> str:
        """Runs one command of manage.py under the production settings; returns what it said. Fails with its error output."""
        return self.once("web", [sys.executable, "manage.py", *words])

    def once(self, service: str, command: Sequence[str]) -> str:
        """Runs a command to its end as this service would; returns what it said. Fails with its error output."""
        environment = self.environment(service)
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr[-1500:]}"
        return done.stdout

    def start(self, service: str, name: str, places: Mapping[str, str], *more: str) -> "subprocess.Popen[bytes]":
        """Starts a service's process under a name, its output in a file of that name. `places` are the words that differ on this machine."""
        command = [sys.executable, "-m", *placed(self.services[service].command, places), *more]
        process = spawn(command, log=self.log(name), cwd=ROOT, environment=self.environment(service))
        self.processes[name] = process
        return process

    def migrate(self) -> None:
        """The one-shot service."""
        python, *words = self.services["migrate"].command
        assert python == "python"
        self.once("migrate", [sys.executable, *words])

    def start_pages(self) -> None:
        """Gunicorn; returns when it listens."""
        process = self.start("web", "pages", {"0.0.0.0:8000": f"127.0.0.1:{self.port}", "/tls": self.places["CONCORD_TLS"]})
        wait_for(self.port, process, self.log("pages"))

    def start_worker(self, name: str = "worker") -> None:
        """One Celery worker with processes of its own; several on one machine need names of their own."""
        self.start("worker", name, {}, "--hostname", f"{name}@localhost")

    def start_timetable(self, name: str = "beat") -> None:
        """Celery beat."""
        self.start("beat", name, {"/tmp/celerybeat-schedule": str(self.folder / f"{name}-schedule")})

    def kill(self, name: str) -> None:
        """As a machine that loses power: the process and its children, without a word."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=10)

    def log(self, name: str) -> Path:
        """The file of a process's output."""
        return self.folder / f"{name}.log"

    def logs(self) -> str:
        """Everything that was written, for the message of a failed assertion."""
        return "\n".join(f"== {path.name}\n{path.read_text(errors='replace')[-2000:]}" for path in sorted(self.folder.glob("*.log")))

    def ask(self, method: str, path: str, body: object = None, *, token: str = "") -> tuple[int, Any]:
        """One request as the proxy would hand it on; returns the status and what the JSON says (or the text)."""
        connection = http.client.HTTPSConnection("localhost", self.port, timeout=20, context=trust(self.folder / "tls" / "proxy"))
        headers = {"Host": "concord.example.org", "X-Forwarded-Proto": "https", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            response = connection.getresponse()
            text = response.read().decode()
        finally:
            connection.close()
        return response.status, json.loads(text) if "json" in (response.getheader("Content-Type") or "") else text

    def query(self, statement: LiteralString) -> Any:
        """The first value that a statement finds in the database, beside everything that runs; None where it finds nothing."""
        with psycopg.connect(server(self.places["CONCORD_DATABASE_NAME"])) as connection:
            row = connection.execute(statement).fetchone()
        return row[0] if row else None

    def until(self, holds: Callable[[], bool], what: str, seconds: float = 30) -> None:
        """Waits for something that the processes do by themselves. Fails with their logs where it does not come."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"{what} did not come within {seconds} seconds\n{self.logs()}"
            time.sleep(0.2)

    def stop(self) -> None:
        """Ends every process by its own id."""
        while self.processes:
            stop(self.processes.popitem()[1])


def trust(part: Path) -> ssl.SSLContext:
    """What trusts this installation's parts and proves to be this one of them."""
    context = ssl.create_default_context(cafile=str(part / "authority.pem"))
    context.load_cert_chain(part / "certificate.pem", part / "key.pem")
    return context


def secrets_of(folder: Path) -> dict[str, str]:
    """The files that an operator writes, and where they are."""
    home = folder / "secrets"
    home.mkdir(exist_ok=True)
    written = {"secret_key": "stack-" + "s" * 50, "record_key": "stack-" + "r" * 50, "mail_password": ""}
    for name, text in written.items():
        (home / name).write_text(text)
    return {f"CONCORD_{name.upper()}_FILE": str(home / name) for name in written}


def server(database_name: str) -> str:
    """Where the run's cluster is, as libpq spells it."""
    return make_conninfo(host=os.environ["CONCORD_DATABASE_HOST"], port=os.environ["CONCORD_DATABASE_PORT"], user="concord", dbname=database_name)


@contextmanager
def database() -> Iterator[str]:
    """An empty database of its own in the run's cluster."""
    name = sql.Identifier(f"stack_{uuid.uuid4().hex[:12]}")
    with psycopg.connect(server("postgres"), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
        try:
            yield name.as_string(None).strip('"')
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def places(folder: Path, database_name: str, broker: str) -> dict[str, str]:
    """Where things are on this machine, and a sweep every other second so that no test waits a minute. All else is docker-compose.yml's.

    The run's cluster knows one role and no certificate; `tests/installation.py` starts one as it is shipped.
    """
    return {
        **secrets_of(folder),
        "CONCORD_TLS": str(folder / "tls" / "app"),
        "CONCORD_DATABASE_SSLMODE": "prefer",
        "CONCORD_DATABASE_USER": "concord",
        "CONCORD_SCANNER": "none",
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "CONCORD_DATABASE_HOST": os.environ["CONCORD_DATABASE_HOST"],
        "CONCORD_DATABASE_PORT": os.environ["CONCORD_DATABASE_PORT"],
        "CONCORD_DATABASE_NAME": database_name,
        "CONCORD_BROKER_URL": broker,
        "CONCORD_SWEEP_SECONDS": "2",
        "CONCORD_VAR": str(folder / "var"),
        "CONCORD_STATIC": str(static_files()),
    }


def static_files() -> Path:
    """Where every installation of a run has its static files: they are the same, and to press them takes ten seconds."""
    return Path(os.environ["CONCORD_VAR"]).parent / "collected"


def collect(manage: Callable[..., str]) -> None:
    """As an operator does once, by the installation that comes first."""
    if not static_files().exists():
        manage("collectstatic", "--noinput", "--verbosity", "0")


@contextmanager
def running(folder: Path) -> Iterator[Stack]:
    """An installation with its tables and example partnership; the test starts the processes that it wants. Everything is ended afterwards."""
    letterbox, mail_port = Letterbox(), free_port()
    mail = Controller(letterbox, hostname="127.0.0.1", port=mail_port)
    mail.start()
    broker = os.environ["CONCORD_BROKER_URL"].rsplit("/", 1)[0] + "/9"
    try:
        with database() as name:
            make_certificates(folder / "tls", now=datetime.now(UTC))
            told = services(OPERATORS | {"CONCORD_MAIL_PORT": str(mail_port)})
            stack = Stack(folder, told, places(folder, name, broker), free_port(), letterbox)
            try:
                stack.migrate()
                collect(stack.manage)
                stack.manage("demo")
                yield stack
            finally:
                stack.stop()
    finally:
        mail.stop()
