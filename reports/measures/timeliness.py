"""Whether things were done in time. The procedure's due moment and the moment of recording decide; what is not yet due is never a success."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from operator import itemgetter

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from escalation.models import Clock, Event, TimetableProposal
from escalation.states import ClockState, EventKind, Side
from escalation.states import Measure as Measures
from reports.asking import Query, Rows
from reports.figures import Block, Chart, ChartKind, Column, Gather, Row, Table
from reports.measures.base import AHEAD, DUE, NO_RESPONSE, SPARE, Measure, called, count, share, with_total
from reports.measures.base import IN_TIME as IN_TIME_KEY
from reports.measures.base import LATE as LATE_KEY
from reports.measures.scope import Scope
from reports.said import named, small
from reports.said import said as _

# What is done in a stage besides responding. Acknowledgement by the partnership has its own table; actions and next steps are no procedure time.
STEPS = (
    Measures.TOLD, Measures.ENTRY, Measures.DISCUSSION, Measures.AGREEMENT, Measures.ACTION_PLAN, Measures.MEETING, Measures.LETTER, Measures.FORM,
    Measures.MOVE_UP, Measures.COMPLETION, Measures.RESOLUTION, Measures.CAP,
)  # fmt: skip
NOBODY = "nobody"
PARTNERSHIP = (Side.CHAIR, Side.PARTNERSHIP)
RUNNING = Q(state=ClockState.RUNNING)
DONE = Q(state__in=[ClockState.MET, ClockState.LATE])
# The procedure's moment, which never counts from before the recording: as `Clock.in_time_until` of what the procedure times.
IN_TIME_UNTIL = Coalesce("recorded_due_at", "due_at")
OF_ITS_CLOCK = Coalesce("clock__recorded_due_at", "clock__due_at")
IN_TIME = DONE & Q(ended_at__lte=IN_TIME_UNTIL)
LATE = DONE & Q(ended_at__gt=IN_TIME_UNTIL)


def due(scope: Scope, *measures: Measures) -> QuerySet[Clock]:
    """The procedure's clocks of these kinds whose due moment lies in the year, of disagreements sent outside the raising agency.

    Those that another took the place of before their moment came are left out: that one is counted.
    """
    return scope.come(due_between(scope, scope.period.starts, scope.period.ends, *measures), "ended_at", due=IN_TIME_UNTIL)


def due_between(scope: Scope, starts: datetime, ends: datetime, *measures: Measures) -> QuerySet[Clock]:
    """The same of any span, from its start until before its end; with the scope's own agency, those that it owes."""
    procedural = Clock.objects.filter(
        dispute__partnership=scope.partnership, dispute__sent_at__isnull=False, measures__in=measures, is_procedural=True
    )
    rows = scope.counted(procedural, "dispute__").exclude(state=ClockState.SUPERSEDED).filter(due_at__gte=starts, due_at__lt=ends).order_by()
    return scope.owed(rows)


def tallies(scope: Scope) -> dict[str, Count]:
    """The counts in the order of the columns: in time, late, none recorded, then not needed and not yet due."""
    none = Q(state=ClockState.MISSED) | RUNNING & Q(LessThan(IN_TIME_UNTIL, scope.snapshot))
    return {
        "in_time": Count("id", filter=IN_TIME),
        "late": Count("id", filter=LATE),
        "none": Count("id", filter=none),
        "not_needed": Count("id", filter=Q(state=ClockState.NOT_NEEDED)),
        "not_yet_due": Count("id", filter=RUNNING & Q(GreaterThanOrEqual(IN_TIME_UNTIL, scope.snapshot))),
    }


def in_time_columns(none: str) -> tuple[Column, ...]:
    """The columns of every table about time; `none` says what it is called where nothing was recorded."""
    return (
        count(_("In time"), IN_TIME_KEY),
        count(_("Late"), LATE_KEY),
        count(none, NO_RESPONSE),
        count(_("Due"), DUE),
        share(_("Share in time"), 0, 3),
        count(_("Not needed"), SPARE),
        count(_("Not yet due"), AHEAD),
    )


IN_TIME_BLOCKS = (Block((0, 1, 2), total=3), Block((5,)), Block((6,)))


def tally_rows(listed: Iterable[tuple[str, Sequence[int]]], label: str, keys: Mapping[int, str] | None = None) -> list[Row]:
    """Rows (in time, late, none, due, –, not needed, not yet due) of the five tallies, with their sum; `keys` as for `with_total`."""
    spread = [(name, [*five[:3], sum(five[:3]), 0, *five[3:]]) for name, five in listed]
    return with_total(spread, label, keys)


# The sums of every table of responses, whatever it divides them by.
RESPONSE_KEYS = {0: IN_TIME_KEY, 1: LATE_KEY, 2: NO_RESPONSE, 3: DUE, 5: SPARE, 6: AHEAD}


