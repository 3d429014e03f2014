"""Every page of the product in a real browser, by somebody who may see it, looked at from every side of tests/journeys/closely.py."""

import pytest
from django.urls import URLPattern

from tests.access.asking import PROGRAMS, own_routes
from tests.access.routes import Addresses
from tests.access.table import TABLE, read
from tests.journeys.journey import Journey

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
# Those who together see every page, the one who sees most first.
WHO = ("business_unit", "receiver", "raiser")
# Files and answers for machines; and the matrix of a partnership, which is the page of one's own by another address.
FILES = (
    "healthz",
    "readyz",
    "time-left",
    "case-due",
    "learning-due",
    "case-file",
    "processing-data",
    "report-data",
    "agency-data",
    "agency-scorecard",
    "board-data",
    "standing-data",
    "findings-data",
    "audit-data",
    "document-pdf",
    "matrix-of",
    "matrix-data",
)


def pages_of(part: str) -> list[tuple[str, URLPattern]]:
    """The pages that the table of who gets what shows to this person and to nobody named before."""
    table = {name: row for name, row in read(TABLE).items() if not name.startswith(PROGRAMS) and name not in FILES}
    mine = {name for name, row in table.items() if row[part] == 200 and not any(row[other] == 200 for other in WHO[: WHO.index(part)])}
    return [(name, pattern) for name, pattern in own_routes().items() if name in mine]


@pytest.mark.parametrize("part", WHO)
def test_every_page_can_be_read_aloud_enlarged_repainted_and_used_by_keyboard(journey: Journey, part: str) -> None:
    addresses, window = Addresses(journey.cast), journey.as_(getattr(journey.cast, part))
    pages = pages_of(part)
    assert pages
    for name, pattern in pages:
        window.go(addresses.of(name, pattern))
