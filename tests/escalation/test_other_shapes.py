"""Clocks as a partnership's own file may have them and no shipped procedure does: what ends them, and whom they ask."""

import pytest

from agencies.models import User
from escalation.engine.case import load
from escalation.engine.perform import possible
from escalation.models import Clock, Dispute, Notification
from escalation.procedures.schema import read_procedure
from escalation.services.procedures import publish
from escalation.services.sweep import sweep
from escalation.states import Answer, ClockState, Ground, Message, Verb
from tests.cast import Cast
from tests.escalation.procedure_texts import clock, stage, text
from tests.escalation.verbs import resolved
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db
RECEIPT = clock('key = "receipt"\nmeasures = "acknowledgement"\nwithin = "1 working day"')
REPLY = clock('within = "5 working days"')


def shaped(cast: Cast, clocks: str, head: str = "", stages: tuple[str, ...] = ()) -> World:
    """The sample procedure in force, with these clocks at its first stage, or these stages."""
    world = World(cast)
    definition = read_procedure(text(*(stages or (stage("one", clocks=clocks), stage("two"))), head=head), "sample.toml")
    world.version = publish(definition, cast.partnership, now=MONDAY, in_force_from=MONDAY.date()).version
    return world


def box_of(world: World, dispute: Dispute, user: User) -> str:
    """What happens next, as the person's page says it."""
    page = Visitor(user, world.now).page(f"/d/{dispute.reference}/")
    return page.one("section", **{"aria-labelledby": "next-step"}).text


def state_of(dispute: Dispute, key: str, agency: str = "Northshire Social Care") -> str:
    return str(Clock.objects.get(dispute=dispute, key=key, agency__name=agency).state)


def responds(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RESPOND, world.cast.receiver, answer=Answer.DISAGREES, reasons="The threshold is not met.")


def test_whoever_responds_has_acknowledged_it_and_the_other_agency_has_not(cast: Cast) -> None:
    world = shaped(cast, RECEIPT + REPLY)
    dispute = world.sent(cast.social_care, cast.police)
    responds(world, dispute)
    assert (state_of(dispute, "receipt"), state_of(dispute, "receipt", "Northshire Police")) == (ClockState.MET, ClockState.RUNNING)
    world.now = london("2026-03-04 12:00")
    assert sweep(world.now).failed == 0
    overdue = Notification.objects.filter(dispute=dispute, kind=Message.OVERDUE).values_list("recipient__name", flat=True)
    assert cast.police_manager.name in overdue
    assert cast.receiver.name not in overdue


def test_what_counts_from_the_acknowledgement_asks_whoever_has_responded_for_no_other_response(cast: Cast) -> None:
    world = shaped(cast, RECEIPT + clock('from = "end of receipt"'))
    dispute = world.sent(cast.social_care, cast.police)
    responds(world, dispute)
    assert not Clock.objects.filter(dispute=dispute, key="response").exists()
    world.do(dispute, Verb.ACKNOWLEDGE, cast.police_manager)
    assert state_of(dispute, "response", "Northshire Police") == ClockState.RUNNING


def test_whoever_was_reached_by_telephone_can_still_acknowledge_it_in_the_procedures_own_time(cast: Cast) -> None:
    world = shaped(cast, RECEIPT + REPLY)
    dispute = world.sent()
    world.do(dispute, Verb.RECORD_CONTACT, cast.own_manager, how="phone", whom="Rashida", said="She looks at it.", reached=True)
    world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver)
    assert state_of(dispute, "receipt") == ClockState.MET


def test_a_meeting_ends_the_time_of_the_agency_that_was_there_and_of_no_other(cast: Cast) -> None:
    world = shaped(cast, clock('key = "meet"\nmeasures = "meeting"'))
    dispute = world.sent(cast.social_care, cast.police)
    there = [cast.school.pk, cast.social_care.pk]
    world.do(dispute, Verb.RECORD_MEETING, cast.own_manager, who="Colin and Rashida", summary="The risk.", agencies=there)
    assert (state_of(dispute, "meet"), state_of(dispute, "meet", "Northshire Police")) == (ClockState.MET, ClockState.RUNNING)
    world.do(dispute, Verb.RECORD_MEETING, cast.own_manager, who="Everybody", summary="The risk.")
    assert state_of(dispute, "meet", "Northshire Police") == ClockState.MET


