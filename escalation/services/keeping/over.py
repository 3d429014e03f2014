"""What has ended and whether its time is over: each rule twice on one page, for lists and jobs as a condition on rows, and of one in hand."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q

from agencies.working_days import london
from escalation.models import Dispute, LearningPoint
from escalation.querysets import DisputeQuerySet
from escalation.states import ENDED


def ended(partnership_id: UUID) -> DisputeQuerySet:
    """Ended ones that were once sent by their writer and are not anonymised."""
    rows: DisputeQuerySet = Dispute.objects.filter(partnership=partnership_id, state__in=ENDED, submitted_at__isnull=False)
    return rows.filter(anonymised_at=None, ended_at__isnull=False)


def has_ended(dispute: Dispute) -> bool:
    """The same of one in hand."""
    return dispute.state in ENDED and None not in {dispute.ended_at, dispute.submitted_at} and dispute.anonymised_at is None


def not_kept(now: datetime) -> Q:
    """Nobody keeps it longer now, by the day in London."""
    return Q(keep_until=None) | Q(keep_until__lte=london(now).date())


def is_kept(dispute: Dispute, now: datetime) -> bool:
    """Somebody keeps it longer still."""
    return dispute.keep_until is not None and dispute.keep_until > london(now).date()


def over(partnership_id: UUID, since: datetime, now: datetime) -> DisputeQuerySet:
    """Those whose time, which began before `since`, is over."""
    return ended(partnership_id).filter(not_kept(now), ended_at__lt=since)


def under_review(partnership_id: UUID, now: datetime) -> DisputeQuerySet:
    """On the list: it came up for review since it ended, and nobody keeps it longer now."""
    return ended(partnership_id).filter(not_kept(now), review_listed_at__gte=F("ended_at"))


def with_nothing_to_follow(rows: DisputeQuerySet) -> DisputeQuerySet:
    """Those of which nothing that was to be learnt is unsettled."""
    return rows.filter(~Exists(LearningPoint.objects.unsettled().filter(dispute=OuterRef("pk"))))
