"""The outcome and the closing tasks."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from escalation.api.fields import NEEDED, Key, Moment, Text, Word, YesNo, optional_text
from escalation.api.verbs.answering import BEHIND
from escalation.api.verbs.base import Adding, Deciding
from escalation.states import ChangeNeeded, Difference, Outcome, ReviewNeed, SummaryKind

DAY: dict[str, Any] = {**NEEDED, "invalid": _("Enter a date, such as 2026-04-07.")}


class ProposeOutcomeIn(Deciding):
    """A wording for every side to confirm."""

    wording = Text()
    kind = Word(Outcome)
    outstanding = optional_text()
    still_to_settle = YesNo(required=False, help_text=BEHIND)
    pursued_by = Key(required=False, help_text="The agency that pursues what is still open: with a moment it becomes an agreed action.")
    pursued_until = Moment(required=False)


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


class NameLeadManagerIn(Deciding):
    """Who implements and follows the action plan."""

    manager = Key()


class WriteSummaryIn(Adding):
    """The concerns and how they were resolved, for the child's file."""

    kind = Word(SummaryKind)
    concerns = Text()
    resolution = Text()


class RecordDebriefIn(Adding):
    """The talk afterwards; at least one of its parts."""

    went_well = optional_text()
    went_badly = optional_text()
    training = optional_text(help_text="Training needs: they go on the learning list. Nothing that identifies a child or a person.")
    supervision = optional_text(help_text="Supervision and guidance that those involved had.")


class ConsiderReviewIn(Adding):
    """Whether a systemic or learning review is needed."""

    review = Word(ReviewNeed)
    reasons = Text()


class EnterFactIn(Deciding):
    """A dated event or a priority that the procedure's clocks wait for."""

    fact = optional_text(max_length=60, help_text="One of the events that the procedure names.")
    at = Moment(required=False, help_text="Needed with an event.")
    priority = optional_text(max_length=24, help_text="One of the procedure's priorities.")


class CloseIn(Deciding):
    """The end."""

    difference = Word(Difference)
    gap = optional_text(help_text="The business unit's: why it is closed without what is missing.")
