"""The documents of one disagreement for programs: the list, and each as a PDF. Under the addresses of the interface, version 1."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.errors import NotAllowed, NotFound
from escalation import policy
from escalation.api.access import known_case, open_case, read_case
from escalation.api.views import REASON, AsItComes, Door
from escalation.services.reading import PRINT
from reports.documents.kinds import DocumentKind
from reports.documents.offers import REFUSAL, documents_for, require_document
from reports.documents.printing import as_pdf, document_of, file_name

PDF = "application/pdf"


class DocumentOut(serializers.Serializer[Any]):
    """A document that can be printed now."""

    kind = serializers.ChoiceField(choices=DocumentKind.choices)
    title = serializers.CharField()
    is_due = serializers.BooleanField(help_text="The procedure asks for it from the stage that was reached.")
    why = serializers.CharField()
    pdf = serializers.CharField(help_text="Where the PDF is.")


class DocumentsOut(serializers.Serializer[Any]):
    """Every document that can be printed now, those that are due first."""

    documents = DocumentOut(many=True)


class DocumentsDoor(Door):
    """The list."""

    @extend_schema(operation_id="disputes_documents", parameters=[REASON], responses={200: DocumentsOut})
    def get(self, request: Request, reference: str) -> Response:
        """What the caller may print of it: what the procedure asks for by now, then the rest."""
        case = known_case(request, reference, reason=self.reason)
        if not policy.reads_narrative(self.person, case):
            raise NotAllowed(gettext(REFUSAL))
        found = [
            {
                "kind": offer.kind.value,
                "title": str(offer.kind.label),
                "is_due": offer.is_due,
                "why": offer.why,
                "pdf": reverse("api-documents:document", args=[case.dispute.reference, offer.kind.value]),
            }
            for offer in documents_for(case, self.person)
        ]
        return Response(DocumentsOut({"documents": found}).data)


class NotYetOut(serializers.Serializer[Any]):
    """There is no such document of it, or not yet."""

    code = serializers.CharField()
    detail = serializers.CharField()


class DocumentDoor(Door):
    """One document."""

    content_negotiation_class = AsItComes

    @extend_schema(
        operation_id="disputes_document",
        parameters=[REASON, OpenApiParameter("kind", OpenApiTypes.STR, OpenApiParameter.PATH, enum=DocumentKind.values)],
        responses={(200, PDF): OpenApiTypes.BINARY, 409: NotYetOut},
    )
    def get(self, request: Request, reference: str, kind: str) -> HttpResponse:
        """The document as a tagged PDF, without the child's initials and date of birth. The print is kept on the record of readings."""
        if kind not in DocumentKind.values:
            raise NotFound(gettext("There is no document of this kind."))
        chosen = DocumentKind(kind)
        require_document(chosen, open_case(request, reference), self.person)
        case = read_case(request, reference, f"{PRINT}: {chosen.value}", reason=self.reason)
        printed = as_pdf(document_of(chosen, case, self.person, self.now))
        headers = {"Content-Disposition": f'inline; filename="{file_name(chosen, case.dispute.reference)}"', "Cache-Control": "no-store"}
        return HttpResponse(printed.content, content_type=PDF, headers=headers)
