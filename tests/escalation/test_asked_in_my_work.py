"""Each message that asks somebody for something has a row in their My work that asks the same, or a list of the business unit.

Any verbs in any order, as in `test_machine`: whatever was just said to somebody is looked up in the lists that they see, in the message's own words
unless the first table below has others. What only tells is in the second table.
"""

from collections.abc import Iterable
from datetime import timedelta
from itertools import count
from random import Random

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from agencies.models import Agency, User
from agencies.person import Person
from agencies.roles import Role
from escalation.models import Dispute, Notification
from escalation.selectors.worklist import LATER, OVERDUE, TODAY, worklist
from escalation.services.sweep import sweep
from escalation.services.unit_lists import LISTS
from escalation.states import Message, State
from tests.escalation.test_machine import AGREEING, EXAMPLES, ONWARD, UPWARD, act, hospital, people, read_case, worlds
from tests.world import World

__all__ = ["hospital", "people", "worlds"]
pytestmark = pytest.mark.django_db
# What a message asks, by how its words begin, and how the row in My work begins that asks the same.
ASKS = {
    "Send on or send back": ("Send on or send back",),
    "Respond": ("Respond",),
    "Acknowledge and set a timetable": ("Acknowledge",),
    "Confirm the outcome": ("Confirm the outcome",),
    "Confirm that you received the decision": ("Confirm the outcome",),
    "Answer the conference request": ("Answer the conference request",),
    "Decide whether a deep dive is needed": ("Answer for the subgroup",),
    "Offer a mediator": ("Answer for the subgroup",),
    "Decide what to do about a conference's decision": ("Answer the alert",),
    "An agreed action is yours": ("Do the agreed action",),
    "A panel meets: declare an interest": ("Declare an interest, or that you have none",),
    "Replace a member of the panel": ("Replace a member of the panel",),
    "You are the mediator": ("Record what was decided", "Resolve it"),
    "There was no agreement: choose how to go on": ("Resolve it", "Choose the route"),
    "Agree or decline another date": ("Agree or decline another date",),
    "No date is agreed: set one": ("No date is agreed: set one", "Respond", "Talk it through"),
    "You are asked to move it up": ("Move it up, as you were asked",),
    "Finish the closing tasks": ("Finish the closing tasks",),
    "Finish what is left and close it": ("Finish what is left and close it",),
    "It is resolved: confirm the child’s file": ("Confirm the child’s file",),
}
# What only tells: where it stands, what was decided, what may be read or may be done.
TELLS = (
    "The chair chose how to go on", "A panel meets", "A disagreement was handed to you", "Your agency is recorded as keeping out",
    "You are the lead manager", "Read what the meeting proposes", "You are offered as mediator", "Another date is agreed",
    "The other date was declined", "A date is set", "Nobody answered the date", "No date is agreed yet", "Receipt was acknowledged",
    "The calendar changed", "You can move it up", "You can refer it", "It is resolved", "It is urgent now", "You were recommended",
)  # fmt: skip
KINDS = {Message.ASSIGNED, Message.EXTENDED, Message.OFFER, Message.RESOLVED}


def rows_of(person: Person, dispute: Dispute, world: World) -> list[str]:
    """What My work asks of the person about this disagreement, on whichever page of it."""
    found: list[str] = []
    for key in (OVERDUE, TODAY, LATER):
        for page in count(1):
            groups = worklist(person, world.now, only=key, page=page).groups
            if not groups or not groups[0].items:
                break
            found += [item.ask for item in groups[0].items if item.reference == dispute.reference]
    return found


def is_on_a_list(dispute: Dispute, world: World) -> bool:
    """Whether the business unit has it on one of the lists that ask something, not only among all that is open."""
    lists = [each for each in LISTS if each.key != "open"]
    return any(each.rows(world.cast.partnership, world.now).filter(pk=dispute.pk).exists() for each in lists)


def asked_for(action: str) -> tuple[str, ...]:
    """How a row that asks for it may begin; none for what only tells. The longest beginning counts."""
    said = action.removeprefix("It is urgent now. ")
    words = max((each for each in (*ASKS, *TELLS) if said.startswith(each)), key=len, default=None)
    if words is None:
        return (said.split(". ")[0],)
    return ASKS.get(words, ())


def assert_asked(new: Iterable[Notification], dispute: Dispute, world: World, people: dict[User, Person]) -> None:
    for message in new:
        rows = asked_for(message.action)
        person = people.get(message.recipient) if message.recipient is not None else None
        if not rows or person is None:
            continue
        if person.sits_as(world.cast.partnership.pk, Role.BUSINESS_UNIT, Role.BUSINESS_MANAGER):
            assert is_on_a_list(dispute, world), f"{message.action!r} is on no list"
            continue
        found = rows_of(person, dispute, world)
        event(message.action)
        assert any(row.startswith(rows) for row in found), f"{message.action!r} has no row among {found} of {person.name}"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1))
def test_what_a_message_asks_is_in_my_work_of_whoever_is_asked(
    worlds: dict[str, World],  # noqa: F811
    people: dict[User, Person],  # noqa: F811
    hospital: Agency,  # noqa: F811
    seed: int,
) -> None:
    dice = Random(seed)
    world = worlds[dice.choice(sorted(worlds))]
    world.now = world.now.replace(day=2, month=3, hour=10) + timedelta(hours=dice.randint(0, 24 * 9))
    receivers = [world.cast.social_care, world.cast.police, hospital][: dice.randint(1, 3)]
    wanted = dice.choice([UPWARD, AGREEING, frozenset(ONWARD)])
    dispute, known = world.log(*receivers, procedure=world.version.procedure_id), set[object]()
    for turn in range(dice.randint(4, 16)):
        world.now += timedelta(hours=dice.choice([0, 1, 8, 26, 80]))
        if turn and dice.choice((True, False)):
            world.delivered(dispute)
            sweep(world.now)
        elif turn:
            act(read_case(dispute, world), world, people, wanted, dice)
        if world.fresh(dispute).state not in {State.OPEN, State.RESOLVED}:
            break
        told = Notification.objects.filter(dispute=dispute, kind__in=KINDS).exclude(pk__in=known).select_related("recipient")
        assert_asked(told, dispute, world, people)
        known |= set(Notification.objects.filter(dispute=dispute).values_list("pk", flat=True))
