"""What is kept from an agency's people is opened to them by no seat of the partnership: asked of a person, of rows, and of the pages."""

from datetime import timedelta

import pytest

from agencies.errors import InvalidInput
from agencies.models import User
from agencies.roles import AGENCY_ROLES, Role
from escalation import policy
from escalation.engine.case import load
from escalation.models import Dispute, Referral
from escalation.selectors.board import rows_of
from escalation.services import drafts
from escalation.services.unit_lists import counts
from escalation.states import Route, Verb
from escalation.web.verbs.chairing import seats_of
from tests.cast import Cast
from tests.escalation.verbs import before_chair, refused, routed
from tests.factories import make_agency, make_cover, make_member
from tests.guests import invited
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World, answers

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
OPENING = sorted(set(Role) - AGENCY_ROLES - {Role.ADMINISTRATOR})


@pytest.fixture
def restricted(world: World) -> Dispute:
    """Kept from the school's own people; serious, so that everybody of the partnership who may ever see one may see this."""
    dispute = world.log(is_restricted=True)
    Dispute.objects.filter(pk=dispute.pk).update(is_serious=True, unit_told_at=world.now)
    return world.fresh(dispute)


def knows(world: World, user: User, dispute: Dispute) -> tuple[bool, bool]:
    """Whether the rows hold it for this person, and whether the policy lets them read it."""
    person = world.person(user)
    (case,) = load([dispute.pk], now=world.now, lock=False)
    return Dispute.objects.visible_to(person).filter(pk=dispute.pk).exists(), policy.reads_narrative(person, case)


@pytest.mark.parametrize("role", [Role.BUSINESS_MANAGER, Role.BUSINESS_UNIT, Role.AUDITOR, Role.SUBGROUP_CHAIR, Role.SUBGROUP_MEMBER])
def test_a_seat_in_the_partnership_opens_it_to_others_and_to_nobody_of_the_agency(world: World, cast: Cast, restricted: Dispute, role: Role) -> None:
    make_member(cast.lead, cast.partnership, role)
    assert knows(world, cast.lead, restricted) == (False, False)
    make_member(cast.nobody, cast.partnership, role)
    assert knows(world, cast.nobody, restricted) == (True, True)
    make_member(cast.nobody, make_agency(cast.partnership, "Northshire Voices"), Role.LEAD)
    assert knows(world, cast.nobody, restricted) == (True, True), "a seat in another agency takes nothing away"


@pytest.mark.parametrize("role", [Role.LEAD, Role.SENIOR, Role.BOARD_MEMBER, Role.MANAGER])
def test_no_seat_in_the_agency_that_was_asked_opens_it_to_them_or_brings_them_a_message(world: World, cast: Cast, role: Role) -> None:
    """Nor covering there for whoever holds it."""
    make_member(cast.lead, cast.social_care, role)
    dispute = world.sent(is_restricted=True)
    make_cover(cast.receiver, cast.lead, MONDAY.date(), MONDAY.date())
    assert dispute.requests.get().holder == cast.receiver
    world.do(dispute, Verb.READ_EARLY, cast.business_unit, reason="A complaint.")
    assert knows(world, cast.lead, dispute) == (False, False)
    told = set(dispute.notifications.values_list("recipient", flat=True))
    assert (cast.receiving_lead.pk in told, cast.lead.pk in told) == (True, False)
    assert Visitor(cast.lead, world.now).get(f"/d/{dispute.reference}/").status_code == 404
    assert world.sent(is_restricted=True).requests.get().holder not in {None, cast.lead}
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.RECOMMEND_CONTACT, cast.business_unit, agency=cast.social_care.pk, person=cast.lead.pk)
    assert caught.value.field == "person"
    with refused(dispute, InvalidInput) as caught:
        invited(world, dispute, cast.receiver, email=cast.lead.email)
    assert caught.value.field == "email"


