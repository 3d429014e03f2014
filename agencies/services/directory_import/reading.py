"""From CSV text to rows, each mistake with its file, row and column. Pure: touches no database."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput
from agencies.readable import as_read, unwrapped
from agencies.services.directory_import.columns import FILES, Column, File, Unreadable
from agencies.unnamed import Unnamed
from agencies.words import figure

MOST_BYTES = 5_000_000
MOST_ROWS = 20_000
SHOWN = 200


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake. `row` is the spreadsheet's (the heading is 1); 0 and an empty column mean the whole file."""

    file: str
    row: int
    column: str
    words: str

    def __str__(self) -> str:
        if not self.row:
            form = _("{file}, column {column}: {words}.") if self.column else _("{file}: {words}.")
        else:
            form = _("{file}, row {row}, column {column}: {words}.") if self.column else _("{file}, row {row}: {words}.")
        return form.format(file=self.file, row=self.row, column=self.column, words=self.words)


class ImportRefused(InvalidInput):
    """Nothing was imported. `problems` holds every mistake found, in the order of the files."""

    def __init__(self, problems: list[Problem]) -> None:
        shown = [str(problem) for problem in problems[:SHOWN]]
        more = [_("And {count} more.").format(count=len(problems) - SHOWN)] if len(problems) > SHOWN else []
        super().__init__("\n".join(shown + more))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the spreadsheet and a value for every column of its file.

    A broken one has cells that could not be read (`unread`), or too many cells. It is kept so that what refers to it is not reported as well.
    """

    number: int
    values: dict[str, Any]
    broken: bool = False
    unread: frozenset[str] = frozenset()

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    @property
    def is_shifted(self) -> bool:
        """It has another number of cells than the heading, so that no cell of it can be trusted to be its column's."""
        return self.broken and not self.unread


Rows = dict[str, list[Row]]
# The first row of each name, as people compare what names a row.
Seen = dict[tuple[Any, ...], Row]


def read_folder(folder: Path) -> dict[str, str]:
    """The texts of the folder's CSV files. Raises ImportRefused for what is no folder, cannot be opened, nobody knows, or is not UTF-8."""
    try:
        if not folder.is_dir():
            raise ImportRefused([Problem(str(folder), 0, "", _("is not a folder"))])
        found = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".csv")
        if not found:
            raise ImportRefused([Problem(str(folder), 0, "", _("holds none of {files}").format(files=", ".join(FILES)))])
        return decoded((path.name, path.read_bytes() if path.name in FILES else b"") for path in found)
    except OSError as error:
        raise ImportRefused([Problem(str(error.filename), 0, "", _("cannot be opened"))]) from error


