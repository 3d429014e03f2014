"""Verifies the record: chains, typed text, seals, the seals' files and the read ledger."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from agencies.errors import DomainError
from escalation.services.audit import verify


class Command(BaseCommand):
    """Says where the record is not as it was written."""

    help = (
        "Verify the record: finds every line that was altered, removed, added or moved and is older than the last seal. "
        "Ends with 1 and names each place where something is wrong; changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """All of it, a partnership's, or one disagreement's."""
        parser.add_argument("--partnership", metavar="SLUG", help="only this partnership's record")
        parser.add_argument("--reference", metavar="ESC-…", help="only this disagreement's record and the seals that cover it")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a finding, then one line of what was checked."""
        try:
            report = verify(partnership=options["partnership"], reference=options["reference"])
        except DomainError as error:
            raise CommandError(error.message) from error
        except OSError as error:
            raise CommandError(f"The file of the seals cannot be read: {error.strerror} ({error.filename}).") from error
        for finding in report.findings:
            self.stdout.write(str(finding))
        if report.found > len(report.findings):
            self.stdout.write(f"… and {report.found - len(report.findings)} more.")
        if report.found:
            raise CommandError(report.words())
        self.stdout.write(report.words())
