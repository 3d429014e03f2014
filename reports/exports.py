"""Figures as data files (CSV, XLSX, ODS): one line for each figure, the same in every form, safe to open in a spreadsheet."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from stream_write_ods import stream_write_ods

from agencies.sheets import neutral
from reports.figures import Column, Comment, Document, Section, Table, Unit
from reports.language import whole
from reports.periods import period_of
from reports.rendering import key_of
from reports.said import shown, worded

HEADER = (
    gettext_noop("Chapter"), gettext_noop("Table"), gettext_noop("Row"), gettext_noop("Column"), gettext_noop("Figure"), gettext_noop("Unit"),
    gettext_noop("Sign"),
)  # fmt: skip
WIDTHS, WORDS_WIDTHS, NOTES_WIDTHS = (24, 44, 40, 28, 14, 18, 8), (44, 120), (14, 24, 60, 120)
LONGEST_NAME = 31  # Of a sheet, as spreadsheet programs have it.
Figure = int | float | str | None
Line = tuple[str, str, str, str, Figure, str, str]
Sheet = tuple[str, Sequence[str], Sequence[Sequence[Figure]]]


@dataclass(frozen=True, slots=True)
class Format:
    """A form of data file: what its name ends with, what it is called, its media type, and how it is made."""

    ending: str
    name: str
    media_type: str
    make: Callable[[Document], bytes]


def lines(document: Document) -> Iterator[Line]:
    """What the document is, then every figure with its chapter, table, row, column and unit; None, with its sign, where there is none.

    Texts are neutral, in the language in force; a number is a number, below nothing too. A table without rows says so in one line.
    """
    document = worded(document)
    year = period_of(document.year, document.days)
    for name, words in (
        (_("Partnership"), document.partnership),
        (_("Document"), document.title),
        (_("Year") if document.year else _("Period"), year.words),
        (_("Subgroup"), document.subgroup),
        (_("Edition"), document.edition.words),
        (_("Figures taken at (UTC)"), document.snapshot),
    ):
        if words:
            yield (_("About"), "", name, "", neutral(words), Unit.TEXT.words, "")
    for section in document.sections:
        for table in section.tables:
            yield from _table(section, table)


def _words_of(document: Document) -> Iterator[Line]:
    """What stands beside the figures, how each is counted and how all were made, as lines of the same form, for files that have one sheet."""
    document = worded(document)
    yield from _notes(document)
    for section in document.sections:
        for one in section.definitions:
            yield (_("Definitions"), neutral(section.name), neutral(one.name), _("How it is counted"), neutral(one.words), Unit.TEXT.words, "")
    for number, words in enumerate(document.method, start=1):
        yield (_("Method"), "", str(number), _("How the figures were made"), neutral(words), Unit.TEXT.words, "")


def _notes(document: Document) -> Iterator[Line]:
    """The summary, what each chapter says, the notes below its tables, the business unit's comment on it, and what the signs mean."""

    def line(part: str, chapter: str, whose: str, column: str, words: str) -> Line:
        return (part, neutral(chapter), neutral(whose), column, neutral(words), Unit.TEXT.words, "")

    for number, words in enumerate(document.summary, start=1):
        yield line(_("Summary"), "", str(number), _("In words"), words)
    for section in document.sections:
        yield line(_("Messages"), section.name, "", _("In words"), section.message)
        for table in section.tables:
            if table.note:
                yield line(_("Notes"), section.name, table.caption, _("Note"), table.note)
        if section.comment:
            yield line(_("Comments"), section.name, _credit(section.comment), _("The business unit’s comment"), section.comment.words)
    for sign, words in key_of(table for section in document.sections for table in section.tables):
        yield line(_("Signs"), "", sign, _("What it means"), words)


def _credit(comment: Comment) -> str:
    """Who wrote a comment, or who signed it."""
    if comment.signed_by:
        return _("Signed for publication by {name}").format(name=comment.signed_by)
    return _("Written by {name}; not signed for publication").format(name=comment.written_by)


