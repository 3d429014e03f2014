"""Whoever only practises is served on the clock of their own partnership, which may be ahead; everybody else on the world's."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from agencies import wall_clock
from agencies.web.access import person_for

Answer = Callable[[HttpRequest], HttpResponse]


def own_clock(get_response: Answer) -> Answer:
    """For as long as the request lasts; the programming interface, which learns later who calls, goes ahead within it."""

    def answer(request: HttpRequest) -> HttpResponse:
        with wall_clock.ahead(wall_clock.NONE):
            if request.user.is_authenticated and (ahead := person_for(request).ahead):
                wall_clock.go_ahead(ahead)
                # Roles that begin or end in between count as of the day it is there.
                del request.concord_person  # type: ignore[attr-defined]
            return get_response(request)

    return answer
