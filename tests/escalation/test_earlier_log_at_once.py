"""The same earlier log brought in twice at the same moment, on a real PostgreSQL: once told, and the second time found there."""

from concurrent.futures import ThreadPoolExecutor, TimeoutError

import pytest
from django.db import connections, transaction

from escalation.models import Dispute
from escalation.services.earlier_log import BroughtIn, bring_in_log
from tests.cast import Cast
from tests.escalation.earlier_logs import NOW, in_force, logged, written

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def test_the_second_waits_for_the_first_and_leaves_what_it_told_as_it_is(cast: Cast) -> None:
    in_force(cast)
    content = written(cast, [logged()])

    def again() -> BroughtIn:
        try:
            return bring_in_log("log.csv", content, cast.partnership, actor=None, now=NOW)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            assert bring_in_log("log.csv", content, cast.partnership, actor=None, now=NOW).new == 1
            second = pool.submit(again)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.3)
        assert second.result(timeout=20).new == 0
    assert Dispute.objects.count() == 1
