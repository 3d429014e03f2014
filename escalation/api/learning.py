"""What is learnt: the list, one point, and moving it on."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.errors import NotAllowed, NotFound
from escalation import learning_policy
from escalation.api.fields import NEEDED, In, Key, Named, Text, Whole, Word, named_by, optional_text
from escalation.api.out import Out
from escalation.api.views import KEY_PARAMETER, Door, NothingIn
from escalation.selectors.learning import PAGE, PointFile, PointRow, Show, Wanted, has_any, learning_list, point_file, subgroups_by_key
from escalation.services.idempotency import Answer
from escalation.services.learning import LONGEST_REFERRED, follow_learning
from escalation.states import LearningStatus

LONGEST_PAGE, LAST_PAGE = 100, 1000
NO_POINT = _("There is no such learning action, or it is not yours to see.")
DAY: dict[str, Any] = {**NEEDED, "invalid": _("Enter a date, such as 2026-04-07.")}


class LearningQuery(In):
    """What the list is asked for."""

    show = Word(Show, required=False, default=Show.UNSETTLED)
    referred = Named(help_text="To whom it is referred: a point’s `referred_key`. A name may have been typed, and an address is kept in logs.")
    agency = Key(required=False, help_text="An agency that takes part in the disagreement it came from.")
    limit = Whole(least=1, most=LONGEST_PAGE, required=False, default=PAGE)
    page = Whole(least=1, most=LAST_PAGE, required=False, default=1)


class PointOut(Out):
    """A learning point: never what else was typed in the disagreement that it came from."""

    id = serializers.UUIDField()
    issue = serializers.CharField()
    change_needed = serializers.CharField(allow_blank=True)
    referred_to = serializers.CharField(allow_blank=True)
    referred_key = serializers.CharField(allow_blank=True, help_text="Names it in this list’s address (`referred`).")
    owner = serializers.CharField(allow_blank=True)
    due_on = serializers.DateField(allow_null=True)
    status = serializers.ChoiceField(choices=LearningStatus.choices)
    is_overdue = serializers.BooleanField()
    evidence = serializers.CharField(allow_blank=True)
    done_on = serializers.DateField(allow_null=True)
    reference = serializers.CharField(allow_blank=True, help_text="The disagreement's, where the caller may know of it.")


class LearningPageOut(Out):
    """A page of points, what is to do first and soonest due first."""

    next = serializers.CharField(allow_null=True, help_text="The next page's address; null on the last.")
    results = PointOut(many=True)


class StepOut(Out):
    """One follow-up."""

    who = serializers.CharField(allow_blank=True)
    at = serializers.DateTimeField()
    changes = serializers.ListField(child=serializers.CharField())
    evidence = serializers.CharField(allow_blank=True)


class PointWholeOut(PointOut):
    """A point with what was done for it."""

    steps = StepOut(many=True)
    may_follow = serializers.BooleanField()
    seen = serializers.IntegerField(help_text="Send it back when you move the point on.")


class FollowIn(In):
    """Who sees to it, by when, and how far it has come. What is left out stays as it is; null takes it away."""

    seen = Whole(most=32767, help_text="The point's `seen` as you last read it: refused with 409 where it has moved since.")
    status = Word(LearningStatus, required=False)
    owner = Key(required=False, allow_null=True)
    due_on = serializers.DateField(required=False, allow_null=True, error_messages=DAY)
    referred_to = Text(required=False, max_length=LONGEST_REFERRED)
    evidence = optional_text(help_text="What was done, or why it is not taken up; needed with either. Nothing that identifies a child or a person.")


def short(row: PointRow) -> dict[str, Any]:
    """The row as it is answered."""
    same = ("id", "issue", "referred_to", "referred_key", "owner", "due_on", "status", "is_overdue", "evidence", "done_on", "reference")
    return {name: getattr(row, name) for name in same} | {"change_needed": row.change}


def whole(file: PointFile) -> dict[str, Any]:
    """The point as it is answered."""
    return short(file.row) | {"steps": file.steps, "may_follow": file.may_follow, "seen": file.point.revision}


class LearningDoor(Door):
    """The learning list."""

    @extend_schema(operation_id="learning_list", parameters=[LearningQuery], responses={200: LearningPageOut})
    def get(self, request: Request) -> Response:
        """The learning points that the caller may know of: the same that the page shows."""
        asked = self.asked(LearningQuery)
        referred = named_by(asked["referred"], subgroups_by_key(self.person) if asked["referred"] else {}, "referred")
        wanted = Wanted(asked["show"], referred, asked.get("agency"))
        rows, more = learning_list(self.person, wanted, now=self.now, page=asked["page"], most=asked["limit"])
        if not rows and not learning_policy.has_part(self.person) and not has_any(self.person):
            raise NotAllowed(gettext("Learning actions are for whoever sees to one, the subgroups, the business unit and safeguarding leads."))
        query = {**request.query_params.dict(), "page": asked["page"] + 1}
        following = request.build_absolute_uri(f"{request.path}?{urlencode(query)}") if more else None
        return Response(LearningPageOut({"next": following, "results": [short(row) for row in rows]}).data)


class PointDoor(Door):
    """One learning point."""

    @extend_schema(operation_id="learning_read", responses={200: PointWholeOut})
    def get(self, request: Request, point_id: UUID) -> Response:
        """The point with what was done for it."""
        self.asked(NothingIn)
        return Response(PointWholeOut(whole(self._file(point_id))).data)

    @extend_schema(operation_id="learning_follow", request=FollowIn, parameters=[KEY_PARAMETER], responses={200: PointWholeOut})
    def post(self, request: Request, point_id: UUID) -> Response:
        """Move the point on; kept on the record of the disagreement that it came from. Sent again under its key, the point as it stands then."""
        moved: list[PointFile] = []

        def act() -> Answer:
            point = self._file(point_id).point
            given = self.read(FollowIn).validated_data
            now: dict[str, LearningStatus | UUID | date | str | None]
            now = {"status": LearningStatus(point.status), "owner": point.owner_id, "due_on": point.due_on, "referred_to": point.referred_to}
            follow_learning(point_id, actor=self.person, now=self.now, **{**now, **given})
            moved.append(self._file(point_id))
            # No word of it is kept with the key: it may be taken out of the record meanwhile.
            return Answer(status.HTTP_200_OK, {"id": str(point_id)})

        def still(_: object) -> None:
            if not learning_policy.reads(self.person, self._file(point_id).point):
                raise NotFound(NO_POINT)

        done = self.done_once(act, still)
        done.data = PointWholeOut(whole(moved[0] if moved else self._file(point_id))).data
        return done

    def _file(self, point_id: UUID) -> PointFile:
        file = point_file(self.person, point_id, now=self.now)
        if file is None:
            raise NotFound(NO_POINT)
        return file
