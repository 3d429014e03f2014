"""Issuing a public edition: an act of its own, by somebody who looked at it, and what is given out of it from then on.

Until it is issued what would be published is a draft: it is shown as one and given out in no file and to no program as an edition. What is issued
stays issued, and is given out as it was, whatever the record has become since.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from agencies.errors import Conflict, InvalidInput, WrongState
from agencies.models import Partnership
from reports.checksums import checksum_of
from reports.figures import Document, Edition
from reports.issuing import issue, public_document, require_over
from reports.language import ENGLISH
from reports.models import IssuedEdition, ReportEvent
from reports.periods import POOLED, Pool, Year, period_of


@dataclass(frozen=True, slots=True)
class Draft:
    """What would be issued now: the document, the checksum by which whoever issues it says what they saw, the edition that was issued last, and
    whether it says the same as one that was, so that there is nothing to issue."""

    document: Document
    seen: str
    last: IssuedEdition | None
    is_issued: bool


def draft_of(partnership: Partnership, period: Year | Pool, now: datetime) -> Draft:
    """The public edition as it would be issued at this instant. Raises InvalidInput as `public_document` does."""
    return as_draft(partnership, period, public_document(partnership, period, now))


def as_draft(partnership: Partnership, period: Year | Pool, document: Document) -> Draft:
    """A public edition that was counted, beside what was issued of it."""
    seen, rows = checksum_of_figures(document), list(_issued(partnership, period))
    return Draft(document, seen, rows[-1] if rows else None, _saying(rows, seen) is not None)


def last_issued(partnership: Partnership, period: Year | Pool) -> IssuedEdition | None:
    """The edition of the year, or of the three together, that was issued last; None before the first."""
    return _issued(partnership, period).last()


def publish(partnership: Partnership, period: Year | Pool, *, seen: str, by: UUID | None, now: datetime) -> Document:
    """Issues the public edition that was looked at, keeps on record who did, and returns it. The same one again changes nothing.

    Raises InvalidInput as `public_document` and `issue` do, and Conflict where it would not be the one that was looked at any more.
    """
    draft = draft_of(partnership, period, now)
    if draft.seen != seen:
        raise Conflict(_("The figures have changed since you looked at them. Nothing was issued: look at the draft again."), field="seen")
    issue_on_record(partnership, draft.document, by=by, now=now)
    return draft.document


def issue_on_record(partnership: Partnership, document: Document, *, by: UUID | None, now: datetime) -> None:
    """Issues the document, and keeps on record who did (None for a command). Raises as `issue` does."""
    with transaction.atomic():
        if issue(partnership, document, now):
            words = f"Issued the public edition of {period_of(document.year, document.days).short}."
            ReportEvent.objects.create(partnership=partnership, actor_id=by, words=words, recorded_at=now)


def given_out(partnership: Partnership, period: Year | Pool, now: datetime) -> Document:
    """The edition that was issued last, as it was issued: in the language in force as long as the record still gives the same, else in English.

    Of that `about_language` tells the reader.
    Raises InvalidInput before the year or years are over, WrongState before anything of them was issued.
    """
    require_over(period, now)
    rows = list(_issued(partnership, period))
    if not rows:
        raise WrongState(not_issued(period))
    last = rows[-1]
    try:
        counted = public_document(partnership, period, now)
    except InvalidInput:  # Nothing can be issued any more beside what was: that stands.
        return _as_kept(last)
    same = _saying(rows, checksum_of_figures(counted))
    return replace(counted, snapshot=same.document["snapshot"], beside=()) if same else _as_kept(last)


def _as_kept(row: IssuedEdition) -> Document:
    """The edition in the English in which each is kept."""
    return replace(Document.of(row.document), language=ENGLISH)


def about_language() -> str:
    """That an issued edition which the record does not give any more is given out in English; empty where that is the language in force."""
    if re.fullmatch("en(-[a-z]{2})?", get_language() or "en"):
        return ""
    return _(
        "It is given out in English, in the words in which it was kept: the record or the words of the measures have changed since, and it is not "
        "translated anew."
    )


def left_behind(partnership: Partnership, period: Year | Pool, on_record: Iterable[Year]) -> list[Year]:
    """The years just before this one with something `on_record` and no edition issued: one that comes later is held to it, and may be refused."""
    issued = [row.period for row in IssuedEdition.objects.filter(partnership=partnership).defer("document")]
    told = {year for each in issued for year in (each.years if isinstance(each, Pool) else (each,))}
    near = {Year(number) for number in range(period.first_day.year - POOLED, period.first_day.year)}
    return sorted(near.intersection(on_record) - told, key=lambda year: year.number)


def not_issued(period: Year | Pool) -> str:
    """That there is no edition to give out yet, and how there comes to be one."""
    words = _("The public edition of {period} is not issued yet. Look at its draft and issue it, on its page or by a program: what is issued stays.")
    return words.format(period=period.label)


def require_issued(partnership: Partnership, document: Document) -> None:
    """Raises WrongState where figures of a public edition would leave the product that nobody issued."""
    period = period_of(document.year, document.days)
    if document.edition is not Edition.PUBLIC or not isinstance(period, Year | Pool):
        return
    if _saying(_issued(partnership, period), checksum_of_figures(document)) is None:
        raise WrongState(not_issued(period))


def checksum_of_figures(document: Document) -> str:
    """The checksum by which an edition is known: of its chapters, in English."""
    return checksum_of(document.as_json()["sections"])


def _issued(partnership: Partnership, period: Year | Pool) -> "QuerySet[IssuedEdition]":
    years = POOLED if isinstance(period, Pool) else 1
    return IssuedEdition.objects.filter(partnership=partnership, year=period.number, years=years).order_by("issued_at")


def _saying(rows: Iterable[IssuedEdition], checksum: str) -> IssuedEdition | None:
    """The last of them with these chapters; one that was stored in an older form is known by what it says today."""
    return next((row for row in reversed(list(rows)) if checksum in {row.checksum, checksum_of_figures(Document.of(row.document))}), None)
