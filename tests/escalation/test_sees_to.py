"""Where the partnership has a time to bring it to its end, the business unit's row says what it sees to: that the chair's turn is taken."""

from collections.abc import Callable

import pytest

from agencies.models import User
from escalation.models import Notification
from escalation.selectors.worklist import worklist
from escalation.states import Message, Route, Verb
from tests.cast import Cast
from tests.procedures.journey import Journey
from tests.web.signed_in import Visitor
from tests.world import london

pytestmark = pytest.mark.django_db


def rows(journey: Journey, user: User) -> list[str]:
    """What My work asks of the person."""
    groups = worklist(journey.world.person(user), journey.world.now).groups
    return [item.ask for group in groups if group.key not in {"waiting", "drafts"} for item in group.items]


def referred(cast: Cast) -> Journey:
    """Bromley's last stage: a working week for the partnership, from Monday 2 March."""
    journey = Journey(cast, "bromley", "2026-03-02 10:00").sent(start_stage=3, start_ground="risk", start_reason="The child is at home.")
    return journey.do(Verb.REFER, cast.lead, ground="risk", efforts="Two calls.", reason="The risk goes on.")


def acknowledged(cast: Cast) -> Journey:
    return referred(cast).do(Verb.ACKNOWLEDGE, cast.chair, resolve_by=london("2026-03-06 12:00"))


def to_convene(cast: Cast) -> Journey:
    return acknowledged(cast).do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.PANEL, reason="It is a complex matter.")


def to_decide(cast: Cast) -> Journey:
    return acknowledged(cast).do(Verb.CHOOSE_ROUTE, cast.chair, route=Route.LIAISON, reason="The leaders talk.")


ASKED = [
    (referred, "See that the chair acknowledges it and sets a timetable", "acknowledge and set a timetable"),
    (acknowledged, "See that the chair chooses the route", "choose the route"),
    (to_convene, "See that the chair convenes the panel", "convene the panel"),
    (to_decide, "See that what was decided is recorded", "record what was decided"),
]


@pytest.mark.parametrize(("come_to", "words", "still"), ASKED)
def test_the_row_the_page_and_the_reminder_of_the_unit_say_what_it_sees_to(
    cast: Cast, come_to: Callable[[Cast], Journey], words: str, still: str
) -> None:
    journey = come_to(cast)
    assert rows(journey, cast.business_manager) == [words]
    page = Visitor(cast.business_manager, journey.world.now).page(f"/d/{journey.dispute.reference}/").one("main").text
    assert words in page
    assert "Resolve it: Stage 4" not in page
    journey.at("2026-03-10 09:00")
    said = set(
        Notification.objects.filter(dispute=journey.dispute, recipient=cast.business_manager, kind=Message.OVERDUE).values_list("action", flat=True)
    )
    assert said == {words}
    others = Notification.objects.filter(dispute=journey.dispute, recipient=cast.raiser, kind=Message.OVERDUE)
    assert f"The partnership has yet to {still}" in set(others.values_list("action", flat=True))


def test_where_the_matter_is_the_business_managers_own_the_row_asks_for_the_step_itself(cast: Cast) -> None:
    for user in (cast.chair, cast.deputy_chair):
        user.memberships.all().delete()
    journey = referred(cast)
    assert set(rows(journey, cast.business_manager)) == {"Acknowledge and set a timetable"}
