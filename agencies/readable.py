"""What can be read and kept: text that is UTF-8, without NUL, and JSON that says each thing once. Pure: known to every door."""

import json
from collections.abc import Callable, Sequence
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from typing import Any
from unicodedata import category, normalize
from urllib.parse import unquote_to_bytes

from django.utils.translation import gettext_lazy as _

from agencies.words import Words

# How many characters a typed text may have, on pages and by programs alike; what takes less says so itself.
LONGEST = 20_000
# How much of a key that is given twice is said again.
LONGEST_KEY = 60
# Letters, marks and signs by their class, drawn as nothing all the same: Hangul fillers, the blank of Braille, marks that only choose a form.
UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0").union(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))
)
# Signs that show the letters after them in another order (or end that): a name with one reads as another name.
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# What telephones and address books wrap in unseen when they copy a number or a name: it keeps the order that the letters are in.
WRAPPED = {"\u202a": "\u202c", "\u202d": "\u202c", "\u2066": "\u2069", "\u2068": "\u2069"}
TURNED = _("It holds a sign that shows its letters in another order. Type it again without it.")
# What no text of one line has in it: control characters, of which tab and line break are two, and what separates lines and paragraphs.
BREAKING = frozenset({"Cc", "Zl", "Zp"})
BROKEN = _("It holds a line break, a tab or a control character. Type it again without it.")
NOT_KEPT = _("The text holds a character that cannot be stored. Type it again without it.")


def is_storable(text: str) -> bool:
    """Neither NUL nor half of a surrogate pair: no database keeps either."""
    return "\x00" not in text and not any("\ud800" <= sign <= "\udfff" for sign in text)


class GivenTwice(ValueError):
    """An object of JSON that gives a key twice; `key` is as much of it as can be shown."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key[:LONGEST_KEY] if is_storable(key) else ""


def read_json(text: str, *, parse_constant: Callable[[str], Any] | None = None) -> Any:
    """What the JSON says. Raises GivenTwice for an object with a key twice, of which the last would count without a word; ValueError for what is no
    JSON, RecursionError for what lies too deep inside itself."""
    return json.loads(text, parse_constant=parse_constant, object_pairs_hook=_each_once)


def _each_once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise GivenTwice(key)
        found[key] = value
    return found


def is_blank(text: str) -> bool:
    """Whether nothing in it can be seen: empty, or made of spaces, control characters, signs without width and letters that are drawn as nothing."""
    return all(category(sign)[0] in "ZC" or sign in UNSEEN for sign in text)


def is_turned(text: str) -> bool:
    """Whether a sign in it shows its letters in another order than they are in."""
    return not TURNING.isdisjoint(text)


def is_broken(text: str) -> bool:
    """Whether a sign in it breaks the line, or is a control character."""
    return any(category(sign) in BREAKING for sign in text)


def why_no_line(text: str) -> Words:
    """Why it is no text of one line that reads as it was typed, in a sentence; empty where it is one."""
    if is_turned(text):
        return TURNED
    return BROKEN if is_broken(text) else ""


def unwrapped(text: str) -> str:
    """The text without outer spaces, and without a pair of signs around the whole of it that shows its letters in the order that they are in."""
    inner = text.strip()
    if len(inner) > 1 and WRAPPED.get(inner[0]) == inner[-1]:
        within = unwrapped(inner[1:-1])
        return inner if is_turned(within) else within
    return inner


def trimmed(text: str) -> str:
    """As `unwrapped`; empty where nothing in it can be seen, so that no door takes it for an answer."""
    return "" if is_blank(text) else unwrapped(text)


def as_read(text: str) -> str:
    """A name as people compare it: not by its capitals, by which spaces part its words, nor by signs that are drawn as nothing."""
    seen = "".join(sign for sign in normalize("NFC", text) if category(sign) != "Cf" and sign not in UNSEEN)
    return " ".join(seen.split()).casefold()


def read_moment(text: str) -> datetime:
    """An aware moment as programs and links write it (ISO), in UTC: PostgreSQL reads no zone of 16 hours and more. Raises ValueError for anything
    else, and for the first and the last year that there are: in another zone they may lie outside every calendar."""
    found = datetime.fromisoformat(text)
    if found.tzinfo is None or not MINYEAR < found.year < MAXYEAR:
        raise ValueError(text)
    return found.astimezone(UTC)


def unreadable_names(encoded: bytes) -> list[str]:
    """The names in a query string or a form's body (`a=1&b=2`, percent-encoded) whose bytes are no UTF-8 or hold NUL, each once, in their order.

    A framework would put a replacement sign in their place without a word, and what was typed would be another text.
    """
    found: dict[str, None] = {}
    for pair in encoded.split(b"&"):
        name, _, value = (unquote_to_bytes(part.replace(b"+", b" ")) for part in pair.partition(b"="))
        if not (_is_readable(name) and _is_readable(value)):
            found[name.decode(errors="replace").replace("\x00", "")] = None
    return list(found)


def _is_readable(raw: bytes) -> bool:
    if b"\x00" in raw:
        return False
    try:
        raw.decode()
    except UnicodeDecodeError:
        return False
    return True
