"""The end of access, within a minute, for whoever holds no role any more."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_noop

from agencies.models import Membership, PostHolding, User
from agencies.people import partnerships_ever
from agencies.querysets import not_over
from agencies.said import said
from agencies.services.closing import shut
from agencies.services.departures import has_a_seat
from agencies.services.identity.events import note
from agencies.services.record import record
from agencies.sign_ins import SignInKind, Visit
from agencies.working_days import london


def end_access_without_seat(now: datetime) -> int:
    """Closes the accounts of those whose last role and post have ended, with their sessions and tokens; says how many. What they hold is passed on
    by whoever calls this, afterwards: what cannot be moved keeps nobody signed in.

    Only accounts that still can do something are looked at. Who never had a role (an invitation under way) or keeps the installation is left.
    """
    today = london(now).date()
    still = not_over(today)
    mine = {"user_id": OuterRef("pk")}
    seated = Exists(Membership.objects.filter(still, **mine)) | Exists(PostHolding.objects.filter(still, **mine))
    had = Exists(Membership.objects.filter(**mine)) | Exists(PostHolding.objects.filter(**mine))
    found = User.objects.filter(~seated, had, is_active=True, is_staff=False)
    return sum(_close(user.pk, now) for user in found.only("pk"))


@transaction.atomic
def _close(user_id: UUID, now: datetime) -> bool:
    """Asks once more under a lock: a role may have been given meanwhile."""
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    if not user.is_active or has_a_seat(user, london(now).date()):
        return False
    shut(user, now)
    note(SignInKind.ACCESS_ENDED, user, Visit(), now=now)
    for partnership_id in sorted(partnerships_ever(user.pk)):
        record(partnership_id, None, said(gettext_noop("The account of {name} was closed: no role is left."), name=user.name), now=now)
    return True
