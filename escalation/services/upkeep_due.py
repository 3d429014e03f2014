"""Reminders beside any disagreement that was sent: a draft waits for its writer, a contact in the directory wants to be confirmed, and the rest of a
request for access waits to be opened."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_noop

from agencies.calendars import calendars_of
from agencies.models import Partnership, PostHolding
from agencies.querysets import wants_a_contact
from agencies.said import long_day, said
from agencies.working_days import Calendar, london
from escalation.models import Draft, Notification
from escalation.models.outbox import asking
from escalation.services.keeping.access.opening import told_of_rests
from escalation.services.keeping.periods import kept_until, lengths_of
from escalation.states import Message, RecordClass, State

CONTACTS = gettext_noop("Say whether your entry in the directory is still right")
DRAFT = gettext_noop("A draft waits: finish it or delete it. It is erased by itself on {day}")
SENT_BACK = gettext_noop("A draft that came back to you waits: finish it, or withdraw it")


def remind_of_upkeep(now: datetime) -> int:
    """Put the reminders that are due at this instant into the outbox; returns how many are new. A few queries a partnership.

    They leave in office hours. Each partnership is looked at on its own clock, a practice one too.
    """
    places = list(Partnership.objects.all())
    calendars = calendars_of(places)
    return sum(remind_of_upkeep_in(place, calendars[place.pk], now + place.ahead) for place in places)


def remind_of_upkeep_in(place: Partnership, calendar: Calendar, now: datetime) -> int:
    """As `remind_of_upkeep`, of one partnership, at a moment of its own clock."""
    rows = [*_drafts(place, calendar, now), *_contacts(place, calendar, now), *told_of_rests(place.pk, now)]
    known = set(Notification.objects.filter(key__in=[row.key for row in rows]).values_list("key", flat=True))
    fresh = [row for row in rows if row.key not in known]
    Notification.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(fresh)


def _drafts(place: Partnership, calendar: Calendar, now: datetime) -> Iterable[Notification]:
    """Each draft's writer, on the first working day after the one on which it was last saved, once for that day's work."""
    today = london(now).date()
    if not calendar.is_working_day(today):
        return
    length = lengths_of(place.pk)[RecordClass.DRAFTS]
    rows = Draft.objects.filter(dispute__partnership=place, dispute__state=State.DRAFT, dispute__logged_by__is_active=True)
    for draft in rows.select_related("dispute"):
        saved = london(draft.saved_at).date()
        if saved < today and draft.dispute.logged_by_id is not None:
            ends = london(kept_until(RecordClass.DRAFTS, length, draft.saved_at)).date()
            action = said(DRAFT, day=long_day(ends)) if not draft.dispute.head_number else said(SENT_BACK)
            key = f"draft:{draft.dispute_id}:{saved:%Y%m%d}"
            yield _row(place, draft.dispute.logged_by_id, Message.DRAFT, action, key, calendar, now, dispute=draft.dispute_id)


def _contacts(place: Partnership, calendar: Calendar, now: datetime) -> Iterable[Notification]:
    """Whoever holds a post whose entry nobody ever confirmed, or not for as long as the partnership lets it count: once in that time, for all of
    their posts together."""
    today, within = london(now).date(), place.contacts_count_for
    asked = Notification.objects.filter(kind=Message.CONTACTS, partnership=place, recipient=OuterRef("user"), created_at__gt=now - within)
    held = PostHolding.objects.on(today).filter(
        wants_a_contact("post__"), Q(post__confirmed_on=None) | Q(post__confirmed_on__lt=today - within),
        ~Exists(asked), post__agency__partnership=place, post__agency__is_active=True, user__is_active=True, rank=0,
    )  # fmt: skip
    for user in sorted(set(held.values_list("user", flat=True))):
        yield _row(place, user, Message.CONTACTS, said(CONTACTS), f"contacts:{place.pk}:{user}:{today:%Y%m%d}", calendar, now)


def _row(
    place: Partnership, user: UUID, kind: Message, action: str, key: str, calendar: Calendar, now: datetime, *, dispute: UUID | None = None
) -> Notification:
    about = {"dispute_id": dispute} if dispute is not None else {"partnership": place}
    leaves = calendar.next_opening(now)
    return Notification(key=key, recipient_id=user, kind=kind, **asking(action), created_at=now, not_before=leaves, **about)
