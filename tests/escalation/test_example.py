"""The demonstration: built once through the services, kept afterwards, with something in every state and nothing to send."""

import csv
import io
from datetime import date, datetime
from io import StringIO

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command

from escalation.models import Dispute, Notification, Procedure
from escalation.services.audit import verify
from escalation.services.example import Built, build_example
from escalation.services.example_year import last_year_at, moved
from escalation.states import Delivery, State
from tests.kept import kept_fixture
from tests.world import london

pytestmark = pytest.mark.django_db
# A Sunday night, a working morning, Boxing Day's substitute, and a morning on which Northshire's own cover is running.
MOMENTS = ["2026-11-22 23:00", "2027-06-09 11:20", "2026-12-28 12:00", "2026-11-25 09:05"]


@kept_fixture
def world() -> Built:
    """The demonstration, built on the first of those nights."""
    return build_example(london(MOMENTS[0]))


def holds_something_in_every_state(built: Built, moment: datetime) -> None:
    assert built.added == Dispute.objects.count() == 12
    assert set(Dispute.objects.values_list("state", flat=True)) == {State.DRAFT, State.OPEN, State.RESOLVED, State.CLOSED}
    assert set(Dispute.objects.filter(state=State.OPEN).values_list("stage", flat=True)) >= {1, 2, 3, 4}
    assert not Notification.objects.filter(state=Delivery.WAITING, not_before__lte=moment).exists()
    assert not mail.outbox
    assert verify().findings == []


def test_it_is_built_at_night_with_something_in_every_state(world: Built) -> None:
    holds_something_in_every_state(world, london(MOMENTS[0]))


@pytest.mark.parametrize("moment", [london(MOMENTS[1]), *(pytest.param(london(text), marks=pytest.mark.everything) for text in MOMENTS[2:])])
def test_it_is_built_on_any_day_with_something_in_every_state(moment: datetime) -> None:
    holds_something_in_every_state(build_example(moment), moment)


def test_a_second_run_keeps_what_is_there(world: Built) -> None:
    before = set(Dispute.objects.values_list("reference", flat=True))
    built = build_example(london("2026-11-24 10:00"))
    assert built.added == 0
    assert set(Dispute.objects.values_list("reference", flat=True)) == before
    assert Procedure.objects.get(partnership=built.partnership, is_default=True).key == "bristol"


def test_the_command_says_what_it_did_brings_last_year_in_once_and_lists_the_people(world: Built) -> None:
    """Of a Sunday in November 2026 last year is 2025/26; all of it has ended, and whoever signs in has nothing to do about it."""
    assert world.words().endswith("12 invented disagreements.")
    out, people = StringIO(), StringIO()
    with time_machine.travel(london(MOMENTS[0]), tick=False):
        for _ in range(2):
            call_command("demo", "--last-year", stdout=out)
    kept = "Northshire Safeguarding Children Partnership is there already: what was entered is kept."
    assert out.getvalue().splitlines() == [kept, "Last year's log is brought in: 120 disagreements that are over.", kept]
    past = Dispute.objects.exclude(earlier_key="")
    assert set(past.values_list("state", flat=True)) == {State.CLOSED, State.WITHDRAWN}
    assert past.filter(submitted_at__gte=london("2025-04-01 00:00"), submitted_at__lt=london("2026-04-01 00:00")).count() == 120
    assert not Notification.objects.filter(dispute__in=past).exists()
    call_command("demo", "--people", stdout=people)
    assert "aled.morgan@hillside.northshire.example" in people.getvalue()


@pytest.mark.parametrize(("now", "year"), [("2026-03-31 23:30", 2024), ("2026-04-01 00:30", 2025), ("2031-01-05 12:00", 2029)])
def test_a_past_year_is_the_last_that_is_over_and_each_day_of_its_log_stays_its_day_of_the_week(now: str, year: int) -> None:
    """By London's day: half past midnight on 1 April is still March in UTC."""
    assert last_year_at(london(now)) == year
    row = {"disagreement": "1", "recorded": "2025-04-09 10:15", "resolve_by": "", "meets_at": "2026-03-24 14:00"}
    (read,) = csv.DictReader(io.StringIO(moved([row], year).decode()))
    for name, first in (("recorded", f"{year}-04-03"), ("meets_at", f"{year + 1}-03-18")):
        there, here = datetime.fromisoformat(read[name]), datetime.fromisoformat(row[name])
        assert (there.weekday(), there.time()) == (here.weekday(), here.time())
        assert abs((there.date() - date.fromisoformat(first)).days - 6) <= 4
    assert read["resolve_by"] == ""


def test_asking_for_the_people_before_it_is_built_is_refused_plainly() -> None:
    with pytest.raises(CommandError, match="not built yet"):
        call_command("demo", "--people")
