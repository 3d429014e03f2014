"""How much one person does within ten minutes: counted in the database, for all processes together, as guessing is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils.crypto import salted_hmac

from agencies.services.identity.tries import WINDOW

# One statement, also for the first of the ten minutes: every form of everybody pays for it.
ONE_MORE = """
INSERT INTO agencies_trycount (key, failures, last_at) VALUES (%s, 1, %s)
ON CONFLICT (key) DO UPDATE SET failures = agencies_trycount.failures + 1, last_at = excluded.last_at
WHERE agencies_trycount.failures < %s
"""
SPAN = 10 * 60  # seconds; counts are forgotten after WINDOW, which is longer


@dataclass(frozen=True, slots=True)
class Pace:
    """A sort of doing, and the setting that says how often one person may within ten minutes: far beyond what somebody does by hand."""

    kind: str
    setting: str


FORMS = Pace("forms", "CONCORD_FORMS_IN_TEN_MINUTES")
HEAVY = Pace("heavy", "CONCORD_HEAVY_IN_TEN_MINUTES")


def step(pace: Pace, who: UUID, *, now: datetime) -> int:
    """Counts one more; says how many seconds are left of these ten minutes where it was one too many, else 0."""
    assert WINDOW.total_seconds() > SPAN  # noqa: S101 - or a count would be forgotten while it counts # nosec B101
    most, at = int(getattr(settings, pace.setting)), int(now.timestamp())
    key = salted_hmac(f"concord.pace.{pace.kind}", f"{who}:{at // SPAN}", algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(ONE_MORE, [key, connection.ops.adapt_datetimefield_value(now), most])
        goes_on = most > 0 and cursor.rowcount == 1
    return 0 if goes_on else SPAN - at % SPAN
