from collections.abc import Iterator

import pytest

from tests.faults.processes import Nursery
from tests.stack import Stack, running


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An installation on PostgreSQL, Redis and SMTP: tables, static files and the example partnership, made once."""
    with running(tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture
def at_work(installation: Stack) -> Stack:
    """The installation with pages, a worker and the timetable. What runs already goes on: to start them takes longer than what is asked of them."""
    starts = {"pages": installation.start_pages, "worker": installation.start_worker, "beat": installation.start_timetable}
    for name in starts.keys() - installation.processes.keys():
        starts[name]()
    return installation


@pytest.fixture(scope="session")
def nursery(django_db_setup: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nursery]:
    """Where the processes come from that tests kill: the product is read once for all of them."""
    made = Nursery(tmp_path_factory.mktemp("nursery") / "nursery.log")
    yield made
    made.end()
