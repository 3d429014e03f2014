"""The OpenAPI document: what the framework finds, and the refusals that every address knows."""

from functools import cache
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.permissions import AllowAny
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request

REFUSALS = {
    "400": "What was sent cannot be accepted as it stands: see errors.",
    "401": "No token, or one that is not known, has expired or was ended.",
    "403": "You see this, but may not do it; or the token only reads.",
    "404": "There is no such thing, or it is not yours to see: the two look the same.",
    "405": "This address does not take this method.",
    "406": "The answer is JSON.",
    "429": "Too many calls: wait for as many seconds as Retry-After says.",
}
WRITING = {
    "409": "The procedure or the state does not allow this now, or somebody else was first.",
    "413": "The body is longer than 1 MB.",
    "415": "Send JSON.",
    "422": "The Idempotency-Key was sent with another call before.",
}


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the OpenAPI document names it."""

    target_class = "escalation.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A token from POST /api/v1/token/."}


@cache
def document() -> dict[str, Any]:
    """The document names addresses and shapes, the same for everybody: a process makes it once, for making it costs a fifth of a second."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))  # type: ignore[no-untyped-call]


class MadeOnce(SchemaGenerator):
    """What the door asks for the document."""

    def get_schema(self, request: Request | None = None, public: bool = False) -> dict[str, Any]:  # noqa: FBT001, FBT002 - the library's own
        """The whole of it, whoever asks."""
        return document()


class SchemaDoor(SpectacularAPIView):
    """The document, for anybody: it holds no data."""

    generator_class = MadeOnce
    permission_classes = [AllowAny]
    authentication_classes: list[Any] = []
    renderer_classes = [JSONRenderer]


def add_refusals(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The document with every refusal under every address, and the shape that all of them share."""
    schemas = result.setdefault("components", {}).setdefault("schemas", {})
    schemas["Refusal"] = {
        "type": "object",
        "description": "Every refusal: a word for programs, a sentence for people, and for bad input its fields.",
        "properties": {
            "code": {"type": "string"},
            "detail": {"type": "string"},
            "errors": {"type": "object", "additionalProperties": {"type": "array", "items": {"type": "string"}}},
        },
        "required": ["code", "detail"],
    }
    for operations in result.get("paths", {}).values():
        for method, operation in operations.items():
            for status, words in (REFUSALS | (WRITING if method != "get" else {})).items():
                operation["responses"].setdefault(status, _refusal(words))
            for answer in operation["responses"].values():
                answer["description"] = answer["description"] or "Done."
    return result


def _refusal(words: str) -> dict[str, Any]:
    return {"description": words, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}}
