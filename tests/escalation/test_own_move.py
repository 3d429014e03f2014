"""The system's own move up: what the page says is what the sweep does. Stage 1 of the test's own procedure gives one working day and moves up after
one more; sent on Tuesday 3 March 2026 at 10:00. Moments worked by hand from the published clock rule."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db.models import QuerySet

from agencies.errors import InvalidInput, WrongState
from agencies.models import User
from agencies.services.calendar import DayKind, add_day
from escalation.clocks import Within
from escalation.engine.case import assemble
from escalation.models import Dispute, Notification, Request
from escalation.procedures.definition import OnTime, ProcedureDefinition
from escalation.procedures.schema import read_procedure
from escalation.selectors.case_file import case_file
from escalation.services.procedures import publish
from escalation.services.reading import open_request
from escalation.services.redating import redate
from escalation.services.sweep import sweep
from escalation.services.undelivered import arrived
from escalation.services.undelivered import came_back as taken_back
from escalation.states import EventKind, Message, Outcome, Verb
from tests.cast import Cast
from tests.escalation.procedure_texts import HEAD, clock, lines, partnership_stage, stage
from tests.escalation.verbs import refused
from tests.world import World, london

pytestmark = pytest.mark.django_db
TUESDAY = london("2026-03-03 10:00")
MOVES = 'within = "1 working day"\nuntil = "answered"\non_time = "move up after 1 working day"'


def written(head: str = "") -> ProcedureDefinition:
    return read_procedure(lines(HEAD, head) + stage("first", clocks=clock(MOVES)) + stage("second", clocks=clock()), "sample.toml")


def under(cast: Cast, definition: ProcedureDefinition) -> tuple[World, Dispute]:
    """A disagreement under this procedure, sent on Tuesday morning."""
    world = World(cast, now=TUESDAY)
    world.version = publish(definition, cast.partnership, now=TUESDAY, in_force_from=TUESDAY.date()).version
    return world, world.sent()


def note(world: World, dispute: Dispute, reader: User | None = None) -> str:
    """What the raising manager, or another reader, reads of a move."""
    case = assemble([world.fresh(dispute)], now=world.now, whole=True)[0]
    return str(case_file(case, world.person(reader or world.cast.own_manager), world.now).step.note)


def at(world: World, *moments: str, is_posted: bool = True) -> None:
    for moment in moments:
        world.now = london(moment)
        if is_posted:
            world.warned()
        assert sweep(world.now).failed == 0


@pytest.mark.parametrize(
    ("head", "said", "before", "then"),
    [
        # Due on Wednesday at 10:00.
        ("", "Thursday 5 March, 10am", "2026-03-05 09:59", "2026-03-05 10:00"),
        # Due by the end of Wednesday, which is after close: it counts from Thursday's opening, to the same time on Friday.
        ('moment = "end_of_day"', "Friday 6 March, 9am", "2026-03-06 08:59", "2026-03-06 09:00"),
        # By plain counting nothing rolls: the end of the next day.
        ('start_rule = "plain"\nmoment = "end_of_day"', "Thursday 5 March, end of day", "2026-03-05 23:59", "2026-03-06 00:00"),
    ],
)
def test_it_moves_when_the_page_says(cast: Cast, head: str, said: str, before: str, then: str) -> None:
    world, dispute = under(cast, written(head))
    assert note(world, dispute) == f"Without a response it moves up to Stage 2 by itself on {said}, if the message has arrived by then."
    world.delivered(dispute)
    assert note(world, dispute) == f"Without a response it moves up to Stage 2 by itself on {said}."
    at(world, "2026-03-04 10:01", "2026-03-05 00:01", before)
    assert world.fresh(dispute).stage == 1
    at(world, then)
    assert world.fresh(dispute).stage == 2


def test_what_arrived_only_after_it_was_overdue_waits_once_more_and_the_page_says_so(cast: Cast) -> None:
    """Nobody was warned with the breach: the warning goes out when it would have moved, on Thursday at 10:00."""
    world, dispute = under(cast, written())
    at(world, "2026-03-04 10:01")
    world.delivered(dispute)
    assert "by itself on Friday 6 March, 10am." in note(world, dispute)
    at(world, "2026-03-05 10:00")
    assert "by itself on Friday 6 March, 10am." in note(world, dispute)
    at(world, "2026-03-06 09:59")
    assert world.fresh(dispute).stage == 1
    at(world, "2026-03-06 10:00")
    assert world.fresh(dispute).stage == 2


def came_back(world: World, dispute: Dispute) -> None:
    Request.objects.filter(dispute=dispute).update(bounced_at=world.now)


def nobody_holds_it(world: World, dispute: Dispute) -> None:
    Request.objects.filter(dispute=dispute).update(holder=None)


def heard(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.RECORD_CONTACT, world.cast.raiser, how="phone", whom="Rashida Shah", said="She will look.", reached=True)


RUNG = {"how": "phone", "whom": "The duty desk", "said": "They look at it.", "reached": True}


@pytest.mark.parametrize(("part", "named", "stage"), [("own_manager", "police", 2), ("police_manager", None, 2), ("own_manager", "both", 1)])
def test_of_two_agencies_one_that_was_reached_does_not_speak_for_the_other_that_is_silent(
    world: World, part: str, named: str | None, stage: int
) -> None:
    """BRI-06: who writes down that they themselves rang is heard, and nobody else."""
    cast = world.cast
    dispute, user = world.sent(cast.social_care, cast.police), getattr(world.cast, part)
    world.delivered(dispute)
    for agency in {"police": [cast.police.pk], "both": [cast.police.pk, cast.social_care.pk]}.get(named or "", [None]):
        world.do(dispute, Verb.RECORD_CONTACT, user, agency=agency, **RUNG)
    heard_ones = Request.objects.filter(dispute=dispute, engaged_at__isnull=False).values_list("agency__name", flat=True)
    assert set(heard_ones) == {cast.police.name} | ({cast.social_care.name} if named == "both" else set())
    at(world, "2026-03-02 13:01", "2026-03-03 10:01", "2026-03-04 09:01", "2026-03-04 10:01")
    assert world.fresh(dispute).stage == stage


def test_of_which_of_two_agencies_somebody_was_reached_is_to_be_said_and_of_nobody_reached_it_is_not(world: World) -> None:
    dispute = world.sent(world.cast.social_care, world.cast.police)
    with refused(dispute, InvalidInput, "Say of which agency"):
        world.do(dispute, Verb.RECORD_CONTACT, world.cast.own_manager, **RUNG)
    world.do(dispute, Verb.RECORD_CONTACT, world.cast.own_manager, **RUNG | {"reached": False})


def proposed_by_the_other_side(world: World, dispute: Dispute) -> None:
    world.do(dispute, Verb.PROPOSE_OUTCOME, world.cast.receiver, wording="We assess by Friday.", kind=Outcome.AGREED_ACTION)


@pytest.mark.parametrize("lived", [came_back, nobody_holds_it, heard, proposed_by_the_other_side])
def test_where_it_will_not_move_the_page_promises_nothing_and_nothing_is_to_be_held(cast: Cast, lived: object) -> None:
    world, dispute = under(cast, written())
    if lived is not nobody_holds_it:
        world.delivered(dispute)
    lived(world, dispute)  # type: ignore[operator]
    assert note(world, dispute) == ""
    with refused(dispute, WrongState, "No automatic move is coming"):
        world.do(dispute, Verb.HOLD_MOVE, world.cast.own_manager, reason="We meet.")
    at(world, "2026-03-04 10:01", "2026-03-05 10:00", "2026-03-06 10:00")
    assert world.fresh(dispute).stage == 1


def test_who_raised_it_and_read_that_it_moves_hears_that_the_move_was_stopped_and_whoever_stopped_it_does_not(world: World, dispute: Dispute) -> None:
    cast = world.cast
    world.delivered(dispute)
    assert "moves up to Stage 2 by itself" in note(world, dispute, cast.raiser)
    world.do(dispute, Verb.HOLD_MOVE, cast.own_manager, reason="We meet on Thursday.")
    assert "by itself" not in note(world, dispute, cast.raiser)
    told = Notification.objects.filter(dispute=dispute, action="Read why it does not move up")
    assert [message.recipient for message in told] == [cast.raiser]


def opened_by_the_other_side(world: World, dispute: Dispute) -> None:
    assert open_request(dispute.pk, world.person(world.cast.receiver), now=world.now)


def taken_by_the_mail_server(world: World, dispute: Dispute) -> None:
    arrived(Notification.objects.get(dispute=dispute, kind=Message.ASSIGNED, recipient=world.cast.receiver), now=world.now)


@pytest.mark.parametrize("received", [opened_by_the_other_side, taken_by_the_mail_server])
def test_what_arrived_only_after_its_moment_moves_one_working_day_after_the_warning(cast: Cast, received: Callable[[World, Dispute], None]) -> None:
    """Bristol: refused on Thursday at 10:00, received on Friday at 11:30 and left in silence; it moves on Monday at 11:30."""
    world = World(cast, now=TUESDAY)
    dispute = world.sent()
    at(world, "2026-03-04 10:01", "2026-03-05 09:00", "2026-03-05 10:00", "2026-03-06 11:30")
    assert note(world, dispute).startswith("It moves up to Stage 2 by itself only once the message has arrived")
    received(world, dispute)
    assert "by itself on Monday 9 March, 11:30am." in note(world, dispute)
    at(world, "2026-03-06 11:30", "2026-03-09 09:00", "2026-03-09 11:29")
    assert (world.fresh(dispute).stage, "by itself on Monday 9 March, 11:30am." in note(world, dispute)) == (1, True)
    at(world, "2026-03-09 11:30")
    assert world.fresh(dispute).stage == 2
    assert dispute.events.filter(kind=EventKind.MOVE_WARNED).count() == 1


def test_what_is_held_or_heard_after_its_moment_moves_no_more(cast: Cast) -> None:
    for verb, given in [
        (Verb.HOLD_MOVE, {"reason": "We meet."}),
        (Verb.RECORD_CONTACT, {"how": "phone", "whom": "R", "said": "Yes.", "reached": True}),
    ]:
        world = World(cast, now=TUESDAY)
        dispute = world.sent()
        at(world, "2026-03-04 10:01", "2026-03-05 10:00", "2026-03-06 11:30")
        opened_by_the_other_side(world, dispute)
        world.do(dispute, verb, cast.own_manager, **given)
        at(world, "2026-03-06 11:31", "2026-03-09 11:30")
        assert (world.fresh(dispute).stage, "by itself on" in note(world, dispute)) == (1, False)


def test_no_move_is_promised_for_a_moment_that_has_passed(cast: Cast) -> None:
    """Nobody swept from Wednesday to Friday: the page names the moment at which it is read."""
    world, dispute = under(cast, written())
    world.delivered(dispute)
    at(world, "2026-03-04 10:01")
    world.warned()
    world.now = london("2026-03-06 12:00")
    assert "by itself on Friday 6 March, midday." in note(world, dispute)


def test_an_urgent_one_says_that_it_moves_beside_that_one_rings(cast: Cast) -> None:
    world, dispute = under(cast, written())
    world.delivered(dispute)
    world.do(dispute, Verb.MAKE_URGENT, world.cast.own_manager, reason="Tonight.", respond_by=london("2026-03-03 18:00"))
    assert note(world, dispute).startswith("This is urgent.")
    assert "by itself on Thursday 5 March, 9am." in note(world, dispute)
    at(world, "2026-03-03 18:01", "2026-03-05 09:00")
    assert world.fresh(dispute).stage == 2


def test_before_the_partnership_a_published_procedure_promises_nothing(cast: Cast) -> None:
    """A version from before the import refused it: nobody is told that it moves into the partnership's stage."""
    text = HEAD + stage("first", clocks=clock('within = "1 working day"\nuntil = "answered"')) + partnership_stage()
    first, last = read_procedure(text, "sample.toml").stages
    moving = replace(first, clocks=tuple(replace(one, on_time=OnTime(move_up_after=Within.parse("1 working day"))) for one in first.clocks))
    world, dispute = under(cast, replace(read_procedure(text, "sample.toml"), stages=(moving, last)))
    world.delivered(dispute)
    assert note(world, dispute) == ""
    at(world, "2026-03-04 10:01", "2026-03-05 10:00")
    assert (world.fresh(dispute).stage, "moves up" in note(world, dispute)) == (1, False)


