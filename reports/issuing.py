"""Public editions that left the product, and what they mean for the next one.

A partnership with few disagreements publishes three years together. What was published so is never published by itself, nor the other way round:
from the three together and one of them the others could be taken out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from agencies.errors import Conflict, InvalidInput
from agencies.models import Partnership
from agencies.working_days import LONDON
from reports.checksums import checksum_of
from reports.document import build
from reports.earlier import Earlier, joined, of_last_year, of_next_year, published, together
from reports.editions import Exposed, suppressed
from reports.figures import Document, Edition, Table
from reports.kinds import told_as_one
from reports.language import ENGLISH
from reports.measures import Scope, figures_of
from reports.models import IssuedEdition
from reports.neighbours import Neighbour, between, told_by
from reports.periods import FIRST_YEAR, POOLED, Pool, Standing, Year, begun, period_of
from reports.pooled import of_three_years
from reports.printed_names import keyed
from reports.readers import for_many
from reports.said import long_day, shown
from reports.texts import texts_of, texts_of_years

Issued = Sequence[tuple[Year | Pool, list[Table]]]


def public_document(partnership: Partnership, period: Year | Pool, now: datetime) -> Document:
    """The public edition of the year, or of three together, counted now (an aware instant), true to every one that was issued.

    Raises InvalidInput before the year or years are over, and where an issued edition could be set against it.
    """
    require_over(period, now)
    rows = list(_near(partnership, period))
    issued = [(row.period, keyed(_tables(Document.of(row.document)))) for row in rows]
    _require_apart(period, [each for each, _printed in issued])
    # A year that was published with others is not told beside the one after it either.
    pooled = {year for each, _printed in issued if isinstance(each, Pool) for year in each.years}
    own = [printed for each, printed in issued if each == period]
    as_one = told_as_one(own[0]) if own else None
    scope = Scope(partnership, period, now, Edition.PUBLIC, stands_alone=period.before() in pooled, told_as_one=as_one, within=for_many)
    counted = figures_of(scope)
    earlier = earlier_of(scope, period, issued, counted)
    try:
        if isinstance(period, Pool):
            document = of_three_years(build(scope, counted=counted, earlier=earlier, texts=texts_of_years(partnership, period.years)))
        else:
            document = build(scope, counted=counted, earlier=earlier, texts=texts_of(partnership, period, Edition.PUBLIC))
    except Exposed as error:
        raise InvalidInput(f"{error.message} {_way_out(partnership, period, now)}", field="year") from error
    return replace(document, beside=tuple(str(row.pk) for row in rows))


def _tables(document: Document) -> list[Table]:
    return [table for section in document.sections for table in section.tables]


def _way_out(partnership: Partnership, period: Year | Pool, now: datetime) -> str:
    """What can be published instead of an edition that would give a number away, in a sentence or two."""
    years = POOLED if isinstance(period, Pool) else 1
    last = IssuedEdition.objects.filter(partnership=partnership, year=period.number, years=years).order_by("-issued_at").first()
    if last is None:
        nothing = _("Nothing of it can be published safely beside what was issued. Show the internal edition to those who may see it.")
        return nothing if isinstance(period, Pool) or not _can_be_pooled(partnership, period, now) else _pooled_instead(period)
    words = _("The edition that was issued on {day} stands: give that one out again, from the list of reports or from where it was kept.")
    return words.format(day=shown(long_day(last.issued_at.astimezone(LONDON).date())))


def _can_be_pooled(partnership: Partnership, year: Year, now: datetime) -> bool:
    """Whether the three years that end with this one can be published together: they are over, and nothing that was issued tells of them."""
    pool = Pool(year.number)
    issued = [row.period for row in IssuedEdition.objects.filter(partnership=partnership).defer("document")]
    return pool.standing(now) is Standing.PAST and not any(_tells_of(each) & _tells_of(pool) for each in issued)


def _pooled_instead(year: Year) -> str:
    words = _("Publish three years together instead, {years}: of so many disagreements less has to be hidden.")
    return words.format(years=Pool(year.number).label)


def require_over(period: Year | Pool, now: datetime) -> None:
    """Raises InvalidInput, in words, before the year or years are over at this instant: only then is a public edition made of them.

    One that was made meanwhile would give away, beside the one of the whole, what was recorded between them.
    """
    if why := why_not_yet(begun(period, now), now):
        raise InvalidInput(why, field="year")


def why_not_yet(period: Year | Pool, now: datetime) -> str:
    """From when on the public edition can be made, in a sentence; empty once it can be."""
    if period.standing(now) is Standing.PAST:
        return ""
    if isinstance(period, Pool):
        return _("The three years {years} are not over yet.").format(years=period.label)
    words = _("The public edition of {year} can be made once the year is over, from {day} on.")
    return words.format(year=period.label, day=shown(long_day(period.last_day + timedelta(days=1))))


def issue(partnership: Partnership, document: Document, now: datetime) -> bool:
    """Keeps that the public edition was issued, and returns whether it was not yet: the same one again changes nothing. Internal ones are not kept.

    Raises InvalidInput where another was issued that could be set against it, and Conflict where one was issued since it was counted, to which it was
    never held.
    """
    if document.edition is not Edition.PUBLIC:
        return False
    period = period_of(document.year, document.days)
    if not isinstance(period, Year | Pool):
        raise TypeError("Public editions are of reporting years.")
    stored = replace(document, cover=None, beside=(), language=ENGLISH).as_json()
    years, checksum = POOLED if isinstance(period, Pool) else 1, checksum_of(stored["sections"])
    with transaction.atomic():
        # One after the other: whoever comes second sees here what the first one issued.
        Partnership.objects.select_for_update(no_key=True).get(pk=partnership.pk)
        rows = IssuedEdition.objects.filter(partnership=partnership).defer("document")
        _require_apart(period, [row.period for row in rows])
        if rows.filter(year=document.year, years=years, checksum=checksum).exists():
            return False
        _require_held_against(document, _near(partnership, period).defer("document"))
        IssuedEdition.objects.create(
            partnership=partnership, year=document.year, years=years, checksum=checksum, issued_at=now, document=stored
        )  # fmt: skip
        return True


def _require_held_against(document: Document, rows: "QuerySet[IssuedEdition]") -> None:
    """Raises Conflict, in words, where one of the issued editions was not there yet when the document was counted."""
    for row in rows:
        if str(row.pk) not in document.beside:
            words = _(
                "Another public edition, of {issued}, was issued while this one was being made. Neither was held against the other, so together they "
                "could tell what they hide. Make this one again: it will keep to what was issued."
            )
            raise Conflict(words.format(issued=row.period.label), field="year")


def _require_apart(period: Year | Pool, issued: Sequence[Year | Pool]) -> None:
    """Raises InvalidInput, in words, where figures of the period could be set against those of an issued edition. What was issued may be again."""
    for each in () if period in issued else issued:
        if each != period and (isinstance(each, Pool) or isinstance(period, Pool)) and _tells_of(each) & _tells_of(period, alone=True):
            words = _(
                "The public edition of {issued} was issued. Beside it {period} could tell what small numbers it hides: publish the one or the other."
            )
            raise InvalidInput(words.format(issued=each.label, period=period.label), field="year")


def _tells_of(period: Year | Pool, *, alone: bool = False) -> set[Year]:
    """The years whose figures an edition holds: of a year the one before too, unless it stands alone."""
    if isinstance(period, Pool):
        return set(period.years)
    return {period} if alone else {period, period.before()}


def earlier_of(scope: Scope, period: Year | Pool, issued: Issued, counted: Mapping[str, Table]) -> Earlier:
    """What the period's issued editions, and those before and after it, show and hide, and what those of other years bring into the proof.

    Where counts of the year before stand among the figures that were `counted`, and it was never issued, it is taken as it would be issued now.
    """
    last, suffix = period.before(), f"@{period.number}"
    own = together(published(printed) for each, printed in issued if each == period)
    before = together(published(printed) for each, printed in issued if each.number == last.number)
    after = together(published(printed) for each, printed in issued if each.before().number == period.number)
    if scope.looks_back and _stands_beside(counted) and before.gatherings is None and last.number >= FIRST_YEAR:
        before = published(suppressed(figures_of(scope.beside(last))).tables.values())
    back, ahead = ([told_by(each, period.number) for each in _neighbours(scope, period, issued, is_back=way)] for way in (True, False))
    return replace(
        joined(own, of_last_year(before, f"@{last.number}"), of_next_year(after, suffix)),
        beside=(*(each.part for each in (*back, *ahead)), *between(back[::-1]), *between(ahead)),
        just_before=next((each.counted for each in back), None),
        just_after=next((each.counted for each in ahead), None),
    )


def _stands_beside(counted: Mapping[str, Table]) -> bool:
    """Whether any count of the year before is among the figures: in the first year on record there is none."""
    return any("@" in cell.key for table in counted.values() for row in table.rows for cell in row.cells)


def _neighbours(scope: Scope, period: Year | Pool, issued: Issued, *, is_back: bool) -> list[Neighbour]:
    """The editions of the years before this one, or after it, the latest of each, as far as one that hides nothing.

    What one hides can lie between what it and the one before it tell, and what it and the one after it do: so both are in the proof.
    """
    latest = {each: printed for each, printed in issued if each != period}
    found: list[Neighbour] = []
    here = period
    while there := [each for each in latest if (_follows(here, each) if is_back else _follows(each, here))]:
        here = there[0]
        found.append(_neighbour(scope, here, latest.pop(here)))
        if not published(found[-1].tables.values()).hidden:
            break
    return found


def _follows(later: Year | Pool, earlier: Year | Pool) -> bool:
    return later.before().number == earlier.number


def _neighbour(scope: Scope, period: Year | Pool, printed: Sequence[Table]) -> Neighbour:
    tables = {table.key: table for table in printed}
    stands_alone = isinstance(period, Year) and "change" not in tables
    there = replace(scope, period=period, stands_alone=stands_alone, told_as_one=told_as_one(printed))
    return Neighbour(period.number, tables, figures_of(there))


def _near(partnership: Partnership, period: Year | Pool) -> "QuerySet[IssuedEdition]":
    """The editions that were issued of these years and of those near them, the oldest first."""
    near = range(period.before().number - POOLED, period.number + 2 * POOLED)
    return IssuedEdition.objects.filter(partnership=partnership, year__in=near).order_by("issued_at")
