"""Finding an agency among hundreds, as schools and practices make them: by its kind, and by part of its name; and a person by theirs. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Protocol, TypeVar


class Named(Protocol):
    """What has a name and is of a kind."""

    @property
    def name(self) -> str:
        """As people call it."""

    @property
    def kind(self) -> str:
        """A value of AgencyKind, or its words."""


Row = TypeVar("Row", bound=Named)


def fitting(rows: Iterable[Row], *, name: str = "", kind: str = "") -> list[Row]:
    """Those of the kind, where one is given, whose names hold each typed word, whatever its case and wherever it stands; in their order."""
    return [row for row in rows if (not kind or row.kind == kind) and fits(row.name, name)]


def fits(name: str, typed: str) -> bool:
    """Whether the name holds each typed word, whatever its case and wherever it stands."""
    return all(word in name.casefold() for word in typed.casefold().split())


def of_small_kinds(rows: Sequence[Row], most: int) -> list[Row]:
    """Those of the kinds of which there are fewest, whole kinds, as long as they are no more than `most` together; in their order."""
    taken, room = set(), most
    for kind, count in sorted(Counter(row.kind for row in rows).items(), key=lambda pair: (pair[1], pair[0])):
        if count > room:
            break
        taken.add(kind)
        room -= count
    return [row for row in rows if row.kind in taken]
