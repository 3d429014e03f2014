"""The data file says what the document says, and a spreadsheet takes no cell of it for a formula."""

import csv
import io
import json
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from zipfile import ZipFile

import pytest
from django.template.loader import render_to_string

from agencies.sheets import neutral
from reports import charts
from reports.api.figures import ReportOut, shown
from reports.exports import FORMATS, HEADER, as_csv
from reports.exports import lines as exported
from reports.figures import HIDDEN, Cell, Column, Comment, Definition, Document, Edition, Mark, Row, Section, Table, Unit
from reports.rendering import context_of

BELOW = {"Summary", "Messages", "Notes", "Comments", "Signs", "Definitions", "Method"}  # What one sheet has below the figures, others on sheets.
TABLE = Table(
    key="t",
    caption="Raised",
    row_label="Agency",
    columns=(Column("Raised"), Column("Others", seen=False), Column("Share", Unit.PERCENT), Column("Median", Unit.DAYS)),
    rows=(
        Row("=HYPERLINK(1)", (Cell(1200), Cell(3), Cell(40), Cell(2.5))),
        Row("Police", (HIDDEN, Cell(1), HIDDEN, Cell(mark=Mark.NOT_APPLICABLE))),
    ),
)
DOCUMENT = Document(
    partnership="@Northshire", unit_name="Unit", year=2025, edition=Edition.PUBLIC, snapshot="2026-11-22T12:00:00+00:00", is_running=False,
    is_empty=False, is_invented=True, headlines=(), summary=(), method=(),
    sections=(Section("v", "Volume", "Many", (TABLE,), (Definition("Raised", "All."),)),),
)  # fmt: skip


def lines(document: Document) -> list[list[str]]:
    return list(csv.reader(io.StringIO(as_csv(document))))


def rows_of(document: Document, form: str) -> list[list[Any]]:
    """The first sheet's rows below its header, read back from the file itself."""
    return READERS[form](FORMATS[form].make(document))[1:]


def from_csv(content: bytes) -> list[list[Any]]:
    """The figures: what stands below them is a sheet of its own elsewhere."""
    read = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    rows = [[_number(cell) if at == 4 else cell for at, cell in enumerate(row)] for row in read]
    return [row for row in rows if row[0] not in BELOW]


def from_xlsx(content: bytes) -> list[list[Any]]:
    names = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
    with ZipFile(io.BytesIO(content)) as book:
        shared = ["".join(text.text or "" for text in item.iter(f"{{{names['m']}}}t")) for item in _xml(book, "xl/sharedStrings.xml")]
        sheet = _xml(book, "xl/worksheets/sheet1.xml")
    assert not list(sheet.iter(f"{{{names['m']}}}f")), "a formula"
    found = []
    for row in sheet.iter(f"{{{names['m']}}}row"):
        cells: list[Any] = [None] * len(HEADER)
        for cell in row:
            value = cell.findtext("m:v", namespaces=names) or "0"
            cells["ABCDEFG".index(cell.attrib["r"][0])] = shared[int(value)] if cell.attrib.get("t") == "s" else _number(value)
        found.append([_number("") if cell is None and at == 4 else cell or "" if at != 4 else cell for at, cell in enumerate(cells)])
    return found


def from_ods(content: bytes) -> list[list[Any]]:
    office, table = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}", "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
    with ZipFile(io.BytesIO(content)) as book:
        assert book.read("mimetype") == b"application/vnd.oasis.opendocument.spreadsheet"
        sheet = next(_xml(book, "content.xml").iter(f"{table}table"))
    assert not any(f"{table}formula" in cell.attrib for cell in sheet.iter(f"{table}table-cell"))
    found = []
    for row in sheet.iter(f"{table}table-row"):
        cells = list(row)
        texts = ["".join(cell.itertext()) for cell in cells]
        found.append([_number(cells[at].attrib.get(f"{office}value", text)) if at == 4 else text for at, text in enumerate(texts)])
    return found


def _xml(book: ZipFile, name: str) -> Element:
    return fromstring(book.read(name))  # noqa: S314 - our own file


