"""The record of signing in: every success, refusal and change of how somebody signs in is a line, without any secret."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from agencies.models import SignInEvent, User
from agencies.sign_ins import Means, SignInKind, Visit

KEPT_FOR = timedelta(days=731)  # a day longer than the database insists on


def note(kind: SignInKind, user: User | None, visit: Visit, *, now: datetime, means: Means | None = None, by: User | None = None) -> SignInEvent:
    """Writes one line. `user` is None where the address belongs to no account: what was typed is not kept, since people type passphrases there."""
    row = SignInEvent(
        user=user, by=by, kind=kind, means=means or "", address=visit.address or None, device=visit.device[:60], recorded_at=now,
    )  # fmt: skip
    row.save(force_insert=True)
    return row


def forget_old(now: datetime) -> int:
    """Removes lines that are older than two years; says how many there were."""
    return SignInEvent.objects.filter(recorded_at__lt=now - KEPT_FOR).delete()[0]


def events_of(user: User) -> QuerySet[SignInEvent]:
    """What happened with one person's account, newest first."""
    return SignInEvent.objects.filter(user=user).select_related("user", "by")


def events_in(partnership_id: UUID) -> QuerySet[SignInEvent]:
    """What happened with the accounts of everybody who holds or held a role or a post in the partnership, newest first."""
    people = User.objects.get_queryset().ever_in(partnership_id).order_by().values("pk")
    return SignInEvent.objects.filter(user__in=people).select_related("user", "by")
