"""The door of somebody without an account, as they meet it: link, code, one request, answer; and as somebody meets it who has no business there."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from agencies.services.identity import tries
from agencies.services.identity.kept_forms import MOST_TYPED
from agencies.services.identity.signing_in import TooManyTries
from agencies.sign_ins import Visit
from agencies.vault import unseal
from escalation.models import AskedCode, Event, Guest, GuestDoor, Notification, Reading, Request
from escalation.services.guest_door import enter, practice_codes, send_asked_codes
from escalation.services.guest_typing import forget_behind_closed_doors
from escalation.states import Answer, EventKind, Ground, Message, RequestState, Verb
from tests.cast import Cast, build_cast
from tests.guests import code_for, invited, let_in
from tests.lot import as_written
from tests.web.page import Page
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
ANSWER = {"answer": Answer.PARTLY.value, "reasons": "We saw him on Friday afternoon.", "actions": "We will see him again."}
WRONG = "0" * 43


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def guest(world: World) -> Guest:
    return invited(world, world.sent())


def at(name: str, link: str) -> str:
    return reverse(f"guest-{name}", args=[link])


def body(answer: Any) -> str:
    return str(answer.content.decode())


def plain(answer: Any, link: str) -> tuple[int, str, str]:
    """Status, place and body, without the link that was asked for and the form's security token."""
    text = "\n".join(line for line in body(answer).replace(link, "LINK").split("\n") if "csrfmiddlewaretoken" not in line)
    return answer.status_code, answer.get("Location", "").replace(link, "LINK"), text


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


def test_a_session_opens_its_own_request_and_no_other_page(world: World, guest: Guest) -> None:
    client, other = let_in(world, guest), invited(world, world.sent(), email="bo@surgery.example")
    assert client.get(at("request", guest.link)).status_code == 200
    assert client.get(at("request", other.link))["Location"] == at("door", other.link)
    for address in (reverse("my-work"), f"/d/{guest.dispute.reference}/", f"/d/{guest.dispute.reference}/respond/"):
        assert client.get(address)["Location"].startswith("/sign-in/")
    assert client.get("/api/v1/disputes/").status_code == 401


# Answering


def test_a_guest_answers_after_a_check_and_the_door_closes(world: World, guest: Guest) -> None:
    client, seen = let_in(world, guest), {"seen": f"1.{world.fresh(guest.dispute).revision}"}
    assert "Check before you send it" in body(client.post(at("request", guest.link), ANSWER | seen))
    assert Request.objects.get().state == RequestState.AWAITING
    done = client.post(at("request", guest.link), ANSWER | seen | {"confirmed": "1"})
    assert (done.status_code, "Your answer is recorded" in body(done)) == (200, True)
    assert Request.objects.get().state == RequestState.ANSWERED
    assert client.get(at("request", guest.link))["Location"] == at("door", guest.link)
    again = client.post(at("request", guest.link), ANSWER | seen | {"confirmed": "1"})
    assert (again.status_code, "We saw him on Friday afternoon." in body(again)) == (403, True)
    assert Event.objects.filter(kind=EventKind.ANSWERED).count() == 1


def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(world: World, guest: Guest) -> None:
    client = let_in(world, guest)
    answer = client.post(at("request", guest.link), {"seen": "1.2", "answer": "agrees", "reasons": "We saw him on Friday."})
    assert (answer.status_code, "Say what your agency will do" in body(answer), "We saw him on Friday." in body(answer)) == (400, True, True)


def test_an_answer_on_an_old_page_is_refused_politely_with_what_was_typed(world: World, guest: Guest) -> None:
    client = let_in(world, guest)
    answer = client.post(at("request", guest.link), ANSWER | {"seen": "1.1", "confirmed": "1"})
    assert (answer.status_code, "We saw him on Friday afternoon." in body(answer)) == (409, True)
    assert at("request", guest.link) in body(answer)
    assert "/d/" not in Page(body(answer)).all("main")[0].text


