"""A matter before the partnership that lies with nobody goes to whoever presides next; until then the business unit finds it."""

from datetime import timedelta

import pytest

from agencies.models import Membership, User
from agencies.roles import Role
from escalation.models import Clock, Dispute, Event, Notification, Referral
from escalation.selectors.board import rows_of
from escalation.selectors.worklist import worklist
from escalation.services.sweep import sweep
from escalation.states import ClockState, EventKind, Message, Side
from tests.cast import Cast
from tests.escalation.verbs import before_chair
from tests.factories import make_member
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
PRESIDING = (Role.CHAIR, Role.DEPUTY_CHAIR)


def listed(world: World) -> list[str]:
    """The references under *with nobody who can act*."""
    rows, _more = rows_of("no-contact", world.cast.partnership, world.now, reader=world.person(world.cast.business_manager))
    return [row.reference for row in rows]


def told(dispute: Dispute, user: User) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(dispute=dispute, recipient=user).values_list("kind", "action"))


def asked(world: World, user: User) -> list[str]:
    groups = worklist(world.person(user), world.now).groups
    return [item.ask for group in groups if group.key != "waiting" for item in group.items]


def test_where_nobody_presides_the_unit_is_asked_and_finds_it_and_a_chair_appointed_later_gets_it(cast: Cast, world: World, dispute: Dispute) -> None:
    Membership.objects.filter(partnership=cast.partnership, role__in=PRESIDING).delete()
    before_chair(world, dispute)
    assert (Message.NO_CONTACT, "Nobody presides: have a chair or a deputy appointed") in told(dispute, cast.business_manager)
    assert listed(world) == [dispute.reference]
    make_member(cast.stranger, cast.partnership, Role.CHAIR)
    world.now = london("2026-03-03 13:30")
    sweep(world.now)
    assert Referral.objects.get(dispute=dispute).chair == cast.stranger
    assert listed(world) == []
    assert (Message.ASSIGNED, "Acknowledge and set a timetable") in told(dispute, cast.stranger)
    assert asked(world, cast.stranger) == ["Acknowledge and set a timetable"]
    assert Event.objects.filter(dispute=dispute, kind=EventKind.REASSIGNED).count() == 1


def test_where_the_chairs_role_ended_the_deputy_has_it(cast: Cast, world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    assert Referral.objects.get(dispute=dispute).chair == cast.chair
    Membership.objects.filter(user=cast.chair, role=Role.CHAIR).delete()
    world.now += timedelta(days=1, hours=3)
    sweep(world.now)
    assert Referral.objects.get(dispute=dispute).chair == cast.deputy_chair
    owners = set(Clock.objects.filter(dispute=dispute, owed_by=Side.CHAIR, state=ClockState.RUNNING).values_list("owner", flat=True))
    assert owners == {cast.deputy_chair.pk}
    assert "Handed to someone else" in Visitor(cast.deputy_chair, world.now).page(f"/d/{dispute.reference}/").one("main").text


def test_a_chair_who_presides_still_keeps_it(cast: Cast, world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    sweep(world.now + timedelta(days=1, hours=3))
    assert Referral.objects.get(dispute=dispute).chair == cast.chair
    assert not Event.objects.filter(dispute=dispute, kind=EventKind.REASSIGNED).exists()
