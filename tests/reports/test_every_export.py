"""Every file of figures and every document that pages give out, in every form: nothing in it runs, it names no child and nothing that its reader may
not know of, it is on record, and nobody else takes it."""

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from html import unescape
from typing import Any

import pikepdf
import pytest
import time_machine
from django.test import Client
from django.urls import get_resolver, reverse

from escalation.models import Reading
from reports import pdf
from reports.documents.kinds import DocumentKind
from reports.exports import FORMATS
from reports.models import ReportEvent
from reports.services import make_report
from tests.access.routes import Addresses, routes
from tests.kept import kept_fixture
from tests.reports.test_exports import READERS
from tests.world import MONDAY, World

pytestmark = pytest.mark.django_db
# The route, who takes it, and what its address needs: files of figures in each form that there is, the register of processing (CSV alone), documents
# as PDF and as HTML. A reference and a report's and a sample's key are filled in.
FIGURES: dict[str, tuple[str, dict[str, Any]]] = {
    "report-data": ("business_unit", {"year": 2025}),
    "agency-data": ("lead", {"year": 2025}),
    "board-data": ("business_unit", {}),
    "standing-data": ("business_unit", {}),
    "findings-data": ("chair", {}),
    "audit-data": ("auditor", {"sample_id": ""}),
}
EXPORTS: dict[str, tuple[str, str, dict[str, Any]]] = {
    f"{name}, {form}": (name, who, words | {"form": form}) for name, (who, words) in FIGURES.items() for form in FORMATS
} | {
    "processing-data, csv": ("processing-data", "business_unit", {}),
    "matrix-data, csv": ("matrix-data", "business_unit", {"slug": ""}),
    "findings-data, pdf": ("findings-data", "chair", {"form": "pdf"}),
    "audit-data, pdf": ("audit-data", "auditor", {"sample_id": "", "form": "pdf"}),
    "agency-scorecard, pdf": ("agency-scorecard", "lead", {"year": 2025}),
    "report-download, pdf": ("report-download", "business_unit", {"report_id": ""}),
    "report-html, html": ("report-html", "business_unit", {"report_id": ""}),
    "document-pdf, pdf": ("document-pdf", "own_manager", {"reference": "", "kind": DocumentKind.ESCALATION_RECORD.slug}),
}
# Titles and names of the directory, which everybody who signs in may read: that somebody takes them stands on no record.
OPEN = {"matrix-data, csv"}
A_FILE = re.compile(r"<slug:form>|\\.csv|\\.pdf|\.csv$|\.pdf$|^reports/files/")
RUNS = ("=", "+", "-", "@", "\t", "\r")
CHILDREN = ("2015-05-01", "1 May 2015", "2016-01-01", ">ZZ<")
# The own agency's reference of the child, and what was typed: on the disagreement's own document, for its case file, and on nothing else.
ON_ITS_DOCUMENT = ("S-1001", "goes home to the same risk")
# A note that the other agency keeps to itself.
SECRET = "Ask our solicitor first."


@kept_fixture
def dispute(world: World) -> Addresses:
    """Agencies called like formulas, a private note of the other side, and a report that was made."""
    cast = world.cast
    for agency in (cast.school, cast.social_care):
        agency.name = f"=HYPERLINK({agency.name})"
        agency.save()
    with time_machine.travel(MONDAY.timestamp(), tick=False):
        made = Addresses(cast, world)
        world.do(made.dispute, "add_note", cast.receiver, text=SECRET, private=True)
        make_report(made.report.pk)
        return made


@pytest.fixture
def addresses(dispute: Addresses) -> Iterator[Addresses]:
    with time_machine.travel(MONDAY.timestamp(), tick=False):
        yield dispute


def taken(addresses: Addresses, key: str, part: str = "") -> Any:
    name, who, words = EXPORTS[key]
    given = {"report_id": addresses.report.pk, "reference": addresses.dispute.reference, "sample_id": addresses.audit.pk}
    given |= {"slug": addresses.cast.partnership.slug}
    client = Client()
    client.force_login(getattr(addresses.cast, part or who))
    return client.get(reverse(name, kwargs={word: value or given[word] for word, value in words.items()}))