def as_csv(document: Document) -> str:
    """The lines as comma-separated values, ended as RFC 4180 says; below the figures what is said to them and how they are counted."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([_(name) for name in HEADER])
    for line in chain(lines(document), _words_of(document)):
        writer.writerow(["" if cell is None else f"{cell:g}" if isinstance(cell, float) else cell for cell in line])
    return out.getvalue()


def _csv(document: Document) -> bytes:
    """With the mark at the beginning that makes spreadsheets read it as UTF-8."""
    return as_csv(document).encode("utf-8-sig")


def _xlsx(document: Document) -> bytes:
    """A workbook: texts stay texts, numbers are numbers, the header stays in sight."""
    out = io.BytesIO()
    taken = datetime.fromisoformat(document.snapshot).replace(tzinfo=None)
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        book.set_properties({"title": _title(document), "author": document.partnership, "created": taken})
        bold = book.add_format({"bold": True})
        for (name, header, rows), widths in zip(_sheets(document), (WIDTHS, WORDS_WIDTHS, NOTES_WIDTHS, WORDS_WIDTHS), strict=True):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, header, bold)
            sheet.freeze_panes(1, 0)
            for at, width in enumerate(widths):
                sheet.set_column(at, at, width)
            for number, row in enumerate(rows, start=1):
                for across, cell in enumerate(row):
                    if isinstance(cell, str):
                        sheet.write_string(number, across, cell)
                    elif cell is not None:
                        sheet.write_number(number, across, cell)
    return out.getvalue()


def _ods(document: Document) -> bytes:
    taken = datetime.fromisoformat(document.snapshot).replace(tzinfo=None)
    return b"".join(stream_write_ods(_sheets(document), get_modified_at=lambda: taken))


FORMATS = {
    each.ending: each
    for each in (
        Format("csv", "CSV", "text/csv; charset=utf-8", whole(_csv)),
        Format("xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", whole(_xlsx)),
        Format("ods", "OpenDocument", "application/vnd.oasis.opendocument.spreadsheet", whole(_ods)),
    )
}


def _sheets(document: Document) -> Iterator[Sheet]:
    document = worded(document)
    yield (_("Figures")[:LONGEST_NAME], [_(name) for name in HEADER], list(lines(document)))
    counted = [(neutral(one.name), neutral(one.words)) for section in document.sections for one in section.definitions]
    yield (_("Definitions")[:LONGEST_NAME], (_("What"), _("How it is counted")), counted)
    notes = [(part, chapter, whose, words) for part, chapter, whose, _column, words, *_rest in _notes(document)]
    yield (_("Notes and comments")[:LONGEST_NAME], (_("What"), _("Chapter"), _("To what"), _("In words")), notes)
    yield (
        _("Method")[:LONGEST_NAME],
        ("", _("How the figures were made")),
        [(number, neutral(words)) for number, words in enumerate(document.method, start=1)],
    )


def _title(document: Document) -> str:
    form = _("{document} {period}, {edition}")
    name = shown(document.title) or _("Professional disagreements")
    return form.format(document=name, period=period_of(document.year, document.days).label, edition=document.edition.words.lower())


def _table(section: Section, table: Table) -> Iterator[Line]:
    if not table.rows:  # It says that there is nothing, as on pages and paper.
        yield (neutral(section.name), neutral(table.caption), "", "", neutral(table.empty), Unit.TEXT.words, "")
    for row in table.rows:
        for column, cell in zip(table.columns, row.cells, strict=True):
            if column.seen:
                names = (section.name, table.caption, row.label, column.label)
                figure = None if cell.mark else neutral(cell.value) if isinstance(cell.value, str) else cell.value
                chapter, caption, label, heading = map(neutral, names)
                yield (chapter, caption, label, heading, figure, _unit(column), f"[{cell.mark}]" if cell.mark else "")


def _unit(column: Column) -> str:
    return Unit(column.unit).words
