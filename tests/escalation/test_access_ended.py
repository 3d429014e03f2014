"""A role that ends of itself leaves no work with a closed account: what they held goes to whoever can take it, or the business unit is asked."""

from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from agencies.models import Agency, Departure, Membership, PostHolding, User
from agencies.roles import Role
from agencies.services.cover import end_cover
from agencies.services.members import leave_agency
from config.celery import app
from escalation.models import AgreedAction, Clock, Dispute, Draft, Event, EventBody, Notification, Referral, Request
from escalation.selectors.board import rows_of
from escalation.selectors.worklist import worklist
from escalation.services.handover import carry_out_due
from escalation.services.held import HeldKind, held_in, left_behind
from escalation.services.left_over import ENDED
from escalation.services.mail import compose
from escalation.services.wanted import sort_out
from escalation.states import Answer, EventKind, Message, Outcome, Verb
from tests.cast import Cast
from tests.escalation.leaving import LAST_DAY, MORNING, NIGHT, access_ends, bristol, by_the_row, last_day, last_day_in
from tests.escalation.verbs import before_chair
from tests.factories import make_cover, make_holder, make_member
from tests.procedures.journey import Journey
from tests.procedures.on_pages import client_at, page_of
from tests.world import World, chosen, london

pytestmark = pytest.mark.django_db


def asked(world: World, user: User) -> list[str]:
    return [item.ask for group in worklist(world.person(user), MORNING).groups if group.key != "waiting" for item in group.items]


def without_contact(cast: Cast, world: World) -> set[str]:
    rows, _more = rows_of("no-contact", cast.partnership, MORNING, reader=world.person(cast.business_manager))
    return {row.reference for row in rows}


def test_a_day_in_the_directorys_file_passes_the_request_to_whoever_else_can_answer(cast: Cast, tmp_path: Path) -> None:
    journey, leaver = bristol(cast), cast.receiver
    other = make_holder(cast.social_care, 2, "Sam Underwood", title="Team manager, second team")
    role, held = leaver.memberships.get(), leaver.holdings.get()
    row = (leaver.email, leaver.name, cast.social_care.code, role.role, held.post.title, "2", "2026-01-01", LAST_DAY.isoformat())
    (tmp_path / "people.csv").write_text("email,name,agency,role,post,level,since,until\n" + ",".join(row) + "\n")
    with time_machine.travel(london("2026-03-02 12:00"), tick=False):
        call_command("import_directory", str(tmp_path), partnership=cast.partnership.slug)
    access_ends(london("2026-03-02 23:59"))
    assert Request.objects.get(dispute=journey.dispute).holder == leaver
    access_ends()
    leaver.refresh_from_db()
    assert (leaver.is_active, Request.objects.get(dispute=journey.dispute).holder) == (False, other)
    assert Clock.objects.running().filter(dispute=journey.dispute, key="response", owner=other).exists()
    line = Event.objects.get(dispute=journey.dispute, kind=EventKind.REASSIGNED)
    assert (line.actor, chosen(line)) == (None, {"from": str(leaver.pk), "to": str(other.pk)})
    told = Notification.objects.get(dispute=journey.dispute, recipient=other, kind=Message.ASSIGNED)
    assert told.action.startswith("It was handed to you. Respond")
    journey.world.now = MORNING
    assert any(ask.startswith("Respond") for ask in asked(journey.world, other))
    access_ends()
    assert Event.objects.filter(dispute=journey.dispute, kind=EventKind.REASSIGNED).count() == 1


def test_where_nobody_else_can_answer_the_business_unit_is_told_and_finds_it(cast: Cast) -> None:
    journey = bristol(cast)
    last_day(*User.objects.filter(memberships__agency=cast.social_care), *User.objects.filter(holdings__post__agency=cast.social_care))
    access_ends()
    journey.world.now = MORNING
    assert Request.objects.get(dispute=journey.dispute).holder is None
    assert journey.told(cast.business_manager, Message.NO_CONTACT)
    assert journey.dispute.reference in without_contact(cast, journey.world)
    assert left_behind(cast.partnership, MORNING.date()) == []


def test_both_holders_gone_in_one_night_leave_it_with_people_who_can_sign_in(cast: Cast) -> None:
    journey = bristol(cast)
    last_day(cast.own_manager, cast.receiver)
    access_ends()
    run, request = journey.dispute.runs.get(left_at=None), Request.objects.get(dispute=journey.dispute)
    assert {run.holder_id, request.holder_id} & {cast.own_manager.pk, cast.receiver.pk} == set()
    assert run.holder is not None
    assert run.holder.is_active
    assert left_behind(cast.partnership, MORNING.date()) == []
    assert not Clock.objects.running().filter(dispute=journey.dispute, owner__is_active=False).exists()


