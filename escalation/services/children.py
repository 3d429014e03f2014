"""What each party adds about a child, and linking disagreements about the same one."""

from typing import Any
from uuid import UUID

from agencies.errors import InvalidInput
from agencies.person import Person
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.models import Child, ChildReference, Dispute, DisputeLink
from escalation.services.keeping.marks import keep_held
from escalation.services.lifecycle import has_begun
from escalation.services.record import own_agencies
from escalation.services.words import needed, short
from escalation.states import EventKind, Verb

LONGEST_REFERENCE = 40
NO_OTHER = "There is no other disagreement of this reference that you can see."


@verb(Verb.ADD_REFERENCE, ready=has_begun, decides=False)
def add_reference(change: Change, *, reference: str, child: UUID | None = None, agency: UUID | None = None) -> None:
    """A party adds, or puts right, its own reference of a child; nobody outside that agency sees it, and the record keeps only that it was done.

    The child must be named where there are several.
    """
    case = change.case
    place = agency or change.agency
    if place is None or place not in own_agencies(change):
        raise InvalidInput("Each agency adds its own reference.", field="agency")
    words = short(needed(reference, "reference", "Enter your agency's reference for the child."), "reference", LONGEST_REFERENCE)
    found = _child(case, child)
    keep_held(change)
    row = ChildReference.objects.filter(child=found, agency=place).first()
    if row is None:
        change.add(ChildReference(child=found, agency_id=place, reference=words))
    elif row.reference == words:
        raise InvalidInput("That is your agency's reference already.", field="reference")
    else:
        row.reference = words
        change.touch(row)
    facts = {"child": found.ordinal, "changed": row is not None}
    change.record(EventKind.REFERENCE_ADDED, facts=facts, agency=place, private_to=place)


def _child(case: Case, child: UUID | None) -> Child:
    """The child meant. Raises InvalidInput where that is not clear, or where it is none of this disagreement's."""
    rows = list(Child.objects.filter(dispute=case.dispute))
    found = [row for row in rows if child is None or row.pk == child]
    if len(found) != 1:
        raise InvalidInput("Say which child this is the reference of.", field="child")
    return found[0]


def _named(person: Person, given: dict[str, Any]) -> UUID | None:
    """The other disagreement, where the person may know of it: one that is not there and one that is not theirs to see look the same.

    So does one that was anonymised, on whose record nothing more is written.
    """
    rows = Dispute.objects.submitted().visible_to(person).filter(anonymised_at=None, reference=str(given.get("other", "")).strip().upper())
    return rows.values_list("pk", flat=True).first()


@verb(Verb.LINK, ready=has_begun, decides=False, beside=_named)
def link(change: Change, *, other: str) -> None:  # noqa: ARG001 - `_named` reads it before anything is locked
    """Two disagreements about the same child are linked by somebody who may see both. The link shows only to those who may see both, too."""
    own, beside = change.case.dispute, change.beside
    if beside is None or beside.case.dispute.partnership_id != own.partnership_id:
        raise InvalidInput(NO_OTHER, field="other")
    theirs = beside.case.dispute
    first, second = sorted((own, theirs), key=lambda dispute: dispute.pk)
    if DisputeLink.objects.filter(dispute=first, other=second).exists():
        raise InvalidInput("These two are linked already.", field="other")
    if change.actor is None:
        raise TypeError("Only a person links.")
    change.add(DisputeLink(dispute=first, other=second, linked_by_id=change.actor.id, linked_at=change.now))
    change.record(EventKind.LINKED, facts={"other": theirs.reference})
    beside.record(EventKind.LINKED, facts={"other": own.reference})
