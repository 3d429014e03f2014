"""Disagreements: the list, the case file and its parts, and logging in one call."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.errors import InvalidInput, NotAllowed
from agencies.readable import read_moment
from escalation import policy
from escalation.api import out, shown
from escalation.api.access import again, known_case, open_case, read_case
from escalation.api.fields import In, Key, Whole, Word
from escalation.api.verbs.logging import LogIn, plain_answers
from escalation.api.views import CREATED, KEY_PARAMETER, REASON, Door, plain
from escalation.engine.case import Case
from escalation.selectors.case_file import CaseFile, case_file
from escalation.selectors.guarded import guarded_children
from escalation.selectors.listing import Part, Place, Wanted, listed
from escalation.services import every_verb
from escalation.services.idempotency import Answer
from escalation.services.log_at_once import log_at_once
from escalation.services.reading import CASE, CHILD
from escalation.states import State

__all__ = ["every_verb"]
USUAL_PAGE, LONGEST_PAGE = 25, 100
NOT_YOURS = _("Only who holds it in one of its agencies, who raised it, or who is to do an agreed action, sees who the child is.")


class ListQuery(In):
    """What the list is asked for."""

    state = Word(State, required=False)
    stage = Whole(most=7, required=False)
    overdue = serializers.BooleanField(required=False)
    agency = Key(required=False, help_text="A raising or receiving agency.")
    role = Word(Part, required=False, help_text="mine: raised or held by the caller.")
    limit = Whole(least=1, most=LONGEST_PAGE, required=False, default=USUAL_PAGE)
    cursor = serializers.CharField(required=False, max_length=200, help_text="From the `next` of the page before.")


class DisputesDoor(Door):
    """The list of what the caller may know of, and logging."""

    @extend_schema(operation_id="disputes_list", parameters=[ListQuery], responses={200: out.DisputePageOut})
    def get(self, request: Request) -> Response:
        """The disagreements that the caller may know of, the newest first: the same that the pages show."""
        asked = self.asked(ListQuery)
        wanted = Wanted(asked.get("state"), asked.get("stage"), asked.get("overdue"), asked.get("agency"), asked.get("role"))
        after = read_cursor(asked["cursor"]) if "cursor" in asked else None
        found = listed(self.person, wanted, now=self.now, after=after, most=asked["limit"] + 1)
        page = found[: asked["limit"]]
        cases = {case.dispute.pk: case for case in shown.cases(page, self.now)}
        rows = [shown.short(cases[dispute.pk], self.person, self.now) for dispute in page]
        following = self._next(request, cursor(page[-1].created_at, page[-1].pk)) if len(found) > len(page) else None
        return Response(out.DisputePageOut({"next": following, "results": rows}).data)

    @staticmethod
    def _next(request: Request, place: str) -> str:
        return request.build_absolute_uri(f"{request.path}?{urlencode({**request.query_params.dict(), 'cursor': place})}")

    @extend_schema(operation_id="disputes_log", request=LogIn, parameters=[KEY_PARAMETER], responses={201: out.DisputeOut})
    def post(self, request: Request) -> Response:
        """Log a disagreement and send it: first to the own manager where the procedure asks for that, else to the other agency."""
        given = self.read(LogIn).validated_data
        places = {name: given.pop(name, None) for name in ("agency", "raiser", "procedure")}
        answers = plain_answers(given)

        def act() -> Answer:
            change = log_at_once(self.person, answers, now=self.now, **places)
            case = again(change.case)
            return Answer(CREATED, plain(out.DisputeOut(shown.short(case, self.person, self.now)).data))

        return self.done_once(act, lambda logged: open_case(request, logged["reference"]))


def cursor(at: datetime, key: UUID) -> str:
    """A place in the list, to go on from behind it."""
    return base64.urlsafe_b64encode(f"{at.isoformat()}~{key}".encode()).decode()


def read_cursor(text: str) -> Place:
    """The place. Raises InvalidInput for what this interface never gave."""
    try:
        at, _, key = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True).decode("ascii").partition("~")
        return read_moment(at), UUID(key)
    except (ValueError, binascii.Error):
        raise InvalidInput(gettext("This cursor was not given by this interface. Begin again without it."), field="cursor") from None


class DisputeDoor(Door):
    """One disagreement."""

    @extend_schema(operation_id="disputes_read", parameters=[REASON], responses={200: out.CaseFileOut})
    def get(self, request: Request, reference: str) -> Response:
        """The case file as the caller may read it. The reading is kept on the record of readings."""
        case, file = self.file(request, reference)
        return Response(out.CaseFileOut(shown.whole(case, file, self.person, self.now)).data)

    def file(self, request: Request, reference: str) -> tuple[Case, CaseFile]:
        """The case and its file, the reading kept."""
        case = read_case(request, reference, CASE, reason=self.reason)
        return case, case_file(case, self.person, self.now)


class EventsDoor(DisputeDoor):
    """The record."""

    @extend_schema(operation_id="disputes_events", parameters=[REASON], responses={200: out.EventsOut})
    def get(self, request: Request, reference: str) -> Response:
        """The lines of the record that the caller may read, the newest first, corrections beside what they correct."""
        _, file = self.file(request, reference)
        return Response(out.EventsOut({"narrative": file.narrative, "events": file.entries}).data)


class ClocksDoor(Door):
    """The clocks."""

    @extend_schema(operation_id="disputes_clocks", parameters=[REASON], responses={200: out.ClocksOut})
    def get(self, request: Request, reference: str) -> Response:
        """Every clock with its working-out: each day counted or skipped, and why."""
        case = known_case(request, reference, reason=self.reason, whole=True)
        return Response(out.ClocksOut({"clocks": shown.clocks(case, self.person, self.now)}).data)


class ChildrenDoor(Door):
    """The guarded block."""

    @extend_schema(operation_id="disputes_children", responses={200: out.ChildrenOut})
    def get(self, request: Request, reference: str) -> Response:
        """Who the children are: initials, birth, a full name where the partnership takes names, and the caller's own agency's reference.

        Only for those who hold it in a party agency; each look is kept.
        """
        case = open_case(request, reference)
        if not policy.sees_child(self.person, case):
            raise NotAllowed(NOT_YOURS)
        read_case(request, reference, CHILD)
        return Response(out.ChildrenOut({"children": guarded_children(case, self.person)}).data)


class StageQuery(In):
    """Which stage is meant."""

    stage = Whole(most=7, required=False, help_text="The stage's position; left out, the one it is in.")


class CounterpartsDoor(Door):
    """Who acts."""

    @extend_schema(operation_id="disputes_counterparts", parameters=[StageQuery, REASON], responses={200: out.CounterpartsOut})
    def get(self, request: Request, reference: str) -> Response:
        """Who acts on each side at a stage, why that person, and who else could: whom `holders`, `to`, `mediator` and `members` may name."""
        case = known_case(request, reference, reason=self.reason_beside(StageQuery))
        if not policy.sees_who_acts(self.person, case):
            raise NotAllowed(gettext("Only those who take part in this disagreement see who can act."))
        position = self.asked(StageQuery).get("stage", case.dispute.stage)
        if position > case.procedure.last:
            raise InvalidInput(gettext("This procedure has {number} stages.").format(number=case.procedure.last), field="stage")
        return Response(out.CounterpartsOut(shown.counterparts(case, position)).data)
