"""Few files know on which engine they are: docs/decisions/0042 names them."""

import re

from tests.house.source import none, product

ASKS = re.compile(r"\.vendor\b|\bhas_select_for_update\w*|\.features\.")
NAMED = {
    "agencies/at_once.py",
    "agencies/engines.py",
    "agencies/quick_reads.py",
    "agencies/refusals.py",
    "escalation/engine/bulk.py",
    "reports/asking.py",
}


def test_only_the_named_files_ask_on_which_engine_they_are() -> None:
    asking = {source.name for source in product() if ASKS.search(source.text)}
    none(sorted(asking - NAMED))
    assert asking == NAMED


def test_a_file_that_asks_would_be_found() -> None:
    assert all(map(ASKS.search, ("connection.vendor == 'sqlite'", "connection.features.has_returning", "has_select_for_update_skip_locked")))
