"""What no page can read is refused before any page: NUL, halves of surrogate pairs, bytes that are no UTF-8. Nothing typed is lost by it:
whoever sent it from a page of ours gets every answer back, to be copied."""

from collections.abc import Callable, Iterator

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from agencies.readable import NOT_KEPT, is_storable, unreadable_names
from agencies.web.csrf import would_pass
from agencies.web.field_names import field_name
from agencies.web.given_back import typed_texts

Answer = Callable[[HttpRequest], HttpResponse]
PLAIN_FORM, WITH_FILES = "application/x-www-form-urlencoded", "multipart/form-data"
# What is put in the place of bytes that cannot be read. A form with files is read by the framework alone, so the sign itself must be refused there.
REPLACEMENT = "\ufffd"
PROGRAMS = "/api/"


def refuse_unreadable(get_response: Answer) -> Answer:
    """Stands after authentication, so that the page that refuses is the person's own. Programs get JSON; their bodies have a reader of their own.

    Forms' tokens are checked only when a view is found, which is after this: what was typed is given back where the token would pass, and what
    another site posted never is.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        names = list(dict.fromkeys(unreadable(request)))
        if not names:
            return get_response(request)
        if request.path.startswith(PROGRAMS):
            return JsonResponse({"code": "invalid", "detail": NOT_KEPT, "errors": {name or "query": [NOT_KEPT] for name in names}}, status=400)
        shown = [field_name(name) for name in names if name]
        texts = typed_texts(request) if request.method == "POST" and would_pass(request) else []
        return render(request, "400.html", {"words": NOT_KEPT, "names": shown, "texts": texts}, status=400)

    return answer


def unreadable(request: HttpRequest) -> Iterator[str]:
    """The names of what was sent and cannot be read; an empty one where the name itself is so."""
    yield from unreadable_names(request.META.get("QUERY_STRING", "").encode("latin-1"))
    if request.method != "POST" or request.path.startswith(PROGRAMS):
        return
    if request.content_type == PLAIN_FORM:
        yield from unreadable_names(request.body)
    elif request.content_type == WITH_FILES:
        sent = [(name, text) for name, texts in request.POST.lists() for text in texts]
        sent += [(name, file.name or "") for name, files in request.FILES.lists() for file in files]
        yield from (name for name, text in sent if not all(is_storable(part) and REPLACEMENT not in part for part in (name, text)))


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The page for what the framework itself refuses to read: too many fields, too long a form, a broken upload, another host's name."""
    words = str(exception) if isinstance(exception, BadRequest) else ""
    return render(request, "400.html", {"words": words}, status=400)
