"""Everything about one child, for a serious incident: the business unit asks with a reason that is kept and told to the leads concerned."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from agencies import wall_clock
from agencies.errors import InvalidInput, NotAllowed
from agencies.person import Person
from agencies.roles import UNIT_ROLES
from escalation import general_policy
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Child, ChildReference, Dispute, Reading
from escalation.services.children import same_child, same_initials
from escalation.services.reading import ABOUT_CHILD, checked_reason, open_early

WHICH = "Enter initials and a date of birth, a disagreement's reference, or an agency with its reference for the child."


def everything_about(
    person: Person,
    *,
    reason: str,
    initials: str = "",
    born_on: date | None = None,
    reference: str = "",
    agency: UUID | None = None,
    now: datetime | None = None,
) -> UUID | None:
    """Open for an hour all of the partnership's disagreements about one child that have left their agency; gives the key of the first reading.

    The child is named by initials and date of birth, or by a reference: a disagreement's own, or that of `agency`. For each of them the reason
    lies in the read ledger, a line is on the record, and the leads are told. None where there is none: then nothing was read or kept.
    Raises NotAllowed for anybody but the business unit, and InvalidInput.
    """
    if not general_policy.may_ask_about_child(person):
        raise NotAllowed("Only the business unit asks for everything about one child.")
    why = checked_reason(reason)
    moment = now or wall_clock.now()
    places = {seat.partnership_id for seat in person.seats if seat.role in UNIT_ROLES and seat.agency_id is None}
    keys = _about(_children(places, initials, born_on, reference, agency), places)
    with transaction.atomic():
        rows = Dispute.objects.visible_to(person).filter(pk__in=keys, partnership__in=places, sent_at__isnull=False)
        changes = [Change(case, now=moment, actor=person) for case in load(list(rows.values_list("pk", flat=True)), now=moment)]
        for change in changes:
            open_early(change, why, ABOUT_CHILD)
        commit(changes)
    readings = [row for change in changes for row in change.added if isinstance(row, Reading)]
    return readings[0].pk if readings else None


def _children(places: Collection[UUID], initials: str, born_on: date | None, reference: str, agency: UUID | None) -> list[Child]:
    """The rows that the words name. Raises InvalidInput where they name nobody clearly."""
    rows = Child.objects.filter(dispute__partnership__in=places)
    if initials.strip() and born_on is not None:
        return list(rows.filter(initials=same_initials(initials), born_on=born_on))
    words = reference.strip()
    if words and agency is not None:
        return list(rows.filter(references__agency=agency, references__reference__iexact=words))
    if words:
        return list(rows.filter(dispute__reference=words.upper(), dispute__sent_at__isnull=False))
    raise InvalidInput(WHICH, field="born_on" if initials.strip() else "initials")


def _about(children: list[Child], places: Collection[UUID]) -> set[UUID]:
    """The disagreements about these children, and those about the same by initials and birth or by any agency's reference."""
    known = ChildReference.objects.filter(child__in=children).values_list("agency", "reference")
    births = {(child.initials, child.born_on) for child in children}
    return {child.dispute_id for child in children} | same_child(places, births, set(known))
