"""Attached files for programs: the list, and each file itself. Attaching, replacing and withdrawing are verbs as any other."""

from typing import Any
from uuid import UUID

from django.http import FileResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.web.downloads import saved
from escalation.api.access import open_case, read_case, reason_for
from escalation.api.views import REASON, AsItComes, Door
from escalation.models import Attachment
from escalation.selectors.files import files_of
from escalation.selectors.naming import names_of
from escalation.services.files.giving import find_file, give
from escalation.services.reading import CASE
from escalation.states import Audience

ANY = "application/octet-stream"


class FileOut(serializers.Serializer[Any]):
    """One attached file."""

    id = serializers.UUIDField()
    number = serializers.IntegerField(help_text="Of the record's line that attached it.")
    name = serializers.CharField(help_text="As the person who attached it called it.")
    about = serializers.CharField(allow_blank=True)
    kind = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    audience = serializers.ChoiceField(choices=Audience.choices)
    agency = serializers.CharField(help_text="On whose behalf, or the partnership.")
    who = serializers.CharField()
    added = serializers.DateTimeField()
    sha256 = serializers.CharField(help_text="Of the file as it is kept; the line holds it too.")
    may_end = serializers.BooleanField(help_text="Whether the caller may replace or withdraw it.")


class FilesOut(serializers.Serializer[Any]):
    """The files, the newest first."""

    files = FileOut(many=True)


class FilesDoor(Door):
    """The list."""

    @extend_schema(operation_id="disputes_files", parameters=[REASON], responses={200: FilesOut})
    def get(self, request: Request, reference: str) -> Response:
        """The attached files that the caller may see. The reading is kept on the record of readings."""
        case = read_case(request, reference, CASE, reason=self.reason)
        rows = list(Attachment.objects.of(case.dispute))
        known = names_of(case, {row.added_by_id for row in rows})
        return Response(FilesOut({"files": files_of(case, self.person, rows, known)}).data)


class FileDoor(Door):
    """One file."""

    content_negotiation_class = AsItComes

    @extend_schema(operation_id="disputes_file", parameters=[REASON], responses={(200, ANY): OpenApiTypes.BINARY})
    def get(self, request: Request, reference: str, file_id: UUID) -> FileResponse:
        """The file as it was attached and cleaned, to be saved. The download is kept on the record of readings."""
        case = open_case(request, reference)
        reason = reason_for(case, self.person, self.reason)
        given = give(case, self.person, find_file(case, self.person, file_id), now=self.now, reason=reason)
        return saved(given.content, name=given.name, media_type=given.kind.media_type)
