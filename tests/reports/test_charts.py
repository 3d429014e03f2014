"""Charts are small, quick, labelled and safe to put on any page."""

import re
from time import perf_counter
from xml.etree import ElementTree

import pytest

from reports import charts
from reports.charts import DESK, HALF, NARROW, WIDE, Bar, Frame

SVG = "{http://www.w3.org/2000/svg}"
ITEMS = [Bar("Hillside & Sons <school>", 40, "40"), Bar("Police", 10, "10"), Bar("Hidden", None, "[c]"), Bar("None", 0, "0")]
FIFTEEN = [Bar(f"A rather long area of disagreement, number {number}", number * 7, str(number * 7)) for number in range(15)]
DRAW = {"bars": charts.bars, "columns": charts.columns, "stacked": charts.stacked}


def drawn(svg: str) -> ElementTree.Element:
    """The picture as a reader of HTML takes it: without a namespace of its own it is SVG's all the same."""
    alone = svg if "xmlns=" in svg else svg.replace("<svg ", f'<svg xmlns="{SVG.strip("{}")}" ', 1)
    return ElementTree.fromstring(alone)  # noqa: S314 - our own text


def rects(svg: str) -> list[ElementTree.Element]:
    return drawn(svg).findall(f"{SVG}rect")


@pytest.mark.parametrize("kind", DRAW)
def test_a_chart_names_itself_and_tells_its_figures(kind: str) -> None:
    root = drawn(DRAW[kind]("Raised & received", ITEMS, key="k", frame=NARROW))
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert title is not None
    assert desc is not None
    assert title.text == "Raised & received"
    assert desc.text == "Hillside & Sons <school>: 40; Police: 10; Hidden: [c]; None: 0."
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"


@pytest.mark.parametrize("kind", DRAW)
def test_a_chart_holds_nothing_that_a_content_policy_refuses(kind: str) -> None:
    svg = DRAW[kind]("Raised", ITEMS, key="k")
    assert not re.search(r"<script|<style|\sstyle=|\son\w+=|href|url\(", svg)


def test_on_paper_the_title_says_the_figures_too() -> None:
    assert '<title id="k-title">Raised. Police: 10.</title>' in charts.bars("Raised", [Bar("Police", 10, "10")], key="k", frame=WIDE)


def test_bars_are_as_long_as_their_figures() -> None:
    first, second = (float(rect.get("width", "0")) for rect in rects(charts.bars("Raised", ITEMS, key="k")))
    assert first == pytest.approx(4 * second, abs=0.5)


def test_what_is_hidden_or_zero_has_its_sign_and_no_bar() -> None:
    svg = charts.bars("Raised", ITEMS, key="k")
    assert len(rects(svg)) == 2
    assert ">[c]</text>" in svg
    assert ">0</text>" in svg


def test_a_stacked_bar_fills_its_width() -> None:
    parts = [rect for rect in rects(charts.stacked("Due", [Bar("In time", 70, "70"), Bar("Late", 30, "30")], key="k")) if rect.get("height") == "40"]
    assert sum(float(rect.get("width", "0")) + 2 for rect in parts) == pytest.approx(WIDE.width, abs=0.5)


def test_a_stacked_bar_of_five_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 4 parts"):
        charts.stacked("Due", [*ITEMS, Bar("Fifth", 1, "1")], key="k")


@pytest.mark.parametrize("kind", DRAW)
@pytest.mark.parametrize("items", [[], [Bar("None", 0, "0")]], ids=["nothing", "zero"])
def test_nothing_to_show_is_still_a_chart(kind: str, items: list[Bar]) -> None:
    assert ElementTree.fromstring(DRAW[kind]("Raised", items, key="k")).tag == f"{SVG}svg"  # noqa: S314 - our own text


