"""The partnership's procedures: which are in force, and each as its stages with every clock in words."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from agencies.working_days import london
from escalation.api.out import Out
from escalation.api.views import Door, NothingIn
from escalation.models import ProcedureVersion
from escalation.procedures import words
from escalation.procedures.definition import ClockDefinition, DoorDoes, DoorRule, ProcedureDefinition, Sides, StageDefinition, Way
from escalation.procedures.schema import from_json
from escalation.procedures.way_words import variant_sentences
from escalation.selectors.procedures import procedures_of, version_of
from escalation.services.side_by_side import in_force
from escalation.states import Door as DoorWord
from escalation.states import Route


class ProcedureOut(Out):
    """A procedure's version."""

    id = serializers.UUIDField(help_text="The version's key: what a disagreement is pinned to.")
    procedure = serializers.UUIDField(help_text="The procedure's own key: what logging takes.")
    name = serializers.CharField()
    partnership = serializers.CharField()
    version = serializers.IntegerField()
    in_force_from = serializers.DateField()
    review_due = serializers.DateField(allow_null=True)
    is_offered_first = serializers.BooleanField()


class ProceduresOut(Out):
    """The procedures of the caller's partnerships."""

    procedures = ProcedureOut(many=True)


class StageClockOut(Out):
    """A clock of a stage, in words."""

    key = serializers.CharField()
    measures = serializers.CharField()
    within = serializers.CharField()
    sentence = serializers.CharField()
    afterwards = serializers.CharField(help_text="What happens when its time has passed.")


class ProcedureStageOut(Out):
    """One stage."""

    position = serializers.IntegerField()
    number = serializers.CharField(allow_blank=True)
    name = serializers.CharField()
    sides = serializers.ChoiceField(choices=[(side.value, side.value) for side in Sides])
    raising = serializers.CharField(allow_blank=True)
    receiving = serializers.CharField(allow_blank=True)
    clocks = StageClockOut(many=True)
    urgent_clocks = StageClockOut(many=True)
    tells_unit = serializers.BooleanField()
    asks_for = serializers.CharField(allow_blank=True)
    routes = serializers.ListField(child=serializers.ChoiceField(choices=Route.choices))


class WayOut(Out):
    """One way behind a door; without key and title where the door does not ask which."""

    key = serializers.CharField(allow_blank=True, help_text="What logging takes as `way`.")
    title = serializers.CharField(allow_blank=True, help_text="What a person chooses.")
    does = serializers.ChoiceField(choices=[(does.value, does.value) for does in DoorDoes])
    words = serializers.CharField()
    procedure = serializers.UUIDField(
        allow_null=True, help_text="At a door that redirects, the procedure that it goes by: log it there. None where that one is not in force."
    )
    differs = serializers.ListField(child=serializers.CharField(), help_text="How its variant differs from the usual way.")


class DoorOut(Out):
    """What happens where the matter is really something else."""

    door = serializers.ChoiceField(choices=DoorWord.choices)
    ways = WayOut(many=True)


class ProcedureWholeOut(ProcedureOut):
    """A version with its stages."""

    counting = serializers.CharField(help_text="How its days are counted.")
    overall_limits = StageClockOut(many=True)
    stages = ProcedureStageOut(many=True)
    doors = DoorOut(many=True)


class ProceduresDoor(Door):
    """The list."""

    @extend_schema(operation_id="procedures_list", responses={200: ProceduresOut})
    def get(self, request: Request) -> Response:
        """The procedures of the caller's partnerships, each with the version in force, else the one to come."""
        self.asked(NothingIn)
        rows = procedures_of(self.person.partnership_ids, london(self.now).date())
        versions = [version for row in rows if (version := row.current or row.coming)]
        return Response(ProceduresOut({"procedures": [_row(version) for version in versions]}).data)


class ProcedureDoor(Door):
    """One version."""

    @extend_schema(operation_id="procedures_read", responses={200: ProcedureWholeOut})
    def get(self, request: Request, version_id: UUID) -> Response:
        """One version as its stages: who acts, every clock in words, what each stage asks for."""
        self.asked(NothingIn)
        version = version_of(self.person.partnership_ids, version_id)
        definition = from_json(version.definition)
        others = {one.definition.key: one.procedure_id for one in in_force(version.procedure.partnership_id, london(self.now).date())}
        shown = _row(version) | {
            "counting": words.counting_sentence(definition),
            "overall_limits": [_clock(clock, definition) for clock in definition.caps],
            "stages": [_stage(definition, stage) for stage in definition.stages],
            "doors": [{"door": rule.door, "ways": [_way(definition, way, others) for way in rule.ends]} for rule in definition.doors],
        }
        return Response(ProcedureWholeOut(shown).data)


def _row(version: ProcedureVersion) -> dict[str, Any]:
    own = version.procedure
    return {
        "id": version.pk,
        "procedure": own.pk,
        "name": own.name,
        "partnership": own.partnership.name,
        "version": version.number,
        "in_force_from": version.in_force_from,
        "review_due": version.review_due,
        "is_offered_first": own.is_default,
    }


def _stage(definition: ProcedureDefinition, stage: StageDefinition) -> dict[str, Any]:
    moves = definition.moves_by_itself_from(stage.position)
    return {
        "position": stage.position,
        "number": stage.number,
        "name": stage.name,
        "sides": str(stage.sides),
        "raising": words.acting_words(stage.raising, definition.levels_are),
        "receiving": words.acting_words(stage.receiving, definition.levels_are),
        "clocks": [_clock(clock, definition, moves=moves) for clock in stage.clocks],
        "urgent_clocks": [_clock(clock, definition, moves=moves) for clock in stage.urgent_clocks],
        "tells_unit": stage.tells_unit,
        "asks_for": words.asked_words(stage),
        "routes": list(stage.partnership.routes) if stage.partnership else [],
    }


def _way(definition: ProcedureDefinition, way: DoorRule | Way, others: Mapping[str, UUID]) -> dict[str, Any]:
    variant = definition.variant(way.variant)
    named = {"key": way.key, "title": way.label} if isinstance(way, Way) else {"key": "", "title": ""}
    differs = variant_sentences(definition, variant) if variant else ()
    return named | {"does": way.does, "words": way.words, "procedure": others.get(way.procedure), "differs": differs}


def _clock(clock: ClockDefinition, definition: ProcedureDefinition, *, moves: bool = False) -> dict[str, Any]:
    return {
        "key": clock.key,
        "measures": str(clock.measures.label),
        "within": clock.within.words(),
        "sentence": words.clock_sentence(clock, definition),
        "afterwards": words.on_time_sentence(clock.on_time, moves=moves),
    }
