"""Opening the disagreements of a request for access: each has a line of its record and of the read ledger, and is told to its leads.

What whoever asks may not know of is set aside as the rest: a request of its own, of which they never hear, that somebody else of the unit opens.
"""

import logging
from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from agencies.errors import WrongState
from agencies.models import Membership, Partnership, User
from agencies.person import Person, person_of
from agencies.roles import CHAIR_ROLES, Role
from agencies.said import said
from agencies.services.record import record
from agencies.working_days import london
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import AccessRequest, Dispute, Notification
from escalation.models.outbox import asking
from escalation.services.keeping.access.known import is_known
from escalation.services.reading import open_early
from escalation.states import Message
from escalation.visibility import open_to_unit

ACCESS = "access request"
OPEN_THE_REST = gettext_noop("Open what waits under Requests for access: whoever opened the request could not be given all of it")
LIES = gettext_noop("Part of what somebody asked to be given lies with nobody in the business unit who may open it")
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
    """Keep what whoever asked may not know of as a request that waits, and tell who is to open it (`told_of_rests`).

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
    told = _told(rest, now)
    if all(message.kind == Message.REST for message in told):
        log.error("A request for access waits (%s): nobody of the business unit may know of all that it is about.", rest.pk)
    Notification.objects.bulk_create(told)


def told_of_rests(place: UUID, now: datetime) -> Iterator[Notification]:
    """The messages of what waits to be opened in this partnership, each once for its reader whenever it is asked: to those of the business unit who
    may know of all of it by now. Where there is nobody, to the chair, the deputy and the administrators, who see that there is somebody: without what
    it is about. Nobody is told there who asked, whom it is about, or from whom a part of it is kept."""
    for rest in AccessRequest.objects.filter(partnership=place, is_rest=True, opened_by=None, erased_at=None).order_by("pk"):
        yield from _told(rest, now)


def _told(rest: AccessRequest, now: datetime) -> list[Notification]:
    today = london(now).date()
    able = [user.pk for user in _unit(rest.partnership_id, now) if is_known(person_of(user, today), rest)]
    if able:
        about = {"dispute_id": UUID(min(rest.disputes)), "kind": Message.UNIT, **asking(OPEN_THE_REST)}
    else:
        roles = Membership.objects.on(today).of_partnership().with_role(Role.ADMINISTRATOR, *CHAIR_ROLES)
        rows = roles.filter(partnership=rest.partnership_id, user__is_active=True).exclude(user__in=filter(None, (rest.asked_by_id, rest.person_id)))
        people = User.objects.filter(pk__in=rows.values("user")).order_by("pk")
        able = [user.pk for user in people if not _is_kept_from(person_of(user, today), rest)]
        about = {"partnership_id": rest.partnership_id, "kind": Message.REST, **asking(LIES)}
    of = "rest" if "dispute_id" in about else "lies"
    return [Notification(key=f"access {of}:{rest.pk}:{user}", recipient_id=user, created_at=now, not_before=now, **about) for user in able]


def _is_kept_from(person: Person, rest: AccessRequest) -> bool:
    return Dispute.objects.filter(pk__in=rest.disputes).exclude(open_to_unit(person)).exists()


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
