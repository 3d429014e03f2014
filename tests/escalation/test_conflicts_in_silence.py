"""Nobody is shut out of a disagreement in silence: who is marked by somebody else hears of it, the chairs of the unit's people, and it is listed."""

from datetime import timedelta

import pytest

from agencies.errors import InvalidInput
from agencies.models import DirectoryEvent, User
from agencies.roles import Role
from escalation.models import Dispute, Notification
from escalation.services.conflict_watch import MARKED, OF_THE_UNIT
from escalation.services.mail import compose
from escalation.services.wanted import sort_out
from escalation.states import Message, Verb
from tests.cast import Cast
from tests.escalation.verbs import respond
from tests.factories import make_holder
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
PAGE = "/directory/changes/"


def mark(world: World, dispute: Dispute, by: User, whom: User) -> None:
    world.do(dispute, Verb.MARK_CONFLICT, by, reason="Her sister is his social worker.", **({"whom": whom.pk} if whom != by else {}))


def apart() -> set[tuple[User | None, str]]:
    """Who has a message that names no disagreement, and what it says."""
    rows = Notification.objects.filter(dispute=None, kind__in=(Message.MARKED, Message.OUR_PEOPLE)).select_related("recipient")
    return {(row.recipient, row.action) for row in rows}


def test_somebody_of_the_unit_and_the_chairs_hear_of_it_and_find_by_whom(world: World, cast: Cast, dispute: Dispute) -> None:
    """A business manager who marks every colleague is seen by whoever looks after the unit."""
    mark(world, dispute, cast.business_manager, cast.business_unit)
    assert apart() == {(cast.business_unit, MARKED), (cast.chair, OF_THE_UNIT), (cast.deputy_chair, OF_THE_UNIT)}
    line = f"{cast.business_manager.name} marked {cast.business_unit.name} as having a conflict of interest in a disagreement."
    for reader in (cast.chair, cast.business_unit):
        assert line in Visitor(reader, world.now).page(PAGE).one("main").text
    assert line not in Visitor(cast.lead, world.now).page(PAGE).one("main").text


def test_the_messages_leave_at_once_and_name_no_disagreement(world: World, cast: Cast, dispute: Dispute) -> None:
    mark(world, dispute, cast.business_manager, cast.business_unit)
    rows = list(Notification.objects.filter(dispute=None).select_related("partnership", "recipient"))
    night = world.now + timedelta(hours=12)
    assert sorted(sort_out(rows, night).send, key=lambda row: row.key) == sorted(rows, key=lambda row: row.key)
    for row in rows:
        mail = compose(row)
        said = f"{mail.subject} {mail.body}"
        assert dispute.reference not in said
        assert ("/help/#conflicts" in said) is (row.kind == Message.MARKED)
    assert 'id="conflicts"' in Visitor(cast.business_unit, world.now).get("/help/").content.decode()


def test_of_an_agencys_own_people_they_and_its_leads_and_the_unit_do(world: World, cast: Cast, dispute: Dispute) -> None:
    mark(world, dispute, cast.receiving_lead, cast.receiving_senior)
    assert apart() == {(cast.receiving_senior, MARKED)}
    assert dispute.notifications.filter(recipient=cast.business_manager, kind=Message.FEEDBACK).exists()
    line = f"{cast.receiving_lead.name} marked {cast.receiving_senior.name} as having"
    for reader, shown in ((cast.business_manager, True), (cast.receiving_lead, True), (cast.lead, False), (cast.chair, False)):
        assert (line in Visitor(reader, world.now).page(PAGE).one("main").text) is shown


def test_whoever_marks_themself_gets_no_message_and_no_line(world: World, cast: Cast, dispute: Dispute) -> None:
    mark(world, dispute, cast.receiving_senior, cast.receiving_senior)
    assert apart() == set()
    assert not DirectoryEvent.objects.filter(words__contains="conflict of interest").exists()


def test_before_the_first_sending_nothing_of_it_leaves_the_agency(world: World, cast: Cast) -> None:
    dispute = world.log()
    mark(world, dispute, cast.lead, cast.own_senior)
    assert apart() == {(cast.own_senior, MARKED)}
    assert not DirectoryEvent.objects.filter(words__contains="conflict of interest").exists()


def test_from_whom_it_is_kept_they_do_not_learn_that_there_is_one(world: World, cast: Cast) -> None:
    dispute = world.log(is_restricted=True)
    mark(world, dispute, cast.raiser, cast.own_senior)
    assert apart() == set()
    assert not DirectoryEvent.objects.filter(words__contains="conflict of interest").exists()


def test_a_lead_does_not_mark_all_the_others_of_the_agency_and_then_themself(world: World, cast: Cast, dispute: Dispute) -> None:
    for whom in (cast.receiver, cast.receiving_senior, cast.receiving_board):
        mark(world, dispute, cast.receiving_lead, whom)
    with pytest.raises(InvalidInput, match="You marked others of Northshire Social Care, and nobody there would be left"):
        mark(world, dispute, cast.receiving_lead, cast.receiving_lead)
    world.do(dispute, Verb.LIFT_CONFLICT, cast.business_manager, whom=cast.receiving_senior.pk, reason="A namesake.")
    mark(world, dispute, cast.receiving_lead, cast.receiving_lead)
    assert Dispute.objects.visible_to(world.person(cast.receiving_senior)).filter(pk=dispute.pk).exists()


def test_nor_so_on_the_raising_side_where_whoever_raised_it_has_left(world: World, cast: Cast, dispute: Dispute) -> None:
    respond(world, dispute)
    cast.raiser.memberships.all().delete()
    for whom in (cast.own_manager, cast.own_senior, cast.own_board):
        mark(world, dispute, cast.lead, whom)
    with pytest.raises(InvalidInput, match="You marked others of Hillside School"):
        mark(world, dispute, cast.lead, cast.lead)
    make_holder(cast.school, 3, "Another Lead", Role.LEAD)
    mark(world, dispute, cast.lead, cast.lead)


def test_the_last_of_an_agency_who_marked_nobody_may_go_and_the_unit_is_asked(world: World, cast: Cast, dispute: Dispute) -> None:
    for whom in (cast.receiver, cast.receiving_senior, cast.receiving_board):
        mark(world, dispute, whom, whom)
    mark(world, dispute, cast.receiving_lead, cast.receiving_lead)
    assert dispute.notifications.filter(recipient=cast.business_manager, kind=Message.NO_CONTACT).exists()
