"""Everything about one child, for a serious incident: the business unit asks with a reason that is kept and told to the leads concerned."""

from collections.abc import Collection
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.errors import NotAllowed
from agencies.person import Person
from agencies.readable import trimmed
from escalation import general_policy
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Child, Dispute, Reading
from escalation.services.reading import ABOUT_CHILD, checked_reason, open_early
from escalation.services.same_child import about_child, same_as

WHICH = _("Enter initials and a date of birth, a disagreement's reference, or an agency with its reference for the child.")


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
    places = general_policy.asks_about_children_of(person)
    if not places:
        raise NotAllowed(gettext("Only the business unit asks for everything about one child."))
    why = checked_reason(reason)
    moment = now or wall_clock.exactly()
    keys = _about(person, places, initials, born_on, reference, agency)
    with transaction.atomic():
        rows = Dispute.objects.visible_to(person).filter(pk__in=keys, partnership__in=places, sent_at__isnull=False)
        changes = [Change(case, now=moment, actor=person) for case in load(list(rows.values_list("pk", flat=True)), now=moment)]
        for change in changes:
            # What belongs together is found again by this moment: another child may be asked for in the same second.
            open_early(change, why, ABOUT_CHILD, at=moment)
        commit(changes)
    readings = [row for change in changes for row in change.added if isinstance(row, Reading)]
    return readings[0].pk if readings else None


def _about(person: Person, places: Collection[UUID], initials: str, born_on: date | None, reference: str, agency: UUID | None) -> set[UUID]:
    """The disagreements about the child, or about any child of the one whose reference is given: of one that they may know of, and of no other."""
    words = trimmed(reference)
    if words and agency is None and not (trimmed(initials) and born_on):
        sent = Dispute.objects.filter(partnership__in=places, reference=words.upper(), sent_at__isnull=False)
        named = Child.objects.filter(dispute__in=sent.named_visible_to(person))
        return set(same_as(places, dict(named.values_list("pk", "dispute"))).values())
    return set(about_child(places, initials=initials, born_on=born_on, agency=agency, reference=reference, which=WHICH).values())
