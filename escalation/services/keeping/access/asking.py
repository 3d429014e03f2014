"""A request for access: who asks, that it is them, and the disagreements that are opened for it. Each one is told to its leads."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.errors import InvalidInput, NotFound
from agencies.models import User
from agencies.person import Person
from agencies.policy import require
from agencies.said import said
from agencies.services.record import record
from escalation import keeping_policy
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import AccessRequest, Dispute, Reading
from escalation.querysets import DisputeQuerySet
from escalation.services.keeping.holds import part_of
from escalation.services.reading import CHILD, LONGEST_REASON, open_early
from escalation.services.same_child import about_child, nothing_kept
from escalation.services.words import needed, short
from escalation.states import State

ACCESS = "access request"
LONGEST = 300
NOT_YOURS = _("Only the business unit answers requests for access.")
NOT_YOURS_TO_OPEN = _("Somebody else of the business unit must open this request: not everything that it is about is yours to see.")
NOT_ALL = _("Not everything in it is yours to see. Somebody else of the business unit answers this request.")


def ask_about_person(person: Person, *, partnership: UUID, user: User, reason: str, identity: str, now: datetime | None = None) -> AccessRequest:
    """Somebody who works, or worked, in the partnership asks.

    Raises NotAllowed for anybody but the business unit; InvalidInput, also for one of the unit who may not know of all that it is about, as with a
    conflict: an answer without it would be incomplete, so somebody else opens it.
    """
    require(keeping_policy.keeps_records_of(person, partnership), NOT_YOURS)
    keys = part_of(user, partnership)
    row = AccessRequest(partnership_id=partnership, person=user, reason=reason, identity=identity)
    return _open(person, row, keys, now)


def ask_about_child(
    person: Person,
    *,
    partnership: UUID,
    reason: str,
    identity: str,
    initials: str = "",
    born_on: date | None = None,
    agency: UUID | None = None,
    reference: str = "",
    now: datetime | None = None,
) -> AccessRequest:
    """A child asks, or somebody for it, named as for a hold. Raises as `ask_about_person`; InvalidInput too where nothing is kept.

    What never left its agency is answered in the same words: it tells of nothing.
    """
    require(keeping_policy.keeps_records_of(person, partnership), NOT_YOURS)
    found = about_child([partnership], initials=initials, born_on=born_on, agency=agency, reference=reference)
    sent = set(_to_open(set(found.values())).values_list("pk", flat=True))
    if not sent:
        raise nothing_kept(initials)
    meant = sorted(str(child) for child, dispute in found.items() if dispute in sent)
    return _open(person, AccessRequest(partnership_id=partnership, children=meant, reason=reason, identity=identity), sent, now)


def _to_open(keys: Collection[UUID]) -> DisputeQuerySet:
    """Of these what has left its agency and is not anonymised, whoever may know of it."""
    found: DisputeQuerySet = Dispute.objects.filter(pk__in=keys, sent_at__isnull=False, anonymised_at=None).exclude(state=State.DRAFT)
    return found


def _open(person: Person, row: AccessRequest, keys: Collection[UUID], now: datetime | None) -> AccessRequest:
    """Keep the request and open what has left its agency: a line on each record and in the read ledger, and a message to the leads."""
    moment = now or wall_clock.now()
    row.reason = short(needed(row.reason, "reason", gettext("Say who asks, and what for.")), "reason", LONGEST_REASON)
    row.identity = short(needed(row.identity, "identity", gettext("Say how you made sure of it.")), "identity", LONGEST)
    row.asked_by_id, row.asked_at = person.id, moment
    with transaction.atomic():
        changes = [Change(case, now=moment, actor=person) for case in load(_all_theirs(person, keys), now=moment)]
        for change in changes:
            open_early(change, row.reason, ACCESS)
        commit(changes)
        row.disputes = sorted(str(change.case.dispute.pk) for change in changes)
        row.save(force_insert=True)
        whom = row.person.name if row.person else said(gettext_noop("a child"))
        record(
            row.partnership_id,
            User.objects.get(pk=person.id),
            said(gettext_noop("A request for access was opened: about {whom}."), whom=whom),
            now=moment,
        )
    return row


def _all_theirs(person: Person, keys: Collection[UUID]) -> list[UUID]:
    """What is opened, all of which this person may know of. Raises InvalidInput where there is more: somebody else is to open it."""
    meant = set(_to_open(keys).values_list("pk", flat=True))
    if Dispute.objects.visible_to(person).filter(pk__in=meant).count() != len(meant):
        raise InvalidInput(str(NOT_YOURS_TO_OPEN))
    return sorted(meant)


def request_of(person: Person, request_id: UUID) -> AccessRequest:
    """The request, for the business unit of its partnership. Raises NotFound for any other."""
    row = AccessRequest.objects.select_related("person", "asked_by", "made_by", "partnership").filter(pk=request_id).first()
    if row is None or not keeping_policy.keeps_records_of(person, row.partnership_id):
        raise NotFound(gettext("There is no such request."))
    return row


def opened_to(person: Person, row: AccessRequest) -> DisputeQuerySet:
    """Of what was opened, the disagreements that this person may know of now: somebody of the unit may have a conflict in one."""
    return Dispute.objects.visible_to(person).filter(pk__in=row.disputes)


def still_kept(person: Person, row: AccessRequest) -> DisputeQuerySet:
    """Of these what is not anonymised: there is something in it to read and to give."""
    return opened_to(person, row).filter(anonymised_at=None)


def seen_of(person: Person, row: AccessRequest) -> list[Dispute]:
    """What was opened and this person may know of, in the order of keys, each with its partnership: read once for a page that shows it. One query."""
    return list(opened_to(person, row).select_related("partnership").order_by("pk"))


def may_see_all(person: Person, row: AccessRequest) -> bool:
    """May this person know of everything that was opened? Whoever may not neither makes the answer nor takes it."""
    return opened_to(person, row).count() == len(row.disputes)


def note_look(person: Person, row: AccessRequest, disputes: Iterable[Dispute], now: datetime) -> None:
    """Keep that somebody read through what is held: a line of the read ledger for each of these disagreements, which they see. What is held about a
    child says who each child of it is: that was looked at too, and is a line of its own."""
    parts = (ACCESS,) if row.person_id else (ACCESS, CHILD)
    kept = {"reader_id": person.id, "reason": row.reason, "recorded_at": now}
    Reading.objects.bulk_create(Reading(dispute=dispute, part=part, **kept) for dispute in disputes for part in parts)
