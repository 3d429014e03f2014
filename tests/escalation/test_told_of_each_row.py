"""Whoever has a row in My work is told of it, in its words and by its moment: at once, and reminded until it is met."""

from datetime import datetime

import pytest

from agencies.models import User
from escalation.models import Dispute, Notification
from escalation.selectors.board import rows_of
from escalation.selectors.worklist import OVERDUE, worklist
from escalation.services.wanted import sort_out
from escalation.states import EventKind, Message, Outcome, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair, proposed, resolved, respond, routed
from tests.procedures.journey import Journey
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
CLOSE = "Finish what is left and close it"
SEND = "Send it on, as nobody else has"


def rows(world: World, user: User) -> list[tuple[str, datetime | None]]:
    """What My work asks of the person, and by when."""
    groups = [group for group in worklist(world.person(user), world.now).groups if group.key not in {"waiting", "drafts"}]
    return [(item.ask, item.due.moment if item.due else None) for group in groups for item in group.items]


def told(dispute: Dispute, user: User) -> list[tuple[str, datetime | None]]:
    """What the person was told, newest first."""
    return list(Notification.objects.filter(dispute=dispute, recipient=user).order_by("-created_at", "-pk").values_list("action", "due_at"))


def end_of(day: str) -> datetime:
    return london(f"{day} 23:59").replace(second=59)


# -- each message that asks carries the moment of the row --------------------------------------------------------------------------------------


def asked_to_send_on(world: World) -> tuple[Dispute, User]:
    return world.log(), world.cast.own_manager


def asked_to_respond(world: World) -> tuple[Dispute, User]:
    return world.sent(), world.cast.receiver


def recommended(world: World) -> tuple[Dispute, User]:
    dispute = world.sent()
    world.do(dispute, Verb.RECOMMEND_CONTACT, world.cast.business_unit, agency=world.cast.social_care.pk, person=world.cast.receiving_senior.pk)
    return dispute, world.cast.receiving_senior


def handed_over(world: World) -> tuple[Dispute, User]:
    dispute = world.sent()
    world.do(dispute, Verb.REASSIGN, world.cast.receiver, to=world.cast.receiving_lead.pk, reason="On leave.")
    return dispute, world.cast.receiving_lead


def made_urgent(world: World) -> tuple[Dispute, User]:
    dispute = world.sent()
    world.do(dispute, Verb.MAKE_URGENT, world.cast.raiser, reason="Tonight.", respond_by=london("2026-03-02 16:00"))
    return dispute, world.cast.receiver


def answered(world: World) -> tuple[Dispute, User]:
    return respond(world, world.sent()), world.cast.own_manager


def asked_to_move_up(world: World) -> tuple[Dispute, User]:
    dispute = world.sent()
    world.do(dispute, Verb.ASK_TO_MOVE_UP, world.cast.raiser, reason="Nothing happens.")
    return dispute, world.cast.own_manager


def asked_about_a_date(world: World) -> tuple[Dispute, User]:
    dispute = world.sent()
    world.do(dispute, Verb.PROPOSE_TIMETABLE, world.cast.receiver, due_at=london("2026-03-13 12:00"), reason="After the visit.")
    return dispute, world.cast.own_manager


def asked_to_confirm(world: World) -> tuple[Dispute, User]:
    return proposed(world, world.sent()), world.cast.receiver


def asked_to_preside(world: World) -> tuple[Dispute, User]:
    return before_chair(world, world.sent()), world.cast.chair


def asked_to_mediate(world: World) -> tuple[Dispute, User]:
    return routed(world, world.sent()), world.cast.mediator


def without_agreement(world: World) -> tuple[Dispute, User]:
    dispute = routed(world, world.sent())
    world.do(dispute, Verb.DECIDE, world.cast.mediator, decision="None.", reasons="They differ.", agreed=False)
    return dispute, world.cast.chair


