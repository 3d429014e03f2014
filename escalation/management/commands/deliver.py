"""Sends the waiting messages now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from agencies.management.recurring import RecurringCommand
from escalation.services.givings import tell_of_givings
from escalation.services.outbox import deliver

LARGEST_BATCH = 1_000


class Command(RecurringCommand):
    """What the recurring task does every half minute, once."""

    help = "Send the messages that may leave now. The recurring task does this; running it by hand beside the task is harmless."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How many are claimed at a time."""
        parser.add_argument("--batch", type=int, default=100, metavar="N", help="claim N messages at a time (default 100)")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line of what was done; CommandError where the mail server stopped it."""
        if not 1 <= options["batch"] <= LARGEST_BATCH:
            raise CommandError(f"--batch: write a whole number from 1 to {LARGEST_BATCH}.")
        tell_of_givings()
        report = deliver(batch=options["batch"])
        if report.trouble:
            raise CommandError(f"The mail server stopped the delivery. {report.words()}.")
        self.stdout.write(f"{report.words()}.")
