"""Tests run with room for the frames of their calls, which are deep: of the pages' tests a quarter of the time went into pieces of stack. A plugin.

CPython 3.11 keeps the frames of a thread's Python calls in pieces of 16 KiB. A call that goes over the end of one has the system map a new piece and
fill it with zeros, and its return has it unmapped: a loop at just that depth, in a template or a query, does both each time round. A frame that asks
for a large piece makes CPython take one with as much to spare; while it stands, the calls within need no other.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

import pytest
from _pytest.runner import runtestprotocol
from django.core.handlers.wsgi import WSGIHandler

T = TypeVar("T")
# In words of eight bytes: 547 KiB, for which a piece of 1 MiB is taken. Nothing of it is touched until calls do.
ASKED_FOR = 70_000


def with_room(run: Callable[[], T]) -> T:
    """What `run` gives, its calls and theirs in one piece of memory."""
    return run()


with_room.__code__ = with_room.__code__.replace(co_stacksize=ASKED_FOR)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool:
    """As pytest's own does it: setting up, the test, and clearing away."""
    item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    with_room(partial(runtestprotocol, item, nextitem=nextitem))
    item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


@pytest.fixture(scope="session", autouse=True)
def _room_for_served_pages() -> Iterator[None]:
    """A server of this process answers in threads of its own."""
    answer = WSGIHandler.__call__

    def roomy(handler: WSGIHandler, environ: Any, start: Any) -> Any:
        return with_room(partial(answer, handler, environ, start))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIHandler, "__call__", roomy)
        yield
