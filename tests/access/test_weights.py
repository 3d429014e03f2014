"""What every page weighs, and how often it asks, in a partnership of 230 agencies and more than 900 people: for a telephone between two visits."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import reverse

from agencies.models import Agency, User
from escalation.web.log_page import SLUGS
from escalation.web.verbs.pages import PAGES, slug_of
from reports.web.chapters import COUNTED
from tests.access.asking import PROGRAMS, everybody, own_routes
from tests.access.routes import Addresses
from tests.access.test_matrix import _on_monday_at_ten as _on_monday_at_ten
from tests.access.test_matrix import addresses as addresses
from tests.access.test_matrix import dispute as dispute
from tests.access.test_queries import MOST, counted
from tests.bench.weight import HTML_AIM, weigh
from tests.large import make_large
from tests.web.page import Page

pytestmark = pytest.mark.django_db
# Those who together see every page, first who sees the most on it. A disagreement's own page differs by who looks; of others one look is enough.
LOOKING = ("business_unit", "receiver", "lead", "raiser")
# All of it, to be printed.
PRINTS = ("matrix-print",)


def every_address(large: Addresses) -> Iterator[str]:
    """Of every page, with every question of logging and every verb."""
    for name, pattern in own_routes().items():
        if name == "log-step":
            yield from (reverse(name, args=[large.draft.reference, slug]) for slug in SLUGS)
        elif name == "verb":
            yield from (reverse(name, args=[large.dispute.reference, slug_of(verb)]) for verb in PAGES)
        elif not name.startswith(PROGRAMS) and name not in PRINTS:
            yield large.of(name, pattern)


@dataclass
class Scales:
    """What was found too heavy or asking too often, and what was laid on them."""

    heavy: dict[str, int] = field(default_factory=dict)
    asking: dict[str, int] = field(default_factory=dict)
    laid: set[str] = field(default_factory=set)

    def lay(self, browser: Client, address: str) -> bool:
        """The page, and its parts: a report's chapters, and the second page of a list. Whether there was one for whoever looks."""
        answer, questions = counted(lambda: browser.get(address))
        if answer.status_code != 200:
            return False
        if answer.streaming or not answer.headers["Content-Type"].startswith("text/html"):
            return True  # a file, whoever asks
        text = answer.content.decode()
        self.laid.add(address)
        if questions > MOST:
            self.asking[address] = questions
        if (size := weigh(text).html) >= HTML_AIM:
            self.heavy[address] = size
        if "chapter=" not in text and "page=2" not in text:
            return True
        for part in {urljoin(address, link.split("#")[0]) for link in map(_address, Page(text).all("a")) if "chapter=" in link or "page=2" in link}:
            if part not in self.laid:
                self.laid.add(part)
                self.lay(browser, part)
        return True


def _address(link: Any) -> str:
    return str(link.attrs.get("href", ""))


def test_no_page_of_a_large_partnership_weighs_fifty_kilobytes_or_asks_more_than_fifteen_times(addresses: Addresses) -> None:
    make_large(addresses.cast)
    assert (Agency.objects.filter(partnership=addresses.cast.partnership).count(), User.objects.count() > 900) == (230, True)
    people, scales = everybody(addresses.cast, *LOOKING), Scales()
    own = reverse("case", args=[addresses.dispute.reference])
    for address in every_address(addresses):
        for part in LOOKING:
            if scales.lay(people[part].browser, address) and address != own:
                break
    assert scales.heavy == {}
    assert scales.asking == {}
    laid = {re.sub(rf"{COUNTED}=[^&]+&", "", address) for address in scales.laid}
    assert {"/directory/matrix/?page=2", "/reports/2025/?chapter=agencies", "/reports/2025/?chapter=agencies&page=2"} <= laid
