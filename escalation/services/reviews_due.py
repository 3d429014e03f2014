"""The life of a procedure: its text is due for review, and the business unit is reminded until a newer one is published (BRO-12, DEV-11)."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_noop

from agencies.calendars import calendar_of
from agencies.models import Membership, Partnership
from agencies.said import long_day, said
from agencies.working_days import london
from escalation.models import Notification, ProcedureVersion
from escalation.models.outbox import asking
from escalation.states import Message

BEFORE = timedelta(days=30)
AGAIN_DAYS = 30


def threshold(due: date, today: date) -> int | None:
    """Which reminder is due today (London dates): None until 30 days before the review, then 0, 1 from its day, 2 thirty days on, and so on."""
    if today < due - BEFORE:
        return None
    return 0 if today < due else 1 + (today - due).days // AGAIN_DAYS


def remind_of_reviews(now: datetime) -> int:
    """Put the reminders that are due at this instant into the outbox, each once for each person of the business unit; returns how many are new.

    Each partnership is looked at on its own clock. Only a procedure's newest text counts: once another is published, its own review date does. A
    query for each partnership, a few for each text that is due.
    """
    return sum(remind_of_reviews_in(place, now + place.ahead) for place in Partnership.objects.all())


def remind_of_reviews_in(place: Partnership, now: datetime) -> int:
    """As `remind_of_reviews`, of one partnership, at a moment of its own clock."""
    today = london(now).date()
    written = 0
    for version in _newest(place):
        due = version.review_due
        if due is not None and (number := threshold(due, today)) is not None:
            written += _remind(version, due, number, now)
    return written


def _newest(place: Partnership) -> Iterable[ProcedureVersion]:
    """The newest text of each of the partnership's procedures."""
    found: dict[UUID, ProcedureVersion] = {}
    rows = (
        ProcedureVersion.objects.filter(procedure__partnership=place)
        .select_related("procedure__partnership")
        .defer("definition")
        .order_by("procedure", "number")
    )
    for version in rows:
        found[version.procedure_id] = version
    return found.values()


def _remind(version: ProcedureVersion, due: date, number: int, now: datetime) -> int:
    place = version.procedure.partnership
    people = Membership.objects.in_unit(place.pk, london(now).date()).values_list("user", flat=True)
    rows = [
        Notification(
            key=f"review:{version.pk}:{number}:{person}",
            partnership=place,
            recipient_id=person,
            kind=Message.REVIEW,
            **asking(said(gettext_noop("Review the procedure “{name}”, due {day}"), name=version.procedure.name, day=long_day(due))),
            created_at=now,
            not_before=calendar_of(place).next_opening(now),
        )
        for person in sorted(set(people))
    ]
    known = set(Notification.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    fresh = [row for row in rows if row.key not in known]
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)
