"""Logged twice, or to try the product out: left out of every figure with a reason, by who keeps the records, and counted again."""

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, NotAllowed, WrongState
from agencies.models import User
from escalation.models import ChangedMonth, Dispute, Party
from escalation.states import EventKind, LeftOut, Verb
from reports.figures import Edition
from reports.measures import MEASURES, Scope
from reports.periods import Year
from tests.api.conftest import Caller
from tests.escalation.keeping import ended
from tests.escalation.verbs import refused
from tests.kept import kept_fixture
from tests.world import World, chosen, london

pytestmark = pytest.mark.django_db
WHY = "The desk logged it twice."


@kept_fixture
def dispute(world: World) -> Dispute:
    return ended(world)


def leave_out(world: World, dispute: Dispute, cause: str = LeftOut.TEST, *, by: User | None = None, **given: str) -> None:
    world.do(dispute, Verb.LEAVE_OUT, by or world.cast.business_unit, cause=cause, **{"reason": WHY, **given})


def raised(world: World) -> list[int]:
    """Raised in the year of the world, closed in it, and left out."""
    scope = Scope(world.cast.partnership, Year(2025), london("2026-11-02 10:00"), Edition.INTERNAL)
    other = MEASURES["other"].figures(scope).rows
    return [MEASURES["raised"].figures(scope).total(2).number, other[1].cells[0].number, other[4].cells[0].number]


@pytest.mark.engines
def test_what_was_a_test_counts_nowhere_and_its_record_says_so(world: World, dispute: Dispute) -> None:
    assert raised(world) == [1, 1, 0]
    leave_out(world, dispute)
    assert raised(world) == [0, 0, 1]
    line = dispute.events.get(kind=EventKind.LEFT_OUT)
    assert (line.actor, chosen(line), line.body.text) == (world.cast.business_unit, {"left_out": "test"}, {"reason": WHY})
    world.do(dispute, Verb.COUNT_AGAIN, world.cast.business_unit, reason="It was none.")
    assert raised(world) == [1, 1, 0]
    assert dispute.events.filter(kind=EventKind.COUNTED_AGAIN).count() == 1


def test_a_duplicate_names_the_one_that_is_counted(world: World, dispute: Dispute) -> None:
    other = ended(world)
    leave_out(world, dispute, LeftOut.DUPLICATE, other=other.reference.lower())
    assert raised(world) == [1, 1, 1]
    assert chosen(dispute.events.get(kind=EventKind.LEFT_OUT)) == {"left_out": "duplicate", "other": other.reference}
    with refused(other, WrongState, "in the place of a duplicate"):
        leave_out(world, other)
    world.do(dispute, Verb.COUNT_AGAIN, world.cast.business_unit, reason="They were two.")
    leave_out(world, other, LeftOut.DUPLICATE, other=dispute.reference)


def test_of_two_that_are_the_same_one_stays_counted(world: World, dispute: Dispute) -> None:
    other = ended(world)
    leave_out(world, other)
    for reference, words in ((other.reference, "not counted either"), (dispute.reference, "reference of the other"), ("ESC-ZZZZZZ", "of the other")):
        with refused(dispute, InvalidInput, words) as caught:
            leave_out(world, dispute, LeftOut.DUPLICATE, other=reference)
        assert caught.value.field == "other"
    with refused(dispute, InvalidInput, "Leave this empty"):
        leave_out(world, dispute, LeftOut.TEST, other=other.reference)


def test_programs_leave_it_out_and_read_that_it_is(world: World, dispute: Dispute) -> None:
    unit = Caller(world.cast.business_unit)
    with time_machine.travel(world.now, tick=False):
        assert unit.get(f"disputes/{dispute.reference}/").json()["left_out"] == ""
        assert unit.do(dispute, Verb.LEAVE_OUT, cause="test", reason=WHY).status_code == 200
        assert unit.get(f"disputes/{dispute.reference}/").json()["left_out"] == "test"


def test_only_what_has_ended_and_once_and_with_a_reason(world: World, dispute: Dispute) -> None:
    live = world.sent()
    with refused(live, WrongState, "closed or withdrawn"):
        leave_out(world, live)
    with refused(dispute, InvalidInput, "Say why it is left out"):
        leave_out(world, dispute, reason=" ")
    with refused(dispute, WrongState, "It is counted"):
        world.do(dispute, Verb.COUNT_AGAIN, world.cast.business_unit, reason="No.")
    leave_out(world, dispute)
    with refused(dispute, WrongState, "already"):
        leave_out(world, dispute)


@pytest.mark.parametrize("who", ["lead", "receiving_lead", "own_manager"])
def test_no_side_decides_what_counts(world: World, dispute: Dispute, who: str) -> None:
    with refused(dispute, NotAllowed):
        leave_out(world, dispute, by=getattr(world.cast, who))


def test_one_that_runs_again_is_counted_again(world: World, dispute: Dispute) -> None:
    leave_out(world, dispute)
    world.do(dispute, Verb.REOPEN, world.cast.lead, reason="It was no test.")
    assert world.fresh(dispute).left_out == ""


@pytest.mark.engines
def test_the_months_in_which_it_stood_are_counted_anew(world: World, dispute: Dispute) -> None:
    world.now = london("2026-05-04 10:00")
    ChangedMonth.objects.all().delete()
    leave_out(world, dispute)
    assert ChangedMonth.objects.filter(partnership=world.cast.partnership).exists()


def test_the_page_asks_says_it_and_hides_another_that_the_reader_may_not_know(world: World, dispute: Dispute) -> None:
    """The other disagreement is between the police and social care: its reference is not for the school, that it is left out is."""
    other = ended(world)
    Party.objects.filter(dispute=other, agency=world.cast.school).update(agency=world.cast.police)
    Dispute.objects.filter(pk=other.pk).update(raising_agency=world.cast.police, raiser=world.cast.police_manager)
    client = Client()
    client.force_login(world.cast.business_unit)
    address = reverse("verb", args=[dispute.reference, "leave-out"])
    seen = f"{dispute.stage}.{world.fresh(dispute).revision}"
    page = client.post(address, {"seen": seen, "cause": "duplicate", "reason": WHY, "other": "ESC-1"}).content.decode()
    assert "Give the reference of the other disagreement" in page
    assert "<aside" not in page, "beside it stands only what the reader may read"
    client.post(address, {"seen": seen, "cause": "duplicate", "reason": WHY, "other": other.reference})
    assert world.fresh(dispute).left_out == LeftOut.DUPLICATE
    client.force_login(world.cast.lead)
    page = client.get(reverse("case", args=[dispute.reference])).content.decode()
    assert "Left out of the figures" in page
    assert other.reference not in page
