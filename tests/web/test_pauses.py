"""A short page before a rare step: skipping a stage, closing with something left undone, and withdrawing."""

from dataclasses import replace
from datetime import timedelta

import pytest

from agencies.roles import Role
from agencies.words import joined
from escalation.engine.perform import Seen
from escalation.models import Dispute, Event, Notification
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.schema import shipped
from escalation.services.procedures import publish
from escalation.states import EventKind, State, Verb
from tests.cast import Cast
from tests.escalation.verbs import resolved, routed
from tests.factories import make_member
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World

pytestmark = pytest.mark.django_db
RISK = {"ground": "risk", "reason": "He is home tonight."}


def sent(visitor: Visitor, dispute: Dispute, slug: str, **typed: str) -> Page:
    """What comes of the verb's form."""
    return Page(visitor.post(f"/d/{dispute.reference}/{slug}/", {"seen": str(Seen.of(dispute)), **typed}).content.decode())


def carried(page: Page) -> dict[str, str]:
    """What the page's own form sends on, without the security token."""
    hidden = [one.attrs for one in page.all("input") if one.attrs.get("type") == "hidden" and "main" in one.inside]
    return {one["name"]: one["value"] for one in hidden if "csrf" not in one["name"]}


def test_before_a_stage_is_skipped_a_page_says_so_asks_nothing_and_carries_what_was_typed(cast: Cast, world: World, dispute: Dispute) -> None:
    visitor = Visitor(cast.own_manager, world.now)
    page = sent(visitor, dispute, "move-up", **RISK, to="3")
    assert page.one("h1").text.startswith("You are about to skip Stage 2")
    assert [one for one in page.all("input") + page.all("textarea") if one.attrs.get("type") != "hidden" and "main" in one.inside] == []
    check = sent(visitor, dispute, "move-up", **carried(page), paused="1")
    assert check.one("h1").text.endswith("Check before you send it")
    assert world.fresh(dispute).stage == 1
    visitor.post(f"/d/{dispute.reference}/move-up/", {**carried(check), "confirmed": "1"})
    assert world.fresh(dispute).stage == 3


def test_the_next_stage_needs_no_pause_and_a_confirmation_alone_skips_none(cast: Cast, world: World, dispute: Dispute) -> None:
    visitor = Visitor(cast.own_manager, world.now)
    assert sent(visitor, dispute, "move-up", **RISK, to="2").one("h1").text.endswith("Check before you send it")
    assert sent(visitor, dispute, "move-up", **RISK, to="3", confirmed="1").one("h1").text.startswith("You are about to skip")
    assert world.fresh(dispute).stage == 1


def test_before_it_is_closed_with_something_missing_a_page_says_what(cast: Cast, world: World, dispute: Dispute) -> None:
    ended, unit = world.fresh(resolved(world, dispute)), Visitor(cast.business_unit, world.now)
    page = sent(unit, ended, "close", difference="no_change", gap="Nobody answered our letters.")
    assert page.one("h1").text == "You are about to close it unresolved"
    assert "feedback to the person who raised it" in page.one("main").text
    answer = unit.post(f"/d/{ended.reference}/close/", {**carried(page), "paused": "1", "confirmed": "1"})
    assert answer.status_code == 302, Page(answer.content.decode()).one("main").text[:600]
    assert world.fresh(ended).state == State.CLOSED


def test_the_form_to_close_it_says_what_is_missing_before_anything_is_typed_and_asks_why(cast: Cast, world: World, dispute: Dispute) -> None:
    ended, unit = world.fresh(resolved(world, dispute)), Visitor(cast.business_unit, world.now)
    missing = (
        "Feedback to the person who raised it",
        "Confirmation that it is in the child's file, by each agency",
        "Learning, even if there is none",
    )
    form = unit.page(f"/d/{ended.reference}/close/")
    assert form.one("dl").text == f"Still to do {''.join(missing)}"
    assert form.one(id="id_gap_helptext").text.startswith("It is closed without feedback to the person who raised it; confirmation")
    refused = sent(unit, ended, "close", difference="no_change")
    assert refused.one(id="id_gap_error").text == "Error: Say why it is closed without what is still to do"
    assert world.fresh(ended).state == State.RESOLVED


def test_who_may_leave_nothing_out_reads_what_is_missing_and_is_asked_nothing(cast: Cast, world: World, dispute: Dispute) -> None:
    ended, lead = world.fresh(resolved(world, dispute)), Visitor(cast.lead, world.now)
    answer = lead.get(f"/d/{ended.reference}/close/")
    page = Page(answer.content.decode())
    assert answer.status_code == 409
    assert "It can be closed once this is done: feedback to the person who raised it" in page.one("main").text
    assert not [one for one in page.all("form") if "main" in one.inside]


