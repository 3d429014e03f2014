"""Any verbs in any order, by anyone who may, on every shipped procedure with one to three receiving agencies.

Never silent: what is live has a next moment, and whoever's turn it is has a clock; what was agreed is followed until it is done. Never stuck:
somebody can always take it on. Never two winners: what was decided on an old page is refused. What was missed stays missed. And the record chains.
"""

from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from agencies.errors import Conflict, DomainError, NotFound
from agencies.models import Agency, User
from agencies.person import Person, person_of
from agencies.roles import AgencyKind, Role
from config import env
from escalation.engine import chain
from escalation.engine.case import Case, load
from escalation.engine.perform import VERBS, Seen, perform, possible
from escalation.engine.turns import turns_of, waits_for_others
from escalation.files.kinds import FileKind
from escalation.models import AgreedAction, Clock, Dispute, Event, StageRun
from escalation.services.conflicts import whom_they_may_lift, whom_they_may_mark
from escalation.services.files.intake import Kept
from escalation.services.record import lines_to_confirm, open_actions, words_to_correct
from escalation.services.resolution import unconfirmed
from escalation.services.sweep import sweep
from escalation.states import (
    LIVE,
    Advice,
    Answer,
    ClockState,
    ConferenceAnswer,
    Difference,
    Ground,
    LeftOut,
    Measure,
    Outcome,
    RequestState,
    ReviewNeed,
    Route,
    Side,
    State,
    SubgroupMatter,
    SummaryKind,
    Verb,
)
from tests.cast import Cast
from tests.factories import make_agency, make_holder
from tests.world import MONDAY, World

PROCEDURES = ("bristol", "bromley", "devon", "enfield", "buckinghamshire")
# Verbs that take a disagreement on; a case is stuck where nobody can do any of these.
ONWARD = {
    Verb.SEND_ON, Verb.SEND_BACK, Verb.RESPOND, Verb.ACCEPT, Verb.REJECT, Verb.MOVE_UP, Verb.REFER, Verb.CHOOSE_ROUTE, Verb.CONVENE, Verb.DECIDE,
    Verb.ACKNOWLEDGE, Verb.PROPOSE_OUTCOME, Verb.CONFIRM_OUTCOME, Verb.RECORD_GAP, Verb.GIVE_FEEDBACK, Verb.CONFIRM_FILE, Verb.RECORD_LEARNING,
    Verb.CLOSE, Verb.REPLACE_MEMBER,
}  # fmt: skip
DRAFTING = {Verb.SUBMIT, Verb.SAVE_DRAFT, Verb.DISCARD_DRAFT}
CLOSING = {Verb.CONFIRM_OUTCOME, Verb.RECORD_GAP, Verb.GIVE_FEEDBACK, Verb.CONFIRM_FILE, Verb.RECORD_LEARNING, Verb.CLOSE}
# What an example is after: up to the panel's decision and its end, or an agreement and its end; or anything that takes it on.
UPWARD = frozenset({Verb.SEND_ON, Verb.MOVE_UP, Verb.REFER, Verb.ACKNOWLEDGE, Verb.CHOOSE_ROUTE, Verb.CONVENE, Verb.DECIDE} | CLOSING)
AGREEING = frozenset({Verb.SEND_ON, Verb.MOVE_UP, Verb.RESPOND, Verb.ACCEPT, Verb.REOPEN} | CLOSING)
# Or what goes on beside it: what was said, agreed, done and handed on while nobody takes it further.
BESIDE = frozenset(
    {Verb.SEND_ON, Verb.RECORD_CONTACT, Verb.CONFIRM_HAPPENED, Verb.ADD_ACTION, Verb.COMPLETE_ACTION, Verb.CORRECT, Verb.LINK, Verb.REASSIGN}
    | {Verb.RECOMMEND_CONTACT}
)
# Or how those who may act become fewer.
APART = frozenset({Verb.MARK_CONFLICT, Verb.LIFT_CONFLICT, *UPWARD})
# Or how the dates are set: by the sides, by the chair, in a hurry, held back.
DATING = frozenset(
    {Verb.SEND_ON, Verb.PROPOSE_TIMETABLE, Verb.AGREE_TIMETABLE, Verb.DECLINE_TIMETABLE, Verb.MAKE_URGENT, Verb.HOLD_MOVE, Verb.ASK_TO_MOVE_UP}
    | {Verb.MOVE_UP, Verb.REFER, Verb.ACKNOWLEDGE, Verb.RESPOND}
)
pytestmark = pytest.mark.django_db
# Drawn anew, and more of them: bin/test --explore
EXAMPLES = env.number("CONCORD_TEST_EXAMPLES", 12)


