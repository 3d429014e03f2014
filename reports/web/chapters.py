"""A report on pages: first what it says in short and what its chapters say, then each chapter on a page of its own, so that none is heavy."""

from typing import Any

from django.http import Http404, HttpRequest

from reports.figures import Document
from reports.rendering import key_of
from reports.said import shown


def on_pages(request: HttpRequest, document: Document, context: dict[str, Any]) -> dict[str, Any]:
    """What is added to `reports.rendering.context_of` for the page that the address asks for.

    `headlines`: the few figures at its head, each a link to its chapter. `listed`: each chapter with the address of its page, which keeps all else
    that is asked. With `?chapter=KEY` instead `chapter`, that one with its tables; `before` and `after`, its neighbours as in `listed` or None;
    `whole`, the address of the first page; and in `key` only its own signs.
    Raises Http404 for a chapter that the report does not have.
    """
    asks = request.GET.copy()
    wanted = asks.pop("chapter", [""])[-1]
    listed = []
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
    chapter = context["chapters"][at]
    del asks["chapter"]
    return {
        "listed": listed,
        "chapter": chapter,
        "before": around[at],
        "after": around[at + 2],
        "whole": f"?{asks.urlencode()}",
        "key": key_of(chapter[0].tables),
    }
