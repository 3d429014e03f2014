"""The child's own references, and links between disagreements."""

from escalation.api.fields import Key, Text
from escalation.api.verbs.base import Adding


class AddReferenceIn(Adding):
    """The own agency's reference of a child."""

    reference = Text(max_length=40)
    child = Key(required=False, help_text="Needed where there are several: its `id` from /children/.")
    agency = Key(required=False, help_text="Needed where you act for several.")


class LinkIn(Adding):
    """Another disagreement about the same child."""

    other = Text(max_length=20, help_text="The other disagreement's reference; one that you may see.")
