"""The kinds of file that are taken, told by what is in them and not by what they are called."""

from enum import StrEnum

from agencies.marks import gettext_noop
from escalation.files.refusal import Refused


class FileKind(StrEnum):
    """A kind of file; its value is the ending under which it is given out again."""

    PDF = "pdf"
    DOCX = "docx"
    ODT = "odt"
    PNG = "png"
    JPEG = "jpg"
    TEXT = "txt"

    @property
    def words(self) -> str:
        """As people call it, before it is looked up in their language."""
        return WORDS[self]

    @property
    def media_type(self) -> str:
        """As the header of an answer calls it."""
        return MEDIA_TYPES[self]


WORDS = {
    FileKind.PDF: "PDF",
    FileKind.DOCX: gettext_noop("Word document"),
    FileKind.ODT: gettext_noop("OpenDocument text"),
    FileKind.PNG: gettext_noop("PNG picture"),
    FileKind.JPEG: gettext_noop("JPEG picture"),
    FileKind.TEXT: gettext_noop("Plain text"),
}
MEDIA_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.ODT: "application/vnd.oasis.opendocument.text",
    FileKind.PNG: "image/png",
    FileKind.JPEG: "image/jpeg",
    FileKind.TEXT: "text/plain; charset=utf-8",
}
ENDINGS = {kind.value: kind for kind in FileKind} | {"jpeg": FileKind.JPEG}
TAKEN = gettext_noop("Attach a PDF, a Word document (.docx), an OpenDocument text (.odt), a picture (.png or .jpg) or plain text (.txt).")
PACKED = b"PK\x03\x04"
ODF_FIRST = b"mimetypeapplication/vnd.oasis.opendocument.text"
# The first bytes by which what is not taken is told, with what it is.
NOT_TAKEN: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", gettext_noop("an older Office file, or one that needs a password")),
    (b"MZ", gettext_noop("a program")),
    (b"\x7fELF", gettext_noop("a program")),
    (b"#!", gettext_noop("a script")),
    (b"GIF8", gettext_noop("a GIF picture")),
    (b"BM", gettext_noop("a bitmap picture")),
    (b"II*\x00", gettext_noop("a TIFF picture")),
    (b"MM\x00*", gettext_noop("a TIFF picture")),
    (b"RIFF", gettext_noop("a WebP picture or a recording")),
    (b"\x00\x00\x00", gettext_noop("a HEIC picture or a film")),
    (b"{\\rtf", gettext_noop("a rich text file")),
    (b"PK\x05\x06", gettext_noop("an empty packed folder")),
    (b"\x1f\x8b", gettext_noop("a packed file")),
    (b"7z\xbc\xaf", gettext_noop("a packed folder")),
    (b"Rar!", gettext_noop("a packed folder")),
)
# What a page or a drawing that could act begins with, in lower case.
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body", b"<!--", b"<iframe")


def kind_by_name(name: str) -> FileKind:
    """The kind that the name's ending promises. Raises Refused for every other ending, and for none."""
    _, dot, ending = name.rpartition(".")
    kind = ENDINGS.get(ending.lower()) if dot else None
    if kind is None:
        raise Refused(gettext_noop("This kind of file is not taken. {taken}"), taken=TAKEN)
    return kind


def kind_by_content(content: bytes) -> FileKind:
    """The kind that the content shows by its first bytes. Raises Refused for what is no kind that is taken."""
    if content.startswith(b"%PDF-"):
        return FileKind.PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return FileKind.PNG
    if content.startswith(b"\xff\xd8\xff"):
        return FileKind.JPEG
    if content.startswith(PACKED):
        return FileKind.ODT if content[30:].startswith(ODF_FIRST) else FileKind.DOCX
    what = next((words for first, words in NOT_TAKEN if content.startswith(first)), "")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        what = gettext_noop("a web page or a drawing")
    if what:
        raise Refused(gettext_noop("What is in the file is {what}. {taken}"), what=what, taken=TAKEN)
    return FileKind.TEXT


def require_kind(name: str, content: bytes) -> FileKind:
    """The kind, where name and content agree. Raises Refused where they do not, or where it is not taken."""
    promised = kind_by_name(name)
    found = kind_by_content(content)
    if promised != found:
        raise Refused(
            gettext_noop("The file’s name ends as that of a {kind}, but what is in it is not. Save it again as what it is, or attach another."),
            kind=promised.words,
        )
    return found