def given_for(verb: Verb, case: Case, cast: Cast, dice: Random, now: Any) -> dict[str, Any]:
    """Arguments that a person could type for this verb."""
    receiving = sorted(case.receiving_ids)
    ground = dice.choice([Ground.RISK, Ground.RISK, Ground.DELAY, Ground.NOT_RESOLVED, Ground.NO_RESPONSE])
    later = now + timedelta(days=dice.randint(1, 9))
    answered = next((r.agency_id for r in case.requests if r.state == RequestState.ANSWERED), None)
    waiting = next((r.agency_id for r in case.awaiting), None)
    some: dict[Verb, dict[str, Any]] = {
        Verb.SEND_BACK: {"reason": "Not yet."},
        Verb.RESPOND: {"answer": dice.choice(list(Answer)), "reasons": "Because.", "actions": "A visit.", "agency": waiting},
        Verb.ACCEPT: {"wording": "A visit by Friday.", "kind": Outcome.AGREED_ACTION, "agency": answered},
        Verb.REJECT: {"reason": "It does not settle it.", "agency": answered},
        Verb.RECORD_CONTACT: {
            "how": "phone",
            "whom": "The duty desk",
            "said": "No answer.",
            "reached": dice.choice((True, False)),
            "agency": receiving[0],
        },
        Verb.RECORD_MEETING: {"who": "Both", "summary": "We talked."},
        Verb.ADD_NOTE: {"text": "A note.", "private": False},
        Verb.ADD_ACTION: {"what": "Visit", "agency": case.raising_id, "due_at": later},
        Verb.PROPOSE_TIMETABLE: {"due_at": later, "reason": "A longer look."},
        Verb.DECLINE_TIMETABLE: {"reason": "Too late."},
        Verb.ASK_TO_MOVE_UP: {"reason": "Nothing happens."},
        Verb.MOVE_UP: {
            "ground": ground,
            "reason": "It is not settled.",
            "told_other_side": True,
            "against": dice.choice([(), (receiving[0],)]),
            "to": dice.choice([None, None, case.dispute.stage + 2]),
        },
        Verb.HOLD_MOVE: {"reason": "We are talking."},
        Verb.MAKE_URGENT: {"reason": "Tonight.", "respond_by": now + timedelta(hours=5)},
        Verb.REFER: {"ground": ground, "efforts": "Three talks.", "reason": "No agreement."},
        Verb.ACKNOWLEDGE: {"resolve_by": later},
        Verb.CHOOSE_ROUTE: {
            "route": dice.choice(list(case.procedure.routes()) or [Route.BACK]),
            "reason": "It fits.",
            "mediator": cast.mediator.pk,
        },
        Verb.CONVENE: {
            "meets_at": later,
            "members": {cast.own_board.pk: case.raising_id, cast.receiving_board.pk: receiving[0], cast.panel_member.pk: cast.police.pk},
        },
        Verb.DECIDE: {"decision": "An assessment.", "reasons": "The risk.", "agreed": dice.choice((True, False))},
        Verb.PROPOSE_OUTCOME: {"wording": "A visit.", "kind": Outcome.AGREED_ACTION},
        Verb.RECORD_GAP: {"agency": receiving[0], "reason": "Three calls."},
        Verb.GIVE_FEEDBACK: {"words": "Told.", "given_on": date(2026, 3, 2)},
        Verb.CLOSE: {"difference": Difference.NO_CHANGE, "gap": "Silent."},
        Verb.WITHDRAW: {"reason": "Overtaken.", "still_at_risk": False},
        Verb.REOPEN: {"reason": "It came back."},
        Verb.CONTINUE_CONCERN: {"concern": "Still worried."},
        Verb.TELL_UNIT: {"told_other_side": True},
        Verb.NAME_LEAD_MANAGER: {"manager": cast.receiving_senior.pk},
        Verb.WRITE_SUMMARY: {"kind": dice.choice(list(SummaryKind)), "concerns": "The risk.", "resolution": "A visit."},
        Verb.RECORD_DEBRIEF: {"went_well": "The call."},
        Verb.CONSIDER_REVIEW: {"review": ReviewNeed.NOT_NEEDED, "reasons": "A single case."},
        Verb.ENTER_FACT: {"priority": "high"},
        Verb.ENTER_PAST_STAGE: {
            **{"who": "Both managers", "said": "The risk.", "result": "No agreement.", "told_other_side": True},
            **{"happened_from": now - timedelta(days=3), "happened_until": now - timedelta(days=dice.randint(0, 3))},
        },
        Verb.ADD_REFERENCE: {"reference": f"R-{dice.randint(1, 999)}"},
        Verb.CORRECT_CHILD: {"initials": dice.choice(("AB", "CD"))},
        Verb.READ_EARLY: {"reason": "A serious incident."},
        Verb.INVITE_GUEST: {"name": "Amira Jones", "job_title": "Practice manager", "email": "amira@surgery.example", "agency": waiting},
        Verb.WEIGH_DISSENT: {"shares": dice.choice((True, False)), "reasons": "The risk was not weighed."},
        Verb.ANSWER_ALERT: {"decision": "We look at it again.", "reasons": "The risk."},
        Verb.KEEP_LONGER: {"until": date(2050, 1, 1), "reason": "A review is to come."},
        Verb.PLACE_HOLD: {"reason": "An inquest."},
        Verb.LIFT_HOLD: {"reason": "It is over."},
        Verb.LEAVE_OUT: {"cause": LeftOut.TEST, "reason": "To see how it works."},
        Verb.COUNT_AGAIN: {"reason": "It was none."},
        **around(case, cast, dice),
    }
    return some.get(verb, {})


