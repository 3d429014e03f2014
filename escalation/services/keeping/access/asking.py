"""A request for access: who asks, that it is them, and the disagreements that are opened for it. Each one is told to its leads."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.models import User
from agencies.person import Person
from agencies.policy import require
from escalation import keeping_policy
from escalation.models import AccessRequest, Dispute, Reading
from escalation.services.keeping.access.opening import ACCESS, open_for, set_aside
from escalation.services.keeping.holds import part_of
from escalation.services.reading import CHILD, LONGEST_REASON
from escalation.services.same_child import about_child, nothing_kept
from escalation.services.words import needed, sentences
from escalation.states import State

LONGEST = 300
NOT_YOURS = _("Only the business unit answers requests for access.")


def ask_about_person(person: Person, *, partnership: UUID, user: User, reason: str, identity: str, now: datetime | None = None) -> AccessRequest:
    """Somebody who works, or worked, in the partnership asks.

    What the person who opens it may not know of, as with a conflict, is left for somebody else of the unit, and nothing of it is said here. Raises
    NotAllowed for anybody but the business unit, InvalidInput.
    """
    require(keeping_policy.keeps_records_of(person, partnership), NOT_YOURS)
    row = _kept(person, AccessRequest(partnership_id=partnership, person=user, reason=reason, identity=identity), now)
    meant = _to_open(part_of(user, partnership))
    theirs = _known_of(person, meant)
    with transaction.atomic():
        _open(row, person, theirs, [])
        _leave_the_rest(row, meant - theirs, [])
    return row


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

    What never left its agency, and what the person may not know of, is answered in the same words: it tells of nothing.
    """
    require(keeping_policy.keeps_records_of(person, partnership), NOT_YOURS)
    row = _kept(person, AccessRequest(partnership_id=partnership, reason=reason, identity=identity), now)
    found = about_child([partnership], initials=initials, born_on=born_on, agency=agency, reference=reference)
    meant = _to_open(set(found.values()))
    theirs = _known_of(person, meant)
    with transaction.atomic():
        if theirs:
            _open(row, person, theirs, [str(child) for child, dispute in found.items() if dispute in theirs])
        rest = meant - theirs
        _leave_the_rest(row, rest, [str(child) for child, dispute in found.items() if dispute in rest])
    if not theirs:
        raise nothing_kept(initials)
    return row


def _kept(person: Person, row: AccessRequest, now: datetime | None) -> AccessRequest:
    """The request as it is to be kept, with who asks and since when. Raises InvalidInput for what was not said."""
    row.reason = sentences(needed(row.reason, "reason", gettext("Say who asks, and what for.")), "reason", LONGEST_REASON)
    row.identity = sentences(needed(row.identity, "identity", gettext("Say how you made sure of it.")), "identity", LONGEST)
    row.asked_by_id, row.asked_at = person.id, now or wall_clock.now()
    return row


def _to_open(keys: Collection[UUID]) -> set[UUID]:
    """Of these what has left its agency and is not anonymised, whoever may know of it."""
    found = Dispute.objects.filter(pk__in=keys, sent_at__isnull=False, anonymised_at=None).exclude(state=State.DRAFT)
    return set(found.values_list("pk", flat=True))


def _known_of(person: Person, keys: Collection[UUID]) -> set[UUID]:
    return set(Dispute.objects.visible_to(person).filter(pk__in=keys).values_list("pk", flat=True))


def _open(row: AccessRequest, person: Person, keys: Collection[UUID], children: Collection[str]) -> None:
    row.children = sorted(children)
    open_for(row, person, keys, row.asked_at)
    row.save(force_insert=True)


def _leave_the_rest(row: AccessRequest, keys: Collection[UUID], children: Collection[str]) -> None:
    if keys:
        set_aside(row, keys, children, row.asked_at)


def note_look(person: Person, row: AccessRequest, disputes: Iterable[Dispute], now: datetime) -> None:
    """Keep that somebody read through what is held: a line of the read ledger for each of these disagreements, which they see. What is held about a
    child says who each child of it is: that was looked at too, and is a line of its own."""
    parts = (ACCESS,) if row.person_id else (ACCESS, CHILD)
    kept = {"reader_id": person.id, "reason": row.reason, "recorded_at": now}
    Reading.objects.bulk_create(Reading(dispute=dispute, part=part, **kept) for dispute in disputes for part in parts)
