"""A due moment against `holidays` and numpy."""

from datetime import UTC, date, datetime, timedelta

import holidays
import numpy as np

from agencies.working_days import Calendar, Nation
from escalation.clocks import Rule, Within, due_moment
from tests.bench.timing import best, line

DAYS = 5
ROUNDS = 2_000


def measure(*, quick: bool) -> None:
    """Prints microseconds a call and the ratio to the peers."""
    rounds = ROUNDS // 10 if quick else ROUNDS
    starts = [datetime(2026, 1, 1, 10, 0, tzinfo=UTC) + timedelta(hours=7 * i) for i in range(rounds)]
    calendar, within, rule = Calendar.of(Nation.ENGLAND_AND_WALES), Within.parse(f"{DAYS} working days"), Rule()
    peer = holidays.country_holidays("GB", subdiv="ENG", years=range(2025, 2030))
    off = np.array(sorted(peer), dtype="datetime64[D]")
    days = [start.date() for start in starts]

    def micro(seconds: float) -> float:
        return seconds / rounds * 1e6

    ours = micro(best(lambda: [due_moment(start, within, rule, calendar) for start in starts]))
    add = micro(best(lambda: [calendar.add(day, DAYS) for day in days]))
    theirs = micro(best(lambda: [peer.get_nth_working_day(day, DAYS) for day in days]))
    numpy_one = micro(best(lambda: [np.busday_offset(np.datetime64(day), DAYS, roll="backward", holidays=off) for day in days]))
    print("Due moments (microseconds a call)")  # noqa: T201
    line("due moment without its working-out", f"{ours:.2f} us", aim="about 1 us")
    line("adding five working days", f"{add:.2f} us", against=f"holidays {theirs:.2f} us: {theirs / add:.0f}x", aim="8x")
    line("", "", against=f"numpy, one date {numpy_one:.2f} us: {numpy_one / add:.0f}x")
    wrong = sum(calendar.add(day, DAYS) != _other(day, peer) for day in days)
    line("answers that differ from holidays", str(wrong), aim="0")


def _other(day: date, peer: holidays.HolidayBase) -> date:
    return peer.get_nth_working_day(day, DAYS)
