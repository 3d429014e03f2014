"""How words lie on paper: none over others, none beyond the margins, and the contents beside the summary, with the right pages."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import weasyprint
from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from weasyprint.formatting_structure.boxes import TextBox

from agencies.models import Agency
from reports import charts, own, quarterly, services
from reports.figures import Cell, Chart, ChartKind, Column, Comment, Definition, Document, Edition, Row, Section, Table, Unit
from reports.findings import findings_report
from reports.periods import Year
from reports.rendering import context_of
from tests.reports.builders import World, make_world
from tests.reports.generated import generate

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATIC = Path(settings.ROOT) / "static"
PIXEL = 0.5


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world(with_posts=True)
        for year in (2025, 2026):
            generate(world, 60, starts=Year(year).starts, ends=min(Year(year).ends, NOW), now=NOW, seed=year)
        yield world
        transaction.set_rollback(True)


def laid_out(form: str, document: Document, frame: charts.Frame) -> list[Any]:
    """The pages of the document as the printer lays them out."""
    html = render_to_string(f"reports/{form}.html", context_of(document, frame))
    return [page._page_box for page in weasyprint.HTML(string=html, base_url=f"{STATIC.as_uri()}/").render().pages]


def texts(page: Any) -> list[TextBox]:
    return [box for box in page.descendants() if isinstance(box, TextBox) and box.text.strip()]


def over_each_other(page: Any, apart: float = -PIXEL) -> list[tuple[str, str]]:
    """Words of which some stand over others, or less than so many pixels from each other, in pairs."""
    found = []
    boxes = sorted(texts(page), key=lambda box: box.position_y)
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            if other.position_y >= one.position_y + one.height * 0.6:
                break
            left, right = sorted((one, other), key=lambda box: box.position_x)
            if left.position_x + left.width > right.position_x - apart:
                found.append((left.text, right.text))
    return found


def kinds_in(columns: int) -> tuple[Table, ...]:
    """Who raised with whom, over so many columns, as the kinds of agencies are called: every kind as a heading, all before the last column."""
    kinds = [str(label) for _value, label in Agency._meta.get_field("kind").choices or ()]
    width = columns - 1
    tables = []
    for at in range(0, len(kinds), width):
        heads = (*(Column(kind) for kind in [*kinds[at : at + width], *kinds][:width]), Column("All"))
        row = Row(kinds[at], tuple(Cell(1234) for _column in heads))
        tables.append(Table(key=f"kinds-{at}", caption="Who raised with whom", row_label="Raised by", columns=heads, rows=(row,)))
    return tuple(tables)


@pytest.fixture(scope="module")
def annual(world: World, django_db_blocker: Any) -> Document:
    with django_db_blocker.unblock():
        return services.figures(world.partnership, Year(2025), Edition.INTERNAL, NOW)


@pytest.fixture(scope="module")
def pages(annual: Document) -> list[Any]:
    """The annual report's pages."""
    return laid_out("annual_pdf", annual, charts.WIDE)


def beyond_the_margins(pages: list[Any]) -> list[str]:
    return [box.text for page in pages[1:] for box in texts(page) if box.position_x + box.width > page.margin_left + page.width + PIXEL]


def test_no_words_of_the_annual_report_stand_over_others_or_beyond_its_margins(pages: list[Any]) -> None:
    assert [pair for page in pages for pair in over_each_other(page)] == []
    assert beyond_the_margins(pages) == []


def test_an_address_that_somebody_wrote_goes_on_in_the_next_line(annual: Document) -> None:
    comment = Comment(f"See https://northshire-scp.example/?file={'PROFESSIONAL_DISAGREEMENTS_' * 4}", "Pat Lowe")
    assert beyond_the_margins(laid_out("annual_pdf", replace(annual, sections=(replace(annual.sections[0], comment=comment),)), charts.WIDE)) == []


