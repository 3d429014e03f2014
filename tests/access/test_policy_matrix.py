"""Who may do what: each verb × everybody × the situation, as a table. A part that is not named may not.

Here is asked what the policy allows a person, whatever the state; that the state and the procedure allow it too is each verb's own test.
Those who may not even know of a disagreement are in the second table.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db.models import Q

from agencies.models import Agency
from escalation import policy
from escalation.engine.case import Case, load
from escalation.models import Dispute
from escalation.querysets import DisputeQuerySet
from escalation.services import every_verb  # noqa: F401 - importing registers the verbs
from escalation.states import Answer, Ground, SubgroupMatter, Verb
from tests.cast import Cast
from tests.escalation.verbs import before_chair, closed, resolved, respond, routed
from tests.kept import kept_fixture
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db


def parts(names: str) -> frozenset[str]:
    return frozenset(names.split())


UNIT = "business_unit business_manager"
CHAIRS = "chair deputy_chair"
RAISING = "own_manager lead"
RECEIVING = "receiver receiving_lead"
# Who acts for each side in each situation; everything below is said in these words.
ACTING = {
    "hop": ("own_manager lead", ""),
    "awaiting": ("own_manager lead", "receiver receiving_lead"),
    "answered": ("own_manager lead", "receiver receiving_lead"),
    "chair": ("own_board lead", "receiving_board receiving_lead"),
    "mediation": ("own_board lead", "receiving_board receiving_lead"),
    "resolved": ("own_manager lead", "receiver receiving_lead"),
    "closed": ("lead", "receiver receiving_lead"),
    "restricted": ("raiser", "receiver receiving_lead"),
    "devon_1": ("own_manager lead", ""),
    "conference": ("own_manager lead", "receiver receiving_lead"),
    "agreed": ("own_manager lead", "receiver receiving_lead"),
    "stuck": ("raiser lead", "other_practitioner receiving_lead"),
}
SITUATIONS = tuple(ACTING)
# Those in it without acting now: they held an earlier stage, or supervise the raiser.
EARLIER = {
    "stuck": "own_manager",
    "chair": "own_manager receiver",
    "mediation": "own_manager receiver",
    "closed": "own_manager",
}


def build(world: World, situation: str) -> Dispute:
    """A disagreement of the raiser in this situation."""
    if situation == "hop":
        return world.log()
    if situation == "devon_1":
        return world.log()
    if situation == "restricted":
        return world.log(is_restricted=True)
    if situation == "conference":
        dispute = respond(world, world.sent(), Answer.DISAGREES)
        world.do(dispute, Verb.REQUEST_CONFERENCE, world.cast.own_manager, reason="He is home.", supporter=world.cast.own_senior.pk)
        return dispute
    if situation == "agreed":
        dispute, cast = world.sent(), world.cast
        given = {"what": "A visit.", "agency": cast.school.pk, "owner": cast.colleague.pk, "due_at": world.now + timedelta(days=9)}
        world.do(dispute, Verb.ADD_ACTION, cast.own_manager, **given)
        return dispute
    if situation == "stuck":
        dispute = world.log()
        world.do(dispute, Verb.MOVE_UP, world.cast.own_manager, ground=Ground.RISK, reason="He is home tonight.")
        world.do(dispute, Verb.PUT_TO_SUBGROUP, world.cast.raiser, matter=SubgroupMatter.STUCK, reason="Nobody moves.")
        return dispute
    steps: dict[str, Callable[[World, Dispute], Dispute]] = {
        "answered": respond,
        "chair": before_chair,
        "mediation": routed,
        "resolved": resolved,
        "closed": closed,
    }
    dispute = world.sent()
    return steps[situation](world, dispute) if situation in steps else dispute


def expected(situation: str) -> dict[Verb, frozenset[str]]:
    """Who may do each verb there."""
    raising, receiving = (parts(side) for side in ACTING[situation])
    sent = situation not in {"hop", "devon_1"}
    before = situation in {"chair", "mediation"}
    unit = parts(UNIT) if sent else frozenset()
    chairs = parts(CHAIRS) if before else frozenset()
    mediator = parts("mediator") if situation == "mediation" else frozenset()
    raiser = parts("raiser")
    own_lead = raiser if situation == "restricted" else parts("lead")
    other_lead = parts("receiving_lead") if sent else frozenset()
    either = raising | receiving
    anyone = either | raiser | unit | chairs | mediator | parts(EARLIER.get(situation, ""))
    if situation != "restricted":
        anyone |= parts("own_manager")
    return {
        Verb.SEND_ON: raising | raiser,
        Verb.SEND_BACK: raising,
        Verb.ACKNOWLEDGE: (chairs | unit) if before else (receiving | unit),
        Verb.RESPOND: receiving | unit,
        Verb.ACCEPT: raising | raiser,
        Verb.REJECT: raising | raiser,
        Verb.RECORD_CONTACT: anyone,
        Verb.CHASE: raising | raiser | unit,
        Verb.RECORD_MEETING: anyone,
        Verb.ADD_NOTE: anyone,
        **dict.fromkeys((Verb.ATTACH_FILE, Verb.REPLACE_FILE, Verb.WITHDRAW_FILE, Verb.REDACT), anyone),
        Verb.ADD_ACTION: either | unit,
        Verb.COMPLETE_ACTION: anyone | (parts("colleague") if situation == "agreed" else frozenset()),
        Verb.PROPOSE_TIMETABLE: either,
        Verb.AGREE_TIMETABLE: either,
        Verb.DECLINE_TIMETABLE: either,
        Verb.REASSIGN: either | unit,
        Verb.ASK_TO_MOVE_UP: raiser,
        Verb.MOVE_UP: raising,
        Verb.HOLD_MOVE: raising,
        Verb.MAKE_URGENT: raising | raiser,
        Verb.REFER: raising if situation == "restricted" else raising & parts("lead own_senior own_board"),
        Verb.CHOOSE_ROUTE: chairs,
        Verb.CONVENE: chairs | (unit if before else frozenset()),
        Verb.DECIDE: chairs | mediator,
        Verb.PROPOSE_OUTCOME: either | unit,
        Verb.CONFIRM_OUTCOME: either,
        Verb.RECORD_GAP: unit,
        Verb.GIVE_FEEDBACK: raising,
        Verb.CONFIRM_FILE: either,
        Verb.RECORD_LEARNING: either | unit,
        Verb.CLOSE: unit | (frozenset() if situation == "restricted" else own_lead),
        Verb.WITHDRAW: own_lead,
        Verb.REOPEN: own_lead | other_lead | unit,
        Verb.CORRECT: anyone,
        Verb.CONTINUE_CONCERN: anyone - unit - chairs - mediator,
        Verb.TELL_UNIT: either,
        Verb.RECOMMEND_CONTACT: unit,
        Verb.CONFIRM_HAPPENED: receiving | unit,
        Verb.NAME_LEAD_MANAGER: either | unit,
        Verb.WRITE_SUMMARY: either | unit,
        Verb.RECORD_DEBRIEF: anyone,
        Verb.CONSIDER_REVIEW: chairs | (unit if before else frozenset()),
        Verb.ENTER_PAST_STAGE: raising | unit,
        Verb.ADD_REFERENCE: either,
        Verb.CORRECT_CHILD: either,
        Verb.LINK: (anyone - chairs - mediator) | unit,
        Verb.INVITE_GUEST: receiving | unit,
        Verb.TAKE_BACK_GUEST: receiving | unit,
        Verb.READ_EARLY: parts(UNIT) if sent and not before and situation != "devon_1" else frozenset(),
        Verb.ENTER_FACT: either | unit,
        Verb.ADD_AGENCY: raising,
        Verb.RECORD_ADVICE: anyone,
        Verb.STAYS_OUT: either | raiser | unit,
        Verb.REQUEST_CONFERENCE: raising | raiser,
        Verb.ANSWER_CONFERENCE: (receiving | unit) if situation == "conference" else frozenset(),
        Verb.PUT_TO_SUBGROUP: either | raiser | unit,
        Verb.ANSWER_FOR_SUBGROUP: parts("subgroup_chair") if situation == "stuck" else frozenset(),
        Verb.REPRESENT: anyone - chairs - mediator,
        Verb.DECLARE_INTEREST: frozenset(),
        Verb.REPLACE_MEMBER: chairs | (unit if before else frozenset()),
        Verb.WEIGH_DISSENT: frozenset(),
        Verb.ANSWER_ALERT: frozenset(),
        Verb.TICK: frozenset(),
        Verb.MARK_CONFLICT: KNOWN[situation],
        Verb.LIFT_CONFLICT: frozenset(),
        **dict.fromkeys((Verb.KEEP_LONGER, Verb.ANONYMISE, Verb.PLACE_HOLD, Verb.LIFT_HOLD, Verb.LEAVE_OUT, Verb.COUNT_AGAIN), unit or own_lead),
    }


PROCEDURES = {"devon_1": "devon", "stuck": "devon", "conference": "enfield"}


def situated(cast: Cast, situation: str) -> tuple[World, Case]:
    world = World(cast, PROCEDURES.get(situation, "bristol"))
    dispute = build(world, situation)
    return world, load([dispute.pk], now=world.now)[0]


CaseOf = Callable[[str], Case]
# The key of each situation's disagreement, and when it had come to it.
Made = dict[str, tuple[UUID, datetime]]


@kept_fixture
def dispute(world: World) -> Made:
    """Every situation, each from Monday at ten on."""
    worlds, made = {"bristol": world} | {key: World(world.cast, key) for key in ("devon", "enfield")}, {}
    for situation in SITUATIONS:
        there = worlds[PROCEDURES.get(situation, "bristol")]
        there.now = MONDAY
        made[situation] = build(there, situation).pk, there.now
    return made


@pytest.fixture
def case_of(world: World, dispute: Made) -> CaseOf:
    """The case in a situation; the world's clock stands where it came to it."""

    def found(situation: str) -> Case:
        key, world.now = dispute[situation]
        return load([key], now=world.now)[0]

    return found


