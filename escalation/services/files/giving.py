"""Giving a file out: to those who may see it, whole as it was kept, each time on the record of readings."""

import hashlib
import logging
from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from uuid import UUID

from agencies.errors import NotFound, WrongState
from agencies.person import Person
from escalation import record_policy
from escalation.engine import file_store as store
from escalation.engine.case import Case
from escalation.files.kinds import FileKind
from escalation.files.names import name_to_save
from escalation.models import Attachment
from escalation.services.reading import FILE, look

logger = logging.getLogger(__name__)
PIECE = 256 * 1024
DAMAGED = "The file is not as it was attached, or is gone, so it is not given out. Tell the business unit: a backup may hold it."


@dataclass(frozen=True, slots=True)
class Given:
    """A file on its way out; whoever takes it closes the content."""

    content: BufferedReader
    name: str
    kind: FileKind
    size: int


def find_file(case: Case, person: Person, file: UUID) -> Attachment:
    """The file, where the person may see it. Raises NotFound for one that is not there, is not theirs to see, or has left the record: alike."""
    row: Attachment | None = Attachment.objects.of(case.dispute).filter(pk=file).first()
    if row is None or not record_policy.may_see(person, case, row):
        raise NotFound("There is no such file, or it is not yours to see.")
    return row


def give(case: Case, person: Person, row: Attachment, *, now: datetime, reason: str = "") -> Given:
    """The content, the reading kept first; the receiving side's first look marks its request as opened.

    Raises WrongState where it is no longer what was attached.
    """
    content = _whole(row)
    look(case, person, f"{FILE}: {row.event.number}", now=now, reason=reason)
    kind = FileKind(row.kind)
    return Given(content, name_to_save(str(row.event.body.text.get("name", "file")), kind.value), kind, row.size)


def _whole(row: Attachment) -> BufferedReader:
    """The content at its beginning, once its digest was found to be the row's."""
    try:
        content = store.opened(row.stored)
    except OSError:
        logger.exception("A file cannot be read: %s", row.pk)
        raise WrongState(DAMAGED) from None
    if hashlib.file_digest(content, "sha256").hexdigest() != row.sha256:
        content.close()
        logger.error("A file is not what was attached: %s", row.pk)
        raise WrongState(DAMAGED)
    content.seek(0)
    return content
