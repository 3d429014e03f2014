"""What several files of this room ask for by name."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine

from tests.world import MONDAY


@pytest.fixture
def monday_here(settings: Any, tmp_path: Path) -> Iterator[None]:
    """It stays Monday at ten, and what is made lies in a folder of the test's own."""
    settings.VAR = tmp_path
    with time_machine.travel(MONDAY, tick=False):
        yield
