"""Around the stages: another agency, who else was told, a conference, the subgroup, the panel's hearing, a conference's dissent."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from escalation.api.fields import NEEDED, Key, Text, Word, YesNo, optional_text
from escalation.api.verbs.base import Adding, Deciding, Happened
from escalation.states import Advice, ConferenceAnswer, SubgroupMatter

DAY: dict[str, Any] = {**NEEDED, "invalid": _("Enter a date, such as 2026-04-07.")}


class AddAgencyIn(Deciding):
    """One more receiving agency, with a request of its own."""

    agency = Key()
    reason = Text()
    holder = Key(required=False, help_text="Whom to ask there, where it is not the suggested person.")


class RecordAdviceIn(Happened):
    """Somebody outside was told or asked."""

    whom = Word(Advice)
    who = Text(max_length=200)
    told = Text()
    answer = optional_text()
    told_by = optional_text(max_length=200, help_text="Who told or asked them, where it was not you.")
    private = YesNo(required=False, default=False, help_text="Only the own agency sees it.")


class StaysOutIn(Adding):
    """An agency keeps out of what cannot wait; the business unit is told."""

    agency = Key(help_text="The agency that keeps out.")
    what = Text()
    disagree = serializers.ListField(child=Key(), required=False, max_length=20, help_text="The agencies that want it in, beside the own one.")


class RequestConferenceIn(Deciding):
    """A child protection conference is formally asked for."""

    reason = Text()
    supporter = Key(help_text="A senior manager, or a named or designated professional.")
    agency = Key(required=False, help_text="Needed where several agencies could convene one.")


class AnswerConferenceIn(Deciding):
    """A conference is convened, or is not."""

    answer = Word(ConferenceAnswer)
    reasons = optional_text(help_text="Needed where none is convened.")
    conference_on = serializers.DateField(required=False, error_messages=DAY, help_text="Needed where one is convened.")


class PutToSubgroupIn(Adding):
    """A serious matter, or a case that is stuck."""

    matter = Word(SubgroupMatter)
    reason = Text()


class AnswerForSubgroupIn(Deciding):
    """What the subgroup's chair says. It decides nothing in the case."""

    reasons = Text()
    deep_dive = YesNo(required=False, help_text="Needed of a serious matter.")
    mediator = Key(required=False, help_text="Whom the subgroup offers for a case that is stuck.")


class RepresentIn(Adding):
    """What the panel should hear before it decides."""

    text = Text()
    agency = Key(required=False, help_text="On whose behalf, where you speak for none.")


class DeclareInterestIn(Adding):
    """An interest; nothing at all declares that there is none."""

    interest = optional_text(max_length=200, lines=True)
    conflicts = YesNo(required=False, default=False, help_text="It keeps you from hearing it.")


class ReplaceMemberIn(Deciding):
    """Somebody else takes a member's place."""

    member = Key()
    successor = Key()
    agency = Key(help_text="The agency for which the new member sits.")
    reason = Text()


class WeighDissentIn(Deciding):
    """Whether the own agency's contact shares the dissent; if so, the reviewing service is alerted."""

    shares = YesNo()
    reasons = Text()


class AnswerAlertIn(Deciding):
    """What the reviewing service does."""

    decision = Text()
    reasons = Text()