def around(case: Case, cast: Cast, dice: Random) -> dict[Verb, dict[str, Any]]:
    """Arguments for what stands around the stages."""
    receiving = sorted(case.receiving_ids)
    return {
        Verb.ADD_AGENCY: {
            "agency": dice.choice(
                sorted(Agency.objects.filter(partnership=cast.partnership).exclude(pk=cast.school.pk).values_list("pk", flat=True))
            ),
            "reason": "It closed the report.",
        },
        Verb.RECORD_ADVICE: {"whom": dice.choice(list(Advice)), "who": "The duty desk", "told": "What happened."},
        Verb.STAYS_OUT: {"agency": receiving[0], "what": "It does not come.", "disagree": [case.raising_id]},
        Verb.REQUEST_CONFERENCE: {"reason": "He is home.", "supporter": cast.own_senior.pk},
        Verb.ANSWER_CONFERENCE: {"answer": ConferenceAnswer.REFUSED, "reasons": "No significant harm."},
        Verb.PUT_TO_SUBGROUP: {"matter": dice.choice(list(SubgroupMatter)), "reason": "Nobody moves."},
        Verb.ANSWER_FOR_SUBGROUP: {"deep_dive": True, "mediator": cast.mediator.pk, "reasons": "A pattern."},
        Verb.REPRESENT: {"text": "Look at the calls.", "agency": case.raising_id},
        Verb.ATTACH_FILE: {"upload": Kept("letter.txt", FileKind.TEXT, 9, "r" * 64, "k" * 64, f"{dice.getrandbits(128):032x}")},
        Verb.REPLACE_FILE: {"file": cast.school.pk, "upload": None, "reason": "A name."},
        Verb.WITHDRAW_FILE: {"file": cast.school.pk, "reason": "The wrong one."},
        Verb.REDACT: {"number": dice.randint(1, 9), "text": {"text": ""}, "why": "Another child is named."},
        Verb.DECLARE_INTEREST: {"interest": "My sister teaches there.", "conflicts": dice.choice((True, False))},
        Verb.REPLACE_MEMBER: {
            "member": dice.choice(sorted(case.panel_user_ids) or [cast.nobody.pk]),
            "successor": cast.police_manager.pk,
            "agency": cast.police.pk,
            "reason": "A conflict.",
        },
    }


