"""Files of a disagreement, at its end."""

from functools import partial
from uuid import UUID

from django.db import transaction

from escalation.engine import file_store
from escalation.models import Attachment


def erase_files_of(dispute_id: UUID) -> None:
    """Erase every file that was attached to the disagreement, rows and bytes: the rows inside the caller's transaction, the bytes once it holds."""
    rows = Attachment.objects.filter(dispute=dispute_id)
    for name in rows.exclude(stored="").values_list("stored", flat=True):
        transaction.on_commit(partial(file_store.erase, name))
    rows.delete()
