"""What may be kept of a file, by its kind."""

from escalation.files.kinds import FileKind
from escalation.files.office import cleaned_document
from escalation.files.pdfs import cleaned_pdf
from escalation.files.pictures import cleaned_picture
from escalation.files.text import cleaned_text


def cleaned(kind: FileKind, content: bytes) -> bytes:
    """What may be kept of a file of this kind. Raises Refused."""
    if kind is FileKind.PDF:
        return cleaned_pdf(content)
    if kind in {FileKind.PNG, FileKind.JPEG}:
        return cleaned_picture(content, kind)
    if kind is FileKind.TEXT:
        return cleaned_text(content)
    return cleaned_document(content, kind)
