"""The child's own references, and links between disagreements."""

from rest_framework import serializers

from escalation.api.fields import DAY, Key, Text, YesNo, optional_text
from escalation.api.verbs.base import Adding
from escalation.services.submission import LONGEST_NAME


class AddReferenceIn(Adding):
    """The own agency's reference of a child."""

    reference = Text(max_length=40)
    child = Key(required=False, help_text="Needed where there are several: its `id` from /children/.")
    agency = Key(required=False, help_text="Needed where you act for several.")


class CorrectChildIn(Adding):
    """Who a child is, put right: what is left out stays as it is."""

    child = Key(required=False, help_text="Needed where there are several: its `id` from /children/.")
    initials = optional_text(max_length=8)
    born_on = serializers.DateField(required=False, allow_null=True, error_messages=DAY)
    is_unborn = YesNo(required=False, default=False)
    name = optional_text(max_length=LONGEST_NAME, help_text="The full name: refused unless the partnership takes names.")
    without_name = YesNo(required=False, default=False, help_text="Takes a full name away.")


class LinkIn(Adding):
    """Another disagreement about the same child."""

    other = Text(max_length=20, help_text="The other disagreement's reference; one that you may see.")
