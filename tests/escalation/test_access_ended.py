"""A role that ends of itself leaves no work with a closed account: what they held goes to whoever can take it, or the business unit is asked."""

from datetime import date, datetime
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command

from agencies.models import Departure, Membership, PostHolding, User
from agencies.services.leavers import end_access_without_seat
from config.celery import app
from escalation.models import Clock, Dispute, Event, Notification, Referral, Request
from escalation.selectors.board import rows_of
from escalation.selectors.worklist import worklist
from escalation.services.handover import carry_out_due
from escalation.services.held import left_behind
from escalation.states import EventKind, Message
from tests.cast import Cast
from tests.escalation.verbs import before_chair
from tests.factories import make_holder
from tests.procedures.journey import Journey
from tests.world import World, chosen, london

pytestmark = pytest.mark.django_db
LAST_DAY, NIGHT, MORNING = date(2026, 3, 2), london("2026-03-03 00:05"), london("2026-03-03 09:00")


def last_day(*people: User) -> None:
    for rows in (Membership, PostHolding):
        rows.objects.filter(user__in=people).update(until=LAST_DAY)


def access_ends(now: datetime = NIGHT) -> None:
    """By the row of the timetable that does it."""
    app.loader.import_default_modules()
    with time_machine.travel(now, tick=False):
        app.tasks[app.conf.beat_schedule["end_access"]["task"]].apply(throw=True)


def asked(world: World, user: User) -> list[str]:
    return [item.ask for group in worklist(world.person(user), MORNING).groups if group.key != "waiting" for item in group.items]


def without_contact(cast: Cast, world: World) -> set[str]:
    rows, _more = rows_of("no-contact", cast.partnership, MORNING, reader=world.person(cast.business_manager))
    return {row.reference for row in rows}


def bristol(cast: Cast) -> Journey:
    return Journey(cast, "bristol", "2026-03-02 10:00").sent(cast.social_care)


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


def test_access_ends_also_where_the_work_cannot_be_moved(cast: Cast) -> None:
    journey = bristol(cast)
    last_day(cast.receiver)

    def fails(user: User, now: datetime) -> None:
        Request.objects.filter(dispute=journey.dispute).update(holder=None)
        raise RuntimeError

    assert end_access_without_seat(NIGHT, passing=fails) == 1
    assert Request.objects.get(dispute=journey.dispute).holder == cast.receiver
    assert [held.dispute_id for held in left_behind(cast.partnership, MORNING.date())] == [journey.dispute.pk]
