"""What has had its time: listed for review where people decide, erased by itself where the partnership's periods say so. All of it on record."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_noop

from agencies.models import Partnership
from agencies.said import said
from agencies.services.record import record
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Dispute, Draft, Event, Heartbeat, LegalHold, Notification, RememberedCall
from escalation.services.idempotency import REMEMBERED
from escalation.services.keeping.access.ending import erase_strays, forget_bundles, forget_reasons
from escalation.services.keeping.accounts import erase_accounts
from escalation.services.keeping.anonymising import anonymise, why_not_yet
from escalation.services.keeping.holds import held_among
from escalation.services.keeping.names import erase_names
from escalation.services.keeping.over import over, with_nothing_to_follow
from escalation.services.keeping.periods import kept_since, lengths_of
from escalation.states import Delivery, EventKind, Job, RecordClass, State

BATCH = 200

# As lines of the directory's record say it.
DRAFTS = gettext_noop("Drafts that nobody sent were erased: {n}.")
MESSAGES = gettext_noop("The words of old messages were erased: {n}.")
HOLDS = gettext_noop("The reasons of lifted legal holds were erased: {n}.")
ANSWERS = gettext_noop("Answers to requests for access were erased: {n}.")
REQUESTS = gettext_noop("The reasons of old requests for access were erased: {n}.")
NAMES = gettext_noop("Children’s full names, which are no longer taken, were erased: {n}.")
PRACTICE = gettext_noop("Ended practice was anonymised: {n}.")


def end_what_is_over(now: datetime) -> dict[str, int]:
    """One pass over every partnership, real and to practise in; returns how much of each sort there was. Twice at once is harmless.

    Lists for review the disagreements whose time is over, with a line on each record; erases drafts, words of messages, reasons of lifted
    holds and answers to requests for access by their periods, with a line on the directory's record. Never anything of a real disagreement.
    """
    found = {"calls of programs forgotten": _forget_calls(now)}
    for place in Partnership.objects.order_by("pk"):
        for words, count in end_what_is_over_in(place, now + place.ahead).items():
            found[words] = found.get(words, 0) + count
    # Last: what was anonymised just now names nobody any more.
    found["closed accounts erased"] = erase_accounts(now)
    found["stray files erased"] = erase_strays(now)
    summary = ", ".join(f"{count} {words}" for words, count in found.items() if count) or "nothing was over"
    Heartbeat.objects.update_or_create(name=Job.KEEPING, defaults={"finished_at": now, "words": summary[:200]})
    return found


def end_what_is_over_in(place: Partnership, now: datetime) -> dict[str, int]:
    """As `end_what_is_over`, of one partnership, at a moment of its own clock; without what is no partnership's, and without the job's mark."""
    lengths = lengths_of(place.pk)

    def since(record_class: RecordClass) -> datetime:
        return kept_since(record_class, lengths[record_class], now)

    found = {"listed for review": 0 if place.is_practice else _list(place, since(RecordClass.CASES), now)}
    automatic: tuple[tuple[str, str, Callable[[], int]], ...] = (
        ("drafts erased", DRAFTS, lambda: _erase_drafts(place, since(RecordClass.DRAFTS))),
        ("messages erased", MESSAGES, lambda: _erase_messages(place, since(RecordClass.MESSAGES))),
        ("holds erased", HOLDS, lambda: _erase_holds(place, since(RecordClass.HOLDS))),
        ("answers erased", ANSWERS, lambda: forget_bundles(place.pk, since(RecordClass.BUNDLES), now)),
        ("requests erased", REQUESTS, lambda: forget_reasons(place.pk, since(RecordClass.REQUESTS))),
        ("children's names erased", NAMES, lambda: erase_names(place, now)),
        ("practised ones anonymised", PRACTICE, lambda: _end_practice(place, since(RecordClass.PRACTICE), now)),
    )
    for words, sentence, erase in automatic:
        with transaction.atomic():
            found[words] = count = erase()
            if count:
                record(place.pk, None, said(sentence, n=count), now=now)
    return found


def _list(place: Partnership, since: datetime, now: datetime) -> int:
    """Put what is over on the list, each once since it ended and once more after each time it was kept longer."""
    fresh = over(place.pk, since, now).filter(
        Q(review_listed_at=None) | Q(review_listed_at__lt=F("ended_at")) | Q(review_listed_at__date__lt=F("keep_until"))
    )
    count = 0
    while keys := list(fresh.order_by("ended_at").values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            changes = [Change(case, now=now) for case in load(keys, now=now)]
            for change in changes:
                change.case.dispute.review_listed_at = now
                change.record(EventKind.REVIEW_DUE)
            commit(changes)
        count += len(changes)
    return count


def _erase_drafts(place: Partnership, since: datetime) -> int:
    """Drafts that were never sent, not even to the own manager, nor are under a hold; one that came back stays with its writer."""
    rows = Draft.objects.filter(dispute__partnership=place, dispute__head_number=0, saved_at__lt=since)
    keys = list(rows.exclude(pk__in=held_among(place.pk, rows.values("pk"))).values_list("pk", flat=True))
    Draft.objects.filter(pk__in=keys).delete()
    Dispute.objects.filter(pk__in=keys, state=State.DRAFT, head_number=0).delete()
    return len(keys)


def _erase_messages(place: Partnership, since: datetime) -> int:
    """The words of messages that were sent, but of no disagreement under a hold, and of nothing that is learnt from one."""
    old = Notification.objects.filter(Q(partnership=place) | Q(dispute__partnership=place), created_at__lt=since).exclude(state=Delivery.WAITING)
    rows = old.exclude(action="", mailbox="", trouble="")
    held = held_among(place.pk, Dispute.objects.filter(Q(pk__in=rows.values("dispute")) | Q(learning__in=rows.values("learning"))).values("pk"))
    rows = rows.exclude(dispute__in=held).exclude(learning__dispute__in=held)
    # A message to a team's mailbox has no other address: the row goes with it.
    gone = rows.filter(recipient=None).delete()[1].get("escalation.Notification", 0)
    return gone + rows.update(action="", said=None, mailbox="", trouble="")


def _erase_holds(place: Partnership, since: datetime) -> int:
    rows = LegalHold.objects.filter(partnership=place, lifted_at__lt=since).exclude(reason="", lift_reason="", marks=[])
    return rows.update(reason="", lift_reason="", marks=[])


def _end_practice(place: Partnership, since: datetime, now: datetime) -> int:
    """Of a partnership to practise in, where everything is invented: anonymised without anybody's review, and not until it has been there so long."""
    if not place.is_practice:
        return 0
    lately = Event.objects.filter(dispute=OuterRef("pk"), kind=EventKind.BROUGHT_IN, recorded_at__gte=since)
    rows = with_nothing_to_follow(over(place.pk, since, now)).filter(~Exists(lately))
    keys = list(rows.exclude(pk__in=held_among(place.pk, rows.values("pk"))).values_list("pk", flat=True)[:BATCH])
    changes = [Change(case, now=now) for case in load(keys, now=now) if why_not_yet(case, now) is None]
    for change in changes:
        anonymise(change)
    commit(changes)
    return len(changes)


def _forget_calls(now: datetime) -> int:
    """Calls of programs whose day is over, also where no other call came since."""
    return RememberedCall.objects.filter(started_at__lt=now - REMEMBERED).delete()[0]
