"""How often somebody calls within a minute, counted by all web processes together: each counts what reaches it, and adds it to one row by shares.

A call of somebody who calls now and then asks the database nothing; one in a share (a sixtieth of the most; each call where that is small) does.
So each process lets at most a share less one through beyond the most.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from agencies.models import TryCount

SPAN = 60  # seconds
SHARES = 60


@dataclass(slots=True)
class _Count:
    """How many calls of this minute are known of all processes, and how many of this one are not in the row yet."""

    known: int = 0
    waiting: int = 0


class Together:
    """The counts of one process. A minute that is over is forgotten here; the job that forgets tries removes its rows."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._minute = 0
        self._counts: dict[tuple[str, str], _Count] = {}

    def step(self, kind: str, what: str, *, most: int, now: datetime) -> int:
        """Counts one more call of `what`; says how many seconds are left of this minute where it was one too many, else 0."""
        at = int(now.timestamp())
        with self._lock:
            if self._minute != at // SPAN:
                self._minute, self._counts = at // SPAN, {}
            count = self._counts.setdefault((kind, what), _Count())
            is_over = count.known + count.waiting >= most
            count.waiting += not is_over
            added = count.waiting if count.waiting >= max(1, most // SHARES) else 0
            count.waiting -= added
            count.known += added
        if added and not is_over:
            known = _add(kind, what, at // SPAN, added, now)
            with self._lock:
                count.known = max(count.known, known)
            is_over = known > most
        return SPAN - at % SPAN if is_over else 0

    def forget(self) -> None:
        """Begins anew."""
        with self._lock:
            self._counts = {}


def _add(kind: str, what: str, minute: int, added: int, now: datetime) -> int:
    """The row of this minute, with so many more."""
    key = salted_hmac(f"concord.calls.{kind}", f"{what}:{minute}", algorithm="sha256").hexdigest()
    counts, more = TryCount.objects.filter(key=key), {"failures": F("failures") + added, "last_at": now}
    if not counts.update(**more):
        with transaction.atomic():
            TryCount.objects.get_or_create(key=key, defaults={"last_at": now})
            counts.update(**more)
    return counts.values_list("failures", flat=True).get()


CALLS = Together()
