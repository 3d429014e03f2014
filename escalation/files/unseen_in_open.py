"""Words of an OpenDocument text that are not seen, by a style of theirs or of what they stand in, or by one that it is based on."""

from collections.abc import Sequence

from escalation.files.refusal import Refused
from escalation.files.unseen import BLACK, UNSEEN, Look, based, is_white, require_seen
from escalation.files.xml import local, value_of, walk

# As an OpenDocument says that something is shown; else it is not, or under a condition.
SHOWN = frozenset({"", "true"})
# In a section or a field of its own an OpenDocument hides words by a condition, or for good.
HIDES = frozenset({"hidden-text", "hidden-paragraph"})
# What words stand in, with the family of its styles.
FAMILIES = {
    "p": "paragraph", "h": "paragraph", "span": "text", "a": "text", "section": "section",
    "table": "table", "table-row": "table-row", "table-cell": "table-cell",
}  # fmt: skip
OF_WORDS = frozenset({"p", "h", "span", "a"})
GROUNDS = frozenset({"paragraph-properties", "section-properties", "table-properties", "table-row-properties", "table-cell-properties"})


def require_open_seen(styles: bytes, content: bytes) -> None:
    """Raises Refused where an OpenDocument text holds words that are not seen; its own styles come before those of its words."""
    text = _Text()
    for part in (styles, content):
        if part:
            walk(part, text.look, text=text.read, over=text.over)


class _Text:
    """Through the styles and then the words: what is open around those that are being read, each with how it looks."""

    def __init__(self) -> None:
        self.styles: dict[str, Look] = {}
        self.at: Look | None = None
        self.open: list[tuple[str, Look]] = []
        self.shapes = 0
        self.paper = True

    def look(self, name: str, given: dict[str, str]) -> None:
        """An element begins. Raises Refused for what hides words by itself."""
        plain = local(name)
        if plain in HIDES or (plain == "section" and value_of(given, "display") not in SHOWN):
            raise Refused(UNSEEN)
        self.shapes += _is_shape(name)
        if plain in {"style", "default-style"}:
            self._begin_style(value_of(given, "family"), value_of(given, "name"), value_of(given, "parent-style-name"))
        elif plain in FAMILIES:
            self.open.append((plain, self._styled(FAMILIES[plain], value_of(given, "style-name"))))
        elif plain == "page-layout-properties":
            self.paper = self.paper and not _is_coloured(value_of(given, "background-color"))
        elif self.at is not None:
            _say(self.at, plain, given)

    def _begin_style(self, family: str, name: str, base: str) -> None:
        default = _key(family, "")
        self.at = self.styles[_key(family, name)] = Look(base=_key(family, base) if base else default if name else "")

    def _styled(self, family: str, name: str) -> Look:
        key = _key(family, name)
        return based(self.styles, key if key in self.styles else _key("", name) if name else "")

    def over(self, name: str) -> None:
        """An element ends."""
        plain = local(name)
        self.shapes -= _is_shape(name)
        if plain in {"style", "default-style"}:
            self.at = None
        elif self.open and plain == self.open[-1][0]:
            self.open.pop()

    def read(self, _inside: Sequence[str], words: str) -> None:
        """Words. Raises Refused where they are not seen."""
        if not words.strip() or not any(plain in OF_WORDS for plain, _ in self.open):
            return
        seen = Look()
        for plain, look in reversed(self.open):
            if plain in OF_WORDS:
                seen = seen.over(look)
        # The words in a shape stand on whatever the shape is filled with.
        require_seen(seen, is_on_paper=self.paper and not self.shapes and not any(look.ground for _, look in self.open))


def _key(family: str, name: str) -> str:
    return f"{family} {name}"


def _is_shape(name: str) -> bool:
    return ":drawing:" in name.rpartition(" ")[0]


def _is_coloured(colour: str) -> bool:
    return colour not in {"", "transparent"} and not is_white(colour)


def _say(look: Look, plain: str, given: dict[str, str]) -> None:
    behind = value_of(given, "background-color")
    if plain == "text-properties":
        if value := value_of(given, "display"):
            look.hidden = value not in SHOWN
        look.colour = "auto" if value_of(given, "use-window-font-color") == "true" else value_of(given, "color").lower()
        if _is_coloured(behind):
            look.behind = "shade" if behind in BLACK else "colour"
    elif plain in GROUNDS and behind:
        look.ground = _is_coloured(behind)
