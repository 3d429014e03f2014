"""What a seat of somebody else gives one to see: a supervised raiser's, a colleague's who logged between two others. It lies in the disagreement's
own partnership and is in force, or it gives nothing, in rows as in the case. So with one's own seat for whom one may log."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.errors import NotAllowed
from agencies.models import Membership, PostHolding, User
from agencies.roles import Role
from agencies.services.members import change_role
from escalation import policy, record_policy
from escalation.engine.case import load
from escalation.models import Dispute, Event
from escalation.selectors.logging import others_to_log_for
from escalation.selectors.one_child import opened_with
from escalation.services import drafts
from escalation.services.one_child import everything_about
from escalation.states import EventKind
from tests.cast import Cast
from tests.factories import make_agency, make_cover, make_member, make_user
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
DISPUTED = "The referral of 27 February was closed without an assessment."


@pytest.fixture(autouse=True)
def _on_monday_at_ten() -> Iterator[None]:
    with time_machine.travel(MONDAY, tick=False):
        yield


def knows(user: User, dispute: Dispute) -> bool:
    browser = Client()
    browser.force_login(user)
    return browser.get(reverse("case", args=[dispute.reference])).status_code == 200


def reads(world: World, user: User, dispute: Dispute) -> tuple[bool, bool]:
    """Whether they read the words, by the policy and on the page."""
    browser = Client()
    browser.force_login(user)
    page = browser.get(reverse("case", args=[dispute.reference])).content.decode()
    return policy.reads_narrative(world.person(user), load([dispute.pk], now=MONDAY)[0]), DISPUTED in page


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


def test_a_reviewer_of_elsewhere_who_knows_of_it_by_another_seat_reads_what_that_seat_gives(cast: Cast, world: World, dispute: Dispute) -> None:
    """A board member of the agency that is asked knows of it, and reads it from their stage on; a reviewer's seat beside it opens no word of it."""
    between_two(dispute, cast)
    make_member(cast.receiving_board, make_agency(cast.partnership, "Conference Service"), Role.REVIEWER)
    assert knows(cast.receiving_board, dispute)
    assert reads(world, cast.receiving_board, dispute) == (False, False)
    make_member(cast.receiving_board, cast.social_care, Role.REVIEWER)
    assert reads(world, cast.receiving_board, dispute) == (True, True)
    Membership.objects.filter(user=cast.reviewer).update(until=MONDAY.date() - timedelta(days=1))
    assert reads(world, cast.receiving_board, dispute) == (False, False)


def test_a_reviewers_and_a_chairs_seat_elsewhere_open_nothing_here(cast: Cast, world: World, dispute: Dispute) -> None:
    """Lines of a dissent, once the reviewing service was alerted, are that of the own partnership's alone."""
    Dispute.objects.filter(pk=dispute.pk).update(reviewing_told_at=MONDAY)
    make_member(cast.police_manager, make_agency(cast.elsewhere, "Elsewhere Nursery"), Role.REVIEWER)
    line = Event(kind=EventKind.ADVICE, stage=0, facts={})
    case = load([dispute.pk], now=MONDAY)[0]
    assert [record_policy.may_read_line(world.person(user), case, line) for user in (cast.police_manager, cast.reviewer)] == [False, True]


def test_what_a_unit_opened_about_a_child_is_shown_while_it_sits_there(cast: Cast, world: World, dispute: Dispute) -> None:
    """Somebody who went to another partnership's unit, and is chair here by now, has nothing left of it."""
    opened = everything_about(world.person(cast.business_unit), reference=dispute.reference, reason="An inquest.", now=MONDAY)
    assert opened is not None
    assert len(opened_with(opened, world.person(cast.business_unit), MONDAY) or []) == 1
    Membership.objects.filter(user=cast.business_unit).update(role=Role.AUDITOR)
    make_member(cast.business_unit, cast.elsewhere, Role.BUSINESS_UNIT)
    assert opened_with(opened, world.person(cast.business_unit), MONDAY) == []


def test_cover_gives_a_sight_of_what_the_colleague_holds_where_both_sit_alone(cast: Cast, dispute: Dispute) -> None:
    """They go on sitting together at the police, but no more at social care, where it is held."""
    deputy = make_user("Two Places")
    for user in (deputy, cast.receiver):
        make_member(user, cast.police, Role.MANAGER)
    make_member(deputy, cast.social_care, Role.PRACTITIONER)
    make_cover(cast.receiver, deputy, MONDAY.date(), MONDAY.date())
    assert knows(deputy, dispute)
    for rows in (Membership.objects.filter(user=cast.receiver, agency=cast.social_care), PostHolding.objects.filter(user=cast.receiver)):
        rows.update(until=MONDAY.date() - timedelta(days=1))
    assert not knows(deputy, dispute)


def test_cover_that_was_arranged_for_another_place_gives_no_sight_of_what_is_held_in_one_that_both_share_later(
    cast: Cast, world: World, dispute: Dispute
) -> None:
    """Arranged at the police; by now both sit at social care, where it is held, and the cover of somebody else there is for that place."""
    deputy, other = make_user("Two Places"), make_user("Other Deputy")
    for user in (deputy, cast.receiver):
        make_member(user, cast.police, Role.MANAGER)
    make_cover(cast.receiver, deputy, MONDAY.date(), MONDAY.date())
    for user in (deputy, other):
        make_member(user, cast.social_care, Role.PRACTITIONER)
    make_cover(cast.receiver, other, MONDAY.date(), MONDAY.date())
    assert [knows(user, dispute) for user in (deputy, other)] == [False, True]
    case = load([dispute.pk], now=MONDAY)[0]
    assert [policy.takes_part(world.person(user), case) for user in (deputy, other)] == [False, True]
    assert case.cover_of(cast.receiver.pk, cast.social_care.pk) == other.pk


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
