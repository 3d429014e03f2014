"""Keys and moments are read quickly as Django reads them."""

from datetime import datetime

import pytest
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper

from agencies.keys import new_key
from agencies.quick_reads import key, moment

WRITTEN = ["2026-07-01 22:30:00", "2026-03-29 01:00:00.000001", "2026-03-29T01:00:00", "2026-07-01 23:30:00+01:00", "2026-07-01 22:30:00+00:00"]


@pytest.mark.parametrize("written", WRITTEN)
def test_a_moment_is_the_one_that_django_reads(written: str) -> None:
    theirs = DatabaseWrapper.ops_class(connection).convert_datetimefield_value(written, None, connection)
    assert moment(written) == theirs
    assert moment(written).utcoffset() == theirs.utcoffset()
    assert moment(datetime.fromisoformat(written)) == theirs


def test_what_is_no_moment_is_refused() -> None:
    with pytest.raises(ValueError, match="tomorrow"):
        moment("tomorrow")


def test_a_key_is_the_one_that_was_written() -> None:
    made = new_key()
    assert key(made.hex) == made
