"""Propose, confirm, record a gap, feedback, the child's file, learning, close."""

from datetime import date
from uuid import UUID

import pytest

from agencies.errors import Conflict, InvalidInput, NotAllowed, NotFound, WrongState
from escalation.engine.case import assemble
from escalation.engine.perform import Seen
from escalation.models import Clock, Dispute, FileConfirmation, LearningPoint, OutcomeProposal
from escalation.services.resolution import unfiled
from escalation.services.sweep import sweep
from escalation.states import ClockState, Difference, EventKind, Message, Outcome, State, Verb
from reports.figures import Edition
from reports.measures import MEASURES, Scope
from reports.periods import Year
from tests.escalation.verbs import closed, proposed, refused, resolved, respond
from tests.world import World, london

pytestmark = pytest.mark.django_db
TODAY = date(2026, 3, 2)
WORDING = {"wording": "A joint visit.", "kind": Outcome.AGREED_ACTION}


def test_the_last_confirmation_of_the_same_wording_resolves_it(world: World, dispute: Dispute) -> None:
    """BRI-16."""
    proposed(world, dispute)
    assert world.fresh(dispute).state == State.OPEN
    world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiver)
    done = world.fresh(dispute)
    assert (done.state, done.outcome, done.resolved_at) == (State.RESOLVED, Outcome.AGREED_ACTION, world.now)


def test_resolved_the_closing_tasks_have_ten_working_days(world: World, dispute: Dispute) -> None:
    resolved(world, dispute)
    clocks = Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING)
    assert {clock.due_at for clock in clocks} == {london("2026-03-16 23:59").replace(second=59)}
    assert sorted((clock.key, clock.owner.name) for clock in clocks if clock.owner) == [
        ("ask:file", world.cast.own_manager.name),
        ("ask:file", world.cast.receiver.name),
        ("next_step", world.cast.own_manager.name),
    ]


def test_a_new_wording_asks_everybody_again(world: World, dispute: Dispute) -> None:
    proposed(world, dispute)
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.receiver, **WORDING)
    assert OutcomeProposal.objects.filter(dispute=dispute, replaced_at=None).count() == 1
    assert [c.agency for c in OutcomeProposal.objects.get(replaced_at=None).confirmations.all()] == [world.cast.social_care]


def test_a_confirmation_of_a_wording_that_was_replaced_meanwhile_is_refused(world: World, dispute: Dispute) -> None:
    proposed(world, dispute)
    seen = Seen.of(world.fresh(dispute))
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.own_manager, **WORDING)
    with refused(dispute, Conflict):
        world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiver, seen=seen)


def test_a_side_confirms_once(world: World, dispute: Dispute) -> None:
    proposed(world, dispute)
    with refused(dispute, WrongState, "has confirmed it already"):
        world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.lead)


def test_the_person_whose_decision_is_disputed_never_confirms_alone(world: World) -> None:
    dispute = world.sent(disputed_person=str(world.cast.receiver.pk))
    proposed(world, dispute)
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiver)
    world.do(dispute, Verb.CONFIRM_OUTCOME, world.cast.receiving_lead)
    assert world.fresh(dispute).state == State.RESOLVED


def test_somebody_with_a_conflict_neither_reads_nor_answers_nor_closes(world: World, dispute: Dispute) -> None:
    Dispute.objects.filter(pk=dispute.pk).update(conflicts=[str(world.cast.receiver.pk), str(world.cast.lead.pk)])
    for user, verb in ((world.cast.receiver, Verb.RESPOND), (world.cast.lead, Verb.CLOSE), (world.cast.lead, Verb.MOVE_UP)):
        with refused(dispute, NotFound):
            world.do(dispute, verb, user)


@pytest.mark.parametrize("part", ["raiser", "business_unit"])
def test_neither_the_practitioner_nor_the_unit_confirms_for_an_agency(world: World, dispute: Dispute, part: str) -> None:
    proposed(world, dispute)
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.CONFIRM_OUTCOME, getattr(world.cast, part))


