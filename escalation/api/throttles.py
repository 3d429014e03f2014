"""How often one caller may call within a minute: counted by all web processes together, in the database."""

from typing import Any

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle

from agencies.services.together import CALLS
from agencies.visits import network


class _Together(SimpleRateThrottle):
    """Reads its rate, of calls a minute, when it is asked, so that settings changed later hold."""

    _left = 0

    def get_rate(self) -> str | None:
        return str(api_settings.DEFAULT_THROTTLE_RATES[str(self.scope)])

    def allow_request(self, request: Request, view: Any) -> bool:
        """Whether the call goes on."""
        key, (most, _span) = self.get_cache_key(request, view), self.parse_rate(self.get_rate())
        if key is not None and most is not None:
            self._left = CALLS.step(str(self.scope), key, most=most, now=timezone.now())
        return not self._left

    def wait(self) -> float | None:
        """The seconds until the next minute."""
        return float(self._left)


class PersonThrottle(_Together, UserRateThrottle):
    """Calls of one signed-in person."""

    scope = "user"


class _Place(_Together, AnonRateThrottle):
    """Counts where a call comes from."""

    def get_ident(self, request: Request) -> str:
        """The network that the address belongs to."""
        return network(super().get_ident(request))


class StrangerThrottle(_Place):
    """Calls from one place without a token."""

    scope = "anon"


class SignInThrottle(_Place):
    """Attempts to sign in from one place, whoever for."""

    scope = "sign_in"
