"""What every verb's input shares: what the person saw, and when it happened."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from escalation.api.fields import NEEDED, In, Moment

HELD_BACK = frozenset({"seen", "happened_at"})
SEEN = r"^[0-9]{1,4}\.[0-9]{1,9}$"
OLD: dict[str, Any] = {**NEEDED, "invalid": _("Send `seen` as you last read it, such as 1.4.")}
SEEN_WORDS = "The disagreement's `seen` as you last read it: the call is refused with 409 where it has moved since."


class SeenField(serializers.RegexField):
    """Two whole numbers, as text: 1.10 as a number would be another."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(SEEN, error_messages=OLD, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class VerbIn(In):
    """A verb's input. `given` is what the service takes; names are the service's own, so that its refusals land beside them."""

    def given(self) -> dict[str, Any]:
        """The service's arguments from clean data."""
        return {name: value for name, value in self.validated_data.items() if name not in HELD_BACK}


class Deciding(VerbIn):
    """A verb that decides: it must rest on what is still so."""

    seen = SeenField(help_text=SEEN_WORDS)


class Adding(VerbIn):
    """A verb that only adds to the record: what moved in between does not matter."""

    seen = SeenField(required=False, help_text="Taken, not needed: this only adds to the record.")


class Uploading(Adding):
    """A verb that brings a file: sent as multipart/form-data."""

    upload = serializers.FileField(allow_empty_file=True, error_messages={**NEEDED, "invalid": _("Send a file.")}, help_text="See docs/files.md.")


class Happened(Adding):
    """Something that happened by phone or in a room, perhaps before it is recorded."""

    happened_at = Moment(required=False, help_text="Where it was before now. Both moments stay on the record.")
