"""Figures that were just counted for somebody who reads a report, kept for the chapters that the same person opens next: a year is not counted and
proved anew for each of nine pages.

They are kept in the memory of this process alone, for a few minutes, by who reads them: what was counted for one is given to nobody else. Whether
they may read it is asked at every page, before. A page says of when its figures are. Where several processes answer, each counts once. The words
that people wrote for it must still stand as they did: where one was changed, signed, erased or taken away since, all is counted anew.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import Lock
from uuid import UUID

from reports.figures import Document, Edition
from reports.periods import Pool, Year

MOST = 16
FOR = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Asked:
    """Whose reading of which edition of which partnership's year it is, and in which agencies they sit: what is kept from these is not counted."""

    reader: UUID
    agencies: frozenset[UUID]
    partnership: UUID
    period: Year | Pool
    edition: Edition


_kept: OrderedDict[tuple[Asked, str], Document] = OrderedDict()
_lock = Lock()


def counted_anew(asked: Asked, make: Callable[[], Document]) -> tuple[Document, str]:
    """What `make` counts, and the moment, as an address has it, by which the chapters are given the same. Raises as `make` does."""
    document = make()
    moment = str(int(datetime.fromisoformat(document.snapshot).timestamp()))
    _keep(asked, moment, document)
    return document, moment


def counted_at(
    asked: Asked, moment: str, now: datetime, make: Callable[[], Document], still_stands: Callable[[Document], bool]
) -> tuple[Document, str]:
    """What was counted for the same reader at this moment, where that is not long ago, this process has it and the words in it still stand; else as
    `counted_anew`."""
    if not _is_near(moment, now):
        return counted_anew(asked, make)
    with _lock:
        found = _kept.get((asked, moment))
    if found is None or not still_stands(found):
        found = make()
        _keep(asked, moment, found)
    return found, moment


def _is_near(moment: str, now: datetime) -> bool:
    if not (moment.isascii() and moment.isdigit() and len(moment) == len(str(int(now.timestamp())))):
        return False
    return timedelta(0) <= now - datetime.fromtimestamp(int(moment), UTC) < FOR


def _keep(asked: Asked, moment: str, document: Document) -> None:
    """Of one reader and edition the latest alone, and of all so many."""
    with _lock:
        for old in [key for key in _kept if key[0] == asked]:
            del _kept[old]
        _kept[asked, moment] = document
        while len(_kept) > MOST:
            _kept.popitem(last=False)
