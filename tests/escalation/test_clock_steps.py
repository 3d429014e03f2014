"""What a clock does as time passes: which steps, when, in what order, and from where it is resumed."""

from datetime import UTC, datetime, timedelta

import pytest

from agencies.working_days import LONDON, Calendar, Nation
from escalation.clocks import Plan, PlanError, Rule, Step, StepKind, Within, due_moment, next_step, steps_between

ENGLAND = Calendar.of(Nation.ENGLAND_AND_WALES)
ONE_DAY = Within.parse("1 working day")
BROMLEY = Rule.of(start_rule="plain", moment="end_of_day")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON).astimezone(UTC)


def plan_for(start: str, within: str, rule: Rule | None = None, *, urgent: bool = False, wait: Within | None = None) -> Plan:
    rule = rule or Rule()
    return Plan(at(start), due_moment(at(start), Within.parse(within), rule, ENGLAND), urgent=urgent, move_up_after=wait, rule=rule)


def steps(plan: Plan, until: str, after: Step | tuple[StepKind | str, int] | None = None) -> list[tuple[str, int, str]]:
    found = steps_between(plan, after, at(until), ENGLAND)
    return [(step.kind.value, step.repeat, f"{step.at.astimezone(LONDON):%a %d %H:%M:%S}") for step in found]


def test_a_clock_that_is_moved_up_after_a_day_takes_its_steps_in_order() -> None:
    plan = plan_for("2026-11-20 16:30", "1 working day", wait=ONE_DAY)
    assert steps(plan, "2026-11-25 09:00") == [
        ("half", 1, "Mon 23 12:30:00"),
        ("due", 1, "Mon 23 16:30:00"),
        ("breach", 1, "Mon 23 16:30:01"),
        ("warn_move", 1, "Mon 23 16:30:01"),
        ("late", 1, "Tue 24 09:00:00"),
        ("move", 1, "Tue 24 16:30:00"),
        ("late", 2, "Wed 25 09:00:00"),
    ]


def test_a_clock_that_is_only_reminded_neither_warns_nor_moves() -> None:
    kinds = {kind for kind, _, _ in steps(plan_for("2026-11-20 16:30", "1 working day"), "2026-12-20 09:00")}
    assert kinds == {"half", "due", "breach", "late"}


def test_a_move_comes_before_a_reminder_of_the_same_moment() -> None:
    plan = plan_for("2026-11-20 18:10", "1 working day", wait=ONE_DAY)
    assert steps(plan, "2026-11-25 09:00")[-2:] == [("move", 1, "Wed 25 09:00:00"), ("late", 1, "Wed 25 09:00:00")]


def test_at_the_due_instant_nothing_is_late_and_one_second_later_it_is() -> None:
    plan = plan_for("2026-11-20 16:30", "1 working day")
    assert [kind for kind, _, _ in steps(plan, "2026-11-23 16:30:00")] == ["half", "due"]
    assert [kind for kind, _, _ in steps(plan, "2026-11-23 16:30:01")] == ["half", "due", "breach"]


def test_the_due_reminder_of_an_end_of_day_clock_goes_out_at_the_opening_of_its_last_day() -> None:
    plan = plan_for("2026-11-23 10:00", "5 working days", BROMLEY)
    assert ("due", 1, "Mon 30 09:00:00") in steps(plan, "2026-11-30 23:59:59")
    assert steps(plan, "2026-12-01 00:00:00")[-1] == ("breach", 1, "Tue 01 00:00:00")


def test_the_due_reminder_of_a_day_at_the_weekend_goes_out_on_the_working_day_before() -> None:
    plan = plan_for("2026-11-23 10:00", "6 calendar days", BROMLEY)
    assert ("due", 1, "Fri 27 09:00:00") in steps(plan, "2026-11-29 23:59:59")


def test_half_way_is_left_out_where_the_due_reminder_comes_no_later() -> None:
    plan = plan_for("2026-11-26 10:00", "1 working day", BROMLEY)
    assert steps(plan, "2026-11-27 23:59:59") == [("due", 1, "Fri 27 09:00:00")]


def test_a_clock_born_on_its_own_last_day_is_reminded_half_way() -> None:
    plan = plan_for("2026-11-23 10:00", "same working day", BROMLEY)
    assert steps(plan, "2026-11-23 23:59:59") == [("due", 1, "Mon 23 13:30:00")]


def test_without_reminders_the_breach_is_recorded_and_what_follows_is_not_silent() -> None:
    plan = Plan(at("2026-11-20 16:30"), at("2026-11-23 16:30"), remind=False)
    assert [kind for kind, _, _ in steps(plan, "2026-11-25 09:00")] == ["breach", "late", "late"]


