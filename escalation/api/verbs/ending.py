"""The outcome and the closing tasks."""

from typing import Any

from django.db.models import TextChoices
from rest_framework import serializers

from escalation.api.fields import NEEDED, Key, Text, Word, optional_text
from escalation.api.verbs.base import Adding, Deciding
from escalation.states import Difference, Outcome

DAY: dict[str, Any] = {**NEEDED, "invalid": "Enter a date, such as 2026-04-07."}


class ChangeNeeded(TextChoices):
    """What needs to change."""

    POLICY = "policy", "Policy or procedure"
    TRAINING = "training", "Training"
    SERVICE = "service", "A service"


class ProposeOutcomeIn(Deciding):
    """A wording for every side to confirm."""

    wording = Text()
    kind = Word(Outcome)
    outstanding = optional_text()


class ConfirmOutcomeIn(Deciding):
    """The own agency confirms the same wording."""


class RecordGapIn(Deciding):
    """A side stays silent."""

    agency = Key()
    reason = Text()


class GiveFeedbackIn(Adding):
    """The person who raised it was told."""

    words = Text()
    given_on = serializers.DateField(error_messages=DAY)


class ConfirmFileIn(Adding):
    """The record is in the child's file, for every child."""

    agency = Key(required=False, help_text="The own agency, where it is left out.")


class RecordLearningIn(Adding):
    """What to learn; nothing at all is an answer too."""

    went_well = optional_text()
    went_badly = optional_text()
    issue = optional_text(help_text="A general issue that others should learn from; nothing that identifies a child or a person.")
    referred_to = optional_text(max_length=120)
    change_needed = Word(ChangeNeeded, required=False, allow_blank=True, default="")
    owner = Key(required=False)
    due_on = serializers.DateField(required=False, error_messages=DAY)


class CloseIn(Deciding):
    """The end."""

    difference = Word(Difference)
    gap = optional_text(help_text="The business unit's: why it is closed without what is missing.")
