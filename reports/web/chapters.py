"""A report on pages: first what it says in short and what its chapters say, then each chapter on a page of its own, so that none is heavy."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from agencies.web.long_list import PAGE, page_number
from agencies.words import figure
from reports.figures import Document
from reports.rendering import ShownTable, key_of
from reports.said import shown

# In an address: the moment at which the figures were counted that the page shows.
COUNTED = "counted"
# So many rows of a table stand on a page: where there are hundreds of agencies, the others are on those that follow.
ROWS = 50


def on_pages(request: HttpRequest, document: Document, context: dict[str, Any], counted: str = "") -> dict[str, Any]:
    """What is added to `reports.rendering.context_of` for the page that the address asks for.

    `headlines`: the few figures at its head, each a link to its chapter. `listed`: each chapter with the address of its page, which keeps all else
    that is asked, and leads to the same figures where it is told when these were `counted`. With `?chapter=KEY` instead `chapter`, that one with its
    tables; `before` and `after`, its neighbours as in `listed` or None; `whole`, the address of the first page; in `key` only its own signs;
    and of tables with very many rows so many as `page` asks for, with the addresses of the next rows and of the first.
    Raises Http404 for a chapter that the report does not have, and for rows that no table of it has.
    """
    asks, number = request.GET.copy(), page_number(request)
    asks.pop(PAGE, None)
    asks.pop(COUNTED, None)
    wanted = asks.pop("chapter", [""])[-1]
    listed, whole = [], asks.urlencode()
    if counted:
        asks[COUNTED] = counted
    for section, _tables in context["chapters"]:
        asks["chapter"] = section.key
        listed.append((section, f"?{asks.urlencode()}"))
    keys = [section.key for section, _address in listed]
    if not wanted:
        addresses = dict(zip(keys, (address for _section, address in listed), strict=True))
        strip = [{"number": item.figure, "words": shown(item.words), "url": addresses[item.chapter]} for item in document.headlines]
        return {"listed": listed, "headlines": strip}
    if wanted not in keys:
        raise Http404
    at, around = keys.index(wanted), [None, *listed, None]
    section, tables = context["chapters"][at]
    asks["chapter"] = wanted
    rows = {
        "next_rows": f"?{asks.urlencode()}&{PAGE}={number + 1}" if any(len(table.rows) > number * ROWS for table in tables) else "",
        "first_rows": f"?{asks.urlencode()}" if number > 1 else "",
    }
    chapter = section, _rows_of(tables, number)
    return rows | {
        "listed": listed,
        "chapter": chapter,
        "before": around[at],
        "after": around[at + 2],
        "whole": f"?{whole}",
        "key": key_of(chapter[0].tables),
    }


def _rows_of(tables: Sequence[ShownTable], number: int) -> list[ShownTable]:
    """The tables with their first rows, and on the pages that follow those with more, without what was said of them before."""
    if number == 1:
        return [_part(table, number) if len(table.rows) > ROWS else table for table in tables]
    more = [replace(_part(table, number), chart="", chart_note="", definition=None) for table in tables if len(table.rows) > (number - 1) * ROWS]
    if not more:
        raise Http404
    return more


def _part(table: ShownTable, number: int) -> ShownTable:
    """The table with these of its rows, which its name says."""
    rows = table.rows[(number - 1) * ROWS : number * ROWS]
    first = (number - 1) * ROWS + 1
    form = _("{caption}: rows {first} to {last} of {all}")
    words = form.format(caption=table.caption, first=figure(first), last=figure(first + len(rows) - 1), all=figure(len(table.rows)))
    return replace(table, rows=rows, caption=words)