def test_a_time_for_making_contact_ends_once_somebody_of_that_agency_was_reached(cast: Cast) -> None:
    world = shaped(cast, clock('key = "ring"\nmeasures = "discussion"\nuntil = "contact"'))
    dispute = world.sent(cast.social_care, cast.police)
    rung = {"how": "phone", "whom": "The duty desk", "said": "No answer.", "agency": cast.social_care.pk}
    world.do(dispute, Verb.RECORD_CONTACT, cast.own_manager, reached=False, **rung)
    assert state_of(dispute, "ring") == ClockState.RUNNING
    world.do(dispute, Verb.RECORD_CONTACT, cast.own_manager, reached=True, **rung)
    assert (state_of(dispute, "ring"), state_of(dispute, "ring", "Northshire Police")) == (ClockState.MET, ClockState.RUNNING)


def test_a_time_to_consider_the_response_ends_by_taking_it_or_not(cast: Cast) -> None:
    considers = 'key = "weigh"\nmeasures = "agreement"\nowed_by = "raising"\nfrom = "answered"\nuntil = ["accepted", "rejected"]'
    world = shaped(cast, REPLY + clock(considers))
    dispute = world.sent()
    responds(world, dispute)
    assert state_of(dispute, "weigh", "Hillside School") == ClockState.RUNNING
    world.do(dispute, Verb.REJECT, cast.own_manager, reason="The child is still at risk.")
    assert state_of(dispute, "weigh", "Hillside School") == ClockState.MET


def test_nobody_is_asked_for_a_second_response_in_one_stage(cast: Cast) -> None:
    world = shaped(cast, clock('from = ["sent", "rejected"]'))
    dispute = world.sent()
    responds(world, dispute)
    world.do(dispute, Verb.REJECT, cast.own_manager, reason="The child is still at risk.")
    assert Clock.objects.filter(dispute=dispute, key="response").count() == 1
    assert Verb.RESPOND not in possible(load([dispute.pk], now=world.now, lock=False)[0], world.person(cast.receiver))


def test_the_box_gives_the_response_its_own_moment_and_offers_the_acknowledgement_beside_it(cast: Cast) -> None:
    world = shaped(cast, RECEIPT + REPLY)
    dispute = world.sent()
    world.now = london("2026-03-04 12:00")
    said = box_of(world, dispute, cast.receiver)
    assert "Your turn Respond: Stage 1 Due Monday 9 March, 10am" in said
    assert "Overdue: Acknowledge: Stage 1 (you), Tuesday 3 March, 10am" in said
    assert said.index("Respond Acknowledge") > 0
    world.do(dispute, Verb.ACKNOWLEDGE, cast.receiver)
    assert "Acknowledge" not in box_of(world, dispute, cast.receiver)


def test_a_response_that_the_procedure_times_after_all_has_one_moment(cast: Cast) -> None:
    world = shaped(cast, clock('from = "received"\nif = "priority = high"'), 'priorities = ["high"]')
    dispute = world.sent(cast.social_care, cast.police)
    assert state_of(dispute, "next_reply") == ClockState.RUNNING
    world.do(dispute, Verb.ENTER_FACT, cast.own_manager, priority="high")
    assert (state_of(dispute, "next_reply"), state_of(dispute, "response")) == (ClockState.SUPERSEDED, ClockState.RUNNING)


