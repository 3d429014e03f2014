"""Made urgent in mid-stage: the words, the clock and the page say the same moment, and nothing that was proposed before undoes the hurry."""

import pytest

from agencies.errors import WrongState
from agencies.models import User
from escalation.models import Clock, Dispute, Notification
from escalation.selectors.worklist import worklist
from escalation.states import Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair
from tests.procedures.journey import Journey
from tests.procedures.on_pages import page_of
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
