"""Keys made by the client, so that a change can be built whole in memory before it is written."""

import os
import time
import uuid


def new_key() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, section 5.7): ordered by time, so that index pages fill from one side, with 74 random bits."""
    stamp = time.time_ns() // 1_000_000
    noise = int.from_bytes(os.urandom(10), "big")
    value = (stamp << 80) | (0x7 << 76) | ((noise >> 62 & 0xFFF) << 64) | (0b10 << 62) | (noise & ((1 << 62) - 1))
    return uuid.UUID(int=value)
