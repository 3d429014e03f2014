"""The reports' pages with a year's figures in them, in a real browser: nothing grave for axe, no wider than a phone, each chart with its table."""

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
import time_machine
from playwright.sync_api import Browser, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from agencies.models import User
from agencies.roles import Role
from reports import services
from reports.figures import Edition
from reports.periods import Year
from tests.factories import make_member, make_user
from tests.journeys.closely import NARROW, WIDE
from tests.journeys.window import Lookout, Window
from tests.reports.builders import World, make_world
from tests.reports.generated import generate
from tests.reports.odd_ends import add_returns

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
# Whoever wants to see the pages names a folder; nothing is kept otherwise.
PICTURES = os.environ.get("CONCORD_PICTURES", "")
UNITS = (
    "/reports/2025/", "/reports/2025/?chapter=volume", "/reports/2025/?edition=public&chapter=agencies", "/reports/2025/words/", "/reports/standing/",
    "/board/?list=open&stage=1", "/returns/",
)  # fmt: skip


# Of each chart that is seen: whether a table stands beside it, the height of its letters on the screen, and its share of the page's width.
SEEN_CHARTS = """() => [...document.querySelectorAll("svg[role=img]")].filter((one) => one.checkVisibility()).map((one) => {
    const width = (part) => part.getBoundingClientRect().width, page = one.closest(".r-measure, .measure") || one;
    const beside = one.closest(".r-measure--beside, .measure--beside");
    return [Boolean(beside), 15 * width(one) / one.viewBox.baseVal.width, width(one) / width(page)];
})"""


class Once(Lookout):
    """Each page is looked over closely once, by the test itself."""

    def look(self, page: Page, *, deep: bool = True) -> str:
        """Heading, title and console alone."""
        return super().look(page, deep=not deep)


def small_letters(page: Page) -> None:
    """Fails where a chart that is seen has letters of less than 14 pixels, or leaves a desk's width unused though no table stands beside it."""
    for size in (NARROW, {"width": 960, "height": 900}, WIDE):
        page.set_viewport_size(cast(ViewportSize, size))
        for kept, letters, share in page.evaluate(SEEN_CHARTS):
            assert letters >= 14, (page.url, size, letters)
            assert kept or size == NARROW or share > 0.95, (page.url, size, share)


def visit(browser: Browser, server: LiveServer, user: User, paths: tuple[str, ...]) -> None:
    context = browser.new_context()
    window = Window(context, server.url, user, lookout := Once())
    window.go("/my-work/")
    for path in paths:
        window.go(path)
        lookout.look_closely(window.page)
        small_letters(window.page)
        unseen = window.page.locator("main :is(th, td)").evaluate_all(
            "cells => cells.filter((one) => !one.checkVisibility()).map((one) => one.textContent)"
        )
        assert unseen == [], path
        for chart in window.page.locator("svg[role=img]").all():
            assert chart.locator("title").first.text_content()
            assert window.page.locator("table").count()
        if PICTURES:
            name = path.strip("/").replace("/", "-").replace("?", "-").replace("&", "-")
            for size in (NARROW, WIDE):
                window.page.set_viewport_size(size)
                window.page.screenshot(path=Path(PICTURES) / f"{name}-{size['width']}.png", full_page=True)
    context.close()


@pytest.fixture
def world() -> World:
    world = make_world(with_posts=True)
    add_a_year(world, 2025)
    return world


def add_a_year(world: World, year: int) -> None:
    generate(world, 70, starts=Year(year).starts, ends=min(Year(year).ends, NOW), now=NOW, seed=year)


def test_the_pages_of_figures_can_be_read_aloud_and_fit_a_phone(world: World, live_server: LiveServer, browser: Browser) -> None:
    lead, member = make_user("Ann Lead"), make_user("Bea Board")
    make_member(lead, world.agencies[0], Role.LEAD)
    make_member(member, world.agencies[0], Role.BOARD_MEMBER)
    for year in (2024, 2026):
        add_a_year(world, year)
    add_returns(world)
    with time_machine.travel(NOW, tick=False):
        visit(browser, live_server, world.unit, UNITS)
        visit(browser, live_server, lead, ("/my-agency/?list=raised", "/my-agency/2025/"))
        visit(browser, live_server, member, ("/board-page/",))


def test_on_a_phone_every_table_of_the_board_is_read_without_scrolling(world: World, live_server: LiveServer, browser: Browser) -> None:
    add_a_year(world, 2026)
    with time_machine.travel(NOW, tick=False):
        context = browser.new_context()
        window = Window(context, live_server.url, world.unit, Once())
        window.go("/board/")
        assert window.page.locator("#board-agencies-caption").count()
        window.page.set_viewport_size(cast(ViewportSize, NARROW))
        wider = window.page.locator(".c-scroll").evaluate_all(
            "all => all.filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.innerText)"
        )
        assert wider == []
        context.close()


def test_the_edition_as_one_file_has_its_charts_as_wide_as_the_page(world: World, page: Page) -> None:
    report, _ = services.ask_for_report(partnership=world.partnership, year=Year(2025), edition=Edition.INTERNAL, asked_by=world.unit, now=NOW)
    with time_machine.travel(NOW, tick=False):
        services.make_report(report.pk)
    report.refresh_from_db()
    page.set_content(services.html_of(report))
    small_letters(page)
    assert page.locator("svg[role=img]:visible").count() > 4
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("[...document.querySelectorAll('caption')].every(each => each.getBoundingClientRect().right <= innerWidth)")
    if PICTURES:
        page.screenshot(path=Path(PICTURES) / "edition-1280.png", full_page=True)
