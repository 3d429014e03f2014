"""Who raises with whom, and who raises nothing."""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from typing import Any

from django.db.models import Count, F, Max, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from agencies.models import Membership
from agencies.working_days import LONDON
from escalation.models import Request
from escalation.states import State, Theme
from reports.asking import Query, Rows
from reports.figures import ALL, NOT_APPLICABLE, NOT_AVAILABLE, Block, Cell, Chart, ChartKind, Column, Gather, Row, Table, Unit
from reports.measures.base import RAISED, Measure, called, count, descending, share, with_total
from reports.measures.scope import Group, Scope
from reports.measures.volume import returned
from reports.periods import a_year_before
from reports.said import listing, long_day, month_of, named
from reports.said import said as _

HOT = 3
SEVERAL_KINDS = _("Columns: who received. A disagreement with several receiving kinds of agency counts once in each of their columns.")
LONGEST_LIST = 10


def raising(scope: Scope) -> Table:
    """Raised and received, by agency."""
    sent, got = (_by_agency(rows) for rows in scope.ask_each(partial(_raised, scope), partial(_received, scope)))
    every: dict[Group, int] = {**dict.fromkeys([*scope.members, *got], 0), **sent}
    order = descending(every, scope.agency_names)
    listed = with_total([(scope.agency_names.get(agency, ""), [every[agency]]) for agency in order], _("All agencies"), {0: RAISED})
    received = [*(Cell(got.get(agency, 0)) for agency in order), NOT_APPLICABLE]
    full = [Row(row.label, (row.cells[0], Cell(), cell), row.is_total) for row, cell in zip(listed, received, strict=False)]
    return Table(
        key="raising",
        caption=_("Raised and received, by agency"),
        row_label=_("Agency"),
        columns=(Column(_("Raised")), share(_("Share of all raised"), 0, None), Column(_("Received"))),
        rows=(),
        chart=Chart(ChartKind.BARS, _("Disagreements raised, by agency"), (0,)),
        note=_("One disagreement may be received by several agencies, so the column Received has no total."),
    ).with_rows(full)


def _raised(scope: Scope) -> Query:
    return scope.raised().values(of=F("raising_agency")).annotate(number=Count("id"))


def _received(scope: Scope) -> Query:
    return _pairs_of(scope).values(of=F("agency")).annotate(number=Count("dispute", distinct=True))


def _by_agency(rows: Rows) -> dict[Group, Any]:
    return {row["of"]: row["number"] for row in rows}


def _pairs_of(scope: Scope) -> QuerySet[Request]:
    return Request.objects.filter(dispute__in=scope.raised()).order_by()


def _pairs_of_kinds(scope: Scope) -> Query:
    kinds = {"raiser": scope.kind_in("dispute__raising_agency__kind"), "receiver": scope.kind_in("agency__kind")}
    return _pairs_of(scope).values(**kinds).annotate(number=Count("dispute", distinct=True))


def kinds(scope: Scope) -> Table:
    """Who raised with whom, by kind of agency: each disagreement once for each pair of kinds."""
    counts: dict[tuple[Group, Group], int] = {(row["raiser"], row["receiver"]): row["number"] for row in scope.ask(lambda: _pairs_of_kinds(scope))}
    raised, got = Counter[Group](), Counter[Group]()
    for (raiser, receiver), number in counts.items():
        raised[raiser] += number
        got[receiver] += number
    down, across = descending(raised, scope.kind_names), descending(got, scope.kind_names)
    if scope.is_public:  # The order of the columns would tell which of two hidden sums is the larger.
        across = sorted(got, key=lambda kind: scope.kind_names[kind])
    listed = []
    for raiser in down:
        numbers = [counts.get((raiser, receiver), 0) for receiver in across]
        listed.append((scope.kind_names[raiser], [*numbers, sum(numbers)]))
    last = len(across)
    return Table(
        key="kinds",
        most_first=last,
        gather=Gather.OTHERS,
        caption=_("Who raised with whom, by kind of agency"),
        row_label=_("Raised by"),
        columns=(*(count(scope.kind_names[kind], str(kind)) for kind in across), count(_("All"), ALL)),
        rows=tuple(called(with_total(listed, _("All")), map(str, down))),
        blocks=(Block(tuple(range(last)), total=last),),
        chart=Chart(ChartKind.BARS, _("Raised, by kind of raising agency"), (last,)) if scope.is_public and down else None,
        note=listing(filter(None, (SEVERAL_KINDS, scope.about_kinds({*raised, *got}))), " "),
        empty=_("No disagreement was raised."),
    )


