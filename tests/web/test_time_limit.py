"""A session ends after a while without a page, and after twelve hours whatever is done; nothing that was typed is lost."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.models import KeptForm, Membership, Session, SignInEvent
from agencies.services.identity import kept_forms
from agencies.sign_ins import SignInKind
from escalation.services.kept_words import forget_kept_words
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.web.page import Page
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
ADD = "/directory/people/add/hillside-school/"
TYPED = {"name": "O’Brien & <Sons>", "email": "o.brien@example.org", "phone": "0117 900 0123", "role": "manager", "job_title": 'Head of "Year"'}


class Desk:
    """The school's lead at a browser without script; time passes by hand."""

    def __init__(self, cast: Cast, traveller: time_machine.Traveller) -> None:
        self.cast, self.traveller, self.now, self.client = cast, traveller, MONDAY, Client()
        self.sign_in()

    def wait(self, **span: int) -> None:
        self.now += timedelta(**span)
        self.traveller.move_to(self.now, tick=False)

    def sign_in(self, next_page: str = "", part: str = "lead") -> Any:
        email = getattr(self.cast, part).email
        return self.client.post("/sign-in/", {"email": email, "password": PASSWORD, "next": next_page})

    def is_in(self) -> bool:
        return self.client.get("/directory/").status_code == 200

    def send(self, **more: str) -> Any:
        return self.client.post(ADD, TYPED | more, headers={"Referer": f"http://testserver{ADD}"})


@pytest.fixture(autouse=True)
def _limits(settings: Any) -> None:
    settings.CONCORD_IDLE_MINUTES, settings.CONCORD_SESSION_HOURS = 30, 12


@pytest.fixture
def desk(cast: Cast) -> Iterator[Desk]:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        yield Desk(cast, traveller)


def test_half_an_hour_without_a_page_ends_it_and_a_minute_less_does_not(desk: Desk) -> None:
    desk.wait(minutes=29)
    assert desk.is_in()
    desk.wait(minutes=30)
    assert not desk.is_in()


def test_twelve_hours_end_it_whatever_is_done(desk: Desk) -> None:
    for _ in range(35):
        desk.wait(minutes=20)
        assert desk.is_in()
    desk.wait(minutes=20)
    assert not desk.is_in()


def test_the_limits_are_settings(desk: Desk, settings: Any) -> None:
    settings.CONCORD_IDLE_MINUTES = 10
    desk.wait(minutes=10)
    assert not desk.is_in()


def test_whoever_has_no_scripts_is_told_on_each_page_and_everybody_on_the_page_of_the_account(desk: Desk) -> None:
    """Who has scripts is asked before it ends, and reads nothing of it until then."""
    page = Page(desk.client.get("/directory/").content.decode())
    without = [one.text for one in page.all("p") if "noscript" in one.inside]
    assert without == ["After 30 minutes in which you open nothing you sign in again. What you send then is kept for you."]
    assert "sign in again" not in page.one("main").text
    account = Page(desk.client.get("/account/").content.decode()).one("main").text
    assert "After 30 minutes in which you open nothing you sign in again, and on Monday 2 March, 10pm in any case." in account


def test_the_sign_in_page_says_why(desk: Desk) -> None:
    desk.wait(minutes=31)
    answer = desk.client.get("/directory/", follow=True)
    assert "signed out because nothing was opened for a while" in answer.content.decode()
    assert answer.redirect_chain[0][0].startswith("/sign-in/?next=%2Fdirectory%2F")


def test_asking_how_much_is_left_is_no_use_and_staying_is(desk: Desk) -> None:
    desk.wait(minutes=20)
    assert desk.client.get("/session/left/").json() == {"left": 600, "may_extend": True}
    desk.wait(minutes=5)
    assert desk.client.get("/session/left/").json()["left"] == 300
    assert desk.client.post("/session/stay/").json()["left"] == 1800
    desk.wait(minutes=29)
    assert desk.is_in()


def test_what_is_over_cannot_be_extended(desk: Desk) -> None:
    desk.wait(minutes=30)
    assert desk.client.post("/session/stay/").json()["left"] == 0
    assert not desk.is_in()


def test_a_form_that_comes_too_late_is_not_carried_out_and_comes_back_word_for_word(desk: Desk) -> None:
    desk.client.get(ADD)
    desk.wait(minutes=45)
    answer = desk.send()
    assert (answer.status_code, Membership.objects.filter(user__email=TYPED["email"]).exists()) == (302, False)
    assert desk.sign_in(ADD).url == ADD
    page = Page(desk.client.get(ADD).content.decode())
    assert {name: page.one("input", name=name).attrs["value"] for name in ("name", "email", "phone", "job_title")} == {
        name: TYPED[name] for name in ("name", "email", "phone", "job_title")
    }
    assert [one.attrs["value"] for one in page.all("input", name="role") if "checked" in one.attrs] == ["manager"]
    assert "It has not been sent yet" in page.one("main").text


