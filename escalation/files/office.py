"""Word and OpenDocument texts: nothing that acts, reaches out or hides another file; author, organisation and thumbnail taken out."""

import re
from collections.abc import Sequence

from agencies.marks import gettext_noop
from escalation.files.kinds import FileKind
from escalation.files.packed import Part, packed, unpacked
from escalation.files.pictures import cleaned_picture
from escalation.files.refusal import Refused
from escalation.files.revisions import look_in_open_document, look_in_word
from escalation.files.unseen_in_open import require_open_seen
from escalation.files.unseen_in_word import require_word_seen
from escalation.files.xml import local, walk

WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
ODF_TYPE = b"application/vnd.oasis.opendocument.text"
MACROS = gettext_noop("The document holds macros. Save it without them (as .docx or .odt), then attach it.")
REACHES = gettext_noop("The document fetches something from outside, as a template, a picture or a field. Save it as a PDF, then attach that.")
HOLDS = gettext_noop("Another file lies inside the document. Take it out, and attach the two one by one.")
OTHER = gettext_noop("What is in the file is not the text document that its name promises. Save it again with your word processor, then attach it.")
STRANGE = gettext_noop(
    "The document holds a part that cannot be checked, such as a drawing, a film, a font, or a picture that is neither PNG nor JPEG. "
    "Save it as a PDF, then attach that."
)
ENCRYPTED = gettext_noop("The document is encrypted. Save it without a password, then attach it.")

MACRO_PARTS = re.compile(r"(^|/)(vba\w*|macros?|activex|attachedToolbars)|\.bin$|^basic/|^scripts/", re.IGNORECASE)
# Printers' settings and what Word threw away; an OpenDocument's bars and its memory of where pages break. No text needs them: each is emptied.
NEEDLESS = re.compile(r"(^|/)printersettings|^\[trash\]/|^configurations2/|^layout-cache$")
HELD_PARTS = re.compile(r"(^|/)embeddings/|(^|/)afchunk|^object ?\d|^objectreplacements/", re.IGNORECASE)
# What can be looked through or written anew; whatever else a part is, nobody here could say what it does.
XML = {FileKind.DOCX: (".xml",), FileKind.ODT: (".xml", ".rdf")}
# Fields that fetch or run: Word does so when the document is opened.
FIELDS = re.compile(r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|MACROBUTTON|DATABASE)\b\s*[\"“\\\w]", re.IGNORECASE)
FIELD_CODES = {"instrText", "delInstrText"}
# By the end of its type, a relation that brings in another file, one that acts, and one that fetches a program from a shop.
RELATIONS = (
    (("/oleobject", "/package", "/afchunk", "/subdocument"), HOLDS),
    (("/control", "/activexcontrolbinary", "/vbaproject", "/wordvbadata", "/attachedtoolbars"), MACROS),
    (("/webextension", "/webextensiontaskpanes"), REACHES),
)
LINK_ONLY = ("/hyperlink",)
SCRIPTS = ("/script", ":script:1.0")
ACTS = {"event-listener", "event-listeners", "script", "execute-macro", "libraries"}
HELD = {"object", "object-ole", "binary-data"}
FETCHES = {"plugin", "applet", "floating-frame", "dde-connection-decl", "dde-source"}
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
    "word/people.xml": f'{HEAD}<w15:people xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml"/>'.encode(),
    "docmetadata/labelinfo.xml": f'{HEAD}<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"/>'.encode(),
    "meta.xml": (
        f'{HEAD}<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3">'
        "<office:meta/></office:document-meta>"
    ).encode(),
}

# What a document library knows of it: author, company, approvals. The text itself holds what is shown of it.
LIBRARY = re.compile(r"^customxml/item\d*\.xml$")
NOTHING = f"{HEAD}<nothing/>".encode()
# Values that templates and programs keep beside the text, the writer's name among them.
VARIABLES = re.compile(rb"<((?:[\w.-]+:)?docVars)\b(?:[^>]*/>|[^>]*>.*?</\1\s*>)", re.DOTALL)


def cleaned_document(content: bytes, kind: FileKind) -> bytes:
    """The document packed anew without what tells of its writers. Raises Refused for what acts, reaches out, is locked, or is another kind."""
    parts = unpacked(content)
    by_name = {part.name: part.content for part in parts}
    if kind is FileKind.DOCX:
        _require_word(by_name)
    else:
        _require_open_document(parts, by_name)
    cleaned_parts = [Part(part.name, _kept(part, kind)) for part in parts]
    # What acts or reaches out is said first.
    if kind is FileKind.DOCX:
        require_word_seen(by_name)
    else:
        require_open_seen(by_name.get("styles.xml", b""), by_name.get("content.xml", b""))
    return packed(cleaned_parts)


def _require_word(parts: dict[str, bytes]) -> None:
    """The table of contents says that it is a Word text, and nothing in it runs."""
    found: list[str] = []
    walk(parts.get("[Content_Types].xml", b""), lambda _name, given: found.append(given.get("ContentType", "")))
    if any("macroEnabled" in kind or "vbaProject" in kind or "activeX" in kind for kind in found):
        raise Refused(MACROS)
    # What tells another program that it is an OpenDocument has no place in a Word text, and the other way round.
    if WORD_MAIN not in found or "word/document.xml" not in parts or any(name.lower().startswith("meta-inf/") for name in parts):
        raise Refused(OTHER)


