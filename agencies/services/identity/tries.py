"""Slowing down those who guess, then shutting them out: counted for each account and each address, in the database, for all processes together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac

from agencies.models import TryCount
from agencies.visits import network


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries are free; each further one waits, twice as long each time; from `shuts` on nothing helps until `WINDOW` is over.

    `is_place`: it counts where somebody comes from, which others share: a try that comes too soon puts off nobody's next one.
    """

    kind: str
    free: int
    shuts: int
    longest: timedelta
    is_place: bool = False


WINDOW = timedelta(minutes=15)
ACCOUNT = Limit("account", free=4, shuts=10, longest=timedelta(seconds=60))
# Everybody in an office comes from one address: it is slowed, and never shut for long.
ADDRESS = Limit("address", free=30, shuts=10**9, longest=timedelta(seconds=30), is_place=True)
SECOND = Limit("second", free=4, shuts=10, longest=timedelta(seconds=60))
# Eight figures, for one door: five tries, then nothing until the code has run out.
GUEST = Limit("guest", free=5, shuts=5, longest=timedelta(seconds=60))
LINKS = Limit("links", free=30, shuts=40, longest=timedelta(seconds=30), is_place=True)


@dataclass(frozen=True, slots=True)
class Verdict:
    """How long to wait before another try counts (zero: this one may go on); whether this try shut the door, or found it shut."""

    wait: timedelta
    has_shut: bool = False
    was_shut: bool = False

    @property
    def seconds(self) -> int:
        """Whole seconds to wait, rounded up."""
        return -(-self.wait // timedelta(seconds=1))


def take(limit: Limit, what: str, *, now: datetime) -> Verdict:
    """Counts a try before it is known whether it is right, so that tries sent at once do not slip past each other.

    A try that comes too soon counts too, and waits anew unless others share the place. What is shut stays so for a quarter of an hour after the
    try that shut it, however often it is tried.
    """
    with transaction.atomic():
        key = _key(limit, what)
        TryCount.objects.get_or_create(key=key, defaults={"last_at": now})
        row = TryCount.objects.select_for_update().get(key=key)
        if row.failures and row.last_at <= now - WINDOW:
            row.failures = 0
        if row.failures >= limit.shuts:
            return Verdict(row.last_at + WINDOW - now, was_shut=True)
        before = pause(limit, row.failures)
        is_too_soon = now < row.last_at + before
        row.failures += 1
        if not (is_too_soon and before and limit.is_place):
            row.last_at = now
        row.save(update_fields=["failures", "last_at"])
        has_shut = row.failures >= limit.shuts
    if is_too_soon:
        longest = pause(limit, row.failures)
        return Verdict(WINDOW if has_shut else min(row.last_at + longest - now, longest), has_shut)
    return Verdict(timedelta(0), has_shut)


def give_back(limit: Limit, what: str) -> None:
    """The try was right: it counts for nothing."""
    with transaction.atomic():
        row = TryCount.objects.select_for_update().filter(key=_key(limit, what)).first()
        if row is not None and row.failures:
            row.failures -= 1
            row.save(update_fields=["failures"])


def forget(limit: Limit, what: str) -> None:
    """Begins to count anew."""
    TryCount.objects.filter(key=_key(limit, what)).delete()


def pause(limit: Limit, failures: int) -> timedelta:
    """How long after the last of so many failures another try may come: nothing, then 2, 4, 8 … seconds."""
    over = failures - limit.free
    return min(timedelta(seconds=2 ** min(over, 20)), limit.longest) if over > 0 else timedelta(0)


def forget_old_tries(now: datetime) -> int:
    """Removes counts that no longer matter; says how many there were."""
    return TryCount.objects.filter(last_at__lt=now - WINDOW).delete()[0]


def _key(limit: Limit, what: str) -> str:
    counted = network(what) if limit.is_place else what.strip().lower()
    return salted_hmac(f"concord.tries.{limit.kind}", counted, algorithm="sha256").hexdigest()
