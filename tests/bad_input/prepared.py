"""Disagreements at many points of their lives, so that somebody in the cast can open nearly every verb's page."""

from datetime import datetime, timedelta
from typing import Any

from escalation.procedures.schema import read_procedure
from escalation.services.procedures import publish
from escalation.states import Ground, LeftOut, Route, SubgroupMatter, Verb
from tests.escalation.attached import attach
from tests.escalation.keeping import LATER, ended
from tests.escalation.learning import learnt
from tests.escalation.procedure_texts import HEAD, clock, stage
from tests.escalation.verbs import before_chair, proposed, resolved, respond, routed
from tests.guests import invited
from tests.world import MONDAY, World, london

RISK = {"ground": Ground.RISK, "reason": "He is home tonight."}
# A procedure whose clocks wait for a date and a priority: none of the shipped ones asks for both.
WAITS = 'key = "plan"\nmeasures = "action_plan"\nowed_by = "each"\nwithin = "2 working days"\nfrom = "fact: strategy discussion"'
ASKS_FOR_FACTS = HEAD + 'priorities = ["high", "low"]\n' + stage("first", clocks=clock(WAITS)) + stage("second")
# What is there for each door, as its reference with the moment at which it is asked for.
Prepared = dict[str, tuple[str, datetime]]


def prepared(world: World) -> Prepared:
    """Each by a name that says where it stands."""
    made = {**in_bristol(world), **before_the_chair(world), **elsewhere(world), "waits for facts": with_facts(world)}
    soon = MONDAY + timedelta(minutes=5)
    over, uncounted = ended(world).reference, ended(world)
    world.do(uncounted, Verb.LEAVE_OUT, world.cast.business_unit, cause=LeftOut.TEST, reason="To see how it works.")
    return {name: (dispute.reference, soon) for name, dispute in made.items()} | {
        "closed": (over, soon), "long closed": (over, london(LATER)), "left out": (uncounted.reference, soon),
    }  # fmt: skip


def in_bristol(world: World) -> dict[str, Any]:
    """Between the agencies, and after."""
    cast = world.cast
    sent, asked, moving, several = world.sent(), world.sent(), world.sent(), world.sent(cast.social_care, cast.police)
    attach(world, sent, cast.own_manager)
    world.do(sent, Verb.ADD_ACTION, cast.own_manager, what="A visit.", agency=cast.school.pk, due_at=MONDAY + timedelta(days=4))
    world.do(sent, Verb.PLACE_HOLD, cast.business_unit, reason="An inquest.")
    world.do(sent, Verb.RECORD_CONTACT, cast.own_manager, how="phone", whom="The duty desk", said="No answer.", reached=False,
             happened=MONDAY - timedelta(days=3))  # fmt: skip
    world.do(moving, Verb.PROPOSE_TIMETABLE, cast.own_manager, due_at=MONDAY + timedelta(days=9), reason="A longer look.")
    invited(world, asked)
    marked = world.sent()
    world.do(marked, Verb.MARK_CONFLICT, cast.business_manager, whom=cast.own_board.pk, reason="A sister.")
    return {
        "somebody has a conflict": marked,
        "at the own manager": world.log(),
        "sent": sent,
        "a guest is asked": asked,
        "another date is proposed": moving,
        "several are asked": several,
        "answered": respond(world, world.sent()),
        "an outcome is proposed": proposed(world, world.sent()),
        "resolved": resolved(world, world.sent()),
        "resolved, with something to learn": learnt(world).dispute,
    }


def before_the_chair(world: World) -> dict[str, Any]:
    """Bristol's last stages."""
    cast = world.cast
    high, hearing, mediated = world.sent(), before_chair(world, world.sent()), routed(world, world.sent())
    world.do(high, Verb.MOVE_UP, cast.own_manager, to=3, **RISK)
    waits_for_a_panel = routed(world, world.sent(), Route.PANEL)
    world.do(hearing, Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is complex.")
    members = {cast.own_board.pk: cast.school.pk, cast.receiving_board.pk: cast.social_care.pk, cast.police_manager.pk: cast.police.pk}
    world.do(hearing, Verb.CONVENE, cast.chair, meets_at=london("2026-03-17 10:00"), members=members)
    world.do(hearing, Verb.DECLARE_INTEREST, cast.police_manager, interest="My sister teaches there.", conflicts=True)
    return {
        "at the last stage below": high,
        "before the chair": before_chair(world, world.sent()),
        "in mediation": mediated,
        "waits for a panel": waits_for_a_panel,
        "before the panel": hearing,
    }


def elsewhere(world: World) -> dict[str, Any]:
    """What only other procedures know of."""
    cast = world.cast
    bromley, devon, enfield, bucks = (World(cast, key) for key in ("bromley", "devon", "enfield", "buckinghamshire"))
    soon = {"is_urgent": True, "respond_by": (MONDAY + timedelta(days=1)).isoformat()}
    conference, waits = enfield.sent(), enfield.sent()
    for dispute in (conference, waits):
        respond(enfield, dispute)
    enfield.do(waits, Verb.REQUEST_CONFERENCE, cast.own_manager, reason="He is home.", supporter=cast.own_senior.pk)
    dissent, alerted = (bucks.log(door="conference_dissent") for _ in range(2))
    bucks.do(alerted, Verb.WEIGH_DISSENT, cast.lead, shares=True, reasons="The plan leaves him alone with him.")
    stuck, put = devon.log(), devon.log()
    for dispute in (stuck, put):
        devon.do(dispute, Verb.MOVE_UP, cast.own_manager, **RISK)
    devon.do(put, Verb.PUT_TO_SUBGROUP, cast.raiser, matter=SubgroupMatter.STUCK, reason="Nobody moves.")
    return {
        "bromley, sent": bromley.sent(),
        "bromley, at the senior managers": among_seniors(bromley),
        "a conference can be asked for": conference,
        "a conference is asked for": waits,
        "dissents from a conference": dissent,
        "the reviewing service is alerted": alerted,
        "life-threatening": bucks.sent(cast.social_care, cast.police, **soon),
        "stuck": stuck,
        "with the subgroup": put,
    }


def among_seniors(bromley: World) -> Any:
    """Where the senior managers settle it and name who leads."""
    dispute = bromley.sent()
    while bromley.fresh(dispute).stage < 3:
        holder = bromley.fresh(dispute).runs.get(left_at=None).holder
        bromley.do(dispute, Verb.MOVE_UP, holder, **RISK)
    return dispute


def with_facts(world: World) -> Any:
    """Of a procedure of its own."""
    own = World(world.cast)
    own.version = publish(read_procedure(ASKS_FOR_FACTS, "sample.toml"), world.cast.partnership, now=MONDAY, in_force_from=MONDAY.date()).version
    return own.sent()
