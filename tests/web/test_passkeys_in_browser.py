"""Passkeys in a real Chromium with a virtual authenticator: made, used as second step, alone, and to confirm; and what is refused."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from agencies.errors import InvalidInput
from agencies.models import Passkey, RecoveryCode, SignInEvent
from agencies.services.identity.passkeys import are_possible, check_passkey
from agencies.sign_ins import Means, SignInKind, Visit
from tests.cast import Cast
from tests.factories import PASSWORD
from tests.web.test_directory_in_browser import problems
from tests.world import MONDAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Desk:
    """A lead at a device that can hold passkeys."""

    def __init__(self, page: Page, site: str, cast: Cast) -> None:
        self.page, self.site, self.cast = page, site, cast
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")
        device = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }  # fmt: skip
        self.device = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": device})["authenticatorId"]

    def passphrase(self) -> None:
        self.page.goto(self.site + "/directory/")
        self.page.fill("[name=email]", self.cast.lead.email)
        self.page.fill("[name=password]", PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()

    def sign_out(self) -> None:
        self.page.get_by_role("button", name="Sign out", exact=True).click()
        expect(self.page.locator("h1")).to_have_text("You have signed out")

    def make(self) -> None:
        self.page.goto(self.site + "/account/second-factor/")
        assert problems(self.page) == []
        self.page.fill("[name=label]", "Work laptop")
        self.page.get_by_role("button", name="Set up a passkey").click()
        expect(self.page.locator("h1")).to_have_text("Your recovery codes")


@pytest.fixture
def desk(page: Page, live_server: LiveServer, cast: Cast, settings: Any) -> Desk:
    settings.CONCORD_BASE_URL = live_server.url
    assert are_possible()
    return Desk(page, live_server.url, cast)


def test_a_passkey_is_made_and_then_is_the_second_step(desk: Desk) -> None:
    desk.passphrase()
    desk.make()
    assert (Passkey.objects.get().label, RecoveryCode.objects.count()) == ("Work laptop", 10)
    desk.sign_out()
    desk.passphrase()
    expect(desk.page.locator("h1")).to_have_text("Second step")
    assert problems(desk.page) == []
    desk.page.get_by_role("button", name="Use a passkey").click()
    expect(desk.page.locator("h1")).to_have_text("Directory")
    assert SignInEvent.objects.filter(kind=SignInKind.SIGNED_IN).first().means == Means.PASSKEY  # type: ignore[union-attr]


def test_a_passkey_alone_signs_in_and_one_that_was_removed_does_not(desk: Desk) -> None:
    desk.passphrase()
    desk.make()
    desk.sign_out()
    desk.page.goto(desk.site + "/sign-in/?next=/account/")
    desk.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(desk.page.locator("h1")).to_have_text("Your account")
    desk.sign_out()
    Passkey.objects.all().delete()
    desk.page.goto(desk.site + "/sign-in/")
    desk.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(desk.page.locator("h1")).to_have_text("The passkey was refused")


def test_a_device_that_did_not_check_who_holds_it_is_refused(desk: Desk) -> None:
    desk.passphrase()
    desk.make()
    desk.sign_out()
    desk.devtools.send("WebAuthn.setUserVerified", {"authenticatorId": desk.device, "isUserVerified": False})
    desk.page.goto(desk.site + "/sign-in/")
    desk.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(desk.page.locator("[data-said]")).to_contain_text("did not give a passkey")


def test_a_copy_whose_count_does_not_go_up_is_refused(desk: Desk) -> None:
    desk.passphrase()
    desk.make()
    Passkey.objects.update(sign_count=10_000)
    desk.sign_out()
    desk.page.goto(desk.site + "/sign-in/")
    desk.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(desk.page.locator("h1")).to_have_text("The passkey was refused")


@pytest.mark.parametrize("answer", [None, [], {}, {"id": "x"}, {"id": "x", "rawId": "x", "response": {}}, {"id": 7, "response": {"userHandle": "!"}}])
def test_what_is_no_answer_of_a_device_is_refused(cast: Cast, answer: object) -> None:
    with pytest.raises(InvalidInput, match="could not be used"):
        check_passkey(user=None, state={"challenge": "AAAA", "user_verification": "required"}, answer=answer, visit=Visit(), now=MONDAY)


@pytest.mark.parametrize(
    ("site", "possible"), [("http://127.0.0.1:8000", False), ("http://localhost:80", True), ("https://concord.example.org", True)]
)
def test_browsers_make_passkeys_for_names_only(settings: Any, site: str, possible: bool) -> None:
    settings.CONCORD_BASE_URL = site
    assert are_possible() == possible
