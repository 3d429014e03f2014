"""A stage that had happened already: in order, with both moments and its own late marks, and nobody's time running from before the recording."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from agencies.errors import InvalidInput, NotAllowed
from agencies.models import User
from escalation.engine.case import assemble
from escalation.models import Clock, Dispute, Event
from escalation.selectors.case_file import CaseFile, case_file
from escalation.services import drafts
from escalation.services.audit import verify
from escalation.services.submission import Problems
from escalation.services.sweep import sweep
from escalation.states import ClockState, EventKind, Ground, Measure, Verb
from tests.cast import Cast
from tests.escalation.verbs import refused
from tests.world import World, london

pytestmark = pytest.mark.django_db
# The world stands at Monday 2 March 2026, 10am. Bristol's stage 1 gives one working day from sending.
BEGAN, ENDED = london("2026-02-24 09:30"), london("2026-02-26 11:00")
WORDS = {"who": "Colin Reid and Rashida Shah.", "said": "The threshold, by telephone.", "result": "They keep to their view."}


def enter(world: World, dispute: Dispute, user: User | None = None, **more: Any) -> None:
    given = {"happened_from": BEGAN, "happened_until": ENDED, **WORDS} | more
    world.do(dispute, Verb.ENTER_PAST_STAGE, user or world.cast.own_manager, **given)


def line_of(dispute: Dispute) -> Event:
    found: Event = Event.objects.filter(dispute=dispute, kind=EventKind.PAST_STAGE).latest("number")
    return found


def page(world: World, dispute: Dispute, user: User) -> CaseFile:
    return case_file(assemble([world.fresh(dispute)], now=world.now)[0], world.person(user), world.now)


def test_it_goes_on_in_the_next_stage_with_time_from_now(world: World, dispute: Dispute) -> None:
    enter(world, dispute)
    assert world.fresh(dispute).stage == 2
    clock = Clock.objects.get(dispute=dispute, stage=2, key="response")
    # Stage 2: two working days from sending, to the same hour.
    assert (clock.started_at, clock.due_at) == (world.now, london("2026-03-04 10:00"))
    assert world.fresh(dispute).runs.get(left_at=None).ground == Ground.NOT_RESOLVED


def test_both_moments_who_what_and_the_stages_own_late_mark_are_on_the_record(world: World, dispute: Dispute, cast: Cast) -> None:
    enter(world, dispute)
    line = line_of(dispute)
    assert (line.happened_at, line.recorded_at, line.actor, line.agency) == (ENDED, world.now, cast.own_manager, cast.school)
    # One working day from Tuesday 24 February, 9:30am is Wednesday 9:30am; it ended on Thursday.
    assert line.facts["marks"] == [{"measures": "response", "due": "2026-02-25T09:30:00+00:00", "late": True}]
    run = dispute.runs.get(stage=1)
    assert (run.happened_from, run.happened_until, run.left_at) == (BEGAN, ENDED, world.now)


def test_a_stage_that_ended_in_its_time_has_no_late_mark(world: World, dispute: Dispute) -> None:
    enter(world, dispute, happened_until=BEGAN + timedelta(hours=3))
    assert [mark["late"] for mark in line_of(dispute).facts["marks"]] == [False]


def test_tracker_and_timeline_show_it_to_both_sides(world: World, dispute: Dispute, cast: Cast) -> None:
    enter(world, dispute)
    for user in (cast.own_manager, cast.receiver):
        file = page(world, dispute, user)
        assert file.stages[-4].detail == "ended Thursday 26 February, 11am, recorded Monday 2 March, 10am"
        entry = next(entry for entry in file.entries if entry.kind == EventKind.PAST_STAGE)
        assert entry.recorded == world.now
        facts = {row["key"]: row["value"] for row in entry.facts}
        assert facts["By the procedure"] == "Response due Wednesday 25 February, 9:30am: it ended after that"
        assert facts["What came of it"] == WORDS["result"]


def test_the_receivers_time_is_neither_met_nor_missed_by_the_raisers_word_alone(world: World, dispute: Dispute) -> None:
    enter(world, dispute)
    assert list(Clock.objects.filter(dispute=dispute, stage=1).values_list("state", flat=True)) == [ClockState.SUPERSEDED]
    sweep(world.now + timedelta(minutes=1))
    assert not Event.objects.filter(dispute=dispute, kind=EventKind.OVERDUE).exists()


def test_once_the_receiving_side_confirms_it_the_stage_counts_as_recorded_late(world: World, dispute: Dispute, cast: Cast) -> None:
    enter(world, dispute, happened_until=BEGAN + timedelta(hours=3))
    recorded, number = world.now, line_of(dispute).number
    world.now += timedelta(hours=2)
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.CONFIRM_HAPPENED, cast.lead, number=number)
    world.do(dispute, Verb.CONFIRM_HAPPENED, cast.receiving_lead, number=number)
    clock = Clock.objects.exclude(state=ClockState.SUPERSEDED).get(dispute=dispute, stage=1)
    assert (clock.measures, clock.agency, clock.state) == (Measure.RESPONSE, cast.social_care, ClockState.LATE)
    assert (clock.started_at, clock.due_at, clock.ended_at) == (BEGAN, london("2026-02-25 09:30"), recorded)
    with refused(dispute, InvalidInput, "confirmed already"):
        world.do(dispute, Verb.CONFIRM_HAPPENED, cast.business_unit, number=number)


def test_confirming_moves_no_clock_of_the_present_stage(world: World, dispute: Dispute, cast: Cast) -> None:
    enter(world, dispute)
    before = list(Clock.objects.filter(dispute=dispute, stage=2).values())
    world.do(dispute, Verb.CONFIRM_HAPPENED, cast.receiving_lead, number=line_of(dispute).number)
    assert list(Clock.objects.filter(dispute=dispute, stage=2).values()) == before


def test_the_unit_enters_it_on_behalf_of_an_agency_and_needs_no_confirming(world: World, dispute: Dispute, cast: Cast) -> None:
    enter(world, dispute, cast.business_unit, agency=cast.social_care.pk)
    line = line_of(dispute)
    assert (line.actor, line.agency, line.facts["on_behalf"]) == (cast.business_unit, cast.social_care, True)
    assert Clock.objects.filter(dispute=dispute, stage=1, state=ClockState.LATE).count() == 1


def test_several_are_entered_in_their_order(world: World, dispute: Dispute, cast: Cast) -> None:
    enter(world, dispute)
    with refused(dispute, InvalidInput, "in their order") as caught:
        enter(world, dispute, cast.own_senior, happened_from=BEGAN, happened_until=ENDED)
    assert caught.value.field == "happened_from"
    with refused(dispute, InvalidInput, "No stage follows|in their order"):
        enter(world, dispute, cast.own_senior, stage=3, happened_from=ENDED, happened_until=ENDED + timedelta(hours=1))
    enter(world, dispute, cast.own_senior, happened_from=ENDED, happened_until=ENDED + timedelta(hours=1))
    assert (world.fresh(dispute).stage, [run.stage for run in dispute.runs.exclude(happened_until=None)]) == (3, [1, 2])


def test_the_stage_after_the_present_one_may_have_happened_too(world: World, dispute: Dispute) -> None:
    enter(world, dispute, stage=2)
    runs = [(run.stage, run.happened_until is not None) for run in dispute.runs.filter(stage__gt=0).order_by("number")]
    assert runs == [(1, False), (2, True), (3, False)]
    assert dispute.requests.filter(run__stage=2).count() == 0


def test_before_it_leaves_the_agency_the_manager_enters_it_and_it_is_sent_on_to_the_next_stage(world: World, cast: Cast) -> None:
    dispute = world.log()
    enter(world, dispute)
    assert world.fresh(dispute).stage == 0
    assert line_of(dispute).recorded_at == world.now
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    assert world.fresh(dispute).stage == 2
    assert {request.holder for request in dispute.requests.all()} <= {cast.receiving_senior, cast.receiving_lead}
    assert any(entry.kind == EventKind.PAST_STAGE for entry in page(world, dispute, cast.receiving_lead).entries)
    assert not Clock.objects.filter(dispute=dispute, due_at__lte=world.now).exists()


def test_a_time_that_had_been_missed_here_stays_missed(world: World, dispute: Dispute, cast: Cast) -> None:
    world.now = london("2026-03-04 09:00")
    sweep(world.now)
    enter(world, dispute)
    assert Clock.objects.get(dispute=dispute, stage=1, key="response").state == ClockState.MISSED
    world.do(dispute, Verb.CONFIRM_HAPPENED, cast.receiving_lead, number=line_of(dispute).number)
    assert Clock.objects.filter(dispute=dispute, stage=1, key="response").count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"who": " "}, "who"),
        ({"said": ""}, "said"),
        ({"result": ""}, "result"),
        ({"said": "a\x00"}, "said"),
        ({"happened_until": london("2026-03-02 10:01")}, "happened_until"),
        ({"happened_until": BEGAN - timedelta(minutes=1)}, "happened_until"),
        ({"happened_from": london("2025-02-01 10:00")}, "happened_from"),
        ({"happened_from": datetime(2026, 2, 24)}, "happened_from"),  # noqa: DTZ001 - a moment without a zone is what is refused
        ({"stage": 7}, "stage"),
    ],
)
def test_what_cannot_have_been_is_refused_beside_its_field(world: World, dispute: Dispute, more: dict[str, Any], field: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        enter(world, dispute, **more)
    assert caught.value.field == field


@pytest.mark.parametrize("part", ["receiver", "receiving_lead", "auditor", "own_board"])
def test_only_the_raising_side_and_the_unit_enter_a_stage(world: World, dispute: Dispute, cast: Cast, part: str) -> None:
    with refused(dispute, NotAllowed):
        enter(world, dispute, getattr(cast, part))


def test_nobody_enters_it_for_an_agency_that_is_not_theirs(world: World, dispute: Dispute, cast: Cast) -> None:
    for user, agency in ((cast.own_manager, cast.social_care), (cast.business_unit, cast.police)):
        with refused(dispute, InvalidInput) as caught:
            enter(world, dispute, user, agency=agency.pk)
        assert caught.value.field == "agency"


def test_the_record_of_it_verifies(world: World, dispute: Dispute, cast: Cast) -> None:
    enter(world, dispute)
    world.do(dispute, Verb.CONFIRM_HAPPENED, cast.receiving_lead, number=line_of(dispute).number)
    assert verify(reference=dispute.reference).findings == []


def logged(*moments: tuple[datetime, datetime]) -> list[dict[str, str]]:
    """The answers of a draft about as many stages."""
    return [{"happened_from": began.isoformat(), "happened_until": ended.isoformat(), **WORDS} for began, ended in moments]


def test_what_is_logged_with_a_past_stage_begins_in_the_one_after_it(world: World, cast: Cast) -> None:
    dispute = world.log(past=logged((BEGAN, ENDED)))
    assert (dispute.stage, line_of(dispute).actor, line_of(dispute).happened_at) == (0, cast.raiser, ENDED)
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    assert world.fresh(dispute).stage == 2
    assert Clock.objects.get(dispute=dispute, stage=2, key="response").started_at == world.now
    file = page(world, dispute, cast.receiving_lead)
    assert file.stages[0].detail.startswith("ended Thursday 26 February, 11am, recorded")


def test_a_logged_past_stage_that_is_put_right_is_put_right_for_the_other_side_too(world: World, cast: Cast) -> None:
    dispute = world.log(past=logged((BEGAN, ENDED)))
    world.do(dispute, Verb.SEND_ON, cast.own_manager)
    line = line_of(dispute)
    world.do(dispute, Verb.CORRECT, cast.raiser, number=line.number, text={"said": "The threshold, by letter."}, why="A slip.")
    for user in (cast.own_manager, cast.receiving_lead):
        entry = next(entry for entry in page(world, dispute, user).entries if entry.number == line.number)
        assert [(correction.old, correction.new) for correction in entry.corrections] == [(WORDS["said"], "The threshold, by letter.")]


def test_several_logged_together_keep_their_order(world: World) -> None:
    dispute = world.log(past=logged((BEGAN, ENDED), (ENDED, ENDED + timedelta(hours=2))))
    assert [run.stage for run in dispute.runs.exclude(happened_until=None).order_by("number")] == [1, 2]
    assert world.fresh(dispute).top_stage == 3


def test_sent_back_and_sent_again_a_past_stage_is_recorded_once(world: World, cast: Cast) -> None:
    dispute = world.log(past=logged((BEGAN, ENDED)))
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Say more.")
    drafts.submit(dispute.pk, world.person(cast.raiser), now=world.now)
    assert Event.objects.filter(dispute=dispute, kind=EventKind.PAST_STAGE).count() == 1
    world.do(dispute, Verb.SEND_ON, cast.lead)
    assert world.fresh(dispute).stage == 2


@pytest.mark.parametrize(
    "past",
    [
        logged((ENDED, BEGAN)),
        logged((BEGAN, london("2026-03-02 10:01"))),
        logged((BEGAN, ENDED), (BEGAN, ENDED)),
        logged(*[(BEGAN, BEGAN)] * 3),
        [{"happened_from": "yesterday", "happened_until": "today", **WORDS}],
        [{**logged((BEGAN, ENDED))[0], "said": " "}],
        [{**logged((BEGAN, ENDED))[0], "who": 5}],
        [{}],
        "x",
    ],
)
def test_stages_that_cannot_have_been_are_not_logged(world: World, past: object) -> None:
    with pytest.raises(Problems) as caught:
        world.log(past=past)
    assert [field for field, _ in caught.value.problems] == ["past"]