def test_once_it_is_sent_nothing_is_kept(desk: Desk) -> None:
    desk.wait(minutes=45)
    desk.send()
    desk.sign_in(ADD)
    assert desk.send().status_code == 302
    assert Membership.objects.filter(user__email=TYPED["email"]).exists()
    assert not KeptForm.objects.exists()
    assert "not been sent" not in desk.client.get(ADD).content.decode()


def test_what_is_sent_when_the_session_is_gone_altogether_is_not_carried_out_and_given_back(desk: Desk) -> None:
    people = Membership.objects.count()
    del desk.client.cookies["sessionid"]
    answer = desk.send()
    page = Page(answer.content.decode())
    assert (answer.status_code, Membership.objects.count()) == (403, people)
    assert {TYPED["name"], TYPED["email"], TYPED["job_title"]} <= {one.attrs.get("value") for one in page.all("input")}
    assert page.all("a", class_="govuk-button")[0].attrs["href"] == "/sign-in/?next=%2Fdirectory%2Fpeople%2Fadd%2Fhillside-school%2F"
    elsewhere = desk.client.post(ADD, TYPED, headers={"Referer": "https://elsewhere.example/"})
    assert (elsewhere.status_code, TYPED["email"] in elsewhere.content.decode()) == (302, False)


def test_what_is_sent_when_the_session_is_gone_waits_an_hour_for_the_same_person_signing_in_there(desk: Desk) -> None:
    del desk.client.cookies["sessionid"]
    assert "It waits for you" in Page(desk.send().content.decode()).one("main").text
    assert (KeptForm.objects.exists(), TYPED["email"] in str(dict(desk.client.session))) == (False, False)
    assert Session.objects.get(session_key=desk.client.session.session_key).expire_date == desk.now + timedelta(hours=1)
    desk.wait(minutes=59)
    assert desk.sign_in(ADD).url == ADD
    assert Session.objects.get(session_key=desk.client.session.session_key).expire_date > desk.now + timedelta(hours=12)
    page = Page(desk.client.get(ADD).content.decode())
    assert page.one("input", name="name").attrs["value"] == TYPED["name"]
    assert "It has not been sent yet" in page.one("main").text


def full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As many of the person's pages are kept as may be: one."""
    monkeypatch.setattr(kept_forms, "MOST", 1)
    user = desk.cast.lead
    kept_forms.keep_form(user=user, page="/directory/import/", action="/directory/import/", typed=[("words", ["Other words."])], now=desk.now)


def is_back(desk: Desk) -> bool:
    """Whether the words stand on their page again, with a sentence that says how long."""
    page = Page(desk.client.get(ADD).content.decode())
    said = "It stays here until you sign out" in page.one("main").text
    assert said is (page.one("input", name="name").attrs.get("value") == TYPED["name"])
    return said


def test_what_waited_and_finds_no_room_is_on_its_page_until_it_is_sent_and_that_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    full(desk, monkeypatch)
    del desk.client.cookies["sessionid"]
    desk.send()
    desk.sign_in(ADD)
    assert "could not be kept beside the 100 pages" in desk.client.get("/account/").content.decode()
    assert KeptForm.objects.count() == 1
    assert [is_back(desk), is_back(desk)] == [True, True]
    KeptForm.objects.all().delete()
    assert is_back(desk)
    assert desk.send().status_code == 302
    assert not is_back(desk)


