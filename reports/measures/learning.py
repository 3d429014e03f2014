"""What was learnt, what was agreed to be done, and how far both have come: this year's and that of the year before."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from operator import itemgetter

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from agencies.working_days import LONDON
from escalation.models import AgreedAction, LearningPoint, Referral
from escalation.states import ChangeNeeded, Route
from reports.asking import Query
from reports.figures import ALL, Block, Chart, ChartKind, Gather, Row, Table
from reports.measures.base import ACTIONS_DUE, ACTIONS_IN_TIME, LEARNT, Measure, called, count, share, with_total
from reports.measures.scope import Scope
from reports.said import named
from reports.said import said as _

COLUMNS = (
    count(_("Done"), "done"), count(_("On track"), "on-track"), count(_("Overdue"), "overdue"), count(_("No date set"), "undated"),
    count(_("Learning points"), ALL),
)  # fmt: skip
NOT_SAID = "not-said"
CHANGES = {ChangeNeeded.POLICY: _("Policy"), ChangeNeeded.TRAINING: _("Training"), ChangeNeeded.SERVICE: _("Service"), "": _("Not said")}
BLOCKS = (Block((0, 1, 2, 3), total=4),)
ACTION_COLUMNS = (
    count(_("Done in time"), "in-time"), count(_("Done late"), "late"), count(_("Not done"), "not-done"), count(_("Due"), ALL),
    share(_("Share done in time"), 0, 3), count(_("Not yet due"), "ahead"),
)  # fmt: skip
BEFORE_COLUMNS = (*ACTION_COLUMNS[:5], count(_("Older and not done"), "older"))


def recorded(scope: Scope, starts: datetime, until: datetime) -> QuerySet[LearningPoint]:
    """The learning points, "none" left out, recorded from the one moment until before the other."""
    points = LearningPoint.objects.filter(dispute__partnership=scope.partnership, is_none=False, recorded_at__gte=starts, recorded_at__lt=until)
    return scope.counted(points, "dispute__").order_by()


def _listed(scope: Scope, points: Callable[[], QuerySet[LearningPoint]]) -> list[tuple[str, list[int]]]:
    """By the change that they ask for, as the record has it: done, on track, overdue, without a date, all; as it stood at the snapshot."""
    today = timezone.localdate(scope.snapshot, LONDON)
    done, late = Q(done_at__lte=scope.snapshot), Q(due_on__lt=today)
    tallies = {
        "done": Count("id", filter=done),
        "on_track": Count("id", filter=~done & Q(due_on__gte=today)),
        "overdue": Count("id", filter=~done & late),
        "undated": Count("id", filter=~done & Q(due_on=None)),
    }
    listed: list[tuple[str, list[int]]] = []
    for group in sorted(scope.ask(lambda: points().values("change_needed").annotate(**tallies)), key=itemgetter("change_needed")):
        numbers = [group[name] for name in tallies]
        listed.append((group["change_needed"], [*numbers, sum(numbers)]))
    listed.sort(key=lambda item: -item[1][-1])
    return listed


def _rows(listed: list[tuple[str, list[int]]], key_of: Callable[[str], str]) -> list[Row]:
    """The rows with their sum. How many points there are of each sort and in all stands in the next year's tables too, so these have names."""
    named_rows = [(CHANGES[change], numbers) for change, numbers in listed]
    rows = called(with_total(named_rows, _("All learning points"), {4: key_of(LEARNT)}), (change or NOT_SAID for change, _numbers in listed))
    return [
        row if row.is_total else replace(row, cells=(*row.cells[:4], replace(row.cells[4], key=key_of(f"{LEARNT}: {row.name}")))) for row in rows
    ]  # fmt: skip


def learning(scope: Scope) -> Table:
    """Learning points recorded in the year, by what should change and how far it has come."""
    return Table(
        key="learning",
        most_first=4,
        caption=_("Learning points recorded in the year, by the change they ask for"),
        row_label=_("Change in"),
        columns=COLUMNS,
        rows=tuple(_rows(_listed(scope, lambda: recorded(scope, scope.period.starts, scope.until)), lambda key: key)),
        blocks=BLOCKS,
        chart=Chart(ChartKind.STACKED, _("Learning points recorded in the year"), (0, 1, 2, 3)),
        empty=_("No learning point was recorded."),
    )