def pointed(verb: Verb, case: Case, person: Person, dice: Random) -> dict[str, Any]:
    """Arguments for what points at something: a line, an action, somebody of the directory, another disagreement. Of nothing where there is none."""
    agency = dice.choice(sorted(case.receiving_ids | ({case.raising_id} if verb is Verb.REASSIGN else set())))
    if verb is Verb.REASSIGN:
        found = case.candidates(Side.RAISING if agency == case.raising_id else Side.RECEIVING, agency)
        return {"to": dice.choice(found).user_id if found else person.id, "agency": agency, "reason": "I am away."}
    if verb is Verb.MARK_CONFLICT:
        return {"whom": dice.choice([None, *(one.id for one in whom_they_may_mark(case, person))]), "reason": "A sister."}
    if verb is Verb.LIFT_CONFLICT:
        return {"whom": dice.choice(whom_they_may_lift(case, person)).id, "reason": "A namesake."}
    if verb is Verb.RECOMMEND_CONTACT:
        seniors = case.directory.seniors(agency)
        return {"agency": agency, "person": dice.choice(seniors).user_id if seniors else person.id}
    if verb is Verb.COMPLETE_ACTION:
        return {"action": next((row.pk for row in open_actions(case, person)), case.raising_id)}
    if verb is Verb.CONFIRM_HAPPENED:
        return {"number": next((line.number for line, _ in lines_to_confirm(case, person)), 0)}
    if verb is Verb.CORRECT:
        line, texts = next(iter(words_to_correct(case, person).values()), (None, {}))
        words = "Put right again." if "Put right." in texts.values() else "Put right."
        return {"number": line.number if line else 0, "text": dict.fromkeys(texts, words), "why": "A slip."}
    if verb is Verb.LINK:
        return {"other": Dispute.objects.exclude(pk=case.dispute.pk).values_list("reference", flat=True).order_by("-pk").first() or ""}
    return {}


def read_case(dispute: Dispute, world: World) -> Case:
    with transaction.atomic():
        return load([dispute.pk], now=world.now)[0]


def assert_sound(case: Case, people: dict[User, Person]) -> None:
    """The promises that hold whatever happened."""
    dispute = case.dispute
    live = dispute.state in LIVE
    assert (dispute.wake_at is not None) == live
    assert StageRun.objects.filter(dispute=dispute, left_at=None).count() == (1 if live else 0)
    if live:
        checked = min(clock.next_check_at for clock in case.running() if clock.next_check_at)
        own = dispute.respond_by if dispute.is_urgent and dispute.respond_by else checked
        assert dispute.wake_at in {checked, min(checked, own)}
        assert any(ONWARD & set(possible(case, person)) for person in people.values()), f"stuck at {dispute.state} {dispute.stage}"
        asked = [clock for clock in case.running() if clock.measures not in {Measure.CAP, Measure.ACTION}]
        for turn in turns_of(case):
            on_it = [clock for clock in asked if turn.request in {None, clock.request_id}]
            owed = {(clock.owner_id, clock.agency_id) for clock in on_it}
            assert (turn.owner, turn.agency) in owed, f"nobody is reminded to {turn.asked!r} at {dispute.state} {dispute.stage}"
        assert Dispute.objects.filter(pk=dispute.pk).waiting_for_others().exists() == waits_for_others(case)
        if dispute.state == State.OPEN and case.proposal is not None:
            assert unconfirmed(case) <= {clock.agency_id for clock in asked}
    for clock in Clock.objects.filter(dispute=dispute, is_procedural=True, ended_at__isnull=False):
        missed = clock.state in {ClockState.LATE, ClockState.MISSED}
        assert missed == (clock.ended_at > clock.due_at), f"{clock.key} is {clock.state}, due {clock.due_at}, ended {clock.ended_at}"
    if live or dispute.state == State.CLOSED:
        followed = {clock.action_id for clock in case.running()}
        assert set(AgreedAction.objects.filter(dispute=dispute, done_at=None).values_list("pk", flat=True)) <= followed
    previous = ""
    for line in Event.objects.filter(dispute=dispute).order_by("number"):
        assert line.previous == previous
        assert line.digest == chain.event_digest(line)
        previous = line.digest
    assert dispute.head_digest == previous


