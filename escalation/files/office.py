"""Word and OpenDocument texts: nothing that acts, reaches out or hides another file; author, organisation and thumbnail taken out."""

import re
from collections.abc import Callable

from escalation.files.kinds import FileKind
from escalation.files.packed import Part, packed, unpacked
from escalation.files.pictures import cleaned_picture
from escalation.files.refusal import Refused
from escalation.files.xml import walk

WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODF_TYPE = b"application/vnd.oasis.opendocument.text"
MACROS = "The document holds macros. Save it without them (as .docx or .odt), then attach it."
REACHES = "The document fetches something from outside, as a template, a picture or a field. Save it as a PDF, then attach that."
HOLDS = "Another file lies inside the document. Take it out, and attach the two one by one."
OTHER = "What is in the file is not the text document that its name promises. Save it again with your word processor, then attach it."
ENCRYPTED = "The document is encrypted. Save it without a password, then attach it."

MACRO_PARTS = re.compile(r"(^|/)(vba\w*|macros?|activex|attachedToolbars)|\.bin$|^basic/|^scripts/|^configurations2/", re.IGNORECASE)
# Word keeps printers' settings in a .bin and an OpenDocument its empty bars in Configurations2; neither acts, both are dropped.
HARMLESS = re.compile(r"(^|/)printerSettings/|^configurations2/", re.IGNORECASE)
HELD_PARTS = re.compile(r"(^|/)embeddings/|(^|/)afchunk|^object ?\d|^objectreplacements/", re.IGNORECASE)
# Fields that fetch or run: Word does so when the document is opened.
FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON|DATABASE)\b\s*[\"“\\\w]", re.IGNORECASE)
LINK_ONLY = ("/hyperlink",)
WEB = ("http:", "https:", "mailto:", "tel:", "#")
PICTURES = {".png": FileKind.PNG, ".jpg": FileKind.JPEG, ".jpeg": FileKind.JPEG}
# A dot of nothing, in place of the first page's picture: whatever names it still finds a picture.
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
EMPTIED: dict[str, bytes] = {
    "docprops/core.xml": (f'{HEAD}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>').encode(),
    "docprops/app.xml": f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'.encode(),
    "docprops/custom.xml": f'{HEAD}<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'.encode(),
    "meta.xml": (
        f'{HEAD}<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3">'
        "<office:meta/></office:document-meta>"
    ).encode(),
}


def cleaned_document(content: bytes, kind: FileKind) -> bytes:
    """The document packed anew without what tells of its writers. Raises Refused for what acts, reaches out, is locked, or is another kind."""
    parts = unpacked(content)
    by_name = {part.name: part.content for part in parts}
    if kind is FileKind.DOCX:
        _require_word(by_name)
    else:
        _require_open_document(parts, by_name)
    for part in parts:
        _require_quiet(part, kind)
    return packed([_emptied(part) for part in parts])


def _require_word(parts: dict[str, bytes]) -> None:
    """The table of contents says that it is a Word text, and nothing in it runs."""
    found: list[str] = []
    walk(parts.get("[Content_Types].xml", b""), lambda _name, given: found.append(given.get("ContentType", "")))
    if any("macroEnabled" in kind or "vbaProject" in kind or "activeX" in kind for kind in found):
        raise Refused(MACROS)
    if WORD_MAIN not in found or "word/document.xml" not in parts:
        raise Refused(OTHER)


def _require_open_document(parts: list[Part], by_name: dict[str, bytes]) -> None:
    """It begins by saying what it is, and its list of parts says nothing of a password."""
    if not parts or parts[0].name != "mimetype" or parts[0].content != ODF_TYPE or "content.xml" not in by_name:
        raise Refused(OTHER)

    def look(name: str, _given: dict[str, str]) -> None:
        if name.endswith(("encryption-data", "encrypted-key")):
            raise Refused(ENCRYPTED)

    walk(by_name.get("META-INF/manifest.xml", b""), look)


def _require_quiet(part: Part, kind: FileKind) -> None:
    name = part.name.lower()
    if HELD_PARTS.search(name):
        raise Refused(HOLDS)
    if MACRO_PARTS.search(name) and not HARMLESS.search(name):
        raise Refused(MACROS)
    if name.endswith(".rels"):
        walk(part.content, _look_at_relation)
    elif name.endswith(".xml"):
        said: list[str] = []
        walk(part.content, _look_at_element if kind is FileKind.ODT else _nothing, text=said.append)
        if kind is FileKind.DOCX and FIELDS.search(_field_codes(part.content)):
            raise Refused(REACHES)


def _nothing(_name: str, _given: dict[str, str]) -> None:
    return None


def _field_codes(content: bytes) -> str:
    """Everything that fields of a Word text say to Word, run together: a code may lie in several pieces."""
    inside: list[str] = []
    open_ones = 0

    def look(name: str, given: dict[str, str]) -> None:
        nonlocal open_ones
        open_ones = 1 if name == "w:instrText" else 0
        if name in {"w:fldSimple", "w:instr"}:
            inside.append(given.get("w:instr", "") + " ")

    walk(content, look, text=_when(lambda: bool(open_ones), inside))
    return "".join(inside)


def _when(condition: Callable[[], bool], into: list[str]) -> Callable[[str], None]:
    return lambda words: into.append(words) if condition() else None


def _look_at_relation(_name: str, given: dict[str, str]) -> None:
    """What a Word text names outside itself may only be a link that a reader presses."""
    if given.get("TargetMode", "").lower() != "external":
        return
    if not given.get("Type", "").endswith(LINK_ONLY) or not given.get("Target", "").strip().lower().startswith(WEB):
        raise Refused(REACHES)


def _look_at_element(name: str, given: dict[str, str]) -> None:
    """In an OpenDocument: no script, no event, no plug-in, and nothing from outside but a link that a reader presses."""
    plain = name.rpartition(":")[2]
    if name.startswith("script:") or plain in {"event-listener", "event-listeners", "script"}:
        raise Refused(MACROS)
    if plain in {"plugin", "applet", "object-ole", "floating-frame", "dde-connection-decl", "dde-source"}:
        raise Refused(HOLDS if plain == "object-ole" else REACHES)
    target = given.get("xlink:href", "").strip().lower()
    if not target:
        return
    if plain in {"a", "h", "bookmark-ref"}:
        if ":" in target and not target.startswith(WEB):
            raise Refused(REACHES)
    elif ":" in target or target.startswith(("/", "..")):
        raise Refused(REACHES)


def _emptied(part: Part) -> Part:
    """The part without what it tells of its writers; a picture is written anew."""
    name = part.name.lower()
    if name in EMPTIED:
        return Part(part.name, EMPTIED[name])
    if "thumbnail" in name:
        return Part(part.name, DOT)
    kind = next((kind for ending, kind in PICTURES.items() if name.endswith(ending)), None)
    return Part(part.name, cleaned_picture(part.content, kind)) if kind is not None else part
