"""The messages of a practice system, read on a page; in a real partnership there is no such page."""

import pytest

from escalation.models import Dispute, Notification
from escalation.services.outbox import deliver
from tests.cast import Cast
from tests.mail_server import MailServer
from tests.web.page import Page
from tests.web.signed_in import Visitor
from tests.world import World, london

pytestmark = pytest.mark.django_db
TEN = london("2026-03-02 10:00")


def test_everybody_in_a_practice_system_reads_what_each_was_sent_word_for_word(cast: Cast, mail_server: MailServer, dispute: Dispute) -> None:
    deliver(TEN)
    page = Visitor(cast.raiser, TEN).page("/messages/").one("main").text
    taken = next(one for one in mail_server.taken if one["to"] == cast.receiver.email)
    assert taken["subject"] in page
    for line in filter(None, taken["text"].splitlines()):
        assert " ".join(line.split()) in page


def test_one_can_keep_to_ones_own_messages(cast: Cast, dispute: Dispute) -> None:
    mine = Visitor(cast.receiver, TEN).page("/messages/?to=me").one("main").text
    assert cast.receiver.email in mine
    assert cast.own_manager.email not in mine
    every = Visitor(cast.receiver, TEN).get("/messages/").content.decode()
    assert cast.own_manager.email in Page(every).one("main").text
    assert cast.own_manager.email.replace("@", "@<wbr>") in every.replace(".<wbr>", "."), "a narrow column cuts no word of an address"


def test_a_message_that_waits_for_the_office_says_when_it_leaves(cast: Cast) -> None:
    World(cast, now=london("2026-03-02 20:00")).sent()
    assert "Leaves Tuesday 3 March, 9am" in Visitor(cast.raiser, london("2026-03-02 20:00")).page("/messages/").one("main").text


def test_a_long_list_goes_on_page_by_page_and_shows_each_message_once(cast: Cast, world: World) -> None:
    for _ in range(9):
        world.sent()
    seen: list[str] = []
    address = "/messages/"
    while address:
        page = Visitor(cast.raiser, TEN).page(address)
        seen += [row.attrs["data-message"] for row in page.all("li", class_="c-letters__item")]
        onward = page.all("a", rel="next")
        address = onward[0].attrs["href"] if onward else ""
    assert sorted(seen) == sorted(str(key) for key in Notification.objects.values_list("pk", flat=True))
    assert len(seen) > 25


@pytest.mark.parametrize("place", ["yesterday", "2026-03-02T10:00:00~x", "2026-03-02T10:00:00+00:00~1", "~"])
def test_a_place_that_is_none_is_not_found(cast: Cast, place: str) -> None:
    assert Visitor(cast.raiser, TEN).get(f"/messages/?before={place}").status_code == 404


def test_another_partnerships_messages_are_not_shown(cast: Cast, dispute: Dispute) -> None:
    assert "No message has been written yet" in Visitor(cast.stranger, TEN).page("/messages/").one("main").text


def test_where_people_are_real_there_is_no_such_page_and_no_way_to_it(cast: Cast) -> None:
    assert "Read the messages" in Visitor(cast.raiser, TEN).page("/my-work/").one("body").text
    cast.partnership.is_invented = False
    cast.partnership.save()
    assert Visitor(cast.raiser, TEN).get("/messages/").status_code == 404
    assert "Read the messages" not in Visitor(cast.raiser, TEN).page("/my-work/").one("body").text
