"""What a file is, by its name and its first bytes: before anything reads it further."""

from dataclasses import dataclass

from agencies.marks import gettext_noop
from escalation.files.kinds import FileKind, require_kind
from escalation.files.names import checked_name
from escalation.files.refusal import Refused

EMPTY = gettext_noop("The file is empty. Choose another.")


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
        raise Refused(gettext_noop("The file is larger than {n} MB. Make it smaller, or attach it in pieces."), n=most // 1_000_000)
    return Looked(known, require_kind(known, content))
