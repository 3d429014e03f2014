"""Suppression is judged by an attacker who tries every table that fits what is shown."""

from collections.abc import Collection, Mapping
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.disclosure import SMALL, Grid, Name
from reports.known import Sum
from reports.proof import Hiding, System, protected
from tests.reports.bounds import bounds, exposed, one_way_only

MOST = 7


def protect(grids: list[Grid], values: Mapping[Name, int]) -> set[Name]:
    """What the product hides; every hidden count's proof is checked on the way."""
    system = System(grids, values)
    hidden, proofs = protected(system)
    assert proofs.keys() == hidden
    assert all(move[name] and Hiding(system, hidden).fits(move) for name, move in proofs.items())
    return hidden


def test_what_would_be_refused_for_want_of_a_proof_is_looked_for_more_patiently() -> None:
    """Five hundred counts that are known by their own sums, each as likely as the one that is not, which comes last."""
    blind = range(500)
    values: dict[Name, int] = {"a": 3, "g": 20, "h": 20, "g+h": 40, "all": 3 + 20 + 500 * 50}
    sums = [Sum(("a", "g", *(("x", at) for at in blind)), "all"), Sum(("g", "h"), "g+h")]
    for at in blind:
        values |= {("x", at): 50, ("y", at): 50, ("x+y", at): 100}
        sums.append(Sum((("x", at), ("y", at)), ("x+y", at)))
    hidden = {"a", "g", "h", *(("x", at) for at in blind)}
    hiding = Hiding(System([], values, beside=sums), hidden)
    assert hiding.witness("a") is None
    assert hiding.witness("a", is_patient=True) == {"a": 1, "g": -1, "h": 1}


def two_way(inner: list[list[int]]) -> tuple[Grid, dict[Name, int]]:
    """A table with its totals in the last row and column; names are (row, column)."""
    rows = [[*row, sum(row)] for row in inner]
    rows.append([sum(column) for column in zip(*rows, strict=True)])
    names = tuple(tuple((at, across) for across in range(len(rows[0]))) for at in range(len(rows)))
    return Grid(names), {(at, across): value for at, row in enumerate(rows) for across, value in enumerate(row)}


def possible(inner: list[list[int]], values: Mapping[Name, int], hidden: Collection[Name]) -> dict[Name, set[int]]:
    """What each hidden count can be, by trying every table: none can be above a shown total of its line, nor (to come to an end) above MOST."""
    places = [(at, across) for at, row in enumerate(inner) for across in range(len(row))]
    found: dict[Name, set[int]] = {name: set() for name in hidden}

    def ceiling(place: tuple[int, int]) -> int:
        totals = [(place[0], len(inner[0])), (len(inner), place[1])]
        return min([values[total] for total in totals if total not in hidden], default=MOST)

    for guess in product(*(range(1, min(ceiling(place), MOST) + 1) if place in hidden else [values[place]] for place in places)):
        width = len(inner[0])
        _, guessed = two_way([list(guess[start : start + width]) for start in range(0, len(guess), width)])
        if all(guessed[name] == value for name, value in values.items() if name not in hidden):
            for name in hidden:
                found[name].add(guessed[name])
    return found


def tables(most_rows: int, most_columns: int, most: int) -> st.SearchStrategy[list[list[int]]]:
    sizes = st.tuples(st.integers(1, most_rows), st.integers(1, most_columns))
    return sizes.flatmap(
        lambda size: st.lists(st.lists(st.integers(0, most), min_size=size[1], max_size=size[1]), min_size=size[0], max_size=size[0])
    )


def test_counts_of_one_to_five_are_small_and_zero_and_six_are_not() -> None:
    assert protect([], {"zero": 0, "one": 1, "five": 5, "six": 6}) == {"one", "five"}


def test_a_lone_hidden_count_would_be_found_by_subtraction_so_another_goes_with_it() -> None:
    grid = Grid((("a",), ("b",), ("c",), ("all",)), total_column=False)
    assert protect([grid], {"a": 3, "b": 9, "c": 20, "all": 32}) == {"a", "b"}


def test_two_hidden_per_line_are_not_enough_where_the_shown_total_leaves_one_way() -> None:
    grid = Grid((("a",), ("b",), ("c",), ("all",)), total_column=False)
    values = {"a": 1, "b": 1, "c": 10, "all": 12}
    assert exposed(grid, values, {"a", "b"}) == ["a", "b"]
    assert exposed(grid, values, protect([grid], values)) == []


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    grid, values = two_way([[6, 0, 12], [8, 7, 40]])
    assert protect([grid], values) == set()


def test_a_total_hidden_in_one_table_is_hidden_in_the_other_and_cannot_be_added_up_there() -> None:
    first = Grid((("a",), ("b",), ("all",)), total_column=False)
    second = Grid((("x",), ("y",), ("all",)), total_column=False)
    values = {"a": 1, "b": 5, "x": 6, "y": 0, "all": 6}
    hidden = protect([first, second], values)
    assert not exposed(first, values, hidden)
    assert not exposed(second, values, hidden)


