"""Due moments held against an independent calculator: 2012 to 2030, three nations, both clock changes, every hour."""

import random
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agencies.working_days import LONDON, Calendar, Nation
from escalation.clocks import Closing, Moment, Plan, Rule, StartRule, Step, Unit, Within, due_moment, half_way, next_step, steps_between, working_out
from tests.calculators import due_by_walking, numpy_add

FIRST, LAST = datetime(2012, 1, 1), datetime(2030, 12, 31, 23, 59)  # noqa: DTZ001
nations = st.sampled_from(list(Nation))
starts = st.datetimes(FIRST, LAST).map(lambda at: at.replace(second=0, microsecond=0))
closes = st.sampled_from([Closing.OFFICE_HOURS, Closing.NONE, time(16), time(17), time(20, 30)])
rules = st.builds(Rule, st.sampled_from(StartRule), closes, st.sampled_from(Moment))
counted = [Unit.WORKING_DAY, Unit.WORKING_HOUR, Unit.CLOCK_HOUR, Unit.CLOCK_MINUTE, Unit.CALENDAR_DAY]
withins = st.builds(Within, st.integers(1, 60), st.sampled_from(counted)) | st.sampled_from(
    [Within.parse(text) for text in ("at once", "same working day", "next working day", "1 working week", "3 weeks")]
)


def independent(nation: Nation, start: datetime, n: int, rule: Rule) -> datetime:
    close = {Closing.OFFICE_HOURS: time(17), Closing.NONE: None}[rule.close] if isinstance(rule.close, Closing) else rule.close
    rolls, to_the_end = rule.start_rule is StartRule.ROLL_FORWARD, rule.moment is Moment.END_OF_DAY
    return due_by_walking(nation.value, start, n, rolls=rolls, close=close, to_the_end=to_the_end).astimezone(UTC)


def is_skipped_hour(start: datetime) -> bool:
    aware = start.replace(tzinfo=LONDON)
    return aware.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != start


@settings(max_examples=600, deadline=None)
@given(nations, starts, st.integers(1, 60), rules)
@example(Nation.SCOTLAND, datetime(2026, 6, 12, 12), 1, Rule())  # noqa: DTZ001
@example(Nation.ENGLAND_AND_WALES, datetime(2022, 9, 16, 17), 1, Rule())  # noqa: DTZ001
def test_working_days_end_where_an_independent_calculator_ends_them(nation: Nation, start: datetime, n: int, rule: Rule) -> None:
    if is_skipped_hour(start):
        start += timedelta(hours=1)
    within = Within(n, Unit.WORKING_DAY)
    assert due_moment(start.replace(tzinfo=LONDON), within, rule, Calendar.of(nation)) == independent(nation, start, n, rule)


def test_ten_thousand_random_starts_have_no_wrong_due_day() -> None:
    chance = random.Random(20261122)  # noqa: S311
    calendars = {nation: Calendar.of(nation) for nation in Nation}
    wrong = 0
    for _ in range(10_000):
        nation, n = chance.choice(list(Nation)), chance.randint(1, 40)
        day = date(2012, 1, 1) + timedelta(days=chance.randint(0, 6900))
        wrong += calendars[nation].add(day, n) != numpy_add(nation.value, day, n)
    assert wrong == 0


@pytest.mark.parametrize("nation", Nation)
@pytest.mark.parametrize("around", [date(2026, 3, 27), date(2026, 10, 23), date(2027, 3, 25), date(2026, 12, 24), date(2026, 6, 12)])
def test_every_start_hour_of_a_week_is_right(nation: Nation, around: date) -> None:
    calendar = Calendar.of(nation)
    for hour in range(24 * 7):
        start = datetime.combine(around, time(0)) + timedelta(hours=hour)
        for rule in (Rule(), Rule(StartRule.PLAIN, Closing.NONE, Moment.END_OF_DAY)):
            due = due_moment(start.replace(tzinfo=LONDON), Within(1, Unit.WORKING_DAY), rule, calendar)
            assert due == independent(nation, start, 1, rule), start


@settings(max_examples=300, deadline=None)
@given(nations, starts, withins, rules)
def test_no_clock_is_due_before_it_starts_and_half_way_lies_between(nation: Nation, start: datetime, within: Within, rule: Rule) -> None:
    calendar, at = Calendar.of(nation), start.replace(tzinfo=LONDON)
    due = due_moment(at, within, rule, calendar)
    assert at <= due
    assert at <= half_way(at, due, calendar) <= due


@settings(max_examples=300, deadline=None)
@given(nations, starts, withins, rules)
def test_the_working_out_comes_to_the_same_moment(nation: Nation, start: datetime, within: Within, rule: Rule) -> None:
    calendar, at = Calendar.of(nation), start.replace(tzinfo=LONDON)
    out = working_out(at, within, rule, calendar)
    assert out.due == due_moment(at, within, rule, calendar)
    if within.unit is Unit.WORKING_DAY:
        assert sum(line.counted for line in out.lines) == within.amount


@settings(max_examples=300, deadline=None)
@given(nation=nations, start=starts, within=withins, rule=rules, urgent=st.booleans(), wait=st.none() | withins)
def test_steps_come_in_order_once_each_and_never_before_the_start(
    nation: Nation,
    start: datetime,
    within: Within,
    rule: Rule,
    *,
    urgent: bool,
    wait: Within | None,
) -> None:
    calendar, at = Calendar.of(nation), start.replace(tzinfo=LONDON)
    plan = Plan(at, due_moment(at, within, rule, calendar), urgent=urgent, move_up_after=wait, rule=rule)
    seen: list[Step] = []
    for _ in range(40):
        seen.append(next_step(plan, seen[-1] if seen else None, calendar))
    assert [step.at for step in seen] == sorted(step.at for step in seen)
    assert len({(step.kind, step.repeat) for step in seen}) == len(seen)
    assert seen[0].at > at
    assert steps_between(plan, None, seen[-1].at, calendar)[:40] == seen


@settings(max_examples=300, deadline=None)
@given(nations, st.datetimes(FIRST, LAST), st.timedeltas(timedelta(), timedelta(days=30)))
def test_office_time_added_is_office_time_between(nation: Nation, start: datetime, length: timedelta) -> None:
    calendar, at = Calendar.of(nation), start.replace(tzinfo=LONDON)
    assert calendar.office_time_between(at, calendar.add_office_time(at, length)) == length
