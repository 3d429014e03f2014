from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.stack import Stack, running


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """An installation on PostgreSQL, Redis and SMTP whose processes the test starts and kills."""
    with running(tmp_path) as made:
        yield made
