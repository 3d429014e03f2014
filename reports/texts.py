"""What people write for a report: comments on chapters, and findings of decisions in the words in which they may be published.

Nothing typed reaches a public edition without a named person's signature, and changed words are unsigned.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput, NotFound, WrongState
from agencies.models import Partnership, User
from agencies.person import Person
from agencies.readable import trimmed
from agencies.words import figure
from agencies.working_days import LONDON
from escalation.models import Event
from escalation.states import EventKind
from reports.figures import Cell, Comment, Document, Edition, Table
from reports.measures import Scope
from reports.measures.partnership import Finding, decided_with_a_finding, findings, signed_findings
from reports.measures.scope import counted
from reports.models import Passage, ReportEvent
from reports.periods import Pool, Year
from reports.readers import counted_for, for_many

LONGEST = 3_000
FINDINGS = "findings"
EVERY = Q()


@dataclass(frozen=True, slots=True)
class Texts:
    """A year's texts for one edition: the comment of each chapter that has one, and the findings that may be published ."""

    comments: Mapping[str, Comment]
    findings: Sequence[Finding] = ()


NO_TEXTS = Texts({})


def write(
    *, partnership: Partnership, year: Year, chapter: str, text: str, by: User, now: datetime, event: Event | None = None, seen: str | None = None
) -> Passage | None:
    """Keeps the words of a chapter's comment, or of a finding; the signature that stood under other words is gone. No words: there is none any more.

    `seen` is what stood there when the writer began. Raises InvalidInput for more than 3,000 characters, WrongState where something else stands now.
    """
    words = trimmed(text)
    if len(words) > LONGEST:
        raise InvalidInput(_("At most {most} characters; this has {number}.").format(most=figure(LONGEST), number=figure(len(words))), field="text")
    with transaction.atomic():
        Partnership.objects.select_for_update().get(pk=partnership.pk)
        found = Passage.objects.filter(partnership=partnership, year=year.number, chapter=chapter, event=event).first()
        stands = found.text if found is not None else ""
        if stands == words:
            return found
        if seen is not None and seen != stands:
            raise WrongState(
                _("Somebody changed these words while you wrote. Read what stands there now; send yours again to put them in its place.")
            )
        if found is not None and found.signed_at is not None:
            told = f"Changed the words on {chapter} of {year.label} that were signed for publication: they are signed no more."
            ReportEvent.objects.create(partnership=partnership, actor=by, words=told, recorded_at=now)
        if not words:
            if found is not None:
                found.delete()
            return None
        passage = found or Passage(partnership=partnership, year=year.number, chapter=chapter, event=event)
        passage.text, passage.written_by, passage.written_at, passage.signed_by, passage.signed_at = words, by, now, None, None
        passage.save()
    return passage


def sign(passage_id: UUID, *, seen: str, by: User, now: datetime) -> Passage:
    """Signs the words for publication, by name. Raises WrongState where they are no longer those that the signer saw."""
    with transaction.atomic():
        passage = Passage.objects.select_for_update().filter(pk=passage_id).first()
        if passage is None or passage.text != seen:
            raise WrongState(_("The words were changed while you read them. Read them again before you sign."))
        passage.signed_by, passage.signed_at = by, now
        passage.save(update_fields=["signed_by", "signed_at"])
        words = f"Signed the words on {passage.chapter} of {Year(passage.year).label} for publication."
        ReportEvent.objects.create(partnership=passage.partnership, actor=by, words=words, recorded_at=now)
    return passage


def unsign(passage_id: UUID, *, by: User, now: datetime) -> None:
    """Takes the signature back: the next public edition is without these words."""
    with transaction.atomic():
        passage = Passage.objects.select_for_update().filter(pk=passage_id, signed_at__isnull=False).first()
        if passage is not None:
            passage.signed_by, passage.signed_at = None, None
            passage.save(update_fields=["signed_by", "signed_at"])
            words = f"Took back the signature under the words on {passage.chapter} of {Year(passage.year).label}."
            ReportEvent.objects.create(partnership=passage.partnership, actor=by, words=words, recorded_at=now)


