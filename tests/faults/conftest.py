from collections.abc import Iterator

import pytest

from tests.stack import Stack, running


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """An installation on PostgreSQL, Redis and SMTP: tables, static files and the example partnership, made once."""
    with running(tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture
def stack(installation: Stack) -> Iterator[Stack]:
    """The installation with no process running; the test starts, and kills, what it wants."""
    yield installation
    installation.stop()
