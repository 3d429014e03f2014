"""What a person sees when a form's security token no longer fits: above all, the text they had typed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.web.field_names import field_name

WORTH_KEEPING = 15  # characters; shorter answers are quicker typed again than copied
SECRET = ("password", "token", "code")


def failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a refused form, status 403. `reason` is Django's, for its log; people are told what to do instead."""
    return render(request, "403_csrf.html", {"texts": typed_texts(request)}, status=403)


def typed_texts(request: HttpRequest) -> list[tuple[str, str]]:
    """(name, text) of the longer answers in the form; none where it was not sent from a page of ours, nor any secret."""
    if request.headers.get("Origin") != f"{request.scheme}://{request.get_host()}":
        return []
    return [
        (field_name(name), text)
        for name in request.POST
        for text in request.POST.getlist(name)
        if len(text) >= WORTH_KEEPING and not any(secret in name for secret in SECRET)
    ]
