"""What is asked beside the next step (of a panel's members, say) is in My work of whoever is asked, and reminded of, until it is done."""

from datetime import datetime

import pytest

from agencies.errors import WrongState
from agencies.models import User
from escalation.models import Clock, Notification, StageRun
from escalation.selectors.worklist import OVERDUE, worklist
from escalation.services.audit import verify
from escalation.states import ClockState, EventKind, Message, Outcome, Verb
from tests.cast import Cast
from tests.escalation.test_turns import asked, running
from tests.escalation.verbs import routed
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of
from tests.web.signed_in import Visitor
from tests.world import london

pytestmark = pytest.mark.django_db
DECLARE = "Declare an interest, or that there is none"
REPLACE = "Replace a member of the panel"


def end_of(day: str) -> datetime:
    return london(f"{day} 23:59").replace(second=59)


@pytest.fixture
def convened(cast: Cast) -> Journey:
    """Bristol's panel, convened on Monday 2 March to meet on Tuesday the 17th."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    routed(journey.world, journey.dispute, "panel")
    seats = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    return journey.do(Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-17 10:00"), members=seats)


def of(journey: Journey, user: User) -> Clock:
    [clock] = running(journey.dispute, user)
    return clock


def test_each_member_of_a_panel_is_asked_for_a_declaration_within_two_working_days(convened: Journey) -> None:
    for user in (convened.cast.own_board, convened.cast.receiving_board, convened.cast.police_manager):
        assert DECLARE in asked(convened.world, user)
    assert of(convened, convened.cast.police_manager).due_at == end_of("2026-03-04")


def test_a_panel_that_meets_sooner_hears_of_interests_before_it_does(convened: Journey) -> None:
    cast = convened.cast
    seats = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    convened.do(Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-03 14:00"), members=seats)
    assert of(convened, cast.police_manager).due_at == london("2026-03-03 14:00")


def test_a_member_who_does_not_declare_is_reminded_each_working_day(convened: Journey) -> None:
    member = convened.cast.police_manager
    convened.at("2026-03-03 15:00", "2026-03-05 00:01", "2026-03-05 09:01", "2026-03-06 09:01", "2026-03-09 09:01")
    assert [group.key for group in worklist(convened.world.person(member), convened.world.now).groups] == [OVERDUE]
    told = Notification.objects.filter(dispute=convened.dispute, recipient=member, action=DECLARE)
    assert told.filter(kind=Message.OVERDUE).count() >= 3
    assert told.filter(kind=Message.HALF_WAY).exists()


def test_a_member_who_declared_is_asked_no_more_and_the_others_moment_stays(convened: Journey) -> None:
    before = of(convened, convened.cast.receiving_board)
    convened.do(Verb.DECLARE_INTEREST, convened.cast.police_manager)
    assert asked(convened.world, convened.cast.police_manager) == []
    ended = Clock.objects.get(dispute=convened.dispute, owner=convened.cast.police_manager, key="ask:interest")
    assert (ended.state, ended.is_procedural) == (ClockState.MET, False)
    assert of(convened, convened.cast.receiving_board).pk == before.pk


def test_a_conflict_asks_the_chair_to_replace_the_member_until_somebody_else_sits_there(convened: Journey) -> None:
    cast = convened.cast
    convened.do(Verb.DECLARE_INTEREST, cast.police_manager, interest="My cousin teaches there.", conflicts=True)
    assert REPLACE in asked(convened.world, cast.chair)
    convened.do(
        Verb.REPLACE_MEMBER, cast.chair, member=cast.police_manager.pk, successor=cast.panel_member.pk, agency=cast.police.pk, reason="A conflict."
    )
    assert REPLACE not in asked(convened.world, cast.chair)
    assert asked(convened.world, cast.panel_member) == [DECLARE]


def test_the_page_of_a_panels_member_offers_the_declaration_first(convened: Journey) -> None:
    page = page_of(convened, convened.cast.police_manager)
    assert page.index("Your turn") < page.index(DECLARE) < page.index("More you can do")


# -- another date -----------------------------------------------------------------------------------------------------------------------------

ANSWER_DATE = "Agree or decline the proposed date"


@pytest.fixture
def proposed(cast: Cast) -> Journey:
    """On Monday 2 March social care asks for Thursday 12 March at noon, where one working day is the procedure's."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    return journey.do(Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=london("2026-03-12 12:00"), reason="The file is at court.")