def test_a_part_is_hidden_where_the_rest_of_its_whole_is_small() -> None:
    grid = Grid((("with", "without", "closed"),), total_row=False)
    assert protect([grid], {"with": 18, "without": 2, "closed": 20}) == {"with", "without"}


@settings(max_examples=80, deadline=None)
@given(tables(3, 2, 2), st.data())
def test_the_bounds_are_those_that_trying_every_table_finds(inner: list[list[int]], data: st.DataObject) -> None:
    grid, values = two_way(inner)
    inside = [(at, across) for at, row in enumerate(inner) for across in range(len(row)) if values[at, across] > 0]
    hidden = set(data.draw(st.lists(st.sampled_from(inside), unique=True))) if inside else set()
    for name, seen in possible(inner, values, hidden).items():
        assert bounds(grid, values, hidden, name) == (min(seen), max(seen))


@settings(max_examples=40, deadline=None)
@given(tables(2, 3, 6))
def test_an_attacker_who_tries_every_table_is_never_left_with_one_answer(inner: list[list[int]]) -> None:
    grid, values = two_way(inner)
    hidden = protect([grid], values)
    for name, seen in possible(inner, values, hidden).items():
        assert len(seen) > 1, (name, seen)


@settings(max_examples=100, deadline=None)
@given(tables(6, 6, 40))
def test_every_small_count_is_hidden_and_none_has_a_single_value(inner: list[list[int]]) -> None:
    grid, values = two_way(inner)
    hidden = protect([grid], values)
    assert {name for name, value in values.items() if value in SMALL} <= hidden
    assert exposed(grid, values, hidden) == []
    assert not any(values[name] == 0 for name in hidden)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 4), min_size=2, max_size=3), st.lists(st.integers(0, 4), min_size=2, max_size=3))
def test_an_attacker_with_two_tables_of_the_same_things_is_never_left_with_one_answer(first: list[int], second: list[int]) -> None:
    second = [*second, max(sum(first) - sum(second), 0)]
    first = [*first, max(sum(second) - sum(first), 0)]
    values: dict[Name, int] = {(side, at): value for side, counts in (("a", first), ("b", second)) for at, value in enumerate(counts)}
    values["all"] = sum(first)
    grids = [
        Grid((*((("a", at),) for at in range(len(first))), ("all",)), total_column=False),
        Grid((*((("b", at),) for at in range(len(second))), ("all",)), total_column=False),
    ]  # fmt: skip
    hidden = protect(grids, values)
    for name in hidden:
        assert len(believable(values, hidden, name)) > 1, name


def believable(values: Mapping[Name, int], hidden: Collection[Name], name: Name) -> set[int]:
    """What a count can be for somebody who holds both tables together, by trying every pair of tables."""
    found = set()
    for whole in [values["all"]] if "all" not in hidden else range(1, sum(values.values()) + 3):
        sides = [_fillings([key for key in values if key != "all" and key[0] == side], values, hidden, whole) for side in "ab"]  # type: ignore[index]
        if all(sides):
            found |= {whole} if name == "all" else {filling[name] for side in sides for filling in side if name in filling}
    return found


def _fillings(names: list[Name], values: Mapping[Name, int], hidden: Collection[Name], whole: int) -> list[dict[Name, int]]:
    free = [name for name in names if name in hidden]
    rest = whole - sum(values[name] for name in names if name not in hidden)
    guesses = (
        product(range(1, max(rest, 0) + 1), repeat=len(free)) if len(free) < 4 else product(range(1, min(max(rest, 0), 8) + 1), repeat=len(free))
    )
    return [dict(zip(free, guess, strict=True)) | {None: 0} for guess in guesses if sum(guess) == rest]


FLOW = Sum(parts=("open before", "raised"), total="open", more=("closed", "withdrawn"))


def test_a_count_that_is_left_over_between_tables_is_not_hidden_alone() -> None:
    """20 were open, 40 came, 30 closed and 27 are open: three were withdrawn, whoever hides them."""
    values = {"open before": 20, "raised": 40, "open": 27, "closed": 30, "withdrawn": 3}
    assert one_way_only(FLOW.parts, ("open", "closed", "withdrawn"), values, {"withdrawn"}) == ["withdrawn"]
    hidden, proofs = protected(System([], values, beside=[FLOW]))
    assert hidden == proofs.keys() > {"withdrawn"}


@given(st.integers(0, 12), st.integers(0, 12), st.data())
@settings(max_examples=60, deadline=None)
def test_no_way_of_coming_and_going_gives_a_hidden_count_away(before: int, raised: int, data: st.DataObject) -> None:
    closed = data.draw(st.integers(0, before + raised))
    withdrawn = data.draw(st.integers(0, before + raised - closed))
    values = {"open before": before, "raised": raised, "closed": closed, "withdrawn": withdrawn, "open": before + raised - closed - withdrawn}
    hidden, proofs = protected(System([], values, beside=[FLOW]))
    exposed_still = one_way_only(FLOW.parts, (FLOW.total, *FLOW.more), values, hidden)
    assert set(exposed_still) <= hidden - proofs.keys()
    # What cannot be guarded by anything that stands there is hidden all the same, and said to be unproven.
    assert not hidden - proofs.keys() or hidden == {name for name, value in values.items() if value}
