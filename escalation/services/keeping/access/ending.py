"""The end of an answer and of its request: its file erased, what was chosen and why it was asked forgotten."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from agencies.said import said
from agencies.services.record import record
from escalation.models import AccessRequest
from escalation.services.keeping.access.opening import closed_to
from escalation.services.keeping.access.place import folder, path_of
from escalation.services.keeping.periods import PERIODS, kept_since, kept_until
from escalation.states import RecordClass

GONE = _("The answer’s time is over: its file was erased. Open another request.")
# The longest that an answer may take: a request without one by then is over, and what was opened for it is forgotten.
NEVER_MADE = PERIODS[RecordClass.BUNDLES].most
# No answer is written for longer: a part of one that is older was left behind by a process that died.
WRITTEN_WITHIN = timedelta(days=1)


def expires_at(row: AccessRequest, lengths: Mapping[RecordClass, int]) -> datetime:
    """When it ends: so long after its file was made; of one that was never made, when no answer could be in time any more."""
    if row.made_at is None:
        return kept_until(RecordClass.BUNDLES, NEVER_MADE, row.asked_at)
    return kept_until(RecordClass.BUNDLES, lengths[RecordClass.BUNDLES], row.made_at)


def forget_bundles(partnership_id: UUID, since: datetime, now: datetime, *, about: Collection[UUID] | None = None) -> int:
    """End the requests whose files were made before this instant, and those never made that no answer could be in time for; says how many.

    The file is erased, with what was chosen and which disagreements and child it was about; whoever might not know of it then never will. Where
    `about` is given all that were made about any of these disagreements, and no others. The rows are locked before, so that none is made
    meanwhile; the caller's transaction ends it.
    """
    unmade = Q(made_at=None, asked_at__lt=kept_since(RecordClass.BUNDLES, NEVER_MADE, now))
    over = (unmade | Q(made_at__lt=since)) if about is None else Q()
    rows = list(AccessRequest.objects.select_for_update().filter(over, partnership=partnership_id, erased_at=None).order_by("pk"))
    if about is not None:
        keys = set(map(str, about))
        rows = [row for row in rows if row.made_at is not None and not keys.isdisjoint(row.disputes)]
    for row in rows:
        path_of(row.pk).unlink(missing_ok=True)
        row.closed_to = closed_to(row, now)
        row.erased_at, row.choices, row.disputes, row.children = now, {}, [], []
        row.save(update_fields=["closed_to", "erased_at", "choices", "disputes", "children"])
    return len(rows)


def erase_answers(partnership_id: UUID, disputes: Collection[UUID], words: str, now: datetime) -> None:
    """Erase the answers that were made about these disagreements; where there were any, the directory's record says so in these English words, with
    how many in place of `{n}`."""
    with transaction.atomic():
        if disputes and (count := forget_bundles(partnership_id, now, now, about=disputes)):
            record(partnership_id, None, said(words, n=count), now=now)


def forget_reasons(partnership_id: UUID, since: datetime) -> int:
    """Erase why access was asked for, and how they were known, of requests that ended before this instant; says of how many."""
    rows = AccessRequest.objects.filter(partnership=partnership_id, erased_at__lt=since).exclude(reason="", identity="")
    return rows.update(reason="", identity="")


def erase_strays(now: datetime) -> int:
    """Erase each file that belongs to no answer: its request is over, unanswered or gone, or whoever wrote it never ended. Says how many."""
    rows = AccessRequest.objects.filter(made_at__isnull=False, erased_at=None)
    made = set(rows.values_list("pk", flat=True))
    count = 0
    for path in folder().glob("*.zip"):
        with suppress(ValueError), transaction.atomic():
            key = UUID(path.stem)
            # One that is being made is in its place before its row says so: whoever makes it holds the row.
            if key not in made and not _is_answered(key):
                path.unlink(missing_ok=True)
                count += 1
    for part in folder().glob("*.part"):
        with suppress(FileNotFoundError):
            if datetime.fromtimestamp(part.stat().st_mtime, UTC) < now - WRITTEN_WITHIN:
                part.unlink()
                count += 1
    return count


def _is_answered(key: UUID) -> bool:
    """Is there an answer that is not over? Waits for whoever makes or ends it."""
    row = AccessRequest.objects.select_for_update().filter(pk=key).first()
    return row is not None and row.made_at is not None and row.erased_at is None
