"""`manage.py import_procedure FILE.toml`: publishes a procedure, whole or not at all."""

from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies.errors import DomainError
from escalation.procedures.problems import ProcedureProblems
from escalation.procedures.reading import EARLIEST_YEAR, LATEST_YEAR
from escalation.procedures.schema import read_procedure, shipped_files
from escalation.services import procedures

LARGEST = 1_000_000


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--in-force-from: “{text}” is not a date. Write it like 2026-04-01.") from error
    if not EARLIEST_YEAR <= day.year <= LATEST_YEAR:
        raise CommandError(f"--in-force-from: a date from {EARLIEST_YEAR} to {LATEST_YEAR} is expected.")
    return day


def _text(name: str) -> tuple[str, str]:
    """The file's text and the name to call it by. A shipped procedure may be given by its key alone, as in `bristol`."""
    path = Path(name)
    try:
        if not path.suffix and not path.exists():
            path = next((own for own in shipped_files() if own.stem == name), path)
        if path.stat().st_size > LARGEST:
            raise CommandError(f"{path.name} is larger than a procedure can be.")
        return path.read_text(encoding="utf-8-sig"), path.name
    except UnicodeDecodeError as error:
        raise CommandError(f"{path.name} is not text in UTF-8.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it cannot be opened"
        raise CommandError(f"{name}: {reason}.") from error


class Command(BaseCommand):
    """Reads, checks and publishes one file."""

    help = (
        "Publish a procedure from a TOML file as its next version. Every mistake is listed with stage and field, and nothing is imported "
        "unless all of it is right. The same file again does nothing. Running disagreements keep the version they began under."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, whose procedure it becomes, and from when."""
        parser.add_argument("file", metavar="FILE.toml", help="the file, or the key of a procedure that comes with the product, such as bristol")
        parser.add_argument("--partnership", metavar="SLUG", help="whose procedure it becomes; may be left out where there is only one partnership")
        parser.add_argument(
            "--in-force-from", metavar="DATE", help="first day on which disagreements begin under it; default: the file's, else today"
        )
        parser.add_argument("--default", action="store_true", help="offer this procedure first to whoever logs a disagreement")
        parser.add_argument("--preview", action="store_true", help="say what would change, and change nothing")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 - Django's own signature
        """One line of what was done; CommandError with every mistake otherwise."""
        text, name = _text(options["file"])
        day = _day(options["in_force_from"]) if options["in_force_from"] else None
        try:
            definition = read_procedure(text, name)
            partnership = procedures.find_partnership(options["partnership"])
            if options["preview"]:
                shown = procedures.preview(definition, partnership, now=timezone.now(), in_force_from=day)
                self.stdout.write("\n".join([shown.words, *shown.differences]))
                return
            done = procedures.publish(definition, partnership, now=timezone.now(), in_force_from=day)
            if options["default"]:
                procedures.make_default(done.version.procedure)
        except ProcedureProblems as error:
            count = len(error.problems)
            raise CommandError(f"Nothing was imported: {count} mistake{'' if count == 1 else 's'}.\n{error}") from error
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(done.words)
