"""The morning's digest: one message a working day for each person of the business unit, with how much there is and nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from agencies.calendars import calendars_of
from agencies.models import Membership, Partnership, User
from agencies.person import Person, person_of
from agencies.said import Said, listing
from agencies.said import said_of as ngettext
from agencies.working_days import Calendar, instant, london
from escalation.models import MessageSettings, Notification
from escalation.models.outbox import asking
from escalation.services.unit_lists import KEEPING, LEARNING, counts
from escalation.states import Delivery, Message

# A morning that nobody could be written to in time is left out: at midday the board says it better.
MORNING = timedelta(hours=3)
NOTHING = "nothing to tell"
# What is told, in its order: the board's lists, the learning actions, and what has had its time.
TOLD: dict[str, Callable[[int], Said]] = {
    "overdue": lambda n: ngettext("{n} overdue", "{n} overdue", n),
    "today": lambda n: ngettext("{n} due today", "{n} due today", n),
    "unacknowledged": lambda n: ngettext("{n} with the chair", "{n} with the chair", n),
    "no-contact": lambda n: ngettext("{n} with nobody", "{n} with nobody", n),
    LEARNING: lambda n: ngettext("{n} learning action overdue", "{n} learning actions overdue", n),
    KEEPING: lambda n: ngettext("{n} due for review", "{n} due for review", n),
}


def gets_digest(person: Person) -> bool:
    """Is the digest this person's to have or to leave? One choice holds for every business unit in which they sit; each writes its own."""
    return bool(person.units)


def wants_digest(user: UUID) -> bool:
    """Has the person not put it off?"""
    return not MessageSettings.objects.filter(user=user, digest=False).exists()


def choose_digest(user: UUID, *, wanted: bool) -> None:
    """Put it off, or on again."""
    MessageSettings.objects.update_or_create(user_id=user, defaults={"digest": wanted})


def write_digests(now: datetime) -> int:
    """Put this working morning's digests into the outbox, each once for a person, from the opening of office hours on; returns how many are new.

    Each partnership's morning is that of its own clock. Where there is nothing to tell, the line says so and is never sent. Two queries, two a
    partnership, four a person.
    """
    partnerships = list(Partnership.objects.all())
    calendars = calendars_of(partnerships)
    return sum(write_digests_in(place, calendars[place.pk], now + place.ahead) for place in partnerships)


def write_digests_in(place: Partnership, calendar: Calendar, now: datetime) -> int:
    """As `write_digests`, of one partnership, at a moment of its own clock."""
    return _write(place, now) if _is_morning(calendar, now) else 0


def _is_morning(calendar: Calendar, now: datetime) -> bool:
    day = london(now).date()
    opening = instant(day, calendar.opens)
    return calendar.is_working_day(day) and opening <= now < opening + MORNING


def is_morning_of(calendar: Calendar, written: datetime, now: datetime) -> bool:
    """Whether it is still the morning in which a digest was written: after it its figures are another day's, and a newer one may stand beside it."""
    return london(written).date() == london(now).date() and _is_morning(calendar, now)


def _write(place: Partnership, now: datetime) -> int:
    today = london(now).date()
    members = Membership.objects.in_unit(place.pk, today)
    left = MessageSettings.objects.filter(digest=False).values("user")
    keys = {f"digest:{today:%Y%m%d}:{place.pk}:{user}": user for user in members.exclude(user__in=left).values_list("user", flat=True)}
    known = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
    if not set(keys) - known:
        return 0
    people = User.objects.in_bulk({user for key, user in keys.items() if key not in known})
    rows = [_digest(place, key, person_of(people[user], today), now) for key, user in keys.items() if key not in known]
    Notification.objects.bulk_create(rows, ignore_conflicts=True)
    return sum(row.state == Delivery.WAITING for row in rows)


def _digest(place: Partnership, key: str, person: Person, now: datetime) -> Notification:
    """One person's, as they may see the board; where there is nothing to tell, a line that is never sent."""
    words = digest_words(counts(place, now, reader=person))
    marks = asking(words) if words else {"action": NOTHING, "state": Delivery.DROPPED, "trouble": NOTHING}
    return Notification(key=key, partnership=place, recipient_id=person.id, kind=Message.DIGEST, created_at=now, not_before=now, **marks)


def digest_words(found: dict[str, int]) -> Said:
    """As "3 overdue, 1 learning action overdue"; empty where there is nothing."""
    return listing([words(found[key]) for key, words in TOLD.items() if found[key]])
