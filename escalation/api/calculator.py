"""When N working days from a start end, by the clock rule."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.holidays import Nation
from agencies.working_days import LONDON, Calendar
from escalation.api.fields import NEEDED, In, Whole, Word
from escalation.api.out import Out, WorkingOutOut
from escalation.api.views import Door
from escalation.clocks import Moment, Rule, StartRule, Unit, Within, working_out
from escalation.procedures.spoken import SPOKEN

LONGEST = 40
START = _("Enter an ISO date and time, such as 2026-11-20T16:30.")


@extend_schema_field(OpenApiTypes.DATETIME)
class StartField(serializers.CharField):
    """ISO, London time unless it carries an offset. A London time that the spring change skips is read an hour later."""

    def to_internal_value(self, data: Any) -> Any:
        text = super().to_internal_value(data)
        if len(text) > LONGEST:
            raise serializers.ValidationError(START)
        try:
            start = datetime.fromisoformat(text.strip())
            return (start if start.tzinfo else start.replace(tzinfo=LONDON)).astimezone(UTC)
        except (ValueError, OverflowError):
            raise serializers.ValidationError(START) from None


class CalculatorQuery(In):
    """The question."""

    start = StartField(error_messages=NEEDED, help_text="ISO; London time unless it carries an offset.")
    working_days = Whole(least=1, most=1000)
    nation = Word(Nation, required=False, default=Nation.ENGLAND_AND_WALES)
    start_rule = Word(StartRule, required=False, default=StartRule.ROLL_FORWARD)
    close = serializers.RegexField(r"^(([01][0-9]|2[0-3]):[0-5][0-9]|none)$", required=False, default="17:00", help_text="HH:MM, or none.")
    moment = Word(Moment, required=False, default=Moment.SAME_TIME)


class WorkingDaysOut(Out):
    """The answer."""

    due = serializers.DateTimeField()
    due_date = serializers.DateField()
    working_out = WorkingOutOut()


class CalculatorDoor(Door):
    """The calculator."""

    @extend_schema(operation_id="working_days", parameters=[CalculatorQuery], responses={200: WorkingDaysOut})
    def get(self, request: Request) -> Response:
        """When N working days from a start end, with each day counted or skipped, and why."""
        asked = self.asked(CalculatorQuery)
        rule = Rule.of(start_rule=asked["start_rule"], close=asked["close"], moment=asked["moment"])
        found = working_out(asked["start"], Within(asked["working_days"], Unit.WORKING_DAY), rule, Calendar.of(asked["nation"]), SPOKEN)
        due = found.due.astimezone(LONDON)
        return Response(WorkingDaysOut({"due": due, "due_date": due.date(), "working_out": found.as_json()}).data)
