"""Reminds the business unit of procedures whose review is due."""

from typing import Any

from django.utils import timezone

from agencies.management.recurring import RecurringCommand
from escalation.services.reviews_due import remind_of_reviews


class Command(RecurringCommand):
    """What the recurring task does each hour, once."""

    help = "Remind the business unit of procedures whose review is due: 30 days before, on the day, and every 30 days after."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line of what was done."""
        written = remind_of_reviews(timezone.now())
        self.stdout.write(f"{written} reminder{'' if written == 1 else 's'} written." if written else "No review is due, or everybody was reminded.")
