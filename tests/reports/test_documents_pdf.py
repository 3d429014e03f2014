"""The PDF of every document: tagged, titled, in English, with bookmarks, header scopes and its fonts; stamped on each page."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from django.db import transaction

from reports.documents.kinds import DocumentKind
from reports.documents.printing import as_pdf, document_of, markup
from reports.documents.shapes import Section, Table
from tests.cast import build_cast
from tests.procedures.journey import Journey
from tests.reports.paper import before_a_panel, case_of, then_decided
from tests.reports.printed_words import words
from tests.reports.test_pdf import attributes, elements, of_kind

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def printed(django_db_setup: None, django_db_blocker: Any) -> dict[DocumentKind, bytes]:
    """Every document of one that a panel decided, printed by the school's board member; the pack as it was before."""
    found: dict[DocumentKind, bytes] = {}
    with django_db_blocker.unblock(), transaction.atomic():
        cast = build_cast()
        journey = before_a_panel(cast)
        person = journey.world.person(cast.own_board)
        for kind in sorted(DocumentKind, key=lambda kind: kind is not DocumentKind.PANEL_PACK):
            if len(found) == 1:
                then_decided(journey, cast)
            found[kind] = as_pdf(document_of(kind, case_of(journey), person, journey.world.now)).content
        transaction.set_rollback(True)
    return found


@pytest.fixture(params=list(DocumentKind), ids=lambda kind: kind.value)
def opened(request: pytest.FixtureRequest, printed: dict[DocumentKind, bytes]) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(printed[request.param])) as file:
        yield file


def test_it_is_tagged_titled_and_in_english(opened: pikepdf.Pdf) -> None:
    assert opened.Root.MarkInfo.Marked
    assert str(opened.Root.Lang) == "en-GB"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    assert ": ESC-" in str(opened.docinfo.Title)
    with opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_its_pages_are_a4(opened: pikepdf.Pdf) -> None:
    assert {tuple(round(float(side)) for side in page.MediaBox) for page in opened.pages} == {(0, 0, 595, 842)}


def test_every_part_has_a_bookmark_below_the_title(opened: pikepdf.Pdf) -> None:
    headings = [str(one.S) for one in elements(opened.Root.StructTreeRoot.K) if str(one.S) in {"/H1", "/H2"}]
    with opened.open_outline() as outline:
        (title,) = outline.root
        assert len(title.children) == headings.count("/H2") >= 2


def test_headings_go_down_one_level_at_a_time(opened: pikepdf.Pdf) -> None:
    levels = [int(str(one.S)[2:]) for one in elements(opened.Root.StructTreeRoot.K) if str(one.S) in {"/H1", "/H2", "/H3"}]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_head_says_its_scope_and_every_cell_its_heads(opened: pikepdf.Pdf) -> None:
    heads = of_kind(opened, "/TH")
    assert {str(attributes(head).get("/Scope")) for head in heads} <= {"/Row", "/Column"}
    names = {str(head["/ID"]) for head in heads if "/ID" in head}
    for cell in of_kind(opened, "/TD"):
        assert {str(name) for name in attributes(cell)["/Headers"]} <= names
    assert heads


def test_pictures_without_words_there_are_none(opened: pikepdf.Pdf) -> None:
    assert all("/Alt" in figure for figure in of_kind(opened, "/Figure"))


def test_the_checker_finds_nothing(printed: dict[DocumentKind, bytes], tmp_path: Path) -> None:
    found = {}
    for kind, content in printed.items():
        (tmp_path / f"{kind}.pdf").write_bytes(content)
        found[kind] = [finding.message for finding in pdfua.validate(str(tmp_path / f"{kind}.pdf")).findings]
    assert found == {kind: [] for kind in DocumentKind}


def test_what_people_typed_stays_text_however_it_looks(db: None) -> None:
    cast = build_cast()
    typed = '<img src="file:///etc/passwd"> & <script>alert(1)</script> {{ settings }} ' + "x" * 400
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent(what=typed)
    printed = as_pdf(document_of(DocumentKind.ESCALATION_RECORD, case_of(journey), journey.world.person(cast.lead), journey.world.now))
    with pikepdf.open(io.BytesIO(printed.content)) as file:
        said = "".join(words(page) for page in file.pages)
    assert '<img src="file:///etc/passwd">' in said
    assert "{{ settings }}" in said
    assert "root:x:" not in said


def test_each_page_is_stamped_with_reference_printer_moment_and_number(printed: dict[DocumentKind, bytes]) -> None:
    for content in printed.values():
        with pikepdf.open(io.BytesIO(content)) as file:
            for number, page in enumerate(file.pages, start=1):
                said = words(page)
                assert re.search(r"ESC-\w{6} +· +Printed by Edwin Clarke, (Monday 9 March 2026, 4pm|Tuesday 17 March 2026, midday)", said)
                assert f"Page {number} of {len(file.pages)}" in said


def test_a_table_of_a_few_rows_is_never_cut_over_two_pages_and_a_long_one_is(db: None) -> None:
    """In the tags each part of a table that is cut is a table of its own."""
    rows = [(f"Agency {at}", "Confirmed", "A name", "A day") for at in range(60)]
    columns = ("Agency", "Confirmation", "Name and post", "Date")
    # Of as many rows as it takes that page after page ends elsewhere in one.
    few = [Table("Confirmations", columns, tuple(rows[: 3 + at % 4])) for at in range(18)]
    sections = tuple(Section(f"part-{at}", f"Part {at}", (table,)) for at, table in enumerate(few))
    many = Table("Confirmations", columns, tuple(rows))
    cast = build_cast()
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    document = document_of(DocumentKind.OUTCOME_LETTER, case_of(journey), journey.world.person(cast.lead), journey.world.now)
    for parts, tables in ((sections, 18), ((Section("all", "All", (many,)),), 3)):
        with pikepdf.open(io.BytesIO(as_pdf(document | {"paper": replace(document["paper"], sections=parts)}).content)) as file:
            assert len(of_kind(file, "/Table")) == tables


def test_an_address_in_a_narrow_column_ends_a_line_after_its_at_or_a_point_and_is_whole_when_it_is_copied(db: None) -> None:
    cast = build_cast()
    cast.receiver.email = "margaret.ellison@socialcare.northshire-partnership.example"
    cast.receiver.save()
    journey = Journey(cast, "bristol", "2026-03-02 10:00").sent()
    document = document_of(DocumentKind.NAMED_OFFICERS, case_of(journey), journey.world.person(cast.lead), journey.world.now)
    assert "margaret.ellison@<wbr>socialcare.<wbr>northshire-partnership.<wbr>example" in markup(document)
    with pikepdf.open(io.BytesIO(as_pdf(document).content)) as file:
        assert cast.receiver.email in "".join(words(page) for page in file.pages)
