"""manage.py import_directory DIR: the directory from CSV files, all of it or nothing."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies.models import Partnership
from agencies.services.directory_import import ImportRefused, import_folder
from agencies.services.directory_import.columns import FILES


class Command(BaseCommand):
    """Imports agencies, levels, posts, people and cover."""

    help = f"Imports the directory from CSV files in a folder: {', '.join(FILES)}. All of it or nothing. docs/directory-import.md lists the columns."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="The folder with the CSV files; any of them may be left out.")
        parser.add_argument("--partnership", metavar="CODE", help="The partnership to import into, where DIR has no partnership.csv.")

    def handle(self, *args: Any, folder: Path, partnership: str | None, **options: Any) -> None:
        into = None
        if partnership is not None:
            into = Partnership.objects.filter(slug=partnership).first()
            if into is None:
                raise CommandError(f'There is no partnership "{partnership}".')
        try:
            done = import_folder(folder, actor=None, partnership=into, now=timezone.now())
        except ImportRefused as refused:
            count = len(refused.problems)
            raise CommandError(f"Nothing was imported: {count} mistake{'' if count == 1 else 's'}.\n{refused.message}") from refused
        self.stdout.write(str(done))