def test_nobody_of_the_agency_from_which_it_is_kept_sits_on_its_panel_for_another(world: World, cast: Cast) -> None:
    make_member(cast.lead, cast.social_care, Role.BOARD_MEMBER)
    dispute = routed(world, world.sent(), Route.PANEL)
    Dispute.objects.filter(pk=dispute.pk).update(is_restricted=True)
    members = {cast.lead.pk: cast.social_care.pk, cast.own_board.pk: cast.school.pk, cast.police_manager.pk: cast.police.pk}
    with refused(dispute, InvalidInput, "kept from people of the agency that raised it"):
        world.do(dispute, Verb.CONVENE, cast.chair, meets_at=world.now + timedelta(days=2), members=members)
    (case,) = load([dispute.pk], now=world.now, lock=False)
    assert f"{cast.social_care.pk} {cast.lead.pk}" not in seats_of(case)


@pytest.mark.parametrize("role", OPENING)
def test_no_role_of_the_partnership_opens_it_even_before_the_partnership(world: World, cast: Cast, role: Role) -> None:
    """Chair, deputy, mediator and panel among them: a member of a party hears none, of a restricted one not as mediator either."""
    dispute = before_chair(world, world.sent())
    Dispute.objects.filter(pk=dispute.pk).update(is_restricted=True)
    Referral.objects.filter(dispute=dispute).update(chair=cast.colleague, mediator=cast.colleague)
    make_member(cast.colleague, cast.partnership, role)
    assert knows(world, cast.colleague, dispute) == (False, False)


@pytest.mark.parametrize("role", [Role.BUSINESS_UNIT, Role.SUBGROUP_MEMBER])
def test_what_is_not_restricted_is_opened_to_them_by_that_seat(world: World, cast: Cast, role: Role) -> None:
    dispute = world.sent()
    Dispute.objects.filter(pk=dispute.pk).update(is_serious=True, unit_told_at=world.now)
    make_member(cast.colleague, cast.partnership, role)
    assert knows(world, cast.colleague, dispute) == (True, True)


def test_whoever_raised_it_reads_it_whatever_they_sit_in_besides(world: World, cast: Cast, restricted: Dispute) -> None:
    make_member(cast.raiser, cast.partnership, Role.BUSINESS_UNIT)
    assert knows(world, cast.raiser, restricted) == (True, True)


def test_once_it_came_back_and_is_kept_from_the_agency_it_is_nothing_of_whoever_sent_it_back(world: World, cast: Cast) -> None:
    """Nor of the safeguarding lead to whom it would have gone next; it goes out from whoever raised it, who alone holds it for their side."""
    dispute, writer = world.log(), world.person(cast.raiser)
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Not yet.")
    drafts.save_draft(dispute.pk, writer, answers(cast.social_care, is_restricted=True), now=world.now)
    before = set(dispute.notifications.values_list("pk", flat=True))
    drafts.submit(dispute.pk, writer, now=world.now)
    (case,) = load([dispute.pk], now=world.now, lock=False)
    assert (case.dispute.stage, case.run and case.run.holder_id) == (1, cast.raiser.pk)
    for user in (cast.own_manager, cast.lead):
        person = world.person(user)
        assert knows(world, user, dispute) == (False, False)
        assert (policy.takes_part(person, case), policy.sees_child(person, case)) == (False, False)
        assert Visitor(user, world.now).get(f"/d/{dispute.reference}/").status_code == 404
    told = set(dispute.notifications.exclude(pk__in=before).values_list("recipient", flat=True))
    assert (cast.own_manager.pk in told, cast.lead.pk in told, cast.receiver.pk in told) == (False, False, True)
    assert knows(world, cast.raiser, dispute) == (True, True)


def test_once_it_came_back_it_still_goes_by_the_business_unit_where_its_writer_says_so(world: World, cast: Cast) -> None:
    dispute, writer = world.log(), world.person(cast.raiser)
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Not yet.")
    drafts.save_draft(dispute.pk, writer, answers(cast.social_care, is_restricted=True, through_partnership=True), now=world.now)
    drafts.submit(dispute.pk, writer, now=world.now)
    (case,) = load([dispute.pk], now=world.now, lock=False)
    assert (case.dispute.stage, case.is_with_unit, case.run and case.run.holder_id) == (0, True, cast.business_manager.pk)
    assert (knows(world, cast.own_manager, dispute), knows(world, cast.receiver, dispute)) == ((False, False), (False, False))
    world.do(dispute, Verb.SEND_ON, cast.business_manager)
    assert dispute.runs.get(left_at=None).holder == cast.raiser
    assert (knows(world, cast.own_manager, dispute), knows(world, cast.receiver, dispute)) == ((False, False), (True, True))


