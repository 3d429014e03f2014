"""The alarm for bank holidays that are not known yet."""

from datetime import datetime

import pytest
import time_machine
from django.test import Client

from agencies.checks import official_days, stale_calendars
from tests.cast import Cast
from tests.world import LONDON


@time_machine.travel(datetime(2027, 3, 1, 9, tzinfo=LONDON), tick=False)
def test_no_alarm_while_next_years_official_days_are_known() -> None:
    assert official_days(None) == []


@time_machine.travel(datetime(2028, 3, 1, 9, tzinfo=LONDON), tick=False)
def test_each_nation_is_named_once_next_years_official_days_are_missing() -> None:
    found = official_days(None)
    assert [message.id for message in found] == ["agencies.W001"] * 3
    assert "2029" in str(found[0].msg)


@pytest.mark.django_db
def test_readiness_names_only_the_nations_that_have_a_partnership(cast: Cast) -> None:
    assert cast.partnership.nation == "england-and-wales"
    with time_machine.travel(datetime(2028, 3, 1, 9, tzinfo=LONDON), tick=False):
        assert len(stale_calendars()) == 1
        assert "bank holidays of England and Wales" in " ".join(Client().get("/readyz").json()["why"])
