"""The data file says what the document says, and a spreadsheet takes no cell of it for a formula."""

import csv
import io
from dataclasses import replace

import pytest

from reports.exports import HEADER, as_csv, neutral
from reports.figures import HIDDEN, Cell, Column, Definition, Document, Edition, Mark, Row, Section, Table, Unit

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


@pytest.mark.parametrize("text", ["=1+1", "+44 117", "-5", "@sum", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_is_made_text(text: str) -> None:
    assert neutral(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "12", "Police", "a=b", "[c]", " =1"])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert neutral(text) == text


def test_each_seen_figure_has_its_line() -> None:
    assert ["Volume", "Raised", "'=HYPERLINK(1)", "Raised", "1200", "count", ""] in lines(DOCUMENT)
    assert ["Volume", "Raised", "'=HYPERLINK(1)", "Median", "2.5", "working days", ""] in lines(DOCUMENT)
    assert not any(line[3] == "Others" for line in lines(DOCUMENT))


def test_a_hidden_figure_is_empty_with_its_sign() -> None:
    assert ["Volume", "Raised", "Police", "Raised", "", "count", "[c]"] in lines(DOCUMENT)
    assert ["Volume", "Raised", "Police", "Median", "", "working days", "[z]"] in lines(DOCUMENT)


def test_the_file_says_what_it_is() -> None:
    assert lines(DOCUMENT)[0] == list(HEADER)
    assert ["About", "", "Partnership", "", "'@Northshire", "text", ""] in lines(DOCUMENT)
    assert ["About", "", "Year", "", "1 April 2025 to 31 March 2026", "text", ""] in lines(DOCUMENT)


def test_every_line_is_as_long_as_the_header() -> None:
    assert {len(line) for line in lines(replace(DOCUMENT, partnership='A "quoted", name\nof two lines'))} == {len(HEADER)}
