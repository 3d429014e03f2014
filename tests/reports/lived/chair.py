"""What happens before the partnership: acknowledged or not, by each route, agreed or not, heard by a panel that changes."""

from datetime import timedelta
from typing import Any

from escalation.states import State, Verb
from tests.reports.lived.endings import confirmed
from tests.reports.lived.matter import Matter

ROUTES = {
    "bristol": ("mediation", "panel", "panel"), "enfield": ("mediation", "liaison", "back", "back"), "devon": ("review", "mediation"),
    "bromley": ("panel", "liaison"),
}  # fmt: skip


def before_the_chair(it: Matter) -> bool:
    """Whether it went back to a stage between the agencies."""
    chair = it.place.chair
    hours = it.dice.choice([3, 30, 100, None])
    if hours is not None and it.later(hours=hours):
        it.do(Verb.ACKNOWLEDGE, chair, resolve_by=it.now + timedelta(days=20))
    it.later(hours=it.dice.choice([2, 50]))
    for _ in range(2):
        route = it.dice.choice(ROUTES[it.procedure])
        mediator = {"mediator": it.place.mediator.pk} if route == "mediation" else {}
        if it.dice.random() < 0.12 or not it.do(Verb.CHOOSE_ROUTE, chair, route=route, reason="It fits.", **mediator):
            return False
        if route == "back":
            return True
        if _decided(it, route):
            confirmed(it)
            return False
        if it.row.state != State.OPEN or it.now >= it.ends:
            return False
    return False


def _decided(it: Matter, route: str) -> bool:
    """What came of the route; False where that was no agreement, or nothing yet."""
    if route == "panel" and not _heard(it):
        return False
    if not it.later(days=it.dice.choice([1, 6, 15])) or it.dice.random() < 0.1:
        return False
    by = it.place.mediator if route == "mediation" else it.place.chair
    agreed = route == "panel" or it.dice.random() < 0.6
    given: dict[str, Any] = {"finding": f"Finding {it.key.hex[:6]}"} if it.dice.random() < 0.6 else {}
    if it.dice.random() < 0.4:
        given |= {"actions": [{"what": "A plan.", "agency": it.receivers[0].key, "due_at": it.now + timedelta(days=it.dice.choice([5, 40]))}]}
    return it.do(Verb.DECIDE, by, decision="Assess.", reasons="The risk.", agreed=agreed, **given) and agreed


def _heard(it: Matter) -> bool:
    """Convened once or, for another day, twice; a member is replaced now and then; everybody declares, and it has met."""
    houses = [it.raiser, *it.receivers, *(house for house in it.place.houses if house is not it.raiser and house not in it.receivers)]
    members = {house.lead: house for house in houses[: max(3, len(it.receivers) + 1) + it.dice.choice([0, 0, 1])]}
    seats = {user.pk: house.key for user, house in members.items()}
    times = 2 if it.dice.random() < 0.2 else 1
    for _ in range(times):
        it.later(hours=2)
        if not it.do(Verb.CONVENE, it.place.chair, meets_at=it.now + timedelta(days=5), members=seats):
            return False
    sitting = list(members)
    if it.dice.random() < 0.4:
        leaves, house = sitting[-1], members[sitting[-1]]
        comes = it.dice.choice([house, *[other for other in houses if other not in members.values()][:1]])
        given = {"member": leaves.pk, "successor": comes.senior.pk, "agency": comes.key, "reason": "A leave."}
        sitting[-1] = comes.senior if it.do(Verb.REPLACE_MEMBER, it.place.chair, **given) else leaves
    for user in sitting:
        it.do(Verb.DECLARE_INTEREST, user)
    return it.later(days=6)
