"""One person in a browser window: signs in, follows links, fills in forms; every page that comes up is looked over."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, FloatRect, Locator, Page

from agencies.models import User
from tests.factories import PASSWORD
from tests.journeys.closely import WIDE, faults, has_come
from tests.journeys.effort import Effort
from tests.journeys.pictures import keep_picture
from tests.valid_pages import Kinds, kind_of

# What of the page around it a picture of a part shows.
AROUND = 20


class Lookout:
    """What must hold on every page that anybody visits. A kind of page is looked at closely once in a run of the tests, by whichever of its
    processes comes to it first."""

    def __init__(self) -> None:
        self.titles: dict[str, str] = {}
        self.errors: list[str] = []

    def hear(self, message: ConsoleMessage) -> None:
        """The browser's console."""
        if message.type == "error":
            self.errors.append(f"{message.text} ({message.location})")

    def look(self, page: Page, *, deep: bool = True) -> str:
        """One heading, a title that no other page has, nothing on the console; a new kind of page is looked at closely. Returns the title."""
        has_come(page)
        path = urlsplit(page.url).path
        title, headings = page.evaluate("() => [document.title, document.querySelectorAll('h1').length]")
        assert title.removesuffix("Concord").strip(" –"), f"{path} has no title: {page.content()[:1000]}"
        assert self.titles.setdefault(title, path) == path, f"{path} has the title of {self.titles[title]}: {title}"
        assert headings == 1, f"{path} has {headings} first headings"
        assert not self.errors, self.errors
        if deep and Kinds.is_new("in a browser", *kind_of(path, title)):
            self.look_closely(page)
        return str(title)

    def look_closely(self, page: Page) -> None:
        """Everything that one look can tell about who reads, types or sees otherwise."""
        found = faults(page)
        assert found == [], f"{page.url}:\n" + "\n".join(found)


