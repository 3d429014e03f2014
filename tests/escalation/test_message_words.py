"""Every word of a message goes through gettext; how a page is held to that, `tests.pseudo` says."""

import re

import pytest

from escalation.models import Notification
from escalation.services import mail
from escalation.states import Message
from tests.pseudo import marked, spoken, unmarked
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", Message.values)
def test_every_word_of_a_message_is_looked_up(world: World, kind: str) -> None:
    message = Notification(dispute=world.log(), mailbox="desk@example.org", kind=kind, action="Respond", is_urgent=True, due_at=MONDAY)
    with marked():
        composed = mail.compose(message)
    texts = [str(composed.subject), re.sub(r"https?://\S+", "", str(composed.body)), *spoken(str(composed.alternatives[0].content))]  # type: ignore[attr-defined]
    assert [piece for text in texts for piece in unmarked(text, {world.cast.partnership.name})] == []
