"""What a page says of who is told is so: out of hours nobody has been, and it says when the message leaves."""

import re
from datetime import datetime

import pytest

from escalation.engine.perform import Seen
from tests.cast import Cast
from tests.web.signed_in import Visitor
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db
SUNDAY = london("2026-03-01 03:00")
OPENS = "when the office opens, on Monday 2 March"


@pytest.mark.parametrize(("at", "leaves"), [(MONDAY, False), (SUNDAY, True)])
def test_the_confirmation_says_when_they_are_told(cast: Cast, at: datetime, leaves: bool) -> None:
    world = World(cast, now=at)
    dispute = world.log()
    page = Visitor(cast.raiser, at).page(f"/log/{dispute.reference}/sent/").one("main").text
    assert "Who is told" in page
    assert "Who has been told" not in page
    assert (f"They are told by e-mail {OPENS} 2026, 9am" in page) == leaves
    assert ("They are told by e-mail, without a word about the child." in page) != leaves


def test_the_confirmation_names_the_number_to_ring_where_it_will_not_wait(cast: Cast) -> None:
    dispute = World(cast, now=SUNDAY).log()
    address = f"/log/{dispute.reference}/sent/"
    assert "If it will not wait, ring." in Visitor(cast.raiser, SUNDAY).page(address).one("main").text
    cast.own_manager.phone = "0117 900 0009"
    cast.own_manager.save()
    assert "If it will not wait, ring Colin Reid: 0117 900 0009." in Visitor(cast.raiser, SUNDAY).page(address).one("main").text


def test_of_two_agencies_the_confirmation_says_of_each_who_is_asked_by_when_and_whom_to_ring(cast: Cast, world: World) -> None:
    """Until then the first stood there alone, as though the other owed nothing."""
    cast.police_manager.phone = "0117 900 0008"
    cast.police_manager.save()
    dispute = world.sent(cast.social_care, cast.police)
    page = Visitor(cast.own_manager, world.now).page(f"/log/{dispute.reference}/sent/").one("main").text
    holders = (cast.receiver.name, cast.police_manager.name)
    asked = [re.search(rf"{name}, [^.]*, is asked to respond: Stage 1 by Tuesday 3 March, 10am", page) for name in holders]
    assert all(asked), page
    assert [f"ring {name}" in page for name in holders] == [True, True]


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (MONDAY, "Handed over. The message to whoever holds it now leaves now."),
        (SUNDAY, f"Handed over. The message to whoever holds it now leaves {OPENS}, 9am. If it will not wait, ring."),
    ],
)
def test_after_a_verb_the_page_says_when_its_message_leaves(cast: Cast, at: datetime, words: str) -> None:
    world = World(cast, now=at)
    dispute, visitor = world.log(), Visitor(cast.own_manager, at)
    seen = str(Seen.of(world.fresh(dispute)))
    assert (
        visitor.post(f"/d/{dispute.reference}/reassign/", {"seen": seen, "to": f"{cast.school.pk}.{cast.lead.pk}", "reason": ""}).status_code == 302
    )
    banner = visitor.page("/my-work/").one(role="alert")
    assert banner.text == f"Done {words}"
