"""PDFs: nothing that acts, fetches or hides another file; what tells of writers and programs, and all earlier versions, taken out."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from agencies.marks import gettext_noop
from escalation.files.pdf_covered import require_nothing_covered
from escalation.files.pdf_layers import require_all_shown
from escalation.files.pdf_marks import judge_mark, settle_form
from escalation.files.refusal import Refused

MOST_PAGES = 1_000
MOST_OBJECTS = 1_000_000
SCRIPT = gettext_noop("The PDF holds a script or starts something when it is opened. Print it to a new PDF, then attach that.")
HOLDS = gettext_noop("Another file, a film or a sound lies inside the PDF. Print it to a new PDF, then attach that, and the other file by itself.")
FORM = gettext_noop("The PDF is a form that only some programs can show. Print it to a new PDF, then attach that.")
REACHES = gettext_noop("The PDF opens or fetches something outside itself. Print it to a new PDF, then attach that.")
ENCRYPTED = gettext_noop("The PDF is encrypted or needs a password. Save it without, then attach it.")
BROKEN = gettext_noop("The PDF is damaged or cut off. Open it, save it again, then attach it.")
TWO_THINGS = gettext_noop("Something follows after the end of the PDF. Print it to a new PDF, then attach that.")
LARGE = gettext_noop("The PDF has more parts than a letter or minutes can have. Attach it in pieces.")

# By the word under which an object names what it does or is.
ACTIONS = {
    "/JavaScript": SCRIPT, "/Launch": SCRIPT, "/Rendition": HOLDS, "/Movie": HOLDS, "/Sound": HOLDS, "/RichMediaExecute": HOLDS,
    "/SubmitForm": REACHES, "/ImportData": REACHES, "/GoToR": REACHES, "/GoToE": REACHES, "/GoTo3DView": HOLDS,
}  # fmt: skip
SUBTYPES = {"/RichMedia": HOLDS, "/Movie": HOLDS, "/Sound": HOLDS, "/Screen": HOLDS, "/3D": HOLDS, "/FileAttachment": HOLDS}
KEYS = {"/JS": SCRIPT, "/JavaScript": SCRIPT, "/EF": HOLDS, "/EmbeddedFiles": HOLDS, "/XFA": FORM, "/Collection": HOLDS}
# What tells of people and programs, and what would happen by itself; the document reads the same without.
DROPPED = ("/Metadata", "/PieceInfo", "/AA", "/AF", "/LastModified", "/SpiderInfo")
# Who put a mark or a note on a page, and when; a form's field has its own name under the first of these.
OF_THE_NOTER = ("/T", "/CreationDate", "/M")
LINKS = ("http:", "https:", "mailto:", "tel:")


def cleaned_pdf(content: bytes) -> bytes:
    """The PDF written anew. Raises Refused for what acts, reaches out, hides a file, is locked, damaged or two things at once."""
    _require_end(content)
    try:
        with pikepdf.open(BytesIO(content), suppress_warnings=True) as pdf:
            return _written_anew(pdf)
    except pikepdf.PasswordError:
        raise Refused(ENCRYPTED) from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, RuntimeError, OSError):
        raise Refused(BROKEN) from None


def _require_end(content: bytes) -> None:
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Refused(BROKEN)
    if content[end + 5 :].strip(b"\r\n\t \x00"):
        raise Refused(TWO_THINGS)


def _written_anew(pdf: Any) -> bytes:
    if pdf.is_encrypted:
        raise Refused(ENCRYPTED)
    if not 1 <= len(pdf.pages) <= MOST_PAGES:
        raise Refused(BROKEN if len(pdf.pages) < 1 else LARGE)
    _require_quiet_opening(pdf.Root)
    for found in _objects(pdf):
        _judge(found)
        judge_mark(found)
        for key in (*DROPPED, *(OF_THE_NOTER if _is_note(found) else ())):
            if key in found:
                del found[key]
    settle_form(pdf)
    require_all_shown(pdf)
    require_nothing_covered(pdf)
    if "/Info" in pdf.trailer:
        del pdf.trailer["/Info"]
    out = BytesIO()
    pdf.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return out.getvalue()


def _require_quiet_opening(root: Any) -> None:
    """What happens when it is opened: going to a page is dropped, anything else is refused where the objects are judged."""
    if "/OpenAction" in root:
        action = root["/OpenAction"]
        if isinstance(action, pikepdf.Dictionary):
            _judge(action)
        del root["/OpenAction"]


def _objects(pdf: Any) -> Iterator[Any]:
    """Every dictionary and stream of the document, those inside others too. Raises Refused beyond a million."""
    waiting = [found for found in pdf.objects if isinstance(found, pikepdf.Object)]
    seen = 0
    while waiting:
        found = waiting.pop()
        seen += 1
        if seen > MOST_OBJECTS:
            raise Refused(LARGE)
        inside: Any = ()
        if isinstance(found, pikepdf.Dictionary | pikepdf.Stream):
            yield found
            inside = [found[key] for key in found.keys() if key not in DROPPED]  # noqa: SIM118 - a PDF's object, not a dictionary
        elif isinstance(found, pikepdf.Array):
            inside = list(found)
        waiting += [one for one in inside if isinstance(one, pikepdf.Object) and not one.is_indirect and _holds(one)]


def _is_note(found: Any) -> bool:
    """A mark on a page that is no field of a form: every kind has its place there and says its kind."""
    return "/Rect" in found and "/Subtype" in found and str(found["/Subtype"]) != "/Widget"


def _holds(found: Any) -> bool:
    return isinstance(found, pikepdf.Dictionary | pikepdf.Array)


def _judge(found: Any) -> None:
    for key, refusal in KEYS.items():
        if key in found:
            raise Refused(refusal)
    for key, table in (("/S", ACTIONS), ("/Subtype", SUBTYPES)):
        word = str(found[key]) if key in found and isinstance(found[key], pikepdf.Name) else ""
        if word in table:
            raise Refused(table[word])
    if "/URI" in found and "/S" in found and not str(found["/URI"]).strip().lower().startswith(LINKS):
        raise Refused(REACHES)
    if isinstance(found, pikepdf.Stream) and "/F" in found:
        raise Refused(REACHES)
