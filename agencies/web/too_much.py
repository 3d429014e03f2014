"""What is done too often in a short while is refused with one page, whichever page it was done on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from agencies.errors import TooMuch


class RefuseTooMuch:
    """Middleware: a page that raised TooMuch becomes one that says so, with status 429. Programs are answered by their own handler."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The page; None for every other exception."""
        if not isinstance(exception, TooMuch):
            return None
        answer = render(request, "429.html", {"message": exception.message}, status=429)
        answer["Retry-After"] = str(exception.seconds)
        return answer