def learning_before(scope: Scope) -> Table:
    """Learning points recorded in the year before, as they stand now: were last year's actions done?"""
    past = scope.period.before()
    return Table(
        key="learning-before",
        most_first=4,
        caption=_("Learning points recorded in the year before, as they stand now"),
        row_label=_("Change in"),
        columns=COLUMNS,
        rows=tuple(_rows(_listed(scope, lambda: recorded(scope, past.starts, past.ends)), scope.of_the_year_before)),
        blocks=BLOCKS,
        empty=_("No learning point was recorded in the year before."),
    )


def _due(scope: Scope) -> Query:
    due = scope.come(_agreed(scope).filter(due_at__gte=scope.period.starts, due_at__lt=scope.period.ends), "done_at")
    by = scope.kind_in("agency__kind") if scope.is_public else F("agency")
    return due.values(whose=by).annotate(**_action_tallies(scope))


def actions(scope: Scope) -> Table:
    """Agreed actions due in the year, by the agency that agreed to do them; in the public edition by its kind."""
    names = scope.kind_names if scope.is_public else scope.agency_names
    groups = scope.ask(lambda: _due(scope))
    whose = [(names.get(group["whose"], ""), _action_counts(group), group["whose"] if scope.is_public else "") for group in groups]
    whose.sort(key=lambda item: (-item[1][3], item[0]))
    listed = [item[:2] for item in whose]
    return Table(
        key="actions",
        most_first=3,
        gather=Gather.OTHERS,
        caption=_("Agreed actions due in the year, by who agreed to do them"),
        row_label=_("Kind of agency") if scope.is_public else _("Agency"),
        columns=ACTION_COLUMNS,
        rows=(),
        blocks=(Block((0, 1, 2), total=3), Block((5,))),
        note=scope.about_kinds({item[2] for item in whose}),
        empty=_("No agreed action was due."),
    ).with_rows(called(with_total(listed, _("All agencies"), {0: ACTIONS_IN_TIME, 3: ACTIONS_DUE}), [item[2] for item in whose]))


def actions_before(scope: Scope) -> Table:
    """Agreed actions due in the year before, as they stand now, and older ones that are still not done: by agency, in the public edition of all."""
    listed = [(scope.agency_names.get(group["agency"], ""), _action_counts(group)) for group in scope.ask(lambda: _due_before(scope))]
    listed.sort(key=lambda item: (-item[1][2] - item[1][5], -item[1][3], item[0]))
    of_all = with_total(listed, _("All agencies"), {at: scope.of_the_year_before(key) for at, key in ((0, ACTIONS_IN_TIME), (3, ACTIONS_DUE))})
    return Table(
        key="actions-before",
        caption=_("Agreed actions due in the year before, as they stand now"),
        row_label="" if scope.is_public else _("Agency"),
        columns=BEFORE_COLUMNS,
        rows=(),
        blocks=(Block((0, 1, 2), total=3, down=False), Block((5,), down=False)),
        empty=_("No agreed action was due in the year before, and no older one is left to do."),
    ).with_rows(of_all[-1:] if scope.is_public else of_all)


def _due_before(scope: Scope) -> Query:
    last, done = Q(due_at__gte=scope.period.before().starts), Q(done_at__lte=scope.snapshot)
    counts = {
        "in_time": Count("id", filter=last & done & Q(done_at__lte=F("due_at"))),
        "late": Count("id", filter=last & done & Q(done_at__gt=F("due_at"))),
        "open": Count("id", filter=last & ~done),
        "ahead": Count("id", filter=~last),
    }
    return _agreed(scope).filter(due_at__lt=scope.period.starts).filter(last | ~done).values("agency").annotate(**counts)


def _agreed(scope: Scope) -> QuerySet[AgreedAction]:
    """The actions that figures count, of disagreements sent to another agency; with `own` those of that agency."""
    rows = AgreedAction.objects.filter(dispute__partnership=scope.partnership, dispute__sent_at__isnull=False)
    return scope.owed(scope.counted(rows, "dispute__").order_by())


