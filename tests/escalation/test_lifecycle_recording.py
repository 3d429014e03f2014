"""Contacts, meetings, notes, actions, handing over, corrections, concerns, and what happened earlier than it was recorded."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from agencies.errors import Conflict, InvalidInput, NotAllowed, NotFound
from agencies.models import User
from agencies.roles import Role
from escalation.models import AgreedAction, Clock, Dispute, Event, Request
from escalation.services.audit import verify
from escalation.services.sweep import sweep
from escalation.states import ClockState, EventKind, Message, Verb
from reports.figures import Edition
from reports.measures import Scope, timeliness
from reports.periods import Year
from tests.api.conftest import Caller
from tests.escalation.verbs import refused, respond
from tests.factories import make_cover, make_member, make_user
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db
CONTACT = {"how": "phone", "whom": "The duty desk", "said": "It rang out.", "reached": False}
THURSDAY = london("2026-03-05 12:00")
NAIVE = THURSDAY.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("verb", "given", "field"),
    [
        (Verb.RECORD_CONTACT, {**CONTACT, "whom": ""}, "whom"),
        (Verb.RECORD_CONTACT, {**CONTACT, "said": " "}, "said"),
        (Verb.RECORD_CONTACT, {**CONTACT, "how": "\x00"}, "how"),
        (Verb.RECORD_MEETING, {"who": "", "summary": "x"}, "who"),
        (Verb.RECORD_MEETING, {"who": "x", "summary": ""}, "summary"),
        (Verb.RECORD_MEETING, {"who": "x", "summary": "x", "decisions": "\x00"}, "decisions"),
        (Verb.RECORD_MEETING, {"who": "x", "summary": "x", "how": "x" * 41}, "how"),
        (Verb.ADD_NOTE, {"text": ""}, "text"),
        (Verb.CONTINUE_CONCERN, {"concern": " "}, "concern"),
        (Verb.PROPOSE_TIMETABLE, {"due_at": MONDAY, "reason": "x"}, "due_at"),
        (Verb.PROPOSE_TIMETABLE, {"due_at": THURSDAY, "reason": ""}, "reason"),
        (Verb.PROPOSE_TIMETABLE, {"due_at": THURSDAY, "reason": "x", "clock": uuid4()}, "clock"),
        (Verb.PROPOSE_TIMETABLE, {"due_at": THURSDAY + timedelta(days=3000), "reason": "x"}, "due_at"),
        (Verb.REASSIGN, {"to": uuid4()}, "to"),
    ],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(world: World, dispute: Dispute, verb: Verb, given: dict[str, object], field: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, verb, world.cast.own_manager, **given)
    assert caught.value.field == field


@pytest.mark.parametrize("verb", [Verb.RECORD_CONTACT, Verb.RECORD_MEETING, Verb.ADD_NOTE, Verb.CORRECT])
def test_nobody_outside_it_adds_to_the_record(world: World, dispute: Dispute, verb: Verb) -> None:
    for part in ("stranger", "police_manager", "chair", "administrator"):
        with refused(dispute, NotFound):
            world.do(dispute, verb, getattr(world.cast, part))


def test_a_note_of_the_own_agency_stays_in_it(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text="Ask legal.", private=True)
    assert Event.objects.get(dispute=dispute, kind=EventKind.NOTE).private_to == world.cast.social_care
    with refused(dispute, InvalidInput, "belongs to an agency"):
        world.do(dispute, Verb.ADD_NOTE, world.cast.business_unit, text="x", private=True)


def test_what_an_agency_keeps_to_itself_changes_nothing_for_others_and_is_not_confirmed_to_them(world: World, dispute: Dispute) -> None:
    cast, before = world.cast, world.fresh(dispute).revision
    advice = {"whom": "legal", "who": "The solicitor", "told": "Capacity", "private": True}
    world.do(dispute, Verb.RECORD_ADVICE, cast.receiver, **advice)
    assert world.fresh(dispute).revision == before
    world.now += timedelta(hours=1)
    world.do(dispute, Verb.ADD_NOTE, cast.receiver, text="Ask legal.", private=True, happened=MONDAY + timedelta(minutes=1))
    line = Event.objects.get(dispute=dispute, kind=EventKind.NOTE)
    with refused(dispute, NotFound, "no earlier moment"):
        world.do(dispute, Verb.CONFIRM_HAPPENED, cast.receiving_lead, number=line.number)


def test_adding_to_the_record_does_not_spoil_another_persons_page(world: World, dispute: Dispute) -> None:
    before = world.fresh(dispute).revision
    world.do(dispute, Verb.ADD_NOTE, world.cast.raiser, text="A note.")
    world.do(dispute, Verb.RECORD_CONTACT, world.cast.raiser, **CONTACT)
    assert world.fresh(dispute).revision == before


# -- agreed actions ---------------------------------------------------------------------------------------------------------------------------


def action(world: World, **more: object) -> dict[str, object]:
    return {"what": "Visit on Thursday", "agency": world.cast.social_care.pk, "due_at": THURSDAY, **more}


def test_an_agreed_action_has_its_own_clock_until_it_is_done(world: World, dispute: Dispute) -> None:
    """BRO-08."""
    world.do(dispute, Verb.ADD_ACTION, world.cast.own_manager, **action(world))
    row = AgreedAction.objects.get(dispute=dispute)
    assert (row.owner, Clock.objects.get(action=row).due_at) == (world.cast.receiver, THURSDAY)
    sweep(london("2026-03-05 12:01"))
    assert dispute.notifications.filter(recipient=world.cast.receiver, action="Do the agreed action", kind=Message.OVERDUE).exists()
    world.now = london("2026-03-05 13:00")
    world.do(dispute, Verb.COMPLETE_ACTION, world.cast.receiver, action=row.pk, how="Visited.")
    assert Clock.objects.get(action=row).state == ClockState.LATE
    with refused(dispute, NotFound, "not open"):
        world.do(dispute, Verb.COMPLETE_ACTION, world.cast.receiver, action=row.pk)


def test_somebody_with_a_conflict_is_asked_for_no_action(world: World, dispute: Dispute) -> None:
    other = make_member(make_user("Ola Finch"), world.cast.social_care, Role.PRACTITIONER).user
    world.do(dispute, Verb.ADD_ACTION, world.cast.own_manager, **action(world, owner=other.pk))
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(other.pk)])
    with refused(dispute, InvalidInput, "role in that agency"):
        world.do(dispute, Verb.ADD_ACTION, world.cast.own_manager, **action(world, owner=other.pk))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"what": ""}, "what"),
        ({"agency": uuid4()}, "agency"),
        ({"due_at": MONDAY}, "due_at"),
        ({"owner": uuid4()}, "owner"),
        ({"due_at": NAIVE}, "due_at"),
    ],
)
def test_an_action_names_what_who_and_by_when(world: World, dispute: Dispute, more: dict[str, object], field: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.ADD_ACTION, world.cast.own_manager, **action(world, **more))
    assert caught.value.field == field


# -- handing over -----------------------------------------------------------------------------------------------------------------------------


def test_it_is_handed_to_an_equivalent_with_its_clock(world: World, dispute: Dispute) -> None:
    """BRI-06."""
    other = world.cast.receiving_lead
    world.do(dispute, Verb.REASSIGN, world.cast.receiver, to=other.pk, reason="I am not the right person.")
    assert Request.objects.get(dispute=dispute).holder == other
    assert Clock.objects.get(dispute=dispute, key="response").owner == other
    assert dispute.notifications.filter(recipient=other, action="It was handed to you. Respond: Stage 1").exists()


def test_what_whoever_hands_it_on_had_agreed_to_do_goes_with_it_and_what_others_had_does_not(world: World, dispute: Dispute) -> None:
    """Reminders, and who may say that it is done, name the same person as the list of agreed actions."""
    cast = world.cast
    for owner in (cast.receiver, cast.other_practitioner):
        given = {"agency": cast.social_care.pk, "owner": owner.pk, "due_at": world.now + timedelta(days=3)}
        world.do(dispute, Verb.ADD_ACTION, cast.receiver, what="Visit the family.", **given)
    world.do(dispute, Verb.REASSIGN, cast.receiver, to=cast.receiving_lead.pk, reason="On leave.")
    theirs = {(row.owner, Clock.objects.get(action=row).owner) for row in AgreedAction.objects.all()}
    assert theirs == {(cast.receiving_lead, cast.receiving_lead), (cast.other_practitioner, cast.other_practitioner)}
    assert str(verify(reference=dispute.reference).findings) == "[]"


def test_one_side_does_not_choose_the_others_people(world: World, dispute: Dispute) -> None:
    with refused(dispute, InvalidInput, "Each agency chooses its own people"):
        world.do(dispute, Verb.REASSIGN, world.cast.own_manager, to=world.cast.receiving_lead.pk, agency=world.cast.social_care.pk)


def test_before_it_leaves_the_own_agency_the_manager_hands_it_to_somebody_else_by_the_same_time(world: World) -> None:
    dispute, cast = world.log(), world.cast
    clock = Clock.objects.get(dispute=dispute, owner=cast.own_manager)
    world.do(dispute, Verb.REASSIGN, cast.own_manager, to=cast.lead.pk, reason="On leave.")
    assert world.fresh(dispute).runs.get().holder == cast.lead
    assert Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING).values_list("pk", "owner", "due_at").get() == (
        clock.pk,
        cast.lead.pk,
        clock.due_at,
    )
    told = dispute.notifications.get(recipient=cast.lead, action="It was handed to you. Send on or send back")
    assert told.due_at == clock.due_at
    world.do(dispute, Verb.SEND_ON, cast.lead)
    assert world.fresh(dispute).stage == 1


def test_before_it_leaves_the_own_agency_it_is_handed_neither_to_who_raised_it_nor_elsewhere(world: World) -> None:
    dispute, cast = world.log(), world.cast
    for to, agency, words in (
        (cast.raiser, None, "cannot act"),
        (cast.receiver, None, "cannot act"),
        (cast.receiver, cast.social_care.pk, "its own people"),
    ):
        with refused(dispute, InvalidInput, words):
            world.do(dispute, Verb.REASSIGN, cast.own_manager, to=to.pk, agency=agency)
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.REASSIGN, cast.raiser, to=cast.lead.pk)


def test_the_unit_recommends_a_contact_only_somebody_of_that_agency(world: World, dispute: Dispute) -> None:
    """BRI-10."""
    cast = world.cast
    with refused(dispute, InvalidInput, "role in that agency"):
        world.do(dispute, Verb.RECOMMEND_CONTACT, cast.business_manager, agency=cast.social_care.pk, person=cast.lead.pk)
    with refused(dispute, InvalidInput, "Nothing is asked"):
        world.do(dispute, Verb.RECOMMEND_CONTACT, cast.business_manager, agency=cast.police.pk, person=cast.police_manager.pk)
    world.do(dispute, Verb.RECOMMEND_CONTACT, cast.business_manager, agency=cast.social_care.pk, person=cast.receiving_board.pk)
    assert Request.objects.get(dispute=dispute).holder == cast.receiving_board
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.RECOMMEND_CONTACT, cast.own_manager, agency=cast.social_care.pk, person=cast.receiver.pk)


def test_the_own_managers_cover_acts_for_the_raising_side(world: World, dispute: Dispute) -> None:
    make_cover(world.cast.own_manager, world.cast.colleague, world.now.date(), world.now.date())
    world.do(dispute, Verb.MOVE_UP, world.cast.colleague, ground="risk", reason="It will not wait.")
    assert world.fresh(dispute).stage == 2


# -- corrections ------------------------------------------------------------------------------------------------------------------------------


def test_a_correction_stands_beside_the_old_words_and_only_of_ones_own(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RECORD_CONTACT, world.cast.raiser, **CONTACT)
    line = Event.objects.get(dispute=dispute, kind=EventKind.CONTACT)
    given = {"number": line.number, "text": {"said": "They rang back at noon."}, "why": "I had it wrong."}
    with refused(dispute, InvalidInput, "only what you wrote yourself"):
        world.do(dispute, Verb.CORRECT, world.cast.own_manager, **given)
    for wrong in ({"text": {"said": CONTACT["said"]}}, {"text": {"nonsense": "x"}}, {"why": ""}):
        with refused(dispute, InvalidInput):
            world.do(dispute, Verb.CORRECT, world.cast.raiser, **{**given, **wrong})
    with refused(dispute, NotFound):
        world.do(dispute, Verb.CORRECT, world.cast.raiser, **{**given, "number": 999})
    world.do(dispute, Verb.CORRECT, world.cast.raiser, **given)
    assert line.body.text["said"] == "It rang out."
    assert Event.objects.get(dispute=dispute, kind=EventKind.CORRECTED).body.text["new"] == {"said": "They rang back at noon."}


@pytest.mark.parametrize(
    ("verb", "given", "when", "words"),
    [
        (Verb.RECORD_CONTACT, CONTACT, MONDAY + timedelta(minutes=1), "It was written down on Monday 2 March, 10am"),
        (Verb.RECORD_CONTACT, CONTACT, MONDAY - timedelta(days=400), "more than a year ago"),
        (Verb.ADD_NOTE, {"text": "They ring back."}, MONDAY - timedelta(hours=1), "Only of a call, a meeting or advice"),
    ],
)
def test_when_it_happened_is_not_put_right_where_it_cannot_have_been_or_dates_hang_on_it(
    world: World, dispute: Dispute, verb: Verb, given: dict[str, object], when: datetime, words: str
) -> None:
    line = world.do(dispute, verb, world.cast.raiser, **given).events[0]
    with refused(dispute, InvalidInput, words) as caught:
        world.do(dispute, Verb.CORRECT, world.cast.raiser, number=line.number, text={}, why="A slip.", when=when)
    assert caught.value.field == "when"


# -- what happened earlier --------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def phoned(world: World) -> Dispute:
    """Told by phone on Monday at 11:00, recorded at 15:00."""
    dispute = world.log()
    world.now = london("2026-03-02 15:00")
    world.do(dispute, Verb.SEND_ON, world.cast.own_manager, happened=london("2026-03-02 11:00"))
    return dispute


def sent_line(dispute: Dispute) -> int:
    return Event.objects.get(dispute=dispute, kind=EventKind.SENT).number


def test_until_it_is_confirmed_the_clock_runs_from_the_recording(world: World, phoned: Dispute) -> None:
    assert Clock.objects.get(dispute=phoned, key="response").due_at == london("2026-03-03 15:00")


def test_once_the_receiving_side_confirms_it_the_clock_runs_from_when_it_happened(world: World, phoned: Dispute) -> None:
    with refused(phoned, NotAllowed):
        world.do(phoned, Verb.CONFIRM_HAPPENED, world.cast.own_manager, number=sent_line(phoned))
    world.do(phoned, Verb.CONFIRM_HAPPENED, world.cast.receiver, number=sent_line(phoned))
    clock = Clock.objects.get(dispute=phoned, key="response", state=ClockState.RUNNING)
    assert (clock.started_at, clock.due_at) == (london("2026-03-02 11:00"), london("2026-03-03 11:00"))
    sweep(world.now)
    assert not Event.objects.filter(dispute=phoned, kind=EventKind.HALF_WAY, recorded_at__lt=world.now).exists()


def test_each_of_several_agencies_confirms_for_its_own_time_and_the_unit_for_all(world: World) -> None:
    cast, early, late = world.cast, london("2026-03-03 11:00"), london("2026-03-03 15:00")

    def dues(dispute: Dispute, *by: User) -> list[datetime]:
        for user in by:
            world.do(dispute, Verb.CONFIRM_HAPPENED, user, number=sent_line(dispute))
        running = [dispute.clocks.get(agency=agency, state=ClockState.RUNNING) for agency in (cast.social_care, cast.police)]
        return [clock.due_at for clock in running]

    world.now = london("2026-03-02 15:00")
    both = [world.log(cast.social_care, cast.police) for _ in range(2)]
    for dispute in both:
        world.do(dispute, Verb.SEND_ON, cast.own_manager, happened=london("2026-03-02 11:00"))
    assert dues(both[0], cast.police_manager) == [late, early]
    assert dues(both[0], cast.receiver) == [early, early]
    assert dues(both[1], cast.business_unit) == [early, early]


def test_a_talk_recorded_in_the_second_of_the_sending_moves_no_clock_that_the_sending_began(world: World, phoned: Dispute) -> None:
    """A program sends it on, and says in the same second whom it had called at eleven."""
    world.do(phoned, Verb.RECORD_CONTACT, world.cast.own_manager, **CONTACT, happened=london("2026-03-02 11:00"))
    contact = Event.objects.get(dispute=phoned, kind=EventKind.CONTACT)
    assert contact.recorded_at == Event.objects.get(dispute=phoned, kind=EventKind.SENT).recorded_at
    world.do(phoned, Verb.CONFIRM_HAPPENED, world.cast.receiver, number=contact.number)
    assert Clock.objects.get(dispute=phoned, key="response").due_at == london("2026-03-03 15:00")


@pytest.mark.parametrize(("answered", "state"), [("2026-03-03 15:00", ClockState.MET), ("2026-03-03 15:01", ClockState.LATE)])
def test_the_answer_is_in_time_until_the_moment_that_counts_from_the_recording(
    world: World, phoned: Dispute, answered: str, state: ClockState
) -> None:
    world.do(phoned, Verb.CONFIRM_HAPPENED, world.cast.receiver, number=sent_line(phoned))
    world.now = london(answered)
    respond(world, phoned)
    clock = Clock.objects.exclude(recorded_due_at=None).get(dispute=phoned)
    assert (clock.state, clock.due_at, clock.recorded_due_at) == (state, london("2026-03-03 11:00"), london("2026-03-03 15:00"))
    measured = Clock.objects.filter(timeliness.IN_TIME, pk=clock.pk)
    assert measured.exists() is (state == ClockState.MET)


def test_between_the_two_moments_it_is_not_yet_due_and_the_page_and_programs_say_until_when_it_is_in_time(world: World, phoned: Dispute) -> None:
    world.do(phoned, Verb.CONFIRM_HAPPENED, world.cast.receiver, number=sent_line(phoned))
    found, until = [], london("2026-03-03 15:00")
    for now in (until, until + timedelta(seconds=1)):
        counts = timeliness.tallies(Scope(world.cast.partnership, Year(2025), now, Edition.INTERNAL))
        found.append(Clock.objects.exclude(recorded_due_at=None).aggregate(none=counts["none"], ahead=counts["not_yet_due"]))
    assert found == [{"none": 0, "ahead": 1}, {"none": 1, "ahead": 0}]
    receiver = Visitor(world.cast.receiver, world.now)
    with time_machine.travel(MONDAY, tick=False):
        [clock, _] = Caller(world.cast.receiver).get(f"disputes/{phoned.reference}/clocks/").json()["clocks"]
    assert (clock["due_at"], clock["in_time_until"]) == ("2026-03-03T11:00:00Z", "2026-03-03T15:00:00Z")
    assert "It is in time until Tuesday 3 March, 3pm: that counts" in receiver.get(f"/d/{phoned.reference}/").content.decode()
    paper = receiver.get(f"/d/{phoned.reference}/view/documents/record-of-escalation/").content.decode()
    assert "It is in time until Tuesday 3 March 2026, 3pm: that counts" in paper


def test_the_system_moves_nothing_up_sooner_than_by_the_recording(world: World, phoned: Dispute) -> None:
    """One working day after Tuesday at 15:00, and not after Tuesday at 11:00, when it is overdue by what happened."""
    world.do(phoned, Verb.CONFIRM_HAPPENED, world.cast.business_unit, number=sent_line(phoned))
    for moment, stage in (("2026-03-03 11:01", 1), ("2026-03-04 14:59", 1), ("2026-03-04 15:00", 2)):
        world.delivered(phoned)
        sweep(london(moment))
        assert world.fresh(phoned).stage == stage


def test_a_confirmation_that_would_make_it_overdue_at_once_leaves_the_clock_as_it_is(world: World, phoned: Dispute) -> None:
    """No clock is overdue when it is born."""
    world.now = london("2026-03-03 11:30")
    world.do(phoned, Verb.CONFIRM_HAPPENED, world.cast.business_unit, number=sent_line(phoned))
    assert Clock.objects.get(dispute=phoned, key="response").due_at == london("2026-03-03 15:00")
    assert Event.objects.get(dispute=phoned, kind=EventKind.HAPPENED_CONFIRMED).facts["clocks"] == []


def test_a_moment_that_was_put_right_since_is_confirmed_by_nobody_who_has_not_read_it(world: World, dispute: Dispute) -> None:
    cast, earlier = world.cast, {"happened": MONDAY - timedelta(hours=1)}
    line = world.do(dispute, Verb.RECORD_CONTACT, cast.raiser, **earlier, **CONTACT).events[0]
    world.do(dispute, Verb.CORRECT, cast.raiser, number=line.number, text={}, why="A slip.", when=MONDAY - timedelta(days=3))
    with refused(dispute, Conflict, "Look at it again"):
        world.do(dispute, Verb.CONFIRM_HAPPENED, cast.receiver, number=line.number, up_to=line.number)
    world.do(dispute, Verb.CONFIRM_HAPPENED, cast.receiver, number=line.number, up_to=line.number + 1)
    with refused(dispute, InvalidInput, "Another has confirmed") as caught:
        world.do(dispute, Verb.CORRECT, cast.raiser, number=line.number, why="A slip.", when=MONDAY - timedelta(days=2))
    assert caught.value.field == "when"


def test_what_was_recorded_when_it_happened_has_nothing_to_confirm(world: World, dispute: Dispute) -> None:
    with refused(dispute, NotFound, "no earlier moment"):
        world.do(dispute, Verb.CONFIRM_HAPPENED, world.cast.receiver, number=sent_line(dispute))


@pytest.mark.parametrize(("moved", "words"), [(timedelta(minutes=1), "has not come yet"), (timedelta(days=-367), "more than a year ago")])
def test_nothing_happened_in_the_future_or_long_ago(world: World, dispute: Dispute, moved: timedelta, words: str) -> None:
    with refused(dispute, InvalidInput, words):
        world.do(dispute, Verb.RECORD_CONTACT, world.cast.raiser, happened=world.now + moved, **CONTACT)
