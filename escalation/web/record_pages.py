"""The record on a disagreement's page, a page at a time: a telephone on a slow line gets what is newest, and the rest by a link."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404

# What one page of it may weigh, in signs, and what a line's own markup weighs beside its words.
MOST, MARKUP = 20_000, 700
Entry = Mapping[str, Any]


def record_page(entries: Sequence[Entry], number: int, asked: Mapping[str, str]) -> dict[str, Any]:
    """The lines of that page, counted from 1, and the addresses of the earlier and the newest lines, empty where there are none.

    `asked` is what else the address says. Raises Http404 for a page that is not there.
    """
    pages = pages_of(entries)
    if number > len(pages):
        raise Http404
    before = sum(len(page) for page in pages[: number - 1])
    page = pages[number - 1]
    return {
        "entries": page,
        "first_line": before + 1,
        "last_line": before + len(page),
        "all_lines": len(entries),
        "newest_url": _address(asked, 1) if number > 1 else "",
        "earlier_url": _address(asked, number + 1) if number < len(pages) else "",
    }


def pages_of(entries: Sequence[Entry]) -> list[list[Entry]]:
    """The lines in their order, as many to a page as it holds and one at least; one empty page where there are none."""
    pages: list[list[Entry]] = [[]]
    room = MOST
    for entry in entries:
        room -= _weight(entry)
        if room < 0 and pages[-1]:
            pages.append([])
            room = MOST - _weight(entry)
        pages[-1].append(entry)
    return pages


def _weight(entry: Entry) -> int:
    corrected = sum(len(one["old"]) + len(one["new"]) + len(one["why"]) for one in entry["corrections"])
    return MARKUP + len(entry["text"]) + corrected + sum(len(fact["key"]) + len(fact["value"]) for fact in entry["facts"])


def _address(asked: Mapping[str, str], number: int) -> str:
    more = {**asked, **({"page": str(number)} if number > 1 else {})}
    return ("?" + urlencode(more) if more else "?") + "#record"
