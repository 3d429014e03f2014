"""Giving a file out: to those who may see it, whole as it was kept, each time on the record of readings."""

from dataclasses import dataclass
from datetime import datetime
from io import BufferedReader
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.errors import DomainError, NotFound
from agencies.person import Person
from escalation import record_policy
from escalation.engine import file_store as store
from escalation.engine.case import Case
from escalation.files.kinds import FileKind
from escalation.files.names import name_to_save
from escalation.models import Attachment
from escalation.services.reading import FILE, look

PIECE = 256 * 1024


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
        raise NotFound(_("There is no such file, or it is not yours to see."))
    return row


def give(case: Case, person: Person, row: Attachment, *, now: datetime, reason: str = "") -> Given:
    """The content, the reading kept first; the receiving side's first look marks its request as opened.

    Raises WrongState where it is no longer what was attached, TooMuch for somebody who opened very many disagreements within the hour.
    """
    content = store.whole(row.stored, row.sha256)
    try:
        look(case, person, f"{FILE}: {row.event.number}", now=now, reason=reason)
    except DomainError:
        content.close()
        raise
    kind = FileKind(row.kind)
    return Given(content, name_to_save(str(row.event.body.text.get("name", "file")), kind.value), kind, row.size)
