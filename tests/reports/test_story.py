"""Sentences are made from figures, and say nothing where a figure is hidden."""

import pytest

from reports import story
from reports.figures import HIDDEN, Cell, Column, Row, Table, percent
from reports.measures.base import with_total
from reports.most import largest
from reports.said import small
from reports.story import DISAGREEMENT, RESPONSE, part_of

NONE_RAISED = "1 of 5 member agencies raised none"


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 1, "No response due"), (1, 1, "The one response due"), (2, 2, "Both responses due"),
        (0, 2, "Neither of the two responses due"), (0, 12, "None of the 12 responses due"), (12, 12, "All 12 responses due"),
        (7, 9, "7 of the 9 responses due"), (10, 20, "One in two responses due"), (439, 577, "About three in four responses due"),
        (2, 3000, "2 of the 3,000 responses due"), (999, 1000, "Nearly all responses due"), (56, 100, "56 of the 100 responses due"),
    ],
)  # fmt: skip
def test_a_share_in_words(part: int, whole: int, words: str) -> None:
    assert part_of(part, whole, RESPONSE) == words


def test_counts_in_words_know_one_from_many() -> None:
    assert [DISAGREEMENT.counted(number) for number in (0, 1, 1204)] == ["No disagreements", "1 disagreement", "1,204 disagreements"]


@pytest.mark.parametrize(
    ("part", "whole", "expected"),
    [(1, 2, 50), (1, 3, 33), (2, 3, 67), (1, 200, 1), (1, 201, 0), (199, 200, 100), (5, 1000, 1), (0, 7, 0), (7, 7, 100)],
)
def test_a_percentage_is_rounded_once_halves_up(part: int, whole: int, expected: int) -> None:
    assert percent(part, whole) == Cell(expected)


def test_a_percentage_of_nothing_is_not_applicable_and_not_zero() -> None:
    assert percent(0, 0).text(Column("Share").unit) == "[z]"


def table(*rows: tuple[str, list[int]]) -> Table:
    return Table(key="t", caption="", row_label="", columns=(Column("a"), Column("b"), Column("c")), rows=tuple(with_total(rows, "All")))


def test_the_message_counts_raised_and_withdrawn() -> None:
    assert story.volume({"raised": table(("April to June", [20, 3, 23]))}) == "23 disagreements were raised; 3 were withdrawn"
    assert story.volume({"raised": table(("April to June", [1, 0, 1]))}) == "1 disagreement was raised"
    assert story.volume({"raised": table(("April to June", [0, 0, 0]))}) == "No disagreements were raised"


@pytest.mark.parametrize(("counts", "words"), [
    ([9, 4], "The most frequent area was: drift"), ([4, 4, 1], "The most frequent areas were, as often as each other: drift, roles"),
    ([2, 2, 2, 2], "No area was more frequent than all others"), ([0, 0], ""),
])  # fmt: skip
def test_no_area_is_called_the_most_frequent_where_another_is_as_frequent(counts: list[int], words: str) -> None:
    names = ("Drift", "Roles", "Delay", "Plans")
    assert story.themes({"themes": table(*((name, [number, 0, 0]) for name, number in zip(names, counts, strict=False)))}) == words


@pytest.mark.parametrize(("counts", "words"), [
    ([9, 4, 0], "Hillside raised the most: 9 of the 13"), ([4, 4, 1], "Hillside and Police raised the most, 4 each"),
    ([1, 0, 0], "Hillside raised the only one"), ([3, 0, 0], "Hillside raised all 3"),
    ([2, 2, 2, 2], "1 of 5 member agencies raised none"), ([0, 0, 0], "1 of 5 member agencies raised none"),
    (None, "1 of 5 member agencies raised none"),
])  # fmt: skip
def test_the_chapter_of_the_agencies_begins_with_who_raised_the_most_where_agencies_are_named(counts: list[int] | None, words: str) -> None:
    names = ("Hillside", "Police", "Health", "Early Help")
    tables = {"silent-kinds": table(("Police", [1, 5, 0]))}
    if counts is not None:
        tables["raising"] = table(*((name, [number, 0, 0]) for name, number in zip(names, counts, strict=False)))
    assert story.agencies(tables) == words


