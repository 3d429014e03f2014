"""Who calls: a token in the Authorization header, and what that token may do."""

from typing import TYPE_CHECKING, cast

from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from agencies.models import ApiToken, User
from agencies.services import tokens

if TYPE_CHECKING:
    # The framework's views read this module's names from the settings while they are being loaded.
    from rest_framework.views import APIView

SCHEMES = frozenset({"bearer", "token"})


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer <token>`; the word Token is taken too."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() not in SCHEMES:
            return None
        now = timezone.now()
        token = tokens.token_of(secret.strip(), now=now)
        if token is None:
            raise AuthenticationFailed(gettext("The token is not known, has expired or was ended, or needs a second factor now. Sign in again."))
        tokens.note_use(token, now=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="Concord"'


class WithinToken(BasePermission):
    """A token made for reading only reads."""

    message = _("This token only reads. Sign in for one that may also write.")

    def has_permission(self, request: Request, view: "APIView") -> bool:
        token = cast("ApiToken | None", request.auth)
        return request.method in SAFE_METHODS or token is None or not token.is_read_only
