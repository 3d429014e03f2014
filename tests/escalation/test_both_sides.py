"""Nobody acts on both sides: not whoever sits in two agencies, nor the people of an agency that acts for the one it disagrees with."""

import pytest

from agencies.models import Agency, Membership, User
from agencies.roles import AgencyKind, Role
from escalation.engine.case import Case, load
from escalation.engine.perform import possible
from escalation.models import Dispute, Notification, StageRun
from escalation.services import drafts
from escalation.services.offices import able_to_hold
from escalation.states import Ground, Message, Side, Verb
from tests.cast import Cast
from tests.factories import make_agency, make_holder, make_member
from tests.world import World, answers

pytestmark = pytest.mark.django_db


def surgery(cast: Cast, name: str, through: Agency) -> tuple[Agency, User]:
    """A practice with one manager, for which another agency acts from level 3 up."""
    found = make_agency(cast.partnership, name, kind=AgencyKind.OTHER, acting_agency=through, acting_from_level=3)
    return found, make_holder(found, 2, f"Manager of {name}", Role.MANAGER)


def raised(world: World, raiser: User, agency: Agency, *asked: Agency) -> Dispute:
    """Logged by this person of this agency against social care, or the others."""
    person = world.person(raiser)
    dispute = drafts.begin_draft(person, agency=agency.pk, procedure=world.version.procedure_id, now=world.now)
    drafts.save_draft(dispute.pk, person, answers(*(asked or (world.cast.social_care,))), now=world.now)
    drafts.submit(dispute.pk, person, now=world.now)
    return world.fresh(dispute)


def upward(world: World, dispute: Dispute) -> Case:
    """At Stage 2, of level 3."""
    [case] = load([dispute.pk], now=world.now, lock=False)
    assert case.run is not None
    assert case.run.holder_id is not None
    world.do(dispute, Verb.MOVE_UP, User.objects.get(pk=case.run.holder_id), ground=Ground.RISK, reason="Tonight.")
    return load([dispute.pk], now=world.now, lock=False)[0]


def test_nobody_of_the_agency_that_raised_it_answers_for_the_one_that_it_acts_for(cast: Cast) -> None:
    world, (practice, manager) = World(cast), surgery(cast, "Mill Lane", cast.school)
    case = upward(world, world.sent(practice))
    assert [request.holder_id for request in case.requests] == [None]
    # The business unit recommends somebody of the practice itself.
    assert {one.user_id for one in case.candidates(Side.RECEIVING, practice.pk)} == {manager.pk}
    assert Notification.objects.filter(dispute=case.dispute, recipient=cast.business_manager, kind=Message.NO_CONTACT).exists()


def test_nobody_of_an_agency_that_is_asked_takes_it_on_for_the_one_that_it_acts_for(cast: Cast) -> None:
    world, (practice, manager) = World(cast), surgery(cast, "Mill Lane", cast.social_care)
    case = upward(world, raised(world, manager, practice))
    assert case.run is not None
    assert case.run.holder_id == manager.pk
    assert [request.holder_id for request in case.requests] != [None]


def test_before_it_is_sent_nobody_of_the_agency_that_is_asked_is_taken_for_the_own_manager(cast: Cast) -> None:
    """Nobody is a manager there by role: it is sent at once, and the manager by post holds it."""
    world, (practice, manager) = World(cast), surgery(cast, "Mill Lane", cast.social_care)
    nurse = make_holder(practice, 1, "Nurse", Role.PRACTITIONER)
    Membership.objects.filter(agency=practice, role=Role.MANAGER).delete()
    dispute = raised(world, nurse, practice)
    assert (dispute.stage, StageRun.objects.get(dispute=dispute).holder_id) == (1, manager.pk)


def test_one_who_acts_for_two_agencies_acts_for_one_of_them(cast: Cast) -> None:
    world, (raising, manager), (asked, _) = World(cast), surgery(cast, "Mill Lane", cast.police), surgery(cast, "High Street", cast.police)
    able = {make_holder(cast.police, 3, name, Role.SENIOR).pk for name in ("Ann Lee", "Bea Fox")}
    case = upward(world, raised(world, manager, raising, asked))
    assert case.run is not None
    assert {case.run.holder_id, *(request.holder_id for request in case.requests)} == able


def test_a_lead_of_both_agencies_goes_with_the_side_that_raised_it(cast: Cast) -> None:
    make_member(cast.lead, cast.social_care, Role.LEAD)
    world = World(cast)
    dispute = world.sent()
    [case] = load([dispute.pk], now=world.now, lock=False)
    verbs = possible(case, world.person(cast.lead))
    assert (Verb.MOVE_UP in verbs, Verb.RESPOND in verbs) == (True, False)


def test_what_is_asked_passes_to_nobody_who_has_a_part_on_the_other_side(cast: Cast) -> None:
    make_member(cast.own_manager, cast.social_care, Role.LEAD)
    world = World(cast)
    dispute = world.sent()
    [case] = load([dispute.pk], now=world.now, lock=False)
    assert case.run is not None
    assert case.run.holder_id == cast.own_manager.pk
    able = able_to_hold(case, Side.RECEIVING, cast.social_care.pk)
    assert cast.receiving_lead.pk in able
    assert cast.own_manager.pk not in able
