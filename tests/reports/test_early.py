"""Quarterly returns of early matters: by the agency's lead, its board member or the unit; nothing returned is told from none."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, NotAllowed
from agencies.models import User
from reports import early
from reports.figures import Edition
from reports.measures import MEASURES, Scope
from reports.models import EarlyReturn
from reports.periods import Year
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
QUARTER = date(2026, 4, 1)
MAY = {"lead", "own_board", "receiving_lead", "receiving_board", "business_unit", "business_manager", "stranger"}


def give(cast: Cast, user: User, matters: int = 4, quarter: date = QUARTER, agency: Any = None) -> EarlyReturn:
    person = cast.person(user, NOW.date())
    return early.give(person=person, by=user, agency=agency or cast.school, quarter=quarter, matters=matters, now=NOW)


def test_the_last_six_quarters_that_are_over_can_be_returned() -> None:
    found = [early.first_day(quarter) for quarter in early.quarters_to_return(NOW)]
    assert found == [date(2026, 7, 1), date(2026, 4, 1), date(2026, 1, 1), date(2025, 10, 1), date(2025, 7, 1), date(2025, 4, 1)]


def test_a_later_return_replaces_the_first(cast: Cast) -> None:
    give(cast, cast.lead, 4)
    give(cast, cast.lead, 5)
    assert EarlyReturn.objects.get().matters == 5


def test_a_lead_returns_for_the_own_agency_only_and_a_practitioner_for_none(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        give(cast, cast.lead, agency=cast.police)
    with pytest.raises(NotAllowed):
        give(cast, cast.raiser)
    assert give(cast, cast.business_unit, agency=cast.police).matters == 4


@pytest.mark.parametrize(("matters", "quarter"), [(-1, QUARTER), (10_000, QUARTER), (1, date(2026, 10, 1)), (1, date(2026, 4, 2))])
def test_what_cannot_be_is_refused(cast: Cast, matters: int, quarter: date) -> None:
    with pytest.raises(InvalidInput):
        give(cast, cast.lead, matters, quarter)


def test_nil_is_counted_and_silence_is_not(cast: Cast) -> None:
    give(cast, cast.lead, 0)
    scope = Scope(cast.partnership, Year(2026), NOW, Edition.INTERNAL)
    rows = MEASURES["early"].figures(scope).rows
    assert [[cell.value for cell in row.cells] for row in rows] == [[0, 1, 1], [0, None, None]]
    quiet = {row.label: row.cells[3].text(MEASURES["silent"].figures(scope).columns[3].unit) for row in MEASURES["silent"].figures(scope).rows}
    assert (quiet[cast.school.name], quiet[cast.police.name]) == ("0", "[x]")


def test_the_page_is_for_those_who_may_return(cast: Cast) -> None:
    with time_machine.travel(NOW, tick=False):
        found, led = set(), set()
        for part, user in cast.users():
            client = Client()
            client.force_login(user, backend="agencies.backend.AccountBackend")
            if client.get(reverse("early-returns")).status_code == 200:
                found.add(part)
            if f'href="{reverse("early-returns")}"' in client.get(reverse("my-agency")).content.decode():
                led.add(part)
    assert found == MAY
    # Whoever may not is not led there either; their own page has it for those of an agency.
    assert led
    assert led <= MAY


def test_a_return_is_given_on_the_page_and_a_wrong_one_says_why(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.lead, backend="agencies.backend.AccountBackend")
    with time_machine.travel(NOW, tick=False):
        wrong = client.post(reverse("early-returns"), {"agency": str(cast.school.pk), "quarter": "2026-04-01", "matters": "some"})
        assert "The number must be a whole number, 0 for none" in wrong.content.decode()
        other = client.post(reverse("early-returns"), {"agency": str(cast.police.pk), "quarter": "2026-04-01", "matters": "3"})
        assert "choose one of the answers listed" in other.content.decode()
        page = client.post(reverse("early-returns"), {"agency": str(cast.school.pk), "quarter": "2026-04-01", "matters": "3"}, follow=True)
    assert "The return is kept." in page.content.decode()
    assert EarlyReturn.objects.get().matters == 3