# -- a warning that does not leave -------------------------------------------------------------------------------------------------------------


def warnings(dispute: Dispute, user: User) -> QuerySet[Notification]:
    return Notification.objects.filter(dispute=dispute, recipient=user, kind=Message.WARNING)


def test_while_its_warning_does_not_leave_nothing_moves_and_the_business_unit_is_told(cast: Cast) -> None:
    """Warned with the breach on Wednesday; no mail leaves. On Thursday, when it would move, and on Friday it is warned anew, the unit too."""
    world, dispute = under(cast, written())
    world.delivered(dispute)
    at(world, "2026-03-04 10:01", "2026-03-05 10:00", "2026-03-05 10:01", "2026-03-06 09:00", is_posted=False)
    assert world.fresh(dispute).stage == 1
    assert [warnings(dispute, user).count() for user in (cast.own_manager, cast.raiser, cast.business_manager)] == [2, 1, 1]
    assert note(world, dispute).startswith("It moves up to Stage 2 by itself only once the message that warns of it has left")
    at(world, "2026-03-06 10:01", is_posted=False)
    assert [warnings(dispute, user).count() for user in (cast.own_manager, cast.raiser, cast.business_manager)] == [3, 2, 2]
    # One for each morning: what is overdue is reminded of as before.
    assert dispute.events.filter(kind=EventKind.REMINDED).count() == 2


