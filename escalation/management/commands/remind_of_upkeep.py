"""Reminds writers of drafts that wait, and holders of posts of entries that want to be confirmed."""

from typing import Any

from django.utils import timezone

from agencies.management.recurring import RecurringCommand
from escalation.services.upkeep_due import remind_of_upkeep


class Command(RecurringCommand):
    """What the recurring task does each hour, once."""

    help = "Remind writers of drafts on the next working day, and holders of posts of entries that nobody confirmed lately."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line of what was done."""
        written = remind_of_upkeep(timezone.now())
        self.stdout.write(f"{written} reminder{'' if written == 1 else 's'} written." if written else "Nothing waits, or everybody was reminded.")
