"""Made urgent in mid-stage: the words, the clock and the page say the same moment, and nothing that was proposed before undoes the hurry."""

import re

import pytest

from agencies.errors import WrongState
from agencies.models import User
from escalation.models import Clock, Dispute, Notification
from escalation.selectors.worklist import worklist
from escalation.services.audit import verify
from escalation.states import ClockState, EventKind, Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
TONIGHT = london("2026-03-02 20:00")


def asked(world: World, user: User) -> list[tuple[str, object]]:
    groups = worklist(world.person(user), world.now).groups
    return [(item.ask, item.due.moment if item.due else None) for group in groups if group.key != "waiting" for item in group.items]


def urgent(world: World, dispute: Dispute) -> None:
    holder = dispute.runs.get(left_at=None).holder
    assert holder is not None
    world.do(dispute, Verb.MAKE_URGENT, holder, reason="He is home tonight.", respond_by=TONIGHT)


def test_urgent_before_the_chair_hurries_the_acknowledgement_in_message_row_and_page(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    before_chair(journey.world, journey.dispute)
    urgent(journey.world, journey.dispute)
    message = Notification.objects.get(dispute=journey.dispute, recipient=cast.chair, action="It is urgent now. Acknowledge and set a timetable")
    assert message.due_at == TONIGHT
    assert asked(journey.world, cast.chair) == [("Acknowledge and set a timetable", TONIGHT)]
    page = page_of(journey, cast.chair)
    assert "Set because it is urgent." in page
    clock = Clock.objects.running().get(dispute=journey.dispute, measures="acknowledgement")
    assert clock.due_at == london("2026-03-04 10:00"), "what is in time stays the procedure's"


def test_what_is_put_before_the_chair_when_it_is_urgent_already_is_acknowledged_by_that_moment(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    urgent(journey.world, journey.dispute)
    before_chair(journey.world, journey.dispute)
    assert asked(journey.world, cast.chair) == [("Acknowledge and set a timetable", TONIGHT)]


def test_a_moment_that_is_later_than_the_chairs_hurries_nothing(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    before_chair(journey.world, journey.dispute)
    holder = journey.holder()
    journey.do(Verb.MAKE_URGENT, holder, reason="Soon.", respond_by=london("2026-03-06 12:00"))
    assert asked(journey.world, cast.chair) == [("Acknowledge and set a timetable", london("2026-03-04 10:00"))]


def test_a_later_date_that_was_proposed_before_it_became_urgent_falls_and_its_proposer_hears_why(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=london("2026-03-12 12:00"), reason="The file is at court.")
    urgent(journey.world, journey.dispute)
    words = "It is urgent now: the later date that you proposed stands no longer"
    assert Notification.objects.filter(dispute=journey.dispute, recipient=cast.receiver, kind=Message.EXTENDED, action=words).exists()
    with pytest.raises(WrongState, match="No other date is proposed"):
        journey.do(Verb.AGREE_TIMETABLE, cast.own_manager)
    assert journey.clock("response").effective_due == TONIGHT
    assert not Clock.objects.running().filter(dispute=journey.dispute, key="ask:date").exists()


def test_a_sooner_date_that_was_proposed_before_it_became_urgent_may_still_be_agreed(cast: Cast) -> None:
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent()
    clock = next(iter(Clock.objects.running().filter(dispute=journey.dispute, key="next_reply")), None)
    assert clock is not None
    noon = london("2026-03-02 12:00")
    journey.do(Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=noon, reason="We meet at noon.", clock=clock.pk)
    journey.do(Verb.MAKE_URGENT, cast.own_manager, reason="He is home tonight.", respond_by=TONIGHT)
    running = Clock.objects.running().filter(dispute=journey.dispute, owner=cast.receiver)
    assert min(each.effective_due for each in running) <= TONIGHT


def test_both_sides_may_agree_a_later_date_once_it_is_urgent(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    urgent(journey.world, journey.dispute)
    later = london("2026-03-03 12:00")
    journey.do(Verb.PROPOSE_TIMETABLE, cast.receiver, due_at=later, reason="He is safe until then.")
    journey.do(Verb.AGREE_TIMETABLE, cast.own_manager)
    assert journey.clock("response").effective_due == later


# -- the raising side's own moment is over -----------------------------------------------------------------------------------------------------

NEXT_NIGHT = london("2026-03-03 07:00")


def let_pass(cast: Cast) -> Journey:
    """In Bristol on a Monday, urgent by eight in the evening; the own manager lets that pass, and who raised it sends it on at 22:01."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").logged()
    journey.do(Verb.MAKE_URGENT, cast.raiser, reason="He is home tonight.", respond_by=TONIGHT)
    return journey.at("2026-03-02 20:01", "2026-03-02 22:01").do(Verb.SEND_ON, cast.raiser)


def test_once_the_moment_is_over_another_can_be_set_and_hurries_what_is_asked_now(cast: Cast) -> None:
    journey = let_pass(cast)
    usual = journey.clock("response").due_at
    assert asked(journey.world, cast.receiver) == [("Respond: Stage 1", usual)]
    assert "it can set another" in page_of(journey, cast.raiser)
    assert "Set another moment to respond by" in page_of(journey, cast.raiser)
    journey.do(Verb.MAKE_URGENT, cast.raiser, reason="He is home until the morning.", respond_by=NEXT_NIGHT)
    assert asked(journey.world, cast.receiver) == [("Respond: Stage 1", NEXT_NIGHT)]
    clock = journey.clock("response")
    assert (clock.due_at, clock.effective_due) == (usual, NEXT_NIGHT), "what is in time stays the procedure's"
    assert Clock.objects.filter(dispute=journey.dispute, key="response").count() == 1
    message = Notification.objects.get(dispute=journey.dispute, recipient=cast.receiver, action="It is urgent now. Respond: Stage 1")
    assert message.due_at == NEXT_NIGHT
    assert "it can set another" not in page_of(journey, cast.raiser)


SET = "Set another moment to respond by"


def passed(cast: Cast, key: str = "bristol") -> Journey:
    """Urgent by eight in the evening, and nobody answered."""
    journey = Journey(cast, key, "2026-03-02 10:00").sent()
    urgent(journey.world, journey.dispute)
    return journey.at("2026-03-02 20:01")


@pytest.mark.parametrize("key", ["bristol", "bromley", "buckinghamshire", "enfield", "devon"])
def test_once_it_is_over_whoever_may_set_another_is_asked_for_it_in_message_row_and_page(cast: Cast, key: str) -> None:
    journey = passed(cast, key)
    holder = journey.holder()
    soon = london("2026-03-02 22:01")
    message = Notification.objects.get(dispute=journey.dispute, recipient=holder, action=SET)
    assert (message.kind, message.due_at, message.not_before) == (Message.ASSIGNED, soon, journey.world.now)
    assert (SET, soon) in asked(journey.world, holder)
    page = Visitor(holder, journey.world.now).page(f"/d/{journey.dispute.reference}/")
    assert [link.text for link in page.all("a", class_="govuk-button")] == [SET]
    journey.at("2026-03-02 22:02")
    assert Notification.objects.filter(dispute=journey.dispute, recipient=holder, action=SET, kind=Message.OVERDUE).exists()


def test_nobody_is_asked_for_another_moment_before_the_first_is_over_or_once_it_was_answered(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    urgent(journey.world, journey.dispute)
    journey.at("2026-03-02 19:59")
    assert asked(journey.world, cast.own_manager) == []
    journey.disagrees(cast.receiver).at("2026-03-02 20:01")
    assert SET not in [ask for ask, _ in asked(journey.world, cast.own_manager)]


def test_another_is_asked_for_at_the_own_managers_and_after_that_only_once_the_time_of_the_stage_has_passed_too(cast: Cast) -> None:
    journey = let_pass(cast)
    assert Notification.objects.filter(dispute=journey.dispute, recipient=cast.own_manager, action=SET, due_at=london("2026-03-02 22:01")).exists()
    assert SET not in [ask for ask, _ in asked(journey.world, cast.own_manager)], "it was sent on"
    assert journey.clock("response").due_at == london("2026-03-04 09:00")
    journey.at("2026-03-04 09:01")
    assert (SET, london("2026-03-04 11:01")) in asked(journey.world, cast.own_manager)
    told = Notification.objects.filter(dispute=journey.dispute, recipient=cast.own_manager, action=SET, kind=Message.ASSIGNED)
    assert [message.due_at for message in told.order_by("due_at")] == [london("2026-03-02 22:01"), london("2026-03-04 11:01")]


def test_another_is_asked_for_as_soon_as_a_second_moment_has_passed_that_lay_after_the_time_of_the_stage_and_a_line_says_so(cast: Cast) -> None:
    journey = passed(cast)
    journey.do(Verb.MAKE_URGENT, journey.holder(), reason="Still.", respond_by=london("2026-03-03 10:30"))
    assert journey.clock("response").due_at == london("2026-03-03 10:00")
    journey.at("2026-03-03 10:01")
    assert SET not in [ask for ask, _ in asked(journey.world, journey.holder())]
    journey.at("2026-03-03 10:31")
    assert (SET, london("2026-03-03 12:31")) in asked(journey.world, journey.holder())
    assert Notification.objects.filter(dispute=journey.dispute, recipient=journey.holder(), action=SET, created_at=journey.world.now).exists()
    line = journey.dispute.events.latest("number")
    assert (line.kind, line.actor, line.facts["clock"]) == (EventKind.NEXT_STEP_ASKED, None, "ask:moment")
    assert verify().findings == []


def test_the_two_hours_for_another_moment_are_counted_night_and_day_on_the_page_and_in_reminders(cast: Cast) -> None:
    """The raising side’s moment passes at 4:30pm: at 4:31 two hours are left, and not the half hour until the office closes."""
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    journey.do(Verb.MAKE_URGENT, journey.holder(), reason="He is home tonight.", respond_by=london("2026-03-02 16:30"))
    holder = journey.at("2026-03-02 16:31").holder()
    assert "Monday 2 March, 6:31pm</time> in 2 hours" in " ".join(re.sub(r"<(?!/time)[^>]+>", " ", page_of(journey, holder)).split())
    journey.at("2026-03-02 17:31", "2026-03-02 18:32", "2026-03-02 19:32")
    told = Notification.objects.filter(dispute=journey.dispute, recipient=holder, action=SET).order_by("created_at")
    kinds = told.values_list("kind", "created_at")
    assert [(Message.HALF_WAY, london("2026-03-02 17:31")), (Message.OVERDUE, london("2026-03-02 19:32"))] == [kinds[1], kinds.latest("created_at")]


@pytest.mark.parametrize("by", ["set", "answered"])
def test_the_row_goes_once_another_moment_is_set_or_the_response_is_there(cast: Cast, by: str) -> None:
    journey = passed(cast)
    if by == "set":
        journey.do(Verb.MAKE_URGENT, cast.raiser, reason="He is home until the morning.", respond_by=NEXT_NIGHT)
    else:
        journey.disagrees(cast.receiver)
    assert SET not in [ask for ask, _ in asked(journey.world, cast.own_manager)]
    assert journey.clock("ask:moment").state == (ClockState.MET if by == "set" else ClockState.NOT_NEEDED)


def test_before_the_chair_another_moment_is_asked_for_while_nobody_has_acknowledged_it(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    before_chair(journey.world, journey.dispute)
    urgent(journey.world, journey.dispute)
    holder = journey.at("2026-03-02 20:01").holder()
    assert [ask for ask, _ in asked(journey.world, holder)] == [SET]


def test_while_the_moment_is_to_come_no_other_can_be_set(cast: Cast) -> None:
    journey = let_pass(cast)
    journey.do(Verb.MAKE_URGENT, cast.raiser, reason="He is home until the morning.", respond_by=NEXT_NIGHT)
    with pytest.raises(WrongState, match="urgent already"):
        journey.do(Verb.MAKE_URGENT, cast.raiser, reason="Sooner.", respond_by=london("2026-03-03 06:00"))
    assert journey.clock("response").effective_due == NEXT_NIGHT


def test_another_moment_gives_no_response_more_time_than_the_procedure_does(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    usual = journey.clock("response").due_at
    urgent(journey.world, journey.dispute)
    journey.at("2026-03-02 20:01")
    journey.do(Verb.MAKE_URGENT, cast.own_manager, reason="Still.", respond_by=london("2026-03-06 12:00"))
    assert usual < london("2026-03-06 12:00")
    assert asked(journey.world, cast.receiver) == [("Respond: Stage 1", usual)]


def test_the_page_that_sends_it_on_says_that_the_moment_is_over(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").logged()
    journey.do(Verb.MAKE_URGENT, cast.raiser, reason="He is home tonight.", respond_by=TONIGHT)
    words = "The moment to respond by has passed"
    assert words not in page_of(journey, cast.own_manager, "send-on/")
    journey.at("2026-03-02 20:01")
    assert words in page_of(journey, cast.own_manager, "send-on/")


MOVE = "Move it up, as was asked, or say why not"


@pytest.mark.parametrize("asked_first", [True, False])
def test_a_move_that_was_asked_for_is_hurried_too(cast: Cast, *, asked_first: bool) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    if not asked_first:
        urgent(journey.world, journey.dispute)
    journey.do(Verb.ASK_TO_MOVE_UP, cast.raiser, reason="Nothing happens.")
    if asked_first:
        urgent(journey.world, journey.dispute)
    assert (MOVE, TONIGHT) in asked(journey.world, cast.own_manager)
    latest = Notification.objects.filter(dispute=journey.dispute, recipient=cast.own_manager, action__contains=MOVE).latest("created_at", "pk")
    assert latest.due_at == TONIGHT


def test_a_move_that_was_asked_for_without_urgency_has_its_usual_days(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent().do(Verb.ASK_TO_MOVE_UP, cast.raiser, reason="Nothing happens.")
    assert (MOVE, london("2026-03-04 23:59").replace(second=59)) in asked(journey.world, cast.own_manager)