def test_a_date_that_is_proposed_is_in_my_work_of_who_answers_it_and_reminded_of(proposed: Journey) -> None:
    manager = proposed.cast.own_manager
    assert (asked(proposed.world, manager), of(proposed, manager).due_at) == ([ANSWER_DATE], end_of("2026-03-04"))
    proposed.at("2026-03-03 09:30").do(Verb.RECORD_CONTACT, proposed.cast.receiver, how="phone", whom="The manager", said="We talked.", reached=True)
    proposed.at("2026-03-03 16:30", "2026-03-05 00:01", "2026-03-05 09:01", "2026-03-06 09:01")
    told = Notification.objects.filter(dispute=proposed.dispute, recipient=manager, action=ANSWER_DATE, kind=Message.OVERDUE)
    assert told.count() >= 2


def test_who_raised_it_hears_of_a_proposed_date_and_is_not_asked_to_answer_it(proposed: Journey) -> None:
    told = Notification.objects.filter(dispute=proposed.dispute, recipient=proposed.cast.raiser, kind=Message.FEEDBACK)
    assert [(message.kind, message.action) for message in told] == [(Message.FEEDBACK, "Another date is proposed: Thursday 12 March 2026, midday")]


@pytest.mark.parametrize(("verb", "given"), [(Verb.AGREE_TIMETABLE, {}), (Verb.DECLINE_TIMETABLE, {"reason": "Too late for him."})])
def test_an_answer_to_a_proposed_date_ends_what_was_asked(proposed: Journey, verb: Verb, given: dict[str, str]) -> None:
    proposed.do(verb, proposed.cast.own_manager, **given)
    assert asked(proposed.world, proposed.cast.own_manager) == []
    assert proposed.clock("ask:date").state == ClockState.MET


def test_a_date_that_nobody_answered_falls_when_it_has_passed_and_its_proposer_may_propose_another(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=london("2026-03-02 15:00"), reason="After the visit.")
    assert of(journey, cast.own_manager).due_at == london("2026-03-02 15:00")
    journey.at("2026-03-02 15:01")
    assert asked(journey.world, cast.own_manager) == []
    told = Notification.objects.filter(dispute=journey.dispute, recipient=cast.receiver, action__startswith="Nobody answered the date")
    assert told.count() == 1
    journey.do(Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=london("2026-03-05 12:00"), reason="The visit is later.")
    journey.do(Verb.AGREE_TIMETABLE, cast.own_manager)
    assert journey.clock("response").agreed_due_at == london("2026-03-05 12:00")