def decoded(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    """The texts by file name. Raises ImportRefused for a name that nobody knows, one given twice, more than 5 MB, or bytes that are not UTF-8."""
    problems: list[Problem] = []
    texts: dict[str, str] = {}
    for name, content in files:
        if name not in FILES:
            problems.append(Problem(name[:80], 0, "", _("is not a file of the directory: those are {files}").format(files=", ".join(FILES))))
        elif name in texts:
            problems.append(Problem(name, 0, "", _("was given twice")))
        elif len(content) > MOST_BYTES:
            problems.append(Problem(name, 0, "", _("is larger than 5 MB")))
        else:
            try:
                texts[name] = content.decode("utf-8-sig")
            except UnicodeDecodeError:
                problems.append(Problem(name, 0, "", _('cannot be read as UTF-8 text: in a spreadsheet, save it as "CSV UTF-8"')))
    if problems:
        raise ImportRefused(problems)
    return texts


def read_texts(texts: Mapping[str, str]) -> tuple[Rows, list[Problem]]:
    """Every row of every file, and every mistake in them."""
    rows: Rows = {}
    problems: list[Problem] = []
    for name, file in FILES.items():
        if name in texts:
            rows[name] = list(_read_file(file, texts[name], problems))
    return rows, problems


def typed_rows(file: File, given: Mapping[int, Mapping[str, str]], problems: list[Problem]) -> list[Row]:
    """Rows that were typed on a page, by their number there: each cell read by its column's rule, no two rows the same. Adds to `problems`."""
    seen: Seen = {}
    rows = [_read_row(file, list(cells), list(cells.values()), number, problems) for number, cells in given.items()]
    return [row for row in rows if row.broken or _is_new(file, row, seen, problems)]


def _read_file(file: File, content: str, problems: list[Problem]) -> Iterator[Row]:
    reader, number = csv.reader(io.StringIO(content, newline=""), strict=True), 0
    try:
        first = [cell.strip().lower() for cell in next(reader, [])]
        unnamed = Unnamed.of(first)
        heading = first[: unnamed.start]
        if not _heading_is_good(file, heading, problems):
            return
        seen: Seen = {}
        number = 1
        # The spreadsheet's rows are counted and not the text's lines: a cell may hold several.
        for number, cells in enumerate(reader, start=2):
            if number > MOST_ROWS + 1:
                problems.append(Problem(file.name, number, "", _("has more than {count} rows").format(count=figure(MOST_ROWS))))
                return
            if any(cell.strip() for cell in cells):
                problems.extend(Problem(file.name, number, "", words) for words in unnamed.found_in(cells))
                row = _read_row(file, heading, unnamed.taken_out_of(cells), number, problems)
                if row.broken or _is_new(file, row, seen, problems):
                    yield row
    except csv.Error:
        problems.append(
            Problem(file.name, number + 1, "", _("is not well-formed CSV from here on: look for an unclosed quotation mark, or for a very long cell"))
        )


def _heading_is_good(file: File, heading: list[str], problems: list[Problem]) -> bool:
    known = {column.name: column for column in file.columns}
    before = len(problems)
    if len(heading) == 1 and (";" in heading[0] or "\t" in heading[0]):
        problems.append(Problem(file.name, 1, "", _("separates its cells with something else than commas")))
        return False
    for place, name in enumerate(heading, start=1):
        if not name:
            words = _("column {place} has no name: take it out, or name it as one of {known}")
            problems.append(Problem(file.name, 1, "", words.format(place=place, known=", ".join(known))))
        elif name not in known:
            problems.append(Problem(file.name, 1, name[:40], _("is not a column of this file: those are {known}").format(known=", ".join(known))))
        elif heading.count(name) > 1:
            problems.append(Problem(file.name, 1, name, _("stands twice in the heading")))
    missing = [column.name for column in file.columns if column.required and column.name not in heading]
    problems.extend(Problem(file.name, 1, name, _("is missing from the heading")) for name in missing)
    return len(problems) == before


def _read_row(file: File, heading: list[str], cells: list[str], number: int, problems: list[Problem]) -> Row:
    before = len(problems)
    if len(cells) > len(heading) and any(cell.strip() for cell in cells[len(heading) :]):
        words = _("has {cells} cells, the heading {heading}: put a text with a comma in quotation marks")
        words = words.format(cells=len(cells), heading=len(heading))
        problems.append(Problem(file.name, number, "", words))
    given = dict(zip(heading, map(unwrapped, cells), strict=False))
    is_shifted = len(problems) > before
    values = {column.name: _read_cell(file, column, given.get(column.name, ""), number, problems) for column in file.columns}
    unread = frozenset() if is_shifted else frozenset(problem.column for problem in problems[before:])
    return Row(number, values, broken=len(problems) > before, unread=unread)


def _read_cell(file: File, column: Column, cell: str, number: int, problems: list[Problem]) -> Any:
    if not cell:
        if column.required:
            problems.append(Problem(file.name, number, column.name, _("is empty")))
        return column.empty
    try:
        return column.parse(cell)
    except Unreadable as error:
        problems.append(Problem(file.name, number, column.name, str(error)))
        return column.empty


def _is_new(file: File, row: Row, seen: Seen, problems: list[Problem]) -> bool:
    first = seen.setdefault(tuple(as_read(row[name]) if isinstance(row[name], str) else row[name] for name in file.key), row)
    if first is row:
        return True
    spelled = next((name for name in file.key if row[name] != first[name]), "")
    words = spelled_otherwise(first) if spelled else _("repeats row {number}").format(number=first.number)
    problems.append(Problem(file.name, row.number, spelled or file.key[0], words))
    return False


def spelled_otherwise(first: Row) -> str:
    """What is said of a name that reads like that of an earlier row and is written otherwise."""
    return _("differs from row {number} only in spaces or capitals: write both the same").format(number=first.number)
