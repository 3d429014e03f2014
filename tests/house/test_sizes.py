"""Small files and small functions: the limits, and the figures behind them with `pytest -s`."""

import statistics
from collections.abc import Sequence

from tests.house.source import ROOT, length, product, sources

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
FILE_P90, FUNCTION_MEDIAN, FUNCTION_P90, TEST_P90 = 250, 8, 25, 20


def p90(values: Sequence[int]) -> int:
    """The value that nine in ten do not pass."""
    return sorted(values)[int(len(values) * 0.9)]


def file_lengths() -> dict[str, int]:
    return {source.name: len(source.text.splitlines()) for source in product() if source.text.strip()}


def function_lengths() -> list[int]:
    return [length(function) for source in product() for function in source.functions()]


def test_no_file_passes_four_hundred_lines() -> None:
    assert {name: lines for name, lines in file_lengths().items() if lines > LONGEST_FILE} == {}


def test_nine_files_in_ten_stay_within_two_hundred_and_fifty_lines() -> None:
    lengths = list(file_lengths().values())
    print(f"files: {len(lengths)}, median {statistics.median(lengths)}, p90 {p90(lengths)}, lines {sum(lengths)}")
    assert p90(lengths) <= FILE_P90


def test_no_function_passes_sixty_lines() -> None:
    long = [f"{source.at(node)} {node.name}" for source in product() for node in source.functions() if length(node) > LONGEST_FUNCTION]
    assert long == []


def test_functions_are_small() -> None:
    lengths = function_lengths()
    print(f"functions: {len(lengths)}, median {statistics.median(lengths)}, p90 {p90(lengths)}")
    assert statistics.median(lengths) <= FUNCTION_MEDIAN
    assert p90(lengths) <= FUNCTION_P90


def test_tests_are_short() -> None:
    lengths = [length(node) for source in sources("tests") for node in source.functions() if node.name.startswith("test_")]
    print(f"tests: {len(lengths)}, median {statistics.median(lengths)}, p90 {p90(lengths)}")
    assert p90(lengths) <= TEST_P90


def test_the_top_folder_holds_what_it_should() -> None:
    known = {"agencies", "bin", "config", "docs", "escalation", "reports", "static", "templates", "tests", "var", "staticfiles", "node_modules"}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders - known - {"__pycache__"} == set()