def partnership_actions(scope: Scope) -> Table:
    """Actions agreed before the partnership or since it decided, of those referred in the year, by the route that they took."""
    found = {group["route"]: group for group in scope.ask(lambda: _agreed_by_route(scope))}
    named_routes = [*((route.value, named(route.label)) for route in Route), ("", _("No route chosen yet"))]
    listed = [(label, _action_counts(found[route])) for route, label in named_routes if route in found]
    return Table(
        key="partnership-actions",
        caption=_("Actions agreed before the partnership, of those referred in the year, by route"),
        row_label=_("Route"),
        columns=ACTION_COLUMNS,
        rows=(),
        empty=_("No action was agreed before the partnership."),
    ).with_rows(with_total(listed, _("All routes")))


def _agreed_by_route(scope: Scope) -> Query:
    # One that came before the partnership twice has each action counted with the referral that it followed.
    mine = Referral.objects.filter(
        dispute=OuterRef("dispute"), run__stage=OuterRef("event__stage"), referred_at__lte=OuterRef("event__recorded_at")
    ).order_by("-referred_at")  # fmt: skip
    rows = scope.counted(AgreedAction.objects.filter(dispute__partnership=scope.partnership), "dispute__").order_by()
    agreed = rows.annotate(referred=Subquery(mine.values("referred_at")[:1]), route=Subquery(mine.values("route")[:1])).filter(
        referred__gte=scope.period.starts, referred__lt=scope.until
    )  # fmt: skip
    return agreed.values("route").annotate(**_action_tallies(scope))


def _action_tallies(scope: Scope) -> dict[str, Count]:
    """Of actions, as they stood at the snapshot: done in time, done late, not done though due, not yet due."""
    done = Q(done_at__lte=scope.snapshot)
    return {
        "in_time": Count("id", filter=done & Q(done_at__lte=F("due_at"))),
        "late": Count("id", filter=done & Q(done_at__gt=F("due_at"))),
        "open": Count("id", filter=~done & Q(due_at__lt=scope.snapshot)),
        "ahead": Count("id", filter=~done & Q(due_at__gte=scope.snapshot)),
    }


def _action_counts(group: Mapping[str, int]) -> list[int]:
    """The cells of a row of actions, the share's left empty."""
    past = [group["in_time"], group["late"], group["open"]]
    return [*past, sum(past), 0, group["ahead"]]


MEASURES = (
    Measure(
        "learning",
        _("Learning and its actions"),
        _(
            "Learning points recorded in the year. Done: marked as done, or as considered and not taken up, when the figures were taken. "
            "On track: not done, its date still to come. Overdue: not done, its date past."
        ),
        learning,
    ),
    Measure(
        "learning-before",
        _("Last year's learning"),
        _("The learning points recorded in the year before, counted in the same way as they stand when the figures are taken."),
        learning_before,
        looks_back=True,
    ),
    Measure(
        "actions",
        _("Agreed actions"),
        _(
            "Actions that the sides agreed, due in the year, of disagreements sent to another agency. Done in time: done at or before the due "
            "moment. Not done: the moment has passed and nobody said that it is done. Not yet due never counts as a success."
        ),
        actions,
    ),
    Measure(
        "actions-before",
        _("Last year's agreed actions"),
        _(
            "The agreed actions due in the year before, counted in the same way as they stand when the figures are taken, so that none that is not "
            "done is forgotten. Older and not done: due earlier still, and nobody said that it is done; these are in no other column. The public "
            "edition has those of all agencies together."
        ),
        actions_before,
        looks_back=True,
    ),
    Measure(
        "partnership-actions",
        _("Actions agreed before the partnership"),
        _(
            "Actions agreed in the partnership's stage, while a disagreement was before it or since it was decided, of those referred in the year: "
            "by mediation, by a panel, or otherwise. Done in time, done late, not done and not yet due as for agreed actions."
        ),
        partnership_actions,
        public=False,
    ),
)
