"""`manage.py redate_clocks [--preview]`: dates running clocks again after the calendar changed."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from agencies.models import Partnership
from agencies.words import counted, moment
from agencies.working_days import london
from escalation.services.redating import preview, redate


class Command(BaseCommand):
    """What the calendar's page does on confirmation, for one partnership or all."""

    help = (
        "Date the running clocks again after a closure day or bank holiday was entered or taken out: once each, with a line on the record and one "
        "message to each person concerned. Running it again changes nothing."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """--preview, --partnership."""
        parser.add_argument("--preview", action="store_true", help="Only list what would move.")
        parser.add_argument("--partnership", default="", help="The partnership's short name (slug); all without it.")

    def handle(self, *args: Any, **options: Any) -> None:
        """One line a clock that would move, or one line of what was done."""
        found = Partnership.objects.filter(slug=options["partnership"]) if options["partnership"] else Partnership.objects.all()
        if options["partnership"] and not found:
            raise CommandError(f"There is no partnership “{options['partnership']}”.")
        now = timezone.now()
        if options["preview"]:
            today = london(now).date()
            moves = [move for partnership in found for move in preview(partnership, now=now)]
            for move in moves:
                words = [moment(at, today=today, year=True) for at in (move.before, move.after)]
                self.stdout.write(f"{move.reference}  {move.clock.key}: {words[0]} → {words[1]}")
            self.stdout.write(f"{counted(len(moves), 'running date,running dates')} would move; nothing was changed.")
            return
        moved = sum(redate(partnership, actor=None, now=now) for partnership in found)
        self.stdout.write(f"{counted(moved, 'disagreement,disagreements')} dated again." if moved else "No disagreement had to be dated again.")