def test_an_unbroken_name_of_sixty_letters_stays_within_its_column(annual: Document) -> None:
    """Of the standing report's list, whose columns are as wide as what stands in them, and beside others as long."""
    texts_of = [Column(name, Unit.TEXT) for name in ("Stage", "Raised by", "Received by", "Areas", "Overdue", "Put to the subgroup")]
    columns = (*texts_of[:4], Column("Open for", Unit.DAYS), *texts_of[4:])
    long = ("Northshiresafeguarding" * 3)[:60]
    cells = (Cell("Stage 1"), Cell(long), Cell(long), Cell("Drift or delay"), Cell(12), Cell("No"), Cell("No"))
    table = Table("unresolved", "Unresolved", "Disagreement", columns, (Row("ESC-7K3M2P", cells),))
    section = Section("unresolved", "Unresolved", "One", (table,), (Definition("Unresolved", "Words."),))
    pages = laid_out("annual_pdf", replace(annual, sections=(section,)), charts.WIDE)
    assert beyond_the_margins(pages) == []
    assert long in "".join(box.text for page in pages for box in texts(page)).replace("\u200b", "")
    assert [pair for page in pages for pair in over_each_other(page)] == []


WIDE = range(7, 14)


@pytest.fixture(scope="module")
def wide(annual: Document) -> dict[int, list[Any]]:
    """By how many columns a table has, besides that of its rows' names, the headings of each as they stand on paper: all in one document."""
    tables = [table for columns in WIDE for table in kinds_in(columns)]
    section = Section("agencies", "Agencies", "All raised", tuple(tables), tuple(Definition("Pairs by kind", "Words.") for _table in tables))
    pages = laid_out("annual_pdf", replace(annual, sections=(section,)), charts.WIDE)
    heads = [box for page in pages for box in page.descendants() if getattr(box, "is_header", False)]
    return {columns: [head for head in heads if len(head.children[0].children) == columns + 1] for columns in WIDE}


@pytest.mark.parametrize("columns", WIDE)
def test_the_headings_of_wide_tables_stand_apart(wide: dict[int, list[Any]], columns: int) -> None:
    """In whatever order they come: columns are as wide as their number makes them, so any two stand to each other as those two beside each other."""
    heads = wide[columns]
    assert len(heads) == len(kinds_in(columns))
    assert [pair for head in heads for pair in over_each_other(head, apart=3)] == []
    cells = [cell for head in heads for cell in head.children[0].children[1:]]
    assert len({round(cell.padding_left + cell.width, 2) for cell in cells}) == 1
    lines = {"".join(box.text for box in texts(cell)): in_its_cell(cell) for cell in cells}
    pairs = [(left, right) for one in lines for other in lines if one != other for left in lines[one] for right in lines[other]]
    assert [(left.text, right.text) for left, right in pairs if left.is_near(right, 3)] == []


@dataclass(frozen=True)
class Line:
    """Words of a heading: where they begin, from their column's left edge; where they end, from its right edge; how high above the head's foot."""

    text: str
    begins: float
    ends: float
    above: float
    height: float

    def is_near(self, right: "Line", apart: float) -> bool:
        """Whether they would stand less than so many pixels from those of the column on their right, on the same line."""
        return abs(self.above - right.above) < self.height * 0.6 and right.begins - self.ends < apart


def in_its_cell(cell: Any) -> list[Line]:
    """The lines of a heading in its column."""
    edge, foot = cell.position_x + cell.padding_left + cell.width, cell.position_y + cell.border_height()
    return [
        Line(box.text, box.position_x - cell.position_x, box.position_x + box.width - edge, foot - box.position_y, box.height) for box in texts(cell)
    ]


def test_the_short_papers_have_no_words_over_others(world: World) -> None:
    papers = [
        ("scorecard_pdf", own.scorecard(world.agencies[0], Year(2026), NOW)),
        ("one_page_pdf", quarterly.board_page(world.partnership, quarterly.last_quarters(NOW), NOW)),
        ("one_page_pdf", findings_report(world.partnership, Year(2025), NOW)),
    ]
    for form, document in papers:
        assert [pair for page in laid_out(form, document, charts.HALF) for pair in over_each_other(page)] == []


