"""`manage.py annual_report YEAR`: the year's report as a PDF."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from agencies import wall_clock
from agencies.errors import DomainError
from reports import written
from reports.figures import Edition
from reports.management.choosing import chosen_partnership
from reports.periods import POOLED, Pool, Year, read_years


def named(year: Year | Pool) -> str:
    """As it stands in a file's name."""
    return f"{year.years[0].number}-to-{year.number}" if isinstance(year, Pool) else str(year.number)


class Command(BaseCommand):
    help = "Writes the annual report of a reporting year as a tagged PDF. YEAR is the year in which it begins: 2026 is April 2026 to March 2027."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("year", metavar="YEAR", help="the year in which the reporting year begins, such as 2026")
        editions = [edition.value for edition in Edition]
        parser.add_argument("--edition", choices=editions, default=Edition.INTERNAL.value, help="internal (default) or public")
        parser.add_argument("--years", type=int, choices=[1, POOLED], default=1, help="3: the public edition of the three years up to YEAR together")
        words = "issue the public edition, which then stays published; without it what is written is the edition that was issued, or a draft"
        parser.add_argument("--issue", action="store_true", help=words)
        parser.add_argument("--partnership", metavar="SLUG", help="whose report; needed where several partnerships have disagreements")
        parser.add_argument("--output", metavar="FILE.pdf", type=Path, help="where to write it (default: a file in the current folder)")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["issue"] and options["edition"] != Edition.PUBLIC:
            raise CommandError("Only the public edition is issued: add --edition public.")
        try:
            year, edition = read_years(options["year"], options["years"]), Edition(options["edition"])
            partnership = chosen_partnership(options["partnership"])
            path = options["output"] or Path(f"{partnership.slug}-annual-report-{named(year)}-{edition.value}.pdf")
            now = wall_clock.now_in(partnership)
            done = written.write_annual_report(partnership, year, edition, path, now, is_to_be_issued=options["issue"])
        except DomainError as error:
            raise CommandError(error.message) from error
        except DatabaseError as error:
            raise CommandError("The database cannot be read. Is it set up? Run manage.py migrate, then try again.") from error
        nothing = ", which has no disagreement on record" if done.document.is_empty else ""
        so_far = " so far" if done.document.is_running else ""
        what = f"a draft of the {edition.words.lower()}" if done.is_draft else f"the {edition.words.lower()}"
        verb = "Issued and wrote" if options["issue"] else "Wrote"
        said = f"{verb} {what} of {year.label}{so_far}{nothing}, for {partnership.name}: {path}, {done.pages} pages."
        self.stdout.write(" ".join(filter(None, (said, _about(is_draft=done.is_draft, is_issued=options["issue"])))))


def _about(*, is_draft: bool, is_issued: bool) -> str:
    """What a public edition's reader must know of it, in a sentence."""
    if is_draft:
        return "It is marked as a draft and is not for publication: --issue issues it."
    return "It stays published: later editions must be consistent with it." if is_issued else ""
