"""From a refusal to an answer: once, for every address. The sentences are those that the pages show."""

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django_fsm import TransitionNotAllowed
from rest_framework import status
from rest_framework.exceptions import APIException, NotAuthenticated, Throttled, ValidationError
from rest_framework.response import Response

from agencies.errors import Conflict, DomainError, InvalidInput, NotAllowed, NotFound, TooMuch, WrongState
from agencies.words import Words
from agencies.working_days import CalendarError
from escalation.clocks import RuleError, WithinError
from escalation.services.idempotency import KeyReused
from escalation.services.submission import Problems

SIGN_IN = _("Sign in: send Authorization: Bearer and a token.")
NOT_HERE = _("There is nothing at this address, or it is not yours to see.")
# The first that fits, in this order: a conflict is a wrong state, and every refusal a domain error.
DOMAIN: tuple[tuple[type[DomainError], int, str], ...] = (
    (NotFound, status.HTTP_404_NOT_FOUND, "not_found"),
    (NotAllowed, status.HTTP_403_FORBIDDEN, "not_allowed"),
    (Conflict, status.HTTP_409_CONFLICT, "conflict"),
    (WrongState, status.HTTP_409_CONFLICT, "wrong_state"),
    (KeyReused, status.HTTP_422_UNPROCESSABLE_ENTITY, "key_reused"),
    (TooMuch, status.HTTP_429_TOO_MANY_REQUESTS, "too_many_calls"),
    (InvalidInput, status.HTTP_400_BAD_REQUEST, "invalid"),
    (DomainError, status.HTTP_400_BAD_REQUEST, "invalid"),
)
CODES = {
    400: "invalid", 401: "not_signed_in", 403: "not_allowed", 404: "not_found", 405: "method_not_allowed", 406: "not_acceptable",
    413: "too_large", 415: "unsupported_media_type", 429: "too_many_calls",
}  # fmt: skip
WORDS = {
    404: NOT_HERE,
    405: _("This address does not take this method."),
    406: _("The answer is JSON: send Accept: application/json."),
    415: _("Send JSON, with Content-Type: application/json; a verb that brings a file takes multipart/form-data."),
}


class TooLarge(APIException):
    """The body is longer than any call needs."""

    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The body is longer than 1 MB.")
    default_code = "too_large"


def handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """The answer to whatever a view raised; None for what nobody foresaw, which Django then logs and answers with 500.

    Every refusal has the same body: `code` for programs, `detail` for people, and for bad input `errors`, {field: [sentence]}.
    """
    if isinstance(error, Problems):
        fields: dict[str, list[str]] = {}
        for field, sentence in error.problems:
            fields.setdefault(field, []).append(sentence)
        return _refusal(status.HTTP_400_BAD_REQUEST, "invalid", error.message, fields)
    if isinstance(error, DomainError):
        code, word = next((code, word) for kind, code, word in DOMAIN if isinstance(error, kind))
        answer = _refusal(code, word, error.message, {error.field: [error.message]} if error.field else {})
        if isinstance(error, TooMuch):
            answer["Retry-After"] = str(error.seconds)
        return answer
    if isinstance(error, CalendarError | RuleError | WithinError):
        return _refusal(status.HTTP_400_BAD_REQUEST, "invalid", str(error))
    if isinstance(error, TransitionNotAllowed):
        return _refusal(status.HTTP_409_CONFLICT, "wrong_state", gettext("The state of this disagreement does not allow this now."))
    if isinstance(error, Http404):
        return _refusal(status.HTTP_404_NOT_FOUND, "not_found", NOT_HERE)
    if isinstance(error, PermissionDenied):
        return _refusal(status.HTTP_403_FORBIDDEN, "not_allowed", str(error) or gettext("You may not do this."))
    if isinstance(error, RequestDataTooBig):
        return _refusal(TooLarge.status_code, "too_large", str(TooLarge.default_detail))
    return _framework(error) if isinstance(error, APIException) else None


def _framework(error: APIException) -> Response:
    """What the framework refuses before a view is reached, or a serializer while reading."""
    if isinstance(error, ValidationError):
        fields = dict(_flat(error.detail))
        return _refusal(error.status_code, "invalid", " ".join(dict.fromkeys(text for found in fields.values() for text in found)), fields)
    words = SIGN_IN if isinstance(error, NotAuthenticated) else WORDS.get(error.status_code, str(error.detail))
    if isinstance(error, Throttled):
        words = gettext("Too many calls. Call again in {seconds} seconds.").format(seconds=int(getattr(error, "wait", None) or 0) + 1)
    answer = _refusal(error.status_code, CODES.get(error.status_code, "refused"), words)
    if header := getattr(error, "auth_header", None):
        answer["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        answer["Retry-After"] = str(int(wait) + 1)
    return answer


def _flat(detail: Any, name: str = "") -> Iterator[tuple[str, list[str]]]:
    """Nested mistakes of lists and objects, each under its dotted name ("children.0.initials")."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            inner = "" if key == "non_field_errors" else str(key)
            yield from _flat(value, ".".join(filter(None, [name, inner])))
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        for number, item in enumerate(detail):
            yield from _flat(item, ".".join(filter(None, [name, str(number)])))
    else:
        yield name or "body", [str(item) for item in (detail if isinstance(detail, list) else [detail])]


def _refusal(code: int, word: str, detail: Words, fields: dict[str, list[str]] | None = None) -> Response:
    body: dict[str, Any] = {"code": word, "detail": str(detail)}
    if fields:
        body["errors"] = fields
    return Response(body, status=code)