def test_the_last_moments_words_that_find_no_room_wait_in_the_browser(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    full(desk, monkeypatch)
    desk.client.get(ADD)
    assert desk.client.post("/session/keep/", TYPED | {"kept-page": ADD, "kept-action": ADD}).status_code == 204
    assert not desk.is_in()
    desk.sign_in(ADD)
    assert is_back(desk)


def test_where_they_cannot_wait_either_that_is_said_at_the_sign_in(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    full(desk, monkeypatch)
    del desk.client.cookies["concord_writer"]
    assert desk.client.post("/session/keep/", TYPED | {"kept-page": ADD, "kept-action": ADD}).status_code == 409
    assert "could not be kept" in desk.client.get("/sign-in/?over=lost").content.decode()
    assert "What you had typed is kept" in desk.client.get("/sign-in/?over=1").content.decode()


def another_signs_in(desk: Desk) -> None:
    desk.sign_in(ADD, part="business_unit")
    assert "Brien" not in desk.client.get(ADD).content.decode()
    desk.client.post("/sign-out/")


@pytest.mark.parametrize("happens", [another_signs_in, lambda desk: desk.wait(minutes=61)], ids=["another signs in", "an hour is over"])
def test_it_waits_for_nobody_else_and_no_longer(desk: Desk, happens: Callable[[Desk], None]) -> None:
    del desk.client.cookies["sessionid"]
    desk.send()
    happens(desk)
    desk.sign_in(ADD)
    assert (KeptForm.objects.exists(), "Brien" in desk.client.get(ADD).content.decode()) == (False, False)


def signed_out(desk: Desk) -> None:
    desk.client.post("/sign-out/")


def another_browser(desk: Desk) -> None:
    """It holds the mark, and another secret of forms."""
    marked, desk.client = desk.client.cookies["concord_writer"].value, Client()
    desk.sign_in(part="colleague")
    desk.client.cookies["concord_writer"] = marked
    del desk.client.cookies["sessionid"]


def made_up(mark: str) -> Callable[[Desk], None]:
    def makes(desk: Desk) -> None:
        desk.client.cookies["concord_writer"] = mark or str(desk.cast.lead.pk)
        del desk.client.cookies["sessionid"]

    return makes


@pytest.mark.parametrize("without_a_mark", [signed_out, another_browser, *map(made_up, ("", "v2.", "v2.AAAA", "v2." + "A" * 3000, "é", "gAAAA"))])
def test_without_a_mark_of_this_browsers_own_it_is_given_back_and_waits_for_nobody(desk: Desk, without_a_mark: Callable[[Desk], None]) -> None:
    without_a_mark(desk)
    page = Page(desk.send().content.decode())
    assert ("nothing was stored" in page.one("main").text, TYPED["name"] in {one.attrs.get("value") for one in page.all("input")}) == (True, True)
    desk.sign_in(ADD)
    assert not KeptForm.objects.exists()


def test_nobody_else_who_signs_in_there_sees_it(desk: Desk) -> None:
    desk.wait(minutes=45)
    desk.send()
    desk.sign_in(ADD, part="business_unit")
    assert "Brien" not in desk.client.get(ADD).content.decode()


def test_it_lies_sealed_and_without_any_secret(desk: Desk) -> None:
    desk.wait(minutes=45)
    desk.send(password="never-keep-this", new_code="123456")
    row = KeptForm.objects.get()
    assert "Brien" not in row.sealed
    desk.sign_in(ADD)
    assert "never-keep-this" not in desk.client.get(ADD).content.decode()


def test_the_page_itself_may_send_what_is_typed_in_the_last_moment(desk: Desk) -> None:
    desk.wait(minutes=29)
    sent = TYPED | {"kept-page": ADD, "kept-action": ADD}
    assert desk.client.post("/session/keep/", sent).status_code == 204
    assert not desk.is_in()
    desk.sign_in(ADD)
    assert "O’Brien &amp; &lt;Sons&gt;" in desk.client.get(ADD).content.decode()


@pytest.mark.parametrize("address", ["https://elsewhere.example/", "//elsewhere.example/x", "javascript:alert(1)", ""])
def test_only_a_page_of_ours_is_kept_for(desk: Desk, address: str) -> None:
    desk.client.post("/session/keep/", TYPED | {"kept-page": address, "kept-action": ADD})
    assert not KeptForm.objects.exists()
    assert not desk.is_in()


def test_what_nobody_comes_back_for_is_removed(desk: Desk) -> None:
    desk.wait(minutes=45)
    desk.send()
    assert forget_kept_words(desk.now + timedelta(days=30)) == 0
    assert forget_kept_words(desk.now + timedelta(days=31)) == 1


def test_what_would_be_one_page_too_many_is_given_back_when_the_time_is_over(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_forms, "MOST", 0)
    desk.wait(minutes=45)
    answer = desk.send()
    assert (answer.status_code, KeptForm.objects.exists(), desk.is_in()) == (403, False, False)
    assert TYPED["name"] in {one.attrs.get("value") for one in Page(answer.content.decode()).all("input")}


def test_a_forged_form_is_not_kept(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False) as traveller:
        browser = Client(enforce_csrf_checks=True)
        browser.force_login(cast.lead)
        traveller.shift(timedelta(minutes=45))
        assert browser.post(ADD, TYPED).status_code == 403
    assert not KeptForm.objects.exists()


def test_the_end_is_a_line_of_the_record(desk: Desk) -> None:
    desk.wait(minutes=45)
    desk.is_in()
    assert SignInEvent.objects.first().kind == SignInKind.TIMED_OUT  # type: ignore[union-attr]
    assert not Session.objects.filter(user=desk.cast.lead).exists()


def test_using_it_writes_at_most_once_a_minute(desk: Desk, django_assert_num_queries: Any) -> None:
    desk.client.get(reverse("session-end", args=["x"]))
    # The session with whether the directory, so the person's roles, is as it was; and the account.
    with django_assert_num_queries(2):
        desk.client.get(reverse("session-end", args=["x"]))
