"""Two questions that a supervisor asks: is the process alive, and can it serve? Neither needs a signed-in person nor tells of any."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from agencies.checks import stale_calendars
from config.celery import app
from escalation.selectors.health import failing, lateness, mail_lateness, sweep_lateness
from escalation.services.files.scanning import away_since
from escalation.states import Job

SWEEP_MAY_REST = SCANNER_MAY_REST = timedelta(minutes=3)
MAIL_MAY_WAIT = timedelta(minutes=15)
FAILS = {Job.SWEEP: "The sweep fails", Job.PASS_ON: "Passing on what somebody left fails"}


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)


def _broker() -> Iterator[str]:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (OSError, KombuError):
        yield "The message broker does not answer: jobs wait, nothing is lost."


def _jobs(now: datetime) -> Iterator[str]:
    since = sweep_lateness(now)
    if since is None:
        yield "The sweep has not run yet."
    elif since > SWEEP_MAY_REST:
        yield f"The sweep last finished {_minutes(since)} minutes ago."
    waiting = mail_lateness(now)
    if waiting is not None and waiting > MAIL_MAY_WAIT:
        yield f"The oldest message has waited for {_minutes(waiting)} minutes."
    for job, words in FAILS.items():
        if number := failing(job):
            yield f"{words} in {number} disagreement{'' if number == 1 else 's'}: it is tried again, and the log says why."


def _scanner(now: datetime) -> Iterator[str]:
    """As its job last found it: whoever asks here, and that is anybody, makes nothing wait for the scanner."""
    if not settings.CONCORD_SCANNER:
        return
    since = lateness(Job.SCANNER, now)
    if since is None:
        yield "Whether the virus scanner answers was not asked yet."
    elif since > SCANNER_MAY_REST:
        yield f"Whether the virus scanner answers was last asked {_minutes(since)} minutes ago."
    elif away_since() is not None:
        yield "The virus scanner does not answer: files are refused until it does."


@login_not_required
@never_cache
@require_safe
def healthz(_request: HttpRequest) -> HttpResponse:
    """200 while the process answers at all."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@never_cache
@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """503 without the database; else 200, `ready` or `degraded`, a sentence for each of broker, sweep, mail, scanner and bank holidays behind,
    and for what a job could not do."""
    try:
        connection.ensure_connection()
        now = timezone.now()
        why = [*_jobs(now), *_broker(), *_scanner(now), *stale_calendars()]
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "why": ["The database does not answer."]}, status=503)
    return JsonResponse({"status": "degraded" if why else "ready", "why": why})
