"""A lead marks a conflict of interest of those alone who have their part for the lead's own agency, whatever role the lead gave them there."""

from datetime import timedelta

import pytest

from agencies.errors import InvalidInput
from agencies.models import Agency, User
from agencies.roles import Role
from agencies.services.members import give_role
from escalation.models import Dispute, Request
from escalation.states import Verb
from tests.cast import Cast
from tests.escalation.verbs import refused, routed
from tests.factories import make_agency
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db


def mark(world: World, dispute: Dispute, by: User, whom: User) -> None:
    world.do(dispute, Verb.MARK_CONFLICT, by, whom=whom.pk, reason="They know the family.")


def given_a_role(world: World, by: User, whom: User, place: Agency) -> None:
    """The lead invites them, and nobody asks them."""
    give_role(actor=by, user=whom, place=place, role=Role.PRACTITIONER, now=world.now)


@pytest.mark.engines
def test_a_member_of_the_panel_for_another_agency_stays_whatever_the_lead_gave_them(world: World, cast: Cast) -> None:
    dispute = routed(world, world.sent(), "panel")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(dispute, Verb.CONVENE, cast.chair, meets_at=MONDAY + timedelta(days=2), members=members)
    given_a_role(world, cast.lead, cast.police_manager, cast.school)
    with refused(dispute, InvalidInput, "whom you oversee"):
        mark(world, dispute, cast.lead, cast.police_manager)
    mark(world, dispute, cast.lead, cast.own_board)
    mark(world, dispute, cast.chair, cast.police_manager)


@pytest.mark.engines
def test_whoever_acts_for_another_party_by_the_agency_that_acts_for_it_stays_too(world: World, cast: Cast) -> None:
    nursery = make_agency(cast.partnership, "Northshire Nursery", acting_agency=cast.police, acting_from_level=1)
    dispute = world.sent(nursery)
    Request.objects.filter(dispute=dispute).update(holder=cast.police_manager)
    given_a_role(world, cast.lead, cast.police_manager, cast.school)
    with refused(dispute, InvalidInput, "whom you oversee"):
        mark(world, dispute, cast.lead, cast.police_manager)
    mark(world, dispute, cast.business_manager, cast.police_manager)


def test_inside_one_agency_the_lead_of_who_raised_it_does_not_choose_who_answers(world: World, cast: Cast) -> None:
    dispute = world.sent(cast.school)
    Request.objects.filter(dispute=dispute).update(holder=cast.own_senior)
    with refused(dispute, InvalidInput, "whom you oversee"):
        mark(world, dispute, cast.lead, cast.own_senior)
    mark(world, dispute, cast.lead, cast.own_board)
    mark(world, dispute, cast.business_manager, cast.own_senior)
