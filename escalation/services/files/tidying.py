"""What a crash left in the files' folder: content that no row names. It was never attached, or has left the record already."""

from datetime import datetime, timedelta

from escalation.engine import file_store as store
from escalation.models import Attachment

# A file lies for as long as its disagreement is locked before its row is there: seconds.
SURELY_OVER = timedelta(hours=1)


def tidy(now: datetime) -> int:
    """Removes content without a row that is older than an hour; says how many."""
    named = set(Attachment.objects.exclude(stored="").values_list("stored", flat=True))
    return store.erase_all_but(named, before=now - SURELY_OVER)
