"""What is drawn by lot (references, links, codes, keys, nonces) follows from the test that draws it: a run is red for what was changed and not for
its luck. A pytest plugin.

Drawn anew each time, a link held the two letters that a test looked for in its mail, once in some hundred runs. So while a test runs, this process
draws from a series that follows from the test's name; what is written for many tests, from that fixture's. Two tests draw different things. Processes
that a test starts draw as they always do, and so does everybody with CONCORD_TEST_EXPLORE. What several threads draw at once is theirs in any order.
"""

import os
import random
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from hypothesis.internal.conjecture import providers

from agencies import keys
from escalation.engine import file_store

_by_lot = os.urandom
# A reference; the name of a row or of a file; a link, a token of a form or of a program, a nonce, by their lengths.
DRAWN = re.compile(
    r"\bESC-[0-9A-HJKMNP-TV-Z]{6}\b|\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|(?<![\w-])(?:[\w-]{43}|[\w-]{22}|[0-9A-Za-z]{64}|[0-9A-Za-z]{32})(?![\w-])"
)


def as_written(text: str) -> str:
    """The text without what is drawn by lot, which may hold any few letters or figures that a test looks for."""
    return DRAWN.sub("…", text)


def is_drawn_anew() -> bool:
    """Whether this run is to find what no other did."""
    return bool(os.environ.get("CONCORD_TEST_EXPLORE"))


class Hand:
    """Who draws in this process: the system, or a series that follows from a name."""

    def __init__(self) -> None:
        self._series: random.Random | None = None

    def draw(self, size: int, /) -> bytes:
        """What `os.urandom` would give."""
        return self._series.randbytes(size) if self._series else _by_lot(size)

    def begin(self, name: str) -> None:
        """From here on what is drawn follows from this name, keys too, for which bytes lie ready."""
        if is_drawn_anew():
            return
        # What messages are divided and named by comes from the module's own series.
        random.seed(name)
        self._series = random.Random(name)  # noqa: S311 - to draw the same again is what it is for
        keys._forget()

    def leave(self) -> None:
        """From here on the system draws."""
        self._series = None
        keys._forget()

    @contextmanager
    def follows_from(self, name: str) -> Iterator[None]:
        """What is drawn meanwhile follows from this name. Afterwards all goes on as if nothing had been drawn."""
        before = self._series, random.getstate(), keys._pool
        self.begin(name)
        try:
            yield
        finally:
            self._series, keys._pool = before[0], before[2]
            random.setstate(before[1])


HAND = Hand()
# A process that was begun as a copy of this one would draw what this one does.
os.register_at_fork(after_in_child=HAND.leave)


class OnDisk:
    """What draws the name of an attached file: the disk keeps it when its row is taken back, and written again it would be in the way."""

    @staticmethod
    def token_hex(size: int) -> str:
        """As the system draws it, in every run."""
        return _by_lot(size).hex()


_read_in_the_code = providers._get_local_constants


def pytest_configure() -> None:
    """`secrets` and the like ask the module `random` for bytes, which has kept its own name for the system's function.

    Hypothesis draws some of its values from what stands in whichever files this process has read so far. A test would draw one thing alone and
    another among others; and to read them took each process half a second. A run that explores draws from them.
    """
    os.urandom = random._urandom = HAND.draw  # type: ignore[attr-defined]
    file_store.secrets = OnDisk  # type: ignore[attr-defined, assignment]
    if not is_drawn_anew():
        providers._get_local_constants = lambda: providers._local_constants


def pytest_unconfigure() -> None:
    """The process goes on without tests."""
    os.urandom = random._urandom = _by_lot  # type: ignore[attr-defined]
    file_store.secrets = secrets  # type: ignore[attr-defined]
    providers._get_local_constants = _read_in_the_code


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """A test with all that is set up for it alone."""
    HAND.begin(item.nodeid)
    done = yield
    HAND.leave()
    return done


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest) -> Iterator[None]:
    """What is set up for several tests does not follow from which of them came first."""
    if fixturedef.scope == "function":
        return (yield)
    with HAND.follows_from(f"{fixturedef.baseid}::{fixturedef.argname}[{request.param_index}]"):  # type: ignore[attr-defined]
        return (yield)
