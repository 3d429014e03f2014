"""What lies over the pages of a PDF: comments, marks, and the fields of forms. What a reader sees stays; what only opens at a click does not.

Comments are refused, as Word's are (`revisions`): whoever attaches the file says what goes with it. Answers of a form become part of the page as
they are shown on it, so that none lies behind it that nobody saw.
"""

from collections.abc import Iterator
from typing import Any

import pikepdf

from agencies.marks import gettext_noop
from escalation.files.refusal import Refused

COMMENTS = gettext_noop("The PDF holds comments. Delete them all, or print it to a new PDF without them, then attach that.")
NOT_BLACKED = gettext_noop(
    "Words in the PDF are marked to be blacked out, and that was not done: they can still be read in it. Have it done, save it, then attach it."
)
NOT_SHOWN = gettext_noop(
    "The PDF is a form whose answers are not all fixed on its pages, so that what is in it and what is seen can differ. "
    "Print it to a new PDF, then attach that."
)
# Marks that have no words of their own to be read on the page: what is typed with them opens at a click.
COMMENTED = {
    f"/{name}" for name in ("Text", "Line", "Square", "Circle", "Polygon", "PolyLine", "Highlight", "Underline", "Squiggly", "StrikeOut", "Stamp",
                            "Caret", "Ink", "Popup", "Projection")
}  # fmt: skip
# What a program says of a link for whoever does not see it; and words that are typed onto the page, which are read there.
SHOWN = {"/Link", "/Widget", "/FreeText", "/Watermark", "/PrinterMark", "/TrapNet"}
TYPED = ("/Contents", "/RC")
INVISIBLE = 0b100011  # not known to the reader, hidden, not on the screen
# What a field holds and was called, wherever among the fields above it that stands.
OF_A_FIELD = ("/V", "/DV", "/RV", "/T", "/TU", "/TM", "/Opt", "/I", "/Parent", "/Kids", "/MK", "/AP", "/Lock", "/SV")


def judge_mark(found: Any) -> None:  # noqa: ANN401 - a PDF's object
    """Raises Refused for a comment, for words over the page that nobody sees, and for what is marked to be blacked out and was not."""
    kind = _kind(found)
    if kind == "/Redact":
        raise Refused(NOT_BLACKED)
    hidden = kind == "/FreeText" and bool(_flags(found) & INVISIBLE)
    unknown = bool(kind) and "/Rect" in found and kind not in SHOWN
    if (hidden or unknown or kind in COMMENTED) and any(_said(found, key) for key in TYPED):
        raise Refused(COMMENTS)


def settle_form(pdf: Any) -> None:  # noqa: ANN401 - pikepdf's document
    """Make what is over the pages part of them, and the form no form any more. Raises Refused where an answer is not shown as it is held."""
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and form.get("/NeedAppearances", False):
        # Each program draws the answers anew: what is drawn now may be an earlier one.
        if any(_holds_words(field) for field in _fields(pdf)):
            raise Refused(NOT_SHOWN)
        del form["/NeedAppearances"]
    pdf.flatten_annotations("screen")
    for page in pdf.pages:
        _take_off(page)
    for field in list(_fields(pdf)):
        for key in OF_A_FIELD:
            if key in field:
                del field[key]
    if "/AcroForm" in pdf.Root:
        del pdf.Root["/AcroForm"]


def _take_off(page: Any) -> None:  # noqa: ANN401 - pikepdf's page
    """What is left of the form's fields on the page shows nothing. Raises Refused where it holds something all the same."""
    notes = page.get("/Annots")
    if not isinstance(notes, pikepdf.Array):
        return
    left = [note for note in notes if _kind(note) != "/Widget"]
    if any(_holds_words(note) for note in notes if _kind(note) == "/Widget" and not _flags(note) & INVISIBLE):
        raise Refused(NOT_SHOWN)
    if len(left) < len(notes):
        page["/Annots"] = pikepdf.Array(left)


def _fields(pdf: Any) -> Iterator[Any]:  # noqa: ANN401 - pikepdf's document
    for found in pdf.objects:
        if isinstance(found, pikepdf.Dictionary) and ("/FT" in found or _kind(found) == "/Widget"):
            yield found
        elif isinstance(found, pikepdf.Array):
            # A number in it is no object of the library's.
            yield from (note for note in found if _kind(note) == "/Widget" and not note.is_indirect)


def _holds_words(field: Any) -> bool:  # noqa: ANN401 - a PDF's object
    """Typed or chosen, in the field or in one above it. A box that is ticked says so by how it is drawn, and a signature has no words."""
    for _ in range(20):
        value = field.get("/V")
        if isinstance(value, pikepdf.String):
            return bool(str(value).strip())
        if isinstance(value, pikepdf.Array | pikepdf.Stream):
            return True
        above = field.get("/Parent")
        if not isinstance(above, pikepdf.Dictionary):
            return False
        field = above
    return True


def _kind(found: Any) -> str:  # noqa: ANN401 - a PDF's object
    kind = found.get("/Subtype") if isinstance(found, pikepdf.Dictionary) else None
    return str(kind) if isinstance(kind, pikepdf.Name) else ""


def _flags(note: Any) -> int:  # noqa: ANN401 - a PDF's object
    flags = note.get("/F", 0)
    return flags if isinstance(flags, int) else 0


def _said(found: Any, key: str) -> bool:  # noqa: ANN401 - a PDF's object
    """Is there anything under it but spaces? A text may lie in a stream as well."""
    value = found.get(key)
    if isinstance(value, pikepdf.Stream):
        return bool(value.read_bytes().strip())
    return value is not None and bool(str(value).strip())