def test_a_guest_says_that_they_have_it(world: World, guest: Guest) -> None:
    client = let_in(world, guest)
    assert client.post(at("acknowledge", guest.link))["Location"] == at("request", guest.link)
    assert Request.objects.get().engaged_at == MONDAY
    assert "The other agency knows that you have it" in body(client.get(at("request", guest.link)))
    again = client.post(at("acknowledge", guest.link))
    assert (again.status_code, "Nothing waits to be acknowledged." in body(again)) == (409, True)
    assert at("request", guest.link) in body(again)
    assert "/d/" not in Page(body(again)).all("main")[0].text
    assert Event.objects.filter(kind=EventKind.ACKNOWLEDGED).count() == 1


def test_each_look_is_kept_and_shown_to_the_leads(world: World, guest: Guest) -> None:
    client = let_in(world, guest)
    client.get(at("request", guest.link))
    assert "AB" in body(client.get(at("child", guest.link)))
    assert [(row.guest, row.reader, row.part) for row in Reading.objects.order_by("pk")] == [(guest, None, "case"), (guest, None, "child")]
    lead = Client()
    lead.force_login(world.cast.receiving_lead)
    page = body(lead.get(reverse("readers", args=[guest.dispute.reference])))
    assert "Amira Jones, Practice manager (no account)" in page
    assert "Northshire Social Care (your agency)" in page


def test_a_guest_sees_nothing_of_what_another_agency_answered_or_of_the_record(world: World) -> None:
    dispute = world.sent(world.cast.social_care, world.cast.police)
    guest = invited(world, dispute)
    world.do(dispute, Verb.RESPOND, world.cast.police_manager, answer=Answer.DISAGREES, reasons="The police say no.")
    world.do(dispute, Verb.ADD_NOTE, world.cast.own_manager, text="We talked to the police.")
    page = body(let_in(world, guest).get(at("request", guest.link)))
    assert "The referral of 27 February" in page
    assert not any(word in page for word in ("The police say no", "We talked to the police", "Jakub Nowak"))


def test_every_page_behind_the_door_names_the_partnerships_front_door(world: World, guest: Guest) -> None:
    place = world.cast.partnership
    place.front_door_name, place.front_door_day = "First Contact", "0117 496 0300"
    place.save()
    client, seen = let_in(world, guest), {"seen": f"1.{world.fresh(guest.dispute).revision}"}
    pages = [client.get(at(name, guest.link)) for name in ("request", "child")]
    pages += [client.post(at("request", guest.link), ANSWER | seen | more) for more in ({}, {"confirmed": "1"})]
    assert [("First Contact" in body(page), "0117 496 0300" in body(page)) for page in pages] == [(True, True)] * 4
    # Before the code it says whom one rings here, and the same whoever came and by whatever link: also by one that nobody was given.
    doors = [client.get(at("door", link)) for link in (guest.link, "A" * len(guest.link))]
    assert ["First Contact" in body(door) for door in doors] == [True, True]


# The end


