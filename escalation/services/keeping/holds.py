"""Legal holds: while one is in force, nothing of what it is on is erased. Placed and lifted with a reason, by the business unit.

A hold on one disagreement is a verb of it. A hold on everything about a child or a person is placed here: each disagreement that it is on gets
a line, and those that come later are under it too. The reason may name somebody: it lies with the hold, which only those who keep records read,
and not on the record that both sides read.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from agencies import wall_clock
from agencies.errors import InvalidInput, NotAllowed, NotFound, WrongState
from agencies.models import User
from agencies.person import Person
from escalation import keeping_policy
from escalation.engine.case import Case, load
from escalation.engine.chain import canonical, keyed
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.engine.perform import verb
from escalation.models import Child, ChildReference, Dispute, LegalHold
from escalation.services.children import same_initials
from escalation.services.words import needed, short
from escalation.states import EventKind, HoldOn, State, Verb

LONGEST_REASON = 300
WHY, WHY_NOT = "Say why it must be kept.", "Say why it need not be kept any longer."
WHICH_CHILD = "Enter initials and a date of birth, or an agency with its reference for the child."
NOT_YOURS = "Only the business unit places a hold on everything about somebody."


def birth_mark(initials: str, born_on: date) -> str:
    """A keyed digest of initials and date of birth: a hold knows a child again without saying who it is."""
    return keyed(canonical(["hold", "birth", same_initials(initials), born_on.isoformat()]))


def reference_mark(agency: UUID, reference: str) -> str:
    """A keyed digest of an agency's reference for a child."""
    return keyed(canonical(["hold", "reference", str(agency), reference.strip().casefold()]))


def marks_of(dispute_ids: Collection[UUID]) -> set[str]:
    """The marks of every child of these disagreements. Two queries."""
    born = Child.objects.filter(dispute__in=dispute_ids, born_on__isnull=False).values_list("initials", "born_on")
    known = ChildReference.objects.filter(child__dispute__in=dispute_ids).values_list("agency", "reference")
    return {birth_mark(initials, born_on) for initials, born_on in born if born_on} | {reference_mark(*row) for row in known}


def with_part_in(user: UUID) -> Q:
    """The disagreements in which a person had a part: raised, wrote, held, led, or did anything that stands on the record."""
    named = Q(raiser=user) | Q(logged_by=user) | Q(disputed_person=user) | Q(lead_manager=user)
    return named | Q(runs__holder=user) | Q(requests__holder=user) | Q(events__actor=user)


def holds_on(dispute: Dispute) -> list[LegalHold]:
    """The holds in force under which it is, the newest first. One query where the partnership has none, a few where it has."""
    found, marks = [], None
    for hold in LegalHold.objects.filter(partnership=dispute.partnership_id, lifted_at=None).select_related("placed_by"):
        if hold.on == HoldOn.CHILD:
            marks = marks_of([dispute.pk]) if marks is None else marks
            is_on = bool(marks & set(hold.marks))
        elif hold.on == HoldOn.PERSON and hold.person_id is not None:
            is_on = Dispute.objects.filter(with_part_in(hold.person_id), pk=dispute.pk).exists()
        else:
            is_on = hold.dispute_id == dispute.pk
        found += [hold] if is_on else []
    return found


def held_by(case: Case) -> list[LegalHold]:
    """The same for a case in memory, which asks once."""
    if case.holds is None:
        case.holds = holds_on(case.dispute)
    return case.holds


def own_hold(case: Case) -> LegalHold | None:
    """The hold in force on this disagreement itself."""
    return next((hold for hold in held_by(case) if hold.on == HoldOn.DISPUTE), None)


def _may_be_held(case: Case, _person: Person | None = None) -> str | None:
    if case.dispute.state == State.DRAFT:
        return "It has not been sent."
    return "It is under a legal hold already." if own_hold(case) is not None else None


@verb(Verb.PLACE_HOLD, ready=_may_be_held, decides=False)
def place_hold(change: Change, *, reason: str) -> None:
    """Nothing of it may be erased until the hold is lifted, whatever its period says."""
    why = short(needed(reason, "reason", WHY), "reason", LONGEST_REASON)
    actor = _somebody(change.actor)
    place = change.case.dispute.partnership_id
    hold = LegalHold(partnership_id=place, on=HoldOn.DISPUTE, dispute=change.case.dispute, reason=why, placed_by_id=actor.id, placed_at=change.now)
    change.add(hold)
    change.record(EventKind.LEGAL_HOLD, facts={"hold": str(hold.pk), "on": str(HoldOn.DISPUTE)})


def _is_held(case: Case, _person: Person | None = None) -> str | None:
    return None if own_hold(case) is not None else "No legal hold is on this disagreement itself."


@verb(Verb.LIFT_HOLD, ready=_is_held, decides=False)
def lift_own_hold(change: Change, *, reason: str) -> None:
    """The hold on this disagreement ends; one on the child or a person goes on."""
    why = short(needed(reason, "reason", WHY_NOT), "reason", LONGEST_REASON)
    hold = own_hold(change.case)
    if hold is None:
        raise WrongState("No legal hold is on this disagreement itself.")
    hold.lifted_by_id, hold.lifted_at, hold.lift_reason = _somebody(change.actor).id, change.now, why
    change.touch(hold)
    change.record(EventKind.HOLD_LIFTED, facts={"hold": str(hold.pk), "on": str(HoldOn.DISPUTE)})


