"""Every data file that pages give out: nothing in it runs in a spreadsheet or names a child, and each taking is a line of the record."""

import csv
import io

import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse

from reports.models import ReportEvent
from tests.access.routes import Addresses, routes
from tests.cast import Cast
from tests.world import MONDAY

pytestmark = pytest.mark.django_db
# The route, who takes it, and what its address needs; `processing-data` is a CSV alone.
EXPORTS = {
    "report-data": ("business_unit", {"year": 2025, "form": "csv"}),
    "agency-data": ("lead", {"year": 2025, "form": "csv"}),
    "board-data": ("business_unit", {"form": "csv"}),
    "standing-data": ("business_unit", {"form": "csv"}),
    "processing-data": ("business_unit", {}),
}
RUNS = ("=", "+", "-", "@", "\t", "\r")


def test_these_are_all_of_them() -> None:
    assert {name for name, _ in routes(get_resolver()) if name.endswith("-data")} == set(EXPORTS)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_file_runs_nothing_names_no_child_and_is_on_record(cast: Cast, name: str) -> None:
    for agency in (cast.school, cast.social_care):
        agency.name = f"=HYPERLINK({agency.name})"
        agency.save()
    with time_machine.travel(MONDAY.timestamp(), tick=False):
        Addresses(cast)
        who, words = EXPORTS[name]
        client = Client()
        client.force_login(getattr(cast, who))
        before = ReportEvent.objects.count()
        answer = client.get(reverse(name, kwargs=words))
    assert answer.status_code == 200
    assert ReportEvent.objects.count() == before + 1
    text = b"".join(getattr(answer, "streaming_content", None) or [answer.content]).decode()
    cells = [cell for row in csv.reader(io.StringIO(text.removeprefix("\ufeff"))) for cell in row]
    assert len(cells) > 4
    assert [cell for cell in cells if cell.startswith(RUNS) and not cell.lstrip("-").replace(".", "").isdecimal()] == []
    assert not any(child in text for child in ("S-1001", "2015-05-01", "ZZ", "goes home to the same risk"))


@pytest.mark.parametrize("name", EXPORTS)
def test_nobody_else_takes_it(cast: Cast, name: str) -> None:
    client = Client()
    client.force_login(cast.police_manager)
    before = ReportEvent.objects.count()
    assert client.get(reverse(name, kwargs=EXPORTS[name][1])).status_code in {403, 404}
    assert ReportEvent.objects.count() == before