def test_the_business_unit_hands_it_to_nobody_of_the_agency_from_which_it_is_kept(world: World, cast: Cast, dispute: Dispute) -> None:
    """It hands on what is not restricted there, and either in the agency that was asked."""
    kept = world.log(is_restricted=True)
    for agency, person, able in ((cast.school, cast.lead, False), (cast.social_care, cast.receiving_lead, True)):
        given = {"agency": agency.pk, "to": person.pk, "reason": "She is away."}
        world.do(dispute, Verb.REASSIGN, cast.business_unit, **given)
        form = Visitor(cast.business_unit, world.now).page(f"/d/{kept.reference}/reassign/").one("main").text
        assert (person.name in form) is able
        if able:
            world.do(kept, Verb.REASSIGN, cast.business_unit, **given)
        else:
            with refused(kept, InvalidInput, "only its own side hands it on") as caught:
                world.do(kept, Verb.REASSIGN, cast.business_unit, **given)
            assert (caught.value.field, knows(world, person, kept)) == ("agency", (False, False))


def test_its_page_is_absent_and_the_units_lists_do_not_count_it(world: World, cast: Cast, restricted: Dispute) -> None:
    make_member(cast.lead, cast.partnership, Role.BUSINESS_UNIT)
    page = f"/d/{restricted.reference}/"
    assert (Visitor(cast.lead, world.now).get(page).status_code, Visitor(cast.business_unit, world.now).get(page).status_code) == (404, 200)
    for user, many in ((cast.lead, 0), (cast.business_unit, 1)):
        reader = world.person(user)
        rows, _more = rows_of("open", cast.partnership, world.now, reader=reader)
        assert (counts(cast.partnership, world.now, reader=reader)["open"], len(rows)) == (many, many)


def test_nobody_of_that_agency_is_written_to_for_the_unit_or_holds_it_there(world: World, cast: Cast) -> None:
    make_member(cast.lead, cast.partnership, Role.BUSINESS_MANAGER)
    cast.business_manager.memberships.all().delete()
    dispute = world.log(is_restricted=True, through_partnership=True)
    assert dispute.runs.get().holder == cast.business_unit
    world.do(dispute, Verb.SEND_ON, cast.business_unit)
    world.do(dispute, Verb.CONTINUE_CONCERN, cast.raiser, concern="He is home.")
    told = set(dispute.notifications.values_list("recipient", flat=True))
    assert cast.business_unit.pk in told
    assert cast.lead.pk not in told


def test_a_draft_on_somebodys_behalf_is_its_writers_alone_until_it_is_sent(world: World, cast: Cast) -> None:
    """Sent back to its writer, who raised it knows of it still."""
    writer = world.person(cast.business_unit)
    draft = drafts.begin_draft(writer, agency=cast.school.pk, raiser=cast.raiser.pk, procedure=world.version.procedure_id, now=world.now)
    drafts.save_draft(draft.pk, writer, answers(cast.social_care), now=world.now)

    def known() -> set[str]:
        return {part for part, user in cast.users() if Dispute.objects.visible_to(world.person(user)).filter(pk=draft.pk).exists()}

    assert known() == {"business_unit"}
    assert Visitor(cast.raiser, world.now).get(f"/d/{draft.reference}/").status_code == 404
    drafts.submit(draft.pk, writer, now=world.now)
    assert {"business_unit", "raiser", "own_manager"} <= known()
    world.do(draft, Verb.SEND_BACK, cast.own_manager, reason="Say more.")
    assert known() == {"business_unit", "raiser"}