def content_of(answer: Any) -> bytes:
    return b"".join(getattr(answer, "streaming_content", None) or [answer.content])


def cells_of(form: str, content: bytes) -> list[str]:
    """Every cell of a file of figures, read back; that there is no formula is looked at on the way."""
    if form == "csv":
        rows: list[list[Any]] = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    else:
        rows = READERS[form](content)
    return [cell for row in rows for cell in row if isinstance(cell, str)]


def said_in(form: str, content: bytes, printed: list[str]) -> str:
    """All that the file says: of a PDF what was handed to the printer."""
    if form == "pdf":
        return unescape("".join(printed))
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return unescape("".join(packed.read(one).decode() for one in packed.namelist() if one.endswith(".xml")))
    return unescape(content.decode())


@pytest.fixture
def printed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is handed to the printer, which prints it."""
    found: list[str] = []
    really = pdf.print_html

    def watched(html: str, *arguments: Any, **more: Any) -> Any:
        found.append(html)
        return really(html, *arguments, **more)

    monkeypatch.setattr(pdf, "print_html", watched)
    return found


def test_these_are_all_of_them() -> None:
    found = {name for name, pattern in routes(get_resolver()) if A_FILE.search(str(pattern.pattern)) and ":" not in name}
    assert found == {name for name, _, _ in EXPORTS.values()}


@pytest.mark.parametrize("key", EXPORTS)
def test_a_file_runs_nothing_names_no_child_and_is_on_record(addresses: Addresses, printed: list[str], key: str) -> None:
    form = key.rpartition(" ")[2]
    before = ReportEvent.objects.count() + Reading.objects.count()
    answer = taken(addresses, key)
    assert answer.status_code == 200
    assert ReportEvent.objects.count() + Reading.objects.count() == before + (key not in OPEN)
    content = content_of(answer)
    said = said_in(form, content, printed)
    assert not [words for words in (*CHILDREN, SECRET) if words in said]
    assert [words in said for words in ON_ITS_DOCUMENT] == [key == "document-pdf, pdf"] * 2
    if form in READERS:
        cells = cells_of(form, content)
        assert len(cells) > 4
        assert [cell for cell in cells if cell.startswith(RUNS) and not cell.lstrip("-").replace(".", "").isdecimal()] == []
    if form == "pdf":
        with pikepdf.open(io.BytesIO(content)) as file:
            kept = b"".join(one.unparse(resolved=True) for one in file.objects if isinstance(one, pikepdf.Dictionary))
        assert not [word for word in (b"/JavaScript", b"/JS ", b"/Launch", b"/OpenAction", b"/EmbeddedFile", b"/SubmitForm") if word in kept]
    if form == "html":
        assert "<script" not in said


@pytest.mark.parametrize("key", sorted(set(EXPORTS) - OPEN))
def test_nobody_else_takes_it(addresses: Addresses, printed: list[str], key: str) -> None:
    """Whoever leads in another partnership takes their own agency's file, in which nothing is of this one."""
    before = ReportEvent.objects.filter(partnership=addresses.cast.partnership).count() + Reading.objects.count()
    for part in ("police_manager", "nobody", "stranger"):
        answer = taken(addresses, key, part)
        own = part == "stranger" and answer.status_code == 200 and "HYPERLINK" not in said_in(key.rpartition(" ")[2], content_of(answer), printed)
        assert answer.status_code in {403, 404} or own, part
    assert ReportEvent.objects.filter(partnership=addresses.cast.partnership).count() + Reading.objects.count() == before


def test_a_lead_takes_of_the_register_what_the_own_people_did(addresses: Addresses) -> None:
    whole, part = (content_of(taken(addresses, "processing-data, csv", who)).decode() for who in ("business_unit", "lead"))
    assert addresses.cast.receiver.name in whole
    assert addresses.cast.own_manager.name in part
    assert addresses.cast.receiver.name not in part
