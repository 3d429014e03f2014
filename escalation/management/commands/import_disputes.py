"""`manage.py import_disputes FILE`: an earlier log of dated steps becomes disagreements, whole or not at all."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies.errors import DomainError
from escalation.services.earlier_log import ImportRefused, bring_in_log
from escalation.services.procedures import find_partnership


class Command(BaseCommand):
    """Brings an earlier log in."""

    help = (
        "Brings in an earlier log from a CSV file of dated steps: each goes through the same rules as on the pages, with its own date. All of it "
        "or nothing; the same file again adds nothing. No message is sent for the past. docs/disputes-import.md lists the columns."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, where it belongs, and whether it is only tried."""
        parser.add_argument("file", type=Path, metavar="FILE", help="the CSV file; docs/examples/earlier-log.csv is one")
        parser.add_argument("--partnership", metavar="SLUG", help="whose log it is; may be left out where there is only one partnership")
        parser.add_argument("--preview", "--dry-run", action="store_true", help="say what would be brought in, and change nothing")

    def handle(self, *args: Any, file: Path, partnership: str | None, preview: bool, **options: Any) -> None:  # noqa: FBT001 - Django's own signature
        """What was done, or would be; CommandError with every mistake otherwise."""
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror or 'it cannot be opened'}.") from error
        try:
            place = find_partnership(partnership)
            done = bring_in_log(file.name, content, place, actor=None, now=timezone.now(), preview=preview)
        except ImportRefused as refused:
            count = len(refused.problems)
            raise CommandError(f"Nothing was imported: {count:,} mistake{'' if count == 1 else 's'}.\n{refused.message}") from refused
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write("\n".join([done.words, *done.details]))