def _somebody(actor: Person | None) -> Person:
    if actor is None:
        raise TypeError("Only a person places or lifts a hold.")
    return actor


def hold_child(
    person: Person,
    *,
    partnership: UUID,
    reason: str,
    initials: str = "",
    born_on: date | None = None,
    agency: UUID | None = None,
    reference: str = "",
    now: datetime | None = None,
) -> LegalHold:
    """A hold on everything about one child, named by initials and date of birth or by an agency's reference; on what comes later as well.

    All marks by which the child is known in these disagreements are held, so that another agency's reference finds it too. Raises NotAllowed
    for anybody but the business unit, InvalidInput where nobody is named clearly or nothing is kept about the child.
    """
    _require_keeper(person, partnership)
    keys, marks = about_child(partnership, initials=initials, born_on=born_on, agency=agency, reference=reference)
    if not keys:
        raise InvalidInput("Nothing is kept about this child.", field="initials" if initials.strip() else "reference")
    return _place(person, LegalHold(partnership_id=partnership, on=HoldOn.CHILD, marks=sorted(marks)), keys, reason, now)


def about_child(partnership: UUID, *, initials: str, born_on: date | None, agency: UUID | None, reference: str) -> tuple[set[UUID], set[str]]:
    """The disagreements about one child, and every mark by which it is known in them. Raises InvalidInput where nobody is named clearly."""
    if initials.strip() and born_on is not None:
        wanted = {birth_mark(initials, born_on)}
    elif reference.strip() and agency is not None:
        wanted = {reference_mark(agency, reference)}
    else:
        raise InvalidInput(WHICH_CHILD, field="born_on" if initials.strip() else "initials")
    marks = wanted | marks_of(_about(partnership, wanted))
    return _about(partnership, marks), marks


def _about(partnership: UUID, marks: Collection[str]) -> set[UUID]:
    """The disagreements about a child known by one of the marks. Compares digests, so it reads who the partnership's children are: two queries."""
    children = Child.objects.filter(dispute__partnership=partnership, born_on__isnull=False).values_list("dispute", "initials", "born_on")
    known = ChildReference.objects.filter(child__dispute__partnership=partnership).values_list("child__dispute", "agency", "reference")
    found = {key for key, initials, born_on in children.iterator() if born_on and birth_mark(initials, born_on) in marks}
    return found | {key for key, agency, reference in known.iterator() if reference_mark(agency, reference) in marks}


def hold_person(person: Person, *, partnership: UUID, user: User, reason: str, now: datetime | None = None) -> LegalHold:
    """A hold on everything in which one person had a part, and will have. Raises NotAllowed and InvalidInput as `hold_child` does."""
    _require_keeper(person, partnership)
    if not user.memberships.filter(partnership=partnership).exists():
        raise InvalidInput("Choose somebody who holds or held a role in the partnership.", field="user")
    keys = set(Dispute.objects.filter(with_part_in(user.pk), partnership=partnership).values_list("pk", flat=True))
    return _place(person, LegalHold(partnership_id=partnership, on=HoldOn.PERSON, person=user), keys, reason, now)


def _require_keeper(person: Person, partnership: UUID) -> None:
    if not keeping_policy.keeps_records_of(person, partnership):
        raise NotAllowed(NOT_YOURS)


def _place(person: Person, hold: LegalHold, keys: Collection[UUID], reason: str, now: datetime | None) -> LegalHold:
    moment = now or wall_clock.now()
    hold.reason = short(needed(reason, "reason", WHY), "reason", LONGEST_REASON)
    hold.placed_by_id, hold.placed_at = person.id, moment
    with transaction.atomic():
        hold.save(force_insert=True)
        _tell_records(person, hold, keys, EventKind.LEGAL_HOLD, moment)
    return hold


def lift(person: Person, hold_id: UUID, *, reason: str, now: datetime | None = None) -> LegalHold:
    """Lifts a hold on a child or a person, with a reason. Raises NotFound where there is none in force that the person may lift, InvalidInput."""
    moment = now or wall_clock.now()
    why = short(needed(reason, "reason", WHY_NOT), "reason", LONGEST_REASON)
    with transaction.atomic():
        hold = LegalHold.objects.select_for_update().filter(pk=hold_id, lifted_at=None).exclude(on=HoldOn.DISPUTE).first()
        if hold is None or not keeping_policy.keeps_records_of(person, hold.partnership_id):
            raise NotFound("There is no such hold in force.")
        hold.lifted_by_id, hold.lifted_at, hold.lift_reason = person.id, moment, why
        hold.save(update_fields=["lifted_by", "lifted_at", "lift_reason"])
        _tell_records(person, hold, _under(hold), EventKind.HOLD_LIFTED, moment)
    return hold


def _under(hold: LegalHold) -> set[UUID]:
    if hold.person_id is not None:
        return set(Dispute.objects.filter(with_part_in(hold.person_id), partnership=hold.partnership_id).values_list("pk", flat=True))
    return _about(hold.partnership_id, set(hold.marks))


def _tell_records(person: Person, hold: LegalHold, keys: Iterable[UUID], kind: EventKind, now: datetime) -> None:
    """A line on the record of each that was sent by its writer: drafts have none."""
    cases = [case for case in load(set(keys), now=now) if case.dispute.state != State.DRAFT and case.dispute.anonymised_at is None]
    changes = [Change(case, now=now, actor=person) for case in cases]
    for change in changes:
        change.record(kind, facts={"hold": str(hold.pk), "on": str(hold.on)})
    commit(changes)
