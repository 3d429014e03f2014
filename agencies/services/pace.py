"""How much one person does within ten minutes: counted in the database, for all processes together, as guessing is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from agencies.models import TryCount
from agencies.services.identity.tries import WINDOW

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
    counts = TryCount.objects.filter(key=key, failures__lt=most)
    more = {"failures": F("failures") + 1, "last_at": now}
    # The row is there but for the first of the ten minutes: one statement.
    goes_on = counts.update(**more)
    if not goes_on:
        with transaction.atomic():
            TryCount.objects.get_or_create(key=key, defaults={"last_at": now})
            goes_on = counts.update(**more)
    return 0 if goes_on else SPAN - at % SPAN
