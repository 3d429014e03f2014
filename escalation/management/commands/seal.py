"""Seals the record now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from agencies.management.recurring import RecurringCommand
from escalation.services.seals import seal_partnerships


class Command(RecurringCommand):
    """What the recurring task does each minute, once."""

    help = "Seal the record of every partnership in which something was written since its last seal. The recurring task does this each minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How far to look back."""
        parser.add_argument(
            "--all", action="store_true", help="look at every disagreement, not only at those written to of late, and complete the seals' files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """One line of what was done."""
        try:
            written = seal_partnerships(everything=options["all"])
        except OSError as error:
            raise CommandError(f"The seals' folder cannot be written: {error.strerror} ({error.filename}).") from error
        self.stdout.write(f"{written} seal{'' if written == 1 else 's'} written." if written else "Nothing was written since the last seals.")
