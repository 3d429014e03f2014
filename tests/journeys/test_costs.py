"""Tasks that no journey in a browser does by itself, counted alike on the same pages."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from agencies.models import Post
from escalation.models import Dispute, Event
from escalation.states import EventKind, State, Verb
from escalation.web.access import case_url, verb_url
from escalation.web.verbs.pages import PAGES
from tests.cast import Cast
from tests.escalation.learning import learnt
from tests.escalation.verbs import before_chair, resolved
from tests.journeys.desk import Desk
from tests.markup import words
from tests.world import World, london

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(world: World) -> Iterator[None]:
    with time_machine.travel(world.now, tick=False):
        yield


def test_closing_costs_what_the_table_says(cast: Cast, world: World, dispute: Dispute) -> None:
    ended = resolved(world, dispute)
    world.do(ended, Verb.CONFIRM_FILE, cast.receiver)
    tasks: dict[Verb, dict[str, Any]] = {
        Verb.GIVE_FEEDBACK: {"words": "Told in person what came of it.", "given_on": ("2", "3", "2026")},
        Verb.CONFIRM_FILE: {"sure": "on"},
        Verb.RECORD_LEARNING: {"went_well": "They met at once.", "issue": "Two teams read one threshold in two ways."},
        Verb.CLOSE: {"difference": "plan_changed"},
    }
    desk = Desk(cast.lead)
    desk.go(case_url(ended.reference))
    for verb, answers in tasks.items():
        desk.follow(verb_url(ended.reference, verb))
        desk.press(str(PAGES[verb].button), **answers)
        if PAGES[verb].check:
            desk.press("Confirm and send")
    assert world.fresh(ended).state == State.CLOSED
    desk.effort.within("close")


def test_sending_back_costs_what_the_table_says_and_ends_in_my_work(cast: Cast, world: World) -> None:
    dispute = world.log()
    desk = Desk(cast.own_manager)
    desk.go("/my-work/")
    desk.follow(case_url(dispute.reference))
    desk.follow(verb_url(dispute.reference, Verb.SEND_BACK))
    desk.press("Send it back", reason="Say first what the police said.")
    assert world.fresh(dispute).state == State.DRAFT
    # It is its writer's draft again, which nobody else knows of.
    assert desk.path == "/my-work/"
    assert "Sent back to the person who wrote it." in words(next(desk.page.iter("main")))
    desk.effort.within("send back")


def test_a_meeting_with_an_agreed_action_costs_what_the_table_says(cast: Cast, world: World, dispute: Dispute) -> None:
    """World's Monday 2 March 2026 and five working days: Monday 9 March, at the close."""
    desk = Desk(cast.own_manager)
    desk.go(case_url(dispute.reference))
    desk.follow(verb_url(dispute.reference, Verb.RECORD_MEETING))
    action = {"action_1_what": "A joint visit.", "action_1_agency": str(cast.social_care.pk)}
    desk.press(str(PAGES[Verb.RECORD_MEETING].button), how="meeting", summary="Who sees the child.", **action)
    assert dispute.actions.get().due_at == london("2026-03-09 17:00")
    body = Event.objects.get(dispute=dispute, kind=EventKind.MEETING).body.text
    assert [line.split(",")[0] for line in body["who"].split("\n")] == [cast.own_manager.name, cast.receiver.name]
    desk.effort.within("record a meeting")


def test_a_chase_costs_what_the_table_says(cast: Cast, world: World, dispute: Dispute) -> None:
    desk = Desk(cast.business_unit)
    desk.go(case_url(dispute.reference))
    desk.follow(verb_url(dispute.reference, Verb.CHASE))
    desk.press("Send the reminder")
    assert "The reminder goes to" in words(next(desk.page.iter("main")))
    desk.effort.within("chase")


def test_recording_for_somebody_without_access_costs_what_the_table_says(cast: Cast, world: World) -> None:
    desk = Desk(cast.business_unit)
    desk.go("/my-work/")
    desk.follow("/log/")
    desk.press("Continue", danger="no", door="none", place=f"{cast.school.pk}:{cast.raiser.pk}")
    desk.press("Continue", receiving=str(cast.social_care.pk))
    desk.press("Continue", child__0__initials="QX", child__0__born=("1", "5", "2015"))
    told = world.now - timedelta(hours=1)
    desk.press("Continue", themes="threshold", what="The referral was closed.", basis="evidence", raised_at=told)
    desk.press("Continue", impact="The child goes home to it.", outcome_sought="An assessment.")
    desk.press("Continue", tried="Two calls.")
    desk.press("Continue")
    assert f"On behalf of {cast.raiser.name}, {cast.school.name} Raised with you Monday 2 March, 9am" in desk.text
    desk.press("Send to Colin Reid")
    logged = Dispute.objects.get()
    line = logged.events.get(kind=EventKind.SUBMITTED)
    assert (logged.logged_by, line.happened_at, line.recorded_at) == (cast.business_unit, told, world.now)
    desk.effort.within("record for someone without access")


def test_moving_a_learning_action_on_costs_what_the_table_says(cast: Cast, world: World) -> None:
    point = learnt(world)
    desk = Desk(cast.business_unit)
    desk.go("/learning/")
    desk.follow(reverse("learning-point", args=[point.pk]))
    desk.press("Save", status="done", evidence="In the handbook since March.")
    desk.effort.within("move a learning action on")


def test_asking_for_the_annual_report_costs_what_the_table_says(cast: Cast, world: World) -> None:
    desk = Desk(cast.business_unit)
    desk.go("/reports/")
    year = f"/reports/2024/?partnership={cast.partnership.slug}"
    desk.follow(year)
    desk.press("Make the PDF (internal edition)")
    desk.effort.within("annual report")


def test_replacing_a_leaver_costs_what_the_table_says_and_moves_what_they_hold(cast: Cast, world: World, dispute: Dispute) -> None:
    desk = Desk(cast.receiving_lead)
    desk.go(reverse("my-people"))
    desk.follow(reverse("leave", args=[cast.social_care.code, cast.receiver.pk]))
    desk.press("Continue", successor=str(cast.receiving_senior.pk), when="now")
    desk.press("End it and hand over")
    assert world.fresh(dispute).requests.get().holder == cast.receiving_senior
    desk.effort.within("replace a leaver")


def test_confirming_a_contact_from_the_gaps_costs_what_the_table_says(cast: Cast, world: World) -> None:
    desk = Desk(cast.administrator)
    desk.go(reverse("directory-health"))
    desk.follow(reverse("agency", args=[cast.school.code]))
    desk.press("Confirm that this is right: Head of year")
    assert Post.objects.filter(agency=cast.school, confirmed_on=world.now.date()).exists()
    desk.effort.within("confirm a contact")


def test_reading_the_pack_costs_what_the_table_says(cast: Cast, world: World, dispute: Dispute) -> None:
    before_chair(world, dispute)
    desk = Desk(cast.chair)
    desk.go("/my-work/")
    desk.follow(case_url(dispute.reference))
    desk.follow(reverse("document", args=[dispute.reference, "panel-pack"]))
    desk.effort.within("read the pack")