class Window:
    """One person's window; `user` is None for somebody without an account."""

    def __init__(self, context: BrowserContext, base: str, user: User | None, lookout: Lookout, *, scripts: bool = True) -> None:
        self.base, self.user, self.lookout, self.scripts = base, user, lookout, scripts
        self.effort = Effort()
        self.page = context.new_page()
        self.page.set_viewport_size(WIDE)
        self.page.on("console", lookout.hear)
        self.page.on("pageerror", lambda error: lookout.errors.append(str(error)))

    def go(self, path: str) -> None:
        """To an address; through the sign-in page where nobody is signed in (any more)."""
        self.page.goto(f"{self.base}{path}")
        if self.user is not None and self.path == "/sign-in/":
            self.look()
            self.fill(email=self.user.email, password=PASSWORD)
            self.press("Sign in")
        else:
            self.look()
        # What somebody does is counted from where they begin it.
        self.effort = Effort()
        self._came()

    def look(self) -> None:
        """Look the page over. axe needs scripts."""
        self._title = self.lookout.look(self.page, deep=self.scripts)

    def _came(self) -> None:
        self.effort.came(self.path, self._title)

    def sent(self) -> None:
        """A button was pressed whose words the caller does not know."""
        self.effort.clicks += 1
        self._came()

    @property
    def path(self) -> str:
        """The page's path."""
        return urlsplit(self.page.url).path

    def leads_to(self, address: str, **attributes: bool) -> bool:
        """Whether the page has a link to this address, with these attributes whatever their value."""
        return bool(self.page.locator(f'a[href="{address}"]' + "".join(f"[{name.replace('_', '-')}]" for name in attributes)).count())

    def picture(self, name: str, *, first: str = "", last: str = "") -> None:
        """The page as the guide shows it, under this name: what is seen when it opens, or from one element to the end of another, found as Playwright
        does, where what the picture is about lies further down."""
        keep_picture(name, partial(self._taken, first, last), self.page.inner_text("body"))

    def _taken(self, first: str, last: str) -> bytes:
        if not last:
            return self.page.screenshot()
        above, below = self.page.locator(first).first.bounding_box(), self.page.locator(last).first.bounding_box()
        assert above, f"{first} is not seen on {self.page.url}"
        assert below, f"{last} is not seen on {self.page.url}"
        top = max(above["y"] - AROUND, 0)
        clip = {"x": 0.0, "y": top, "width": float(WIDE["width"]), "height": below["y"] + below["height"] + AROUND - top}
        return self.page.screenshot(full_page=True, clip=cast(FloatRect, clip))

    def follow(self, address: str) -> None:
        """A link of the page by its address. Fails where the page has none."""
        link = self.page.locator(f'a[href="{address}"]')
        assert link.count(), f"{self.user or 'A guest'} finds no link to {address} on {self.page.url}"
        self._unfold(link)
        self._click(link.first)

    def _unfold(self, wanted: Locator) -> None:
        """What is folded away is unfolded first: a click."""
        folded = wanted.first.locator("xpath=ancestor::details[not(@open)]/summary")
        if folded.count():
            folded.first.click()
            self.effort.clicks += 1

    def press(self, button: str, *, refused: bool = False) -> None:
        """A button by its words; returns on the page that follows. A refusal is an answer with a 4xx, which the console names."""
        self._click(self.page.get_by_role("button", name=button, exact=True), refused=refused)

    def follow_words(self, link: str | re.Pattern[str]) -> None:
        """A link of the page by its words."""
        self._click(self.page.get_by_role("link", name=link))

    def _click(self, what: Locator, *, refused: bool = False) -> None:
        with self.turning():
            what.click()
        if refused:
            self.lookout.errors = [error for error in self.lookout.errors if "status of 4" not in error]
        self.look()
        self.effort.clicks += 1
        self._came()

    @contextmanager
    def turning(self) -> Iterator[None]:
        """What is done within leads to another page, which has come once it has loaded: its own script changes what the way back leads to as it is
        sent, which a browser calls a navigation too, and without its style sheet it is not what anybody sees."""
        with self.page.expect_event("load"):
            yield

    def fill(self, **answers: Any) -> None:
        """Controls by their names: texts, choices, dates (day, month, year) and moments (and time of day)."""
        for name, value in answers.items():
            self._answer(name.replace("__", "-"), value)

    def _answer(self, name: str, value: Any) -> None:
        if isinstance(value, date):
            self.effort.typed += 1
            typed = [str(value.day), str(value.month), str(value.year), *([f"{value:%H:%M}"] if isinstance(value, datetime) else [])]
            self._unfold(self.page.locator(f'[name="{name}_0"]'))
            near = self.page.locator(f'[name="{name}_when"][value="{value:%Y-%m-%d}"]')
            if near.count() and not isinstance(value, datetime):
                self.effort.typed -= 1
            if self.page.locator(f'[name="{name}_when"]').count():
                self._choose_day(near if near.count() else self.page.locator(f'[name="{name}_when"][value="other"]'))
            for index, part in enumerate(typed):
                if index > 2 or not near.count():
                    self.page.fill(f'[name="{name}_{index}"]', part)
        elif isinstance(value, Sequence) and not isinstance(value, str):
            for one in value:
                self._answer(name, one)
        else:
            self._control(name, value)

    def _choose_day(self, choice: Locator) -> None:
        """Today, yesterday or another date: where another is chosen, its boxes come up."""
        choice.check()
        self.effort.clicks += 1

    def _control(self, name: str, value: Any) -> None:
        controls = self.page.locator(f'[name="{name}"]')
        kind, is_folded = controls.first.evaluate("control => [control.type, Boolean(control.closest('details:not([open])'))]")
        if is_folded:
            self._unfold(controls)
        if kind in {"radio", "checkbox", "select-one"}:
            self.effort.clicks += 1
        else:
            self.effort.typed += 1
        if kind in {"radio", "checkbox"}:
            (controls if value is True else self.page.locator(f'[name="{name}"][value="{value}"]')).check()
        elif kind == "select-one":
            controls.select_option(str(value))
        else:
            controls.fill(str(value))

    @property
    def text(self) -> str:
        """What the page's main part says."""
        return self.page.locator("main").inner_text()