def _require_open_document(parts: list[Part], by_name: dict[str, bytes]) -> None:
    """It begins by saying what it is, and its list of parts says nothing of a password."""
    if not parts or parts[0].name != "mimetype" or parts[0].content != ODF_TYPE or "content.xml" not in by_name or "[Content_Types].xml" in by_name:
        raise Refused(OTHER)

    def look(name: str, _given: dict[str, str]) -> None:
        if local(name) in {"encryption-data", "encrypted-key"}:
            raise Refused(ENCRYPTED)

    walk(by_name.get("META-INF/manifest.xml", b""), look)


def _kept(part: Part, kind: FileKind) -> bytes:
    """What is kept of a part: nothing of what tells of the writers or is needless, a picture written anew, and XML once it was looked through."""
    name = part.name.lower()
    in_place = _in_place_of(name, kind)
    if in_place is not None:
        return in_place
    if HELD_PARTS.search(name):
        raise Refused(HOLDS)
    if MACRO_PARTS.search(name):
        raise Refused(MACROS)
    picture = next((found for ending, found in PICTURES.items() if name.endswith(ending)), None)
    if picture is not None:
        return cleaned_picture(part.content, picture)
    if name.endswith(".rels"):
        walk(part.content, _look_at_relation)
    elif name.endswith(XML[kind]):
        _look_through(part.content, kind)
        if kind is FileKind.DOCX:
            return _without_variables(part.content)
    elif kind is not FileKind.ODT or name != "mimetype":
        raise Refused(STRANGE)
    return part.content


def _in_place_of(name: str, kind: FileKind) -> bytes | None:
    """What stands in place of a part that tells of the writers or that no text needs; None for any other."""
    if name in EMPTIED:
        return EMPTIED[name]
    if kind is FileKind.DOCX and LIBRARY.search(name):
        return NOTHING
    if NEEDLESS.search(name):
        return b""
    # One that hides something else is refused before its name counts.
    return DOT if "thumbnail" in name and not (HELD_PARTS.search(name) or MACRO_PARTS.search(name)) else None


def _without_variables(content: bytes) -> bytes:
    """A Word text's part without the values kept beside it. Raises Refused where they are written so that they cannot be taken out."""
    left = VARIABLES.sub(b"", content)

    def look(name: str, _given: dict[str, str]) -> None:
        if local(name) == "docVar":
            raise Refused(STRANGE)

    walk(left, look)
    return left


def _look_through(content: bytes, kind: FileKind) -> None:
    if kind is FileKind.ODT:
        walk(content, _look_at_element)
    elif FIELDS.search(_field_codes(content)):
        raise Refused(REACHES)


def _field_codes(content: bytes) -> str:
    """Everything that fields of a Word text say to Word, run together: a code may lie in several pieces. Raises Refused for changes and comments.

    Names are taken whatever space they claim: Word has two of its own, and none of another's has these.
    """
    codes: list[str] = []

    def look(name: str, given: dict[str, str]) -> None:
        look_in_word(name)
        if local(name) == "fldSimple":
            codes.append(_given(given, "instr") + " ")

    def text(inside: Sequence[str], words: str) -> None:
        if any(local(name) in FIELD_CODES for name in inside):
            codes.append(words)

    walk(content, look, text=text)
    return "".join(codes)


def _given(given: dict[str, str], wanted: str) -> str:
    """The attribute's value, whatever space it claims; several are run together. Empty where there is none."""
    return " ".join(value for name, value in given.items() if local(name) == wanted)


def _look_at_relation(_name: str, given: dict[str, str]) -> None:
    """What belongs to a Word text neither is another file nor acts, whatever it is called; outside itself it may only name a link to press."""
    kind = _given(given, "Type").strip().lower()
    for endings, words in RELATIONS:
        if kind.endswith(endings):
            raise Refused(words)
    if _given(given, "TargetMode").strip().lower() != "external":
        return
    if not kind.endswith(LINK_ONLY) or not _given(given, "Target").strip().lower().startswith(WEB):
        raise Refused(REACHES)


def _look_at_element(name: str, given: dict[str, str]) -> None:
    """In an OpenDocument: no script, no event, no plug-in, and nothing from outside but a link that a reader presses."""
    space, _, plain = name.rpartition(" ")
    if space.endswith(SCRIPTS) or plain in ACTS:
        raise Refused(MACROS)
    if plain in HELD | FETCHES:
        raise Refused(HOLDS if plain in HELD else REACHES)
    look_in_open_document(plain)
    target = _given(given, "href").strip().lower()
    if not target:
        return
    if plain in {"a", "h", "bookmark-ref"}:
        if ":" in target and not target.startswith(WEB):
            raise Refused(REACHES)
    elif ":" in target or target.startswith(("/", "..")):
        raise Refused(REACHES)