@pytest.mark.parametrize("situation", SITUATIONS)
def test_each_verb_is_for_those_named_and_for_nobody_else(cast: Cast, world: World, case_of: CaseOf, situation: str) -> None:
    case = case_of(situation)
    people = {part: world.person(user) for part, user in cast.users()}
    wrong = {}
    for verb, named in expected(situation).items():
        allowed = {part for part, person in people.items() if policy.may(person, verb, case)}
        if allowed != named:
            wrong[verb.value] = {"should not": sorted(allowed - named), "should": sorted(named - allowed)}
    assert wrong == {}


OWN = "raiser own_manager lead own_senior own_board"
THEIRS = "receiver receiving_lead receiving_senior receiving_board"
# Who may know of it at all; everybody else gets the same answer as for what does not exist.
KNOWN = {
    "hop": parts(OWN),
    "awaiting": parts(f"{OWN} {THEIRS} {UNIT} auditor"),
    "answered": parts(f"{OWN} {THEIRS} {UNIT} auditor"),
    "chair": parts(f"{OWN} {THEIRS} {UNIT} {CHAIRS} auditor"),
    "mediation": parts(f"{OWN} {THEIRS} {UNIT} {CHAIRS} auditor mediator"),
    "resolved": parts(f"{OWN} {THEIRS} {UNIT} auditor"),
    "closed": parts(f"{OWN} {THEIRS} {UNIT} auditor"),
    "restricted": parts(f"raiser {THEIRS} {UNIT} auditor"),
    "devon_1": parts(OWN),
    "conference": parts(f"{OWN} {THEIRS} {UNIT} auditor"),
    # A colleague of the raiser's is to do what was agreed, and has no other part.
    "agreed": parts(f"{OWN} {THEIRS} {UNIT} auditor colleague"),
    "stuck": parts(f"{OWN} other_practitioner receiving_lead receiving_senior receiving_board {UNIT} auditor subgroup_chair subgroup_member"),
}
# Of those, who reads what was typed: senior managers and board members from their stage on, the unit from when it is told.
READS = {
    "hop": parts("raiser own_manager lead"),
    "awaiting": parts(f"raiser own_manager lead {RECEIVING} auditor"),
    "answered": parts(f"raiser own_manager lead {RECEIVING} auditor"),
    "chair": parts(f"{OWN} {THEIRS} {UNIT} {CHAIRS} auditor"),
    "mediation": parts(f"{OWN} {THEIRS} {UNIT} {CHAIRS} auditor mediator"),
    "resolved": parts(f"raiser own_manager lead {RECEIVING} auditor"),
    "closed": parts(f"raiser own_manager lead {RECEIVING} auditor"),
    "restricted": parts(f"raiser {RECEIVING} auditor"),
    "devon_1": parts("raiser own_manager lead"),
    "conference": parts(f"raiser own_manager lead {RECEIVING} auditor"),
    "agreed": parts(f"raiser own_manager lead {RECEIVING} auditor"),
    "stuck": parts("raiser own_manager lead other_practitioner receiving_lead auditor subgroup_chair subgroup_member"),
}


