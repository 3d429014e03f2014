"""Two at once, on a real PostgreSQL: an answer to a request for access takes its place while what it is about is being forgotten."""

from concurrent.futures import ThreadPoolExecutor, TimeoutError
from threading import Event
from typing import Any

import pytest
from django.db import connections, transaction

from escalation.models import AccessRequest
from escalation.services.keeping.access.ending import forget_bundles
from escalation.services.keeping.access.making import make
from escalation.services.keeping.access.place import path_of
from tests.escalation.asked_access import about_child, chosen, held
from tests.world import MONDAY, World

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("monday_here")]


def test_what_is_forgotten_while_an_answer_takes_its_place_waits_for_it_and_erases_it(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    dispute = world.sent()
    row = about_child(world)
    found, unit = held(world, row), world.person(world.cast.business_unit)
    is_in, may_go_on = Event(), Event()

    def noting(*_given: Any) -> None:
        is_in.set()
        assert may_go_on.wait(20)

    def making() -> None:
        try:
            make(unit, AccessRequest.objects.get(), chosen(found), now=MONDAY)
        finally:
            connections.close_all()

    def forgetting() -> int:
        try:
            with transaction.atomic():
                return forget_bundles(dispute.partnership_id, MONDAY, MONDAY, about=[dispute.pk])
        finally:
            connections.close_all()

    monkeypatch.setattr("escalation.services.keeping.access.making._note_files", noting)
    with ThreadPoolExecutor(2) as pool:
        made = pool.submit(making)
        assert is_in.wait(20)
        forgotten = pool.submit(forgetting)
        with pytest.raises(TimeoutError):
            forgotten.result(timeout=0.3)
        may_go_on.set()
        made.result(timeout=20)
        assert forgotten.result(timeout=20) == 1
    row.refresh_from_db()
    assert (row.erased_at, row.disputes, path_of(row.pk).exists()) == (MONDAY, [], False)