def test_a_side_that_stays_silent_does_not_block_it(world: World, dispute: Dispute) -> None:
    proposed(world, dispute)
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.RECORD_GAP, world.cast.own_manager, agency=world.cast.social_care.pk, reason="x")
    with refused(dispute, InvalidInput, "is not missing"):
        world.do(dispute, Verb.RECORD_GAP, world.cast.business_unit, agency=world.cast.school.pk, reason="x")
    world.do(dispute, Verb.RECORD_GAP, world.cast.business_unit, agency=world.cast.social_care.pk, reason="Three calls.")
    assert world.fresh(dispute).state == State.RESOLVED
    assert dispute.events.filter(kind=EventKind.GAP_RECORDED).exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [({**WORDING, "wording": " "}, "wording"), ({**WORDING, "kind": "won"}, "kind"), ({**WORDING, "outstanding": "\x00"}, "outstanding")],
)
def test_a_wording_that_cannot_be_kept_is_refused(world: World, dispute: Dispute, given: dict[str, str], field: str) -> None:
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.own_manager, **given)
    assert caught.value.field == field


# -- closing tasks ----------------------------------------------------------------------------------------------------------------------------


def test_feedback_is_given_once_and_neither_on_a_day_to_come_nor_before_it_was_logged(world: World, dispute: Dispute) -> None:
    manager = world.cast.own_manager
    with refused(dispute, WrongState, "not resolved yet"):
        world.do(dispute, Verb.GIVE_FEEDBACK, manager, words="Told.", given_on=TODAY)
    resolved(world, dispute)
    with refused(dispute, InvalidInput, "has not come yet"):
        world.do(dispute, Verb.GIVE_FEEDBACK, manager, words="Told.", given_on=date(2026, 3, 3))
    with refused(dispute, InvalidInput, "before it was logged"):
        world.do(dispute, Verb.GIVE_FEEDBACK, manager, words="Told.", given_on=date(2026, 3, 1))
    world.do(dispute, Verb.GIVE_FEEDBACK, manager, words="Told.", given_on=TODAY)
    assert dispute.notifications.filter(recipient=world.cast.raiser, kind=Message.FEEDBACK).exists()
    with refused(dispute, WrongState, "recorded already"):
        world.do(dispute, Verb.GIVE_FEEDBACK, manager, words="Again.", given_on=TODAY)


def test_each_agency_confirms_the_file_of_every_child_and_only_its_own(world: World) -> None:
    """BRI-15."""
    two = [{"initials": "AB", "born_on": "2015-05-01"}, {"initials": "CD", "is_unborn": True}]
    dispute = world.sent(children=two)
    with refused(dispute, WrongState, "not resolved yet"):
        world.do(dispute, Verb.CONFIRM_FILE, world.cast.own_manager)
    resolved(world, dispute)
    with refused(dispute, InvalidInput, "Each agency confirms its own file"):
        world.do(dispute, Verb.CONFIRM_FILE, world.cast.own_manager, agency=world.cast.social_care.pk)
    world.do(dispute, Verb.CONFIRM_FILE, world.cast.own_manager)
    assert FileConfirmation.objects.filter(child__dispute=dispute, agency=world.cast.school).count() == 2
    with refused(dispute, InvalidInput, "confirmed already"):
        world.do(dispute, Verb.CONFIRM_FILE, world.cast.lead)


def test_learning_may_be_none_and_goes_where_it_says(world: World, dispute: Dispute) -> None:
    """BRI-18, BUC-05."""
    resolved(world, dispute)
    world.do(dispute, Verb.RECORD_LEARNING, world.cast.own_manager)
    world.do(dispute, Verb.RECORD_LEARNING, world.cast.receiver, issue="Thresholds.", referred_to="The subgroup", due_on=date(2026, 6, 1))
    assert list(LearningPoint.objects.filter(dispute=dispute).order_by("event__number").values_list("is_none", flat=True)) == [True, False]


@pytest.mark.parametrize(
    ("given", "field"),
    [({"referred_to": "x" * 121}, "referred_to"), ({"owner": "00000000-0000-0000-0000-000000000001"}, "owner"), ({"issue": "\x00"}, "issue")],
)
def test_learning_that_cannot_be_kept_is_refused(world: World, dispute: Dispute, given: dict[str, str], field: str) -> None:
    resolved(world, dispute)
    with refused(dispute, InvalidInput) as caught:
        world.do(dispute, Verb.RECORD_LEARNING, world.cast.own_manager, **given)
    assert caught.value.field == field