def _concern(rows: DisputeQuerySet, agency: Agency) -> DisputeQuerySet:
    return rows.filter(Q(raising_agency=agency) | Q(requests__agency=agency))


@pytest.mark.parametrize("situation", SITUATIONS)
def test_only_these_know_of_it_and_only_these_read_it(cast: Cast, world: World, case_of: CaseOf, situation: str) -> None:
    """By either question to the rows, that of a page and that of a page about very many; and nobody may do anything to it who does not know of it."""
    case = case_of(situation)
    people = {part: world.person(user) for part, user in cast.users()}
    here = Dispute.objects.filter(pk=case.dispute.pk)
    known = {part for part, person in people.items() if here.visible_to(person).exists()}
    assert known == {part for part, person in people.items() if here.among_many_visible_to(person).exists()} == KNOWN[situation]
    for agency in (cast.raising, cast.receiving):  # Each concerns it in all of these situations, or not yet.
        mine = _concern(here, agency)
        seen = {part for part, person in people.items() if here.of_agency_visible_to(agency.pk, person).exists()}
        assert seen == (known if mine.exists() else set())
    assert {part for part in known if policy.reads_narrative(people[part], case)} == READS[situation]
    assert {part for part, person in people.items() if policy.actions_for(person, case)} <= known


@pytest.mark.engines
def test_of_all_of_them_at_once_everybody_knows_the_same(cast: Cast, world: World, dispute: Made) -> None:
    """Each question to the rows on either engine. Where one is kept from the own managers, no glance tells a lead of all that are the agency's."""
    people = {part: world.person(user) for part, user in cast.users()}
    for apart in ((), ("restricted",)):
        disputes = {situation: key for situation, (key, _now) in dispute.items() if situation not in apart}
        rows = Dispute.objects.filter(pk__in=disputes.values())
        asked = {agency: set(_concern(rows, agency).values_list("pk", flat=True)) for agency in (cast.raising, cast.receiving)}
        for part, person in people.items():
            known = {pk for situation, pk in disputes.items() if part in KNOWN[situation]}
            for seen in (rows.visible_to(person), rows.among_many_visible_to(person), rows.named_visible_to(person)):
                assert set(seen.values_list("pk", flat=True)) == known, part
            for agency, mine in asked.items():
                assert set(rows.of_agency_visible_to(agency.pk, person).values_list("pk", flat=True)) == known & mine, part


