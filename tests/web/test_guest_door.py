"""How a guest comes in: the link, the code, what wrong ones cost, and that nothing tells a good link from a wrong one."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agencies.services.identity import tries
from agencies.services.identity.signing_in import TooManyTries
from agencies.sign_ins import Visit
from escalation.models import AskedCode, Event, Guest, GuestDoor, Notification, Request
from escalation.services.guest_door import enter, practice_codes, send_asked_codes
from escalation.states import EventKind, Message, Verb
from tests.cast import build_cast
from tests.guests import code_for, invited, let_in
from tests.lot import as_written
from tests.web.guest_door import ANSWER, WRONG, at, body, clock, guest, plain, world
from tests.web.page import Page
from tests.world import MONDAY, World

__all__ = ["clock", "guest", "world"]
pytestmark = pytest.mark.django_db


# The way in
def test_a_guest_comes_in_by_link_and_code_and_sees_their_request(world: World, guest: Guest) -> None:
    client = Client()
    assert "Send the code" in body(client.get(at("door", guest.link)))
    code = code_for(world, guest.link, client)
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [([guest.email], "Your code for Concord")]
    answer = client.post(at("code", guest.link), {"code": code})
    assert (answer.status_code, answer["Location"]) == (302, at("request", guest.link))
    cookie = answer.cookies["concord_guest"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/guest/", True, "Lax")
    page = body(client.get(at("request", guest.link)))
    for shown in ("The referral of 27 February was closed", "Hillside School", "Colin Reid", "Tuesday 3 March", "Northshire Social Care"):
        assert shown in page
    assert "AB" not in as_written(Page(page).all("main")[0].text)
    assert Request.objects.get().opened_at == MONDAY


def test_the_code_lies_nowhere_and_works_once_and_for_ten_minutes(world: World, guest: Guest, clock: time_machine.Traveller) -> None:
    code = code_for(world, guest.link)
    row = GuestDoor.objects.get()
    assert code.replace(" ", "") not in f"{row.code} {list(AskedCode.objects.values_list())}"
    clock.shift(timedelta(minutes=10, seconds=1))
    assert Client().post(at("code", guest.link), {"code": code}).status_code == 400
    clock.move_to(MONDAY)
    assert Client().post(at("code", guest.link), {"code": code.replace(" ", "")}).status_code == 302
    assert Client().post(at("code", guest.link), {"code": code}).status_code == 400


def test_five_wrong_codes_shut_the_door_for_a_quarter_of_an_hour(world: World, guest: Guest, clock: time_machine.Traveller) -> None:
    code, client = code_for(world, guest.link), Client()
    tried = [client.post(at("code", guest.link), {"code": "12345678"}).status_code for _ in range(6)]
    assert tried == [400] * 5 + [429]
    assert client.post(at("code", guest.link), {"code": code}).status_code == 429
    clock.shift(timedelta(minutes=16))
    assert client.post(at("code", guest.link), {"code": "12345678"}).status_code == 400


def guess(link: str, times: int = 5) -> None:
    for _ in range(times):
        Client().post(at("code", link), {"code": "12345678"})


def told_of_guessing() -> list[str]:
    rows = Notification.objects.filter(kind=Message.WRONG_CODES).order_by("recipient__name").select_related("recipient")
    return [row.recipient.name for row in rows if row.recipient]


def test_who_invited_and_who_holds_it_are_told_of_wrong_codes_once_a_day(world: World, clock: time_machine.Traveller) -> None:
    guest = invited(world, world.sent(), world.cast.receiving_lead)
    for wrong, told in ((4, []), (1, ["Fiona Adeyemi", "Rashida Shah"])):
        guess(guest.link, wrong)
        assert send_asked_codes(world.now) == 0
        assert told_of_guessing() == told
    assert Notification.objects.filter(mailbox=guest.email, kind=Message.WRONG_CODES).count() == 0
    clock.shift(timedelta(minutes=16))
    guess(guest.link)
    send_asked_codes(world.now + timedelta(minutes=16))
    assert len(told_of_guessing()) == 2
    code_for(world, guest.link)
    assert GuestDoor.objects.get(guest=guest).code, "a warning counts for no code"


def test_from_an_address_that_must_wait_no_door_is_shut(world: World, guest: Guest) -> None:
    for _ in range(tries.ADDRESS.free + 1):
        tries.take(tries.ADDRESS, "127.0.0.1", now=MONDAY)
    code = code_for(world, guest.link)
    assert [Client().post(at("code", guest.link), {"code": "12345678"}).status_code for _ in range(6)] == [429] * 6
    assert Client(REMOTE_ADDR="192.0.2.7").post(at("code", guest.link), {"code": code}).status_code == 302


def test_they_are_told_where_the_try_that_shuts_the_door_overtook_another(world: World, guest: Guest) -> None:
    guess(guest.link, 4)
    with pytest.raises(TooManyTries):
        enter(link=guest.link, code="12345678", visit=Visit("192.0.2.7"), now=MONDAY - timedelta(milliseconds=1))
    send_asked_codes(world.now)
    assert told_of_guessing() == ["Rashida Shah"]


def test_a_right_code_at_the_last_try_opens_and_nobody_is_warned(world: World, guest: Guest) -> None:
    code = code_for(world, guest.link)
    guess(guest.link, 4)
    assert Client().post(at("code", guest.link), {"code": code}).status_code == 302
    send_asked_codes(world.now)
    assert told_of_guessing() == []


def test_guessing_at_a_wrong_link_or_one_that_is_over_costs_the_same_and_tells_nobody(world: World, guest: Guest) -> None:
    counted = []
    for link in (guest.link, closed(world).link, WRONG):
        guess(link, 4)
        with CaptureQueriesContext(connection) as found:
            guess(link, 1)
        counted.append([_shape(query["sql"]) for query in found.captured_queries])
    assert counted[0] == counted[1] == counted[2]
    AskedCode.objects.exclude(link__in=[closed.link for closed in Guest.objects.exclude(taken_back_at=None)] + [WRONG]).delete()
    send_asked_codes(world.now)
    assert told_of_guessing() == []


def test_three_codes_an_hour_are_sent_and_a_new_one_ends_the_old(world: World, guest: Guest) -> None:
    codes = [code_for(world, guest.link) for _ in range(4)]
    assert [bool(code) for code in codes] == [True, True, True, False]
    assert Client().post(at("code", guest.link), {"code": codes[0]}).status_code == 400
    assert Client().post(at("code", guest.link), {"code": codes[2]}).status_code == 302


def test_in_a_partnership_to_practise_in_no_code_leaves() -> None:
    world = World(build_cast(is_practice=True))
    assert code_for(world, invited(world, world.sent()).link) == ""


def test_in_a_partnership_to_practise_in_the_code_is_read_on_the_page_of_messages(clock: time_machine.Traveller) -> None:
    world = World(build_cast(is_practice=True))
    guest, client, reader = invited(world, world.sent()), Client(), Client()
    reader.force_login(world.cast.raiser)
    assert "Your code for Concord" not in body(reader.get("/messages/"))
    code_for(world, guest.link, client)
    shown = re.search(r"Your code: (\d{4} \d{4})", body(reader.get("/messages/")))
    assert shown
    assert "Your code" not in body(reader.get("/messages/?to=me"))
    assert client.post(at("code", guest.link), {"code": shown[1]})["Location"] == at("request", guest.link)
    assert "Your code" not in body(reader.get("/messages/"))
    assert Client().post(at("code", guest.link), {"code": shown[1]}).status_code == 400


def test_where_nobody_practises_no_page_knows_a_code(world: World, guest: Guest) -> None:
    code, reader = code_for(world, guest.link), Client()
    reader.force_login(world.cast.receiver)
    assert practice_codes(world.cast.partnership.pk, world.now) == []
    assert code not in body(reader.get("/messages/"))


def test_a_code_that_the_mail_server_did_not_take_is_sent_with_the_next_run(world: World, guest: Guest, settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_PORT = "django.core.mail.backends.smtp.EmailBackend", 1
    Client().post(at("door", guest.link))
    assert send_asked_codes(world.now) == 0
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_asked_codes(world.now) == 1


# Nothing is confirmed or denied
def closed(world: World) -> Guest:
    """Somebody whose invitation was taken back."""
    dispute = world.sent()
    guest = invited(world, dispute, email="bo@surgery.example")
    world.do(dispute, Verb.TAKE_BACK_GUEST, world.cast.receiver)
    return guest


def test_a_good_link_a_wrong_one_and_one_that_is_over_are_answered_alike(world: World, guest: Guest) -> None:
    links = (guest.link, closed(world).link, WRONG)
    steps: list[tuple[str, str, dict[str, str]]] = [("get", "door", {}), ("post", "door", {}), ("get", "code", {})]
    steps += [
        ("post", "code", {"code": "1234"}),
        ("get", "request", {}),
        ("get", "child", {}),
        ("post", "request", ANSWER),
        ("post", "acknowledge", {}),
        ("post", "leave", {}),
    ]
    for method, name, given in steps:
        found = [plain(getattr(Client(), method)(at(name, link), given), link) for link in links]
        assert found[0] == found[1] == found[2], (method, name)
    assert not Event.objects.filter(kind=EventKind.ANSWERED).exists()
    send_asked_codes(world.now)
    assert [(sent.to, sent.subject) for sent in mail.outbox] == [
        ([guest.email], "Your code for Concord"),
        (["bo@surgery.example"], "Your request for a code"),
    ]
    assert re.search(r"\d{4} \d{4}", str(mail.outbox[1].body)) is None


def test_only_who_was_in_is_told_at_the_door_that_it_is_over(world: World, guest: Guest) -> None:
    inside, other, passer_by = let_in(world, guest), let_in(world, invited(world, world.sent(), email="bo@surgery.example")), Client()
    world.do(guest.dispute, Verb.TAKE_BACK_GUEST, world.cast.receiver)
    assert inside.get(at("request", guest.link))["Location"] == at("door", guest.link)
    said = body(inside.get(at("door", guest.link)))
    assert ("You are not asked any more" in said, world.cast.partnership.name in said) == (True, True)
    for stranger in (other, passer_by):
        assert "Send the code" in body(stranger.get(at("door", guest.link)))
    sent = inside.post(at("request", guest.link), ANSWER | {"seen": "1.1", "confirmed": "1"})
    assert (sent.status_code, "not recorded" in body(sent), ANSWER["reasons"] in body(sent)) == (403, True, True)
    assert "Ask for a code again" in body(passer_by.post(at("request", guest.link), ANSWER))


def test_the_same_work_is_done_for_a_good_link_and_a_wrong_one(world: World, guest: Guest) -> None:
    code_for(world, guest.link)
    for link in (guest.link, WRONG):  # Both were tried before: counting the first try makes a row.
        Client().post(at("code", link), {"code": "1"})
    for method, name, given in (("get", "door", {}), ("post", "door", {}), ("post", "code", {"code": "1"}), ("get", "request", {})):
        counted = []
        for link in (guest.link, WRONG):
            with CaptureQueriesContext(connection) as found:
                getattr(Client(), method)(at(name, link), given)
            counted.append([_shape(query["sql"]) for query in found.captured_queries])
        assert counted[0] == counted[1], name


def _shape(sql: str) -> str:
    """A statement without what was given to it."""
    return re.sub(r"'[^']*'|\d+", "", sql.split(" WHERE ")[0].split(" VALUES ")[0])
