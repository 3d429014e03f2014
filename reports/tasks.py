"""Work that is too long for a web request."""

from uuid import UUID

from celery import shared_task

from reports import services

LIMIT_SECONDS = 300


@shared_task(name="reports.make", soft_time_limit=LIMIT_SECONDS, time_limit=LIMIT_SECONDS + 30)
def make(report_id: str) -> None:
    """Makes the report that was asked for, once however often the message comes."""
    services.make_report(UUID(report_id))
