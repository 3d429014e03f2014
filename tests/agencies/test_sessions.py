"""Whose sessions there are, and how access ends: by the person, with the account, with the last role."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from agencies.models import DirectoryEvent, Session, User
from agencies.roles import Role
from agencies.services.accounts import close_account
from agencies.services.leavers import end_access_without_seat
from agencies.services.members import end_membership, give_role
from agencies.services.passphrases import set_new_passphrase
from agencies.sign_ins import Visit
from tests.api.conftest import Caller
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.web.page import Page
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1"


def browser(user: User, agent: str = FIREFOX) -> Client:
    client = Client(headers={"User-Agent": agent})
    client.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    return client


def is_in(client: Client) -> bool:
    return client.get("/directory/").status_code == 200


def test_the_list_names_each_device_and_its_time_and_no_key(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        browser(cast.lead)
    with time_machine.travel(MONDAY + timedelta(minutes=5), tick=False):
        html = browser(cast.lead, PHONE).get("/account/").content.decode()
    page = Page(html)
    assert [key.text for key in page.all("dt")] == ["Safari on an iPhone (this one)", "Firefox on Windows"]
    assert "Since Monday 2 March, 10am" in page.one("main").text
    assert not any(row.session_key in html for row in Session.objects.all())


def test_each_of_several_sessions_of_one_minute_on_like_devices_is_ended_by_a_button_of_its_own_name(cast: Cast) -> None:
    for seconds in (0, 20, 60, 61):
        with time_machine.travel(MONDAY + timedelta(seconds=seconds), tick=False):
            here = browser(cast.lead)
    with time_machine.travel(MONDAY + timedelta(seconds=70), tick=False):
        page = Page(here.get("/account/").content.decode())
    names = [one.spoken for one in page.all("button") if " on Firefox" in one.spoken]
    assert len(names) == len(set(names)) == 3
    assert names[1:] == [f"Sign out on Firefox on Windows, since Monday 2 March, 10am, {n} of 2 since that minute" for n in (1, 2)]


def test_one_session_can_be_ended_from_another(cast: Cast) -> None:
    lost, here = browser(cast.lead, PHONE), browser(cast.lead)
    form = next(one for one in Page(here.get("/account/").content.decode()).all("form") if "/account/sessions/" in one.attrs.get("action", ""))
    assert "Signed out on Safari on an iPhone." in here.post(form.attrs["action"], follow=True).content.decode()
    assert (is_in(lost), is_in(here)) == (False, True)


def test_nobody_ends_the_session_of_somebody_else(cast: Cast) -> None:
    mine, theirs = browser(cast.lead), browser(cast.raiser)
    form = next(one for one in Page(browser(cast.lead).get("/account/").content.decode()).all("form") if one.attrs["action"].endswith("/end/"))
    assert theirs.post(form.attrs["action"]).status_code == 404
    assert is_in(mine)


def test_all_others_end_at_once_tokens_of_programs_too(cast: Cast) -> None:
    others, here, program = [browser(cast.lead) for _ in range(2)], browser(cast.lead), Caller(cast.lead)
    here.post("/account/sessions/end/")
    assert ([is_in(one) for one in others], is_in(here)) == ([False, False], True)
    assert program.get("me/").status_code == 401


def test_a_new_passphrase_ends_every_other_session(cast: Cast) -> None:
    other = browser(cast.lead)
    set_new_passphrase(user=cast.lead, passphrase="heron lamp seven violin", visit=Visit(), now=MONDAY)
    assert not is_in(other)


def test_a_closed_account_has_no_session_left(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        other = browser(cast.raiser)
        close_account(actor=cast.business_unit, user=cast.raiser, now=MONDAY)
        assert not Session.objects.filter(user=cast.raiser).exists()
        assert not is_in(other)


def test_the_end_of_the_last_role_ends_sessions_tokens_and_sign_in(cast: Cast) -> None:
    with time_machine.travel(MONDAY, tick=False):
        here, program = browser(cast.colleague), Caller(cast.colleague)
        end_membership(actor=None, membership=cast.colleague.memberships.get(), now=MONDAY)
        assert end_access_without_seat(MONDAY) == 1
        assert (is_in(here), program.get("me/").status_code, is_in(browser(cast.colleague))) == (False, 401, False)
    assert DirectoryEvent.objects.filter(words="The account of Beth Lowe was closed: no role is left.").count() == 1
    assert end_access_without_seat(MONDAY) == 0


def test_a_role_that_is_still_to_begin_or_another_role_keeps_the_account(cast: Cast) -> None:
    first = cast.colleague.memberships.get()
    give_role(actor=None, user=cast.colleague, place=cast.police, role=Role.PRACTITIONER, now=MONDAY)
    end_membership(actor=None, membership=first, now=MONDAY)
    assert end_access_without_seat(MONDAY) == 0


def test_who_never_had_a_role_is_left_alone(cast: Cast) -> None:
    assert end_access_without_seat(MONDAY) == 0
    cast.nobody.refresh_from_db()
    assert cast.nobody.is_active


def test_keepers_of_accounts_see_who_signed_in_and_others_only_themselves(cast: Cast) -> None:
    browser(cast.raiser)
    browser(cast.stranger)
    seen = browser(cast.administrator).get("/account/sign-ins/").content.decode()
    assert "Aled Morgan" in seen
    assert "Una Strange" not in seen
    mine = Page(browser(cast.lead).get("/account/sign-ins/").content.decode()).one("main").text
    assert "Signed in, by passphrase" in mine
    assert "Aled Morgan" not in mine
