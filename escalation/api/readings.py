"""Who looked, for the safeguarding leads of a disagreement's agencies."""

from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.errors import NotAllowed
from escalation import policy
from escalation.api.access import open_case
from escalation.api.fields import In, Key
from escalation.api.views import Door
from escalation.selectors.readers import who_looked


class ReadingOut(serializers.Serializer[Any]):
    """One reading."""

    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    who = serializers.CharField()
    place = serializers.CharField(help_text="The agency in which the person sat when they looked, or the partnership.")
    part = serializers.CharField(help_text="What of it was read.")
    reason = serializers.CharField(allow_blank=True, help_text="Only of those who have to say why.")
    is_own = serializers.BooleanField(help_text="Somebody of the caller's own agency.")


class ReadingsOut(serializers.Serializer[Any]):
    """A page of readings, the newest first."""

    following = serializers.UUIDField(allow_null=True, help_text="Send it as `after` for the next page; null on the last.")
    readings = ReadingOut(many=True)


class ReadingsQuery(In):
    """From which reading on."""

    after = Key(required=False, help_text="The `following` of the page before.")


class ReadingsDoor(Door):
    """The read ledger of one disagreement."""

    @extend_schema(operation_id="disputes_readings", parameters=[ReadingsQuery], responses={200: ReadingsOut})
    def get(self, request: Request, reference: str) -> Response:
        """Who read it, what of it and when. Only for the safeguarding leads of its agencies."""
        case = open_case(request, reference)
        if not policy.sees_who_looked(self.person, case):
            raise NotAllowed(_("Who looked is shown to the safeguarding leads of the agencies in it."))
        found = who_looked(case, self.person, after=self.asked(ReadingsQuery).get("after"))
        return Response(ReadingsOut({"following": found.following, "readings": found.looks}).data)
