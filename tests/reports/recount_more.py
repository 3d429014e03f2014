"""More measures a second way, as in `recount.py`: what comes back between the same agencies, and what was agreed before the partnership."""

from collections import defaultdict
from datetime import date
from zoneinfo import ZoneInfo

from agencies.models import Agency
from escalation.models import AgreedAction, Referral, Request, StageRun
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