def test_the_summary_stands_with_the_contents_and_each_chapter_on_the_page_that_these_name(annual: Document, pages: list[Any]) -> None:
    second = [box.text for box in texts(pages[1])]
    assert {"Contents", "Summary", annual.headlines[0].figure} <= set(second)
    named = dict(zip(second, second[1:], strict=False))
    for section in annual.sections:
        number = int(named[section.name])
        assert section.name in [box.text for box in texts(pages[number - 1])]


def test_those_who_raised_with_whom_the_most_stand_on_one_page_below_their_heading(annual: Document, pages: list[Any]) -> None:
    pairs = next(table for section in annual.sections for table in section.tables if table.key == "pairs")
    assert len(pairs.rows) > 10
    [page] = [page for page in pages if pairs.caption in [box.text for box in texts(page)]]
    words = " ".join(box.text.strip() for box in texts(page))
    assert [row.label in words for row in pairs.rows[:11]] == [True] * 10 + [False]
    assert f"{len(pairs.rows) - 10} further rows are not shown here." in words


def test_a_narrow_table_stands_beside_its_chart_and_most_of_each_page_is_used(pages: list[Any]) -> None:
    pairs = [
        box
        for page in pages
        for box in page.descendants()
        if "measure--beside" in (box.element.get("class") or "" if box.element is not None else "")
    ]
    assert len(pairs) >= 5
    for pair in pairs:
        figure, words = (
            next(box for box in pair.children if box.element_tag == "figure"),
            next(box for box in pair.children if box.element_tag == "div"),
        )
        assert abs(figure.position_y - words.position_y) < PIXEL
        assert figure.position_x + figure.width < words.position_x
        assert max(box.position_x + box.width for box in texts(words)) <= pages[1].margin_left + pages[1].width + PIXEL
    ends = [max(box.position_y + box.height for box in texts(page) if box.position_y < page.margin_top + page.height) for page in pages[1:-1]]
    full = [(end - pages[1].margin_top) / pages[1].height for end in ends]
    assert [(at, round(part, 2)) for at, part in enumerate(full, 2) if part < 0.6] == []


def test_a_table_that_goes_on_says_so_and_a_small_one_stands_with_its_bars(annual: Document) -> None:
    """The first ends within its second page; of the second table's bars and rows only the bars would find room there."""
    long = Table("long", "Who raised with whom", "Pair", (Column("Raised"),), tuple(Row(f"Pair {at}", (Cell(at),)) for at in range(54)))
    rows = tuple(Row(f"Row {at}", (Cell(7),) * 5) for at in range(7))
    small = Table("small", "By kind", "Kind", tuple(map(Column, "ABCDE")), rows, chart=Chart(ChartKind.BARS, "Bars", (0,)))
    sections = (Section("agencies", "Agencies", "All", (long, small), (Definition("Pairs", "Words."), Definition("Kinds", "Words."))),)
    pages = [[box.text for box in texts(page)] for page in laid_out("annual_pdf", replace(annual, sections=sections), charts.WIDE)]
    assert [at for at, words in enumerate(pages) if "Pair" in words] == [2, 3]
    assert [at for at, words in enumerate(pages) if "Who raised with whom, continued" in words] == [3]
    assert [at for at, words in enumerate(pages) if {"Bars, 2025/26", "By kind"} & set(words)] == [4]


def test_no_line_of_paper_ends_within_a_reference(annual: Document) -> None:
    references = ", ".join(f"ESC-ABCDE{last}" for last in "ABCDEFGHJK")
    columns = (Column("Disagreements", Unit.TEXT), Column("On", Unit.TEXT))
    rows = tuple(Row(f"{'I' * long} ESC-ABCDEF", (Cell(f"{'I' * long} {references}"), Cell(references))) for long in range(1, 30))
    section = Section("audit", "Audit", "All", (Table("wanting", "No", "Question", columns, rows),), (Definition("No", "Words."),))
    pages = laid_out("annual_pdf", replace(annual, sections=(section,)), charts.WIDE)
    words = [box.text.strip() for page in pages for box in texts(page)]
    assert sum("ESC-" in each for each in words) >= 29
    assert [each for each in words if each.endswith("ESC-")] == []
