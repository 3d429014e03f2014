"""How long a disagreement is kept: longer, under a hold, or anonymised."""

from rest_framework import serializers

from escalation.api.fields import Text, Word, optional_text
from escalation.api.verbs.base import Adding, Deciding
from escalation.api.verbs.ending import DAY
from escalation.services.keeping.holds import LONGEST_REASON
from escalation.states import LeftOut


class KeepLongerIn(Adding):
    """Until when it is kept beyond its period, and why: it stands on the record, and comes up for review again on that day."""

    until = serializers.DateField(error_messages=DAY)
    reason = Text(max_length=LONGEST_REASON, lines=True)


class AnonymiseIn(Deciding):
    """Erase what was typed and who it was about, its time being over and no hold in force. It cannot be undone; what is counted stays."""


class PlaceHoldIn(Adding):
    """Why nothing of it may be erased."""

    reason = Text(max_length=LONGEST_REASON, lines=True)


class LiftHoldIn(Adding):
    """Why the hold on this disagreement ends."""

    reason = Text(max_length=LONGEST_REASON, lines=True)


class LeaveOutIn(Adding):
    """Why no figure counts it: logged twice, with the reference of the one that is counted in its place, or logged to try the product out."""

    cause = Word(LeftOut)
    other = optional_text(max_length=20, help_text="Of a duplicate: the reference of the one that is counted; one that you may see.")
    reason = Text(max_length=LONGEST_REASON, lines=True)


class CountAgainIn(Adding):
    """Why it is counted in the figures again."""

    reason = Text(max_length=LONGEST_REASON, lines=True)
