"""Watches the clocks now."""

from typing import Any

from agencies.management.recurring import RecurringCommand
from escalation.services.sweep import sweep


class Command(RecurringCommand):
    """What the recurring task does each minute, once."""

    help = (
        "Look at every disagreement whose moment has come: remind, record what is overdue, offer to move up or move up. "
        "The recurring task does this each minute."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line of what was done."""
        self.stdout.write(f"{sweep().words()}.")