def test_what_is_kept_from_the_agency_goes_to_no_raiser_who_is_gone_too(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(is_restricted=True)
    journey.dispute.runs.filter(left_at=None).update(holder=cast.own_senior)
    last_day(cast.own_senior, cast.raiser)
    access_ends()
    assert journey.holder() is None
    told = set(Notification.objects.filter(dispute=journey.dispute, created_at=NIGHT).values_list("recipient__name", "kind"))
    assert told == {(user.name, Message.NO_CONTACT) for user in (cast.business_manager, cast.business_unit)}


def test_a_chair_whose_role_ended_presides_no_longer(world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    ended = Referral.objects.get(dispute=dispute).chair
    assert ended is not None
    last_day(ended)
    access_ends()
    assert Referral.objects.get(dispute=dispute).chair != ended


def test_what_a_planned_departure_has_still_to_move_waits_for_whoever_was_named(cast: Cast) -> None:
    journey = bristol(cast)
    make_holder(cast.social_care, 2, "Ada Underwood", title="Team manager, second team")
    named = make_holder(cast.social_care, 2, "Zoe Underwood", title="Team manager, third team")
    last_day(cast.receiver)
    place = {"partnership": cast.partnership, "agency": cast.social_care, "person": cast.receiver}
    Departure.objects.create(**place, successor=named, last_day=LAST_DAY, planned_at=london("2026-03-02 12:00"))
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == cast.receiver
    assert carry_out_due(NIGHT) == 1
    assert Request.objects.get(dispute=journey.dispute).holder == named


def test_who_keeps_another_role_keeps_the_account_and_what_they_hold(cast: Cast) -> None:
    journey = bristol(cast)
    last_day(cast.receiver)
    Membership.objects.create(user=cast.receiver, partnership=cast.partnership, agency=cast.social_care, role="practitioner")
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == cast.receiver


# -- one role of several ends ------------------------------------------------------------------------------------------------------------------


def test_a_role_that_ends_while_another_agency_s_stays_passes_on_what_came_with_it(cast: Cast) -> None:
    """By a day in the directory's file: they keep the account, and may not act there any more."""
    journey, other = bristol(cast), make_holder(cast.social_care, 2, "Sam Underwood", title="Team manager, second team")
    make_member(cast.receiver, cast.police, Role.PRACTITIONER)
    for rows in (Membership.objects.filter(agency=cast.social_care), PostHolding.objects.filter(post__agency=cast.social_care)):
        rows.filter(user=cast.receiver).update(until=LAST_DAY)
    access_ends()
    cast.receiver.refresh_from_db()
    assert (cast.receiver.is_active, Request.objects.get(dispute=journey.dispute).holder) == (True, other)
    assert EventBody.objects.get(event__dispute=journey.dispute, event__kind=EventKind.REASSIGNED).text == {"reason": ENDED}
    assert journey.told(other, Message.ASSIGNED)
    access_ends()
    assert Event.objects.filter(dispute=journey.dispute, kind=EventKind.REASSIGNED).count() == 1


def test_a_role_that_is_ended_by_hand_passes_it_on_too(cast: Cast) -> None:
    journey, other = bristol(cast), make_holder(cast.social_care, 2, "Sam Underwood", title="Team manager, second team")
    make_member(cast.receiver, cast.police, Role.PRACTITIONER)
    leave_agency(actor=None, user=cast.receiver, agency=cast.social_care, now=NIGHT)
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == other


@pytest.mark.parametrize("ask", ["Confirm the outcome", "Confirm the child’s file"])
def test_what_is_asked_of_the_last_holder_once_their_request_is_over_goes_to_the_lead(cast: Cast, ask: str) -> None:
    journey = bristol(cast)
    journey.do(Verb.RESPOND, cast.receiver, answer=Answer.AGREES, reasons="We looked again.", actions="An assessment.")
    journey.do(Verb.ACCEPT, cast.own_manager, wording="An assessment by 20 March.", kind=Outcome.AGREED_ACTION)
    if ask != "Confirm the outcome":
        journey.do(Verb.CONFIRM_OUTCOME, cast.receiver)
    assert asked(journey.world, cast.receiver) == [ask]
    make_member(cast.receiver, cast.police, Role.PRACTITIONER)
    last_day_in(cast.receiver, cast.social_care)
    PostHolding.objects.filter(user=cast.receiver).update(until=LAST_DAY)
    for _ in range(2):
        access_ends()
    assert (asked(journey.world, cast.receiver), asked(journey.world, cast.receiving_lead)) == ([], [ask])
    assert Notification.objects.get(dispute=journey.dispute, recipient=cast.receiving_lead, created_at=NIGHT).action == f"It was handed to you. {ask}"
    assert chosen(Event.objects.get(dispute=journey.dispute, kind=EventKind.REASSIGNED))["to"] == str(cast.receiving_lead.pk)


@pytest.mark.parametrize("role", [Role.SUBGROUP_MEMBER, Role.BUSINESS_UNIT])
def test_a_chair_with_another_role_of_the_partnership_presides_no_longer(world: World, cast: Cast, dispute: Dispute, role: Role) -> None:
    before_chair(world, dispute)
    last_day(cast.chair)
    make_member(cast.chair, cast.partnership, role)
    access_ends()
    assert Referral.objects.get(dispute=dispute).chair == (cast.deputy_chair if role == Role.SUBGROUP_MEMBER else cast.chair)


@pytest.mark.parametrize("kept_from_them", [False, True])
def test_a_concern_that_was_sent_back_goes_to_the_lead_unless_it_is_kept_from_the_agency(cast: Cast, *, kept_from_them: bool) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").logged()
    journey.do(Verb.SEND_BACK, cast.own_manager, reason="Say what was tried.")
    if kept_from_them:
        draft = Draft.objects.get(dispute=journey.dispute)
        draft.answers["is_restricted"] = True
        draft.save()
    last_day(cast.raiser)
    for _ in range(2):
        access_ends()
    told = list(Notification.objects.filter(dispute=journey.dispute, created_at=NIGHT).values_list("recipient", "action"))
    here = {"recipient": cast.lead.pk, "action": "It was handed to you. A draft that came back to its writer waits: finish it, or withdraw it"}
    assert told == ([] if kept_from_them else [tuple(here.values())])
    assert not any("You began" in str(compose(row).body) for row in Notification.objects.filter(dispute=journey.dispute, created_at=NIGHT))
    assert (journey.now.logged_by, journey.now.raiser) == ((cast.raiser,) if kept_from_them else (cast.lead,)) * 2
    assert asked(journey.world, cast.lead) == ([] if kept_from_them else ["Finish your draft"])


LIES = "What its people began lies with nobody there"


@pytest.mark.parametrize("last", ["own_manager", "own_board", "colleague"])
def test_with_no_lead_left_it_goes_to_whoever_is_above_or_the_unit_hears_that_something_waits_and_not_what(cast: Cast, last: str) -> None:
    """A colleague who only raises concerns is not given somebody else's. Once the agency has a lead, it is theirs."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").logged()
    journey.do(Verb.SEND_BACK, cast.own_manager, reason="Say what was tried.")
    stays: User = getattr(cast, last)
    last_day(*{row.user for row in Membership.objects.filter(agency=cast.school).exclude(user=stays)})
    for _ in range(2):
        access_ends()
    journey.world.now = MORNING
    unit = Notification.objects.filter(dispute=None, kind=Message.NO_CONTACT).select_related("recipient", "partnership")
    with time_machine.travel(MORNING, tick=False):
        lacks = client_at(journey, cast.business_manager).get("/directory/health/").content.decode()
    if stays != cast.colleague:
        assert (journey.now.logged_by, journey.now.raiser, LIES in lacks, unit.count()) == (stays, stays, False, 0)
        return
    assert (journey.now.logged_by, LIES in lacks) == (cast.raiser, True)
    assert {row.recipient for row in unit} == {cast.business_manager, cast.business_unit}
    assert sort_out(unit, MORNING).send == list(unit)
    said = compose(unit[0]).message().as_string()
    assert "lies with nobody there" in said
    assert not any(word in said + lacks for word in (journey.now.reference, cast.raiser.name))
    assert cast.school.name not in said
    lead = make_holder(cast.school, 3, "Sam Underwood", Role.LEAD, title="Second lead", is_lead=True)
    access_ends(MORNING)
    assert (journey.now.logged_by, unit.count()) == (lead, 2)


def test_an_action_and_a_plan_pass_on_with_the_role(world: World, cast: Cast, dispute: Dispute) -> None:
    given = {"what": "A visit.", "agency": cast.social_care.pk, "due_at": world.now + timedelta(days=9), "owner": cast.other_practitioner.pk}
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, **given)
    Dispute.objects.filter(pk=dispute.pk).update(lead_manager=cast.other_practitioner)
    make_member(cast.other_practitioner, cast.police, Role.PRACTITIONER)
    Membership.objects.filter(user=cast.other_practitioner, agency=cast.social_care).update(until=LAST_DAY)
    access_ends()
    assert AgreedAction.objects.get().owner == cast.receiver
    assert world.fresh(dispute).lead_manager != cast.other_practitioner


GONE = "The mediator whom the subgroup offered can act no longer"


@pytest.mark.parametrize("also_waits", [False, True])
def test_an_offer_to_mediate_goes_back_to_the_subgroup_and_to_no_successor(cast: Cast, *, also_waits: bool) -> None:
    """While a serious matter waits for its answer, the chair and the business unit read of it as news."""
    devon = Journey(cast, "devon", "2026-03-02 10:00").logged()
    devon.do(Verb.MOVE_UP, cast.own_manager, ground="not_resolved", reason="We talked.")
    devon.do(Verb.PUT_TO_SUBGROUP, cast.raiser, matter="stuck", reason="Nobody yields.")
    devon.do(Verb.ANSWER_FOR_SUBGROUP, cast.subgroup_chair, mediator=cast.mediator.pk, reasons="Both are weary.")
    if also_waits:
        devon.do(Verb.PUT_TO_SUBGROUP, cast.raiser, matter="serious", reason="A third injury.")
    assert [item.kind for item in held_in(cast.partnership, cast.mediator.pk)] == [HeldKind.OFFER]
    make_member(cast.mediator, cast.police, Role.PRACTITIONER)
    last_day_in(cast.mediator, agency=None)
    access_ends()
    assert (devon.now.offered_mediator, devon.now.subgroup_asked) == (None, "serious" if also_waits else "stuck")
    told = Notification.objects.filter(dispute=devon.dispute, created_at=NIGHT)
    assert set(told.filter(action=GONE).values_list("recipient__name", flat=True)) >= {cast.raiser.name, cast.other_practitioner.name}
    assert told.filter(recipient=cast.business_manager, action=GONE).exists() is also_waits
    assert asked(devon.world, cast.subgroup_chair) == ["Answer for the subgroup"]
    assert told.filter(recipient=cast.subgroup_chair).get().kind == (Message.FEEDBACK if also_waits else Message.ASSIGNED)
    assert "Waiting for the answer of its chair" in page_of(devon, cast.raiser)
    access_ends()
    assert Event.objects.filter(dispute=devon.dispute, kind=EventKind.REASSIGNED).count() == 1


def test_what_the_business_unit_has_in_place_of_the_agency_stays_in_the_unit(world: World, cast: Cast) -> None:
    """Refused twice it lies with the unit: one of whom leaves the unit, and keeps a role in an agency."""
    dispute = world.log(is_restricted=True, through_partnership=True)
    run = dispute.runs.get(left_at=None)
    assert run.holder == cast.business_manager
    make_member(cast.business_manager, cast.police, Role.PRACTITIONER)
    last_day_in(cast.business_manager, agency=None)
    access_ends()
    assert dispute.runs.get(left_at=None).holder == cast.business_unit


def test_what_the_agency_that_acts_for_another_held_passes_on_and_a_seat_there_keeps_it(cast: Cast) -> None:
    """The police act for the academy from level two on: whoever held its request there keeps it by a seat in either."""
    journey, other = bristol(cast), make_holder(cast.police, 2, "Sam Underwood")
    cast.social_care.acting_agency, cast.social_care.acting_from_level = cast.police, 2
    cast.social_care.save()
    Request.objects.filter(dispute=journey.dispute).update(holder=cast.police_manager)
    make_member(cast.police_manager, cast.school, Role.PRACTITIONER)
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == cast.police_manager
    leave_agency(actor=None, user=cast.police_manager, agency=cast.police, now=NIGHT)
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder in {other, cast.receiver}


def test_what_somebody_may_hold_by_cover_stays_with_them(world: World, cast: Cast, dispute: Dispute) -> None:
    before_chair(world, dispute)
    make_cover(cast.chair, cast.panel_member, date(2026, 3, 2), date(2026, 3, 9))
    Referral.objects.filter(dispute=dispute).update(chair=cast.panel_member)
    access_ends()
    assert Referral.objects.get(dispute=dispute).chair == cast.panel_member


def test_what_is_held_for_an_agency_that_is_retired_stays_with_nobody_there(world: World, cast: Cast, dispute: Dispute) -> None:
    """Its people have no seat by it any more; what the other agency holds stays, and the business unit is told, once."""
    due = {"what": "A visit.", "due_at": world.now + timedelta(days=9)}
    for owner, agency in ((cast.receiver, cast.social_care), (cast.own_manager, cast.school)):
        world.do(dispute, Verb.ADD_ACTION, cast.own_manager, agency=agency.pk, owner=owner.pk, **due)
    Dispute.objects.filter(pk=dispute.pk).update(lead_manager=cast.receiver)
    access_ends()
    assert Request.objects.get(dispute=dispute).holder == cast.receiver
    Agency.objects.filter(pk=cast.social_care.pk).update(is_active=False)
    for _ in range(2):
        access_ends()
    assert Request.objects.get(dispute=dispute).holder is None
    assert {row.agency: row.owner for row in AgreedAction.objects.all()} == {cast.social_care: None, cast.school: cast.own_manager}
    assert world.fresh(dispute).lead_manager is None
    assert dispute.runs.get(left_at=None).holder == cast.own_manager
    assert Notification.objects.filter(dispute=dispute, recipient=cast.business_manager, kind=Message.NO_CONTACT).exists()
    assert Event.objects.filter(dispute=dispute, kind=EventKind.REASSIGNED).count() == 1


@pytest.mark.parametrize("ends", ["by its day", "with the seat that it lent", "by hand"])
def test_what_was_held_by_cover_goes_back_as_soon_as_the_cover_is_over(world: World, cast: Cast, dispute: Dispute, ends: str) -> None:
    """No role of whoever covered has ended."""
    before_chair(world, dispute)
    cover = make_cover(cast.chair, cast.panel_member, date(2026, 2, 23), LAST_DAY if ends == "by its day" else date(2026, 3, 20))
    Referral.objects.filter(dispute=dispute).update(chair=cast.panel_member)
    access_ends(london("2026-03-02 12:00"))
    assert Referral.objects.get(dispute=dispute).chair == cast.panel_member
    if ends == "by hand":
        end_cover(actor=None, cover=cover, now=NIGHT)
    elif ends != "by its day":
        last_day(cast.chair)
    access_ends()
    assert Referral.objects.get(dispute=dispute).chair == (cast.deputy_chair if ends.startswith("with") else cast.chair)


RETIRED = "code,name,kind,active,acts_through,acts_from_level\n{code},{name},other,{active},{proxy},{level}\n"


@pytest.mark.parametrize("change", ["retired", "acts no longer", "whoever acts is retired"])
def test_what_is_held_for_an_agency_that_lost_its_seats_by_the_directorys_file_passes_on_at_once(cast: Cast, change: str, tmp_path: Path) -> None:
    """Whoever holds it keeps other seats, so that no role of theirs tells."""
    journey = bristol(cast)
    if change == "retired":
        make_member(cast.receiver, cast.police, Role.PRACTITIONER)
    else:
        Agency.objects.filter(pk=cast.social_care.pk).update(acting_agency=cast.police, acting_from_level=2)
        Request.objects.filter(dispute=journey.dispute).update(holder=cast.police_manager)
        make_member(cast.police_manager, cast.school, Role.PRACTITIONER)
    access_ends(london("2026-03-02 12:00"))
    held = Request.objects.get(dispute=journey.dispute).holder
    off = cast.police if change.startswith("whoever") else cast.social_care
    given = {"active": "yes" if change == "acts no longer" else "no", "proxy": "", "level": ""}
    (tmp_path / "agencies.csv").write_text(RETIRED.format(code=off.code, name=off.name, **given))
    with time_machine.travel(NIGHT, tick=False):
        call_command("import_directory", str(tmp_path), partnership=cast.partnership.slug)
    access_ends()
    taken = Request.objects.get(dispute=journey.dispute).holder
    assert held in {cast.receiver, cast.police_manager}
    assert taken == (None if change == "retired" else cast.receiver)


def test_what_nothing_lately_tells_is_found_by_the_look_through_everything(cast: Cast) -> None:
    """Their post and role are gone without a trace: that one comes each hour."""
    journey = bristol(cast)
    make_member(cast.receiver, cast.police, Role.PRACTITIONER)
    PostHolding.objects.filter(user=cast.receiver).delete()
    Membership.objects.filter(user=cast.receiver, agency=cast.social_care).delete()
    access_ends()
    assert Request.objects.get(dispute=journey.dispute).holder == cast.receiver
    by_the_row("look_for_left")
    assert Request.objects.get(dispute=journey.dispute).holder == cast.receiving_lead
    assert app.conf.beat_schedule["look_for_left"]["schedule"] <= 3600