def _number(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text or None


READERS = {"csv": from_csv, "xlsx": from_xlsx, "ods": from_ods}


@pytest.mark.parametrize("form", FORMATS)
def test_every_form_of_data_file_holds_the_same_lines(form: str) -> None:
    expected = [[float(cell) if isinstance(cell, int) else cell for cell in line] for line in exported(DOCUMENT)]
    assert rows_of(DOCUMENT, form) == expected


@pytest.mark.parametrize("form", FORMATS)
def test_a_name_that_begins_like_a_formula_is_text_in_every_form(form: str) -> None:
    assert ["Volume", "Raised", "'=HYPERLINK(1)", "Raised", 1200.0, "count", ""] in rows_of(DOCUMENT, form)


def test_a_figure_below_nothing_is_a_number_and_a_text_that_looks_like_one_is_not() -> None:
    columns = (Column("Now"), Column("Before"), Column("Difference", Unit.DIFFERENCE, minus=(0, 1)), Column("Said", Unit.TEXT))
    table = replace(TABLE, columns=columns).with_rows([Row("Raised", (Cell(4), Cell(9), Cell(), Cell("-5")))])
    document = replace(DOCUMENT, sections=(replace(DOCUMENT.sections[0], tables=(table,)),))
    for form in FORMATS:
        assert [row[4] for row in rows_of(document, form)[-4:]] == [4.0, 9.0, -5.0, "'-5"]


@pytest.mark.parametrize("text", ["=1+1", "+44 117", "-5", "@sum", "\tx", "\rx", "\nx", "＝1", "＋1", "－1", "＠a"])  # noqa: RUF001 - meant as they are
def test_what_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "12", "Police", "a=b", "[c]", " =1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


def test_each_seen_figure_has_its_line() -> None:
    assert ["Volume", "Raised", "'=HYPERLINK(1)", "Raised", "1200", "count", ""] in lines(DOCUMENT)
    assert ["Volume", "Raised", "'=HYPERLINK(1)", "Median", "2.5", "working days", ""] in lines(DOCUMENT)
    assert not any(line[3] == "Others" for line in lines(DOCUMENT))


def test_a_file_and_programs_get_every_row_where_a_page_shows_the_first_and_says_how_many_it_leaves_out() -> None:
    """Four rows, of which a page shows two."""
    long = replace(TABLE, rows=tuple(Row(f"Row {at}", (Cell(at),) * 4) for at in range(4)), page_rows=2)
    document = replace(DOCUMENT, sections=(replace(DOCUMENT.sections[0], tables=(long,)),))
    names = [f"Row {at}" for at in range(4)]
    assert list(dict.fromkeys(line[2] for line in lines(document) if line[1] == "Raised")) == names
    assert [row["name"] for row in shown(document)["chapters"][0]["tables"][0]["rows"]] == names
    ((_section, (page,)),) = context_of(document, charts.WIDE)["chapters"]
    assert [row.label for row in page.rows] == names[:2]
    assert page.note == "2 further rows are not shown here. The data files have them."


def test_below_the_figures_of_a_file_with_one_sheet_stands_how_they_are_counted_and_made() -> None:
    below = lines(replace(DOCUMENT, method=("They were counted once.",)))[-2:]
    assert below[0] == ["Definitions", "Volume", "Raised", "How it is counted", "All.", "text", ""]
    assert below[1] == ["Method", "", "1", "How the figures were made", "They were counted once.", "text", ""]


def test_a_hidden_figure_is_empty_with_its_sign() -> None:
    assert ["Volume", "Raised", "Police", "Raised", "", "count", "[c]"] in lines(DOCUMENT)
    assert ["Volume", "Raised", "Police", "Median", "", "working days", "[z]"] in lines(DOCUMENT)


def test_the_file_says_what_it_is() -> None:
    assert lines(DOCUMENT)[0] == list(HEADER)
    assert ["About", "", "Partnership", "", "'@Northshire", "text", ""] in lines(DOCUMENT)
    assert ["About", "", "Year", "", "1 April 2025 to 31 March 2026", "text", ""] in lines(DOCUMENT)


def test_every_line_is_as_long_as_the_header() -> None:
    assert {len(line) for line in lines(replace(DOCUMENT, partnership='A "quoted", name\nof two lines'))} == {len(HEADER)}


NOTE, NOTHING, COMMENT, SIGNED = "=A note below it.", "No response was due.", "-We asked them.", "Signed for publication by Kiran Patel"
TALKING = replace(
    DOCUMENT,
    summary=("Few were raised.",),
    sections=(
        Section(
            "v", "Volume", "Many were raised", (replace(TABLE, note=NOTE), Table("r", "Responses", "Stage", (Column("Due"),), (), empty=NOTHING)),
            (Definition("Raised", "All."), Definition("In time", "Those in time.")), Comment(COMMENT, "Pat Lowe", "Kiran Patel", "2026-05-03"),
        ),
    ),
)  # fmt: skip


def texts_of(content: bytes, form: str) -> list[str]:
    """Every cell's text of every sheet, read back from the file."""
    if form == "csv":
        return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    with ZipFile(io.BytesIO(content)) as book:
        if form == "ods":
            table = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
            return ["".join(cell.itertext()) for cell in _xml(book, "content.xml").iter(f"{table}table-cell")]
        names = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
        return ["".join(text.text or "" for text in item.iter(f"{{{names['m']}}}t")) for item in _xml(book, "xl/sharedStrings.xml")]


@pytest.mark.parametrize("form", FORMATS)
def test_every_data_file_has_the_words_that_stand_beside_the_figures_elsewhere(form: str) -> None:
    texts = texts_of(FORMATS[form].make(TALKING), form)
    for words in ("Few were raised.", "Many were raised", f"'{NOTE}", NOTHING, f"'{COMMENT}", SIGNED, "Those in time.", "2026-11-22T12:00:00+00:00"):
        assert words in texts, words
    assert "not shown, to protect people from being recognised" in texts
    assert not {NOTE, COMMENT} & set(texts), "a formula"


def test_a_table_without_rows_says_so_in_a_data_file_and_to_programs() -> None:
    assert ["Volume", "Responses", "", "", NOTHING, "text", ""] in lines(TALKING)
    told, empty = shown(TALKING)["chapters"][0]["tables"]
    assert (told["nothing"], told["note"], told["measure"], told["counted"]) == ("", NOTE, "Raised", "All.")
    assert (empty["nothing"], empty["rows"], empty["measure"]) == (NOTHING, [], "In time")


def test_programs_get_the_comment_of_a_chapter_and_null_where_there_is_none() -> None:
    [chapter] = ReportOut(shown(TALKING)).data["chapters"]
    assert chapter["comment"] == {"words": COMMENT, "written_by": "Pat Lowe", "signed_by": "Kiran Patel", "signed_on": "2026-05-03"}
    assert ReportOut(shown(DOCUMENT)).data["chapters"][0]["comment"] is None


def test_a_comment_that_nobody_signed_says_so_in_a_data_file() -> None:
    [section] = TALKING.sections
    unsigned = replace(TALKING, sections=(replace(section, comment=Comment("Ours.", "Pat Lowe")),))
    assert [line[2] for line in lines(unsigned) if line[0] == "Comments"] == ["Written by Pat Lowe; not signed for publication"]


def test_page_paper_file_and_programs_have_the_same_words() -> None:
    context = context_of(TALKING, charts.WIDE)
    paper = render_to_string("reports/annual_pdf.html", context)
    page = render_to_string("reports/_chapter.html", {"section": TALKING.sections[0], "tables": context["chapters"][0][1]})
    file, programs = as_csv(TALKING), json.dumps(ReportOut(shown(TALKING)).data)
    for words in ("Many were raised", NOTE, NOTHING, COMMENT, "Kiran Patel", "All.", "Those in time."):
        assert all(words in door for door in (paper, page, file, programs)), words
