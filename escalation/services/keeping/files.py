"""Files of a disagreement, at its end."""

from datetime import datetime
from uuid import UUID


def erase_files_of(dispute_id: UUID, now: datetime) -> None:
    """Erase every file that was attached to the disagreement, rows and bytes, inside the caller's transaction.

    The one place that anonymisation calls; what keeps files fills it. Today a disagreement has none.
    """
