"""The PDF is tagged, titled and in English, its tables and charts can be read aloud, its fonts are in it, and it loads nothing from outside.

What is checked is what is claimed: the structure by pikepdf, and the rules of PDF/UA-1 that pdfua knows, which are a part of them.
"""

import io
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from django.conf import settings
from django.db import transaction

from reports import services
from reports.figures import Cell, Chart, ChartKind, Column, Definition, Document, Edition, Row, Section, Table
from reports.pdf import KEPT, TooHeavy, print_html
from reports.periods import Year
from reports.press import OnlyStatic, Refused
from tests.reports.builders import make_world
from tests.reports.generated import generate
from tests.reports.printed_words import words

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STATIC = Path(settings.ROOT) / "static"


@pytest.fixture(scope="module")
def printed(django_db_setup: None, django_db_blocker: Any) -> Iterator[bytes]:
    with django_db_blocker.unblock(), transaction.atomic():
        world = make_world()
        generate(world, 60, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW)
        yield services.print_document(services.figures(world.partnership, Year(2025), Edition.INTERNAL, NOW)).content
        transaction.set_rollback(True)


@pytest.fixture
def opened(printed: bytes) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(io.BytesIO(printed)) as file:
        yield file


def elements(node: Any) -> Iterator[pikepdf.Dictionary]:
    """Every element of the structure tree below the node."""
    if isinstance(node, pikepdf.Array):
        for item in node:
            yield from elements(item)
    elif isinstance(node, pikepdf.Dictionary):
        if "/S" in node:
            yield node
        if "/K" in node:
            yield from elements(node.K)


def of_kind(file: pikepdf.Pdf, kind: str) -> list[pikepdf.Dictionary]:
    return [element for element in elements(file.Root.StructTreeRoot.K) if str(element.S) == kind]


def attributes(element: pikepdf.Dictionary) -> dict[str, Any]:
    found: Any = element.get("/A", [])
    owners = found if isinstance(found, pikepdf.Array) else [found]
    return {key: value for owner in owners if isinstance(owner, pikepdf.Dictionary) for key, value in owner.items()}


def test_it_is_tagged_titled_and_in_english(opened: pikepdf.Pdf) -> None:
    assert opened.Root.MarkInfo.Marked
    assert str(opened.Root.Lang) == "en-GB"
    assert opened.Root.ViewerPreferences.DisplayDocTitle
    assert str(opened.docinfo.Title).startswith("Professional disagreements 2025/26: annual report of Northshire")
    with opened.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_every_page_after_the_cover_says_that_an_internal_edition_is_none_to_publish_and_of_when_it_is(opened: pikepdf.Pdf) -> None:
    _, *others = opened.pages
    assert all("Internal edition: not for publication" in words(page) for page in others)
    assert all("Annual report, 2025/26. Figures as recorded on " in words(page) for page in others)


def test_headings_go_down_one_level_at_a_time(opened: pikepdf.Pdf) -> None:
    levels = [int(str(element.S)[2:]) for element in elements(opened.Root.StructTreeRoot.K) if str(element.S) in {"/H1", "/H2", "/H3"}]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(levels, levels[1:], strict=False))


def test_every_chapter_has_a_bookmark(opened: pikepdf.Pdf) -> None:
    with opened.open_outline() as outline:
        titles = [item.title for item in outline.root]
    assert titles[:3] == ["Contents", "Summary", "Volume"]
    assert titles[-1] == "How the figures were made"


def test_every_chart_says_its_figures(opened: pikepdf.Pdf) -> None:
    words = [str(figure.Alt) for figure in of_kind(opened, "/Figure")]
    assert len(words) >= 6
    assert all(": " in each and each.endswith(".") for each in words)


def test_every_table_begins_with_its_caption_and_every_figure_knows_its_headers(opened: pikepdf.Pdf) -> None:
    begun = [table for table in of_kind(opened, "/Table") if str(table.K[0].S) == "/Caption"]
    others = [table for table in of_kind(opened, "/Table") if str(table.K[0].S) != "/Caption"]
    assert len(begun) == len(of_kind(opened, "/Caption")) >= 12
    # What a page's end cut off: its own headers again, on another page than it began.
    assert all([str(kid.S) for kid in part.K] == ["/THead", "/TBody"] for part in others)
    names = {str(header["/ID"]) for header in of_kind(opened, "/TH") if "/ID" in header}
    for cell in of_kind(opened, "/TD"):
        headers = [str(name) for name in attributes(cell)["/Headers"]]
        assert headers
        assert set(headers) <= names


