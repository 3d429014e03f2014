"""Signing in and out for programs."""

from datetime import datetime
from typing import Any, cast

from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.errors import InvalidInput
from agencies.models import ApiToken, User
from agencies.required import is_required
from agencies.services import tokens
from agencies.services.identity.events import note
from agencies.services.identity.second_factor import check_code, factors_of
from agencies.services.identity.signing_in import TooManyTries, Tried, WrongPassphrase, check_passphrase
from agencies.sign_ins import Means, SignInKind, Visit
from agencies.visits import PROGRAM, address
from escalation.api.authentication import BearerToken, WithinToken
from escalation.api.fields import NEEDED, In, Whole, YesNo, optional_text
from escalation.api.out import Out
from escalation.api.throttles import SignInThrottle
from escalation.api.views import CREATED, Door


class TokenIn(In):
    """E-mail address and passphrase, and what the token is for."""

    email = serializers.EmailField(max_length=254, error_messages=NEEDED)
    passphrase = serializers.CharField(max_length=500, trim_whitespace=False, error_messages=NEEDED)
    code = serializers.CharField(
        max_length=40, required=False, default="", allow_blank=True, help_text="Of the authenticator app, or a recovery code, where one is set up."
    )
    purpose = optional_text(max_length=80, help_text="What it is for.")
    reads_only = YesNo(required=False, default=False, help_text="True for a token that only reads.")
    days = Whole(least=1, most=tokens.LONGEST_DAYS, required=False, default=tokens.USUAL_DAYS, help_text="After how many days it expires.")


class TokenOut(Out):
    """The token. It is shown this once and stored nowhere."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()
    reads_only = serializers.BooleanField()


class TokenDoor(Door):
    """A token: made, and ended."""

    def get_throttles(self) -> list[Any]:
        """Signing in is limited for each address, whoever it is for."""
        return [SignInThrottle()] if self.request.method == "POST" else super().get_throttles()

    def get_permissions(self) -> list[Any]:
        """Anyone may try to sign in; ending one's own token is not writing."""
        return [AllowAny()] if self.request.method == "POST" else [held for held in super().get_permissions() if not isinstance(held, WithinToken)]

    def get_authenticators(self) -> list[Any]:
        """An old token beside the passphrase does not matter."""
        wanted = self.request is not None and self.request.method == "POST"
        return [] if wanted else super().get_authenticators()

    def get_authenticate_header(self, request: Request) -> str:
        """A wrong passphrase is answered with 401, as a wrong token is."""
        return BearerToken().authenticate_header(request)

    @extend_schema(operation_id="token_make", auth=[], request=TokenIn, responses={201: TokenOut})
    @method_decorator(sensitive_variables("given"))
    def post(self, request: Request) -> Response:
        """Sign in with e-mail address and passphrase. After four wrong ones each try waits; ten close the door for 15 minutes."""
        given = self.read(TokenIn).validated_data
        visit, now = Visit(address(request), PROGRAM), timezone.now()
        try:
            user = check_passphrase(Tried(given["email"], given["passphrase"]), visit, now=now)
        except TooManyTries as error:
            raise Throttled(wait=error.seconds) from error
        except WrongPassphrase as error:
            raise AuthenticationFailed(error.message) from error
        means = self._second_factor(user, given["code"], visit, now)
        note(SignInKind.TOKEN_MADE, user, visit, now=now, means=means)
        kind = {"days": given["days"], "is_read_only": given["reads_only"], "label": given["purpose"]}
        new = tokens.make_token(user, now=now, has_factor=means != Means.PASSPHRASE, **kind)
        shown = {"token": new.secret, "expires_at": new.row.expires_at, "reads_only": new.row.is_read_only}
        return Response(TokenOut(shown).data, status=CREATED)

    @staticmethod
    def _second_factor(user: User, code: str, visit: Visit, now: datetime) -> Means:
        """Raises InvalidInput beside `code` where one is needed and missing or wrong."""
        if not factors_of(user):
            if is_required(user, now):
                raise InvalidInput(_("Your role needs a second factor. Sign in on the pages and set one up first."), field="code")
            return Means.PASSPHRASE
        if not code:
            raise InvalidInput(_("Send the code of your authenticator app, or a recovery code, as well."), field="code")
        try:
            return check_code(user=user, code=code, visit=visit, now=now)
        except TooManyTries as error:
            raise Throttled(wait=error.seconds) from error

    @extend_schema(operation_id="token_end", request=None, responses={204: None})
    def delete(self, request: Request) -> Response:
        """End the token that this call was made with."""
        tokens.end_token(cast("ApiToken", request.auth))
        return Response(status=status.HTTP_204_NO_CONTENT)
