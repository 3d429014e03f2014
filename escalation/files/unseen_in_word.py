"""Words of a Word text that are not seen, by themselves or by a style: their own, their paragraph's, their table's, or what that is based on."""

from collections.abc import Mapping, Sequence

from escalation.files.unseen import BLACK, Look, based, is_white, require_seen
from escalation.files.xml import local, value_of, walk

STYLES = "word/styles.xml"
NO = frozenset({"0", "false", "off"})
# Word's markers but the white one.
MARKERS = frozenset(
    {"black", "blue", "cyan", "green", "magenta", "red", "yellow", "darkblue", "darkcyan", "darkgreen", "darkmagenta", "darkred", "darkyellow",
     "darkgray", "lightgray"}
)  # fmt: skip
PLAIN = frozenset({"", "clear", "nil"})
# What a shape is drawn as, and where it says its one colour.
SHAPE = "wsp"
FILL = [SHAPE, "spPr", "solidFill"]
# What every style is based on in the end, and what a paragraph without a style has; no style of a document is called so.
DEFAULTS, PARAGRAPH = " defaults", " paragraph"


def require_word_seen(parts: Mapping[str, bytes]) -> None:
    """Raises Refused where a Word text, its parts by name, holds words that are not seen."""
    styles = _Styles()
    if parts.get(STYLES):
        walk(parts[STYLES], styles.look, over=styles.over)
    page = _Page()
    walk(parts.get("word/document.xml", b"<none/>"), page.look)
    for name, content in parts.items():
        if name.startswith("word/") and name.endswith(".xml") and name != STYLES:
            text = _Text(styles.found, is_coloured=page.is_coloured)
            walk(content, text.look, text=text.read, over=text.over)


class _Styles:
    """Through the styles, which are kept by their keys. Of a table's only whether it is hidden and whether anything in it is shaded."""

    def __init__(self) -> None:
        self.found: dict[str, Look] = {DEFAULTS: Look()}
        self.at: Look | None = None
        self.is_table = False
        self.inside: list[str] = []

    def look(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        plain = local(name)
        self.inside.append(plain)
        if plain == "style":
            self.at = self.found.setdefault(value_of(given, "styleId"), Look(base=DEFAULTS))
            self.is_table = value_of(given, "type") == "table"
            if value_of(given, "default") not in {"", *NO} and value_of(given, "type") == "paragraph":
                self.found[PARAGRAPH] = self.at
        elif plain == "rPrDefault":
            self.at, self.is_table = self.found[DEFAULTS], False
        elif plain == "basedOn" and self.at is not None:
            self.at.base = value_of(given, "val")
        elif self.at is not None and not (self.is_table and plain == "color"):
            _say(self.at, plain, given, of_words="rPr" in self.inside and not self.is_table)

    def over(self, name: str) -> None:
        """An element ends."""
        self.inside.pop()
        if local(name) in {"style", "rPrDefault"}:
            self.at = None


class _Page:
    """Whether the pages have a colour of their own."""

    is_coloured = False

    def look(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        if local(name) == "background":
            self.is_coloured = not is_white(value_of(given, "color"))


class _Text:
    """Through a part of the text: what is open around the words that are being read, each with how it looks."""

    def __init__(self, styles: dict[str, Look], *, is_coloured: bool) -> None:
        self.styles = styles
        # What is open: a table, a cell, a shape, a paragraph, a run; each with what it says itself.
        self.open: list[tuple[str, Look]] = []
        self.paper = not is_coloured
        # The elements around, by their plain names, and of each shape around whether it is filled with white, and that shows nothing through.
        self.inside: list[str] = []
        self.shapes: list[bool] = []

    def look(self, name: str, given: dict[str, str]) -> None:
        """An element begins."""
        plain = local(name)
        self._look_at_shape(plain, given)
        self.inside.append(plain)
        if plain in {"tbl", "tc", "txbxContent", "p", "r"}:
            # The words in a shape stand on whatever the shape is filled with.
            is_on_colour = plain == "txbxContent" and not (self.shapes and self.shapes[-1])
            self.open.append((plain, Look(ground=is_on_colour or None)))
        elif plain in {"tblStyle", "pStyle", "rStyle"} and self.open:
            self.open[-1][1].base = value_of(given, "val")
        elif self.open:
            kind, look = self.open[-1]
            # What is said of the sign at a paragraph's end is said of no words.
            if kind == "r" or plain == "shd":
                _say(look, plain, given, of_words=kind == "r")

    def over(self, name: str) -> None:
        """An element ends."""
        self.inside.pop()
        if local(name) == SHAPE:
            self.shapes.pop()
        if self.open and local(name) == self.open[-1][0]:
            self.open.pop()

    def _look_at_shape(self, plain: str, given: dict[str, str]) -> None:
        if plain == SHAPE:
            self.shapes.append(False)
        elif self.shapes and self.inside[-3:] == FILL and plain == "srgbClr":
            self.shapes[-1] = is_white(value_of(given, "val"))
        elif self.shapes and self.inside[-4:] == [*FILL, "srgbClr"]:
            # Seen through, or made darker.
            self.shapes[-1] = False

    def read(self, inside: Sequence[str], words: str) -> None:
        """Words. Raises Refused where they are not seen."""
        if local(inside[-1]) != "t" or not words.strip() or not self.open or self.open[-1][0] != "r":
            return
        looks = [(kind, look.over(based(self.styles, look.base or (PARAGRAPH if kind == "p" else "")))) for kind, look in self.open]
        seen = Look()
        for kind, look in reversed(looks):
            # A paragraph's mark and a table's shade are behind all of it; a table's style colours some of its rows, and which nobody here says.
            seen = seen.over(look if kind in {"p", "r"} else Look(hidden=look.hidden))
        require_seen(seen, is_on_paper=self.paper and not any(look.ground for _, look in looks))


def _say(look: Look, plain: str, given: dict[str, str], *, of_words: bool) -> None:
    value = value_of(given, "val")
    if plain == "vanish":
        look.hidden = value not in NO
    elif plain == "color":
        look.colour = value.lower()
    elif plain == "highlight":
        look.behind = value.lower() if value.lower() in MARKERS else ""
    elif plain == "shd":
        fill = value_of(given, "fill").lower()
        is_shaded = value not in PLAIN or not (fill in {"", "auto"} or is_white(fill))
        if not of_words:
            look.ground = look.ground or is_shaded
        elif is_shaded and not look.behind:
            look.behind = "shade" if fill in BLACK else "colour"
