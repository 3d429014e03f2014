"""One file, from its name and bytes to what may be kept of it."""

from dataclasses import dataclass

from escalation.files.kinds import FileKind, require_kind
from escalation.files.names import checked_name
from escalation.files.office import cleaned_document
from escalation.files.pdfs import cleaned_pdf
from escalation.files.pictures import cleaned_picture
from escalation.files.refusal import Refused
from escalation.files.text import cleaned_text

EMPTY = "The file is empty. Choose another."


@dataclass(frozen=True, slots=True)
class Looked:
    """What a file is: its name as words, and its kind."""

    name: str
    kind: FileKind


def look(name: str, content: bytes, *, most: int) -> Looked:
    """What the file is, by name and first bytes; nothing of it is read further. Raises Refused, also for more than `most` bytes."""
    known = checked_name(name)
    if not content:
        raise Refused(EMPTY)
    if len(content) > most:
        raise Refused(f"The file is larger than {most // 1_000_000} MB. Make it smaller, or attach it in pieces.")
    return Looked(known, require_kind(known, content))


def cleaned(kind: FileKind, content: bytes) -> bytes:
    """What may be kept of a file of this kind. Raises Refused."""
    if kind is FileKind.PDF:
        return cleaned_pdf(content)
    if kind in {FileKind.PNG, FileKind.JPEG}:
        return cleaned_picture(content, kind)
    if kind is FileKind.TEXT:
        return cleaned_text(content)
    return cleaned_document(content, kind)