def responses(scope: Scope) -> Table:
    """Responses by stage."""
    counts = tallies(scope)
    groups = sorted(scope.ask(partial(_by_stage, scope)), key=itemgetter("stage"))
    listed = [(scope.stage(group["stage"]), [group[name] for name in counts]) for group in groups]
    return Table(
        key="responses",
        gather=Gather.NEIGHBOURS,
        caption=_("Responses due in the year, by stage"),
        row_label=_("Stage"),
        columns=in_time_columns(_("No response")),
        rows=(),
        blocks=IN_TIME_BLOCKS,
        chart=Chart(ChartKind.STACKED, _("Responses due in the year"), (0, 1, 2)),
        empty=_("No response was due under the procedure."),
    ).with_rows(called(tally_rows(listed, _("All stages"), RESPONSE_KEYS), (str(group["stage"]) for group in groups)))


def _by_stage(scope: Scope) -> Query:
    return due(scope, Measures.RESPONSE).values("stage").annotate(**tallies(scope))


def answering(scope: Scope) -> Table:
    """Responses again, by the agency that owed them; in the public edition by its kind."""
    counts, by = tallies(scope), scope.kind_in("agency__kind") if scope.is_public else F("agency")
    groups = scope.ask(lambda: due(scope, Measures.RESPONSE).values(whose=by).annotate(**counts))
    names = scope.kind_names if scope.is_public else scope.agency_names
    whose = [(names.get(group["whose"], _("Not recorded")), [group[name] for name in counts], _whose(scope, group["whose"])) for group in groups]
    whose.sort(key=lambda item: (-sum(item[1][:3]), item[0]))
    listed = [item[:2] for item in whose]
    return Table(
        key="answering",
        most_first=3,
        gather=Gather.OTHERS,
        caption=_("Responses due in the year, by who owed them"),
        row_label=_("Kind of agency") if scope.is_public else _("Agency"),
        columns=in_time_columns(_("No response")),
        rows=(),
        blocks=IN_TIME_BLOCKS,
        note=scope.about_kinds({item[2] for item in whose}),
        empty=_("No response was due under the procedure."),
    ).with_rows(called(tally_rows(listed, _("All agencies"), RESPONSE_KEYS), [item[2] for item in whose]))


def _whose(scope: Scope, kind: str | None) -> str:
    """The row's key: agencies by name are in no public edition, so that no later one has to know them again."""
    return (kind or NOBODY) if scope.is_public else ""


def steps(scope: Scope) -> Table:
    """The other dated steps of the procedure: telling, meetings, agreement, moving up, whole stages and overall limits."""
    counts = tallies(scope)
    groups = sorted(scope.ask(partial(_steps, scope)), key=itemgetter("stage", "measures"))
    found: dict[str, tuple[str, list[int]]] = {}
    for group in groups:
        stage, measure = group["stage"], Measures(group["measures"])
        # The overall limit is of all stages: wherever its clock began, it is one row.
        key = measure.value if measure == Measures.CAP else f"{stage}:{measure.value}"
        label, numbers = found.get(key, (_step_name(scope, stage, measure), [0] * len(counts)))
        found[key] = label, [number + group[name] for number, name in zip(numbers, counts, strict=True)]
    return Table(
        key="steps",
        caption=_("Other steps due in the year"),
        row_label=_("Stage and step"),
        columns=in_time_columns(_("Not recorded")),
        rows=(),
        blocks=IN_TIME_BLOCKS,
        empty=_("No other step was due under the procedure."),
    ).with_rows(called(tally_rows(found.values(), _("All steps")), found))


def _steps(scope: Scope) -> Query:
    apart = Q(measures=Measures.ACKNOWLEDGEMENT, owed_by__in=PARTNERSHIP)
    return due(scope, *STEPS, Measures.ACKNOWLEDGEMENT).exclude(apart).values("stage", "measures").annotate(**tallies(scope))


def _step_name(scope: Scope, stage: int, measure: Measures) -> str:
    name = named(measure.label)
    return name if measure == Measures.CAP else _("{stage}: {step}", stage=scope.stage(stage), step=small(name))


def agreed(scope: Scope) -> Table:
    """Responses again, judged by the latest date that both sides agreed before the earlier one had passed."""
    counts = tallies(scope)
    names = list(counts)
    table: dict[int, list[int]] = {}
    by_stage, extended, recorded_late = scope.ask_each(*(partial(rows, scope) for rows in (_by_stage, _extended, _recorded_late)))
    for group in sorted(by_stage, key=itemgetter("stage")):
        table[group["stage"]] = [*(group[name] for name in names), 0]
    for clock in _extensions(scope, extended):
        row = table[clock.stage]
        row[names.index(clock.by_procedure)] -= 1
        row[names.index(clock.by_agreement)] += 1
        row[-1] += 1
    late = {group["stage"]: group["number"] for group in recorded_late}
    listed = [(scope.stage(stage), [*row[:3], sum(row[:3]), 0, row[-1], late.get(stage, 0)]) for stage, row in table.items()]
    columns = (*in_time_columns(_("No response"))[:5], Column(_("Later date agreed")), Column(_("Happened in time, recorded late")))
    return Table(
        key="agreed",
        caption=_("Responses within the agreed time, by stage"),
        row_label=_("Stage"),
        columns=columns,
        rows=(),
        empty=_("No response was due under the procedure."),
    ).with_rows(with_total(listed, _("All stages")))


