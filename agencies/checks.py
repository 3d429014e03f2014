"""Checks of the ground floor that run before the first page is served."""

from collections.abc import Sequence
from typing import Any

import requests
from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.utils import timezone

from agencies.models import Partnership
from agencies.outward import confined
from agencies.providers import Provider
from agencies.working_days import LONDON, Nation, staleness

SECONDS = 10


def official_days(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ANN401 - Django's own signature
    """agencies.W001 for each nation whose official bank holidays of next year are not known. No query."""
    today = timezone.localdate(timezone=LONDON)
    return [Warning(words, id="agencies.W001") for nation in Nation if (words := staleness(nation, today))]


def issuers(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:  # noqa: ANN401 - Django's own signature
    """For each organisation whose sign-in is accepted, asked over the network: agencies.E001 where it publishes another issuer than was set,
    agencies.W002 where it cannot be asked. Only with `check --deploy`.
    """
    found = (_issuer(provider) for provider in settings.CONCORD_PROVIDERS)
    return [message for message in found if message is not None]


def _issuer(provider: Provider) -> CheckMessage | None:
    try:
        published = confined(provider)().get(provider.metadata_url, timeout=SECONDS).json()["issuer"]
    except (requests.RequestException, ValueError, KeyError, TypeError) as error:
        words = f"The sign-in of {provider.label} could not be asked at {provider.metadata_url}: {type(error).__name__}."
        return Warning(words, hint="Until it answers, nobody signs in there.", id="agencies.W002")
    if published == provider.issuer:
        return None
    words = f"{provider.label} publishes the issuer {str(published)[:200]!r}, and CONCORD_SIGN_ON says {provider.issuer!r}: nobody signs in there."
    hint = f"They must be the same to the letter, a slash at the end included. If you mean that one, set the issuer of {provider.key} to it."
    return Error(words, hint=hint, id="agencies.E001")


def stale_calendars() -> list[str]:
    """The same alarm for the nations that have a partnership here, as sentences: `/readyz` shows them. One query."""
    today = timezone.localdate(timezone=LONDON)
    nations = Partnership.objects.order_by().values_list("nation", flat=True).distinct()
    return [words for nation in nations if (words := staleness(Nation(nation), today))]
