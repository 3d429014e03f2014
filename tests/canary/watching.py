"""What leaves the product while a run is watched: log lines, access lines, addresses, messages, arguments of jobs, error pages, what Redis holds."""

import base64
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from typing import Any, cast

import redis
from celery.signals import before_task_publish
from django.core import mail
from django.test import Client

from agencies.models import User
from config.celery import app
from config.logs import PlaceOnly, without_tokens

MARK = "kanarie"
# Loggers that do not hand their lines on to the root.
APART = ("", "django", "django.server", "celery", "celery.app.trace", "weasyprint", "fontTools")
OURS = ("agencies", "escalation", "reports", "config", "django.request", "django.security", "celery")
FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


@dataclass
class Seen:
    """Everything that left, by kind, each as text."""

    lines: list[str] = field(default_factory=list)
    access: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    jobs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    health: list[str] = field(default_factory=list)

    def messages(self) -> list[str]:
        """Each message but the address that it goes to: subject, heads, every body."""
        found = []
        for letter in mail.outbox:
            heads = [f"{name}: {value}" for name, value in letter.message().items() if name != "To"]
            bodies = [letter.body, *(str(body) for body, _ in getattr(letter, "alternatives", ()))]
            found.append("\n".join([*heads, str(letter.subject), *map(str, bodies)]))
        return found


class _Lines(logging.Handler):
    def __init__(self, into: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.into = into
        self.setFormatter(PlaceOnly(FORMAT))

    def emit(self, record: logging.LogRecord) -> None:
        self.into.append(self.format(record))


@contextmanager
def watched() -> Iterator[Seen]:
    """Logging as production formats it, ours at DEBUG, and the arguments of every job that is put on the queue."""
    seen = Seen()
    handler, before = _Lines(seen.lines), {name: logging.getLogger(name).level for name in (*APART, *OURS)}

    def published(body: Any = None, headers: Any = None, **more: Any) -> None:
        seen.jobs.append(f"{headers} {body} {more.get('properties')}")

    before_task_publish.connect(published, weak=False)
    try:
        for name in APART:
            logging.getLogger(name).addHandler(handler)
        for name in OURS:
            logging.getLogger(name).setLevel(logging.DEBUG)
        yield seen
    finally:
        before_task_publish.disconnect(published)
        for name in APART:
            logging.getLogger(name).removeHandler(handler)
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)


class Broker:
    """A real Redis of the run's own, on which its jobs wait: nobody else's are there, and nobody empties it."""

    def __init__(self, url: str) -> None:
        self.url, self.client = url, redis.Redis.from_url(url, decode_responses=True)

    @contextmanager
    def in_use(self) -> Iterator["Broker"]:
        """Inside, what is put on the queue goes here."""
        celery: Any = app
        before, pools = celery.conf.broker_url, (celery.amqp._producer_pool, celery._pool)
        celery.conf.broker_url, celery.amqp._producer_pool, celery._pool = self.url, None, None
        try:
            yield self
        finally:
            celery.conf.broker_url, celery.amqp._producer_pool, celery._pool = before, *pools

    def taken(self) -> list[str]:
        """A worker's way through the queue: what Redis holds of each job while it is being done. Afterwards it is done."""
        found: list[str] = []
        with app.connection_for_read(self.url) as connection, connection.SimpleQueue("celery") as queue:
            while self.client.llen("celery"):
                job = queue.get(timeout=2)
                found += self.texts()
                job.ack()
        return found

    def texts(self) -> list[str]:
        """Every key with all that it holds, and what is written in base 64 as the words that it is."""
        read = {"list": self._list, "hash": self.client.hgetall, "zset": self._zset, "set": self.client.smembers, "string": self.client.get}
        held = [f"{key}: {read[cast(str, self.client.type(key))](key)}" for key in self.client.scan_iter()]
        bodies = [body for text in held for body in re.findall(r'\\*"body\\*": \\*"([A-Za-z0-9+/=]+)', text)]
        return held + [base64.b64decode(body).decode() for body in bodies]

    def _list(self, key: str) -> Any:
        return self.client.lrange(key, 0, -1)

    def _zset(self, key: str) -> Any:
        return self.client.zrange(key, 0, -1)


class Browser(Client):
    """A browser of which each request leaves an access line as gunicorn writes it, its address, and its page where it is an error.

    What a form typed and a refusal gives back, so that it is not lost, is no news to whoever typed it: it is left out of that page.
    """

    def __init__(self, seen: Seen, user: User | None) -> None:
        super().__init__(raise_request_exception=False)
        self.seen = seen
        self.typed: list[str] = []
        if user is not None:
            self.force_login(user, backend="agencies.backend.AccountBackend")

    def post(self, path: str, data: Any = None, *arguments: Any, **more: Any) -> Any:  # type: ignore[override]  # its answers are typed loosely here
        self.typed = [str(value) for value in (data or {}).values()]
        try:
            return super().post(path, data, *arguments, **more)
        finally:
            self.typed = []

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        path, query = request["PATH_INFO"], request.get("QUERY_STRING", "")
        self.seen.access.append(without_tokens(f"{request['REQUEST_METHOD']} {path} {answer.status_code}"))
        self.seen.addresses += [f"{path}?{query}", answer.headers.get("Location", "")]
        if answer.status_code in {403, 404, 405, 429, 500}:
            page = unescape(answer.content.decode())
            for typed in self.typed:
                page = page.replace(typed, "")
            # The frame around it says to the person who they are themselves.
            self.seen.errors.append(page.partition("<main")[2] or page)
        return answer