ALL, THESE, SHOWN = (
    "Of all kinds of agency, school or college",
    "Of all kinds of agency these",
    "Of the kinds of agency shown by themselves, school or college",
)
MOST, IN_PAIRS = "raised the most", "raised the most, counted in pairs"


@pytest.mark.parametrize(("pairs", "raised", "words"), [
    ((30, 9, 4, 43), 43, f"{ALL} {MOST}"), ((30, 9, 4, 43), 40, f"{ALL} {MOST}"),
    ((30, 28, 4, 62), 60, f"{ALL} {IN_PAIRS}"),
    ((30, 9, 4, 43), None, f"{ALL} {IN_PAIRS}"),
    ((30, 9, 4, None), None, f"{ALL} {IN_PAIRS}"),
    ((9, 9, 4, 22), 22, f"{THESE} {MOST}, as many each: school or college, police"),
    ((9, 9, 4, 22), 21, f"{THESE} {IN_PAIRS}, as many each: school or college, police"),
    ((30, None, None, 43), 43, f"{ALL} {MOST}"), ((30, None, None, 60), 60, f"{SHOWN} {MOST}"),
    ((30, None, None, None), 60, f"{SHOWN} {IN_PAIRS}"),
    ((9, 4, 30, 43), 43, f"{SHOWN} {MOST}"), ((9, 7, 30, 46), 43, f"{SHOWN} {IN_PAIRS}"),
    ((None, None, 43, 43), 43, NONE_RAISED), ((0, 0, 4, 4), 4, NONE_RAISED),
])  # fmt: skip
def test_where_no_agency_is_named_it_begins_with_the_kind_that_raised_the_most_as_far_as_what_is_shown_tells(
    pairs: tuple[int | None, ...], raised: int | None, words: str
) -> None:
    """The last before the sum are other agencies, several kinds that were put together."""
    labels = {"education": "School or college", "police": "Police", "together": "Other agencies"}
    cells = [HIDDEN if count is None else Cell(count) for count in pairs]
    rows = [Row(label, (cell,), key=key) for (key, label), cell in zip(labels.items(), cells, strict=False)]
    kinds = Table("kinds", "", "", (Column("All"),), (*rows, Row("All", (cells[-1],), is_total=True)), most_first=0)
    total = HIDDEN if raised is None else Cell(raised)
    whole = Table("raised", "", "", (Column("Raised"),), (Row("All", (Cell(), Cell(), total), is_total=True),))
    assert story.agencies({"kinds": kinds, "raised": whole, "silent-kinds": table(("Police", [1, 5, 0]))}) == words


def test_a_hidden_figure_stays_out_of_the_message() -> None:
    hidden = Table("t", "", "", (Column("a"),), (Row("All", (HIDDEN, HIDDEN, HIDDEN), is_total=True),))
    assert story.volume({"raised": hidden}) == ""


def test_where_it_is_not_shown_how_many_came_in_time_it_is_said_how_many_came_due() -> None:
    def due(cell: Cell) -> str:
        return story.timeliness({"responses": Table("t", "", "", (Column("a"),), (Row("All", (HIDDEN, HIDDEN, HIDDEN, cell), is_total=True),))})

    assert (due(Cell(12)), due(HIDDEN)) == ("12 responses came due", "")


def test_where_it_is_not_shown_how_many_changed_the_plan_or_were_done_it_is_said_how_many_there_are() -> None:
    hidden = Table("t", "", "", (Column("a"),), (Row("All", (HIDDEN, HIDDEN, HIDDEN, HIDDEN, Cell(104)), is_total=True),))
    assert story.outcomes({"outcomes": hidden}) == "104 disagreements were closed"
    assert story.learning({"learning": hidden}) == "104 learning points were recorded"


