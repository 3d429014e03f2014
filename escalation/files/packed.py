"""Packed documents (OOXML, OpenDocument): what the packing must be like before anything in it is read."""

import stat
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO

from agencies.marks import gettext_noop
from escalation.files.refusal import Refused

MOST_PARTS = 2_000
MOST_BYTES = 100_000_000
# Text packs to a tenth or a fiftieth; what packs to less than a two-hundredth is made to burst. Small parts may be as empty as they like.
MOST_RATIO, RATIO_FROM = 200, 1_000_000
ENCRYPTED = 0x1
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
DAMAGED = gettext_noop("The document is damaged. Open it, save it again, then attach it.")
BURSTS = gettext_noop("Unpacked, the document is far larger than a letter or minutes can be. Make it smaller, or save it as a PDF.")
STRANGE = gettext_noop("The document is packed in a way that no word processor uses. Save it again with your word processor, then attach it.")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a packed document."""

    name: str
    content: bytes


def unpacked(content: bytes) -> list[Part]:
    """The parts in their order. Raises Refused where the packing is damaged, strange, encrypted, or would burst."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            entries = [entry for entry in packed.infolist() if not entry.is_dir()]
            _require_whole(content, packed)
            _require_plain(packed.infolist())
            _require_size(entries)
            return [Part(entry.filename, packed.read(entry)) for entry in entries]
    except (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, NotImplementedError, OSError, ValueError, EOFError, RuntimeError):
        raise Refused(DAMAGED) from None


def packed(parts: list[Part]) -> bytes:
    """The parts packed anew, without moments, comments or owners; the first one of an OpenDocument lies unpacked, as its format asks."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for part in parts:
            entry = zipfile.ZipInfo(part.name, date_time=(1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_STORED if part.name == "mimetype" else zipfile.ZIP_DEFLATED
            new.writestr(entry, part.content)
    return out.getvalue()


def _require_whole(content: bytes, packed: zipfile.ZipFile) -> None:
    """Nothing before the first part and nothing after the directory: a file that is two things at once is neither."""
    first = min((entry.header_offset for entry in packed.infolist()), default=-1)
    if first != 0 or packed.comment or content[-22:-18] != b"PK\x05\x06":
        raise Refused(STRANGE)


def _require_plain(entries: list[zipfile.ZipInfo]) -> None:
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) != len(names):
        raise Refused(STRANGE)
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise Refused(gettext_noop("The document is encrypted. Save it without a password, then attach it."))
        if stat.S_ISLNK(entry.external_attr >> 16) or entry.compress_type not in METHODS or not _is_inside(entry.orig_filename):
            raise Refused(STRANGE)


def _is_inside(name: str) -> bool:
    """A name that leads nowhere but into the document."""
    pieces = name.rstrip("/").split("/")
    return name.isprintable() and "\\" not in name and ":" not in name and all(piece not in {"", ".", ".."} for piece in pieces)


def _require_size(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_PARTS or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Refused(BURSTS)
    if any(entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(entry.compress_size, 1) for entry in entries):
        raise Refused(BURSTS)
