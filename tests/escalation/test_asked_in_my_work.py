"""Each message that asks somebody for something has a row in their My work that asks the same by the same moment, or a list of the business unit.

Any verbs in any order, as in `test_machine`: whatever was just said to somebody, and would leave, is looked up in what they see. A message is made of
sentences, and one of them is the row's; what only tells is in the table.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from agencies.models import Agency, User
from agencies.person import Person
from agencies.roles import Role
from escalation.models import Dispute, Notification
from escalation.selectors.desk import WorkItem
from escalation.selectors.worklist import LATER, ON_A_PAGE, OVERDUE, TODAY, worklist
from escalation.services.sweep import sweep
from escalation.services.unit_lists import LISTS
from escalation.services.wanted import sort_out
from escalation.states import Ground, Message, Outcome, State, Verb
from tests.cast import Cast
from tests.escalation.test_machine import AGREEING, APART, BESIDE, EXAMPLES, ONWARD, PROCEDURES, UPWARD, act, hospital, people, read_case, worlds
from tests.procedures.journey import Journey
from tests.world import World

__all__ = ["hospital", "people", "worlds"]
pytestmark = pytest.mark.django_db
# What only tells, by how its words begin: where it stands, what was decided, what may be read or may be done.
TELLS = (
    "It was reopened", "It is at ", "The response was not accepted", "The response was accepted", "Read ", "The chair acknowledged",
    "Receipt was acknowledged",
    "The chair chose how to go on", "A panel meets on ", "You are the lead manager", "You are offered as mediator", "Another date is agreed",
    "The other date was declined", "A date is set", "Nobody answered the date", "No date is agreed yet: those who set it were asked",
    "The partnership has set no date yet",
    "The calendar changed", "You can move it up", "You can refer it", "It is resolved", "It is urgent now", "Your agency is recorded as keeping out",
    "You were recommended to act for your agency", "It was handed to you",
)  # fmt: skip
# What somebody else owes: to who waits for it, or sees that it is done.
OTHERS = (
    "Your side has yet to ", "The other side has yet to ", "Both sides have yet to ", "The partnership has yet to ", "Somebody whom you supervise ",
    "An agreed action that you follow ",
)  # fmt: skip
# A note on the row of what is asked meanwhile.
CAP = "Settle it within the overall limit"
# A stage's document, which is there to print: nobody is asked for it.
FORM = "Filled from the record, to print or save: "
KINDS = {
    Message.ASSIGNED, Message.EXTENDED, Message.OFFER, Message.RESOLVED, Message.ANSWERED, Message.HALF_WAY, Message.DUE, Message.OVERDUE,
    Message.NO_CONTACT, Message.MOVED_UP, Message.WENT_BACK, Message.REOPENED,
}  # fmt: skip
PASSING = frozenset({Verb.REASSIGN, Verb.RECOMMEND_CONTACT, Verb.PROPOSE_TIMETABLE, Verb.ASK_TO_MOVE_UP, Verb.MAKE_URGENT, *AGREEING})


@dataclass(frozen=True, slots=True)
class Row:
    """What My work asks, by when, and the note of an overall limit."""

    ask: str
    due: datetime | None
    note: str


def rows_of(person: Person, dispute: Dispute, world: World) -> list[Row]:
    """What My work asks of the person about this disagreement, on whichever page of it."""
    mine = (item for item in owed(person, world.now) if item.reference == dispute.reference)
    return [Row(item.ask, item.due.moment if item.due else None, item.note) for item in mine]


def owed(person: Person, now: datetime) -> Iterator[WorkItem]:
    """All that My work asks; of a group that does not stand there whole, what is on its pages."""
    for group in worklist(person, now).groups:
        if group.key in {OVERDUE, TODAY, LATER} and group.last == group.total:
            yield from group.items
        elif group.key in {OVERDUE, TODAY, LATER}:
            for before in range(0, group.total, ON_A_PAGE):
                yield from worklist(person, now, only=group.key, page=before // ON_A_PAGE + 1).groups[0].items


def is_on_a_list(dispute: Dispute, world: World) -> bool:
    """Whether the business unit has it on one of the lists that ask something, not only among all that is open."""
    lists = [each for each in LISTS if each.key != "open"]
    return any(each.rows(world.cast.partnership, world.now).filter(pk=dispute.pk).exists() for each in lists)


def assert_asked(new: Iterable[Notification], dispute: Dispute, world: World, people: dict[User, Person]) -> None:
    # Nothing is done between two messages of one moment: what a person sees then is looked up once.
    listed, seen = cache(lambda: is_on_a_list(dispute, world)), cache(lambda person: rows_of(person, dispute, world))
    for message in new:
        person = people.get(message.recipient) if message.recipient is not None else None
        if person is None:
            continue
        if person.sits_as(world.cast.partnership.pk, Role.BUSINESS_UNIT, Role.BUSINESS_MANAGER):
            assert listed(), f"{message.action!r} is on no list"
            continue
        rows = seen(person)
        said = [part for part in message.action.split(". ") if not part.startswith(FORM)]
        asked = [row for row in rows if row.ask in said]
        noted = CAP in said and any(row.note for row in rows)
        if not (noted or asked) and message.action.startswith((*TELLS, *OTHERS)) and len(said) == 1:
            continue
        assert asked or noted, f"{message.kind} {message.action!r} has no row among {rows} of {person.name}"
        assert noted or message.due_at in {row.due for row in asked}, f"{message.action!r} by {message.due_at}, but {asked} of {person.name}"


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32 - 1))
def test_what_a_message_asks_is_in_my_work_of_whoever_is_asked(
    worlds: dict[str, World],  # noqa: F811
    people: dict[User, Person],  # noqa: F811
    hospital: Agency,  # noqa: F811
    seed: int,
) -> None:
    walk(worlds, people, hospital, Random(seed))


def walk(worlds: dict[str, World], people: dict[User, Person], hospital: Agency, dice: Random) -> None:  # noqa: F811
    """One disagreement from its logging on, any steps in any order; what each step says is held against what the person sees."""
    world = worlds[dice.choice(sorted(worlds))]
    world.now = world.now.replace(day=2, month=3, hour=10) + timedelta(hours=dice.randint(0, 24 * 9))
    receivers = [world.cast.social_care, world.cast.police, hospital][: dice.randint(1, 3)]
    wanted = dice.choice([UPWARD, AGREEING, frozenset(ONWARD), BESIDE, APART, PASSING])
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
        told = Notification.objects.filter(dispute=dispute, kind__in=KINDS).exclude(pk__in=known)
        leaves = sort_out(told.select_related("dispute__partnership", "recipient", "request", "guest"), world.now)
        for message in told:
            event(message.action)
        assert_asked([*leaves.send, *(message for message, _ in leaves.keep)], dispute, world, people)
        known |= set(Notification.objects.filter(dispute=dispute).values_list("pk", flat=True))


def sent(journey: Journey) -> None:
    """It has left the own agency; in Devon it stands at the talk there."""


def answered(journey: Journey) -> None:
    """Whoever is asked disagrees."""
    if not journey.asked():
        journey.do(Verb.MOVE_UP, journey.holder(), ground=Ground.NOT_RESOLVED, reason="We think it through.")
    journey.disagrees(journey.asked().pop())


def proposed(journey: Journey) -> None:
    """A wording waits to be confirmed."""
    answered(journey)
    journey.do(Verb.PROPOSE_OUTCOME, journey.holder(), wording="A visit.", kind=Outcome.AGREED_ACTION)


def resolved(journey: Journey) -> None:
    """Both sides have confirmed it."""
    proposed(journey)
    journey.do(Verb.CONFIRM_OUTCOME, journey.dispute.requests.latest("sent_at").holder)


def to_close(journey: Journey) -> None:
    """Feedback and learning are there."""
    resolved(journey)
    journey.do(Verb.GIVE_FEEDBACK, journey.holder(), words="Told.", given_on=journey.world.now.date())
    journey.do(Verb.RECORD_LEARNING, journey.holder(), issue="Thresholds are read differently.")


@pytest.mark.parametrize("come_to", [sent, answered, proposed, resolved, to_close])
@pytest.mark.parametrize("key", PROCEDURES)
def test_every_reminder_while_nobody_does_anything_is_in_my_work_of_whoever_is_asked(
    cast: Cast,
    people: dict[User, Person],  # noqa: F811
    key: str,
    come_to: Callable[[Journey], None],
) -> None:
    journey = Journey(cast, key, "2026-03-02 10:00").sent()
    come_to(journey)
    known = set(Notification.objects.values_list("pk", flat=True))
    kinds = set[str]()
    for day in (2, 3, 4, 5, 6, 9, 10, 16, 17):
        for at in ("13:00", "17:01") if day < 9 else ("17:01",):
            journey.at(f"2026-03-{day:02} {at}")
            told = Notification.objects.filter(dispute=journey.dispute, kind__in=KINDS).exclude(pk__in=known)
            kinds |= {message.kind for message in told}
            leaves = sort_out(told.select_related("dispute__partnership", "recipient", "request", "guest"), journey.world.now)
            assert_asked([*leaves.send, *(message for message, _ in leaves.keep)], journey.dispute, journey.world, people)
            known |= {message.pk for message in told}
    assert Message.OVERDUE in kinds
    assert kinds & {Message.HALF_WAY, Message.DUE}