@pytest.mark.parametrize("frame", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("kind", DRAW)
def test_everything_lies_inside_the_frame(kind: str, frame: Frame) -> None:
    items = ITEMS if kind == "stacked" else FIFTEEN if kind == "bars" else ITEMS
    root = drawn(DRAW[kind]("Raised", items, key="k", frame=frame))
    height = float(root.get("height", "0"))
    for rect in root.findall(f"{SVG}rect"):
        assert float(rect.get("x", "0")) + float(rect.get("width", "0")) <= frame.width + 0.5
        assert float(rect.get("y", "0")) + float(rect.get("height", "0")) <= height
    assert all(0 <= float(text.get("y", "0")) <= height for text in root.findall(f"{SVG}text"))


QUARTERS = [
    Bar(f"{months} {year}", number, str(number))
    for number, (year, months) in enumerate(
        (year, months) for year in (2024, 2025) for months in ("Jan to Mar", "Apr to Jun", "Jul to Sep", "Oct to Dec")
    )
]
ELEVEN = [Bar("An agency of a long name", 7, "7"), Bar("Northshire and Westshire Community Health", 1_234, "1,234")]


def boxes(svg: str, frame: Frame) -> list[tuple[float, float, float, float]]:
    """Where each text stands, as wide as letters are that are taken for wide, and a bar's bold figure wider: left, right, top, bottom."""
    found = []
    for text in drawn(svg).findall(f"{SVG}text"):
        is_figure = bool(text.get("font-weight")) and not text.get("text-anchor")
        wide = len(text.text or "") * 15 * (frame.letter + 0.2 * is_figure)
        left = float(text.get("x", "0")) - {"middle": wide / 2, "end": wide}.get(text.get("text-anchor", ""), 0)
        found.append((left, left + wide, float(text.get("y", "0")) - 11, float(text.get("y", "0")) + 3))
    return found


@pytest.mark.parametrize("frame", [WIDE, NARROW, HALF, DESK], ids=["wide", "narrow", "half", "desk"])
@pytest.mark.parametrize("items", [ITEMS[:4], QUARTERS, ELEVEN, FIFTEEN], ids=["few", "quarters", "long", "many"])
@pytest.mark.parametrize("kind", ["bars", "columns"])
def test_no_words_of_a_chart_lie_over_others_and_all_have_one_size(kind: str, items: list[Bar], frame: Frame) -> None:
    svg = DRAW[kind]("Raised", items, key="k", frame=frame)
    assert re.findall(r'font-size="(\d+)"', svg) == ["15"]
    found = boxes(svg, frame)
    for at, (left, right, top, bottom) in enumerate(found):
        assert right <= frame.width + 1, svg
        assert not [one for one in found[at + 1 :] if one[0] < right and left < one[1] and one[2] < bottom and top < one[3]], svg


def test_a_frame_has_the_size_of_letters_where_it_is_shown() -> None:
    """On the narrowest telephone, 320 pixels with a margin of 15 on either side, in a window of 960 with one of 30, and on paper 162 mm wide, as 14
    pixels at least."""
    assert 15 * (320 - 2 * 15) / NARROW.width >= 14
    assert 15 * (960 - 2 * 30) / DESK.width >= 14
    assert 15 * (162 / 25.4 * 96) / WIDE.width >= 14


def test_a_year_stands_once_below_the_quarters_that_are_in_it() -> None:
    texts = [text.text for text in drawn(charts.columns("Raised", QUARTERS, key="k", frame=NARROW)).findall(f"{SVG}text")]
    assert (texts.count("2024"), texts.count("2025"), texts.count("Apr")) == (1, 1, 2)


def test_columns_that_have_no_room_for_their_words_are_bars_in_the_same_order() -> None:
    wordy = [Bar("September 2024", 3, "3"), *QUARTERS]
    assert charts.columns("Raised", wordy, key="k", frame=NARROW) == charts.bars("Raised", wordy, key="k", frame=NARROW)


def test_fifteen_bars_take_less_than_six_kilobytes_and_a_millisecond() -> None:
    taken = []
    for _ in range(20):
        begun = perf_counter()
        svg = charts.bars("Disagreements raised, by area", FIFTEEN, key="k")
        taken.append(perf_counter() - begun)
    assert len(svg.encode()) <= 6_000
    assert min(taken) <= 0.001
