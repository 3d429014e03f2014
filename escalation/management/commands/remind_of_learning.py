"""Reminds the owners of learning actions."""

from typing import Any

from django.utils import timezone

from agencies.management.recurring import RecurringCommand
from escalation.services.learning_due import remind_of_learning


class Command(RecurringCommand):
    """What the recurring task does each hour, once."""

    help = "Remind the owners of learning actions: once in the week before the day, and once after it has passed."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line of what was done."""
        written = remind_of_learning(timezone.now())
        self.stdout.write(f"{written} reminder{'' if written == 1 else 's'} written." if written else "Nothing is due, or everybody was reminded.")
