"""Opening the disagreements of a request for access: each has a line of its record and of the read ledger, and is told to its leads.

What whoever asks may not know of is set aside as the rest: a request of its own, of which they never hear, that somebody else of the unit opens.
"""

import logging
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from agencies.errors import WrongState
from agencies.models import Membership, Partnership, User
from agencies.person import Person, person_of
from agencies.said import said
from agencies.services.record import record
from agencies.working_days import london
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import AccessRequest, Notification
from escalation.models.outbox import asking
from escalation.services.keeping.access.known import is_known
from escalation.services.reading import open_early
from escalation.states import Message

ACCESS = "access request"
OPEN_THE_REST = gettext_noop("Open what waits under Requests for access: whoever opened the request could not be given all of it")
OPENED = gettext_noop("A request for access was opened.")
IS_OPEN = _("Somebody else opened it meanwhile.")
log = logging.getLogger(__name__)


def open_for(row: AccessRequest, person: Person, keys: Collection[UUID], now: datetime) -> None:
    """Open these to the person for the request's reason, and keep in the directory's record that they did; all in the caller's transaction."""
    changes = [Change(case, now=now, actor=person) for case in load(sorted(keys), now=now)]
    for change in changes:
        open_early(change, row.reason, ACCESS)
    commit(changes)
    row.disputes = sorted(str(change.case.dispute.pk) for change in changes)
    # It names nobody: whoever asked first reads the directory's record, and learns from it of no rest that somebody else opened.
    record(row.partnership_id, User.objects.get(pk=person.id), said(OPENED), now=now)


def set_aside(row: AccessRequest, keys: Collection[UUID], children: Collection[str], now: datetime) -> None:
    """Keep what whoever asked may not know of as a request that waits, and tell those of the business unit who may know of all of it.

    Once, however often it is asked in the same words: somebody who reads that nothing is kept may try again.
    """
    Partnership.objects.select_for_update(no_key=True).get(pk=row.partnership_id)  # Pressed twice at once, the second finds what the first set aside.
    waiting = AccessRequest.objects.filter(is_rest=True, opened_by=None, erased_at=None, person=row.person, asked_by=row.asked_by_id)
    alike = waiting.filter(reason=row.reason, identity=row.identity).values_list("disputes", flat=True)
    if sorted(map(str, keys)) in map(sorted, alike):
        return
    rest = AccessRequest(
        partnership_id=row.partnership_id, person=row.person, children=sorted(children), disputes=sorted(map(str, keys)), is_rest=True,
        reason=row.reason, identity=row.identity, asked_by_id=row.asked_by_id, asked_at=row.asked_at,
    )  # fmt: skip
    rest.save(force_insert=True)
    told = [user.pk for user in _unit(rest.partnership_id, now) if is_known(person_of(user, london(now).date()), rest)]
    if not told:
        log.error("A request for access waits (%s): nobody of the business unit may know of all that it is about.", rest.pk)
    about = {"dispute_id": min(keys), "kind": Message.UNIT, "created_at": now, "not_before": now, **asking(OPEN_THE_REST)}
    Notification.objects.bulk_create(Notification(key=f"access rest:{rest.pk}:{user}", recipient_id=user, **about) for user in told)


def open_rest(person: Person, row: AccessRequest, *, now: datetime) -> None:
    """Open a request that waits, for somebody who may know of all of it. Raises WrongState where it waits no longer."""
    with transaction.atomic():
        locked = AccessRequest.objects.select_for_update().get(pk=row.pk)
        if not locked.waits or locked.erased_at is not None:
            raise WrongState(IS_OPEN)
        open_for(row, person, [UUID(key) for key in locked.disputes], now)
        row.opened_by_id = person.id
        row.save(update_fields=["disputes", "opened_by"])


def closed_to(row: AccessRequest, now: datetime) -> list[str]:
    """Those of the business unit who may not know of it now, by key: once it is over nothing else tells."""
    return [str(user.pk) for user in _unit(row.partnership_id, now) if not is_known(person_of(user, london(now).date()), row)]


def _unit(place: UUID, now: datetime) -> list[User]:
    return list(User.objects.filter(pk__in=Membership.objects.in_unit(place, london(now).date()).values("user")).order_by("pk"))
