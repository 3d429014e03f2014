"""What every view of this interface shares: who calls, what time it is, and calls that are done once however often they are sent."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from django.core.files.uploadedfile import UploadedFile
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from agencies import wall_clock
from agencies.errors import InvalidInput, NotFound
from agencies.person import Person
from agencies.readable import is_storable
from escalation.api.access import person_for
from escalation.api.fields import In, Text
from escalation.services.idempotency import Answer, digest_of, digest_of_file, once

HEADER = "Idempotency-Key"
KEY_PARAMETER = OpenApiParameter(
    HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="A key of your own, such as a random UUID. The same call under it within a day is not done again: its first answer is given again.",
)
REASON_HEADER = "X-Reason"
REASON = OpenApiParameter(
    REASON_HEADER,
    OpenApiTypes.STR,
    OpenApiParameter.HEADER,
    description="Why somebody who only audits reads it, in 200 characters: kept with the reading and shown to the agencies' leads. Percent-encoded "
    "UTF-8 where it is not ASCII. It is never part of the address, which others keep in their logs.",
)
Values = dict[str, Any]


class NothingIn(In):
    """The query of an address that takes none: whatever it names is refused."""


class ReasonIn(In):
    """What the header says."""

    reason = Text(required=False, max_length=200, lines=True)


def _unquoted(header: str) -> str:
    """What the header says. Raises InvalidInput for bytes that are no text: a framework would put other signs in their place without a word."""
    told = InvalidInput(_("Send the reason in {header} as percent-encoded UTF-8.").format(header=REASON_HEADER), field="reason")
    try:
        words = unquote(header, errors="strict")
    except UnicodeDecodeError:
        raise told from None
    if not header.isascii() or not is_storable(words):
        raise told
    return words


class Door(APIView):
    """One address."""

    @property
    def person(self) -> Person:
        """Who calls."""
        return person_for(self.request)

    @property
    def now(self) -> datetime:
        """This instant."""
        return wall_clock.now()

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        """No answer is kept on the way: neither by a proxy nor by a program's own cache."""
        found = super().finalize_response(request, response, *args, **kwargs)
        found.headers.setdefault("Cache-Control", "no-store")
        return found

    def read(self, kind: type[In]) -> Any:
        """The serializer with what was sent. Raises ValidationError with every mistake of its shape."""
        given = kind(data=self.request.data)
        given.is_valid(raise_exception=True)
        return given

    def asked(self, kind: type[In]) -> Values:
        """The values of the address's query. Raises ValidationError, also for one that is given twice: the last would count without a word."""
        twice = [name for name, values in self.request.query_params.lists() if len(values) > 1]
        if twice:
            raise ValidationError({name: [_("This is given twice: send it once.")] for name in twice})
        given = kind(data=self.request.query_params.dict())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    @property
    def reason(self) -> str:
        """Why the caller reads it, as `reason_beside` gives it, where the address asks for nothing."""
        return self.reason_beside(NothingIn)

    def reason_beside(self, kind: type[In]) -> str:
        """Why the caller reads it, as the header says; nothing where it says nothing. Raises ValidationError for what cannot be kept and for
        an address that asks for something else than this, InvalidInput for a reason that stands in it."""
        if "reason" in self.request.query_params:
            raise InvalidInput(_("Send the reason in the header {header}: an address is kept in logs.").format(header=REASON_HEADER), field="reason")
        self.asked(kind)
        given = ReasonIn(data={"reason": _unquoted(self.request.headers.get(REASON_HEADER, ""))})
        given.is_valid(raise_exception=True)
        return str(given.validated_data.get("reason", ""))

    def done_once(self, act: Callable[[], Answer], still: Callable[[Values], object]) -> Response:
        """Does it; under an Idempotency-Key at most once, and the first answer is given again.

        Before that `still` is asked with the first answer, and raises NotFound where what it tells of is no longer the caller's to see.
        """
        return self.done_once_ready(nullcontext(act), still)

    def done_once_ready(self, ready: AbstractContextManager[Callable[[], Answer]], still: Callable[[Values], object]) -> Response:
        """The same for what needs time before it writes: `ready` gives what is done, and is not entered for a call that was done before."""
        key = self.request.headers.get(HEADER)
        if key is None:
            with ready as act:
                answer = act()
        else:
            answer = once(self.person.id, key, _digest(self.request), ready, now=timezone.now())
            if answer.is_replay:
                still(answer.body)
        headers = {"Idempotent-Replayed": "true"} if answer.is_replay else None
        return Response(answer.body, status=answer.status, headers=headers)


class AsItComes(BaseContentNegotiation):
    """A file where all is well, else the refusal as JSON, whatever was accepted."""

    def select_parser(self, request: Request, parsers: Any) -> Any:  # noqa: ANN401 - as the framework asks
        """The first."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: str | None = None) -> Any:  # noqa: ANN401 - as the framework asks
        """The first, which refusals take; the file goes out as it is."""
        return renderers[0], renderers[0].media_type


def plain(shown: Any) -> Values:
    """A serializer's data as plain JSON values, to be kept as the answer."""
    return dict(json.loads(json.dumps(shown, cls=DjangoJSONEncoder)))


def _digest(request: Request) -> str:
    """Of the method, the address and the values sent: spaces and the order of names do not make another call."""
    return digest_of(f"{request.method} {request.path}", json.dumps(request.data, sort_keys=True, default=_file_digest).encode())


def _file_digest(value: Any) -> str:
    """What stands for a file that came with a call."""
    if not isinstance(value, UploadedFile):
        raise TypeError(value)
    return digest_of_file(value)


@extend_schema(exclude=True)
class Nothing(Door):
    """Every other address."""

    permission_classes = [AllowAny]

    def handle(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Says so, whatever the method."""
        raise NotFound(_("There is nothing at this address. The addresses of this interface end with a slash; /api/v1/schema/ lists them."))

    get = post = put = patch = delete = options = handle  # type: ignore[assignment]


CREATED = status.HTTP_201_CREATED
