"""How often one caller may call. Counted in the local cache: each web process counts for itself."""

from rest_framework.settings import api_settings
from rest_framework.throttling import AnonRateThrottle, SimpleRateThrottle, UserRateThrottle


class _Rated(SimpleRateThrottle):
    """Reads its rate when it is asked, so that settings changed later hold."""

    def get_rate(self) -> str | None:
        return str(api_settings.DEFAULT_THROTTLE_RATES[str(self.scope)])


class PersonThrottle(_Rated, UserRateThrottle):
    """Calls of one signed-in person."""

    scope = "user"


class StrangerThrottle(_Rated, AnonRateThrottle):
    """Calls from one address without a token."""

    scope = "anon"


class SignInThrottle(_Rated, AnonRateThrottle):
    """Attempts to sign in from one address, whoever for."""

    scope = "sign_in"