def pairs(scope: Scope) -> Table:
    """Who raised with whom, by agency: every pair, those with the most first."""
    rows = scope.ask(lambda: _pairs_of(scope).values("dispute__raising_agency", "agency").annotate(number=Count("dispute", distinct=True)))
    counts = ((_pair(scope.agency_names, row["dispute__raising_agency"], row["agency"]), row["number"]) for row in rows)
    listed = sorted(counts, key=lambda item: (-item[1], item[0]))
    return Table(
        key="pairs",
        caption=_("Who raised with whom, by agency"),
        row_label=_("Raised by, with"),
        columns=(Column(_("Disagreements")),),
        rows=tuple(Row(name, (Cell(number),)) for name, number in listed),
        page_rows=LONGEST_LIST,
        empty=_("No disagreement was raised."),
    )


def _pair(names: Mapping[Group, str], raiser: Group, receiver: Group) -> str:
    return _("{raiser} with {receiver}", raiser=names.get(raiser, ""), receiver=names.get(receiver, ""))


def silent(scope: Scope) -> Table:
    """Member agencies that raised none: what they received, when they last raised one, and who could."""
    today = timezone.localdate(scope.snapshot, LONDON)
    questions = (_raised, _received, partial(_accounts, today=today), _last_raised, _returned)
    raised, got, people, last, early = (_by_agency(rows) for rows in scope.ask_each(*(partial(question, scope) for question in questions)))
    quiet = [agency for key, agency in scope.all_year.items() if key not in raised]
    rows = [
        Row(
            agency.name,
            (Cell(got.get(agency.id, 0)), _month(last.get(agency.id)), Cell(people.get(agency.id, 0)), _returns(early.get(agency.id))),
        )
        for agency in sorted(quiet, key=lambda agency: (-got.get(agency.id, 0), agency.name))
    ]
    return Table(
        key="silent",
        caption=_("Member agencies that raised none"),
        row_label=_("Agency"),
        columns=(
            Column(_("Received")),
            Column(_("Last raised one"), Unit.TEXT),
            Column(_("People with an account")),
            Column(_("Settled early, as returned")),
        ),
        rows=tuple(rows),
        note=_joined(scope),
        empty=_("Every member agency raised at least one."),
        counts_people=False,
    )


def _joined(scope: Scope) -> str:
    """Whom the table leaves out because they were no members all along, and since when they are."""
    since = [_("{agency} ({day})", agency=agency.name, day=long_day(agency.member_since)) for agency in scope.joined if agency.member_since]
    return _("Not asked of agencies that joined during the year: {agencies}.", agencies=listing(since)) if since else ""


def _last_raised(scope: Scope) -> Query:
    before = scope.all_disputes().filter(sent_at__isnull=False, submitted_at__lt=scope.until)
    return before.values(of=F("raising_agency")).annotate(number=Max("submitted_at"))


def _accounts(scope: Scope, today: date) -> Query:
    rows = Membership.objects.on(today).filter(partnership=scope.partnership, agency__isnull=False, user__is_active=True)
    return rows.order_by().values(of=F("agency")).annotate(number=Count("user", distinct=True))


def _returned(scope: Scope) -> Query:
    """By agency, the early-stage matters that it returned, as `returned` counts them; agencies that returned nothing are not there."""
    return returned(scope).values(of=F("agency")).annotate(number=Sum("matters"))


def _returns(number: int | None) -> Cell:
    return NOT_AVAILABLE if number is None else Cell(number)


def _month(moment: datetime | None) -> Cell:
    return Cell(month_of(moment.astimezone(LONDON)) if moment else _("Never"))


def silent_kinds(scope: Scope) -> Table:
    """Member agencies by kind, and how many of them raised none. Counts agencies, not children."""
    raised = _by_agency(scope.ask(partial(_raised, scope)))
    every = Counter(scope.kind_of(agency) for agency in scope.all_year.values())
    quiet = Counter(scope.kind_of(agency) for key, agency in scope.all_year.items() if key not in raised)
    there = [kind for kind in scope.kind_names if every[str(kind)]]
    listed = [(scope.kind_names[kind], [quiet[str(kind)], every[str(kind)], 0]) for kind in there]
    return Table(
        key="silent-kinds",
        caption=_("Member agencies that raised none, by kind"),
        row_label=_("Kind of agency"),
        columns=(Column(_("Raised none")), Column(_("Member agencies")), share(_("Share"), 0, 1)),
        rows=(),
        note=scope.about_kinds(there),
        counts_people=False,
    ).with_rows(called(with_total(listed, _("All member agencies")), map(str, there)))


