"""How long a disagreement is kept, for its page and for the lists of those who decide it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agencies.models import Agency
from agencies.person import Person
from agencies.words import day
from agencies.working_days import london
from escalation import keeping_policy
from escalation.engine.case import Case
from escalation.models import Dispute, LegalHold
from escalation.querysets import DisputeQuerySet
from escalation.selectors.notes import Note
from escalation.services.keeping.holds import held_among, held_by
from escalation.services.keeping.over import under_review
from escalation.states import ENDED, LeftOut, State

ANONYMISED = _(
    "Its time to be kept is over. What was typed, who the child is, files and names were erased; the steps, choices and moments that are "
    "counted stay."
)
MOST = 100


def keeping_notes(case: Case, person: Person) -> list[Note]:
    """That it was anonymised, is under a hold, or is kept longer: for everybody who may know of it; why and by whom for those who keep it."""
    dispute = case.dispute
    if dispute.anonymised_at is not None:
        return [Note(gettext("Anonymised on {day}").format(day=_day(dispute.anonymised_at)), ANONYMISED), *_uncounted(dispute)]
    keeps = keeping_policy.keeps_record(person, case)
    found = [Note(gettext("Legal hold"), _held(hold) if keeps else gettext("Nothing of it may be erased.")) for hold in held_by(case)]
    if dispute.keep_until is not None and dispute.state in ENDED:
        found.append(Note(gettext("Kept longer"), gettext("Until {day}.").format(day=day(dispute.keep_until, year=True))))
    return found + _uncounted(dispute)


def _uncounted(dispute: Dispute) -> list[Note]:
    """That no figure counts it, and why."""
    if not dispute.left_out:
        return []
    return [Note(gettext("Left out of the figures"), gettext("{why}. No report counts it.").format(why=LeftOut(dispute.left_out).label))]


def _held(hold: LegalHold) -> str:
    words = gettext("{hold}, by {name} on {day}: “{reason}” Nothing of it may be erased.")
    return words.format(hold=hold.get_on_display(), name=hold.placed_by.name, day=_day(hold.placed_at), reason=hold.reason)


def _day(moment: datetime) -> str:
    return day(london(moment).date(), year=True)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One disagreement on the list for review. `held` where a hold keeps it from being anonymised."""

    reference: str
    agencies: str
    ended_on: date
    listed_on: date
    state: str
    held: bool


def due_for_review(person: Person, partnership_id: UUID, now: datetime) -> tuple[list[Reviewed], bool]:
    """What this person is to decide on, the longest ended first, and whether there is more than the hundred shown.

    Whoever may keep it (see the keeping policy) and knows of it: never of one in which they have a conflict.
    """
    rows = list(_of(person, partnership_id, now)[: MOST + 1])
    shown = rows[:MOST]
    names, held = _names(shown), held_among(partnership_id, [dispute.pk for dispute in shown])
    return [_row(dispute, names, held=dispute.pk in held) for dispute in shown], len(rows) > MOST


def _of(person: Person, partnership_id: UUID, now: datetime) -> DisputeQuerySet:
    listed = under_review(partnership_id, now).visible_to(person)
    return listed.filter(keeping_policy.kept_by(person)).order_by("ended_at", "pk")


def waits_for_review(person: Person, now: datetime) -> bool:
    """Is anything due for review that this person decides of, as `due_for_review` lists it? One query."""
    place = person.partnership_id
    return place is not None and _of(person, place, now).exists()


def _names(disputes: Collection[Dispute]) -> dict[UUID, list[str]]:
    found: defaultdict[UUID, list[str]] = defaultdict(list)
    rows = Agency.objects.filter(parts__dispute__in=[dispute.pk for dispute in disputes]).order_by("parts__side", "name")
    for key, name in rows.values_list("parts__dispute", "name"):
        found[key].append(name)
    return found


def _row(dispute: Dispute, names: dict[UUID, list[str]], *, held: bool) -> Reviewed:
    ended, listed = dispute.ended_at, dispute.review_listed_at
    if ended is None or listed is None:
        raise TypeError("Only what has ended and was listed is on the list.")
    return Reviewed(
        reference=dispute.reference,
        agencies=", ".join(dict.fromkeys(names[dispute.pk])),
        ended_on=london(ended).date(),
        listed_on=london(listed).date(),
        state=str(State(dispute.state).label),
        held=held,
    )


def holds_of(person: Person, partnership_id: UUID) -> list[LegalHold]:
    """The partnership's holds, those in force first, then those that were lifted, the newest first.

    One on a disagreement only where this person may know of it: an agency's own lead holds what never left it, and there may be a conflict.
    """
    known = Q(dispute=None) | Q(dispute__in=Dispute.objects.visible_to(person))
    rows = LegalHold.objects.filter(known, partnership=partnership_id).select_related("dispute", "person", "placed_by", "lifted_by")
    return sorted(rows, key=lambda hold: hold.lifted_at is not None)
