"""What each party adds about a child, putting right who it is, and linking disagreements about the same one."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies.errors import InvalidInput
from agencies.person import Person
from agencies.words import upper_first
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.models import Child, ChildReference, Dispute, DisputeLink, Draft
from escalation.services.beside import tell_both
from escalation.services.child_digests import guarded
from escalation.services.child_names import takes_names
from escalation.services.earlier_child import PARTS, as_it_stood, reference_as_it_stood
from escalation.services.keeping.marks import keep_held
from escalation.services.lifecycle import has_begun
from escalation.services.record import own_agencies
from escalation.services.submission import ChildAnswer, child_problems
from escalation.services.words import clean, needed, same_initials, short
from escalation.states import EventKind, Message, Verb

LONGEST_REFERENCE = 40
PUT_RIGHT = gettext_noop("A child’s details were put right: look again at who the child is")
NO_OTHER = _("There is no other disagreement of this reference that you can see.")


@verb(Verb.ADD_REFERENCE, ready=has_begun, decides=False)
def add_reference(change: Change, *, reference: str, child: UUID | None = None, agency: UUID | None = None) -> None:
    """A party adds, or puts right, its own reference of a child; nobody outside that agency sees it, and the record keeps only that it was done.

    What was there stays as an earlier version, which that agency sees beside it. The child must be named where there are several.
    """
    case = change.case
    place = agency or change.agency
    if place is None or place not in own_agencies(change):
        raise InvalidInput(gettext("Each agency adds its own reference."), field="agency")
    words = short(needed(reference, "reference", gettext("Enter your agency's reference for the child.")), "reference", LONGEST_REFERENCE)
    found = _child(case, child)
    row = ChildReference.objects.filter(child=found, agency=place).first()
    keep_held(change)
    if row is None:
        change.add(ChildReference(child=found, agency_id=place, reference=words))
    elif row.reference == words:
        raise InvalidInput(gettext("That is your agency's reference already."), field="reference")
    else:
        change.add(reference_as_it_stood(row, found, change.now))
        row.reference = words
        change.touch(row)
    facts = {"child": found.ordinal, "changed": row is not None} | guarded(change)
    change.record(EventKind.REFERENCE_ADDED, facts=facts, agency=place, private_to=place)


@verb(Verb.CORRECT_CHILD, ready=has_begun, decides=False)
def correct_child(
    change: Change,
    *,
    child: UUID | None = None,
    initials: str = "",
    born_on: date | None = None,
    is_unborn: bool = False,
    name: str = "",
    without_name: bool = False,
) -> None:
    """Either side puts right who a child is: what is given takes the place of what was there, the rest stays; `without_name` takes a name away.

    What was there stays as an earlier version in the guarded block. The record says which parts, and never what they were or are: nobody learns
    from it who the child is, nor from the message that everybody concerned gets, its guests too. Raises InvalidInput beside what is wrong.
    """
    row = _child(change.case, child)
    new = replace(
        _as_answer(row),
        initials=clean(initials, "initials") or row.initials,
        born_on=None if is_unborn else born_on or row.born_on,
        is_unborn=is_unborn or (row.is_unborn and born_on is None),
        name="" if without_name else clean(name, "name") or row.name,
    )
    if born_on is not None and is_unborn:
        raise InvalidInput(gettext("Give a date of birth or say that the child is unborn, not both."), field="is_unborn")
    if name and without_name:
        raise InvalidInput(gettext("Give a name or take it away, not both."), field="without_name")
    # A name that was there stays where none is taken any more: hidden until it is erased.
    may_name = new.name == row.name or takes_names(change.case.dispute.partnership_id)
    for field, words in child_problems(new, change.now, names=may_name):
        raise InvalidInput(upper_first(words), field=field)
    new = replace(new, initials=same_initials(new.initials))
    parts = [part for part in PARTS if getattr(new, part) != getattr(row, part)]
    if not parts:
        raise InvalidInput(gettext("Enter what is to be put right."), field="initials")
    keep_held(change)
    change.add(as_it_stood(row, change.now))
    for part in parts:
        setattr(row, part, getattr(new, part))
    change.touch(row)
    _in_draft(change, row)
    change.record(EventKind.CHILD_CORRECTED, facts={"child": row.ordinal, "parts": parts} | guarded(change), agency=change.agency)
    _tell(change)


def _tell(change: Change) -> None:
    """That it was put right, and nothing of it, to all who look for the child by it: holders, the raiser, and who answers without an account."""
    tell_both(change, PUT_RIGHT, kind=Message.DETAILS)
    for request in change.case.awaiting:
        change.tell_guest(request, kind=Message.DETAILS, action=PUT_RIGHT)


def _as_answer(row: Child) -> ChildAnswer:
    return ChildAnswer(row.initials, row.born_on, is_unborn=row.is_unborn, name=row.name)


def _in_draft(change: Change, row: Child) -> None:
    """What the writer typed is put right too: it comes back to them with what is sent back."""
    draft = Draft.objects.filter(dispute=change.case.dispute).first()
    typed = draft.answers.get("children") if draft is not None else None
    if draft is None or not isinstance(typed, list) or len(typed) < row.ordinal:
        return
    now = {"initials": row.initials, "born_on": row.born_on.isoformat() if row.born_on else "", "is_unborn": row.is_unborn, "name": row.name}
    draft.answers = {**draft.answers, "children": [*typed[: row.ordinal - 1], {**typed[row.ordinal - 1], **now}, *typed[row.ordinal :]]}
    change.touch(draft)


def _child(case: Case, child: UUID | None) -> Child:
    """The child meant. Raises InvalidInput where that is not clear, or where it is none of this disagreement's."""
    rows = list(Child.objects.filter(dispute=case.dispute))
    found = [row for row in rows if child is None or row.pk == child]
    if len(found) != 1:
        raise InvalidInput(gettext("Say which child is meant."), field="child")
    return found[0]


def _named(person: Person, given: dict[str, Any]) -> UUID | None:
    """The other disagreement, where the person may know of it: one that is not there and one that is not theirs to see look the same.

    So does one that was anonymised, on whose record nothing more is written.
    """
    rows = Dispute.objects.submitted().named_visible_to(person).filter(anonymised_at=None, reference=str(given.get("other", "")).strip().upper())
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
        raise InvalidInput(gettext("These two are linked already."), field="other")
    if change.actor is None:
        raise TypeError("Only a person links.")
    change.add(DisputeLink(dispute=first, other=second, linked_by_id=change.actor.id, linked_at=change.now))
    change.record(EventKind.LINKED, facts={"other": theirs.reference})
    beside.record(EventKind.LINKED, facts={"other": own.reference})