def test_of_what_was_learnt_it_is_said_what_is_done_and_of_none_that_it_is_not_done_yet() -> None:
    """What is done is counted at the moment of the figures: what is open is no failure of the year."""
    assert story.learning({"learning": table(("Policy", [0, 0, 0, 1, 1]))}) == "1 learning point was recorded; it is not done yet"
    assert story.learning({"learning": table(("Policy", [0, 0, 0, 2, 2]))}) == "2 learning points were recorded; none is done yet"
    assert story.learning({"learning": table(("Policy", [1, 0, 0, 2, 3]))}) == "3 learning points were recorded; 1 is done"


def test_the_largest_is_not_named_where_any_is_hidden() -> None:
    rows = (Row("Delay", (Cell(40),)), Row("Roles", (HIDDEN,)))
    assert largest(rows) is None
    assert largest(rows[:1]) == rows[0]


def test_of_the_areas_that_are_shown_the_most_frequent_is_named_where_others_are_hidden() -> None:
    assert areas(40, 12, None) == "The most frequent area shown was: drift"
    assert areas(40, 40, None) == "The most frequent areas shown were: drift, roles"
    assert areas(40, 12, 3) == "The most frequent area was: drift"
    assert (areas(9, 9, 9, 9, None), areas(None, None)) == ("", "")


def areas(*numbers: int | None) -> str:
    """The message on areas, which have no total row: a disagreement may have several. None is hidden."""
    names = ("Drift", "Roles", "Delay", "Plans", "Closure")
    rows = (Row(name, (HIDDEN if number is None else Cell(number),)) for name, number in zip(names, numbers, strict=False))
    return story.themes({"themes": Table("themes", "", "", (Column("a"),), tuple(rows))})


def test_it_is_named_where_the_total_leaves_nothing_larger_to_the_hidden_ones() -> None:
    rows = [Row("Stage 1", (Cell(79),)), Row("Stage 2", (Cell(26),)), Row("Stage 3", (HIDDEN,)), Row("Stage 4", (HIDDEN,))]
    assert largest([*rows, Row("All", (Cell(120),), is_total=True)]) == rows[0]
    assert largest([*rows, Row("All", (Cell(184),), is_total=True)]) is None
    assert largest([*rows, Row("All", (HIDDEN,), is_total=True)]) is None


def stages(*numbers: int | None) -> Table:
    """A table of four stages and their sum. None is hidden."""
    cells = [HIDDEN if number is None else Cell(number) for number in numbers]
    rows = [*(Row(f"Stage {at}: managers", (cell,)) for at, cell in enumerate(cells[:-1], 1)), Row("All", (cells[-1],), is_total=True)]
    return Table("t", "", "", (Column("a"),), tuple(rows))


@pytest.mark.parametrize(("settled", "highest", "words"), [
    ((62, 23, 14, 5, 104), (77, 23, 14, 6, 120), "About three in five closed disagreements ended at Stage 1"),
    ((None, 23, 14, None, 104), (77, 23, 14, 6, 120), "77 of the 120 disagreements raised went as far as Stage 1 and no further"),
    ((None, 23, 14, None, 104), (None, 23, 14, None, 120), "23 of the 104 closed disagreements ended at Stage 2; not all stages are shown"),
    ((None, 23, 14, None, None), (77, 23, 14, 6, None), ""), ((None, 0, 0, None, 104), (None, 0, None, 0, 104), ""),
    ((0, 0, 0, 0, 0), (7, 0, 0, 0, 7), "No disagreement was closed"),
])  # fmt: skip
def test_where_a_hidden_stage_may_be_the_largest_another_figure_that_is_shown_is_said(
    settled: tuple[int | None, ...], highest: tuple[int | None, ...], words: str
) -> None:
    assert story.stages({"settled": stages(*settled), "highest": stages(*highest)}) == words


def test_a_stage_is_named_by_its_number_and_capitals_stay() -> None:
    assert story.stage_name("Stage 1: team managers") == "Stage 1"
    assert (small("Drift or delay"), small("DSLs")) == ("drift or delay", "DSLs")
