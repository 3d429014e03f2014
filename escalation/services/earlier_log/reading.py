"""From a file's bytes to rows, each mistake with its row and column. Touches no database."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from agencies.services.directory_import.columns import Unreadable
from agencies.services.directory_import.reading import ImportRefused, Problem
from agencies.unnamed import Unnamed
from agencies.words import figure
from escalation.services.earlier_log.columns import GENERAL, NOT_KEPT, STEPS, Taken, headings, read_step, takes
from escalation.states import Verb

MOST_BYTES = 50_000_000
MOST_ROWS = 200_000
FIRST = "log"


@dataclass(slots=True)
class Step:
    """One row: its number in the spreadsheet, what happened to which disagreement, when and by whom, and what its verb is given."""

    number: int
    key: str
    verb: Verb
    recorded: datetime
    happened: datetime | None
    by: str
    agency: str
    given: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Log:
    """A file read: the steps of each disagreement in the order of their moments, those with a mistake left out, and every mistake."""

    name: str
    steps: dict[str, list[Step]]
    broken: set[str]
    problems: list[Problem]

    def refuse(self, row: int, column: str, words: str) -> None:
        """Note one mistake."""
        self.problems.append(Problem(self.name, row, column, words))


def read_log(name: str, content: bytes, *, most_rows: int = MOST_ROWS) -> Log:
    """Every row of the file. Raises ImportRefused for a file that cannot be read at all; everything else is in the log's problems."""
    log = Log(name[:80], {}, set(), [])
    for number, cells in _records(log, _decoded(log, content), most_rows):
        step = _step(log, number, cells)
        if step is not None:
            log.steps.setdefault(step.key, []).append(step)
    for steps in log.steps.values():
        steps.sort(key=lambda step: step.recorded)
    return log


def _stop(log: Log, row: int, words: str) -> ImportRefused:
    log.refuse(row, "", words)
    return ImportRefused(log.problems)


def _decoded(log: Log, content: bytes) -> str:
    if len(content) > MOST_BYTES:
        raise _stop(log, 0, _("is larger than {n} MB").format(n=MOST_BYTES // 1_000_000))
    if content[:4] == b"PK\x03\x04":
        raise _stop(log, 0, _('is a spreadsheet and not CSV: save it as "CSV UTF-8"'))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _stop(log, 0, _('cannot be read as UTF-8 text: in a spreadsheet, save it as "CSV UTF-8"')) from None


def _records(log: Log, content: str, most_rows: int) -> Iterator[tuple[int, dict[str, str]]]:
    """Each row's number and cells by column. Commas, semicolons and tabs all separate; the heading says which."""
    first = content.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=mark, strict=True)
    number = 1
    try:
        names = [cell.strip().lower() for cell in next(reader, [])]
        unnamed = Unnamed.of(names)
        heading = names[: unnamed.start]
        _check_heading(log, heading)
        for number, cells in enumerate(reader, start=2):
            if number > most_rows + 1:
                raise _stop(log, 0, _("has more than {n} rows").format(n=figure(most_rows)))
            if any(cell.strip() for cell in cells):
                for words in unnamed.found_in(cells):
                    log.refuse(number, "", words)
                cells = unnamed.taken_out_of(cells)
                _check_width(log, number, heading, cells)
                yield number, dict(zip(heading, (cell.strip() for cell in cells), strict=False))
    except csv.Error:
        raise _stop(log, number + 1, _("is not well-formed CSV from here on: look for an unclosed quotation mark, or for a very long cell")) from None


def _check_heading(log: Log, heading: list[str]) -> None:
    known = set(headings())
    for name in dict.fromkeys(heading):
        if name not in known:
            log.refuse(1, name[:40], _("is not a column of this file: docs/disputes-import.md lists them"))
        elif heading.count(name) > 1:
            log.refuse(1, name, _("stands twice in the heading"))
    for column in GENERAL:
        if column.required and column.name not in heading:
            log.refuse(1, column.name, _("is missing from the heading"))
    if log.problems:
        raise ImportRefused(log.problems)


def _check_width(log: Log, number: int, heading: list[str], cells: list[str]) -> None:
    if any(cell.strip() for cell in cells[len(heading) :]):
        log.refuse(
            number,
            "",
            _("has {n} cells, the heading {heading}: put a text with a comma in quotation marks").format(n=len(cells), heading=len(heading)),
        )


def _step(log: Log, number: int, cells: dict[str, str]) -> Step | None:
    """The row as a step; None where something in it cannot be read. The disagreement is then broken: its other rows are read, and not replayed."""
    before = len(log.problems)
    general = {column.name: _cell(log, number, column, cells.get(column.name, "")) for column in GENERAL}
    verb = _verb(log, number, general["step"]) if general["step"] else None
    given = _given(log, number, verb, cells) if verb is not None else {}
    if general["happened"] and general["recorded"] and general["happened"] > general["recorded"]:
        log.refuse(number, "happened", _("lies after the moment of recording"))
    if len(log.problems) > before or verb is None:
        log.broken.add(str(general["disagreement"] or ""))
        return None
    return Step(
        number, general["disagreement"], verb, general["recorded"], general["happened"], general["by"] or "", general["agency"] or "", given
    )  # fmt: skip


def _verb(log: Log, number: int, cell: str) -> Verb | None:
    try:
        return STEPS[read_step(cell)]
    except Unreadable:
        log.refuse(number, "step", _('"{cell}" is no step of a log: docs/disputes-import.md lists them').format(cell=cell[:60]))
        return None


def _given(log: Log, number: int, verb: Verb, cells: dict[str, str]) -> dict[str, Any]:
    """What the row gives its verb. A filled cell that the step does not take is a mistake; a text that it needs and that is empty was not kept."""
    taken = takes(verb)
    general = {column.name for column in GENERAL}
    for name, cell in cells.items():
        if cell and name not in taken and name not in general:
            log.refuse(number, name, _("is not asked of the step {step}: leave it empty").format(step=verb.value if verb != Verb.SUBMIT else FIRST))
    found = {}
    for name, column in taken.items():
        if name in general:
            continue
        cell = cells.get(name, "")
        if cell or (column.required and not column.is_text):
            found[name] = _cell(log, number, column, cell)
        elif column.required:
            found[name] = NOT_KEPT
    return found


def _cell(log: Log, number: int, column: Taken, cell: str) -> Any:
    if not cell:
        if column.required:
            log.refuse(number, column.name, _("is empty"))
        return None
    try:
        return column.parse(cell)
    except Unreadable as error:
        log.refuse(number, column.name, str(error))
        return None
