"""An audit as a document: what was found over a sample, where the answer was no, and the answers record by record, for paper and data files."""

from collections.abc import Sequence
from datetime import UTC, datetime

from agencies.words import LONDON
from reports.audits import Finding, findings
from reports.figures import NOT_AVAILABLE, Cell, Chart, ChartKind, Column, Definition, Document, Edition, Row, Section, Table, Unit
from reports.measures.base import share
from reports.models import AuditAnswer, AuditedRecord, AuditQuestion, AuditSample
from reports.periods import Period, Standing
from reports.said import Said, listing, long_day, named
from reports.said import said as _
from reports.said import said_of as ngettext

# What a question is about, where there is no room for all of it: the questions themselves stand below the tables.
ABOUT = {
    AuditQuestion.PROMPT: _("Raised without delay"),
    AuditQuestion.LEVEL: _("The right people"),
    AuditQuestion.RECORD: _("The record is whole"),
    AuditQuestion.PACE: _("Settled or moved up in time"),
    AuditQuestion.FEEDBACK: _("Feedback given"),
    AuditQuestion.FILE: _("In the child’s file"),
    AuditQuestion.EFFECT: _("Something for the child"),
}
COUNTED = Definition(
    _("What was found"),
    _("Answers over the records that were looked through. Share: of the answers yes and no, those that are yes; not applicable counts neither way."),
)
ASKED = Definition(_("What was asked"), _("The same seven questions of each record, in these words."))
WHERE = Definition(_("Where the answer is no"), _("The references of the records of which the question was answered with no."))
EACH = Definition(
    _("Record by record"), _("The records in the order in which they were drawn; answers can still be changed, and then the latest stands here.")
)


def audit_report(sample: AuditSample, records: Sequence[AuditedRecord], now: datetime) -> Document:
    """The audit of a sample over those of its records that its reader may know of, in their order, with `dispute` and `checked_by`; at `now` (aware).

    Needs the sample's `partnership` and `drawn_by`. It names disagreements by their reference and those who looked through them, and nothing else of
    them.
    """
    period = Period(sample.first_day, sample.last_day)
    done = sum(1 for record in records if record.checked_at)
    found = findings(records)
    return Document(
        partnership=sample.partnership.name,
        unit_name=sample.partnership.unit_name,
        year=0,
        edition=Edition.INTERNAL,
        snapshot=now.astimezone(UTC).isoformat(timespec="seconds"),
        is_running=period.standing(now) is Standing.RUNNING,
        is_empty=False,
        is_invented=sample.partnership.is_invented,
        headlines=(),
        summary=(),
        sections=(
            Section("found", _("What was found"), _message(found), (_found(found), _wanting(found), _questions()), (COUNTED, WHERE, ASKED)),
            Section("records", _("Records"), _progress(done, len(records)), (_records(records),), (EACH,)),
        ),
        method=(_drawn(sample, len(records)), _("It names disagreements and whoever looked through them, and is not for publication.")),
        days=(sample.first_day.isoformat(), sample.last_day.isoformat()),
        title=_("Audit of records"),
    )


def _message(found: Sequence[Finding]) -> Said:
    """How many answers were yes, and which question was most often answered with no."""
    yes, no = (sum(getattr(one, name) for one in found) for name in ("yes", "no"))
    if not yes + no:
        return _("Nothing is found yet: no question is answered with yes or no")
    if not no:
        return ngettext("The one answer was yes", "All {n:,} answers were yes", yes)
    most = max(one.no for one in found)
    worst = listing(ABOUT[one.question] for one in found if one.no == most)
    told = _("{yes:,} of {all:,} answers were yes; most often no, {times:,} of them: {questions}", yes=yes, all=yes + no, times=most, questions=worst)
    return told if most > 1 else _("{yes:,} of {all:,} answers were yes; no: {questions}", yes=yes, all=yes + no, questions=worst)


def _progress(done: int, all_of_them: int) -> Said:
    return ngettext("{done:,} of {n:,} record was looked through", "{done:,} of {n:,} records were looked through", all_of_them, done=done)


def _found(found: Sequence[Finding]) -> Table:
    rows = [Row(ABOUT[one.question], (Cell(one.yes), Cell(one.no), Cell(one.not_applicable), Cell(one.yes + one.no))) for one in found]
    return Table(
        key="audit-found",
        caption=_("Answers, by question"),
        row_label=_("Question"),
        columns=(
            Column(_("Yes")), Column(_("No")), Column(_("Not applicable")), Column(_("Yes or no")), share(_("Share yes"), 0, 3),
        ),
        rows=(),
        chart=Chart(ChartKind.BARS, _("Share of answers that are yes, by question"), (4,)),
    ).with_rows(rows)  # fmt: skip


def _questions() -> Table:
    return Table(
        key="audit-questions",
        caption=_("What was asked of each record"),
        row_label=_("Question"),
        columns=(Column(_("In full"), Unit.TEXT),),
        rows=tuple(Row(about, (Cell(named(question.label)),)) for question, about in ABOUT.items()),
    )


def _wanting(found: Sequence[Finding]) -> Table:
    return Table(
        key="audit-wanting",
        caption=_("Where the answer is no"),
        row_label=_("Question"),
        columns=(Column(_("Disagreements"), Unit.TEXT),),
        rows=tuple(Row(ABOUT[one.question], (Cell(", ".join(one.wanting)),)) for one in found if one.wanting),
        empty=_("No question is answered with no."),
    )


def _records(records: Sequence[AuditedRecord]) -> Table:
    return Table(
        key="audit-records",
        caption=_("Answers, record by record"),
        row_label=_("Disagreement"),
        columns=tuple(Column(label, Unit.TEXT) for label in (*ABOUT.values(), _("Looked through by"), _("On"))),
        rows=tuple(Row(record.dispute.reference, _answers(record)) for record in records),
        empty=_("None of the sample’s records is shown to whoever took this."),
    )


def _answers(record: AuditedRecord) -> tuple[Cell, ...]:
    """Of one that nobody looked through yet: that there is nothing."""
    if record.checked_at is None or record.checked_by is None:
        return (*(NOT_AVAILABLE for _question in ABOUT), Cell(_("Nobody yet")), NOT_AVAILABLE)
    said = (Cell(named(AuditAnswer(record.answers[question.value]).label)) for question in ABOUT)
    return (*said, Cell(record.checked_by.name), Cell(long_day(record.checked_at.astimezone(LONDON).date())))


def _drawn(sample: AuditSample, seen: int) -> Said:
    return ngettext(
        "Drawn by chance from the {all:,} disagreements raised in the period that could be drawn (none that is restricted can), by {name} on {day}, "
        "with the number {seed}, which draws them again while the same can be drawn. "
        "Here is {n:,} record.",
        "Drawn by chance from the {all:,} disagreements raised in the period that could be drawn (none that is restricted can), by {name} on {day}, "
        "with the number {seed}, which draws them again while the same can be drawn. "
        "Here are {n:,} records.",
        seen, all=sample.drawn_from, name=sample.drawn_by.name, day=long_day(sample.drawn_at.astimezone(LONDON).date()), seed=sample.seed,
    )  # fmt: skip