def with_panel(world: World) -> Dispute:
    dispute, cast = routed(world, world.sent(), "panel"), world.cast
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(dispute, Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-17 10:00"), members=members)
    return dispute


def asked_to_declare(world: World) -> tuple[Dispute, User]:
    return with_panel(world), world.cast.police_manager


def asked_to_replace(world: World) -> tuple[Dispute, User]:
    dispute = with_panel(world)
    world.do(dispute, Verb.DECLARE_INTEREST, world.cast.police_manager, interest="My sister teaches there.", conflicts=True)
    return dispute, world.cast.chair


def asked_to_close(world: World) -> tuple[Dispute, User]:
    return resolved(world, world.sent()), world.cast.own_manager


def asked_for_the_file(world: World) -> tuple[Dispute, User]:
    dispute = world.sent()
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.receiver, wording="A visit.", kind=Outcome.AGREED_ACTION)
    world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.own_manager)
    return dispute, world.cast.receiver


def asked_for_an_action(world: World) -> tuple[Dispute, User]:
    dispute, cast = world.sent(), world.cast
    given = {"agency": cast.social_care.pk, "due_at": london("2026-03-20 12:00"), "owner": cast.receiving_senior.pk}
    world.do(dispute, Verb.ADD_ACTION, cast.own_manager, what="A visit.", **given)
    return dispute, cast.receiving_senior


ASKING = [
    asked_to_send_on, asked_to_respond, recommended, handed_over, made_urgent, answered, asked_to_move_up, asked_about_a_date, asked_to_confirm,
    asked_to_preside, asked_to_mediate, without_agreement, asked_to_declare, asked_to_replace, asked_to_close, asked_for_the_file,
    asked_for_an_action,
]  # fmt: skip


@pytest.mark.parametrize("come_to", ASKING)
def test_a_message_that_asks_has_the_words_and_the_moment_of_the_readers_row(world: World, come_to: object) -> None:
    dispute, user = come_to(world)  # type: ignore[operator]
    words, due = told(dispute, user)[0]
    found = [row for row in rows(world, user) if row[0] in words.split(". ")]
    assert found, f"{words!r} is none of {rows(world, user)}"
    assert due is not None
    assert due in {moment for _, moment in found}


