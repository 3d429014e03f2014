"""The matter before the partnership."""

from rest_framework import serializers

from escalation.api.fields import Key, KeyMap, Moment, NotesByKey, Text, Word, YesNo, optional_text
from escalation.api.verbs.base import Deciding
from escalation.api.verbs.recording import AgreedIn
from escalation.states import Route


class ChooseRouteIn(Deciding):
    """The chair chooses among the procedure's routes."""

    route = Word(Route)
    reason = Text()
    mediator = Key(required=False, help_text="Needed for mediation.")


class ConveneIn(Deciding):
    """The panel meets."""

    meets_at = Moment()
    members = KeyMap(help_text="{person: the agency they sit for}.")
    place = optional_text(max_length=160)
    interests = NotesByKey(required=False, help_text="{person: the interest they declared}.")


class DecideIn(Deciding):
    """What the route came to."""

    decision = Text()
    reasons = Text()
    dissent = optional_text()
    agreed = YesNo(required=False, default=True, help_text="False where mediation, liaison or review brought no agreement.")
    heard_by = serializers.ListField(child=Key(), required=False, max_length=20, help_text="The panel's members who heard it; left out, all of them.")
    actions = AgreedIn(many=True, required=False, help_text="What the agencies are to do: at most three.")
    finding = optional_text(help_text="What others can learn from it, naming nobody: the annual report quotes it.")
