"""Words of a Word or OpenDocument text that are there and not seen: formatted as hidden, or written in black on black, as if that took them out."""

from collections.abc import Mapping, Sequence

from agencies.marks import gettext_noop
from escalation.files.kinds import FileKind
from escalation.files.refusal import Refused
from escalation.files.xml import local, walk

UNSEEN = gettext_noop(
    "The document holds words that are not seen and can still be read in it: formatted as hidden, or black on black. "
    "Take them out (Word: Find, More, Format, Font, Hidden; or remove the black and look), save it, then attach it."
)
NO = frozenset({"0", "false", "off"})
BLACK = frozenset({"000000", "#000000"})
# As an OpenDocument says that something is shown; else it is not, or under a condition.
SHOWN = frozenset({"", "true"})
# In a section or a field of its own an OpenDocument hides words by a condition, or for good.
HIDES = frozenset({"hidden-text", "hidden-paragraph"})


def require_all_seen(parts: Mapping[str, bytes], kind: FileKind) -> None:
    """Raises Refused where a document, its parts by name, holds words that are not seen."""
    if kind is FileKind.DOCX:
        hidden = _hidden_styles(parts.get("word/styles.xml", b""))
        for name, content in parts.items():
            if name.startswith("word/") and name.endswith(".xml") and name != "word/styles.xml":
                _Word(hidden).through(content)
    else:
        _Open().through(parts.get("styles.xml", b""), parts.get("content.xml", b""))


def _hidden_styles(content: bytes) -> frozenset[str]:
    """The styles of a Word text whose words are hidden, by their keys."""
    found: set[str] = set()
    at = ""

    def look(name: str, given: dict[str, str]) -> None:
        nonlocal at
        if local(name) == "style":
            at = _value(given, "styleId")
        elif local(name) == "vanish" and at and _value(given, "val") not in NO:
            found.add(at)

    if content:
        walk(content, look)
    return frozenset(found)


class _Word:
    """Through a part of a Word text: how the run looks that is being read, and whether it has words."""

    def __init__(self, hidden: frozenset[str]) -> None:
        self.hidden = hidden
        self.is_hidden_paragraph = False
        self._begin()

    def _begin(self) -> None:
        self.is_hidden, self.colour, self.behind = False, "", ""

    def through(self, content: bytes) -> None:
        """Raises Refused at words that are not seen."""
        walk(content, self._look, text=self._read)

    def _look(self, name: str, given: dict[str, str]) -> None:
        plain, value = local(name), _value(given, "val")
        if plain == "p":
            self.is_hidden_paragraph = False
        elif plain == "r":
            self._begin()
        elif plain == "pStyle":
            self.is_hidden_paragraph = value in self.hidden
        elif plain == "rStyle":
            self.is_hidden = value in self.hidden
        elif plain == "vanish":
            self.is_hidden = value not in NO
        elif plain == "color":
            self.colour = value.lower()
        elif plain == "highlight":
            self.behind = value.lower()
        elif plain == "shd" and _value(given, "fill") in BLACK and not self.behind:
            self.behind = "shade"

    def _read(self, inside: Sequence[str], words: str) -> None:
        if local(inside[-1]) != "t" or not words.strip():
            return
        # Word writes in white on a dark shade by itself, and in black on black where it is told to.
        is_black = (self.behind == "black" and self.colour in {"", "auto", *BLACK}) or (self.behind == "shade" and self.colour in BLACK)
        if self.is_hidden or self.is_hidden_paragraph or is_black:
            raise Refused(UNSEEN)


class _Open:
    """Through the styles of an OpenDocument text and then its words."""

    def __init__(self) -> None:
        self.hidden: set[str] = set()
        self.at = ""

    def through(self, *contents: bytes) -> None:
        """Raises Refused where a style that hides words is used."""
        for content in contents:
            if content:
                walk(content, self._look)

    def _look(self, name: str, given: dict[str, str]) -> None:
        plain = local(name)
        if plain == "style":
            self.at = _value(given, "name")
        elif plain == "text-properties":
            is_black = _value(given, "background-color") in BLACK and _value(given, "color") in BLACK
            if self.at and (_value(given, "display") not in SHOWN or is_black):
                self.hidden.add(self.at)
        elif self._hides(plain, given):
            raise Refused(UNSEEN)

    def _hides(self, plain: str, given: Mapping[str, str]) -> bool:
        if plain == "section":
            return _value(given, "display") not in SHOWN
        return plain in HIDES or (plain in {"span", "p", "h"} and _value(given, "style-name") in self.hidden)


def _value(given: Mapping[str, str], wanted: str) -> str:
    """The attribute's value, whatever space it claims; empty where there is none."""
    return next((value for name, value in given.items() if local(name) == wanted), "")
