"""The door of somebody without an account, as they meet it: link, code, one request, answer; and as somebody meets it who has no business there."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.services.identity.kept_forms import MOST_TYPED
from agencies.vault import unseal
from escalation.models import Event, Guest, GuestDoor, Reading, Request
from escalation.services.guest_typing import forget_behind_closed_doors
from escalation.states import Answer, EventKind, Ground, RequestState, Verb
from tests.guests import invited, let_in
from tests.web.guest_door import ANSWER, WRONG, at, body, clock, guest, world
from tests.web.page import Page
from tests.world import MONDAY, World

__all__ = ["clock", "guest", "world"]
pytestmark = pytest.mark.django_db


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
