"""The demonstration's last reporting year: an invented log that comes in by the road of every earlier log, its dates moved to that year."""

import csv
import io
from datetime import date, datetime, timedelta
from pathlib import Path

from agencies.models import Partnership
from agencies.working_days import LONDON
from escalation.services.earlier_log import bring_in_log
from escalation.services.earlier_names import already_there

LOG = Path(__file__).resolve().parent.parent / "data" / "example_year.csv"
WRITTEN_FOR = 2025  # The log's own year begins in April of it.
APRIL, WEEK = 4, 7
MOMENTS = ("recorded", "resolve_by", "meets_at")


def bring_in_last_year(partnership: Partnership, now: datetime) -> int:
    """Brings the log in as that of the reporting year before the one that runs now (an aware instant); how many disagreements are new.

    A second time adds nothing.
    """
    rows = _rows()
    if already_there(partnership, [rows[0]["disagreement"]]):
        return 0
    content = moved(rows, last_year_at(now))
    return sum(bring_in_log(LOG.name, content, partnership, actor=None, now=now).years.values())


def last_year_at(now: datetime) -> int:
    """The calendar year in which the last reporting year that is over began."""
    day = now.astimezone(LONDON).date()
    return day.year - (1 if day.month >= APRIL else 2)


def moved(rows: list[dict[str, str]], year: int) -> bytes:
    """The rows as a file, every moment moved by whole weeks into the year that begins in April of `year`: each keeps its day of the week."""
    days = (date(year, APRIL, 1) - date(WRITTEN_FOR, APRIL, 1)).days
    by = timedelta(weeks=round(days / WEEK))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    for row in rows:
        writer.writerow(row | {name: f"{datetime.fromisoformat(row[name]) + by:%Y-%m-%d %H:%M}" for name in MOMENTS if row[name]})
    return out.getvalue().encode()


def _rows() -> list[dict[str, str]]:
    with LOG.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
