"""What a recurring job could not do in a disagreement, for the operator: one open line for each until it was done, or nothing is left to do."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Value

from escalation.models import SweepFailure
from escalation.states import Job

# Each failure is tried again within the hour: one that was not repeated in so long has nothing to be tried any more.
NOT_REPEATED = timedelta(hours=2)


def note_failure(dispute_id: UUID, job: Job, words: str, now: datetime) -> None:
    """Put it on the operator's list, or say when and why it failed last; `now` is the disagreement's own clock."""
    if not SweepFailure.objects.filter(dispute=dispute_id, job=job, settled_at=None).update(failed_at=now, words=words):
        SweepFailure.objects.create(dispute_id=dispute_id, job=job, failed_at=now, words=words)


def has_failed(job: Job) -> Exists:
    """Whether the job fails in a disagreement, as a condition on it."""
    return Exists(SweepFailure.objects.filter(dispute=OuterRef("pk"), job=job, settled_at=None))


def settle(job: Job, disputes: Collection[UUID], now: datetime) -> None:
    """The job did in these what it could not do before. One query; none where there are none."""
    if disputes:
        SweepFailure.objects.filter(dispute__in=disputes, job=job, settled_at=None).update(settled_at=now)


def settle_what_is_over(now: datetime) -> int:
    """Settles what failed and was not tried again: the disagreement was closed, or somebody did meanwhile what was to be done. Gives how many."""
    here = ExpressionWrapper(Value(now - NOT_REPEATED) + F("dispute__partnership__ahead"), output_field=DateTimeField())
    over = SweepFailure.objects.filter(settled_at=None, failed_at__lt=here)
    return SweepFailure.objects.filter(pk__in=list(over.values_list("pk", flat=True))).update(settled_at=now)


def failures() -> Sequence[SweepFailure]:
    """What still fails, newest first, a hundred at most."""
    return list(SweepFailure.objects.filter(settled_at=None).order_by("-failed_at")[:100])
