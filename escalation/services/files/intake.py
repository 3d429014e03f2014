"""From an upload to a file in the files' folder: looked at, scanned as it came, cleaned apart, and kept. No row yet."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.errors import DomainError, InvalidInput
from escalation.engine import file_store as store
from escalation.files.apart import cleaned_apart
from escalation.files.examine import Looked, look
from escalation.files.kinds import FileKind
from escalation.files.refusal import Refused
from escalation.services.files.scanning import require_clean


class Upload(Protocol):
    """A file as it comes in."""

    name: str | None

    def read(self, num_bytes: int = ..., /) -> bytes: ...


MEGABYTE = 1_000_000
CHOOSE = _("Choose a file.")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that lies in the folder: what people call it, what it is, its digest as it came and as it is kept, and the name it lies under."""

    name: str
    kind: FileKind
    size: int
    received: str
    sha256: str
    stored: str

    def facts(self) -> dict[str, Any]:
        """What the record's line says of it."""
        return {"type": self.kind.value, "size": self.size, "sha256": self.sha256, "received": self.received}


def most_bytes() -> int:
    """How large a file may be."""
    return int(settings.CONCORD_FILE_MEGABYTES) * MEGABYTE


@contextmanager
def taken_in(upload: Upload | None) -> Iterator[Kept]:
    """The upload as a file in the folder. Raises InvalidInput beside `upload` for one that is not taken.

    Where the work inside is refused, so that no row will name it, the file is erased again; what a fault leaves behind, `tidy` finds.
    """
    if upload is None:
        raise InvalidInput(CHOOSE, field="upload")
    try:
        kept = _kept(upload.name or "", upload.read(most_bytes() + 1))
    except Refused as refusal:
        raise InvalidInput(refusal_in_words(refusal), field="upload") from None
    try:
        yield kept
    except DomainError:
        store.erase(kept.stored)
        raise


@contextmanager
def with_file_taken_in(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """A verb's arguments; where a file is among them, with the file as it is kept. So it is looked at before the disagreement is locked."""
    if "upload" not in given:
        yield dict(given)
        return
    with taken_in(given["upload"]) as kept:
        yield {**given, "upload": kept}


def refusal_in_words(refusal: Refused) -> str:
    """Why it is not taken, in the language in force."""
    places = {name: gettext(value) if isinstance(value, str) else value for name, value in refusal.places.items()}
    return gettext(refusal.words).format(**places) if places else gettext(refusal.words)


def cleaned_content(name: str, content: bytes, *, most: int) -> tuple[Looked, bytes]:
    """What a file is, and what may be kept of it: looked at, scanned as it came, cleaned apart. Nothing is kept yet. Raises Refused."""
    looked = look(name, content, most=most)
    require_clean(content)
    return looked, cleaned_apart(looked.kind, content)


def _kept(name: str, content: bytes) -> Kept:
    looked, clean = cleaned_content(name, content, most=most_bytes())
    stored = store.keep(clean)
    return Kept(looked.name, looked.kind, len(clean), store.digest(content), store.digest(clean), stored)
