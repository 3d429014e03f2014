"""Audits: a sample of records drawn by chance, looked through for proper and effective use of the procedure (BRO-10)."""

import secrets
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _

from agencies.errors import InvalidInput, NotFound
from agencies.models import Partnership, User
from agencies.person import Person
from escalation.visibility import open_to_unit
from reports import policy
from reports.figures import Edition
from reports.measures import Scope
from reports.models import AuditAnswer, AuditedRecord, AuditQuestion, AuditSample
from reports.periods import Period
from reports.readers import for_many

MOST = 50


def drawn_with(partnership: Partnership, period: Period, number: int) -> int:
    """The number with which a sample was drawn from the period. Raises InvalidInput where none was: nobody picks a number until the records suit."""
    days = {"first_day": period.first_day, "last_day": period.last_day}
    if not AuditSample.objects.filter(partnership=partnership, seed=number, **days).exists():
        raise InvalidInput(_("No sample of this period was drawn with that number. Leave it empty to draw by chance."), field="earlier_draw")
    return number


def draw(*, partnership: Partnership, period: Period, size: int, drawn_by: User, now: datetime, seed: int | None = None) -> AuditSample:
    """Draw a sample of the records raised in the period and sent to another agency, each as likely as every other.

    Fewer than `size` where there are no more; none that is restricted, for a sample has many readers, who see how many there were. The same seed
    draws the same records from the same period as long as it holds the same ones.
    Raises InvalidInput for a size outside 1 to 50 and where there is nothing to draw from.
    """
    if not 1 <= size <= MOST:
        raise InvalidInput(_("Draw from 1 to {most} records.").format(most=MOST), field="size")
    chance = secrets.randbelow(10**9) if seed is None else seed
    every = list(Scope(partnership, period, now, Edition.INTERNAL, within=for_many).raised().order_by("reference").values_list("pk", flat=True))
    if not every:
        raise InvalidInput(_("No disagreement was raised in that period."), field="first_day")
    chosen = Random(chance).sample(every, min(size, len(every)))  # noqa: S311 - a repeatable draw, no secret # nosec B311
    with transaction.atomic():
        sample = AuditSample.objects.create(
            partnership=partnership,
            first_day=period.first_day,
            last_day=period.last_day,
            seed=chance,
            drawn_from=len(every),
            drawn_by=drawn_by,
            drawn_at=now,
        )
        AuditedRecord.objects.bulk_create(AuditedRecord(sample=sample, dispute_id=key, position=at) for at, key in enumerate(chosen, start=1))
    return sample


def check(record: AuditedRecord, answers: Mapping[str, str], *, checked_by: User, now: datetime) -> None:
    """Keep what was found of one record: an answer to each question; checking it again replaces them. Raises InvalidInput beside a question."""
    for question in AuditQuestion:
        if answers.get(question.value) not in AuditAnswer.values:
            raise InvalidInput(_("Choose an answer."), field=question.value)
    record.answers = {question.value: answers[question.value] for question in AuditQuestion}
    record.checked_by, record.checked_at = checked_by, now
    record.save(update_fields=["answers", "checked_by", "checked_at"])


@dataclass(frozen=True, slots=True)
class Finding:
    """One question's answers over the checked records of a sample; `wanting` are the references with the answer no."""

    question: AuditQuestion
    yes: int
    no: int
    not_applicable: int
    wanting: tuple[str, ...]


def seen_by(person: Person) -> QuerySet[AuditedRecord]:
    """The records of samples that this person is shown and may check: of disagreements that they may know of where they sit in the partnership.

    One in which they have a conflict may be drawn too: that is for a colleague.
    """
    return AuditedRecord.objects.filter(open_to_unit(person, "dispute__"))


def sample_of(person: Person, sample_id: UUID) -> AuditSample:
    """The sample. Raises NotFound for one of another partnership as for none, NotAllowed for somebody who audits nothing in its own."""
    row = AuditSample.objects.select_related("drawn_by", "partnership").filter(pk=sample_id).first()
    if row is None:
        raise NotFound(_("There is no such report."))
    policy.require(person, row.partnership_id, policy.AUDITORS)
    return row


def records_of(sample: AuditSample, person: Person) -> list[AuditedRecord]:
    """Those of the sample's records that the person may know of, in the order in which they were drawn. One query."""
    return list(seen_by(person).filter(sample=sample).select_related("dispute", "checked_by").order_by("position"))


def findings(records: Iterable[AuditedRecord]) -> list[Finding]:
    """Each question with its answers over those of the records that were checked, in the order in which they are asked. Needs their `dispute`."""
    rows = [row for row in records if row.checked_at is not None]
    found = []
    for question in AuditQuestion:
        counts = Counter(row.answers.get(question.value) for row in rows)
        wanting = tuple(row.dispute.reference for row in rows if row.answers.get(question.value) == AuditAnswer.NO)
        found.append(Finding(question, counts[AuditAnswer.YES], counts[AuditAnswer.NO], counts[AuditAnswer.NOT_APPLICABLE], wanting))
    return found


def samples(partnership: Partnership, person: Person) -> list[tuple[AuditSample, int, int]]:
    """The partnership's newest samples, each with how many records this person sees of it and how many of those were checked. Two queries."""
    mine = Prefetch("records", seen_by(person))
    rows = list(AuditSample.objects.filter(partnership=partnership).select_related("drawn_by").prefetch_related(mine)[:MOST])
    return [(row, len(row.records.all()), sum(1 for record in row.records.all() if record.checked_at)) for row in rows]
