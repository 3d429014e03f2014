"""What a page says of who is told is so: out of hours nobody has been, and it says when the message leaves."""

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
    assert visitor.post(f"/d/{dispute.reference}/reassign/", {"seen": seen, "to": str(cast.lead.pk), "reason": ""}).status_code == 302
    assert words in visitor.get("/my-work/").content.decode()
