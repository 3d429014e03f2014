"""The files of one disagreement as one person may see them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from agencies.person import Person
from escalation import record_policy
from escalation.engine.case import Case
from escalation.files.kinds import FileKind
from escalation.models import Attachment
from escalation.selectors.timeline import Names
from escalation.states import Audience


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file: what it is called, what it is, who attached it for whom, and whether the reader may take it out. `number` is its line's."""

    id: UUID
    number: int
    name: str
    about: str
    kind: str
    size: int
    audience: Audience
    agency: str
    who: str
    added: datetime
    sha256: str
    may_end: bool

    @property
    def size_words(self) -> str:
        """As "120 KB" or "2.4 MB"."""
        return size_words(self.size)


def size_words(size: int) -> str:
    """Bytes as people read them: at least 1 KB, from a million on in MB."""
    if size >= 1_000_000:
        return gettext("{size} MB").format(size=f"{size / 1_000_000:.1f}")
    return gettext("{size} KB").format(size=max(1, round(size / 1000)))


def files_of(case: Case, person: Person, rows: Iterable[Attachment], names: Names) -> list[FileLine]:
    """Those of the rows that the person may see, as lines."""
    return [_line(row, case, person, names) for row in rows if record_policy.may_see(person, case, row)]


def _line(row: Attachment, case: Case, person: Person, names: Names) -> FileLine:
    words = row.event.body.text
    return FileLine(
        id=row.pk,
        number=row.event.number,
        name=str(words.get("name", "")),
        about=str(words.get("about", "")),
        kind=gettext(FileKind(row.kind).words),
        size=row.size,
        audience=Audience(row.audience),
        agency=names.agency(row.agency_id) or names.partnership,
        who=names.who(row.added_by_id),
        added=row.added_at,
        sha256=row.sha256,
        may_end=record_policy.may_end(person, case, row),
    )