def passages(partnership: Partnership, *years: Year, which: Q = EVERY) -> list[Passage]:
    """Everything written for the years, or `which` of it; no finding of what no public edition counts. One query."""
    numbers = [year.number for year in years]
    rows = Passage.objects.filter(which, Q(event=None) | for_many("event__dispute__"), partnership=partnership, year__in=numbers)
    return list(rows.select_related("written_by", "signed_by", "event__body"))


def findings_of(partnership: Partnership, year: Year, now: datetime) -> list[Event]:
    """The decisions of the year whose finding was written down and not erased, of what a public edition counts."""
    return list(decided_with_a_finding(Scope(partnership, year, now, Edition.INTERNAL, within=for_many)))


def finding_of(partnership: Partnership, year: Year, event_id: UUID, now: datetime) -> Event:
    """One of them. Raises NotFound for any other."""
    found = next((event for event in findings_of(partnership, year, now) if event.pk == event_id), None)
    if found is None:
        raise NotFound(_("There is no such finding in this year."))
    return found


def texts_of(partnership: Partnership, year: Year, edition: Edition) -> Texts:
    """What the edition carries: the internal one every comment, the public one what was signed, also of a finding whose record was erased since.

    A finding of what no figure counts, a duplicate or a test, is not told, whoever signed it.
    """
    rows = [row for row in _carried(partnership, year) if edition is Edition.INTERNAL or row.signed_at is not None]
    comments = {row.chapter: _comment(row) for row in rows if row.event is None}
    return Texts(comments, _findings(rows) if edition is Edition.PUBLIC else [])


def texts_of_years(partnership: Partnership, years: Sequence[Year]) -> Texts:
    """What a public edition of several years together carries: their signed findings. Comments speak of one year's figures, and stay with it."""
    return Texts({}, _findings([row for row in _carried(partnership, *years) if row.signed_at is not None]))


def _carried(partnership: Partnership, *years: Year) -> list[Passage]:
    told = counted(Passage.objects.filter(partnership=partnership, year__in=[year.number for year in years]), "event__dispute__")
    return passages(partnership, *years, which=Q(event=None) | Q(pk__in=told.values("pk")))


def _findings(rows: Iterable[Passage]) -> list[Finding]:
    return sorted(
        Finding(row.event.recorded_at, str(row.event.facts["route"]), row.event.kind == EventKind.DECIDED, row.text)
        for row in rows if row.event is not None
    )  # fmt: skip


def still_stand(document: Document, partnership: Partnership, period: Year | Pool, now: datetime, reader: Person | None = None) -> bool:
    """Whether the words that people wrote for the reader's document, its comments and findings, stand now as they stand in it."""
    if isinstance(period, Pool):
        texts = texts_of_years(partnership, period.years)
    else:
        texts = texts_of(partnership, period, document.edition)
    if isinstance(period, Pool) or document.edition is Edition.PUBLIC:
        told = signed_findings(texts.findings)
    else:
        told = findings(Scope(partnership, period, now, document.edition, within=counted_for(reader)))
    kept = next((table for section in document.sections for table in section.tables if table.key == told.key), None)
    comments = all(section.comment == texts.comments.get(section.key) for section in document.sections)
    return comments and _told(kept) == _told(told)


def _told(table: Table | None) -> list[Cell]:
    return [row.cells[-1] for row in table.rows] if table is not None else []


def _comment(row: Passage) -> Comment:
    signed = row.signed_by.name if row.signed_by else ""
    return Comment(row.text, row.written_by.name, signed, localdate(row.signed_at, LONDON).isoformat() if row.signed_at else "")


def forget_unsigned() -> int:
    """Erases the wordings of findings that nobody signed and whose record was erased; says how many. What was signed may be published: it stays."""
    return Passage.objects.filter(event__body__erased_at__isnull=False, signed_at=None).delete()[0]