@pytest.mark.parametrize("situation", ["awaiting", "chair", "restricted", "devon_1"])
def test_a_conflict_is_lifted_by_who_oversees_the_person_and_never_by_themself(cast: Cast, world: World, case_of: CaseOf, situation: str) -> None:
    """Of a receiving agency's manager: its lead and the business manager; of one's own, the own lead; where it is kept from them, its raiser."""
    case = case_of(situation)
    overseen = {"receiver": "business_manager receiving_lead", "own_manager": "business_manager lead"}
    if situation == "restricted":
        overseen["own_manager"] = "raiser"
    elif situation == "devon_1":
        overseen = {"own_manager": "lead"}
    for part, named in overseen.items():
        case.dispute.conflicts = [str(getattr(cast, part).pk)]
        allowed = {who for who, user in cast.users() if policy.may(world.person(user), Verb.LIFT_CONFLICT, case)}
        assert allowed == parts(named), part


@pytest.mark.parametrize("situation", SITUATIONS)
def test_the_child_is_for_those_who_hold_it_never_for_the_unit_or_the_chair(cast: Cast, world: World, case_of: CaseOf, situation: str) -> None:
    case = case_of(situation)
    shown = {part for part, user in cast.users() if policy.sees_child(world.person(user), case)}
    outside = parts(f"{UNIT} {CHAIRS} mediator auditor subgroup_chair subgroup_member administrator stranger nobody police_manager")
    assert not shown & outside
    assert ("colleague" in shown) is (situation == "agreed"), "whoever is to do something for a child knows which"


def test_a_draft_is_its_writers_alone(cast: Cast, world: World) -> None:
    dispute = world.log()
    world.do(dispute, Verb.SEND_BACK, cast.own_manager, reason="Not yet.")
    known = {part for part, user in cast.users() if Dispute.objects.visible_to(world.person(user)).filter(pk=dispute.pk).exists()}
    assert known == {"raiser"}


def test_a_supervisor_in_another_agency_sees_nothing(cast: Cast, world: World) -> None:
    """The raiser works for two agencies; only the raising one's supervisor sees what is raised for it."""
    cast.raiser.memberships.create(partnership=cast.partnership, agency=cast.police, role="practitioner", supervisor=cast.police_manager)
    dispute = world.log()
    assert not Dispute.objects.visible_to(world.person(cast.police_manager)).filter(pk=dispute.pk).exists()


def test_a_unit_of_another_partnership_has_no_say_as_a_party_here(cast: Cast) -> None:
    cast.receiver.memberships.create(partnership=cast.elsewhere, role="business_manager")
    world, case = situated(cast, "resolved")
    person = world.person(cast.receiver)
    assert not policy.may(person, Verb.RECORD_GAP, case)
    assert not policy.may(person, Verb.CLOSE, case)
    assert policy.sees_child(person, case)


def test_a_chair_who_belongs_to_a_party_has_no_say_as_chair(cast: Cast) -> None:
    cast.chair.memberships.create(partnership=cast.partnership, agency=cast.social_care, role="practitioner")
    world, case = situated(cast, "chair")
    assert case.referral is not None
    assert case.referral.chair == cast.deputy_chair
    assert not policy.may(world.person(cast.chair), Verb.CHOOSE_ROUTE, case)
    assert policy.may(world.person(cast.deputy_chair), Verb.CHOOSE_ROUTE, case)
