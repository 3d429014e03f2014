"""A disagreement that is left out of every figure: logged twice, or to try the product out. Only one that has ended; its record stays as it is."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.errors import InvalidInput, WrongState
from agencies.person import Person
from agencies.readable import trimmed
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.models import Dispute
from escalation.services.words import choice, needed, sentences
from escalation.states import ENDED, EventKind, LeftOut, Verb

LONGEST_REASON = 300


def _can_be_left_out(case: Case, _person: Person | None = None) -> str | None:
    dispute = case.dispute
    if dispute.state not in ENDED or dispute.submitted_at is None:
        return _("Only one that was closed or withdrawn can be left out of the figures.")
    return _("It is left out of the figures already.") if dispute.left_out else None


def _is_left_out(case: Case, _person: Person | None = None) -> str | None:
    return None if case.dispute.left_out else _("It is counted in the figures.")


def _original(person: Person, given: dict[str, Any]) -> UUID | None:
    """The other disagreement, where the person may know of it: one that is not there and one that is not theirs to see look the same."""
    named = str(given.get("other", "")).strip().upper()
    rows = Dispute.objects.submitted().named_visible_to(person).filter(reference=named) if named else Dispute.objects.none()
    return rows.values_list("pk", flat=True).first()


@verb(Verb.LEAVE_OUT, ready=_can_be_left_out, decides=False, beside=_original)
def leave_out(change: Change, *, cause: str, reason: str, other: str = "") -> None:
    """No figure counts it any more. A duplicate names the one that is counted in its place, by its reference in `other`."""
    dispute, ground = change.case.dispute, choice(LeftOut, cause, "cause")
    words = sentences(needed(reason, "reason", _("Say why it is left out.")), "reason", LONGEST_REASON)
    if ground == LeftOut.DUPLICATE:
        facts = {"left_out": ground.value, "other": _counted_in_its_place(change).reference}
    elif trimmed(other):
        raise InvalidInput(_("Only a duplicate has another in its place. Leave this empty."), field="other")
    else:
        facts = {"left_out": ground.value}
    if _is_counted_for_others(dispute):
        raise WrongState(_("It is counted in the place of a duplicate. Count that one again first."))
    dispute.left_out = ground
    change.record(EventKind.LEFT_OUT, facts=facts, body={"reason": words})


@verb(Verb.COUNT_AGAIN, ready=_is_left_out, decides=False)
def count_again(change: Change, *, reason: str) -> None:
    """It is counted in the figures, as it was before."""
    words = sentences(needed(reason, "reason", _("Say why it is counted again.")), "reason", LONGEST_REASON)
    change.case.dispute.left_out = ""
    change.record(EventKind.COUNTED_AGAIN, body={"reason": words})


def _counted_in_its_place(change: Change) -> Dispute:
    """The disagreement that the figures keep. Raises InvalidInput where it is none, this one itself, or not counted either."""
    own, beside = change.case.dispute, change.beside
    original = beside.case.dispute if beside is not None and beside.case.dispute.partnership_id == own.partnership_id else None
    if original is None or original.pk == own.pk:
        raise InvalidInput(_("Give the reference of the other disagreement, one that you may see."), field="other")
    if original.left_out or (own.sent_at is not None and original.sent_at is None):
        raise InvalidInput(_("That one is not counted either: then none of the two would be."), field="other")
    return original


def _is_counted_for_others(dispute: Dispute) -> bool:
    """Another is left out as a duplicate of this one."""
    others = Dispute.objects.filter(partnership=dispute.partnership_id, left_out=LeftOut.DUPLICATE)
    return others.filter(events__kind=EventKind.LEFT_OUT, events__facts__other=dispute.reference).exists()
