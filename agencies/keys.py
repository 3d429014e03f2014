"""Keys made by the client, so that a change can be built whole in memory before it is written."""

import os
import secrets
import threading
import time
import uuid

# The version (7) and the variant (binary 10), and what lies around them.
_FIXED = 0x7 << 76 | 0b10 << 62
_RANDOM = (1 << 76) - 1 ^ 0b11 << 62
# A process never makes a key that sorts before one it made earlier: lines written in one millisecond keep their order.
_lock = threading.Lock()
_last = 0
# Random bytes are fetched for many keys at once: to ask the system for ten of them took longer than all else here.
_pool = b""
_NOISE, _KEYS = 10, 256


def _forget() -> None:
    """A process that was begun as a copy of this one makes none of its keys: it fetches bytes of its own."""
    global _pool
    _pool = b""


os.register_at_fork(after_in_child=_forget)


def new_key() -> uuid.UUID:
    """A version 7 UUID (RFC 9562, section 5.7, method 3 of 6.2): ordered by time, and within a process by the order in which they were made.

    So that index pages fill from one side; with 74 random bits, the last 62 of which stay random whatever came before.
    """
    global _last, _pool
    stamp = time.time_ns() // 1_000_000
    with _lock:
        if not _pool:
            _pool = os.urandom(_NOISE * _KEYS)
        noise, _pool = int.from_bytes(_pool[:_NOISE], "big"), _pool[_NOISE:]
        made = (stamp << 80 | noise & _RANDOM) | _FIXED
        if made <= _last and _last - made < 1000 << 80:
            # The same millisecond, or one that ran ahead of it: one more in the twelve bits behind it, or the next millisecond where they are full.
            ahead = (_last >> 80 << 12 | _last >> 64 & 0xFFF) + 1
            made = (ahead >> 12 << 80) | (ahead & 0xFFF) << 64 | noise & (1 << 62) - 1 | _FIXED
        _last = made
    return uuid.UUID(int=made)


def new_link() -> str:
    """What the address of a guest's door ends with: 256 random bits. It opens nothing by itself."""
    return secrets.token_urlsafe(32)