@dataclass
class _Returns:
    """One pair of agencies and one area: the days on which they disagreed about it, and those of them within the period."""

    days: list[date] = field(default_factory=list)
    inside: list[date] = field(default_factory=list)

    @property
    def most(self) -> int:
        """The greatest number in 12 months that end with one raised in the period; 0 where none was."""
        days = sorted(self.days)
        return max((bisect_right(days, last) - bisect_right(days, a_year_before(last)) for last in set(self.inside)), default=0)


def hot(scope: Scope) -> Table:
    """The same two agencies, in the same roles, with the same area three times or more within 12 months that end in the year."""
    labels = {theme.value: named(theme.label) for theme in Theme}
    found = [
        (_pair(scope.agency_names, raiser, receiver), labels.get(theme, theme), row.most, len(row.inside))
        for (raiser, receiver, theme), row in _returning(scope).items() if len(row.days) >= HOT
    ]  # fmt: skip
    listed = sorted((row for row in found if row[2] >= HOT), key=lambda row: (-row[2], row[0], row[1]))
    return Table(
        key="hot",
        caption=_("Returning: the same two agencies and the same area, three times or more within 12 months"),
        row_label=_("Raised by, with"),
        columns=(Column(_("Area"), Unit.TEXT), Column(_("Most within 12 months")), Column(_("Raised in the year"))),
        rows=tuple(Row(pair, (Cell(theme), Cell(most), Cell(number))) for pair, theme, most, number in listed),
        page_rows=LONGEST_LIST,
        empty=_("No pair of agencies disagreed about the same area three times within 12 months."),
    )


def _returning(scope: Scope) -> dict[tuple[Group, Group, str], _Returns]:
    """By raising and receiving agency and area, those raised from a year before the period on, withdrawn ones left out."""
    found: defaultdict[tuple[Group, Group, str], _Returns] = defaultdict(_Returns)
    for group in scope.ask(lambda: _since_a_year_before(scope)):
        for theme in dict.fromkeys(group["dispute__themes"]):  # One may have been kept twice.
            row = found[group["dispute__raising_agency"], group["agency"], theme]
            row.days += [group["day"]] * group["number"]
            if group["day"] >= scope.period.first_day:
                row.inside += [group["day"]] * group["number"]
    return found


def _since_a_year_before(scope: Scope) -> Query:
    wide = (
        scope.all_disputes()
        .filter(sent_at__isnull=False, submitted_at__gte=scope.a_year_before, submitted_at__lt=scope.until)
        .exclude(state=State.WITHDRAWN)
    )
    asked = Request.objects.filter(dispute__in=wide).annotate(day=TruncDate("dispute__submitted_at", tzinfo=LONDON))
    return asked.values("dispute__raising_agency", "agency", "dispute__themes", "day").annotate(number=Count("dispute", distinct=True))


MEASURES = (
    Measure(
        "raising",
        _("Raised and received by agency"),
        _("Raised: by the agency that raised it. Received: disagreements raised in the year in which the agency was asked for a response."),
        raising,
        public=False,
    ),
    Measure("kinds", _("Pairs by kind"), _("Each disagreement raised counts once for every pair of raising and receiving kind of agency."), kinds),
    Measure(
        "pairs",
        _("Pairs of agencies"),
        _("Each disagreement raised counts once for every pair of raising and receiving agency; totals elsewhere count disagreements."),
        pairs,
        public=False,
    ),
    Measure(
        "silent",
        _("Agencies that raised none"),
        _(
            "Member agencies that raised none in the year: members on its first day and active when the figures were taken. Last raised one: the "
            "month of the last that it ever raised before the end of the year. People with an account: with a role in the agency on the day on "
            "which the figures were taken. None raised can mean that nobody disagreed, or that nobody challenged: it is a question to ask, not a "
            "ranking. An agency that joined later is not asked about this year; one without a day of joining in the directory has been a member "
            "from the beginning."
        ),
        silent,
        public=False,
        of_all=True,
    ),
    Measure(
        "silent-kinds",
        _("Agencies that raised none, by kind"),
        _(
            "Agencies that were members on the year's first day and active when the figures were taken. None raised can mean that nobody disagreed, "
            "or that nobody challenged."
        ),
        silent_kinds,
        of_all=True,
    ),
    Measure(
        "hot",
        _("Returning disagreements"),
        _(
            "The same raising agency, receiving agency and area, at least three times within 12 months that end with a disagreement raised in the "
            "year; withdrawn ones left out. Most within 12 months: the greatest number in any such 12 months, by the days on which they were raised."
        ),
        hot,
        public=False,
    ),
)
