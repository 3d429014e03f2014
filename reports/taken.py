"""What somebody took out of the product as figures: a line of the reports' record, and a word to the business unit past what is usual."""

from datetime import datetime
from uuid import UUID

from agencies.models import Partnership
from escalation.services.much_read import DAY, check_taken
from reports.models import ReportEvent

BEGINS = "Took "


def keep_taken(partnership: Partnership, actor: UUID, words: str, now: datetime) -> None:
    """Keep the line, which begins with `Took`, and tell the business unit once a day of whoever took unusually much within a day."""
    ReportEvent.objects.create(partnership=partnership, actor_id=actor, words=words, recorded_at=now)
    lately = ReportEvent.objects.filter(partnership=partnership, actor=actor, recorded_at__gt=now - DAY, words__startswith=BEGINS)
    check_taken(actor, partnership.pk, lately.count(), now=now)