@pytest.mark.parametrize("part", ["own_manager", "business_manager"])
def test_once_one_of_the_warnings_has_left_it_moves_after_the_wait(cast: Cast, part: str) -> None:
    """The mail is back on Thursday at noon: it moves on Friday at noon. Of the business unit it is enough: they can ring the manager."""
    world, dispute = under(cast, written())
    world.delivered(dispute)
    at(world, "2026-03-04 10:01", "2026-03-05 10:01", is_posted=False)
    arrived(warnings(dispute, getattr(cast, part)).latest("created_at"), now=london("2026-03-05 12:00"))
    at(world, "2026-03-05 12:00", "2026-03-06 10:00", "2026-03-06 11:59", is_posted=False)
    assert world.fresh(dispute).stage == 1
    at(world, "2026-03-06 12:00", is_posted=False)
    assert world.fresh(dispute).stage == 2


def test_a_warning_that_came_back_after_all_has_not_left(cast: Cast) -> None:
    world, dispute = under(cast, written())
    world.delivered(dispute)
    at(world, "2026-03-04 10:01", is_posted=False)
    sent = warnings(dispute, cast.own_manager).get()
    arrived(sent, now=world.now)
    taken_back(sent, now=london("2026-03-04 15:00"), words="No such box.")
    at(world, "2026-03-05 10:01", is_posted=False)
    assert (world.fresh(dispute).stage, warnings(dispute, cast.business_manager).count()) == (1, 1)


def test_a_warning_of_the_moment_before_is_none_of_the_new_one(cast: Cast) -> None:
    """Warned on Wednesday; then that day is closed, so that it is due on Thursday and moves on Friday. The warning of Thursday comes back."""
    world, dispute = under(cast, written())
    world.delivered(dispute)
    at(world, "2026-03-04 10:01", is_posted=False)
    arrived(warnings(dispute, cast.own_manager).get(), now=world.now)
    add_day(actor=None, partnership=cast.partnership, kind=DayKind.CLOSURE, day=world.now.date(), words="Flood", now=world.now)
    redate(cast.partnership, actor=None, now=world.now)
    at(world, "2026-03-05 10:01", is_posted=False)
    anew = warnings(dispute, cast.own_manager).latest("created_at")
    arrived(anew, now=world.now)
    taken_back(anew, now=london("2026-03-05 15:00"), words="No such box.")
    at(world, "2026-03-06 10:01", is_posted=False)
    assert world.fresh(dispute).stage == 1