def test_that_a_binding_decision_was_received_is_asked_as_that_and_by_the_moment_of_the_row(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    routed(journey.world, journey.dispute, "panel")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    journey.do(Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-17 10:00"), members=members).met()
    journey.do(Verb.DECIDE, cast.chair, decision="An assessment.", reasons="The risk.")
    words = "Confirm that you received the decision"
    assert rows(journey.world, cast.receiving_board) == [(words, end_of("2026-03-19"))]
    assert told(journey.dispute, cast.receiving_board)[0] == (words, end_of("2026-03-19"))


# -- the closing tasks -------------------------------------------------------------------------------------------------------------------------


def finished(journey: Journey) -> Journey:
    """Resolved on Monday 2 March; the holder, who may not close it, records feedback and learning on Wednesday the 18th, two days late."""
    resolved(journey.world, journey.dispute)
    journey.at("2026-03-18 10:00")
    journey.do(Verb.GIVE_FEEDBACK, journey.cast.own_manager, words="Told.", given_on=journey.world.now.date())
    return journey.do(Verb.RECORD_LEARNING, journey.cast.own_manager, issue="Thresholds are read differently.")


def test_once_the_holder_has_done_their_part_who_may_close_it_is_told_and_nothing_is_overdue_at_birth(cast: Cast) -> None:
    journey = finished(Journey(cast, "bristol", "2026-03-02 10:00").sent())
    assert (CLOSE, end_of("2026-04-01")) in rows(journey.world, cast.lead)
    assert told(journey.dispute, cast.lead)[0] == (CLOSE, end_of("2026-04-01"))
    assert CLOSE not in {words for words, _ in told(journey.dispute, cast.own_manager)}


def test_whoever_may_close_it_and_did_their_own_part_is_not_told_of_it(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").logged().do(Verb.SEND_ON, cast.lead)
    journey.do(Verb.PROPOSE_OUTCOME, cast.lead, wording="A visit.", kind=Outcome.AGREED_ACTION).do(Verb.CONFIRM_OUTCOME, cast.receiver)
    before = told(journey.dispute, cast.lead)
    journey.do(Verb.GIVE_FEEDBACK, cast.lead, words="Told.", given_on=journey.world.now.date())
    journey.do(Verb.RECORD_LEARNING, cast.lead, issue="Thresholds are read differently.")
    assert told(journey.dispute, cast.lead) == before
    assert CLOSE in {ask for ask, _ in rows(journey.world, cast.lead)}


# -- nobody sent it on -------------------------------------------------------------------------------------------------------------------------


def test_who_wrote_it_has_a_row_to_send_it_on_once_the_own_manager_has_let_the_day_pass(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").logged()
    dispute, world, raiser = journey.dispute, journey.world, cast.raiser
    journey.at("2026-03-03 17:00")
    assert rows(world, raiser) == []
    journey.at("2026-03-04 00:00")
    assert rows(world, raiser) == [(SEND, end_of("2026-03-05"))]
    assert told(dispute, raiser)[0] == (SEND, end_of("2026-03-05"))
    assert ("Send on or send back", end_of("2026-03-03")) in rows(world, cast.own_manager)
    page = Visitor(raiser, world.now).get(f"/d/{dispute.reference}/").content.decode()
    assert page.index("Your turn") < page.index(SEND)
    journey.at("2026-03-06 09:00", "2026-03-09 09:00")
    assert [group.key for group in worklist(world.person(raiser), world.now).groups][0] == OVERDUE
    assert Notification.objects.filter(dispute=dispute, recipient=raiser, action=SEND, kind=Message.OVERDUE).count() == 2
    journey.do(Verb.SEND_ON, raiser)
    assert rows(world, raiser) == []
    assert world.fresh(dispute).stage == 1


def test_where_who_wrote_it_has_a_conflict_nobody_is_asked_to_send_it_on_in_their_place(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").logged().at("2026-03-04 00:00").do(Verb.MARK_CONFLICT, cast.raiser, reason="A sister.")
    assert rows(journey.world, cast.own_manager) == [("Send on or send back", end_of("2026-03-03"))]
    assert not Notification.objects.filter(dispute=journey.dispute, action__contains=SEND).exclude(recipient=cast.raiser).exists()


def test_of_what_is_sent_on_in_time_nobody_else_is_asked(world: World) -> None:
    dispute = world.sent()
    assert SEND not in {ask for ask, _ in rows(world, world.cast.raiser)}
    assert SEND not in {words for words, _ in told(dispute, world.cast.raiser)}


# -- whoever takes over on the raising side ----------------------------------------------------------------------------------------------------


def moved_up(cast: Cast) -> Journey:
    """Enfield's second stage, where the raising side has the meeting to see to."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent()
    return journey.do(Verb.MOVE_UP, cast.own_manager, ground="risk", reason="It does not wait.")


def test_whoever_takes_over_at_a_move_up_hears_what_their_row_asks_and_by_when(cast: Cast) -> None:
    journey = moved_up(cast)
    asked = rows(journey.world, journey.holder())
    assert asked == [("Meet: Stage 2", end_of("2026-03-04"))]
    assert told(journey.dispute, journey.holder()) == [("It is at Stage 2 now. Meet: Stage 2", end_of("2026-03-04"))]


def test_whoever_raised_it_and_owes_nothing_at_a_move_up_only_hears_where_it_is(cast: Cast) -> None:
    journey = moved_up(cast)
    assert rows(journey.world, cast.raiser) == []
    assert told(journey.dispute, cast.raiser)[0] == ("It is at Stage 2 now", None)


def test_whoever_holds_it_once_it_is_reopened_hears_what_their_row_asks_and_by_when(world: World) -> None:
    dispute = resolved(world, world.sent(procedure=World(world.cast, "buckinghamshire").version.procedure_id))
    world.do(dispute, Verb.REOPEN, world.cast.lead, reason="The visit was not made.")
    message = Notification.objects.get(dispute=dispute, recipient=world.cast.own_manager, kind=Message.REOPENED)
    assert message.action == "It is at Stage 1 now. Filled from the record, to print or save: the record of escalation form. Finish Stage 1"
    assert (message.action.split(". ")[-1], message.due_at) in rows(world, world.cast.own_manager)


# -- two things at once ------------------------------------------------------------------------------------------------------------------------


def owing_two(cast: Cast) -> Journey:
    """Enfield: social care answered and put a wording, so the own manager has to confirm it and, as nothing is settled, to move up."""
    journey = Journey(cast, "enfield", "2026-03-02 10:00").sent().disagrees(cast.receiver)
    return journey.do(Verb.PROPOSE_OUTCOME, cast.receiver, wording="A visit.", kind=Outcome.AGREED_ACTION)


def test_whoever_owes_two_things_is_reminded_of_both_in_one_sweep_each_as_its_row_says(cast: Cast) -> None:
    journey = owing_two(cast).at("2026-03-04 00:01")
    before = set(Notification.objects.values_list("pk", flat=True))
    journey.at("2026-03-04 09:00")
    found = Notification.objects.exclude(pk__in=before).filter(recipient=cast.own_manager).values_list("action", "due_at")
    both = [("Confirm the outcome", end_of("2026-03-04")), ("Move up, if it is not settled: Stage 1", end_of("2026-03-03"))]
    assert sorted(found) == both
    assert sorted(rows(journey.world, cast.own_manager)) == both


def test_both_leave_and_of_each_only_the_newest(cast: Cast) -> None:
    journey = owing_two(cast).at("2026-03-03 12:00", "2026-03-04 00:01", "2026-03-04 09:00")
    batch = Notification.objects.filter(dispute=journey.dispute, recipient=cast.own_manager, is_reminder=True)
    found = sort_out(batch.select_related("dispute__partnership", "recipient", "request", "guest"), journey.world.now)
    leaving = sorted((message.action, message.kind) for message in found.send)
    assert leaving == [("Confirm the outcome", Message.DUE), ("Move up, if it is not settled: Stage 1", Message.OVERDUE)]
    assert {why for message, why in found.drop if message.kind == Message.HALF_WAY} == {"a newer one took its place"}


def test_whoever_waits_for_two_others_hears_of_one_alone(cast: Cast) -> None:
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(cast.social_care, cast.police)
    before = set(Notification.objects.values_list("pk", flat=True))
    journey.at("2026-03-03 10:01")
    found = Notification.objects.exclude(pk__in=before).filter(recipient=cast.raiser)
    assert [message.action for message in found] == ["The other side has yet to respond: Stage 1"]


def test_whoever_owes_two_things_is_chased_for_both(cast: Cast) -> None:
    journey = owing_two(cast).at("2026-03-05 09:00").do(Verb.CHASE, cast.business_unit)
    events = journey.dispute.events.filter(kind=EventKind.CHASED).values_list("pk", flat=True)
    found = Notification.objects.filter(recipient=cast.own_manager, key__contains=str(events[0]))
    assert sorted(message.action for message in found) == ["Confirm the outcome", "Move up, if it is not settled: Stage 1"]


# -- no date is agreed -------------------------------------------------------------------------------------------------------------------------


def without_date(world: World) -> list[str]:
    """The references under *with no date agreed*."""
    found, _more = rows_of("no-date", world.cast.partnership, world.now, reader=world.person(world.cast.business_manager))
    return [row.reference for row in found]


def test_the_business_unit_finds_where_no_date_is_agreed_until_one_is_proposed(cast: Cast) -> None:
    journey = Journey(cast, "devon", "2026-03-02 10:00").sent(start_stage=3, start_ground="risk", start_reason="The child is at home.")
    assert without_date(journey.world) == []
    journey.at("2026-03-04 00:00")
    assert without_date(journey.world) == [journey.dispute.reference]
    assert told(journey.dispute, cast.business_unit)[0] == ("No date is agreed yet: those who set it were asked", None)
    holder, receiver = journey.holder(), journey.asked().pop()
    assert told(journey.dispute, holder)[0] == ("Set a date: none is agreed", end_of("2026-03-06"))
    assert told(journey.dispute, receiver)[0] == ("No date is agreed. Respond: Stage 3", end_of("2026-03-03"))
    journey.do(Verb.PROPOSE_TIMETABLE, holder, due_at=london("2026-03-12 12:00"), reason="He is back on Monday.")
    assert without_date(journey.world) == []


def before_the_group(cast: Cast) -> Journey:
    """Devon's last stage on a Thursday: the group's chair sets the date when acknowledging it, until the end of Monday."""
    journey = Journey(cast, "devon", "2026-03-12 09:00").sent(start_stage=4, start_ground="risk", start_reason="The child is at home.")
    journey.do(Verb.REFER, cast.lead, ground="risk", efforts="Two calls.", reason="The risk goes on.")
    assert journey.due("next_step") == end_of("2026-03-16")
    return journey.at("2026-03-14 09:00", "2026-03-16 23:59")


def test_before_the_partnership_no_date_is_missed_while_the_chair_may_still_acknowledge_it(cast: Cast) -> None:
    journey = before_the_group(cast)
    assert rows(journey.world, cast.business_manager) == [("See that the chair acknowledges it and sets a timetable", end_of("2026-03-16"))]
    assert not Notification.objects.filter(dispute=journey.dispute, kind__in=[Message.EXTENDED, Message.OVERDUE]).exists()


def test_once_the_chairs_time_is_over_the_others_hear_that_the_partnership_has_set_no_date(cast: Cast) -> None:
    journey = before_the_group(cast).at("2026-03-17 00:00")
    assert told(journey.dispute, cast.subgroup_chair)[0] == ("Acknowledge and set a timetable", end_of("2026-03-16"))
    assert told(journey.dispute, cast.business_manager)[0] == (
        "No date is set. See that the chair acknowledges it and sets a timetable",
        end_of("2026-03-16"),
    )
    assert told(journey.dispute, cast.raiser)[0] == ("The partnership has set no date yet", None)


# -- before the partnership --------------------------------------------------------------------------------------------------------------------


def to_route(world: World) -> tuple[Dispute, str]:
    dispute = before_chair(world, world.sent())
    world.do(dispute, Verb.ACKNOWLEDGE, world.cast.business_manager, resolve_by=london("2026-03-20 12:00"))
    return dispute, "Choose the route"


def to_convene(world: World) -> tuple[Dispute, str]:
    return routed(world, world.sent(), "panel"), "Convene the panel"


def to_decide(world: World) -> tuple[Dispute, str]:
    return with_panel(world), "Record what was decided"


@pytest.mark.parametrize("come_to", [to_route, to_convene, to_decide])
def test_before_the_chair_the_row_the_page_and_its_button_say_the_same(world: World, come_to: object) -> None:
    dispute, words = come_to(world)  # type: ignore[operator]
    assert rows(world, world.cast.chair) == [(words, london("2026-03-20 12:00"))]
    main = Visitor(world.cast.chair, world.now).page(f"/d/{dispute.reference}/").one("main").text
    assert f"{words}: Stage 4" in main
    others = {"Choose the route", "Convene the panel", "Record what was decided"} - {words}
    assert not any(f"{other}: Stage 4" in main for other in others)
    assert "Resolve it" not in main


def test_what_is_decided_is_asked_for_once_the_panel_is_convened_and_not_before(world: World) -> None:
    dispute, cast = routed(world, world.sent(), "panel"), world.cast
    page = Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/").one("main").text
    assert "Convene the panel" in page
    assert "Record what was decided" not in page
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(dispute, Verb.CONVENE, cast.business_manager, meets_at=london("2026-03-17 10:00"), members=members)
    assert "Record what was decided" in Visitor(cast.receiver, world.now).page(f"/d/{dispute.reference}/").one("main").text
