"""What somebody had typed for a step that cannot be done any more: offered as words to copy or to drop, never as a step to finish."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from agencies.models import KeptForm
from agencies.services.identity.kept_forms import keep_form
from escalation.models import Dispute
from escalation.states import Answer, Ground, Verb
from tests.access.test_queries import counted
from tests.cast import Cast
from tests.web.page import Page
from tests.web.signed_in import BACKEND
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
WORDS = "No assessment is needed, for he was seen on Friday and his aunt stays with him."


class Writer:
    """The receiving manager, who began to respond and to add a note."""

    def __init__(self, world: World, dispute: Dispute) -> None:
        self.world, self.dispute, self.client = world, dispute, Client()
        self.case, self.note = f"/d/{dispute.reference}/", f"/d/{dispute.reference}/add-note/"
        self.page = f"{self.case}respond/"
        self.client.force_login(world.cast.receiver, backend=BACKEND)
        for page, name, at in ((self.note, "text", MONDAY - timedelta(minutes=9)), (self.page, "reasons", MONDAY)):
            keep_form(user=world.cast.receiver, page=page, action=page, typed=[("answer", ["partly"]), (name, [WORDS])], now=at)

    def begun(self) -> list[tuple[str, str]]:
        """My work's list of what was begun: where each leads, and what it says."""
        page = Page(self.client.get("/my-work/").content.decode())
        at = [one.text for one in page.all("h2")].index("Begun and not sent")
        assert at >= 0
        rows = [one for one in page.all("a") if one.attrs.get("href") in {self.page, self.note}]
        return [(one.attrs["href"], one.text) for one in rows]

    def over(self) -> Page:
        """The page of the step that cannot be done any more."""
        answer = self.client.get(self.page)
        assert answer.status_code == 409
        return Page(answer.content.decode())


@pytest.fixture
def writer(world: World, dispute: Dispute) -> Iterator[Writer]:
    # Sealed words are known to nobody: on the record as well, they can be told from words that a page should have looked up.
    world.do(dispute, Verb.ADD_NOTE, world.cast.receiver, text=WORDS)
    with time_machine.travel(MONDAY, tick=False):
        yield Writer(world, dispute)


def moves_up(writer: Writer) -> None:
    writer.world.do(writer.dispute, Verb.MOVE_UP, writer.world.cast.own_manager, ground=Ground.RISK, reason="He is home tonight.")


def is_answered(writer: Writer) -> None:
    writer.world.do(
        writer.dispute, Verb.RESPOND, writer.world.cast.receiving_lead, answer=Answer.AGREES, reasons="We looked again.", actions="A visit."
    )


def test_a_step_that_can_be_done_is_offered_as_one(writer: Writer) -> None:
    assert [text.split(",")[0] for _, text in writer.begun()] == ["Respond", "Add to the record"]
    page = Page(writer.client.get(writer.page).content.decode())
    assert page.one("textarea", name="reasons").text.strip() == WORDS


@pytest.mark.parametrize("happens", [moves_up, is_answered])
def test_one_that_cannot_stands_last_as_words_to_copy_or_drop(writer: Writer, happens: Callable[[Writer], None]) -> None:
    happens(writer)
    assert [url for url, _ in writer.begun()] == [writer.note, writer.page]
    assert writer.begun()[1][1].startswith("Your words for “Respond”")
    assert "cannot be done any more: copy your words, or drop them" in Page(writer.client.get("/my-work/").content.decode()).one("main").text
    shown = Page(writer.client.get(writer.case).content.decode()).one("main").text
    assert "a step on Monday 2 March, 10am that cannot be done any more. Your words for “Respond” are there to be copied, or dropped." in shown
    page = writer.over()
    assert page.one("h1").text == "This cannot be done any more"
    assert [(one.text, "readonly" in one.attrs) for one in page.all("textarea")] == [(WORDS, True)]


def test_dropping_them_drops_no_others(writer: Writer, cast: Cast) -> None:
    moves_up(writer)
    assert [one.text for one in writer.over().all("button", name="drop-words")] == ["Drop these words"]
    keep_form(user=cast.receiver, page=f"{writer.page}?number=2", action=writer.page, typed=[("reasons", ["Others."])], now=MONDAY)
    keep_form(user=cast.lead, page=writer.page, action=writer.page, typed=[("reasons", ["Mine."])], now=MONDAY)
    answer = writer.client.post(writer.page, {"drop-words": "1"}, follow=True)
    assert (answer.redirect_chain[-1][0], "Your words are dropped." in answer.content.decode()) == ("/my-work/", True)
    assert set(KeptForm.objects.values_list("user", "page")) == {
        (cast.receiver.pk, writer.note), (cast.receiver.pk, f"{writer.page}?number=2"), (cast.lead.pk, writer.page),
    }  # fmt: skip


def test_who_typed_nothing_there_reads_as_before_why_it_cannot_be_done(writer: Writer, cast: Cast) -> None:
    moves_up(writer)
    KeptForm.objects.all().delete()
    assert "This cannot be done any more" not in writer.client.get(writer.page).content.decode()


def test_the_list_asks_no_more_often_for_more_of_them(writer: Writer, world: World, cast: Cast) -> None:
    moves_up(writer)
    world.sent()  # So that there is work in the other lists too.
    writer.client.get("/my-work/")
    with time_machine.travel(MONDAY, tick=False):
        first = _asked(writer)
        for _number in range(3):
            page = f"/d/{world.sent().reference}/respond/"
            keep_form(user=cast.receiver, page=page, action=page, typed=[("reasons", [WORDS])], now=MONDAY)
        _asked(writer)
        assert _asked(writer) <= first <= 15


def _asked(writer: Writer) -> int:
    return counted(lambda: writer.client.get("/my-work/"))[1]