@pytest.mark.parametrize("minutes", [61, 8 * 60 + 1])
def test_the_session_ends_when_it_is_not_used_and_with_the_day(world: World, guest: Guest, clock: time_machine.Traveller, minutes: int) -> None:
    client = let_in(world, guest)
    for _ in range(minutes // 50 if minutes > 61 else 0):
        clock.shift(timedelta(minutes=50))
        assert client.get(at("request", guest.link)).status_code == 200
    clock.move_to(MONDAY + timedelta(minutes=minutes))
    assert client.get(at("request", guest.link)).status_code == 302


@pytest.mark.parametrize("end", ["taken back", "moved up", "left", "a new code"])
def test_the_session_ends_with_the_invitation_the_stage_and_a_new_code(world: World, guest: Guest, end: str) -> None:
    client, cast = let_in(world, guest), world.cast
    if end == "taken back":
        world.do(guest.dispute, Verb.TAKE_BACK_GUEST, cast.receiver)
    elif end == "moved up":
        world.do(guest.dispute, Verb.MOVE_UP, cast.own_manager, ground=Ground.RISK, reason="Tonight.")
    elif end == "left":
        client.post(at("leave", guest.link))
    else:
        let_in(world, guest)
    assert client.get(at("request", guest.link)).status_code == 302


# What is typed and not sent


def keeps(client: Client, link: str, reasons: str = "We saw him on Friday.") -> Any:
    path = at("request", link)
    return client.post(at("typing", link), {"kept-page": path, "kept-action": path, "kept-pass": "", "answer": "partly", "reasons": reasons})


def test_what_a_guest_types_is_back_for_the_browser_that_the_code_let_in_and_sealed_to_it(world: World, guest: Guest) -> None:
    client = let_in(world, guest)
    assert body(keeps(client, guest.link)) == "Kept at 10am."
    page = Page(body(client.get(at("request", guest.link))))
    assert page.one("textarea", name="reasons").text.strip() == "We saw him on Friday."
    assert "kept on Monday 2 March 2026, 10am. It has not been sent yet." in page.one("main").text
    door = GuestDoor.objects.get()
    assert (unseal(door.typed), "Friday" in door.typed) == (None, False)
    later = let_in(world, guest)
    assert keeps(client, guest.link).status_code == 403
    assert "We saw him on Friday." not in body(later.get(at("request", guest.link)))
    assert not GuestDoor.objects.exclude(typed="").exists()


def test_what_is_checked_is_kept_too_and_goes_with_the_answer(world: World, guest: Guest) -> None:
    client, seen = let_in(world, guest), {"seen": f"1.{world.fresh(guest.dispute).revision}"}
    client.post(at("request", guest.link), ANSWER | seen)
    assert "We saw him on Friday afternoon." in body(client.get(at("request", guest.link)))
    client.post(at("request", guest.link), ANSWER | seen | {"confirmed": "1"})
    assert not GuestDoor.objects.exclude(typed="").exists()


def test_a_script_that_keeps_is_no_use_of_the_session_and_keeps_nothing_once_it_is_over(
    world: World, guest: Guest, clock: time_machine.Traveller
) -> None:
    client = let_in(world, guest)
    clock.shift(timedelta(minutes=59))
    assert keeps(client, guest.link).status_code == 200
    assert forget_behind_closed_doors(world.now + timedelta(minutes=59)) == 0
    clock.shift(timedelta(minutes=2))
    assert keeps(client, guest.link).status_code == 403
    assert forget_behind_closed_doors(world.now + timedelta(minutes=61)) == 1
    assert keeps(Client(), guest.link).status_code == keeps(Client(), WRONG).status_code == 403


@pytest.mark.parametrize("end", ["taken back", "left"])
def test_what_was_typed_goes_with_the_door(world: World, guest: Guest, end: str) -> None:
    client = let_in(world, guest)
    keeps(client, guest.link)
    if end == "left":
        client.post(at("leave", guest.link))
    else:
        world.do(guest.dispute, Verb.TAKE_BACK_GUEST, world.cast.receiver)
        assert forget_behind_closed_doors(world.now) == 1
    assert not GuestDoor.objects.exclude(typed="").exists()


def test_too_much_is_not_kept_and_an_empty_form_leaves_nothing(world: World, guest: Guest) -> None:
    client = let_in(world, guest)
    assert keeps(client, guest.link, "x" * (MOST_TYPED + 1)).status_code == 413
    keeps(client, guest.link)
    assert client.post(at("typing", guest.link), {"reasons": ""}).status_code == 204
    assert not GuestDoor.objects.exclude(typed="").exists()


# Asking somebody, on the page


def test_the_holder_asks_somebody_on_the_page_and_takes_it_back(world: World) -> None:
    dispute, holder = world.sent(), Client()
    holder.force_login(world.cast.receiver)
    given = {"name": "Amira Jones", "job_title": "Practice manager", "email": "amira@surgery.example", "seen": f"1.{dispute.revision}"}
    assert "amira@surgery.example" in body(holder.post(f"/d/{dispute.reference}/invite-guest/", given))
    holder.post(f"/d/{dispute.reference}/invite-guest/", given | {"confirmed": "1"})
    assert "Amira Jones, Practice manager, until" in body(holder.get(f"/d/{dispute.reference}/"))
    holder.post(f"/d/{dispute.reference}/take-back-guest/", {"seen": given["seen"]})
    assert Guest.objects.get().taken_back_at == MONDAY


def _shape(sql: str) -> str:
    """A statement without what was given to it."""
    return re.sub(r"'[^']*'|\d+", "", sql.split(" WHERE ")[0].split(" VALUES ")[0])