def test_closing_says_everything_that_is_still_to_do(world: World, dispute: Dispute) -> None:
    resolved(world, dispute)
    with refused(dispute, InvalidInput, "Still to do: feedback .*; confirmation .*; learning"):
        world.do(dispute, Verb.CLOSE, world.cast.lead, difference=Difference.NO_CHANGE)


def test_only_the_unit_closes_with_a_gap_and_says_why(world: World, dispute: Dispute) -> None:
    resolved(world, dispute)
    with refused(dispute, InvalidInput, "Still to do"):
        world.do(dispute, Verb.CLOSE, world.cast.lead, difference=Difference.NO_CHANGE, gap="Nobody answers.")
    with refused(dispute, InvalidInput, "Say why it is closed without"):
        world.do(dispute, Verb.CLOSE, world.cast.business_manager, difference=Difference.NO_CHANGE)
    world.do(dispute, Verb.CLOSE, world.cast.business_manager, difference=Difference.NO_CHANGE, gap="Nobody answers.")
    assert world.fresh(dispute).state == State.CLOSED


@pytest.mark.parametrize("part", ["raiser", "own_manager", "receiver", "receiving_lead"])
def test_others_do_not_close_it(world: World, dispute: Dispute, part: str) -> None:
    resolved(world, dispute)
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.CLOSE, getattr(world.cast, part), difference=Difference.NO_CHANGE)


def test_what_is_open_is_not_closed_and_a_difference_must_be_known(world: World, dispute: Dispute) -> None:
    with refused(dispute, WrongState, "not resolved yet"):
        world.do(dispute, Verb.CLOSE, world.cast.lead, difference=Difference.NO_CHANGE)
    resolved(world, dispute)
    with refused(dispute, InvalidInput, "Choose one of those offered"):
        world.do(dispute, Verb.CLOSE, world.cast.lead, difference="huge")


def test_after_closing_only_the_record_takes_more(world: World, dispute: Dispute) -> None:
    """BRI-21: after any outcome either side can record a continuing concern."""
    closed(world, dispute)
    with refused(dispute, WrongState, "It has ended|is closed"):
        world.do(dispute, Verb.RECORD_MEETING, world.cast.raiser, who="x", summary="x")
    world.do(dispute, Verb.CONTINUE_CONCERN, world.cast.raiser, concern="He is still there.")
    assert world.fresh(dispute).has_continuing_concern
    assert dispute.notifications.filter(recipient=world.cast.business_unit, action="A continuing concern was recorded").exists()


def test_a_unit_of_another_partnership_closes_nothing_here(world: World, dispute: Dispute) -> None:
    cast = world.cast
    cast.receiver.memberships.create(partnership=cast.elsewhere, role="business_manager")
    resolved(world, dispute)
    with refused(dispute, NotAllowed):
        world.do(dispute, Verb.CLOSE, cast.receiver, difference=Difference.NO_CHANGE, gap="x")


# -- after a reopening, and who follows the plan ----------------------------------------------------------------------------------------------


def test_a_reopened_stage_is_with_whoever_held_it_last_whoever_reopens_it(world: World, dispute: Dispute) -> None:
    resolved(world, dispute)
    world.do(dispute, Verb.REOPEN, world.cast.lead, reason="It came back.")
    assert dispute.runs.latest("number").holder == world.cast.own_manager
    told = dispute.notifications.filter(recipient=world.cast.own_manager).latest("created_at")
    assert told.created_at == world.now


def test_a_reopened_case_asks_for_the_childs_file_again_and_keeps_the_earlier_word(world: World, dispute: Dispute) -> None:
    """BRI-15: what was confirmed before says nothing of what happened since."""
    resolved(world, dispute)
    world.do(dispute, Verb.CONFIRM_FILE, world.cast.own_manager)
    world.now = london("2026-03-04 10:00")
    world.do(dispute, Verb.REOPEN, world.cast.lead, reason="It came back.")
    world.now = london("2026-03-04 11:00")
    resolved(world, dispute)
    world.do(dispute, Verb.CONFIRM_FILE, world.cast.lead)
    assert FileConfirmation.objects.get(agency=world.cast.school).confirmed_at == world.now
    assert dispute.events.filter(kind=EventKind.FILED).count() == 2


