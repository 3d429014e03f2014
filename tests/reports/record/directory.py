"""What measures count of the directory and of agencies' returns: the directory's own rows, the returns' own lines, and the reader's count beside."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

from agencies.models import Agency, Membership, Partnership, Post
from escalation.models import Dispute
from reports.models import ReportEvent
from tests.calculators import LONDON
from tests.reports.record.reader import QUARTERS, Reader
from tests.reports.record.story import Story

RETURNED = re.compile(r"Returned (no|\d+) early matters? for (.+), quarter from (\d{4}-\d\d-\d\d)\.")


def _returns(partnership: Partnership) -> dict[tuple[str, date], int]:
    """By agency and quarter, what was returned last, from the lines that say so."""
    found = {}
    for line in ReportEvent.objects.filter(partnership=partnership).order_by("recorded_at", "pk"):
        if told := RETURNED.fullmatch(line.words):
            found[told[2], date.fromisoformat(told[3])] = 0 if told[1] == "no" else int(told[1])
    return found


def returned(reader: Reader) -> dict[str, list[int]]:
    """By quarter: matters returned, agencies that returned, of them nil."""
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 3)
    for (_agency, quarter), matters in _returns(reader.partnership).items():
        if reader.year.number == quarter.year - (quarter.month < 4):
            cells = rows[QUARTERS[quarter.month]]
            cells[0] += matters
            cells[1] += 1
            cells[2] += matters == 0
    return rows


def members(reader: Reader) -> list[Agency]:
    """The active members that were so on the year's first day."""
    first = date(reader.year.number, 4, 1)
    every = Agency.objects.filter(partnership=reader.partnership)
    return [row for row in every if row.is_active and not row.is_external and (row.member_since is None or row.member_since <= first)]


def silent(reader: Reader) -> dict[str, list[object]]:
    """Of the members that raised none: received, the month in which they last raised one, people who can sign in, early matters returned."""
    today, rows, given = reader.now.astimezone(LONDON).date(), {}, _returns(reader.partnership)
    for agency in members(reader):
        if reader.raisers()[agency.name]:
            continue
        ever = [story.logged_at for story in reader.sent if story.raiser == str(agency.pk) and story.logged_at]
        before = [moment for moment in ever if moment < reader.until]
        people = {
            row.user_id for row in Membership.objects.filter(agency=agency)
            if row.user.is_active and (row.since or today) <= today <= (row.until or today)
        }  # fmt: skip
        first, last = date(reader.year.number, 4, 1), date(reader.year.number + 1, 3, 31)
        mine = [matters for (name, quarter), matters in given.items() if name == agency.name and first <= quarter <= last]
        month = f"{max(before).astimezone(LONDON):%B %Y}" if before else "Never"
        rows[agency.name] = [reader.received()[agency.name], month, len(people), sum(mine) if mine else "[x]"]
    return rows


def silent_kinds(reader: Reader, names: Mapping[str, str]) -> dict[str, list[int]]:
    """By kind, as it is told: members that raised none, and all."""
    raised, rows = reader.raisers(), defaultdict[str, list[int]](lambda: [0] * 2)
    for agency in members(reader):
        rows[names[str(agency.pk)]][0] += not raised[agency.name]
        rows[names[str(agency.pk)]][1] += 1
    return rows


def told_in_public(reader: Reader) -> dict[str, str]:
    """What each agency is counted under where none is named: its kind, or "Other agencies" where that is a small one and has one member."""
    first = (reader.starts + timedelta(hours=2)).date()
    there = Counter(agency.kind for agency in members(reader) if agency.member_since is None or agency.member_since <= first)
    alone = {kind for kind in ("education", "early_years", "voluntary") if there[kind] < 2} | {"other"}
    while sum(there[kind] for kind in alone) == 1:
        alone.add(min((kind for kind in there if kind not in alone), key=lambda kind: (there[kind], kind)))
    return {str(row.pk): "Other agencies" if row.kind in alone and len(alone) > 1 else row.get_kind_display() for row in Agency.objects.all()}


def contacts(reader: Reader, name: Callable[[Agency], str]) -> dict[str, list[int]]:
    """Levels confirmed in the last 183 days, levels that need a contact, levels with nobody in post."""
    today = reader.now.astimezone(LONDON).date()
    numbers = sorted(level.number for level in reader.partnership.levels.all())
    levels: dict[tuple[Any, int], set[str]] = {}
    names = {}
    for agency in Agency.objects.filter(partnership=reader.partnership, is_active=True, is_external=False):
        names[agency.id] = name(agency)
        for number in numbers if not agency.is_flat else []:
            acts_itself = agency.acting_from_level is None or number < agency.acting_from_level
            if number > 1 and acts_itself and (number < numbers[-1] or agency.has_board_member):
                levels[agency.id, number] = set()
    for post in Post.objects.all():
        if post.agency_id in names and post.level:
            found = levels.setdefault((post.agency_id, post.level.number), set())
            if post.confirmed_on and post.confirmed_on >= today - timedelta(days=183):
                found.add("confirmed")
            if any(each.user.is_active and (each.since or today) <= today <= (each.until or today) for each in post.holdings.all()):
                found.add("held")
    rows: defaultdict[str, list[int]] = defaultdict(lambda: [0] * 3)
    for (agency, _), found in levels.items():
        row = rows[names[agency]]
        row[0] += "confirmed" in found
        row[1] += 1
        row[2] += "held" not in found
    return rows


def own_side(reader: Reader, agency: str) -> Reader:
    """The same year without what the agency raised and is kept from its own leads."""
    return reader.without(lambda story: story.raiser == agency and is_kept_apart(story))


def is_kept_apart(story: Story) -> bool:
    """Whether it is kept from its own agency's leads: by its own row, for no line says so."""
    return Dispute.objects.filter(pk=story.lines[0].dispute_id, is_restricted=True).exists()