def test_a_stage_without_a_number_is_called_by_its_name_and_the_next_by_its_number(cast: Cast) -> None:
    talk = 'key = "talk"\nmeasures = "discussion"\nowed_by = "raising"\nfrom = "entered"\nuntil = "moved_up"'
    stages = (stage("think", 'sides = "own"\ncounted = false', clock(talk)), stage("one"), stage("two"))
    world = shaped(cast, "", stages=stages)
    dispute = world.sent()
    said = box_of(world, dispute, cast.own_manager)
    assert "agree a way forward: Stage think" in said
    assert "Move up to Stage 1" in said
    shown = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/").all(class_="c-stages__stage")
    assert [one.text.split(":")[0] for one in shown] == ["Stage think", "Stage 1, stage one", "Stage 2, stage two"]
    assert [told.asks for told in Notification.objects.filter(dispute=dispute, recipient=cast.own_manager)] == [
        "Talk it through in your own agency: Stage think"
    ]


@pytest.mark.parametrize(
    ("ground", "said"),
    [
        (Ground.NO_RESPONSE, "skipped: there was no response"),
        (Ground.NOT_RESOLVED, "skipped: not resolved before"),
        (Ground.DELAY, "skipped: it was delayed"),
        (Ground.RISK, "skipped: the risk would not wait"),
    ],
)
def test_a_stage_that_was_passed_over_says_on_which_ground(cast: Cast, ground: Ground, said: str) -> None:
    stages = (stage("one", clocks=clock()), stage("two"), stage("three"))
    world = shaped(cast, "", head=f'skip = ["{ground}"]', stages=stages)
    dispute = world.sent()
    world.now = london("2026-03-05 12:00")
    if ground == Ground.NOT_RESOLVED:
        responds(world, dispute)
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=ground, reason="It will not wait.", to=3)
    passed = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/").all(class_="c-stages__stage--passed")
    assert [one.text.endswith(said) for one in passed] == [True]


def test_once_resolved_the_page_leads_to_what_the_procedure_asks_for_and_else_to_closing_it(cast: Cast) -> None:
    closing = "[closing]\nfeedback = false\nfile = false\nlearning = false\n"
    plain = shaped(cast, "", stages=(stage("one", clocks=clock()), stage("two"), closing))
    done = resolved(plain, plain.sent())
    page = Visitor(cast.lead, plain.now).page(f"/d/{done.reference}/")
    assert [one.text for one in page.all("a", class_="govuk-button")] == ["Close"]
    assert "Write a summary" in page.one("main").text
    asking = World(cast)
    asked = resolved(asking, asking.sent(procedure=asking.version.procedure_id))
    led_to = [one.text for one in Visitor(cast.lead, asking.now).page(f"/d/{asked.reference}/").all("a", class_="govuk-button")]
    assert led_to == ["Record feedback to the person who raised it"]


def test_a_stage_that_was_left_for_want_of_one_agencys_response_names_the_moment_of_that_one(cast: Cast) -> None:
    world = shaped(cast, REPLY)
    dispute = world.sent(cast.social_care, cast.police)
    later = Clock.objects.get(dispute=dispute, agency=cast.social_care)
    world.do(dispute, Verb.PROPOSE_TIMETABLE, cast.receiver, clock=later.pk, due_at=london("2026-03-12 12:00"), reason="A longer look.")
    world.do(dispute, Verb.AGREE_TIMETABLE, cast.own_manager)
    world.now = london("2026-03-10 12:00")
    world.do(dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.NO_RESPONSE, reason="Nobody answers.", against=[cast.police.pk])
    shown = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/").all(class_="c-stages__stage")
    assert shown[0].text.endswith("no response by Monday 9 March, 10am")


def test_on_which_ground_it_began_above_the_first_stage_stands_on_the_record(cast: Cast) -> None:
    stages = (stage("one", clocks=clock()), stage("two"), stage("three"))
    world = shaped(cast, "", head='start_above = ["delay", "risk"]', stages=stages)
    dispute = world.sent(start_stage=2, start_ground=Ground.DELAY, start_reason="It was promised in January.")
    page = Visitor(cast.own_manager, world.now).page(f"/d/{dispute.reference}/")
    assert page.one(class_="c-stages__stage--passed").text.endswith("skipped: it began higher")
    assert "GroundDelay" in page.all("li", class_="c-record__entry")[-1].text
