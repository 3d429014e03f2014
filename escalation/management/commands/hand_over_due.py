"""`manage.py hand_over_due`: carries out the departures whose last day is over."""

from typing import Any

from django.utils import timezone

from agencies.management.recurring import RecurringCommand
from agencies.words import counted
from escalation.services.handover import carry_out_due


class Command(RecurringCommand):
    """What the recurring task does, once."""

    help = "Move the open work of people whose last day is over to who takes over. The recurring task does this each minute."

    def handle(self, *args: Any, **options: Any) -> None:
        """One line of what was done."""
        self.stdout.write(f"{counted(carry_out_due(timezone.now()), 'departure,departures')} carried out.")
