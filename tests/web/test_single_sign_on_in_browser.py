"""There and back in a real browser, which holds forms to the policy that lets them go nowhere but here."""

from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from agencies.providers import Provider
from tests.cast import Cast
from tests.web.organisation import Organisation, organisation, provider
from tests.web.test_directory_in_browser import problems

__all__ = ["organisation", "provider"]
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_press_leads_to_the_organisation_and_back_to_the_page_that_was_wanted(
    page: Page, live_server: LiveServer, cast: Cast, organisation: Organisation, provider: Provider, settings: Any
) -> None:
    settings.CONCORD_BASE_URL = live_server.url
    # A client of its own, that no other test has changed.
    settings.CONCORD_PROVIDERS = (replace(provider, label="Northshire"),)
    organisation.knows("in-a-browser", email=cast.receiver.email, email_verified=True)
    page.goto(f"{live_server.url}/directory/")
    assert problems(page) == []
    page.get_by_role("button", name="Sign in with Northshire").click()
    page.wait_for_url(f"{organisation.issuer}/**")
    page.fill("input[name=sub]", "in-a-browser")
    page.locator("form:has(input[name=sub]) button").first.click()
    page.wait_for_url(f"{live_server.url}/directory/")
    assert cast.receiver.name in page.inner_text("header")
