"""What came before the partnership: referral, acknowledgement, route, panels. And the state of its directory."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from operator import itemgetter
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.fields.json import KT
from django.utils import timezone

from agencies.models import Post
from agencies.models.partnership import CONTACT_MONTHS
from agencies.querysets import FIRST_LEVEL_WITH_A_CONTACT, in_force
from agencies.selectors import required_levels
from agencies.working_days import LONDON
from escalation.models import Event, Panel, Referral
from escalation.states import FINDS, EventKind, Route
from escalation.states import Measure as Measures
from reports.asking import Query, summed
from reports.figures import ALL, Block, Cell, Column, Row, Table, Unit
from reports.measures.base import PANELS, REFERRED, Measure, called, count, part_rows, share, with_total
from reports.measures.scope import Group, Scope
from reports.measures.timeliness import IN_TIME_BLOCKS, PARTNERSHIP, due, in_time_columns, tallies, tally_rows
from reports.said import Said, month_of, named
from reports.said import said as _

PANEL_AGENCIES = 3
NOT_CHOSEN = "not-chosen"
ERASED = _("Erased when its time to be kept had passed")


def _referrals(scope: Scope) -> QuerySet[Referral]:
    rows = Referral.objects.filter(dispute__partnership=scope.partnership, referred_at__gte=scope.period.starts, referred_at__lt=scope.until)
    return scope.counted(rows, "dispute__").order_by()


def routes(scope: Scope) -> Table:
    """Referred to the partnership, by the route chosen."""
    found = {group["route"]: group["number"] for group in scope.ask(lambda: _referrals(scope).values("route").annotate(number=Count("id")))}
    listed = [(named(route.label), [found.get(route.value, 0)]) for route in Route]
    listed.append((_("No route chosen yet"), [found.get("", 0)]))
    return Table(
        key="routes",
        caption=_("Referred to the partnership, by route"),
        row_label=_("Route"),
        columns=(count(_("Referred"), "referred"),),
        rows=tuple(called(with_total(listed, _("All referred"), {0: REFERRED}), [*(route.value for route in Route), NOT_CHOSEN])),
        blocks=(Block((0,)),),
    )


def acknowledgements(scope: Scope) -> Table:
    """Acknowledged by the chair in the time that the procedure gives."""
    counts = tallies(scope)
    [found] = scope.ask(lambda: summed(due(scope, Measures.ACKNOWLEDGEMENT).filter(owed_by__in=PARTNERSHIP), **counts))
    numbers = [found[name] for name in counts]
    listed = [(_("Acknowledged with a timetable"), numbers)] if any(numbers) else []
    rows = called(tally_rows(listed, "")[:1], ["acknowledged"]) if listed else []
    return Table(
        key="acknowledgements",
        caption=_("Acknowledgements due from the partnership in the year"),
        row_label="",
        columns=in_time_columns(_("None")),
        rows=(),
        blocks=tuple(Block(block.parts, block.total, down=False) for block in IN_TIME_BLOCKS),
        empty=_("No acknowledgement was due under the procedure."),
    ).with_rows(rows)


def panels_in(scope: Scope, starts: datetime, until: datetime) -> QuerySet[Panel]:
    """The panels convened from the one moment until before the other. One that was convened anew, for another day, is the same panel since then."""
    anew = Panel.objects.filter(referral=OuterRef("referral"), convened_at__gt=OuterRef("convened_at"))
    rows = Panel.objects.filter(referral__dispute__partnership=scope.partnership, convened_at__gte=starts, convened_at__lt=until)
    return scope.counted(rows.filter(~Exists(anew)), "referral__dispute__").order_by()


def _convened(scope: Scope) -> Query:
    # As the panel's own rule counts them: an agency of elsewhere sits only where it is concerned, beside as many members (BRI-14).
    sitting = Q(members__left_at=None, members__agency__is_external=False)
    convened = panels_in(scope, scope.period.starts, scope.until).values("pk", "referral__route", "referral__decided_at")
    return convened.annotate(agencies=Count("members__agency", filter=sitting, distinct=True))


def panels(scope: Scope) -> Table:
    """Panels convened in the year, and with how many agencies."""
    each = scope.ask(lambda: _convened(scope))
    whole, wide = len(each), sum(panel["agencies"] >= PANEL_AGENCIES for panel in each)
    # Where the chair chose another way meanwhile, what came of that is no decision of the panel.
    decided = sum(panel["referral__decided_at"] is not None and panel["referral__route"] == Route.PANEL for panel in each)
    rows = [(_("Members of at least {least} of the partnership's agencies", least=PANEL_AGENCIES), wide), (_("Decision recorded"), decided)]
    return Table(
        key="panels",
        caption=_("Panels convened in the year"),
        row_label="",
        columns=(count(_("Yes"), "yes"), count(_("No"), "no"), count(_("Panels convened"), ALL), share(_("Share"), 0, 2)),
        rows=(),
        blocks=(Block((0, 1), total=2, down=False),),
        empty=_("No panel was convened."),
    ).with_rows(called(part_rows(rows, whole, PANELS), ["wide", "decided"]) if whole else [])


def came_of_routes(scope: Scope) -> Table:
    """What came of each route in the year: a decision or an agreement, or none."""
    recorded = _decisions(scope).order_by().annotate(route=KT("facts__route")).values("route", "kind")
    found = {(group["route"], group["kind"]): group["number"] for group in scope.ask(lambda: recorded.annotate(number=Count("id")))}
    counts = ((named(route.label), [found.get((route.value, kind), 0) for kind in (EventKind.DECIDED, EventKind.NOT_AGREED)]) for route in Route)
    return Table(
        key="came-of-routes",
        caption=_("What came of each route in the year"),
        row_label=_("Route"),
        columns=(count(_("Decided or agreed"), "decided"), count(_("No agreement"), "not-agreed"), count(_("All"), ALL)),
        rows=tuple(with_total(((label, [*numbers, sum(numbers)]) for label, numbers in counts if any(numbers)), _("All routes"))),
        empty=_("Nothing came of any route."),
    )


def findings(scope: Scope) -> Table:
    """What was found before the partnership, in the words that whoever decided wrote for this report (BRI-20)."""
    written, erased, said = scope.ask_each(
        lambda: decided_with_a_finding(scope).values("recorded_at", "number", "kind", "facts", "body__text"),
        lambda: _decided_and_erased(scope).values("recorded_at", "number", "kind", "facts", "dispute"),
        lambda: Event.objects.filter(kind=EventKind.ERASED, dispute__in=_decided_and_erased(scope).values("dispute")).values("dispute", "facts"),
    )
    found = [(row, str(row["body__text"]["finding"])) for row in written]
    # Of those without their words, the line that says what was erased names those that had any.
    named = {(row["dispute"], number) for row in said for number in row["facts"].get("findings", [])}
    found += [(row, ERASED) for row in erased if (row["dispute"], row["number"]) in named]
    found.sort(key=lambda each: (each[0]["recorded_at"], each[0]["number"]))
    return findings_table(Finding(row["recorded_at"], str(row["facts"]["route"]), row["kind"] == EventKind.DECIDED, words) for row, words in found)


def decided_with_a_finding(scope: Scope) -> QuerySet[Event]:
    """What came of mediations, panels and other routes in the year, whose finding was written down and not erased, with their words."""
    return _decisions(scope).filter(body__erased_at=None, body__text__finding__gt="").order_by("recorded_at", "number").select_related("body")


def _decided_and_erased(scope: Scope) -> QuerySet[Event]:
    """The decisions recorded in the year of disagreements that were anonymised since."""
    return _decisions(scope).filter(body__erased_at__isnull=False).order_by()


def _decisions(scope: Scope) -> QuerySet[Event]:
    rows = Event.objects.filter(dispute__partnership=scope.partnership, kind__in=FINDS)
    return scope.counted(rows.filter(recorded_at__gte=scope.period.starts, recorded_at__lt=scope.until), "dispute__")


class Finding(NamedTuple):
    """What was found before the partnership: when it was recorded, by which route, whether that brought a decision or agreement, and the words."""

    at: datetime
    route: str
    is_decided: bool
    words: str

    @property
    def way(self) -> Said:
        """The route; where it brought no agreement, that it did not."""
        route = named(Route(self.route).label)
        return route if self.is_decided else _("{route}: no agreement was reached", route=route)


def findings_table(found: Iterable[Finding]) -> Table:
    """The table of findings, in the order given."""
    lines = [Row(month_of(timezone.localtime(each.at, LONDON)), (Cell(each.way), Cell(each.words))) for each in found]
    return Table(
        key="findings",
        caption=_("Findings"),
        row_label=_("Recorded in"),
        columns=(Column(_("Route"), Unit.TEXT), Column(_("Finding"), Unit.TEXT)),
        rows=tuple(lines),
        empty=_("No finding was written down."),
        counts_people=False,
    )


def signed_findings(found: Iterable[Finding]) -> Table:
    """The findings of a public edition, by their words: month and route would tell, row by row, how many of a route are hidden."""
    lines = [Row(str(at), (Cell(words),)) for at, words in enumerate(sorted(each.words for each in found), start=1)]
    return replace(findings_table(()), row_label=_("Number"), columns=(Column(_("Finding"), Unit.TEXT),), rows=tuple(lines))


def directory(scope: Scope) -> Table:
    """Levels at which member agencies need a contact, and where somebody confirmed one lately enough not to be marked in the directory."""
    columns = ("agency_id", "level__number", "confirmed_on", "people")
    posts, levels = scope.ask_each(lambda: _posts(scope).values(*columns), lambda: scope.partnership.levels.values("number"))
    oldest = timezone.localdate(scope.snapshot, LONDON) - scope.partnership.contacts_count_for
    members = scope.members if scope.own is None else {scope.own.pk: scope.own}
    numbers = [row["number"] for row in levels]
    wanted = {(agency.pk, number) for agency in members.values() for number in required_levels(agency, numbers)}
    placed = [row for row in map(itemgetter(*columns), posts) if row[0] in members]
    wanted |= {(agency, level) for agency, level, _day, _people in placed}
    confirmed = {(agency, level) for agency, level, day, _people in placed if day and day >= oldest}
    held = {(agency, level) for agency, level, _day, people in placed if people}
    names = scope.kind_names if scope.is_public else scope.agency_names
    whose: defaultdict[Group, set[tuple[UUID, int]]] = defaultdict(set)
    for agency, level in wanted:
        whose[scope.kind_of(members[agency]) if scope.is_public else agency].add((agency, level))
    listed = [
        (names.get(group, ""), [len(own & confirmed), len(own), 0, len(own - held)])
        for group, own in sorted(whose.items(), key=lambda each: names.get(each[0], ""))
    ]
    return Table(
        key="directory",
        caption=_("Contacts in the directory"),
        row_label=_("Kind of agency") if scope.is_public else _("Agency"),
        columns=(Column(_("Confirmed")), Column(_("Levels required")), share(_("Share"), 0, 1), Column(_("Nobody in post"))),
        rows=(),
        note=scope.about_kinds(whose),
        empty=_("No agency needs a contact at any level."),
        counts_people=False,
    ).with_rows(with_total(listed, _("All")))


def _posts(scope: Scope) -> QuerySet[Post]:
    """The posts of members, and how many people hold each."""
    cells = Post.objects.cells(scope.partnership.id).filter(agency__is_external=False)
    return cells.annotate(people=Count("holdings", filter=_in_post(scope)))


def _in_post(scope: Scope) -> Q:
    """Who holds a post on the day of the snapshot and can sign in."""
    today = timezone.localdate(scope.snapshot, LONDON)
    return Q(holdings__user__is_active=True) & in_force(today, prefix="holdings__")


MEASURES = (
    Measure(
        "routes",
        _("Referred to the partnership"),
        _(
            "Disagreements put before the partnership's stage in the year, by the route that was chosen last: one whose mediation brought no "
            "agreement stands at the route chosen after it, or at none so far. One that is reopened there is put before it again."
        ),
        routes,
    ),
    Measure(
        "acknowledgements",
        _("Acknowledged in time"),
        _("Acknowledgements with a timetable that the procedure asks of the chair or the partnership, due in the year; counted as responses are."),
        acknowledgements,
    ),
    Measure(
        "panels",
        _("Panels"),
        _(
            "Panels convened in the year, one that was convened anew by when it last was; how many have members of at least {least} of the "
            "partnership's agencies, those of elsewhere not counted, and how many led to a recorded decision.",
            least=PANEL_AGENCIES,
        ),
        panels,
    ),
    Measure(
        "came-of-routes",
        _("What came of each route"),
        _(
            "Recorded in the year, of each route: a decision or an agreement, or that there was no agreement, after which another route is chosen. "
            "One disagreement may stand at several routes."
        ),
        came_of_routes,
        public=False,
    ),
    Measure(
        "findings",
        _("Findings of panels and other decisions"),
        _(
            "Written by whoever recorded the decision, or that no agreement was reached, for this report and so as to name nobody. The public "
            "edition carries those alone that a named person signed for publication, in the words in which they were signed, without month and route."
        ),
        findings,
        public=False,
    ),
    Measure(
        "directory",
        _("State of the directory"),
        _(
            "For each member agency, the levels at which it needs a contact: those from level {first} up, less those at which a flat structure or "
            "an acting agency makes that good, the top one only with a board member; and any other at which it has a post. Confirmed: somebody said "
            "lately enough before the figures were taken, by what the partnership set ({days} days unless it set another time), that a contact at "
            "that level is right. Nobody in post: no person with an account holds a post at that level on the day on which the figures were taken.",
            first=FIRST_LEVEL_WITH_A_CONTACT,
            days=CONTACT_MONTHS * 61 // 2,
        ),
        directory,
        of_all=True,
    ),
)
