"""A due moment as a calendar file (RFC 5545): the reference, the moment and a link, and nothing of the case."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from agencies import wall_clock
from agencies.web.access import person_for
from agencies.words import END_OF_DAY
from agencies.working_days import london
from escalation.engine.case import Case
from escalation.models import Clock
from escalation.record_policy import may_see_clock
from escalation.selectors.learning import point_file
from escalation.web.access import case_url
from escalation.web.case import entrance

LONGEST_LINE = 75  # octets
ONE_DAY = timedelta(days=1)
# What would end a text, or a line of it.
ESCAPED = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@require_safe
def due_date(request: HttpRequest, reference: str, clock_id: UUID) -> HttpResponse:
    """The running date as a file to keep in one's own calendar. 404 for one that has ended or is not the person's to see."""
    found = entrance(request, reference)
    if isinstance(found, HttpResponse):
        return found
    case, _ = found
    clock = next((clock for clock in case.running() if clock.pk == clock_id), None)
    if clock is None or not may_see_clock(clock, case, person_for(request)):
        raise Http404
    answer = HttpResponse(calendar_of(case, clock, wall_clock.now()), content_type="text/calendar; charset=utf-8; method=PUBLISH")
    answer["Content-Disposition"] = f'attachment; filename="{case.dispute.reference}.ics"'
    return answer


def calendar_of(case: Case, clock: Clock, now: datetime) -> bytes:
    """The clock as one event. Its UID stays when another date is agreed, with a higher SEQUENCE: the calendar moves what it has."""
    reference = case.dispute.reference
    words = gettext("Due: {reference}").format(reference=reference)
    return _event(str(clock.pk), words, _moment(clock.effective_due), case_url(reference), sequence=_version(clock), now=now)


@require_safe
def learning_due(request: HttpRequest, point_id: UUID) -> HttpResponse:
    """The day of a learning action as such a file. 404 for one that has no day, is settled, or is not the person's to see."""
    now = wall_clock.now()
    file = point_file(person_for(request), point_id, now=now)
    if file is None or file.row.due_on is None or file.point.done_at is not None:
        raise Http404
    day, page = file.row.due_on, reverse("learning-point", args=[point_id])
    # Each follow-up may have moved the day.
    content = _event(str(point_id), gettext("Due: a learning action"), _whole_day(day), page, sequence=len(file.steps), now=now)
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8; method=PUBLISH")
    answer["Content-Disposition"] = 'attachment; filename="learning-action.ics"'
    return answer


def _event(key: str, words: str, moment: list[str], page: str, *, sequence: int, now: datetime) -> bytes:
    """A calendar with one event; `page` is where its link leads."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Concord//Due dates//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{key}@concord",
        f"DTSTAMP:{_utc(now)}",
        f"SEQUENCE:{sequence}",
        *moment,
        f"SUMMARY:{_text(words)}",
        f"URL:{settings.CONCORD_BASE_URL.rstrip('/')}{page}",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(folded(lines))


def _moment(due: datetime) -> list[str]:
    """A due moment of its own; one that is the end of a London day is that whole day."""
    local = london(due)
    if local.time().replace(microsecond=0) == END_OF_DAY:
        return _whole_day(local.date())
    return [f"DTSTART:{_utc(due)}"]


def _whole_day(day: date) -> list[str]:
    return [f"DTSTART;VALUE=DATE:{day:%Y%m%d}", f"DTEND;VALUE=DATE:{day + ONE_DAY:%Y%m%d}"]


def _version(clock: Clock) -> int:
    """Seconds between its start and when it was last given another moment; 0 for one that never was."""
    return int((clock.dated_at - clock.started_at).total_seconds()) if clock.dated_at else 0


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(words: str) -> str:
    return words.translate(ESCAPED)


def folded(lines: Iterable[str]) -> Iterable[bytes]:
    """Each line ended as the format asks, and broken before the 76th octet, never inside a character."""
    for line in lines:
        rest, room = line, LONGEST_LINE
        while len(rest.encode()) > room:
            cut = room
            while len(rest[:cut].encode()) > room:
                cut -= 1
            yield rest[:cut].encode() + b"\r\n "
            rest, room = rest[cut:], LONGEST_LINE - 1
        yield rest.encode() + b"\r\n"
