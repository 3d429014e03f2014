"""Reads the reports of messages that came back."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from agencies.management.recurring import RecurringCommand
from escalation.services.bounces.reading import BounceReport, folder_of, keep_unknown, read_maildir, read_one
from escalation.services.bounces.report import LARGEST


class Command(RecurringCommand):
    """Once: from the Maildir of the settings or the one that is named, or one message from standard input."""

    help = "Read delivery reports (RFC 3464) and mark the messages that did not arrive. What is not understood is kept and counted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where from."""
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--maildir", type=Path, metavar="DIR", help="read this Maildir (default: CONCORD_BOUNCE_MAILDIR)")
        where.add_argument("--stdin", action="store_true", help="read one message from standard input, as a mail server's pipe gives it")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line of what was done; CommandError where there is nothing to read from."""
        report = BounceReport()
        try:
            if options["stdin"]:
                raw = sys.stdin.buffer.read(LARGEST + 1)
                if not read_one(raw, now=timezone.now(), report=report):
                    keep_unknown(raw)
            else:
                folder = options["maildir"] or folder_of()
                if options["maildir"] and not (folder / "new").is_dir():
                    raise CommandError(f"{folder} is no Maildir: it has no folder named new.")
                report = read_maildir(folder)
        except OSError as error:
            raise CommandError(f"The reports cannot be read or kept: {error.strerror or error}.") from error
        self.stdout.write(f"{report.words()}.")