def act(case: Case, world: World, people: dict[User, Person], wanted: frozenset[Verb], dice: Random) -> None:
    """Somebody does something that is possible now, mostly what this example is after; what is decided twice is refused the second time."""
    choices = [(user, verb) for user, person in people.items() for verb in possible(case, person) if verb not in DRAFTING]
    if not choices:
        return
    liked = [choice for choice in choices if choice[1] in wanted]
    if liked and dice.randint(0, 3):
        choices = liked
    verb = dice.choice(sorted({choice[1] for choice in choices}))
    user = dice.choice([choice[0] for choice in choices if choice[1] == verb])
    seen = Seen.of(case.dispute)
    given = given_for(verb, case, world.cast, dice, world.now) | pointed(verb, case, people[user], dice)
    earlier = world.now - timedelta(hours=1) if verb in {Verb.RECORD_CONTACT, Verb.RECORD_MEETING} and dice.choice((True, False)) else None
    try:
        perform(case.dispute.pk, verb, actor=people[user], seen=seen, happened=earlier, now=world.now, **given)
    except Conflict:
        raise
    except DomainError:
        return
    event(verb)
    if VERBS[verb].decides and Seen.of(world.fresh(case.dispute)) != seen:
        with pytest.raises((Conflict, NotFound)):
            perform(case.dispute.pk, verb, actor=people[user], seen=seen, now=world.now, **given)


@pytest.fixture
def worlds(cast: Cast) -> dict[str, World]:
    """Each procedure in force in the one partnership; the default is set as each is used."""
    return {key: World(cast, key, now=MONDAY) for key in PROCEDURES}


@pytest.fixture
def hospital(cast: Cast) -> Agency:
    """A third agency that can be asked."""
    return make_agency(cast.partnership, "Northshire Hospital", kind=AgencyKind.ACUTE_HOSPITAL)


@pytest.fixture
def people(cast: Cast, hospital: Agency) -> dict[User, Person]:
    """Everybody with a part to play. Nobody's roles change, so each is read once."""
    there = [
        make_holder(hospital, 2, "Vera Lind", Role.LEAD, is_lead=True),
        make_holder(hospital, 3, "Wale Ojo", Role.SENIOR),
        make_holder(hospital, 5, "Xenia Hart", Role.BOARD_MEMBER, is_board_member=True),
    ]
    users = [user for part, user in cast.users() if part not in {"stranger", "administrator", "nobody"}]
    return {user: person_of(user, MONDAY.date()) for user in (*users, *there)}


def logged_as(world: World, receivers: list[Agency], dice: Random) -> Dispute:
    """Logged and sent in one of the ways that the log offers; as any other where the procedure does not know that way."""
    urgent = {"is_urgent": True, "respond_by": (world.now + timedelta(hours=6)).isoformat()}
    above = {"start_stage": 2, "start_ground": Ground.RISK, "start_reason": "He goes home tonight."}
    way = dice.choice([{}, {}, urgent, above, urgent | above, {"is_restricted": True}, {"is_serious": True}, {"is_stuck": True}])
    try:
        with transaction.atomic():
            return world.log(*receivers, procedure=world.version.procedure_id, **way)
    except DomainError:
        return world.log(*receivers, procedure=world.version.procedure_id)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1))
def test_no_order_of_verbs_leaves_a_disagreement_silent_stuck_or_moved_twice(
    worlds: dict[str, World], people: dict[User, Person], hospital: Agency, seed: int
) -> None:
    # One number decides everything: keys are random, so what is possible may differ in order from one run of the same example to the next.
    dice = Random(seed)
    world = worlds[dice.choice(PROCEDURES)]
    world.now = MONDAY + timedelta(hours=dice.randint(0, 24 * 9))
    receivers = [world.cast.social_care, world.cast.police, hospital][: dice.randint(1, 3)]
    wanted = dice.choice([UPWARD, AGREEING, frozenset(ONWARD), BESIDE, APART, DATING])
    dispute = logged_as(world, receivers, dice)
    for _ in range(dice.randint(4, 16)):
        world.now += timedelta(hours=dice.choice([0, 1, 8, 26, 80]))
        if dice.choice((True, False)):
            world.delivered(dispute)
            assert sweep(world.now).failed == 0
        act(read_case(dispute, world), world, people, wanted, dice)
        case = read_case(dispute, world)
        assert_sound(case, people)
        if case.dispute.state == State.DRAFT:
            break
    event(f"ended {case.dispute.state}")
