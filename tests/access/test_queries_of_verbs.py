"""How often each verb's page asks the database: looked at for the first time, and come back with what is wrong; at most fifteen times.

What a service refuses only once it was tried, and what is to be checked, has the trying in it: that stays within twenty-one.
"""

from collections.abc import Iterator

import pytest
import time_machine
from django.db import transaction

from escalation.models import Dispute, Event
from escalation.states import EventKind, Verb
from tests.access.test_queries import MOST, counted
from tests.bad_input.filling import WAYS, spoilt
from tests.bad_input.prepared import prepared
from tests.bad_input.test_verb_pages import Door
from tests.bad_input.test_verb_pages import doors as doors
from tests.kept import kept_fixture
from tests.world import World

pytestmark = pytest.mark.django_db
dispute = kept_fixture(prepared)
TRIED = 21
WITH_TRYING = ("tried", "checked")
# What comes of a good answer, where that is a page.
SHOWN = {200: "checked", 400: "tried", 409: "tried"}
OK = 200
Counts = dict[str, int]


def counts(doors: dict[Verb, Door], *, sent: bool = True) -> Counts:
    """By what was asked of a verb's page how many questions it took, with what comes of a good answer where that is `sent`. All is undone."""
    found: Counts = {}
    for door in doors.values():
        with time_machine.travel(door.now, tick=False):
            found |= {f"{door.verb}, {what}": number for what, number in _of(door, sent=sent)}
    return found


def _of(door: Door, *, sent: bool) -> Iterator[tuple[str, int]]:
    address = f"/d/{door.reference}/{door.verb.value.replace('_', '-')}/"
    yield "looked at", counted(lambda: door.client.get(address))[1]
    ways = {"refused": spoilt(door.form, door.good, WAYS["nonsense"])[1]} | ({"good": door.good} if sent else {})
    for what, values in ways.items():
        with transaction.atomic():
            answer, number = counted(lambda values=values: door.post(values))  # type: ignore[misc]
            transaction.set_rollback(True)
        # A form that asks for nothing takes nonsense for nothing, and does it, or has it checked.
        if answer.status_code in SHOWN:
            yield (what if what == "refused" and answer.status_code != OK else SHOWN[answer.status_code]), number


def grow(world: World, doors: dict[Verb, Door]) -> None:
    """More lines on each record, and more disagreements about the same child."""
    for dispute in Dispute.objects.filter(reference__in={door.reference for door in doors.values()}):
        last = dispute.events.order_by("-number")[0]
        lines = range(dispute.head_number + 1, dispute.head_number + 5)
        Event.objects.bulk_create(
            Event(dispute=dispute, number=number, kind=EventKind.NOTE, actor=last.actor, agency=last.agency, happened_at=last.happened_at,
                  recorded_at=last.recorded_at, digest=str(number)) for number in lines
        )  # fmt: skip
    for _number in range(2):
        world.log()


def test_no_verbs_page_asks_more_than_fifteen_times_nor_more_often_for_a_longer_record(doors: dict[Verb, Door], world: World) -> None:
    first = counts(doors)
    over = {what: number for what, number in first.items() if number > (TRIED if what.endswith(WITH_TRYING) else MOST)}
    assert over == {}
    assert sum(what.endswith("checked") for what in first) > 10
    # Without what a first look notes, so that more rows cannot hide behind it.
    again = counts(doors, sent=False)
    grow(world, doors)
    assert {what: (again[what], number) for what, number in counts(doors, sent=False).items() if number > again.get(what, MOST)} == {}