def test_an_at_once_clock_is_reminded_each_hour_the_office_is_open() -> None:
    plan = plan_for("2026-11-20 15:10", "at once")
    late = [moment for kind, _, moment in steps(plan, "2026-11-23 10:10") if kind == "late"]
    assert late == ["Fri 20 16:10:00", "Mon 23 09:10:00", "Mon 23 10:10:00"]


def test_an_at_once_clock_begun_at_the_weekend_is_reminded_from_the_opening() -> None:
    plan = plan_for("2026-11-21 14:00", "at once")
    assert steps(plan, "2026-11-23 10:00") == [
        ("breach", 1, "Sat 21 14:00:01"),
        ("late", 1, "Mon 23 09:00:00"),
        ("late", 2, "Mon 23 10:00:00"),
    ]


def test_an_urgent_clock_is_reminded_each_hour_of_its_first_day_and_then_each_working_day() -> None:
    plan = plan_for("2026-11-21 10:00", "4 clock hours", urgent=True)
    found = steps(plan, "2026-11-24 09:00")
    assert found[:4] == [
        ("half", 1, "Sat 21 12:00:00"),
        ("due", 1, "Sat 21 14:00:00"),
        ("breach", 1, "Sat 21 14:00:01"),
        ("late", 1, "Sat 21 15:00:00"),
    ]
    assert found[-3:] == [("late", 24, "Sun 22 14:00:00"), ("late", 25, "Mon 23 09:00:00"), ("late", 26, "Tue 24 09:00:00")]


def test_an_hours_clock_of_an_end_of_day_procedure_is_reminded_before_it_is_late() -> None:
    plan = plan_for("2026-11-20 15:00", "4 working hours", BROMLEY)
    assert [kind for kind, _, _ in steps(plan, "2026-11-23 11:00:01")] == ["half", "due", "breach"]


@pytest.mark.parametrize("gap", [0, 1, 2, 3, 4, 5, 6])
def test_a_clock_resumed_after_any_step_goes_on_with_the_next(gap: int) -> None:
    plan = plan_for("2026-11-20 16:30", "1 working day", wait=ONE_DAY)
    every = steps_between(plan, None, at("2026-12-01 09:00"), ENGLAND)
    done = every[gap]
    assert next_step(plan, done, ENGLAND) == every[gap + 1]
    assert steps_between(plan, (done.kind.value, done.repeat), at("2026-12-01 09:00"), ENGLAND) == every[gap + 1 :]


def test_nothing_is_repeated_where_nothing_new_has_come() -> None:
    plan = plan_for("2026-11-20 16:30", "1 working day")
    assert steps(plan, "2026-11-23 16:30:00", after=("due", 1)) == []


def test_after_a_year_of_outage_every_missed_step_is_there() -> None:
    found = steps(plan_for("2026-11-20 16:30", "1 working day"), "2027-11-23 09:00")
    # 253 working days of England and Wales lie between 24 November 2026 and 23 November 2027, both included.
    assert found[-1] == ("late", 253, "Tue 23 09:00:00")


def test_a_clock_recorded_after_it_began_has_no_step_before_it_was_recorded() -> None:
    plan = Plan(at("2026-11-16 10:00"), at("2026-11-23 10:00"), born=at("2026-11-20 15:00"))
    assert steps(plan, "2026-11-23 10:00:01") == [("due", 1, "Mon 23 10:00:00"), ("breach", 1, "Mon 23 10:00:01")]


def test_no_clock_is_overdue_when_it_is_born() -> None:
    plan = Plan(at("2026-11-16 10:00"), at("2026-11-17 10:00"), born=at("2026-11-20 15:00"))
    assert next_step(plan, None, ENGLAND) == Step(StepKind.BREACH, 1, at("2026-11-20 15:00:01"))


def test_an_agreed_longer_date_drives_the_steps_from_then_on() -> None:
    plan = Plan(at("2026-11-20 16:30"), at("2026-12-04 12:00"), born=at("2026-11-23 11:00"))
    assert [kind for kind, _, _ in steps(plan, "2026-12-04 12:00:01")] == ["half", "due", "breach"]


def test_a_step_that_the_plan_no_longer_has_does_not_stop_it() -> None:
    plan = plan_for("2026-11-20 16:30", "1 working day")
    assert next_step(plan, ("move", 1), ENGLAND).kind is StepKind.LATE


def test_a_wait_for_an_agreed_date_is_refused() -> None:
    with pytest.raises(PlanError, match="must be a length of time"):
        Plan(at("2026-11-20 16:30"), at("2026-11-23 16:30"), move_up_after=Within.parse("agreed"))


def test_a_move_is_never_before_the_breach() -> None:
    plan = plan_for("2026-11-20 10:00", "1 working day", wait=Within.parse("at once"))
    move = next(step for step in steps_between(plan, None, at("2026-11-24 10:00"), ENGLAND) if step.kind is StepKind.MOVE)
    assert move.at == plan.due + timedelta(seconds=1)
