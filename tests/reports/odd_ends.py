"""What stands in a year besides what dice bring: duplicates, and what agencies returned."""

from datetime import UTC, date, datetime

from escalation.models import Dispute
from escalation.states import ENDED, LeftOut
from reports.models import EarlyReturn
from tests.reports.builders import World

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def leave_some_out(world: World) -> None:
    """Every eighth of those that have ended was a duplicate: with all that happened in it, it counts nowhere."""
    ended = Dispute.objects.filter(partnership=world.partnership, state__in=ENDED).order_by("submitted_at", "pk").values_list("pk", flat=True)
    Dispute.objects.filter(pk__in=list(ended)[::8]).update(left_out=LeftOut.DUPLICATE)


def add_returns(world: World) -> None:
    """Three agencies return early matters of three quarters, one of them nothing."""
    quarters = (date(2024, 10, 1), date(2025, 4, 1), date(2025, 7, 1))
    for at, agency in enumerate(world.agencies[:3]):
        for each in quarters[: at + 1]:
            EarlyReturn.objects.create(agency=agency, quarter=each, matters=at * 4, returned_by=world.unit, returned_at=NOW)