def test_a_date_that_passed_is_a_line_that_nobody_wrote_and_no_tampering(cast: Cast) -> None:
    """The half-way and overdue lines of other clocks come before it, so that the sweep of three o'clock has no line but this one."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=london("2026-03-02 15:00"), reason="After the visit.")
    journey.at("2026-03-02 12:31", "2026-03-02 14:01")
    before = journey.dispute.events.count()
    journey.at("2026-03-02 15:01")
    [line] = journey.dispute.events.filter(number__gt=before)
    assert (line.kind, line.actor, line.agency, line.happened_at) == (EventKind.DATE_PASSED, None, None, journey.world.now)
    page = page_of(journey, cast.own_manager)
    assert "A proposed date passed with no answer" in page
    assert "Proposed date" in page
    assert verify().findings == []


def test_a_date_that_passed_is_nobodys_line_also_where_somebody_acts_before_the_sweep(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=london("2026-03-02 15:00"), reason="After the visit.")
    journey.world.now = london("2026-03-02 15:00")
    journey.do(Verb.ADD_NOTE, cast.receiver, text="We rang.")
    journey.world.now = london("2026-03-02 15:01")
    journey.do(Verb.ADD_NOTE, cast.receiver, text="We rang again.")
    [passed] = journey.dispute.events.filter(kind=EventKind.DATE_PASSED)
    assert (passed.actor, passed.agency) == (None, None)
    assert journey.clock("ask:date").state != ClockState.RUNNING
    assert verify().findings == []


# -- the child's file -------------------------------------------------------------------------------------------------------------------------

FILE = "Confirm the child’s file"


@pytest.fixture
def resolved(cast: Cast) -> Journey:
    """Resolved with social care on Monday 2 March."""
    return Journey(cast, "bristol", "2026-03-02 10:00").sent().agreed(cast.own_manager, cast.receiver)


def test_each_agency_is_asked_to_confirm_the_childs_file_within_ten_working_days(resolved: Journey) -> None:
    for user in (resolved.cast.own_manager, resolved.cast.receiver):
        assert FILE in asked(resolved.world, user)
        assert resolved.clock("ask:file", owner=user).due_at == end_of("2026-03-16")


def test_an_agency_that_does_not_confirm_the_file_is_reminded_each_working_day(resolved: Journey) -> None:
    resolved.at("2026-03-09 16:00", "2026-03-17 00:01", "2026-03-17 09:01", "2026-03-18 09:01", "2026-03-19 09:01")
    told = Notification.objects.filter(dispute=resolved.dispute, recipient=resolved.cast.receiver, action=FILE)
    assert told.filter(kind=Message.OVERDUE).count() >= 3


def test_a_confirmation_of_the_file_ends_what_was_asked_of_that_agency_alone(resolved: Journey) -> None:
    resolved.do(Verb.CONFIRM_FILE, resolved.cast.receiver)
    assert asked(resolved.world, resolved.cast.receiver) == []
    assert FILE in asked(resolved.world, resolved.cast.own_manager)
    assert resolved.clock("ask:file", owner=resolved.cast.receiver).state == ClockState.MET


def test_while_only_another_agencys_file_is_left_nobody_is_asked_to_close_it(resolved: Journey) -> None:
    cast = resolved.cast
    resolved.do(Verb.CONFIRM_FILE, cast.own_manager)
    resolved.do(Verb.GIVE_FEEDBACK, cast.own_manager, words="Told in person.", given_on=resolved.world.now.date())
    resolved.do(Verb.RECORD_LEARNING, cast.own_manager, issue="Thresholds are read differently.")
    assert [asked(resolved.world, user) for user in (cast.own_manager, cast.lead, cast.receiver)] == [[], [], [FILE]]
    resolved.do(Verb.CONFIRM_FILE, cast.receiver)
    assert asked(resolved.world, cast.lead) == ["Finish what is left and close it"]


def test_reopening_takes_back_what_was_asked_of_the_file(resolved: Journey) -> None:
    resolved.do(Verb.REOPEN, resolved.cast.lead, reason="It came back.")
    assert FILE not in asked(resolved.world, resolved.cast.receiver)


# -- to move it up ----------------------------------------------------------------------------------------------------------------------------

MOVE = "Move it up, as was asked, or say why not"


@pytest.fixture
def pressed(cast: Cast) -> Journey:
    """On Monday 2 March who raised it asks the own manager to move it up."""
    return Journey(cast, "bristol", "2026-03-02 10:00").sent().do(Verb.ASK_TO_MOVE_UP, cast.raiser, reason="Nothing happens.")


def test_who_is_asked_to_move_it_up_has_that_in_my_work_until_it_is(pressed: Journey) -> None:
    manager = pressed.cast.own_manager
    assert (asked(pressed.world, manager), of(pressed, manager).due_at) == ([MOVE], end_of("2026-03-04"))
    pressed.do(Verb.MOVE_UP, manager, ground="risk", reason="He is home tonight.")
    assert MOVE not in asked(pressed.world, manager)


def test_asking_again_to_move_it_up_leaves_the_moment_as_it_was(pressed: Journey) -> None:
    before = of(pressed, pressed.cast.own_manager)
    pressed.at("2026-03-02 16:00").do(Verb.ASK_TO_MOVE_UP, pressed.cast.raiser, reason="Still nothing.")
    assert of(pressed, pressed.cast.own_manager).due_at == before.due_at


def test_who_is_asked_to_move_it_up_may_say_why_not_and_whoever_asked_hears_it(pressed: Journey) -> None:
    """The other side was reached, so nothing moves by itself: what is held is the move that was asked."""
    cast = pressed.cast
    pressed.do(Verb.RECORD_CONTACT, cast.own_manager, how="phone", whom="The duty desk", said="They meet on Wednesday.", reached=True)
    assert "Say why it does not move up" in page_of(pressed, cast.own_manager)
    pressed.do(Verb.HOLD_MOVE, cast.own_manager, reason="They meet on Wednesday.")
    assert asked(pressed.world, cast.own_manager) == []
    assert (pressed.now.move_held_at, pressed.clock("ask:move").state) == (None, ClockState.MET)
    assert Notification.objects.filter(dispute=pressed.dispute, recipient=cast.raiser, action="Read why it does not move up").exists()
    assert "Asked to move up, and not moved" in page_of(pressed, cast.raiser)


def test_nobody_who_was_not_asked_says_why_it_does_not_move_up(cast: Cast) -> None:
    journey = Journey(cast, "bromley", "2026-03-02 10:00").sent()
    with pytest.raises(WrongState, match="No automatic move is coming"):
        journey.do(Verb.HOLD_MOVE, journey.holder(), reason="We talk tomorrow.")


# -- to refer it ------------------------------------------------------------------------------------------------------------------------------

REFER = "Refer it to the partnership, as was asked, or say why not"


@pytest.fixture
def high(cast: Cast) -> Journey:
    """On Monday 2 March a senior manager has it at Bromley's last stage before the partnership, and may refer it, as the safeguarding lead may."""
    return Journey(cast, "bromley", "2026-03-02 10:00").sent(start_stage=3, start_ground="risk", start_reason="The child is at home.")


