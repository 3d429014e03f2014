"""`manage.py end_keeping`: lists for review what was kept long enough, and erases what goes by itself."""

from typing import Any

from django.utils import timezone

from agencies.management.recurring import RecurringCommand
from escalation.services.keeping.due import end_what_is_over


class Command(RecurringCommand):
    """What the recurring task does, once."""

    help = (
        "List for review what was kept long enough, and erase what goes by itself by each partnership's periods. The recurring task does this hourly."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line of what was done."""
        found = [f"{count} {words}" for words, count in end_what_is_over(timezone.now()).items() if count]
        self.stdout.write(f"{', '.join(found) or 'Nothing was over'}.")
