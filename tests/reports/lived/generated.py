"""Generated years, lived: disagreements under five procedures by dice that fall the same way for the same seed, each done step by step by people."""

from datetime import datetime, time, timedelta
from random import Random
from typing import Any

from escalation.states import Answer, Ground, Outcome, State, Verb
from tests.reports.lived.chair import before_the_chair
from tests.reports.lived.endings import afterwards, closing, confirmed
from tests.reports.lived.matter import PARTNERSHIP_STAGE, Matter
from tests.reports.lived.place import LONDON, House, Place

RAISING, RECEIVING = (30, 12, 10, 8, 0, 0), (5, 40, 14, 12, 3, 0)
# The doors of Buckinghamshire at which a disagreement takes a way of its own.
VARIANTS = (
    {"door": "conference_dissent"}, {"door": "allegation_handling", "way": "at_first"}, {"door": "allegation_handling", "way": "unresolved"},
)  # fmt: skip
PAST = {"who": "Both managers.", "said": "The risk.", "result": "Not settled."}


def live(place: Place, number: int, *, starts: datetime, ends: datetime, now: datetime, seed: int, by: House | None = None) -> None:
    """So many disagreements that begin between the two moments, as they stand at `now`; `by` raises all where given."""
    dice = Random(seed)  # noqa: S311 - invented data
    for at in range(number):
        day = (starts + timedelta(days=dice.randint(1, (ends - starts).days))).astimezone(LONDON).date()
        begins = datetime.combine(day, time(dice.choice([7, 9, 11, 14, 16, 18]), dice.choice([0, 30])), LONDON)
        raiser = by or dice.choices(place.houses, RAISING)[0]
        others = [(house, weight) for house, weight in zip(place.houses, RECEIVING, strict=True) if house is not raiser]
        drawn = dice.choices([house for house, _ in others], [weight for _, weight in others], k=dice.choice([1, 1, 1, 2]))
        procedure = dice.choices(["bristol", "enfield", "buckinghamshire", "devon"], [55, 25, 12, 8])[0]
        receivers = list(dict.fromkeys(drawn))[: 1 if procedure == "devon" else 2]
        matter = Matter(place, Random(seed * 1_000 + at), begins, now, procedure, raiser, receivers)  # noqa: S311 - invented data
        if begins < now:
            a_life(matter, at)


