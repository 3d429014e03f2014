"""The standing report for a subgroup's meeting: what is unresolved, then the figures of any period (DEV-05, DEV-06)."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from operator import attrgetter
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from agencies.at_once import Query, Together
from agencies.person import Person
from agencies.working_days import LONDON
from escalation.engine.case_rows import by_dispute
from escalation.models import Clock, Dispute, Party, StageRun, TimetableProposal
from escalation.querysets import Among
from escalation.states import ClockState, Measure, Side, Theme
from escalation.visibility import open_to_unit
from reports.document import build
from reports.figures import NOT_AVAILABLE, Cell, Column, Definition, Document, Row, Section, Table, Unit
from reports.measures import MEASURES, Scope
from reports.measures.durations import working_days
from reports.readers import for_many
from reports.said import listing, named, reworded, sentence, small
from reports.said import said as _
from reports.said import said_of as ngettext
from reports.story import DISAGREEMENT

MOST = 200
WORDS = (
    (re.compile(r"\b([Tt])he year\b"), r"\1he period"),
    (re.compile(r"\b(Whole|[Tt]his) year\b"), r"\1 period"),
    (re.compile(r"\bLast year's\b"), "The last period's"),
    (re.compile(r"\beither year\b"), "either period"),
    (re.compile(r"\bearlier year\b"), "earlier period"),
    (re.compile(r"\ba year that runs\b"), "a period that runs"),
    (re.compile(r"\bYear so far\b"), "Period so far"),
    (re.compile(r"\bwhatever year\b"), "whatever period"),
    (re.compile(r"\bduring the year\b"), "during the period"),
    (re.compile(r"\bby quarter\b"), "by month"),
    (re.compile(r"^Quarter$"), "Month"),
)
QUARTERLY = ((re.compile("the year"), "the quarter"),)
HOW = Definition(
    _("Unresolved"),
    _(
        "Disagreements sent to another agency and not resolved at the end of the period, or when the figures were taken while the period runs. "
        "Open for: working days since it was logged. Stage and overdue are as they stood then. Overdue: a date of it had passed, the one that both "
        "sides had agreed by then where they had, and what was due was not done. "
        "Put to the subgroup: logged as serious or stuck. Neither listed nor counted is what its reader may not know of: they are marked as "
        "having a conflict in it, or it is restricted and their agency raised it. A report that is made for many readers counts none that is "
        "restricted, and lists none in which anybody is marked so either."
    ),
)
# What a paper for many readers lists, beside what it counts.
LISTED_FOR_MANY = Q(conflicts=[])


def standing_report(scope: Scope, reader: Person | None = None) -> Document:
    """The document for the meeting: the unresolved ones first, one by one, then the chapters of the annual report counted over the scope's period.

    Agencies are named and small numbers shown: it is the internal edition and not for publication. Nothing typed is in it but a subgroup's name.
    It lists and counts what the reader may know of; without one, for many readers, what all of them may (`HOW`).
    """
    counted = for_many if reader is None else partial(open_to_unit, reader)
    listed = counted("") & LISTED_FOR_MANY if reader is None else counted("")
    # Where nothing is kept from anybody, as nearly always, no question is asked with it.
    if Dispute.objects.filter(partnership=scope.partnership).exclude(counted("")).exists():
        scope = replace(scope, within=counted)
    document = of_a_period(build(scope, before=(_unresolved(scope, listed),)))
    return _limited(document) if scope.subgroup else document


def _limited(document: Document) -> Document:
    """The same document, saying that it counts what came to the subgroup and nothing else."""
    only = _("Only the disagreements that came to this subgroup are counted: {subgroup}.", subgroup=document.subgroup)
    how = _(
        "A disagreement came to the subgroup where it was put to it as serious or stuck, answered since or not, or where something learnt from it is "
        "referred to it. Every figure counts those alone, and all that was done and learnt in them. Whom the words of an anonymised disagreement "
        "were referred to is no longer known. What tells of the partnership as a whole is left out: {measures}.",
        measures=listing(measure.name for measure in MEASURES.values() if measure.of_all),
    )
    return replace(document, summary=(only, *document.summary), method=(document.method[0], how, *document.method[1:]))


def _unresolved(scope: Scope, listed: Q) -> Section:
    open_ones = scope.open_at_the_end().filter(listed).exclude(resolved_at__lt=scope.until)
    still = _resolved(scope, listed).values(one=Value(1)).annotate(number=Count("pk")).values("number")
    found = open_ones.annotate(waiting=Coalesce(Subquery(still), 0)).select_related("raising_agency")
    rows = list(found.order_by("submitted_at")[: MOST + 1])
    number = len(rows) if len(rows) <= MOST else open_ones.count()
    some = small(DISAGREEMENT.counted(number))
    told = ngettext("{some} is listed as unresolved", "{some} are listed as unresolved", number, some=some)
    if waiting := rows[0].waiting if rows else _resolved(scope, listed).count():
        # Open in the figures, and not unresolved: else one number seems to gainsay the other.
        more = ngettext("{n:,} more is resolved and still to be closed", "{n:,} more are resolved and still to be closed", waiting)
        told = _("{listed}; {more}", listed=told, more=more)
    table = _table(scope, rows[:MOST])
    if number > MOST:
        cut = _("The {most:,} oldest of {number:,} are listed.", most=MOST, number=number)
        table = replace(table, note=listing((cut, table.note), " "))
    return Section("unresolved", _("Unresolved"), sentence(told), (table,), (HOW,))


def _resolved(scope: Scope, listed: Q) -> QuerySet[Dispute]:
    """Those that were resolved by the end of what is counted, and still to be closed then."""
    return scope.open_at_the_end().filter(listed, resolved_at__lt=scope.until).order_by()


def _beside(keys: Sequence[UUID]) -> Iterator[Query]:
    ours = Among("dispute", keys)
    yield Party.objects.filter(ours)
    yield StageRun.objects.filter(ours).order_by("number")
    yield Clock.objects.filter(ours).defer("working_out")
    yield TimetableProposal.objects.filter(ours).exclude(agreed_at=None)


_BESIDE = Together(_beside)


def _table(scope: Scope, rows: Sequence[Dispute]) -> Table:
    parties, runs, clocks, timetables = (by_dispute(found) for found in _BESIDE.of([row.pk for row in rows]))
    lines = [_line(scope, row, parties[row.pk], runs[row.pk], clocks[row.pk], timetables[row.pk]) for row in rows]
    texts = (_("Stage"), _("Raised by"), _("Received by"), _("Areas"))
    return Table(
        key="unresolved",
        caption=_("Unresolved at the end of the period, the oldest first"),
        row_label=_("Disagreement"),
        columns=(
            *(Column(text, Unit.TEXT) for text in texts),
            Column(_("Open for"), Unit.DAYS),
            Column(_("Overdue"), Unit.TEXT),
            Column(_("Put to the subgroup"), Unit.TEXT),
        ),
        rows=tuple(
            Row(row.reference, tuple(NOT_AVAILABLE if value is None else Cell(value) for value in line))
            for row, line in zip(rows, lines, strict=True)
        ),
        note=_("Open, in the other chapters, is whatever is neither closed nor withdrawn: what is resolved and still to be closed too."),
        empty=_("None is unresolved."),
        counts_people=False,
    )


def _line(
    scope: Scope,
    row: Dispute,
    parties: Iterable[Party],
    entered: Iterable[StageRun],
    clocks: Iterable[Clock],
    timetables: Sequence[TimetableProposal],
) -> tuple[str | int | None, ...]:
    receiving = ", ".join(sorted(scope.agency_names[party.agency_id] for party in parties if party.side == Side.RECEIVING))
    areas = listing(named(Theme(theme).label) for theme in row.themes)
    until = timezone.localdate(scope.until, LONDON)
    begun = timezone.localdate(row.submitted_at, LONDON)
    late = any(_was_overdue(clock, timetables, scope.until) for clock in clocks)
    runs = [run for run in entered if run.entered_at < scope.until]
    stage = max(runs, key=attrgetter("number")).stage if runs else row.stage
    put = listing(word for word, is_so in ((_("serious"), row.is_serious), (_("stuck"), row.is_stuck)) if is_so)
    days = working_days(scope, begun, until)
    return (
        scope.stage(stage),
        row.raising_agency.name,
        receiving,
        areas,
        days,
        _("Overdue") if late else _("No"),
        sentence(put) if put else _("No"),
    )


def _was_overdue(clock: Clock, timetables: Iterable[TimetableProposal], at: datetime) -> bool:
    """Whether its date had passed at this instant and what was due was not done yet, whatever came of it since: what its people and the unit are told
    is overdue, so that the date is the one in force. Agreed actions have their own chapter."""
    is_counted = clock.measures != Measure.ACTION and clock.state != ClockState.SUPERSEDED
    return is_counted and _date_then(clock, timetables, at) < at and (clock.ended_at is None or clock.ended_at >= at)


def _date_then(clock: Clock, timetables: Iterable[TimetableProposal], at: datetime) -> datetime:
    """The date that was in force at this instant: the last that both sides had agreed by then, else its own."""
    agreed = sorted((row.agreed_at, row.due_at) for row in timetables if row.clock_id == clock.pk and row.agreed_at is not None)
    if not agreed:
        return clock.effective_due
    return next((due for agreed_at, due in reversed(agreed) if agreed_at < at), clock.due_at)


def of_a_period(document: Document) -> Document:
    """The same document, its own sentences speaking of a period and its months instead of a year and its quarters."""
    return reworded(document, WORDS)


def of_a_quarter(table: Table) -> Table:
    """The same table, its words speaking of a quarter instead of a year."""
    return replace(table, caption=reworded(table.caption, QUARTERLY), note=reworded(table.note, QUARTERLY))
