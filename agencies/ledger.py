"""The abstract line of a record: written once, never changed. Each app keeps its own table with real foreign keys."""

import uuid
from typing import Any, NoReturn

from django.db import models

from agencies.keys import new_key
from agencies.rows import QuickRow


class LedgerRow(QuickRow):
    """Who did what and when. The database refuses UPDATE and DELETE (see each app's trigger migration); this class refuses them sooner."""

    id = models.UUIDField(primary_key=True, default=new_key, editable=False)
    recorded_at = models.DateTimeField(help_text="When the server wrote the line (UTC).")

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A line of the record is never changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A line of the record is never removed.")

    @property
    def key(self) -> uuid.UUID:
        """The line's key."""
        return self.id
