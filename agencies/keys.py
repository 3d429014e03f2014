"""Keys made by the client, so that a change can be built whole in memory before it is written."""

import os
import time
import uuid

# The version (7) and the variant (binary 10), and what lies around them.
_FIXED = 0x7 << 76 | 0b10 << 62
_RANDOM = (1 << 76) - 1 ^ 0b11 << 62


def new_key() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, section 5.7): ordered by time, so that index pages fill from one side, with 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    return uuid.UUID(int=(stamp << 80 | noise & _RANDOM) | _FIXED)
