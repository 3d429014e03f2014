"""How a legal hold knows a child again: keyed digests of initials with birth and of each agency's reference, which say of nobody who it is."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from agencies.errors import InvalidInput
from escalation.engine.chain import canonical, keyed_by_each
from escalation.engine.change import Change
from escalation.models import Child, ChildReference, Draft, LegalHold
from escalation.querysets import unspaced
from escalation.services.reading_answers import child_of
from escalation.services.submission import ChildAnswer
from escalation.services.words import same_initials
from escalation.states import HoldOn

# The key of a disagreement, the place of the child in it (none of what is only typed), and a mark.
Mark = tuple[UUID, int, str]


def birth_marks(initials: str, born_on: date) -> list[str]:
    """Keyed digests of initials and date of birth: with the present key, and with each earlier one that a hold may have been placed under."""
    return keyed_by_each(canonical(["hold", "birth", same_initials(initials), born_on.isoformat()]))


def reference_marks(agency: UUID, reference: str) -> list[str]:
    """Keyed digests of an agency's reference for a child, likewise: without spaces, and as a hold may have marked it before these were left out."""
    spellings = dict.fromkeys((unspaced(reference).casefold(), reference.strip().casefold()))
    return [mark for spelling in spellings for mark in keyed_by_each(canonical(["hold", "reference", str(agency), spelling]))]


def child_marks(children: QuerySet[Child]) -> Iterator[Mark]:
    """Each mark of these children. Two queries."""
    born = children.filter(born_on__isnull=False).values_list("dispute", "ordinal", "initials", "born_on")
    for key, place, initials, born_on in born.iterator():
        if born_on is not None:
            yield from ((key, place, mark) for mark in birth_marks(initials, born_on))
    known = ChildReference.objects.filter(child__in=children.values("pk"))
    for key, place, agency, reference in known.values_list("child__dispute", "child__ordinal", "agency", "reference").iterator():
        yield from ((key, place, mark) for mark in reference_marks(agency, reference))


def draft_marks(drafts: QuerySet[Draft]) -> Iterator[Mark]:
    """The same of drafts, whose children and disputed person (marked by their key) are only typed so far. One query."""
    for key, agency, answers in drafts.values_list("dispute", "dispute__raising_agency", "answers").iterator():
        for child in _typed(answers):
            if child.initials and child.born_on is not None:
                yield from ((key, 0, mark) for mark in birth_marks(child.initials, child.born_on))
            if child.reference:
                yield from ((key, 0, mark) for mark in reference_marks(agency, child.reference))
        if disputed := _person(answers.get("disputed_person")):
            yield key, 0, disputed


def _typed(answers: Mapping[str, Any]) -> Iterator[ChildAnswer]:
    """The children of a draft that can be read: what is half typed names nobody."""
    found = answers.get("children")
    for item in found if isinstance(found, list) else []:
        try:
            yield child_of(item)
        except (InvalidInput, AttributeError, TypeError, ValueError):
            continue


def _person(typed: object) -> str:
    """The key of the disputed person as it is written everywhere; empty for what is none."""
    try:
        return str(UUID(str(typed)))
    except ValueError:
        return ""


def keep_held(change: Change) -> None:
    """Called before a child's block or reference is changed: a hold that knows a child by what was there knows it by what comes, too.

    One query where the partnership holds no child; the marks are added once the change is written.
    """
    dispute = change.case.dispute
    holds = list(LegalHold.objects.filter(partnership=dispute.partnership_id, on=HoldOn.CHILD, lifted_at=None).order_by("pk"))
    before = _by_place(dispute.pk) if holds else {}
    for hold in holds:
        if places := _places(before, hold):
            change.afterwards.append(partial(_know_again, hold.pk, dispute.pk, places))


def _know_again(hold_id: UUID, dispute_id: UUID, places: set[int]) -> None:
    """Add the marks of the child that the hold still knows; of the one in its place where it knows none; of all where that is gone too.

    The hold is locked, so that of two corrections at once neither loses its mark.
    """
    hold = LegalHold.objects.select_for_update().filter(pk=hold_id, lifted_at=None).first()
    if hold is None:
        return
    now = _by_place(dispute_id)
    meant = _places(now, hold) or places & set(now) or set(now)
    LegalHold.objects.filter(pk=hold.pk).update(marks=sorted({*hold.marks, *(mark for place in meant for mark in now[place])}))


def _by_place(dispute_id: UUID) -> dict[int, set[str]]:
    """The marks of each child of a disagreement, by its place in it."""
    found: defaultdict[int, set[str]] = defaultdict(set)
    for _, place, mark in child_marks(Child.objects.filter(dispute=dispute_id)):
        found[place].add(mark)
    return dict(found)


def _places(marks: Mapping[int, set[str]], hold: LegalHold) -> set[int]:
    """The places of the children that the hold knows."""
    return {place for place, known in marks.items() if known & set(hold.marks)}
