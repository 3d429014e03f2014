"""One world for a table: what its rows name."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine

from agencies.services.together import CALLS
from escalation.models import Clock
from tests.access.routes import Addresses
from tests.cast import Cast
from tests.world import MONDAY


@pytest.fixture(autouse=True)
def _on_monday_after_ten() -> Iterator[None]:
    CALLS.forget()
    with time_machine.travel((MONDAY + timedelta(minutes=5)).timestamp(), tick=False):
        yield


@pytest.fixture
def addresses(cast: Cast) -> Addresses:
    return Addresses(cast)


@pytest.fixture
def named(addresses: Addresses) -> dict[str, str]:
    """What stands in braces in the tables."""
    cast = addresses.cast
    return {
        "sent": addresses.dispute.reference,
        "draft": addresses.draft.reference,
        "school": str(cast.school.pk),
        "social_care": str(cast.social_care.pk),
        "police": str(cast.police.pk),
        "own_manager": str(cast.own_manager.pk),
        "colleague": str(cast.colleague.pk),
        "stranger": str(cast.stranger.pk),
        "clock": str(Clock.objects.running().filter(dispute=addresses.dispute)[0].pk),
        "receiver": str(cast.receiver.pk),
        "lead": str(cast.lead.pk),
        "other": addresses.other.reference,
        "record": str(addresses.audit.records.get().pk),
        "filter": str(addresses.filter.pk),
        "point": str(addresses.point.pk),
        "partnership": cast.partnership.slug,
        "version": str(addresses.version.pk),
        "procedure": str(addresses.version.procedure_id),
    }
