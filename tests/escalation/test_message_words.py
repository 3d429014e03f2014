"""Every word of a message goes through gettext; how a page is held to that, `tests.pseudo` says."""

import json
import re

import pytest

from agencies.said import kept, listing, recalled, said, said_of
from escalation.engine.definitions import procedure_of
from escalation.models import Notification
from escalation.models.outbox import asking
from escalation.selectors.words import stage_name
from escalation.services import mail
from escalation.services.sweep import sweep
from escalation.states import Message
from tests.pseudo import marked, spoken, unmarked
from tests.world import MONDAY, World, london

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", Message.values)
def test_every_word_of_a_message_is_looked_up(world: World, kind: str) -> None:
    message = Notification(dispute=world.log(), mailbox="desk@example.org", kind=kind, action="Respond", is_urgent=True, due_at=MONDAY)
    with marked():
        composed = mail.compose(message)
    texts = [str(composed.subject), re.sub(r"https?://\S+", "", str(composed.body)), *spoken(str(composed.alternatives[0].content))]  # type: ignore[attr-defined]
    assert [piece for text in texts for piece in unmarked(text, {world.cast.partnership.name})] == []


SENTENCES = {
    "a stage is the procedure's own word": (said("Respond: {stage}", stage="Team managers"), "⟦Respond: Team managers⟧"),
    "words stand within words": (said("Overdue: {what}", what=said("{measure}: stage {number}", measure=said("Response"), number=2)),
                                 "⟦Overdue: ⟦⟦Response⟧: stage 2⟧⟧"),
    "of so many": (listing([said_of("{n} overdue", "{n} overdue", 3), said_of("{n} thing", "{n} things", 1)]), "⟦3 overdue⟧, ⟦1 thing⟧"),
}  # fmt: skip


@pytest.mark.parametrize(("words", "elsewhere"), SENTENCES.values(), ids=SENTENCES)
def test_what_is_asked_is_kept_in_english_and_said_in_the_language_in_force(words: str, elsewhere: str) -> None:
    message = Notification(**asking(words))
    assert (message.action, message.asks) == (str(words), str(words))
    with marked():
        assert message.asks == elsewhere
    assert recalled(json.loads(json.dumps(kept(words)))) == words


def test_a_sentence_that_stands_alone_is_kept_as_itself_and_a_name_as_a_name() -> None:
    alone = said("Respond: {stage}", stage="Stage 2")
    assert kept(listing([alone], ". ")) == kept(alone)
    assert recalled(kept(listing(["Stage 2"])) or {}) == "Stage 2"


def test_what_was_written_before_the_form_was_kept_is_looked_up_as_a_whole_or_stays_as_it_is() -> None:
    message = Notification(action="Overdue: Response: stage 1")
    assert message.asks == "Overdue: Response: stage 1"
    with marked():
        assert message.asks == "⟦Overdue: Response: stage 1⟧"


def test_more_than_fits_is_cut_in_the_english_alone() -> None:
    message = Notification(**asking(said("Respond: {stage}", stage="x" * 200)))
    assert (len(message.action), message.asks) == (120, f"Respond: {'x' * 200}")


def test_what_a_reminder_and_a_request_ask_is_said_in_another_language_whole(world: World) -> None:
    dispute = world.sent()
    world.delivered(dispute)
    sweep(london("2026-03-03 10:01"))
    with marked():
        asked = {message.asks for message in dispute.notifications.all()}
    stages = {stage_name(procedure_of(dispute), stage.position) for stage in procedure_of(dispute).stages}
    assert [piece for text in asked for piece in unmarked(text, stages)] == []
    assert "⟦Respond: Stage 1⟧" in asked
