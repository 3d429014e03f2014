"""What a text reads like once words were taken out of it: the rest as it stood, and a mark wherever something is gone. Pure.

Nobody takes out "not" without its being seen, and nobody puts words in place of others: what is kept is made of the text that stood, never of what
was typed, and the marks are set here. Marks that were typed only say where, if the words alone leave it open.
"""

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from escalation.engine.standing import GAP

# A mark, a word, or a sign that is none: what is taken out as a whole, or stays as it stood.
PART = re.compile(rf"{re.escape(GAP)}|\w+(?:['’]\w+)*|[^\w\s]")
# Beyond so many ways to read it, as in a text of one sign, each part is taken for the first that it can be.
MOST_WAYS = 1_000_000


@dataclass(frozen=True, slots=True)
class _Parts:
    """A text's words and signs, each with where it begins and ends; `gaps` are the places of those that come after a mark, one past the last too."""

    words: list[str]
    spans: list[tuple[int, int]]
    gaps: frozenset[int]

    @classmethod
    def of(cls, text: str) -> "_Parts":
        words: list[str] = []
        spans: list[tuple[int, int]] = []
        gaps = set()
        for found in PART.finditer(text):
            if found[0] == GAP:
                gaps.add(len(words))
            else:
                words.append(found[0])
                spans.append(found.span())
        return cls(words, spans, frozenset(gaps))


def has_words(text: str) -> bool:
    """Whether anything is in it but marks."""
    return bool(_Parts.of(text).words)


def taken_out(before: str, typed: str) -> str | None:
    """What stays of `before` where `typed` was left of it: its words and signs as they stood, GAP at each place where any are gone.

    The same text where nothing is; GAP alone where nothing is left; None where `typed` has anything that did not stand there, in this order.
    """
    there, left = _Parts.of(before), _Parts.of(typed)
    if left.words == there.words:
        return before
    places = _places(there, left)
    return None if places is None else _joined(before, there, places)


def _places(there: _Parts, left: _Parts) -> list[int] | None:
    """Where each part that is left stood: of several ways to read it the one with the fewest gaps, and those where a mark was typed."""
    first, last = _first(there.words, left.words), _first(there.words[::-1], left.words[::-1])
    if first is None or last is None:
        return None
    end = len(there.words) - 1
    windows = [(early, end - late) for early, late in zip(first, reversed(last), strict=True)]
    at = defaultdict(list)
    for place, word in enumerate(there.words):
        at[word].append(place)
    ways = [(at[word], bisect_left(at[word], early), bisect_right(at[word], late)) for word, (early, late) in zip(left.words, windows, strict=True)]
    many = sum(to - since for _, since, to in ways) > MOST_WAYS
    return first if many else _nearest(there, left, [places[since:to] for places, since, to in ways])


def _first(there: Sequence[str], left: Sequence[str]) -> list[int] | None:
    """The first place at which each can stand, in order."""
    places, rest = [], iter(enumerate(there))
    for word in left:
        place = next((place for place, other in rest if other == word), None)
        if place is None:
            return None
        places.append(place)
    return places


def _nearest(there: _Parts, left: _Parts, ways: Sequence[Sequence[int]]) -> list[int]:
    """Of the places at which each part can stand, those with the fewest gaps without a typed mark, and marks without a gap.

    Where as many are left, a gap stands before a word and not before a sign: what ended a sentence stays with it.
    """
    costs, came = {-1: 0}, []
    for number, places in enumerate([*ways, [len(there.words)]]):
        is_marked = number in left.gaps
        is_sign = number < len(left.words) and not left.words[number][0].isalnum()
        gap, none = 2 * (not is_marked) + is_sign, 2 * is_marked
        found: dict[int, int] = {}
        back: dict[int, int] = {}
        before, far = iter(costs.items()), (3 * len(there.words) + 3, -1)
        near = next(before, None)
        for place in places:
            while near is not None and near[0] < place - 1:
                far, near = min(far, (near[1], near[0]), key=lambda way: (way[0], -way[1])), next(before, None)
            cost, back[place] = far[0] + gap, far[1]
            if place - 1 in costs and (beside := costs[place - 1] + (gap if place in there.gaps else none)) <= cost:
                cost, back[place] = beside, place - 1
            found[place] = cost
        costs = found
        came.append(back)
    chosen, place = [], len(there.words)
    for back in reversed(came):
        place = back[place]
        chosen.append(place)
    return chosen[-2::-1]


def _joined(text: str, there: _Parts, places: Sequence[int]) -> str:
    """The parts in these places with what stood between them, or a mark; a mark stands apart from a word."""
    if not places:
        return GAP
    end = len(there.words)
    kept, before = "", -1
    for place in [*places, end]:
        since = there.spans[before][1] if before >= 0 else 0
        until = there.spans[place][0] if place < end else len(text)
        between = text[since:until]
        if place != before + 1 or place in there.gaps:
            lead = between[: len(between) - len(between.lstrip())] if before >= 0 else ""
            tail = between[len(between.rstrip()) :] if place < end else ""
            lead = lead or (" " if before >= 0 and text[since - 1].isalnum() else "")
            tail = tail or (" " if place < end and text[until].isalnum() else "")
            between = f"{lead}{GAP}{tail}"
        kept += between + (text[slice(*there.spans[place])] if place < end else "")
        before = place
    return kept
