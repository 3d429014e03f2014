"""Words of a Word or OpenDocument text that are there and not seen: formatted as hidden, in white on white, or in black on black."""

from collections.abc import Mapping
from dataclasses import dataclass

from agencies.marks import gettext_noop
from escalation.files.refusal import Refused

UNSEEN = gettext_noop(
    "The document holds words that are not seen and can still be read in it: formatted as hidden, white on white, or black on black. "
    "Take them out (Word: Find, More, Format, Font, Hidden; or mark everything, choose black, no marker and no shade, and look), save it, "
    "then attach it."
)
BLACK = frozenset({"000000", "#000000"})
# From here on up, of 255 in each colour, nobody reads it on white paper.
WHITE = 0xF0
# Nobody bases a style on one on one … as often; whoever closes a ring gets no further.
DEEPEST = 50


@dataclass(slots=True)
class Look:
    """What a style, a paragraph or some words say of how they look; None, or nothing, where they say nothing. `base`: the style that it is based on.

    `behind` is what is behind the words alone: `black`, `shade` (black as well, on which some programs write in white by themselves), or another
    colour than white. `ground` is whether there is a colour behind the whole of it.
    """

    base: str = ""
    hidden: bool | None = None
    colour: str = ""
    behind: str = ""
    ground: bool | None = None

    def over(self, under: "Look") -> "Look":
        """As it looks where it lies over another: what it says itself counts first."""
        return Look(
            base="",
            hidden=under.hidden if self.hidden is None else self.hidden,
            colour=self.colour or under.colour,
            behind=self.behind or under.behind,
            ground=under.ground if self.ground is None else self.ground,
        )


def based(styles: Mapping[str, Look], key: str) -> Look:
    """As a style looks with all that it is based on; nothing is said of one that is not there."""
    look, seen = Look(), 0
    while key in styles and seen < DEEPEST:
        look, key, seen = look.over(styles[key]), styles[key].base, seen + 1
    return look


def require_seen(look: Look, *, is_on_paper: bool) -> None:
    """Raises Refused for words that look so; `is_on_paper` where nothing but white is behind what they stand in."""
    # Word writes in white on a dark shade by itself, and in black on black where it is told to.
    is_black = (look.behind == "black" and look.colour in {"", "auto", *BLACK}) or (look.behind == "shade" and look.colour in BLACK)
    if look.hidden or is_black or (is_on_paper and not look.behind and not look.ground and is_white(look.colour)):
        raise Refused(UNSEEN)


def is_white(colour: str) -> bool:
    """Whether six hexadecimal digits, with a # before them or not, are white or nearly."""
    digits = colour.removeprefix("#")
    try:
        return len(digits) == 6 and all(part >= WHITE for part in bytes.fromhex(digits))
    except ValueError:
        return False