def test_every_header_says_whether_it_is_a_rows_or_a_columns(opened: pikepdf.Pdf) -> None:
    scopes = Counter(str(attributes(header).get("/Scope")) for header in of_kind(opened, "/TH"))
    assert set(scopes) == {"/Row", "/Column"}


def test_its_fonts_are_in_it(opened: pikepdf.Pdf) -> None:
    fonts = {}
    for page in opened.pages:
        for font in (page.Resources.get("/Font") or {}).values():
            fonts[str(font.BaseFont)] = font.DescendantFonts[0].FontDescriptor
    assert all("Source-Sans-3" in name for name in fonts)
    assert all("/FontFile2" in descriptor or "/FontFile3" in descriptor for descriptor in fonts.values())


def test_the_checker_finds_nothing(printed: bytes, tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(printed)
    assert [finding.message for finding in pdfua.validate(str(path)).findings] == []


def test_nothing_of_a_page_is_left_on_the_disk_once_it_is_printed(tmp_path: Path) -> None:
    """Of each print its unpacked fonts lay there for good."""
    html = b'<!doctype html><html lang="en"><title>A</title><link rel="stylesheet" href="css/report.css"><p>A word.'
    order = json.dumps({"length": len(html), "memory": 10**9, "seconds": 30}).encode() + b"\n" + html
    command = [sys.executable, "-s", "-m", "reports.press", str(STATIC)]
    given = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp_path)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=settings.ROOT, env=given) as press:
        assert press.stdin
        assert press.stdout
        press.stdin.write(order)
        press.stdin.flush()
        answer = json.loads(press.stdout.readline())
        assert answer["status"] == 0
        assert press.stdout.read(answer["length"])
        assert [each for each in tmp_path.rglob("*") if each.parent != tmp_path] == []
        press.stdin.close()
    assert list(tmp_path.iterdir()) == []


def test_the_same_page_gives_the_same_bytes() -> None:
    page = '<html lang="en"><title>Same</title><link rel="stylesheet" href="css/report.css"><h1>Same</h1>'
    assert print_html(page).content == print_html(page).content


WIDE = "<p>" + "word " * 20_000


@pytest.mark.parametrize(
    ("html", "limits"),
    [(WIDE, {"memory": 60_000_000}), (WIDE, {"seconds": 0.2}), ("<div>" * 1_000, {})],
    ids=["memory", "time", "depth"],
)
def test_a_page_that_runs_wild_is_refused_in_words_and_takes_nothing_down(html: str, limits: dict[str, Any]) -> None:
    with pytest.raises(TooHeavy, match="too much for one PDF"):
        print_html(html, **limits)
    assert print_html("<p>Next").pages == 1


def children_of(process: str) -> list[str]:
    return [one for task in Path(f"/proc/{process}/task").iterdir() for one in (task / "children").read_text().split()]


def press_of_ours() -> str:
    return next(one for one in children_of("self") if b"reports.press" in Path(f"/proc/{one}/cmdline").read_bytes())


def test_a_press_that_goes_in_the_middle_of_a_page_is_told_at_once() -> None:
    print_html("<p>One")
    press = press_of_ours()
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(print_html, WIDE * 20)
        while not children_of(press):
            assert not asked.done()
        os.kill(int(press), signal.SIGKILL)
        with pytest.raises(TooHeavy):
            asked.result(timeout=3)
    assert print_html("<p>Two").pages == 1


def test_a_press_that_was_killed_is_begun_anew_and_has_no_secret() -> None:
    print_html("<p>One")
    press = press_of_ours()
    assert {one.split("=")[0] for one in Path(f"/proc/{press}/environ").read_text().split("\0") if one} <= {*KEPT, "MALLOC_ARENA_MAX"}
    os.kill(int(press), signal.SIGKILL)
    os.waitid(os.P_PID, int(press), os.WEXITED | os.WNOWAIT)
    assert print_html("<p>Two").pages == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:9/x.png", "https://example.org/x.css", "ftp://127.0.0.1/x", "file:///etc/passwd", "file://host/etc/passwd", "unknown:x",
        f"{STATIC.as_uri()}/../manage.py", f"{STATIC.as_uri()}/%2e%2e/manage.py", f"{STATIC.as_uri()}-other/x.css",
    ],
)  # fmt: skip
def test_whatever_lies_outside_the_static_folder_is_refused(address: str) -> None:
    with pytest.raises(Refused):
        OnlyStatic(STATIC).fetch(address)


