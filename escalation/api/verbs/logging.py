"""Logging: the answers of the question pages in one call, and the sending of a draft."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext
from rest_framework import serializers
from rest_framework.fields import empty

from escalation.api.fields import DAY, In, Key, KeyMap, Moment, Text, Whole, Word, YesNo, optional_text
from escalation.api.verbs.base import Deciding
from escalation.api.verbs.moving import PastStageIn
from escalation.services.attempts import LONGEST_NAME as LONGEST_WHOM
from escalation.services.submission import LONGEST_NAME, MOST_CHILDREN
from escalation.states import Basis, ContactHow, FamilyTold, Ground, Plan, Setting, Theme
from escalation.states import Door as Doors


class ChildIn(In):
    """One child, in as little as identifies it between the parties."""

    initials = Text(max_length=8)
    born_on = serializers.DateField(required=False, allow_null=True, error_messages=DAY)
    is_unborn = YesNo(required=False, default=False)
    reference = optional_text(max_length=40, help_text="Your own agency's reference.")
    name = optional_text(max_length=LONGEST_NAME, help_text="The full name: refused unless the partnership takes names.")


class AttemptIn(In):
    """One direct attempt before it was logged."""

    on = serializers.DateField(error_messages=DAY)
    how = Word(ContactHow)
    whom = Text(max_length=LONGEST_WHOM)
    said = Text()


class AnswersIn(In):
    """The answers of the question pages."""

    receiving = serializers.ListField(child=Key(), max_length=50)
    children = ChildIn(many=True, required=True)
    themes = serializers.ListField(child=Word(Theme), max_length=len(Theme))
    what = Text(help_text="The decision, action or inaction that is disputed.")
    impact = Text(help_text="What it means for the child's welfare or safety.")
    outcome_sought = Text()
    tried = optional_text(help_text="What has been tried so far: needed unless `attempts` say it.")
    attempts = AttemptIn(many=True, required=False, help_text="Direct attempts one by one; the record keeps them in what was tried.")
    basis = Word(Basis)
    consulted = optional_text(help_text="Who in the own agency was consulted, by name.")
    consulted_on = serializers.DateField(required=False, error_messages=DAY)
    involved = optional_text(help_text="Other agencies that work with the child and are not asked.")
    told_whom = Word(FamilyTold, required=False, allow_blank=True, help_text="Who of the family was told of the disagreement.")
    family_told = optional_text(help_text="Who was told, and when; or why not.")
    family_view = optional_text()
    disputed_name = optional_text(max_length=200, help_text="Whose decision it is.")
    disputed_person = Key(required=False)
    danger_now = YesNo(required=False)
    door = Word(Doors, required=False, allow_blank=True)
    way = optional_text(max_length=60, help_text="Which way it takes, by its key, at a door that asks: see the procedure's `doors`.")
    setting = Word(Setting, required=False, allow_blank=True)
    plan = Word(Plan, required=False, allow_blank=True)
    level_of_need = Whole(least=1, most=4, required=False)
    capacity_in_doubt = YesNo(required=False, help_text="Needed where a child is 16 or 17.")
    arose_on = serializers.DateField(required=False, error_messages=DAY)
    raised_at = Moment(required=False, help_text="When it was raised with whoever logs it for somebody else, where that was before now.")
    is_urgent = YesNo(required=False)
    respond_by = Moment(required=False, help_text="Needed where it is urgent.")
    why_sooner = optional_text(help_text="Why it needs a response by then.")
    spoken_to = optional_text(max_length=200, help_text="Whom the caller has spoken to where it is urgent.")
    spoken_at = Moment(required=False)
    out_of_hours = optional_text(max_length=200)
    start_stage = Whole(least=1, most=7, required=False)
    start_ground = Word(Ground, required=False, allow_blank=True)
    start_reason = optional_text()
    holders = KeyMap(required=False, help_text="{agency: person} where somebody else than the suggested person is to be asked.")
    is_restricted = YesNo(required=False, help_text="Kept from the own agency's managers and leads who do not hold it.")
    through_partnership = YesNo(required=False, help_text="A restricted one goes to the business unit, who sends it on.")
    kept_from = serializers.ListField(child=Key(), required=False, max_length=50, help_text="Own people who must not read a restricted one.")
    past = PastStageIn(many=True, required=False, help_text="Stages that had happened already, in their order.")
    is_serious = YesNo(required=False)
    is_stuck = YesNo(required=False)

    def validate_children(self, children: list[Any]) -> list[Any]:
        """A few more than may be logged are let through to the rule itself, which says how many."""
        if len(children) > MOST_CHILDREN + 1:
            raise serializers.ValidationError(gettext("Enter no more than {most} children in one disagreement.").format(most=MOST_CHILDREN))
        return children


class LogIn(AnswersIn):
    """A whole disagreement. What is missing is said all at once, in the words of the question pages."""

    agency = Key(required=False, help_text="The raising agency; needed only where you have a role in more than one.")
    raiser = Key(required=False, help_text="Whom the business unit or a reviewing unit logs for.")
    procedure = Key(required=False, help_text="One of the partnership's procedures; left out, the one offered first.")


class SubmitIn(Deciding, AnswersIn):
    """A draft of the caller's own, sent: one that the own manager sent back, or one begun on the pages. Answers left out stay as they are."""

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        for name in set(fields) - {"seen"}:
            fields[name].required, fields[name].default = False, empty
        return fields

    def given(self) -> dict[str, Any]:
        return {"answers": plain_answers(super().given())}


def plain_answers(given: dict[str, Any]) -> dict[str, Any]:
    """What was sent as the plain JSON values that a draft keeps."""
    holders = given.get("holders")
    keyed = given if holders is None else given | {"holders": {str(agency): str(person) for agency, person in holders.items()}}
    return dict(json.loads(json.dumps(keyed, cls=DjangoJSONEncoder)))
