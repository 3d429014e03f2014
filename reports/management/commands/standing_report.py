"""`manage.py standing_report FROM TO`: the report for a subgroup's meeting as a PDF."""

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from agencies import wall_clock
from agencies.errors import DomainError
from reports import services, subgroups, written
from reports.management.choosing import chosen_partnership
from reports.periods import period_between


class Command(BaseCommand):
    help = "Writes the standing report of any period of up to a year as a tagged PDF: what is unresolved, then the period's figures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("first_day", metavar="FROM", help="the first day, such as 2026-07-01")
        parser.add_argument("last_day", metavar="TO", help="the last day, which belongs to the period, such as 2026-09-30")
        parser.add_argument("--partnership", metavar="SLUG", help="whose report; needed where several partnerships have disagreements")
        parser.add_argument("--subgroup", metavar="NAME", default="", help="only the disagreements that came to this subgroup")
        parser.add_argument("--output", metavar="FILE.pdf", type=Path, help="where to write it (default: a file in the current folder)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            first_day, last_day = _day(options["first_day"]), _day(options["last_day"])
            partnership = chosen_partnership(options["partnership"])
            now = wall_clock.now_in(partnership)
            period = period_between(first_day, last_day, now)
            subgroup = subgroups.chosen(partnership, options["subgroup"])
            name = services.standing_name(period, subgroup.name if subgroup else "")
            path = options["output"] or Path(f"{partnership.slug}-{name}.pdf")
            _, pages = written.write_standing_report(partnership, period, path, now, subgroup)
        except DomainError as error:
            raise CommandError(error.message) from error
        except DatabaseError as error:
            raise CommandError("The database cannot be read. Is it set up? Run manage.py migrate, then try again.") from error
        whose = f"{subgroup.name} of {partnership.name}" if subgroup else partnership.name
        self.stdout.write(f"Wrote the standing report of {period.label}, for {whose}: {path}, {pages} pages.")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"'{text}' is no date. Write it as 2026-07-01.") from error