def live_apart(place: Place, number: int, *, starts: datetime, ends: datetime, now: datetime, seed: int) -> None:
    """So many, evenly over the time, under Bromley and by Buckinghamshire's variants in turns. Each third is kept from people by name as it is
    logged; in each third somebody is marked as having a conflict, and in half of these that is lifted again."""
    for at in range(number):
        begins = starts + (ends - starts) * at / number + timedelta(hours=10)
        raiser, receiver = place.houses[at % 4], place.houses[(at + 1 + at // 4 % 3) % 4]
        procedure, door = ("bromley", {}) if at % 2 else ("buckinghamshire", VARIANTS[at // 2 % len(VARIANTS)])
        it = Matter(place, Random(seed * 1_000 + at), begins, now, procedure, raiser, [receiver])  # noqa: S311 - invented data
        apart = {"is_restricted": True, "kept_from": [str(raiser.manager.pk)]} if at % 3 == 1 else {}
        it.log(raiser.worker, **door, **apart)
        if it.stage == 0 and it.later(hours=5):
            it.do(Verb.SEND_ON, it.on_our_side())
        if at % 3 == 2 and it.do(Verb.MARK_CONFLICT, place.unit, whom=receiver.manager.pk, reason="A cousin.") and at % 2 and it.later(hours=1):
            it.do(Verb.LIFT_CONFLICT, place.unit, whom=receiver.manager.pk, reason="It was somebody else.")
        if it.stage:
            goes_on(it)
            afterwards(it, at)


def a_life(it: Matter, at: int) -> None:
    """Logged, and then what the dice say: stage by stage until it is settled, given up, or left as it is."""
    if begun(it, at):
        goes_on(it)
        afterwards(it, at)
    if it.row.state == State.OPEN and it.dice.random() < 0.3 and it.row.sent_at:
        goes_on(it)


def goes_on(it: Matter) -> None:
    """Through the stages; where it is settled, to its closing."""
    for _ in range(6):
        if it.row.state != State.OPEN or it.now >= it.ends or not one_stage(it):
            break
    if it.row.state == State.RESOLVED:
        closing(it)


def begun(it: Matter, at: int) -> bool:
    """Logged by the worker or the manager, urgent or from a higher stage now and then; sent on, sent back, or kept inside."""
    more: dict[str, Any] = {}
    if at % 9 == 4:
        more |= {"is_urgent": True, "respond_by": (it.now + timedelta(hours=20)).isoformat()}
    elif it.procedure == "bristol" and at % 5 == 2:
        more |= {"start_stage": it.dice.choice([2, 3]), "start_ground": "risk", "start_reason": "The risk is at once."}
    elif it.procedure == "bristol" and at % 11 == 5:
        more |= {"past": [{"happened_from": _days(it, 6), "happened_until": _days(it, it.dice.choice([5, 3])), **PAST}]}
    writer, fate = it.dice.choice([it.raiser.worker, it.raiser.worker, it.raiser.manager]), it.dice.random()
    it.log(writer, is_restricted=at % 13 == 6, **more)  # Kept from the own agency's leads now and then.
    if it.stage == 0 and fate < 0.12:
        it.later(hours=3)
        came_back = it.do(Verb.SEND_BACK, it.on_our_side(), reason="Say more.")
        if came_back and (fate < 0.05 or not it.later(days=40)):
            return False
        if came_back:
            it.log_again(writer)
    if it.stage == 0:
        it.later(hours=it.dice.choice([1, 5, 30]))
        if fate > 0.92:
            it.do(Verb.WITHDRAW, it.raiser.lead, reason="It settled itself.", still_at_risk=False)
        elif fate < 0.86:
            it.do(Verb.SEND_ON, it.raiser.manager)
    return it.stage > 0


def _days(it: Matter, days: int) -> str:
    return (it.now - timedelta(days=days)).isoformat()


def one_stage(it: Matter) -> bool:
    """What happens in the stage it is in; whether it went on to another."""
    if it.stage >= PARTNERSHIP_STAGE.get(it.procedure, 9):
        return before_the_chair(it)
    fate = it.dice.random()
    if fate < 0.08 and len(it.receivers) == 1:
        it.do(Verb.ADD_AGENCY, it.on_our_side(), agency=_another(it), reason="They know the family.")
    elif fate < 0.16:
        it.do(Verb.ADD_ACTION, it.on_our_side(), what="A visit.", agency=it.raiser.key, due_at=it.now + timedelta(days=it.dice.choice([4, 20])))
    elif fate < 0.22:
        it.do(Verb.MAKE_URGENT, it.on_our_side(), reason="He is home.", respond_by=it.now + timedelta(hours=it.dice.choice([3, 60])))
    elif fate < 0.27 and it.waiting():
        _comes_back(it)
    elif fate < 0.31 and (it.procedure, it.stage) == ("bristol", 1):
        it.watched(4)
    elif fate < 0.37 and it.later(days=it.dice.choice([1, 9])) and _entered_afterwards(it):
        return True
    _answers(it)
    if it.row.state != State.OPEN or fate > 0.93:
        return False
    if fate > 0.84:
        it.do(Verb.WITHDRAW, it.raiser.lead, reason="It was overtaken.", still_at_risk=False)
        return False
    return not _settled(it) and _up(it)


def _another(it: Matter) -> Any:
    house = next(house for house in it.place.houses[3:0:-1] if house is not it.raiser and house not in it.receivers)
    it.receivers.append(house)
    return house.key


def _comes_back(it: Matter) -> None:
    """The request's message comes back; a later one arrives, or none does."""
    house = it.waiting()[0]
    it.later(hours=5)
    if it.bounces(house) and it.dice.random() < 0.5 and it.later(hours=30):
        it.arrives(house)


def _entered_afterwards(it: Matter) -> bool:
    """The stage was talked through outside: entered by one side or the business unit, and confirmed or not."""
    by, begun = it.dice.choice([it.on_our_side(), it.place.unit]), it.lines("entered")[-1].recorded_at
    until = it.now - timedelta(hours=it.dice.choice([1, 20]))
    if until < begun or not it.do(Verb.ENTER_PAST_STAGE, by, happened_from=begun, happened_until=until, **PAST):
        return False
    if by is not it.place.unit and it.dice.random() < 0.6 and it.later(hours=2):
        it.do(Verb.CONFIRM_HAPPENED, it.over_there(it.receivers[0]), number=it.lines("past_stage")[-1].number)
    return True


def _answers(it: Matter) -> None:
    """Each agency answers in time, late or not at all, some with another date agreed before; a meeting where the stage is one."""
    if it.dice.random() < 0.15 and it.waiting():
        it.later(hours=it.dice.choice([1, 80]))
        house = it.dice.choice(it.waiting())
        if it.do(Verb.PROPOSE_TIMETABLE, it.over_there(house), due_at=it.now + timedelta(days=it.dice.choice([3, 12])), reason="A leave."):
            it.later(hours=it.dice.choice([1, 70]))
            it.do(Verb.AGREE_TIMETABLE, it.on_our_side())
    if it.procedure == "enfield" and it.stage == 2:
        it.later(hours=it.dice.choice([4, 30, 90]))
        there = [it.raiser.key, *(house.key for house in it.receivers[: it.dice.choice([1, 9])])]
        how = it.dice.choice(["meeting", "meeting", "call"])
        it.do(Verb.RECORD_MEETING, it.on_our_side(), who="Heads", summary="Talks.", how=how, agencies=there)
    for house in it.waiting():
        hours = it.dice.choices([2, 7, 20, 26, 90, None], [18, 22, 20, 10, 12, 18])[0]
        it.later(hours=hours or 100)
        if hours and it.row.state == State.OPEN:
            answer = it.dice.choices(list(Answer), [4, 2, 6])[0]
            said = {"happened": it.now - timedelta(hours=30)} if it.dice.random() < 0.2 else {}
            it.do(Verb.RESPOND, it.over_there(house), answer=answer, reasons="We looked.", actions="An assessment.", agency=house.key, **said)


def _settled(it: Matter) -> bool:
    """Each response is accepted or not; with the last the outcome is put and confirmed, or proposed without any response."""
    it.later(hours=it.dice.choice([1, 25, 60]))
    answers = {line.agency_id: line.facts["answer"] for line in it.lines("answered") if line.stage == it.stage}
    for house in it.receivers:
        if house.key in answers and answers[house.key] != Answer.DISAGREES:
            kind = it.dice.choices([Outcome.AGREED_ACTION, Outcome.POSITION_KEPT], [6, 2])[0]
            it.do(Verb.ACCEPT, it.on_our_side(), wording="An assessment by Friday.", kind=kind, agency=house.key)
        elif house.key in answers:
            it.do(Verb.REJECT, it.on_our_side(), reason="The risk is the same.", agency=house.key)
    if it.dice.random() < 0.12:
        overtaken = {"kind": Outcome.OVERTAKEN, "still_to_settle": False}
        it.do(Verb.PROPOSE_OUTCOME, it.on_our_side(), wording="They moved away.", **overtaken)
    return confirmed(it)


def _up(it: Matter) -> bool:
    """To the next stage, past one, against some or all, on a ground that holds."""
    it.later(hours=it.dice.choice([1, 20, 50]))
    grounds = [Ground.NO_RESPONSE, Ground.NOT_RESOLVED, Ground.DELAY, Ground.RISK]
    if it.dice.random() < 0.3:
        grounds.reverse()
    given: dict[str, Any] = {"reason": "We differ.", "told_other_side": True, "efforts": "Two talks."}
    to_chair = it.stage + 1 == PARTNERSHIP_STAGE.get(it.procedure, 9)
    if to_chair:
        return any(it.do(Verb.REFER, it.on_our_side(), ground=ground, **given) for ground in grounds)
    if it.dice.random() < 0.1:
        given |= {"to": it.stage + 2}
    if it.dice.random() < 0.3:
        given |= {"against": {it.dice.choice(it.receivers).key}}
    return any(it.do(Verb.MOVE_UP, it.on_our_side(), ground=ground, **given) for ground in grounds)
