"""Checks of the ground floor that run before the first page is served."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Warning
from django.utils import timezone

from agencies.models import Partnership
from agencies.working_days import LONDON, Nation, staleness


def official_days(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ANN401 - Django's own signature
    """agencies.W001 for each nation whose official bank holidays of next year are not known. No query."""
    today = timezone.localdate(timezone=LONDON)
    return [Warning(words, id="agencies.W001") for nation in Nation if (words := staleness(nation, today))]


def stale_calendars() -> list[str]:
    """The same alarm for the nations that have a partnership here, as sentences: `/readyz` shows them. One query."""
    today = timezone.localdate(timezone=LONDON)
    nations = Partnership.objects.order_by().values_list("nation", flat=True).distinct()
    return [words for nation in nations if (words := staleness(Nation(nation), today))]
