"""Small files and small functions, tests beside the code and words about it: the limits, and the figures behind them with `pytest -s`.

Why two of them are others than those that the measured projects suggest: docs/decisions/0022.
"""

import ast
import re
import statistics
from collections.abc import Sequence

from tests.house.source import ROOT, Function, Source, length, product, sources

LONGEST_FILE, LONGEST_FUNCTION = 400, 60
FILE_MEDIAN, FILE_P90, FUNCTION_MEDIAN, FUNCTION_P90, TEST_P90 = 90, 250, 8, 25, 20
# Lines of tests to a line of code; of what is called from elsewhere, how much says what it does; comments and docstrings to a hundred lines of code.
TESTS_TO_CODE, DOCUMENTED, FEWEST_WORDS, MOST_WORDS = 0.75, 0.9, 10, 18
COMMENT = re.compile(r"(?:^ *|  )# ", re.MULTILINE)


def p90(values: Sequence[int]) -> int:
    """The value that nine in ten do not pass."""
    return sorted(values)[int(len(values) * 0.9)]


def file_lengths() -> dict[str, int]:
    return {source.name: len(source.text.splitlines()) for source in product() if source.text.strip()}


def function_lengths() -> list[int]:
    return [length(function) for source in product() for function in source.functions()]


def test_no_file_passes_four_hundred_lines() -> None:
    assert {name: lines for name, lines in file_lengths().items() if lines > LONGEST_FILE} == {}


def test_half_of_the_files_stay_within_ninety_lines() -> None:
    assert statistics.median(file_lengths().values()) <= FILE_MEDIAN


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


def documented(node: ast.Module | ast.ClassDef | Function) -> ast.Expr | None:
    """The docstring, as it stands in the file."""
    first = node.body[0] if node.body else None
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        return first
    return None


def counted(source: Source) -> tuple[int, int]:
    """Lines of code, and lines of comments and docstrings; empty lines are neither."""
    comments = len(COMMENT.findall(source.text))
    said = sum((text.end_lineno or text.lineno) - text.lineno + 1 for node in source.scopes if (text := documented(node)))
    full = sum(1 for line in source.text.splitlines() if line.strip() and not line.strip().startswith("#"))
    return full - said, comments + said


def test_there_are_tests_and_words_to_the_code() -> None:
    code, words = (sum(part) for part in zip(*(counted(source) for source in product()), strict=True))
    tests = sum(counted(source)[0] for source in sources("tests"))
    print(f"lines of code {code}, of tests {tests}: {tests / code:.2f}; comments and docstrings to a hundred: {100 * words / code:.1f}")
    assert tests / code >= TESTS_TO_CODE
    assert FEWEST_WORDS <= 100 * words / code <= MOST_WORDS


def test_what_is_called_from_elsewhere_says_what_it_does() -> None:
    public = [node for source in product() for node in source.functions() if not node.name.startswith("_")]
    print(f"public functions: {len(public)}, with a docstring {sum(documented(node) is not None for node in public)}")
    assert sum(documented(node) is not None for node in public) >= DOCUMENTED * len(public)


def test_the_top_folder_holds_what_it_should() -> None:
    known = {"agencies", "bin", "config", "docs", "escalation", "reports", "static", "templates", "tests", "var", "staticfiles", "node_modules"}
    folders = {path.name for path in ROOT.iterdir() if path.is_dir() and not path.name.startswith(".")}
    assert folders - known - {"__pycache__"} == set()
