"""A chart has room for 15 bars. Where there are more it says so, on page and paper, and the table has them all."""

import pytest
from django.template.loader import render_to_string

from reports.charts import NARROW, WIDE
from reports.figures import Cell, Chart, ChartKind, Column, Row, Table
from reports.rendering import shown

LARGEST = "The chart shows the 15 largest of 1,016; all are in the table."


def table(numbers: list[int], kind: ChartKind = ChartKind.BARS) -> Table:
    rows = tuple(Row(f"Agency {at}", (Cell(number),)) for at, number in enumerate(numbers))
    total = Row("All agencies", (Cell(sum(numbers)),), is_total=True)
    return Table("raising", "Raised, by agency", "Agency", (Column("Raised"),), (*rows, total), chart=Chart(kind, "Raised", (0,)))


def test_a_chart_that_leaves_bars_out_says_how_many_there_are() -> None:
    found = shown(table(list(range(1_016, 0, -1))), WIDE)
    assert found.chart_note == LARGEST
    assert (str(found.chart).count("<rect"), len(found.rows)) == (15, 1_017)


def test_a_chart_that_has_all_its_bars_says_nothing() -> None:
    assert shown(table(list(range(15, 0, -1))), WIDE).chart_note == ""


def test_bars_that_are_not_the_largest_are_not_called_so() -> None:
    assert shown(table(list(range(16))), WIDE).chart_note == "The chart shows the first 15 of 16; all are in the table."


def test_columns_of_time_are_all_there() -> None:
    found = shown(table(list(range(1, 21)), ChartKind.COLUMNS), WIDE)
    assert (found.chart_note, str(found.chart).count("<rect")) == ("", 20)


@pytest.mark.parametrize("template", ["reports/_measure.html", "reports/one_page_pdf.html", "reports/_annual.html"])
def test_the_sentence_stands_beside_the_chart_on_every_page_and_paper(template: str) -> None:
    one = shown(table(list(range(1_016, 0, -1))), NARROW)
    page = render_to_string(template, {"table": one, "chapters": [({"message": "Many"}, [one])], "document": {}, "year": {"words": "", "label": ""}})
    assert page.count(LARGEST) == 1
    assert page.index("</svg>") < page.index(LARGEST) < page.index("<table")
