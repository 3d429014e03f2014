"""The second step of signing in, in a real browser: each of its states, and of what goes wrong in it, is looked at from every side."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from django.utils import timezone
from playwright.sync_api import expect

from agencies.models import Authenticator, Passkey
from agencies.services.identity import second_factor
from agencies.sign_ins import Visit
from tests.factories import PASSWORD
from tests.journeys.journey import Journey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True,
    "automaticPresenceSimulation": True,
}  # fmt: skip


class Desk:
    """A lead who has an authenticator app, at a device that can hold passkeys."""

    def __init__(self, journey: Journey) -> None:
        self.journey, self.user, self.window = journey, journey.cast.lead, journey.as_(journey.cast.lead)
        self.page = self.window.page
        second_factor.add_app(user=self.user, secret=SECRET, code=self.code(), visit=Visit(), now=timezone.now())

    def code(self) -> str:
        """What the app shows now: each counts once, so that half a minute passes before it."""
        self.journey.clock.shift(timedelta(seconds=30))
        return pyotp.TOTP(SECRET).at(timezone.now())

    def device(self) -> tuple[Any, str]:
        """What the browser is told of the device with, and the device."""
        tools = self.page.context.new_cdp_session(self.page)
        tools.send("WebAuthn.enable")
        return tools, tools.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})["authenticatorId"]

    def passphrase(self) -> None:
        """The first step: the second is looked at as every page is."""
        self.page.goto(f"{self.window.base}/sign-in/")
        self.window.fill(email=self.user.email, password=PASSWORD)
        self.window.press("Sign in")
        expect(self.page.locator("h1")).to_have_text("Second step")

    def sends(self, code: str) -> str:
        """What the page says of a code that is not taken."""
        self.window.fill(code=code)
        self.window.press("Continue", refused=True)
        return self.page.locator(".govuk-error-summary li").inner_text()

    def looked_at(self) -> None:
        """This state, though another of the page was looked at before."""
        self.window.lookout.look_closely(self.page)


@pytest.fixture
def desk(journey: Journey, settings: Any) -> Desk:
    settings.CONCORD_BASE_URL = journey.base
    return Desk(journey)


def test_a_code_that_is_missing_wrong_or_used_is_said_beside_it_and_the_newest_lets_in(desk: Desk) -> None:
    desk.passphrase()
    desk.looked_at()
    assert desk.sends("") == "Enter the code"
    desk.looked_at()
    assert desk.sends("000000").startswith("This code is not right, or was used already.")
    desk.looked_at()
    desk.window.fill(code=desk.code())
    desk.window.press("Continue")
    assert desk.window.path == "/my-work/"


def test_a_recovery_code_lets_in_once(desk: Desk) -> None:
    (one, *_others) = second_factor.new_codes(user=desk.user, visit=Visit(), now=timezone.now())
    desk.passphrase()
    desk.window.fill(code=one)
    desk.window.press("Continue")
    desk.window.go("/account/second-factor/")
    assert "9 codes left" in desk.window.text
    desk.window.press("Sign out")
    desk.passphrase()
    assert desk.sends(one).startswith("This code is not right, or was used already.")


def test_after_too_many_wrong_codes_the_page_says_how_long_to_wait_and_whom_to_ask(desk: Desk) -> None:
    desk.passphrase()
    while desk.window.path == "/sign-in/second/" and "Too many tries" not in desk.page.title():
        desk.window.fill(code="000000")
        desk.window.press("Continue", refused=True)
    assert "Device and recovery codes lost" in desk.window.text
    desk.looked_at()


def test_a_passkey_is_offered_beside_the_code_and_each_of_its_refusals_leads_on(desk: Desk) -> None:
    tools, device = desk.device()
    desk.passphrase()
    desk.window.fill(code=desk.code())
    desk.window.press("Continue")
    desk.window.go("/account/second-factor/")
    desk.looked_at()
    desk.window.fill(label="Work laptop")
    desk.window.press("Set up a passkey")
    desk.looked_at()
    desk.window.go("/account/second-factor/")
    desk.looked_at()
    desk.window.press("Sign out")
    desk.passphrase()
    desk.looked_at()
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": False})
    desk.page.get_by_role("button", name="Use a passkey").click()
    expect(desk.page.locator("[data-said]")).to_contain_text("did not give a passkey")
    desk.looked_at()
    tools.send("WebAuthn.setUserVerified", {"authenticatorId": device, "isUserVerified": True})
    Passkey.objects.update(sign_count=10_000)
    desk.window.press("Use a passkey", refused=True)
    expect(desk.page.locator("h1")).to_have_text("The passkey was refused")
    desk.looked_at()
    desk.window.follow("/sign-in/")


def test_whoever_has_passkeys_alone_is_asked_for_a_recovery_code_where_the_device_is_not_at_hand(desk: Desk) -> None:
    Passkey.objects.create(user=desk.user, label="Work laptop", credential_id="x", attested="", added_at=timezone.now())
    Authenticator.objects.all().delete()
    desk.passphrase()
    assert "Enter one of your recovery codes" in desk.window.text
    assert "authenticator app" not in desk.window.text