def test_a_file_confirmed_in_the_second_of_the_reopening_counts_as_of_after_it_and_one_before_it_does_not(world: World, dispute: Dispute) -> None:
    def open_ones() -> list[frozenset[UUID]]:
        return [unfiled(assemble([dispute], now=world.now, whole=whole)[0]) for whole in (False, True)]

    both = frozenset({world.cast.school.pk, world.cast.social_care.pk})
    resolved(world, dispute)
    world.do(dispute, Verb.CONFIRM_FILE, world.cast.own_manager)
    world.do(dispute, Verb.REOPEN, world.cast.lead, reason="It came back.")
    resolved(world, dispute)
    assert open_ones() == [both, both]
    world.do(dispute, Verb.CONFIRM_FILE, world.cast.lead)
    assert open_ones() == [both - {world.cast.school.pk}] * 2
    with refused(dispute, InvalidInput, "confirmed already"):
        world.do(dispute, Verb.CONFIRM_FILE, world.cast.lead)
    world.do(dispute, Verb.CONFIRM_FILE, world.cast.receiver)
    world.do(dispute, Verb.CLOSE, world.cast.business_unit, difference=Difference.NO_CHANGE, gap="Nobody answered the raiser.")
    table = MEASURES["closing"].figures(Scope(world.cast.partnership, Year(2025), london("2026-03-31 12:00"), Edition.INTERNAL))
    assert next(row.cells[0].value for row in table.rows if row.key == "file") == 1


def test_an_outcome_of_the_partnerships_stage_is_not_proposed_between_the_agencies(world: World, dispute: Dispute) -> None:
    with refused(dispute, InvalidInput, "partnership’s stage") as caught:
        world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.own_manager, wording="A joint visit.", kind=Outcome.PANEL_DECISION)
    assert caught.value.field == "kind"


def test_nor_does_a_response_that_is_accepted_settle_it_as_a_panel_would(world: World) -> None:
    dispute = respond(world, world.sent())
    with refused(dispute, InvalidInput, "partnership’s stage") as caught:
        world.do(dispute, Verb.ACCEPT, world.cast.own_manager, wording="A joint visit.", kind=Outcome.PANEL_DECISION)
    assert caught.value.field == "kind"


def test_only_the_holders_are_asked_to_confirm_and_the_raiser_hears_of_it(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.receiver, **WORDING)
    asked = dispute.notifications.filter(action="Confirm the outcome").values_list("recipient", flat=True)
    assert set(asked) == {world.cast.own_manager.pk}
    assert dispute.notifications.filter(recipient=world.cast.raiser, kind=Message.FEEDBACK, action="Read the outcome that is proposed").exists()


FOLLOWED = "An agreed action that you follow is not done yet"


def test_an_action_that_is_not_done_reminds_its_owner_and_the_lead_manager(world: World, dispute: Dispute) -> None:
    """BRO-04, BRO-13."""
    world.do(dispute, Verb.ADD_ACTION, world.cast.own_manager, what="A visit.", agency=world.cast.social_care.pk, due_at=london("2026-03-03 12:00"))
    Dispute.objects.filter(pk=dispute.pk).update(lead_manager=world.cast.receiving_senior)
    world.now = london("2026-03-04 12:00")
    assert sweep(world.now).failed == 0
    late = set(dispute.notifications.filter(kind=Message.OVERDUE).values_list("recipient", "action"))
    assert {(world.cast.receiver.pk, "Do the agreed action"), (world.cast.receiving_senior.pk, FOLLOWED)} <= late


def test_a_line_manager_is_reminded_of_what_their_own_staff_agreed(world: World, dispute: Dispute) -> None:
    """BRO-13: line managers follow the agreed actions."""
    due, worker = london("2026-03-03 12:00"), world.cast.other_practitioner
    world.do(dispute, Verb.ADD_ACTION, world.cast.lead, what="A visit.", agency=world.cast.social_care.pk, due_at=due, owner=worker.pk)
    world.now = london("2026-03-03 12:00")
    assert sweep(world.now).failed == 0
    assert dispute.notifications.filter(recipient=world.cast.receiver, action=FOLLOWED).exists()