def test_with_everything_done_it_is_closed_without_a_pause(cast: Cast, world: World, dispute: Dispute) -> None:
    ended = resolved(world, dispute)
    for verb, user, given in (
        (Verb.CONFIRM_FILE, cast.receiver, {}),
        (Verb.CONFIRM_FILE, cast.own_manager, {}),
        (Verb.GIVE_FEEDBACK, cast.own_manager, {"words": "Told.", "given_on": world.now.date()}),
        (Verb.RECORD_LEARNING, cast.own_manager, {}),
    ):
        world.do(ended, verb, user, **given)
    page = sent(Visitor(cast.lead, world.now), world.fresh(ended), "close", difference="no_change")
    assert page.one("h1").text.endswith("Check before you send it")


def test_before_it_is_withdrawn_a_page_says_what_ends_and_who_is_told_and_then_it_is_done(cast: Cast, world: World, dispute: Dispute) -> None:
    visitor = Visitor(cast.lead, world.now)
    page = sent(visitor, dispute, "withdraw", still_at_risk="no", reason="We agreed by telephone.")
    assert page.one("h1").text == "You are about to withdraw it"
    assert f"Told that it was withdrawn, but not why: {joined([cast.receiver.name, cast.own_manager.name, cast.raiser.name])}." in (
        page.one("main").text
    )
    assert world.fresh(dispute).state == State.OPEN
    assert visitor.post(f"/d/{dispute.reference}/withdraw/", {**carried(page), "paused": "1"}).status_code == 302
    assert world.fresh(dispute).state == State.WITHDRAWN
    told = {row.recipient for row in Notification.objects.filter(dispute=dispute, action="It was withdrawn")}
    assert told == {cast.receiver, cast.own_manager, cast.raiser}


def test_one_that_came_back_is_withdrawn_without_a_message_and_one_with_a_child_at_risk_not_at_all(cast: Cast, world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Say first what the police said.")
    words = sent(Visitor(cast.raiser, world.now), world.fresh(dispute), "withdraw", still_at_risk="no", reason="Settled.").one("main").text
    assert "No message goes out." in words
    assert "what you typed goes" in words
    page = sent(Visitor(cast.raiser, world.now), world.fresh(dispute), "withdraw", still_at_risk="yes", reason="Settled.")
    assert page.one("title").text.startswith("Error: ")
    assert page.one("textarea").text.strip() == "Settled."


def without_a_time_for_its_end() -> ProcedureDefinition:
    """Bristol, but that the chair's date sets no clock."""
    *before, last = shipped()["bristol"].stages
    clocks = tuple(replace(clock, sets="") for clock in last.clocks if clock.key != "resolution")
    return replace(shipped()["bristol"], key="timeless", stages=(*before, replace(last, clocks=clocks)))


@pytest.mark.parametrize("procedure", [shipped()["bristol"], without_a_time_for_its_end()], ids=lambda found: found.key)
@pytest.mark.parametrize(("day", "is_late"), [("20", False), ("24", True)])
def test_a_panel_after_the_chairs_date_is_remarked_on_with_both_dates_and_the_record_shows_it(
    cast: Cast, world: World, procedure: ProcedureDefinition, day: str, *, is_late: bool
) -> None:
    """BRI-12, BRI-14: the timetable says Friday 20 March at noon."""
    world.version = publish(procedure, cast.partnership, now=world.now, in_force_from=world.now.date()).version
    dispute = routed(world, world.sent(), "panel")
    make_member(cast.police_manager, cast.police, Role.SENIOR)
    seats = {cast.own_board: cast.school, cast.receiving_board: cast.social_care, cast.police_manager: cast.police}
    given = {"seen": str(Seen.of(world.fresh(dispute))), "members": [f"{agency.pk} {user.pk}" for user, agency in seats.items()]}
    given |= {"meets_at_0": day, "meets_at_1": "3", "meets_at_2": "2026", "meets_at_3": "09:00", "confirmed": "1"}
    chair, address = Visitor(cast.chair, world.now), f"/d/{dispute.reference}/convene/"
    refused = chair.post(address, given | {"members": given["members"][:2]})
    assert "these are of 2" in refused.content.decode(), "before the pause, whichever the day"
    answer = chair.post(address, given)
    assert (answer.status_code == 200) is is_late
    for words in ("after the date that was set", "by Friday 20 March, midday", "on Tuesday 24 March, 9am"):
        assert (words in answer.content.decode()) is is_late
    if is_late:
        chair.post(address, given | {"paused": "1"})
    convened = Event.objects.get(dispute=dispute, kind=EventKind.CONVENED)
    assert ("resolve_by" in convened.facts) is is_late
    chair.at = world.now + timedelta(minutes=1)
    shown = chair.page(f"/d/{dispute.reference}/").one("main").text
    assert shown.count("To be resolved by") == (2 if is_late else 1), "of the acknowledgement, and of the panel where it meets later"
