"""A chase: the reminder goes again to whoever owes what is due, and stands on the record. In stage 1, due on Tuesday 3 March 2026 at 10am."""

import pytest

from agencies.errors import NotAllowed, WrongState
from agencies.models import Membership, User
from escalation.engine.change import Change
from escalation.models import Dispute, Event, Notification
from escalation.services.chasing import leaves_at, written_to
from escalation.states import Answer, EventKind, Message, Verb
from tests.cast import Cast
from tests.guests import invited
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
BEFORE, OVERDUE, EVENING = "2026-03-03 09:00", "2026-03-03 10:01", "2026-03-03 18:30"


def chase(world: World, dispute: Dispute, by: User, at: str) -> Change:
    world.now = london(at)
    return world.do(dispute, Verb.CHASE, by)


def sent(dispute: Dispute) -> list[tuple[str, str]]:
    """The reminders that somebody sent again: whom to and which, in order."""
    events = Event.objects.filter(dispute=dispute, kind=EventKind.CHASED).values_list("pk", flat=True)
    rows = [row for key in events for row in Notification.objects.filter(dispute=dispute, key__contains=str(key))]
    return sorted((row.recipient.email if row.recipient else row.mailbox, row.kind) for row in rows)


def test_before_it_is_due_who_owes_it_is_reminded_and_afterwards_their_manager_too(cast: Cast, world: World, dispute: Dispute) -> None:
    Membership.objects.filter(user=cast.receiver).update(supervisor=cast.receiving_senior)
    chase(world, dispute, cast.business_unit, BEFORE)
    assert sent(dispute) == [(cast.receiver.email, Message.DUE)]
    chase(world, dispute, cast.business_unit, OVERDUE)
    late = [(user.email, Message.OVERDUE) for user in (cast.receiver, cast.receiving_senior)]
    assert sent(dispute) == sorted([(cast.receiver.email, Message.DUE), *late])


def test_it_is_a_line_of_the_record_without_a_word_of_what_it_is_about(cast: Cast, world: World, dispute: Dispute) -> None:
    done = chase(world, dispute, cast.own_manager, OVERDUE)
    line = Event.objects.get(dispute=dispute, kind=EventKind.CHASED)
    assert (line.actor_id, line.facts["due"], hasattr(line, "body")) == (cast.own_manager.pk, "2026-03-03T10:00:00+00:00", False)
    assert written_to(done) == [cast.receiver.name]


def test_within_an_hour_of_the_last_it_is_refused_with_its_time_and_after_that_it_goes(cast: Cast, world: World, dispute: Dispute) -> None:
    chase(world, dispute, cast.business_unit, OVERDUE)
    for by, at in ((cast.business_unit, OVERDUE), (cast.own_manager, "2026-03-03 11:00")):
        with pytest.raises(WrongState, match="A reminder was sent again at 10:01am"):
            chase(world, dispute, by, at)
    assert len(sent(dispute)) == 1
    chase(world, dispute, cast.own_manager, "2026-03-03 11:02")
    assert len(sent(dispute)) == 2


def test_out_of_hours_it_waits_for_the_office_unless_it_is_urgent(cast: Cast, world: World, dispute: Dispute) -> None:
    assert leaves_at(chase(world, dispute, cast.business_unit, EVENING)) == london("2026-03-04 09:00")
    urgent = world.sent(children=[{"initials": "QQ", "born_on": "2014-01-01"}])
    world.do(urgent, Verb.MAKE_URGENT, cast.own_manager, reason="Tonight.", respond_by=london("2026-03-03 23:00"))
    assert leaves_at(chase(world, urgent, cast.business_unit, "2026-03-03 19:00")) == london("2026-03-03 19:00")


def test_the_raising_side_chases_the_other_side_and_never_what_it_owes_itself(cast: Cast, world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")
    with pytest.raises(WrongState, match="Nothing is due from anybody else now"):
        chase(world, dispute, cast.own_manager, OVERDUE)
    assert written_to(chase(world, dispute, cast.business_unit, OVERDUE)) == [cast.own_manager.name]


def test_the_receiving_side_chases_nobody(cast: Cast, world: World, dispute: Dispute) -> None:
    for nobody in (cast.receiver, cast.receiving_lead):
        with pytest.raises(NotAllowed):
            chase(world, dispute, nobody, OVERDUE)


def test_who_was_asked_without_an_account_is_reminded_at_their_own_door(cast: Cast, world: World, dispute: Dispute) -> None:
    guest = invited(world, dispute)
    done = chase(world, dispute, cast.business_unit, OVERDUE)
    assert guest.name in written_to(done)


def test_the_page_shows_who_gets_it_and_then_who_was_written_to_and_refuses_a_second_click(cast: Cast, world: World, dispute: Dispute) -> None:
    world.now = london(OVERDUE)
    visitor, path = Visitor(cast.business_unit, world.now), f"/d/{dispute.reference}/chase/"
    page = visitor.page(path)
    assert f"Overdue since Tuesday 3 March, 10am. Goes to {cast.receiver.name}." in page.one("main").text
    seen = {"seen": page.one("input", name="seen").attrs["value"]}
    assert visitor.post(path, seen).status_code == 302
    assert f"The reminder goes to {cast.receiver.name}. It leaves now." in visitor.page(f"/d/{dispute.reference}/").one("main").text
    again = visitor.post(path, seen)
    assert "A reminder was sent again at 10:01am." in again.content.decode()
    assert len(sent(dispute)) == 1