def test_a_link_that_leads_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "static").mkdir()
    (tmp_path / "secret.txt").write_text("secret")
    (tmp_path / "static" / "link.txt").symlink_to(tmp_path / "secret.txt")
    with pytest.raises(Refused):
        OnlyStatic(tmp_path / "static").fetch((tmp_path / "static" / "link.txt").as_uri())


def test_static_files_and_data_are_read() -> None:
    fetcher = OnlyStatic(STATIC)
    assert b"@page" in fetcher.fetch(f"{STATIC.as_uri()}/css/report.css").read()
    assert fetcher.fetch("data:text/plain,hello").read() == b"hello"
    font = fetcher.fetch(f"{STATIC.as_uri()}/vendor/source-sans-3/source-sans-3-latin-400-normal.woff2").read()
    assert font[:4] == b"\0\1\0\0", "unpacked: as TrueType begins"


def test_a_partnership_named_like_markup_stays_text(db: None) -> None:
    world = make_world(name='<img src="file:///etc/passwd"> & <script>Sons')
    content = services.print_document(services.figures(world.partnership, Year(2025), Edition.PUBLIC, NOW)).content
    with pikepdf.open(io.BytesIO(content)) as file:
        assert '<img src="file:///etc/passwd"> & <script>Sons' in str(file.docinfo.Title)
        assert b"root:x:" not in content


def a_table_of(rows: int, chart: Chart | None = None) -> Document:
    """A report of one chapter whose table has so many rows."""
    body = tuple(Row(f"Area {at}", (Cell(rows - at),)) for at in range(rows))
    table = Table(key="areas", caption="Areas", row_label="Area", columns=(Column("Raised"),), rows=body, chart=chart)
    message = "The most frequent area was one with a name that goes over two lines"
    return Document(
        "Northshire", "Unit", 2025, Edition.INTERNAL, "2026-11-22T12:00:00+00:00", is_running=False, is_empty=False, is_invented=True, headlines=(),
        summary=("Words.",), sections=(Section("areas", "Areas", message, (table,), (Definition("Area", "Words."),)),), method=("Words.",),
    )  # fmt: skip


def test_each_part_of_a_table_that_is_cut_over_pages_repeats_its_headers_and_links_its_cells_to_them() -> None:
    """In the tags each part is a table of its own, and the caption stands with the first alone: docs/accessibility.md says so."""
    with pikepdf.open(io.BytesIO(services.print_document(a_table_of(100)).content)) as file:
        parts = of_kind(file, "/Table")
        kinds = [[str(kid.S) for kid in part.K] for part in parts]
        assert kinds == [["/Caption", "/THead", "/TBody"], ["/THead", "/TBody"], ["/THead", "/TBody"]]
        rows = 0
        for part in parts:
            inside = list(elements(part.K))
            heads = [element for element in inside if str(element.S) == "/TH"]
            columns = {str(head.ID) for head in heads if attributes(head)["/Scope"] == "/Column"}
            assert len(columns) == 2
            for cell in (element for element in inside if str(element.S) == "/TD"):
                named = {str(name) for name in attributes(cell)["/Headers"]}
                assert named <= {str(head.ID) for head in heads}
                assert len(named & columns) == 1
                rows += 1
        assert rows == 100


@pytest.mark.parametrize(("rows", "chart", "parts"), [(17, True, 1), (40, False, 2), (12, True, 1)])
def test_a_chapters_message_never_stands_alone_on_its_page_and_a_table_is_cut_only_where_it_must_be(rows: int, chart: bool, parts: int) -> None:
    drawn = Chart(ChartKind.BARS, "Raised, by area", (0,)) if chart else None
    with pikepdf.open(io.BytesIO(services.print_document(a_table_of(rows, drawn)).content)) as file:
        every = list(elements(file.Root.StructTreeRoot.K))
        _contents, _summary, message, _method = (element for element in every if str(element.S) == "/H2")
        assert {str(element.S) for element in every if element.get("/Pg") == message.Pg} & {"/TD", "/Figure"}
        assert len(of_kind(file, "/Table")) == parts
