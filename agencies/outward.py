"""Requests to an organisation's sign-in: to the hosts that the settings name, and to nowhere that one of them points on to."""

from typing import Any
from urllib.parse import urlsplit

from requests import PreparedRequest, Response, Session
from requests.exceptions import RequestException

from agencies.providers import Provider


class NotThere(RequestException):
    """Another host than those of the settings, or a redirect."""


class Confined(Session):
    """A session of `requests` that speaks to the hosts of one provider. What is no answer but a redirect is refused, and not followed.

    Raises NotThere, which is what the library raises for a server that is away.
    """

    provider: Provider

    def send(self, request: PreparedRequest, **kwargs: Any) -> Response:
        """As the library's."""
        if urlsplit(request.url or "").netloc.casefold() not in self.provider.all_hosts:
            raise NotThere("another host than the settings name")
        answer = super().send(request, **kwargs | {"allow_redirects": False})
        if answer.is_redirect:
            raise NotThere("a redirect")
        return answer


def confined(provider: Provider, base: type[Session] = Session) -> type[Session]:
    """A session's class for one provider, on top of the library's own."""
    return type("ConfinedTo", (Confined, base), {"provider": provider})
