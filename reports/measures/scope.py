"""What the figures of a report are about: whose, which year, taken when; and the sets of rows that measures share."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time
from functools import cached_property, partial, wraps
from types import FunctionType
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, Func, Model, OuterRef, Q, QuerySet, Value, When
from django.db.models.lookups import LessThan

from agencies.calendars import calendar_of
from agencies.models import Agency, Partnership
from agencies.roles import AgencyKind
from agencies.words import lower_first
from agencies.working_days import LONDON, Calendar, instant
from escalation.models import Dispute, StageDefinition, StageRun
from escalation.part_policy import not_apart
from escalation.procedures.definition import Sides
from escalation.states import ENDED, State
from reports import story
from reports.asking import Asking, Query, Question, Rows
from reports.figures import Edition
from reports.kinds import TOGETHER, too_few
from reports.periods import Period, Pool, Year, a_year_before, whole_quarters
from reports.put_once import Alike
from reports.said import named
from reports.said import said as _
from reports.subgroups import Subgroup

Group = UUID | str
# A condition on rows that lead to a disagreement by the path that it is given.
Within = Callable[[str], Q]
M = TypeVar("M", bound=Model)
DUE_AT = F("due_at")
AS_ONE = _("Other agencies: small kinds with fewer than two member agencies from the first day on, as one: so none stands for one school or charity.")


def made_once(rows: "Callable[[Scope], QuerySet[M]]") -> "Callable[[Scope], QuerySet[M]]":
    """What the method gives, put together once for the scope: measures ask for the same rows dozens of times, and each is begun more than once."""
    key = f"_{rows.__name__}"

    @wraps(rows)
    def kept(scope: "Scope") -> "QuerySet[M]":
        if key not in scope.__dict__:
            scope.__dict__[key] = rows(scope)
        found: QuerySet[M] = scope.__dict__[key]
        return found.all()

    return kept


def ended_before(moment: datetime) -> Q:
    """Disagreements that had ended by this instant. One that was reopened since has not."""
    # Said of those without an end too, so that it can be negated inside an aggregate.
    return Q(state__in=ENDED, ended_at__isnull=False, ended_at__lt=moment)


def counted(rows: "QuerySet[M]", at: str = "") -> "QuerySet[M]":
    """Those of the rows whose disagreement figures count: no draft, and none that was left out as a duplicate or a test. `at` leads to it."""
    return rows.exclude(**{f"{at}state": State.DRAFT}).filter(**{f"{at}left_out": ""})


@dataclass(frozen=True)
class Scope:
    """A partnership's year or other period as it stood at the snapshot (aware). The public edition names kinds of agency, not agencies.

    With `own` it is that agency's own side only: what it raised (but for what was restricted from its own leads) and what it was asked. One that
    `stands_alone` tells nothing of the year before. With `subgroup` it counts only the disagreements that came to it; with `within` only those
    that satisfy it as well, where some may not be known to whom it is for. `told_as_one` are the kinds of agency that an issued edition of the
    period counted together: None before one was issued. With `to` it counts what had come by then alone, as the record stands at the snapshot:
    so much of a year as has gone by of the one that it stands beside.
    """

    partnership: Partnership
    period: Year | Pool | Period
    snapshot: datetime
    edition: Edition
    own: Agency | None = None
    stands_alone: bool = False
    subgroup: Subgroup | None = None
    within: Within | None = None
    told_as_one: frozenset[str] | None = None
    to: datetime | None = None
    asking: Asking = field(default_factory=Asking, repr=False, compare=False)

    @property
    def is_public(self) -> bool:
        """Made to be published: kinds of agency, small numbers suppressed."""
        return self.edition is Edition.PUBLIC

    @property
    def looks_back(self) -> bool:
        """Whether the year before stands beside it."""
        return not self.stands_alone and not isinstance(self.period, Pool)

    @cached_property
    def until(self) -> datetime:
        """The end of what can be counted."""
        end = self.period.until(self.snapshot)
        return end if self.to is None else min(end, self.to)

    @cached_property
    def until_before(self) -> datetime:
        """The end of what is counted of the year before; of a year that runs, as much of that one as has gone by of this one."""
        past = self.period.before()
        return past.ends if self.until == self.period.ends else min(past.starts + (self.until - self.period.starts), past.ends)

    @cached_property
    def a_year_before(self) -> datetime:
        """The beginning of the day a year before the first."""
        return instant(a_year_before(self.period.first_day), time(0))

    @property
    def alike(self) -> Alike | None:
        """What makes the measures' questions alike; None of a subgroup and of most of what is for one reader: there they are put anew each time."""
        condition, theirs = _wording_of(self.within)
        if self.subgroup is not None or condition is NotImplemented:
            return None
        period, past, quarters = self.period, self.period.before(), self.period.quarters()
        moments = (
            self.snapshot, self.until, self.to, period.starts, period.ends, past.starts, past.ends, self.until_before, self.a_year_before,
            whole_quarters(period)[0].starts, *(quarter.starts for quarter in quarters), quarters[-1].ends,
        )  # fmt: skip
        days = (moment.astimezone(LONDON).date() for moment in (self.snapshot, self.until, whole_quarters(period)[0].starts))
        keys = self.partnership.pk, self.own.pk if self.own else None
        form = type(period), self.edition, self.stands_alone, condition, len(theirs), self.kinds_as_one
        return Alike(form, (*keys, *theirs, *days, period.first_day, period.last_day, past.first_day, *moments))

    def come(self, rows: "QuerySet[M]", done: str, due: F | Func = DUE_AT) -> "QuerySet[M]":
        """Of rows that have a due moment, all; with `to` what had come due by then, or was done (the field `done` says when)."""
        return rows if self.to is None else rows.filter(Q(LessThan(due, self.to)) | Q(**{f"{done}__lt": self.to}))

    def of_the_year_before(self, key: str) -> str:
        """The key of a quantity as it stands in the tables of the year before."""
        past = self.period.before()
        return f"{key}@{past.number if isinstance(past, Year) else past.first_day.isoformat()}"

    def beside(self, period: Year | Pool | Period) -> "Scope":
        """The same of another period, for the same document."""
        return replace(self, period=period, told_as_one=None)

    def ask(self, rows: Question) -> Rows:
        """The rows of a grouped query, or of what gives it, in no order; asked together with what other measures of the same document ask."""
        return self.asking.each(rows)[0]

    def ask_each(self, *queries: Question) -> list[Rows]:
        """The rows of each of several such queries that do not wait for one another."""
        return self.asking.each(*queries)

    def whether(self, rows: "QuerySet[Any, Any]") -> Query:
        """The question whether there is any of these rows; the answer is one row with `any`."""
        return Partnership.objects.filter(pk=self.partnership.pk).values(any=Exists(rows))

    @cached_property
    def calendar(self) -> Calendar:
        """The partnership's working days."""
        return self.asking.once(("calendar", self.partnership.pk), lambda: calendar_of(self.partnership))

    @cached_property
    def members(self) -> Mapping[UUID, Agency]:
        """Member agencies that are active now, by key, in order of name."""
        listed = sorted(self._agencies, key=lambda row: row.name)
        return {row.id: row for row in listed if row.is_active and not row.is_external}

    @cached_property
    def all_year(self) -> Mapping[UUID, Agency]:
        """Those of the members that were members on the period's first day already."""
        return {key: row for key, row in self.members.items() if row.member_since is None or row.member_since <= self.period.first_day}

    @cached_property
    def joined(self) -> list[Agency]:
        """Those of the members that joined after the period's first day and by its end, the first that joined first."""
        late = [row for row in self.members.values() if row.member_since and self.period.first_day < row.member_since <= self.period.last_day]
        return sorted(late, key=lambda row: (row.member_since or self.period.first_day, row.name))

    @cached_property
    def agency_names(self) -> Mapping[Group, str]:
        """Every agency's name by key, those of other areas and those that left included."""
        return {row.id: row.name for row in self._agencies}

    @property
    def _agencies(self) -> list[Agency]:
        return self.asking.once(("agencies", self.partnership.pk), lambda: list(self.partnership.agencies.all()))

    @cached_property
    def kind_names(self) -> Mapping[Group, str]:
        """Every kind of agency's name, and that of those that are counted as one."""
        return {**{kind.value: named(kind.label) for kind in AgencyKind}, TOGETHER: _("Other agencies")}

    @cached_property
    def kinds_as_one(self) -> frozenset[str]:
        """The kinds of agency that are counted as one, so that none stands for one school or charity; none where agencies are named."""
        if not self.is_public or self.told_as_one is not None:
            return self.told_as_one or frozenset()
        return too_few(Counter(row.kind for row in self.all_year.values()))

    def kind_in(self, path: str) -> Case | F:
        """The kind of agency that a query's rows are counted under; `path` leads to it."""
        together = Value(TOGETHER, output_field=CharField())
        return Case(When(**{f"{path}__in": sorted(self.kinds_as_one)}, then=together), default=F(path)) if self.kinds_as_one else F(path)

    def kind_of(self, agency: Agency) -> str:
        """The kind that the agency is counted under."""
        return TOGETHER if agency.kind in self.kinds_as_one else agency.kind

    def about_kinds(self, there: Iterable[Group]) -> str:
        """What is said beside a table by kind of agency where some of them are counted as one."""
        return AS_ONE if TOGETHER in there else ""

    @property
    def stages(self) -> Mapping[int, str]:
        """The positions of stages with the names to print: those of the procedures that its disagreements followed, of all where there are none.

        Names where all its disagreements followed procedures with the same ones, else bare numbers.
        """
        found: dict[int, set[str]] = {}
        for position, number, name, _sides in self._stage_rows:
            found.setdefault(position, set()).add(_stage_name(number, name))
        is_one_text = all(len(names) == 1 for names in found.values())
        return {position: names.pop() if is_one_text else story.stage_label(str(position)) for position, names in sorted(found.items())}

    @property
    def partnership_from(self) -> int | None:
        """The position from which on every stage of every such procedure is the partnership's own; None where there is none."""
        others = [position for position, _number, _name, sides in self._stage_rows if sides != Sides.PARTNERSHIP]
        first = max(others, default=0) + 1
        return first if any(position >= first for position, *_rest in self._stage_rows) else None

    @property
    def partnership_in_some_from(self) -> int | None:
        """The position below which no stage of any such procedure is the partnership's own; None where there is none."""
        return min((position for position, _number, _name, sides in self._stage_rows if sides == Sides.PARTNERSHIP), default=None)

    @property
    def _stage_rows(self) -> Sequence[tuple[int, str, str, str]]:
        return self.asking.once(("stages", self.partnership.pk), self._read_stages)

    def _read_stages(self) -> Sequence[tuple[int, str, str, str]]:
        """Position, number, name and sides."""
        is_used = Exists(Dispute.objects.filter(version=OuterRef("version")).exclude(state=State.DRAFT))
        rows = StageDefinition.objects.filter(version__procedure__partnership=self.partnership).annotate(is_used=is_used)
        stages = list(rows.order_by("position").values_list("position", "number", "name", "sides", "is_used"))
        return [row[:4] for row in stages if row[4]] or [row[:4] for row in stages]

    def stage(self, position: int) -> str:
        """A stage's name."""
        return self.stages.get(position, story.stage_label(str(position)) if position else _("Before the first stage"))

    def counted(self, rows: "QuerySet[M]", at: str = "") -> "QuerySet[M]":
        """Those of the rows whose disagreement this document's figures count, with `subgroup` and `within` of those alone. `at` leads to it."""
        return self._narrowed(counted(rows, at), at)

    def _narrowed(self, rows: "QuerySet[M]", at: str = "") -> "QuerySet[M]":
        rows = rows if self.within is None else rows.filter(self.within(at))
        if self.subgroup is None:
            return rows
        mine = Dispute.objects.filter(self.subgroup.came_to, partnership=self.partnership)
        return rows.filter(**{f"{at}pk__in": mine.order_by().values("pk")})

    @made_once
    def all_disputes(self) -> QuerySet[Dispute]:
        """The partnership's disagreements that figures count; with `own`, those that the agency raised."""
        rows: QuerySet[Dispute] = self.counted(Dispute.objects.filter(partnership=self.partnership)).order_by()
        return rows if self.own is None else rows.filter(raising_agency=self.own, is_restricted=False)

    @made_once
    def left_out(self) -> QuerySet[Dispute]:
        """Those submitted in the year that no figure counts: duplicates and tests."""
        rows = Dispute.objects.filter(partnership=self.partnership, submitted_at__gte=self.period.starts, submitted_at__lt=self.until)
        mine: QuerySet[Dispute] = self._narrowed(rows.exclude(left_out="").exclude(state=State.DRAFT)).order_by()
        return mine if self.own is None else mine.filter(raising_agency=self.own, is_restricted=False)

    @made_once
    def submitted(self) -> QuerySet[Dispute]:
        """Those submitted in the year, up to the snapshot."""
        return self.all_disputes().filter(submitted_at__gte=self.period.starts, submitted_at__lt=self.until)

    @made_once
    def raised(self) -> QuerySet[Dispute]:
        """Those submitted in the year and sent outside the raising agency."""
        return self.submitted().filter(sent_at__isnull=False)

    @made_once
    def closed(self) -> QuerySet[Dispute]:
        """Those sent outside the raising agency, in whatever year, and closed in this one."""
        return self.all_disputes().filter(state=State.CLOSED, sent_at__isnull=False, ended_at__gte=self.period.starts, ended_at__lt=self.until)

    @made_once
    def open_at_the_beginning(self) -> QuerySet[Dispute]:
        """Those sent outside the raising agency that were open when the period began."""
        return self.all_disputes().filter(sent_at__isnull=False, submitted_at__lt=self.period.starts).exclude(ended_before(self.period.starts))

    @made_once
    def open_at_the_end(self) -> QuerySet[Dispute]:
        """Those submitted at any time before the end of what is counted, sent outside the raising agency and not ended by then."""
        return self.all_disputes().filter(sent_at__isnull=False, submitted_at__lt=self.until).exclude(ended_before(self.until))

    def owed(self, rows: "QuerySet[M]", at: str = "dispute__") -> "QuerySet[M]":
        """Of rows that an agency owes, with `own` those of that agency, but for what was restricted from its own leads; else all of them."""
        return rows if self.own is None else self.kept_apart(rows.filter(agency=self.own), at)

    def kept_apart(self, rows: "QuerySet[M]", at: str = "") -> "QuerySet[M]":
        """The rows without those of disagreements that were restricted from the own agency's leads: it raised them. `at` leads to it."""
        return rows.exclude(**{f"{at}raising_agency": self.own, f"{at}is_restricted": True})

    @made_once
    def runs(self) -> QuerySet[StageRun]:
        """The passes through stages of those raised in the year."""
        rows = (
            self.counted(StageRun.objects.filter(dispute__partnership=self.partnership, dispute__sent_at__isnull=False, stage__gt=0), "dispute__")
            .filter(dispute__submitted_at__gte=self.period.starts, dispute__submitted_at__lt=self.until)
            .order_by()
        )
        return rows if self.own is None else rows.filter(dispute__raising_agency=self.own, dispute__is_restricted=False)


def _wording_of(within: Within | None) -> tuple[object, Sequence[UUID]]:
    """What a condition's wording follows from, and the agencies that it asks by; NotImplemented where it may follow from more."""
    if within is None or isinstance(within, FunctionType):
        return within, ()
    if isinstance(within, partial) and within.func is not_apart:
        return not_apart, sorted(within.args[0].agency_ids)
    return NotImplemented, ()


def _stage_name(number: str, name: str) -> str:
    """ "Stage 2: service managers"; a name that says its own number, or that of a stage without one, stands alone."""
    if not number or name.casefold().startswith("stage"):
        return name
    return story.stage_label(number, lower_first(name))
