"""Work that is too long for a web request."""

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from reports import services, texts
from reports.documents import prepared
from reports.months import keeping

LIMIT_SECONDS = 300


@shared_task(name="reports.make", soft_time_limit=LIMIT_SECONDS, time_limit=LIMIT_SECONDS + 30)
def make(report_id: str) -> None:
    """Makes the report that was asked for, once however often the message comes."""
    services.make_report(UUID(report_id))


@shared_task(name="reports.prepare", soft_time_limit=LIMIT_SECONDS, time_limit=LIMIT_SECONDS + 30)
def prepare(prepared_id: str) -> None:
    """Makes the long document that was asked for, once however often the message comes."""
    prepared.make(UUID(prepared_id), now=timezone.now())


@shared_task(name="reports.clear_prepared")
def clear_prepared() -> None:
    """Takes away the long documents that have been kept for their hour, and unsigned wordings of findings whose records were erased."""
    prepared.clear(timezone.now())
    texts.forget_unsigned()


@shared_task(name="reports.keep_months", soft_time_limit=LIMIT_SECONDS, time_limit=LIMIT_SECONDS + 30)
def keep_months() -> None:
    """Counts the months that are over and not kept, or that changed since."""
    keeping.keep_months()
