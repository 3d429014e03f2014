"""The directory's pages in a real browser: what axe finds, and whether they fit on a phone."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Route

from agencies.services.cover import set_cover
from agencies.services.directory_import import import_folder
from agencies.services.example import DATA
from agencies.services.passphrases import passphrase_link
from tests.cast import Cast
from tests.journeys.closely import WIDE, faults
from tests.valid_pages import Kinds, kind_of

pytestmark = pytest.mark.browser
TABLET = {"width": 768, "height": 1024}
SITE = "http://concord.test"
OPEN = ["/sign-in/", "/passphrase/", "/passphrase/open/", "/passphrase/new/"]
SIGNED_IN = [
    "/directory/",
    "/directory/agencies/northshire-social-care/",
    "/directory/matrix/",
    "/directory/matrix/enfield/",
    "/directory/people/",
    "/directory/import/",
    "/directory/people/add/hillside-school/",
]
# Here with cover and with the matrix of another procedure, which no other test looks at.
SHOWN_MORE = {"/directory/", "/directory/matrix/enfield/"}


def show(page: Page, answer: Any) -> None:
    """Opens an answer of the application in the browser; static files come from disk, nothing leaves the machine."""

    def serve(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path.startswith(settings.STATIC_URL):
            return route.fulfill(path=Path(settings.ROOT) / "static" / path.removeprefix(settings.STATIC_URL).split("?")[0])
        return route.fulfill(body=answer.content, content_type="text/html; charset=utf-8")

    page.unroute_all()
    page.route(f"{SITE}/**", serve)
    page.goto(f"{SITE}/page")


def fits_a_tablet(page: Page) -> bool:
    """Whether nothing of it is to the right of a tablet's edge."""
    page.set_viewport_size(TABLET)
    return bool(page.evaluate("document.documentElement.scrollWidth") <= TABLET["width"])


def problems(page: Page) -> list[str]:
    """What a close look finds, and whether a tablet is too small."""
    found = [] if fits_a_tablet(page) else ["too wide for a tablet"]
    page.set_viewport_size(WIDE)
    return found + faults(page)


def wrong(page: Page, client: Client, path: str) -> list[str]:
    """What is wrong with the page there; looked at closely where nobody has yet looked so at one of its kind."""
    show(page, client.get(path))
    if path in SHOWN_MORE or Kinds.is_new("in a browser", *kind_of(path, page.title())):
        return problems(page)
    return [] if fits_a_tablet(page) else ["too wide for a tablet"]


def test_the_open_pages_are_accessible_and_fit(page: Page, client: Client, db: None) -> None:
    assert {path: found for path in OPEN if (found := wrong(page, client, path))} == {}


def test_the_directorys_pages_are_accessible_and_fit(page: Page, client: Client, cast: Cast) -> None:
    today = timezone.localdate()
    set_cover(actor=None, person=cast.chair, deputy=cast.deputy_chair, starts=today, ends=today, now=timezone.now())
    import_folder(DATA / "enfield", actor=None, partnership=None, now=timezone.now())
    client.force_login(cast.business_unit, backend="agencies.backend.AccountBackend")
    assert {path: found for path in SIGNED_IN if (found := wrong(page, client, path))} == {}


def test_cover_with_its_errors_is_accessible_and_fits(page: Page, client: Client, cast: Cast) -> None:
    client.force_login(cast.lead, backend="agencies.backend.AccountBackend")
    show(page, client.post(f"/directory/people/{cast.own_manager.id}/cover/"))
    assert page.title().startswith("Error: ")
    assert problems(page) == []


def test_signing_in_can_be_done_by_keyboard_alone(page: Page, client: Client, db: None) -> None:
    show(page, client.get("/sign-in/"))
    page.focus("#id_email")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "id_password"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Sign in"


def test_the_code_of_a_mailed_link_comes_in_a_form_by_itself_and_leaves_the_address(page: Page, client: Client, cast: Cast) -> None:
    link, shown = urlsplit(passphrase_link(cast.lead)), client.get("/passphrase/open/").content
    asked: list[tuple[str, str]] = []
    sent: list[str] = []

    def serve(route: Route) -> None:
        request, url = route.request, urlsplit(route.request.url)
        asked.append((url._replace(fragment="").geturl(), request.headers.get("referer", "")))
        if url.path.startswith(settings.STATIC_URL):
            return route.fulfill(path=Path(settings.ROOT) / "static" / url.path.removeprefix(settings.STATIC_URL))
        if request.method == "POST":
            sent.append(dict(parse_qsl(request.post_data or ""))["code"])
        return route.fulfill(body="Sent" if request.method == "POST" else shown, content_type="text/html; charset=utf-8")

    page.route(f"{SITE}/**", serve)
    page.goto(f"{SITE}{link.path}#{link.fragment}")
    page.get_by_text("Sent").wait_for(timeout=10_000)
    assert sent == [link.fragment]
    assert "Set passphrase" in client.post("/passphrase/open/", {"code": sent[0]}, follow=True).content.decode()
    assert link.fragment not in page.url
    assert not [one for pair in asked for one in pair if link.fragment in one]
