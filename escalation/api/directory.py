"""The directory: agencies, levels, and who holds which post today."""

from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.errors import NotFound
from agencies.matrix import Matrix, matrix_of
from agencies.models import Agency, Partnership
from agencies.person import Seat
from agencies.roles import AgencyKind, Role
from agencies.selectors import PostLine, agency_page
from agencies.working_days import london
from escalation.api.out import Out
from escalation.api.views import Door, NothingIn


class SeatOut(Out):
    """One role in force."""

    role = serializers.ChoiceField(choices=Role.choices)
    agency = serializers.UUIDField(allow_null=True, help_text="Null for a role of the partnership itself.")
    partnership = serializers.UUIDField()
    level = serializers.IntegerField(allow_null=True)
    post = serializers.CharField(allow_blank=True)


class MeOut(Out):
    """Who calls, with today's roles."""

    id = serializers.UUIDField()
    name = serializers.CharField(allow_blank=True)
    seats = SeatOut(many=True)


class AgencyOut(Out):
    """An agency."""

    id = serializers.UUIDField()
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=AgencyKind.choices)
    partnership = serializers.CharField()
    is_external = serializers.BooleanField()
    is_flat = serializers.BooleanField()
    phone = serializers.CharField(allow_blank=True)
    out_of_hours = serializers.CharField(allow_blank=True)


class AgenciesOut(Out):
    """The agencies of the caller's partnerships."""

    agencies = AgencyOut(many=True)


class ContactOut(Out):
    """Somebody in a post today."""

    name = serializers.CharField(allow_blank=True)
    email = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)
    note = serializers.CharField(allow_blank=True, help_text="Deputy, or away and who covers.")


class PostOut(Out):
    """A post and its people."""

    id = serializers.UUIDField()
    title = serializers.CharField(allow_blank=True)
    level = serializers.IntegerField(allow_null=True)
    marks = serializers.ListField(child=serializers.CharField())
    doubt = serializers.CharField(allow_blank=True, help_text="Where the published matrix leaves the entry in doubt.")
    contacts = ContactOut(many=True)
    phone = serializers.CharField(allow_blank=True)
    out_of_hours = serializers.CharField(allow_blank=True)
    confirmed_on = serializers.DateField(allow_null=True)


class AgencyWholeOut(AgencyOut):
    """An agency with its posts, from the top level down."""

    notes = serializers.ListField(child=serializers.CharField())
    gaps = serializers.ListField(child=serializers.CharField(), help_text="What is missing, and what happens then.")
    posts = PostOut(many=True)


class LevelOut(Out):
    """A level of seniority, 1 the most junior."""

    number = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)


class MatrixRowOut(Out):
    """An agency's titles by level; several where several posts share a level."""

    agency = serializers.CharField()
    titles = serializers.ListField(child=serializers.ListField(child=serializers.CharField(allow_blank=True)))


class MatrixOut(Out):
    """A partnership's seniority matrix: titles, never people."""

    partnership = serializers.CharField()
    levels = LevelOut(many=True)
    rows = MatrixRowOut(many=True)
    doubts = serializers.ListField(child=serializers.CharField())


class LevelsOut(Out):
    """The matrices of the caller's partnerships."""

    matrices = MatrixOut(many=True)


class MeDoor(Door):
    """The caller."""

    @extend_schema(operation_id="me", responses={200: MeOut})
    def get(self, request: Request) -> Response:
        """Who the token acts as, and the roles that person has today."""
        self.asked(NothingIn)
        shown = {"id": self.person.id, "name": self.person.name, "seats": [_seat(seat) for seat in self.person.seats]}
        return Response(MeOut(shown).data)


class AgenciesDoor(Door):
    """The agencies."""

    @extend_schema(operation_id="agencies_list", responses={200: AgenciesOut})
    def get(self, request: Request) -> Response:
        """Every active agency of the caller's partnerships, by name."""
        self.asked(NothingIn)
        rows = Agency.objects.active().of(self.person.partnership_ids).select_related("partnership").order_by("name", "id")
        return Response(AgenciesOut({"agencies": [_agency(row) for row in rows]}).data)


class AgencyDoor(Door):
    """One agency."""

    @extend_schema(operation_id="agencies_read", responses={200: AgencyWholeOut})
    def get(self, request: Request, agency_id: UUID) -> Response:
        """Its posts, who holds each today, who is away and covers, and what is missing."""
        self.asked(NothingIn)
        row = Agency.objects.active().of(self.person.partnership_ids).select_related("partnership").filter(pk=agency_id).first()
        page = agency_page(row.partnership_id, row.code, self.person, self._today) if row else None
        if row is None or page is None:
            raise NotFound(_("There is no such agency, or it is not in your partnership."))
        posts = [_post(post) for _, lines in page.levels for post in lines]
        return Response(AgencyWholeOut(_agency(row) | {"notes": page.notes, "gaps": page.gaps, "posts": posts}).data)

    @property
    def _today(self) -> date:
        return london(self.now).date()


class LevelsDoor(Door):
    """The levels."""

    @extend_schema(operation_id="levels_list", responses={200: LevelsOut})
    def get(self, request: Request) -> Response:
        """The seniority matrices of the caller's partnerships: posts at the same level are each other's counterparts."""
        self.asked(NothingIn)
        partnerships = Partnership.objects.filter(pk__in=self.person.partnership_ids).order_by("name")
        return Response(LevelsOut({"matrices": [_matrix(matrix_of(row)) for row in partnerships]}).data)


def _seat(seat: Seat) -> dict[str, Any]:
    return {"role": seat.role, "agency": seat.agency_id, "partnership": seat.partnership_id, "level": seat.level, "post": seat.post_title}


def _agency(row: Agency) -> dict[str, Any]:
    own = {name: getattr(row, name) for name in ("id", "code", "name", "kind", "is_external", "is_flat", "phone", "out_of_hours")}
    return own | {"partnership": row.partnership.name}


def _post(post: PostLine) -> dict[str, Any]:
    return asdict(post)


def _matrix(matrix: Matrix) -> dict[str, Any]:
    return {
        "partnership": matrix.partnership.name,
        "levels": [{"number": level.number, "name": level.name} for level in matrix.levels],
        "rows": [{"agency": agency.name, "titles": [[cell.title for cell in cells] for cells in row]} for agency, row in matrix.rows],
        "doubts": matrix.doubts,
    }