class _Extension:
    """A response whose date was agreed anew: how it stands by the procedure's moment and by the agreed one."""

    def __init__(self, stage: int, state: str, due_at: datetime, ended_at: datetime | None, snapshot: datetime) -> None:
        self.stage, self._state, self._due, self._ended, self._snapshot = stage, state, due_at, ended_at, snapshot
        self._agreed = due_at
        self.counts = False

    def agree(self, due_at: datetime, agreed_at: datetime) -> None:
        """A later or earlier date counts only if it was agreed before the one before it had passed."""
        if agreed_at <= self._agreed:
            self._agreed, self.counts = due_at, True

    @property
    def by_procedure(self) -> str:
        """Which tally the procedure's moment puts it in."""
        return self._stand(self._due)

    @property
    def by_agreement(self) -> str:
        """Which tally the agreed moment puts it in."""
        return self._stand(self._agreed)

    def _stand(self, moment: datetime) -> str:
        if self._state in {ClockState.MET, ClockState.LATE} and self._ended is not None:
            return "in_time" if self._ended <= moment else "late"
        if self._state == ClockState.RUNNING:
            return "none" if moment < self._snapshot else "not_yet_due"
        return "none" if self._ended is None or moment < self._ended else "not_needed"


def _extended(scope: Scope) -> Query:
    """The dates agreed anew of responses that were due: only their own few rows are read."""
    rows = TimetableProposal.objects.filter(clock__in=due(scope, Measures.RESPONSE), agreed_at__isnull=False)
    return rows.values("clock", "clock__stage", "clock__state", "clock__ended_at", "due_at", "agreed_at", until=OF_ITS_CLOCK)


def _extensions(scope: Scope, rows: Rows) -> list[_Extension]:
    """The responses with an agreed date that counts."""
    found: dict[object, _Extension] = {}
    for row in sorted(rows, key=itemgetter("agreed_at")):
        new = _Extension(row["clock__stage"], row["clock__state"], row["until"], row["clock__ended_at"], scope.snapshot)
        found.setdefault(row["clock"], new).agree(row["due_at"], row["agreed_at"])
    return [extension for extension in found.values() if extension.counts]


def _recorded_late(scope: Scope) -> Query:
    """By stage, responses that happened by the due moment and were recorded after it."""
    answer = Event.objects.filter(
        dispute=OuterRef("dispute"),
        kind=EventKind.ANSWERED,
        agency=OuterRef("agency"),
        stage=OuterRef("stage"),
        recorded_at=OuterRef("ended_at"),
        happened_at__lte=Coalesce(OuterRef("recorded_due_at"), OuterRef("due_at")),
    )
    # A whole stage that was entered afterwards has no response of its own: its run says when it ended.
    ended = Q(run__happened_until__lte=IN_TIME_UNTIL)
    return due(scope, Measures.RESPONSE).filter(LATE).filter(Exists(answer) | ended).values("stage").annotate(number=Count("id"))


MEASURES = (
    Measure(
        "responses",
        _("Response in time"),
        _(
            "Responses whose due moment under the procedure lies in the year. In time: the first substantive response was recorded at or before "
            "that moment; an acknowledgement is no response. Late: recorded after it. No response: none was recorded and the moment has passed. Due "
            "is the sum of the three, and in time is a share of it. Not needed: the matter was resolved, withdrawn, closed or moved up before the "
            "moment came. Not counted: a request that never reached the agency, and a moment that another took the place of before it came, as "
            "where a stage is entered that was talked through outside or the procedure has a shorter time for what is urgent. A moment that was "
            "missed stays missed, whatever is agreed, settled or made urgent after it. Not yet due never counts as a success."
        ),
        responses,
    ),
    Measure(
        "answering",
        _("Response in time, by who owed it"),
        _("The same responses by the agency that was asked. A disagreement with several receiving agencies has a response for each."),
        answering,
    ),
    Measure(
        "steps",
        _("Other steps in time"),
        _(
            "The procedure's other dated steps, counted in the same way: telling the other agency, acknowledgements by the agencies, meetings, "
            "agreements, letters, moving up, whole stages and overall limits. Where the procedure leaves a date to the sides, nothing is due under "
            "it."
        ),
        steps,
    ),
    Measure(
        "agreed",
        _("Within the agreed time"),
        _(
            "The same responses judged by the latest date that both sides agreed before the earlier date had passed. Recorded late: the response "
            "happened by "
            "the procedure's moment but was recorded after it, alone or in a stage that was entered afterwards and confirmed; it counts as late."
        ),
        agreed,
        public=False,
    ),
)
