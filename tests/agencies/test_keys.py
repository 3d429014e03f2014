"""Keys made by the client."""

import os
from datetime import UTC, datetime

import time_machine

from agencies.keys import new_key

MOMENT = datetime(2026, 3, 2, 10, tzinfo=UTC)


def test_a_key_is_a_version_7_uuid_of_its_millisecond() -> None:
    with time_machine.travel(MOMENT, tick=False):
        key = new_key()
    assert (key.version, key.variant) == (7, "specified in RFC 4122")
    assert abs((key.int >> 80) - MOMENT.timestamp() * 1000) <= 1


def test_keys_of_one_millisecond_keep_the_order_in_which_they_were_made() -> None:
    with time_machine.travel(MOMENT, tick=False):
        keys = [new_key() for _ in range(20_000)]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert {key.version for key in keys} == {7}


def test_a_clock_that_is_set_back_is_followed() -> None:
    with time_machine.travel(MOMENT, tick=False):
        late = new_key()
    with time_machine.travel(MOMENT.replace(hour=9), tick=False):
        assert new_key() < late


def test_two_keys_differ_in_what_cannot_be_guessed() -> None:
    one, other = new_key(), new_key()
    assert one.int & (1 << 62) - 1 != other.int & (1 << 62) - 1


def test_a_process_that_was_begun_as_a_copy_makes_none_of_the_keys_of_this_one() -> None:
    new_key()  # From here on there are random bytes for the next ones.
    reading, writing = os.pipe()
    if (child := os.fork()) == 0:
        os.write(writing, new_key().bytes)
        os._exit(0)
    os.waitpid(child, 0)
    assert int.from_bytes(os.read(reading, 16), "big") & (1 << 62) - 1 != new_key().int & (1 << 62) - 1
    os.close(reading)
    os.close(writing)