def held_by(journey: Journey, user: User) -> None:
    StageRun.objects.filter(dispute=journey.dispute, left_at=None).update(holder=user)


def test_before_the_partnership_whoever_may_refer_it_is_asked_to_until_it_is(high: Journey) -> None:
    cast = high.cast
    assert "Ask for it to be referred to the partnership" in page_of(high, cast.raiser)
    high.do(Verb.ASK_TO_MOVE_UP, cast.raiser, reason="Nothing happens.")
    assert (REFER in asked(high.world, cast.own_senior), high.clock("ask:refer").due_at) == (True, end_of("2026-03-04"))
    assert Notification.objects.filter(dispute=high.dispute, recipient=cast.own_senior, action=REFER).exists()
    high.do(Verb.REFER, cast.own_senior, ground="risk", efforts="Two calls.", reason="The risk goes on.")
    assert REFER not in asked(high.world, cast.own_senior)
    assert high.clock("ask:refer").state != ClockState.RUNNING


def test_where_the_holder_may_not_refer_it_a_lead_who_may_is_asked(high: Journey) -> None:
    held_by(high, high.cast.own_manager)
    high.do(Verb.ASK_TO_MOVE_UP, high.cast.raiser, reason="Nothing happens.")
    assert [REFER in asked(high.world, user) for user in (high.cast.own_manager, high.cast.lead)] == [False, True]


def test_who_is_asked_to_refer_it_may_say_why_not(high: Journey) -> None:
    high.do(Verb.ASK_TO_MOVE_UP, high.cast.raiser, reason="Nothing happens.")
    high.do(Verb.HOLD_MOVE, high.cast.own_senior, reason="They meet on Wednesday.")
    assert (REFER in asked(high.world, high.cast.own_senior), high.clock("ask:refer").state) == (False, ClockState.MET)
    assert Notification.objects.filter(dispute=high.dispute, recipient=high.cast.raiser, action="Read why it does not move up").exists()


def test_asked_to_refer_it_who_does_not_is_reminded_each_working_day(high: Journey) -> None:
    high.do(Verb.ASK_TO_MOVE_UP, high.cast.raiser, reason="Nothing happens.")
    high.at("2026-03-03 12:00", "2026-03-05 09:01", "2026-03-06 09:01", "2026-03-09 09:01")
    told = Notification.objects.filter(dispute=high.dispute, recipient=high.cast.own_senior, action=REFER, kind=Message.OVERDUE)
    assert told.count() >= 3


def test_nobody_asks_themself_to_move_it_up(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    held_by(journey, cast.raiser)
    with pytest.raises(WrongState, match="yours to move up"):
        journey.do(Verb.ASK_TO_MOVE_UP, cast.raiser, reason="Nothing happens.")


# -- a wording while the response is awaited --------------------------------------------------------------------------------------------------


@pytest.fixture
def worded(cast: Cast) -> Journey:
    """On Monday 2 March the own manager puts a wording before social care has answered."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    return journey.do(Verb.PROPOSE_OUTCOME, cast.own_manager, wording="An assessment by Friday.", kind=Outcome.AGREED_ACTION)


def test_a_wording_that_is_put_before_the_response_asks_for_its_confirmation_beside_it(worded: Journey) -> None:
    assert sorted(asked(worded.world, worded.cast.receiver)) == ["Confirm the outcome", "Respond: Stage 1"]


def test_while_a_wording_waits_to_be_confirmed_nothing_moves_up_by_itself(worded: Journey) -> None:
    worded.at("2026-03-02 16:00", "2026-03-03 10:01", "2026-03-04 10:01")
    assert (worded.stage, worded.told(worded.cast.own_manager, Message.OFFER)) == (1, True)


def test_an_agreed_action_is_not_taken_for_the_confirmation_of_a_wording(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.ADD_ACTION, cast.own_manager, what="A visit.", agency=cast.school.pk, due_at=london("2026-03-20 12:00"))
    journey.do(Verb.PROPOSE_OUTCOME, cast.receiver, wording="An assessment by Friday.", kind=Outcome.AGREED_ACTION)
    assert sorted(asked(journey.world, cast.own_manager)) == ["Confirm the outcome", "Do the agreed action"]


def test_while_a_convened_panel_has_not_met_the_chair_reads_when_it_does_and_each_due_moment_once(convened: Journey) -> None:
    page = Visitor(convened.cast.chair, convened.world.now).page(f"/d/{convened.dispute.reference}/")
    main = page.one("main").text
    assert "The panel meets on Tuesday 17 March, 10am. What it decides is recorded once it has met." in main
    assert [one.text for one in page.all("a", class_="govuk-button") if "convene" in one.attrs["href"]] == []
    assert "Convene the panel anew" in main
    assert main.count("next step due Wednesday 4 March") == 1
