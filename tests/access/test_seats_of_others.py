"""What a seat of somebody else gives one to see: a supervised raiser's, a colleague's who logged between two others. It lies in the disagreement's
own partnership and is in force, or it gives nothing, in rows as in the case. So with one's own seat for whom one may log."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.errors import NotAllowed
from agencies.models import Membership, User
from agencies.roles import Role
from agencies.services.members import change_role
from escalation import policy
from escalation.engine.case import load
from escalation.models import Dispute
from escalation.selectors.logging import others_to_log_for
from escalation.services import drafts
from tests.cast import Cast
from tests.factories import make_agency, make_member, make_user
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def knows(user: User, dispute: Dispute) -> bool:
    browser = Client()
    browser.force_login(user)
    return browser.get(reverse("case", args=[dispute.reference])).status_code == 200


def between_two(dispute: Dispute, cast: Cast) -> Dispute:
    """As if the reviewing officer had logged it between the school and social care."""
    Dispute.objects.filter(pk=dispute.pk).update(is_third_party=True, logged_by=cast.reviewer)
    return dispute


def fellow_reviewer(cast: Cast) -> User:
    fellow = make_user("Fellow Reviewer")
    make_member(fellow, cast.social_care, Role.REVIEWER)
    return fellow


def test_a_reviewer_of_another_partnership_reads_nothing_by_the_loggers_seat_there(world: World, cast: Cast, dispute: Dispute) -> None:
    between_two(dispute, cast)
    far = make_agency(cast.elsewhere, "Elsewhere Nursery")
    make_member(cast.reviewer, far, Role.PRACTITIONER)
    outsider, fellow = make_user("Out Sider"), fellow_reviewer(cast)
    make_member(outsider, far, Role.REVIEWER)
    case = load([dispute.pk], now=MONDAY)[0]
    assert [knows(user, dispute) for user in (outsider, fellow)] == [False, True]
    assert [policy.reads_narrative(world.person(user), case) for user in (outsider, fellow)] == [False, True]


def test_a_reviewer_knows_what_a_colleague_logged_while_the_colleague_sits_there(cast: Cast, dispute: Dispute) -> None:
    between_two(dispute, cast)
    fellow = fellow_reviewer(cast)
    assert knows(fellow, dispute)
    Membership.objects.filter(user=cast.reviewer).update(until=MONDAY.date() - timedelta(days=1))
    assert not knows(fellow, dispute)


def test_a_former_own_manager_knows_no_more_of_it_and_the_new_one_does(cast: Cast, dispute: Dispute) -> None:
    """The raiser's role changed, and with it who manages them; the former one keeps a seat in the agency."""
    former, new = make_user("Former Manager"), make_user("New Manager")
    for user in (former, new):
        make_member(user, cast.school, Role.MANAGER)
    row = Membership.objects.get(user=cast.raiser)
    row.supervisor = former
    row.save()
    assert [knows(user, dispute) for user in (former, new)] == [True, False]
    changed = change_role(actor=None, membership=row, role=Role.MANAGER, now=MONDAY)
    changed.supervisor = new
    changed.save()
    assert [knows(user, dispute) for user in (former, new)] == [False, True]


def second_seat(cast: Cast, role: Role) -> User:
    """The other partnership's business unit, with a seat at social care too."""
    user = make_user("Two Seats")
    make_member(user, cast.elsewhere, Role.BUSINESS_UNIT)
    make_member(user, cast.social_care, role)
    return user


def test_another_partnerships_business_unit_logs_for_nobody_here(world: World, cast: Cast) -> None:
    """It sits in an agency of this partnership, for which it may log."""
    person, given = world.person(second_seat(cast, Role.PRACTITIONER)), {"procedure": world.version.procedure_id, "now": MONDAY}
    with pytest.raises(NotAllowed):
        drafts.begin_draft(person, agency=cast.school.pk, raiser=cast.raiser.pk, **given)
    assert {one.agency_id for one in others_to_log_for(person, MONDAY.date(), ())}.isdisjoint({cast.school.pk, cast.police.pk})
    assert not drafts.begin_draft(person, agency=cast.social_care.pk, **given).is_third_party


def test_what_a_reviewer_logs_between_two_others_is_a_third_partys_whatever_unit_they_sit_in_elsewhere(cast: Cast) -> None:
    """DEV-09's way, of somebody who speaks for neither here."""
    world = World(cast, "devon")
    person, given = world.person(second_seat(cast, Role.REVIEWER)), {"procedure": world.version.procedure_id, "now": MONDAY}
    assert drafts.begin_draft(person, agency=cast.school.pk, raiser=cast.raiser.pk, **given).is_third_party
