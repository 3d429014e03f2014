"""More measures a second way, as in `recount.py`: what comes back between the same agencies, what was agreed and found before the partnership, who
raises nothing, and what one agency was asked."""

from collections import Counter, defaultdict
from datetime import date
from zoneinfo import ZoneInfo

from agencies.models import Agency, Membership
from escalation.models import AgreedAction, Dispute, Event, EventBody, Referral, Request, StageRun
from escalation.states import Route
from tests.reports.recount import Recount

LONDON = ZoneInfo("Europe/London")


def hot(clerk: Recount) -> dict[tuple[str, str, str], list[int]]:
    """For each raised in the year, all of the same two agencies and area of the year up to its day; the most of any, and how many in the year."""
    names = {row.id: row.name for row in Agency.objects.all()}
    kept = {row.id: row for row in clerk.disputes if row.sent_at and row.state != "withdrawn" and row.submitted_at and row.submitted_at < clerk.now}
    asked = {(row.dispute_id, row.agency_id) for row in Request.objects.all() if row.dispute_id in kept}
    days: defaultdict[tuple[str, str, str], list[date]] = defaultdict(list)
    for key, agency in asked:
        for theme in kept[key].themes:
            days[names[kept[key].raising_agency_id], names[agency], theme].append(kept[key].submitted_at.astimezone(LONDON).date())  # type: ignore[union-attr]
    rows: dict[tuple[str, str, str], list[int]] = {}
    for triple, every in days.items():
        mine = [day for day in every if date(clerk.year.number, 4, 1) <= day <= date(clerk.year.number + 1, 3, 31)]
        within = [sum(each <= day and (each.year + 1, each.month, each.day) > (day.year, day.month, day.day) for each in every) for day in mine]
        if max(within, default=0) >= 3:
            rows[triple] = [max(within), len(mine)]
    return rows


def actions_before(clerk: Recount) -> dict[str, list[int]]:
    """By agency, of the agreed actions due in the year before: done in time, late, not done; and of older ones those that are not done."""
    names = {row.id: row.name for row in Agency.objects.all()}
    first, last = (date(clerk.year.number - back, 4, 1) for back in (1, 0))
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 4)
    for row in AgreedAction.objects.all():
        day = row.due_at.astimezone(LONDON).date()
        if row.dispute_id in clerk.by_id and clerk.by_id[row.dispute_id].sent_at and day < last:
            done = row.done_at if row.done_at and row.done_at <= clerk.now else None
            if day >= first:
                rows[names[row.agency_id]][2 if done is None else 0 if done <= row.due_at else 1] += 1
            elif done is None:
                rows[names[row.agency_id]][3] += 1
    return rows


def partnership_actions(clerk: Recount) -> dict[str, list[int]]:
    """By route, of those referred in the year: done in time, done late, not done, not yet due, of what was agreed there since the referral."""
    stages = {row.id: row.stage for row in StageRun.objects.all()}
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 4)
    for row in AgreedAction.objects.all():
        mine = [
            each for each in Referral.objects.all()
            if each.dispute_id == row.dispute_id and stages[each.run_id] == row.event.stage and each.referred_at <= row.event.recorded_at
        ]  # fmt: skip
        last = max(mine, key=lambda each: each.referred_at, default=None)
        if last and row.dispute_id in clerk.by_id and clerk.in_year(last.referred_at):
            done = row.done_at if row.done_at and row.done_at <= clerk.now else None
            rows[last.route][(0 if done <= row.due_at else 1) if done else 2 if row.due_at < clerk.now else 3] += 1
    return rows


def findings(clerk: Recount) -> list[tuple[str, str, str]]:
    """By the moment of the decision: its month, its route (and whether it brought no agreement) and what was found."""
    words = {row.event_id: row.text.get("finding") for row in EventBody.objects.all()}
    lines = [
        row
        for row in Event.objects.all()
        if row.kind in {"decided", "not_agreed"} and row.dispute_id in clerk.by_id and clerk.in_year(row.recorded_at)
    ]
    told = sorted((row for row in lines if words.get(row.id)), key=lambda row: (row.recorded_at, row.number))
    routes = {route.value: str(route.label) for route in Route}
    ways = {row.id: routes[row.facts["route"]] + (": no agreement was reached" if row.kind == "not_agreed" else "") for row in told}
    return [(f"{row.recorded_at.astimezone(LONDON):%B %Y}", ways[row.id], words[row.id]) for row in told]


def members(clerk: Recount) -> list[Agency]:
    """The active members that were so on the year's first day."""
    first = date(clerk.year.number, 4, 1)
    every = Agency.objects.filter(partnership=clerk.partnership)
    return [row for row in every if row.is_active and not row.is_external and (row.member_since is None or row.member_since <= first)]


def silent(clerk: Recount) -> dict[str, list[object]]:
    """Of the members that raised none: received, the month in which they last raised one, people who can sign in, early matters returned."""
    raised = {row.raising_agency_id for row in clerk.raised}
    today, rows = clerk.now.astimezone(LONDON).date(), {}
    for agency in members(clerk):
        if agency.id in raised:
            continue
        ever = [row.submitted_at for row in clerk.disputes if row.raising_agency_id == agency.id and row.sent_at and row.submitted_at]
        before = [moment for moment in ever if moment < clerk.until]
        people = {
            row.user_id for row in Membership.objects.filter(agency=agency)
            if row.user.is_active and (row.since or today) <= today <= (row.until or today)
        }  # fmt: skip
        first, last = date(clerk.year.number, 4, 1), date(clerk.year.number + 1, 3, 31)
        returned = [row.matters for row in agency.early_returns.all() if first <= row.quarter <= last]
        month = f"{max(before).astimezone(LONDON):%B %Y}" if before else "Never"
        rows[agency.name] = [clerk.received()[agency.name], month, len(people), sum(returned) if returned else "[x]"]
    return rows


def silent_kinds(clerk: Recount) -> dict[str, list[int]]:
    """By kind: members that raised none, and all."""
    raised = {row.raising_agency_id for row in clerk.raised}
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 2)
    for agency in members(clerk):
        rows[agency.get_kind_display()][0] += agency.id not in raised
        rows[agency.get_kind_display()][1] += 1
    return rows


def asked(clerk: Recount, agency: Agency) -> list[Dispute]:
    """Those raised in the year in which the agency was asked for a response."""
    mine = {row.dispute_id for row in Request.objects.all() if row.agency_id == agency.id}
    return [row for row in clerk.raised if row.id in mine]


def by_area(rows: list[Dispute]) -> Counter[str]:
    """By area, each as often as it was chosen."""
    return Counter(theme for row in rows for theme in row.themes or ["none"])
