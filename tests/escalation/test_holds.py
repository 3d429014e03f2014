"""Legal holds: nothing is erased under one, it is shown, and it is lifted with a reason."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from escalation.models import Dispute, LegalHold
from escalation.services.keeping.holds import hold_child, hold_person, holds_on, lift
from escalation.states import EventKind, HoldOn, Verb
from tests.cast import Cast
from tests.escalation.keeping import anonymised, ended, later
from tests.escalation.verbs import refused
from tests.world import World

pytestmark = pytest.mark.django_db
WHY = "An inquest was opened."


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def dispute(world: World) -> Dispute:
    return ended(world)


def blocked(world: World, dispute: Dispute) -> bool:
    """Whether a hold keeps it from being anonymised, its time being over."""
    with later(world), refused(dispute, WrongState, "under a legal hold"):
        world.do(dispute, Verb.ANONYMISE, world.cast.business_unit)
    return True


def test_a_hold_on_one_is_on_its_record_and_keeps_it(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    hold = LegalHold.objects.get()
    assert (hold.on, hold.reason, hold.placed_by) == (HoldOn.DISPUTE, WHY, world.cast.business_unit)
    line = dispute.events.get(kind=EventKind.LEGAL_HOLD)
    assert (line.actor, line.facts, line.body_digest) == (world.cast.business_unit, {"hold": str(hold.pk), "on": "dispute"}, "")
    assert blocked(world, dispute)


def test_lifted_with_a_reason_it_may_go(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    with refused(dispute, InvalidInput, "need not be kept"):
        world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason=" ")
    world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason="The inquest is over.")
    hold = LegalHold.objects.get()
    assert (hold.lifted_by, hold.lift_reason) == (world.cast.business_unit, "The inquest is over.")
    anonymised(world, dispute)


def test_two_holds_on_one_are_refused_and_nothing_is_lifted_twice(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    with refused(dispute, WrongState, "already"):
        world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason="Over.")
    with refused(dispute, WrongState, "No legal hold"):
        world.do(dispute, Verb.LIFT_HOLD, world.cast.business_unit, reason="Over.")


def test_a_hold_on_a_child_finds_it_by_birth_and_by_any_agencys_reference(world: World, dispute: Dispute) -> None:
    cast = world.cast
    world.do(dispute, Verb.REOPEN, cast.business_unit, reason="It came back.")
    world.do(dispute, Verb.ADD_REFERENCE, cast.receiver, reference="LA-77")
    other = world.sent(children=[{"initials": "QX", "born_on": "2016-01-01"}])
    hold = hold_child(world.person(cast.business_unit), partnership=cast.partnership.pk, reason=WHY, initials="a.b.", born_on=date(2015, 5, 1))
    assert [row.pk for row in holds_on(world.fresh(dispute))] == [hold.pk]
    assert holds_on(other) == []
    assert not any(word in str(hold.marks) for word in ("AB", "LA-77", "2015"))
    later_one = world.sent(cast.police, children=[{"initials": "ZZ", "born_on": "2014-04-04", "reference": "S-1001"}])
    assert holds_on(later_one), "another disagreement that the school knows by the same reference"


def test_a_hold_on_a_person_covers_what_they_had_a_part_in(world: World, dispute: Dispute) -> None:
    cast = world.cast
    hold = hold_person(world.person(cast.business_unit), partnership=cast.partnership.pk, user=cast.receiver, reason=WHY)
    assert blocked(world, dispute)
    assert dispute.events.get(kind=EventKind.LEGAL_HOLD).facts == {"hold": str(hold.pk), "on": "person"}
    lift(world.person(cast.business_manager), hold.pk, reason="The appeal was dropped.")
    assert dispute.events.filter(kind=EventKind.HOLD_LIFTED).count() == 1
    anonymised(world, dispute)


def test_nobody_but_the_business_unit_holds_everything_about_somebody(world: World, dispute: Dispute) -> None:
    cast = world.cast
    for user in (cast.lead, cast.administrator, cast.stranger):
        with pytest.raises(NotAllowed):
            hold_person(world.person(user), partnership=cast.partnership.pk, user=cast.receiver, reason=WHY)
    hold = hold_person(world.person(cast.business_unit), partnership=cast.partnership.pk, user=cast.receiver, reason=WHY)
    with pytest.raises(NotFound):
        lift(world.person(cast.lead), hold.pk, reason="Over.")


def test_a_hold_says_why_and_names_somebody_who_is_there(world: World, dispute: Dispute) -> None:
    unit, place = world.person(world.cast.business_unit), world.cast.partnership.pk
    with pytest.raises(InvalidInput, match="why it must be kept"):
        hold_person(unit, partnership=place, user=world.cast.receiver, reason=" ")
    with pytest.raises(InvalidInput, match="holds or held a role"):
        hold_person(unit, partnership=place, user=world.cast.stranger, reason=WHY)
    with pytest.raises(InvalidInput, match="Nothing is kept about this child"):
        hold_child(unit, partnership=place, reason=WHY, initials="XY", born_on=date(2001, 1, 1))
    assert not LegalHold.objects.exists()


def test_whoever_keeps_the_record_sees_the_hold_on_the_page(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PLACE_HOLD, world.cast.business_unit, reason=WHY)
    client = Client()
    client.force_login(world.cast.business_unit)
    html = client.get(reverse("case", args=[dispute.reference])).content.decode()
    assert "Legal hold" in html
    assert "Kiran Patel" in html
