"""Public editions that left the product, and what they mean for the next one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from agencies.models import Partnership
from reports.checksums import checksum_of
from reports.document import build
from reports.earlier import Earlier, joined, of_last_year, of_next_year, published, together
from reports.editions import suppress
from reports.figures import Document, Edition
from reports.measures import Scope, figures_of
from reports.models import IssuedEdition
from reports.periods import FIRST_YEAR, Year
from reports.texts import texts_of


def public_document(partnership: Partnership, year: Year, now: datetime) -> Document:
    """The public edition of the year, counted now (an aware instant), true to every one that was issued. Raises InvalidInput before the year."""
    scope = Scope(partnership, year, now, Edition.PUBLIC)
    return build(scope, earlier=earlier_of(scope, year), texts=texts_of(partnership, year, Edition.PUBLIC))


def issue(partnership: Partnership, document: Document, now: datetime) -> None:
    """Keeps that the public edition left the product; the same one again changes nothing. Internal editions are not kept."""
    if document.edition is Edition.PUBLIC:
        stored = replace(document, cover=None).as_json()
        IssuedEdition.objects.get_or_create(
            partnership=partnership, year=document.year, checksum=checksum_of(stored["sections"]), defaults={"issued_at": now, "document": stored}
        )  # fmt: skip


def earlier_of(scope: Scope, year: Year) -> Earlier:
    """What the year's issued editions, last year's and next year's show and hide. Last year is taken as it would be issued now where it never was."""
    last, suffix = year.before(), f"@{year.number}"
    before, own, after = _issued(scope.partnership, (last, year, Year(year.number + 1)))
    if before.gatherings is None and last.number >= FIRST_YEAR:
        tables = figures_of(scope.beside(last))
        before = published(suppress(tables).values())
    return joined(own, of_last_year(before, f"@{last.number}"), of_next_year(after, suffix))


def _issued(partnership: Partnership, years: Sequence[Year]) -> list[Earlier]:
    """What the issued editions of each of these years show and hide."""
    rows = IssuedEdition.objects.filter(partnership=partnership, year__in=[year.number for year in years]).order_by("issued_at")
    issued = [(row.year, published(table for section in Document.of(row.document).sections for table in section.tables)) for row in rows]
    return [together(each for number, each in issued if number == year.number) for year in years]
