"""How late the recurring jobs are: for the health check and the operator."""

from datetime import datetime, timedelta

from escalation.models import Heartbeat, Notification, SweepFailure
from escalation.states import Job


def lateness(job: Job, now: datetime) -> timedelta | None:
    """How long ago the job last finished, never negative; None where it never has."""
    finished = Heartbeat.objects.filter(name=job).values_list("finished_at", flat=True).first()
    return None if finished is None else max(now - finished, timedelta())


def sweep_lateness(now: datetime) -> timedelta | None:
    """How long ago the sweep last finished; None where it never has."""
    return lateness(Job.SWEEP, now)


def mail_lateness(now: datetime) -> timedelta | None:
    """How long the oldest message that may leave has been waiting; None where none waits."""
    oldest = Notification.objects.to_send(now).values_list("not_before", flat=True).first()
    return None if oldest is None else now - oldest


def failing(job: Job) -> int:
    """In how many disagreements the job could not do its work, and has not done it since."""
    return SweepFailure.objects.filter(job=job, settled_at=None).count()
