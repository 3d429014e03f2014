"""Where several agencies are asked, each line of the record that a clock wrote, and each date, says whose it is."""

import pytest

from agencies.services.calendar import DayKind, add_day
from escalation.engine.case import load
from escalation.models import Clock, Dispute
from escalation.selectors.naming import names_of
from escalation.selectors.timeline import read_events, record_of
from escalation.services.audit import verify
from escalation.services.redating import redate
from escalation.services.sweep import sweep
from escalation.states import EventKind, Verb
from tests.cast import Cast
from tests.world import World, london

pytestmark = pytest.mark.django_db


def whose(world: World, dispute: Dispute, kind: EventKind) -> list[list[str]]:
    """What the raiser reads on each such line besides its moments, the oldest first."""
    case, person = load([dispute.pk], now=world.now, lock=False)[0], world.person(world.cast.raiser)
    entries = record_of(case, person, read_events(case), names_of(case, set()), narrative=True).entries[::-1]
    return [[fact["value"] for fact in entry.facts if fact["key"] in {"Agency", "New dates"}] for entry in entries if entry.kind == kind]


def test_each_overdue_response_says_whose_it_is_where_several_are_asked_and_of_one_alone_nothing(cast: Cast, world: World) -> None:
    both, one = world.sent(cast.social_care, cast.police), world.sent()
    world.now = london("2026-03-03 10:01")
    assert sweep(world.now).failed == 0
    assert sorted(whose(world, both, EventKind.OVERDUE)) == [["Northshire Police"], ["Northshire Social Care"]]
    assert whose(world, one, EventKind.OVERDUE) == [[]]
    assert verify().findings == []


def test_a_date_that_is_proposed_says_whose_it_is(cast: Cast, world: World) -> None:
    both, one = world.sent(cast.social_care, cast.police), world.sent()
    given = {"due_at": london("2026-03-09 12:00"), "reason": "The social worker is away."}
    clock = Clock.objects.get(dispute=both, key="response", agency=cast.police)
    world.do(both, Verb.PROPOSE_TIMETABLE, cast.own_manager, clock=clock.pk, **given)
    world.do(one, Verb.PROPOSE_TIMETABLE, cast.own_manager, **given)
    assert whose(world, both, EventKind.TIMETABLE_PROPOSED) == [["Northshire Police"]]
    assert whose(world, one, EventKind.TIMETABLE_PROPOSED) == [[]]
    world.do(both, Verb.AGREE_TIMETABLE, cast.police_manager)
    assert whose(world, both, EventKind.TIMETABLE_AGREED) == [["Northshire Police"]]


def test_a_line_of_new_dates_says_whose_each_is(cast: Cast, world: World) -> None:
    both = world.sent(cast.social_care, cast.police)
    add_day(actor=None, partnership=cast.partnership, kind=DayKind.CLOSURE, day=london("2026-03-03 10:00").date(), words="Flood", now=world.now)
    redate(cast.partnership, actor=None, now=world.now)
    ((said,),) = whose(world, both, EventKind.REDATED)
    assert "Response, Northshire Police: Wednesday 4 March, 10am, before that Tuesday 3 March, 10am" in said
    assert "Response, Northshire Social Care: Wednesday" in said
