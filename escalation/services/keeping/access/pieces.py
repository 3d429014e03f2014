"""A piece of what is kept about somebody, and the names of other people in it."""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.readable import as_read
from escalation.models import Attachment

REMOVED = _("[name removed]")
SHORTEST = 3


class Names:
    """Names of other people. One pattern finds them all, the longest at each place, however the words are spaced."""

    def __init__(self, names: Iterable[str]) -> None:
        self._spelt = {as_read(name): name for name in sorted(set(names))}
        spaced = (r"\s+".join(map(re.escape, name.split())) for name in sorted(self._spelt, key=lambda name: (-len(name), name)))
        self._pattern = re.compile(rf"(?<!\w)(?:{'|'.join(spaced)})(?!\w)", re.IGNORECASE) if self._spelt else None

    @classmethod
    def of_people(cls, whole: Iterable[str], *, but: str = "") -> "Names":
        """Whole and by surname, save what is in the name of the one who asks."""
        own = {as_read(but), *as_read(but).split()}
        parts = {part for name in whole for part in (name, *name.split()[-1:]) if len(as_read(part)) >= SHORTEST}
        return cls(part for part in parts if as_read(part) not in own)

    def within(self, text: str) -> list[str]:
        """Those that stand in the text, each once, in the order in which they come."""
        found = self._pattern.findall(text) if self._pattern is not None else ()
        return list(dict.fromkeys(self._spelt.get(as_read(name), name) for name in found))

    def removed(self, text: str) -> str:
        """The text without them."""
        return self._pattern.sub(lambda _found: str(REMOVED), text) if self._pattern is not None else text


@dataclass(slots=True)
class Piece:
    """One piece. `flags` say what speaks against giving it as it stands; `names` are other people's found in it, in its heading too.

    `file` was attached with what it tells of; it is given only where somebody chooses so.

    The key is made of its row's own: a tick stays with its piece, whatever comes before it meanwhile.
    """

    key: str
    section: str
    head: str
    text: str
    flags: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    leave_out: bool = False
    file: Attachment | None = None

    @property
    def mark(self) -> str:
        """Key and words in short: another one where the piece reads otherwise by now."""
        words = f"{self.head}\0{self.text}\0{self.file.sha256 if self.file else ''}"
        return f"{self.key}:{hashlib.sha256(words.encode()).hexdigest()[:16]}"

    def flag(self, others: Names) -> None:
        """Say whom it names."""
        self.names = others.within(f"{self.head}\n{self.text}")
        if self.names:
            self.flags.append(gettext("Names other people: {names}").format(names=", ".join(self.names)))

    def given(self, *, without_names: bool) -> tuple[str, str]:
        """Heading and text as they are given."""
        if not without_names:
            return self.head, self.text
        others = Names(self.names)
        return others.removed(self.head), others.removed(self.text)
