"""The kinds of file that are taken, told by what is in them and not by what they are called."""

from enum import StrEnum

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
        """As people call it."""
        return WORDS[self]

    @property
    def media_type(self) -> str:
        """As the header of an answer calls it."""
        return MEDIA_TYPES[self]


WORDS = {
    FileKind.PDF: "PDF",
    FileKind.DOCX: "Word document",
    FileKind.ODT: "OpenDocument text",
    FileKind.PNG: "PNG picture",
    FileKind.JPEG: "JPEG picture",
    FileKind.TEXT: "Plain text",
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
TAKEN = "Attach a PDF, a Word document (.docx), an OpenDocument text (.odt), a picture (.png or .jpg) or plain text (.txt)."
PACKED = b"PK\x03\x04"
ODF_FIRST = b"mimetypeapplication/vnd.oasis.opendocument.text"
# The first bytes by which what is not taken is told, with what it is.
NOT_TAKEN: tuple[tuple[bytes, str], ...] = (
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an older Office file, or one that needs a password"),
    (b"MZ", "a program"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a bitmap picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"RIFF", "a WebP picture or a recording"),
    (b"\x00\x00\x00", "a HEIC picture or a film"),
    (b"{\\rtf", "a rich text file"),
    (b"PK\x05\x06", "an empty packed folder"),
    (b"\x1f\x8b", "a packed file"),
    (b"7z\xbc\xaf", "a packed folder"),
    (b"Rar!", "a packed folder"),
)
# What a page or a drawing that could act begins with, in lower case.
MARKUP = (b"<!doctype", b"<html", b"<svg", b"<?xml", b"<script", b"<head", b"<body", b"<!--", b"<iframe")


def kind_by_name(name: str) -> FileKind:
    """The kind that the name's ending promises. Raises Refused for every other ending, and for none."""
    _, dot, ending = name.rpartition(".")
    kind = ENDINGS.get(ending.lower()) if dot else None
    if kind is None:
        raise Refused(f"This kind of file is not taken. {TAKEN}")
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
        what = "a web page or a drawing"
    if what:
        raise Refused(f"What is in the file is {what}. {TAKEN}")
    return FileKind.TEXT


def require_kind(name: str, content: bytes) -> FileKind:
    """The kind, where name and content agree. Raises Refused where they do not, or where it is not taken."""
    promised = kind_by_name(name)
    found = kind_by_content(content)
    if promised != found:
        raise Refused(
            f"The file’s name ends as that of a {promised.words}, but what is in it is not. Save it again as what it is, or attach another."
        )
    return found
