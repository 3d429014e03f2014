"""Legal holds: while one is in force, nothing of what it is on is erased. Placed and lifted with a reason, by the business unit.

A hold on one disagreement is a verb of it. A hold on everything about a child or a person is placed here: each disagreement that it is on gets
a line, and those that come later are under it too. The reason may name somebody: it lies with the hold, which only those who keep records read,
and not on the record that both sides read.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from agencies import wall_clock
from agencies.errors import InvalidInput, NotFound, WrongState
from agencies.models import User
from agencies.person import Person
from agencies.policy import require
from agencies.readable import trimmed
from agencies.ready import Compiled
from escalation import keeping_policy
from escalation.engine.case import Case, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.engine.perform import verb
from escalation.models import Child, Dispute, Draft, Event, LegalHold, Reading
from escalation.querysets import Known
from escalation.services.keeping.marks import birth_marks, child_marks, draft_marks, reference_marks
from escalation.services.keeping.ties import ties
from escalation.services.same_child import about_child
from escalation.services.words import needed, sentences
from escalation.states import EventKind, HoldOn, State, Verb

LONGEST_REASON = 300
HELD = gettext_noop("It is under a legal hold: nothing of it may be erased.")
WHY, WHY_NOT = _("Say why it must be kept."), _("Say why it need not be kept any longer.")
NOT_IN_FORCE = _("There is no such hold in force.")
NOT_YOURS = _("Only the business unit places a hold on everything about somebody.")
# Keys of disagreements, or a query that gives them.
Among = Collection[UUID] | QuerySet[Any]


def _with_part_in(user: UUID) -> Q:
    """The disagreements in which a person had a part: every row of one that names them, save that they looked, and every line of what they did.

    Who held it and handed it on, or from whom it was taken before they did anything, stands on the record alone.
    """
    found = Q(Exists(Event.objects.filter(kind=EventKind.REASSIGNED, facts__from=str(user), dispute=OuterRef("pk"))))
    for model, field, path in ties():
        if model is Dispute:
            found |= Q(**{field: user})
        elif model is not Reading:
            found |= Q(Exists(model._default_manager.filter(**{field: user, f"{path}pk": OuterRef("pk")})))
    return found


@lru_cache(maxsize=1024)
def _parts_of(user: UUID, partnership: UUID) -> Compiled:
    """The keys of the partnership's disagreements in which a person had a part, put into SQL once for each: the question names twenty tables, and
    every page of every disagreement there asks it while a hold is on somebody."""
    return Compiled.of(Dispute.objects.filter(_with_part_in(user), partnership=partnership).order_by().values("pk"))


def part_of(user: User, partnership: UUID) -> set[UUID]:
    """The partnership's disagreements in which somebody had a part. Raises InvalidInput for one who never held a role there."""
    if not user.memberships.filter(partnership=partnership).exists():
        raise InvalidInput(gettext("Choose somebody who holds or held a role in the partnership."), field="user")
    return set(Dispute.objects.filter(_with_part_in(user.pk), partnership=partnership).values_list("pk", flat=True))


def held_among(
    partnership_id: UUID, among: Among | None = None, *, drafts: bool = True, holds: list[LegalHold] | None = None
) -> dict[UUID, list[LegalHold]]:
    """The disagreements under a hold in force, drafts too, each with its holds, the newest first. Nothing that is in it may be erased.

    Looks at all of the partnership's, or for holds on a child or a person only `among` some; without `drafts` only at what was sent. One query where
    the partnership has no hold; two more where a child is held, one more where people are, one for drafts. `holds` are those in force there, where
    they were read already.
    """
    if holds is None:
        holds = list(LegalHold.objects.filter(partnership=partnership_id, lifted_at=None).select_related("placed_by"))
    place: dict[str, Any] = {"dispute__partnership": partnership_id} | ({} if among is None else {"dispute__in": among})
    looked = [child_marks(Child.objects.filter(**place))] if any(hold.on == HoldOn.CHILD for hold in holds) else []
    looked += [draft_marks(Draft.objects.filter(**place))] if drafts and any(_marks(hold) for hold in holds) else []
    known: defaultdict[str, set[UUID]] = defaultdict(set)
    for key, _place, mark in chain(*looked):
        known[mark].add(key)
    parts, found = _parts(holds, among), defaultdict[UUID, list[LegalHold]](list)
    for hold in holds:
        keys = {hold.dispute_id} if hold.dispute_id else set().union(*(known[mark] for mark in _marks(hold)))
        for key in keys | parts[hold.pk]:
            found[key].append(hold)
    return dict(found)


def _marks(hold: LegalHold) -> list[str]:
    """By what it knows a child, or in a draft the person whose decision is disputed."""
    return [str(hold.person_id)] if hold.person_id is not None else list(hold.marks)


def _parts(holds: list[LegalHold], among: Among | None = None) -> defaultdict[UUID, set[UUID]]:
    """By the hold the disagreements in which the held person had a part, in one query; none of another hold."""
    found: defaultdict[UUID, set[UUID]] = defaultdict(set)
    on_people = [(hold, person) for hold in holds if (person := hold.person_id) is not None]
    asked = []
    for number, (hold, person) in enumerate(on_people):
        known = Known(F("pk"), _parts_of(person, hold.partnership_id))
        rows = Dispute.objects.filter(known, partnership=hold.partnership_id).order_by()
        asked.append((rows if among is None else rows.filter(pk__in=among)).annotate(of_hold=Value(number)).values_list("of_hold", "pk"))
    for number, key in asked[0].union(*asked[1:], all=True) if asked else ():
        found[on_people[number][0].pk].add(key)
    return found


def holds_on(dispute: Dispute, holds: list[LegalHold] | None = None) -> list[LegalHold]:
    """The holds in force under which it is, the newest first. One query where the partnership has none, at most four where it has; one less where
    those of the partnership are given."""
    return held_among(dispute.partnership_id, [dispute.pk], drafts=dispute.state == State.DRAFT, holds=holds).get(dispute.pk, [])


def hold_in_force(person: Person, hold_id: UUID) -> LegalHold | None:
    """A hold on a child or a person that is in force and that this person may lift."""
    hold = LegalHold.objects.filter(pk=hold_id, lifted_at=None).exclude(on=HoldOn.DISPUTE).select_related("person", "placed_by").first()
    return hold if hold is not None and keeping_policy.keeps_records_of(person, hold.partnership_id) else None


def held_by(case: Case) -> list[LegalHold]:
    """The same for a case in memory, which asks once."""
    if case.holds is None:
        case.holds = holds_on(case.dispute, case.partnership_holds)
    return case.holds


def own_hold(case: Case) -> LegalHold | None:
    """The hold in force on this disagreement itself."""
    return next((hold for hold in held_by(case) if hold.on == HoldOn.DISPUTE), None)


def _may_be_held(case: Case, _person: Person | None = None) -> str | None:
    if case.dispute.state == State.DRAFT:
        return gettext("It has not been sent.")
    return gettext("It is under a legal hold already.") if own_hold(case) is not None else None


@verb(Verb.PLACE_HOLD, ready=_may_be_held, decides=False)
def place_hold(change: Change, *, reason: str) -> None:
    """Nothing of it may be erased until the hold is lifted, whatever its period says."""
    why = sentences(needed(reason, "reason", WHY), "reason", LONGEST_REASON)
    actor = _somebody(change.actor)
    place = change.case.dispute.partnership_id
    hold = LegalHold(partnership_id=place, on=HoldOn.DISPUTE, dispute=change.case.dispute, reason=why, placed_by_id=actor.id, placed_at=change.now)
    change.add(hold)
    change.record(EventKind.LEGAL_HOLD, facts={"hold": str(hold.pk), "on": str(HoldOn.DISPUTE)})


def _is_held(case: Case, _person: Person | None = None) -> str | None:
    return None if own_hold(case) is not None else gettext("No legal hold is on this disagreement itself.")


@verb(Verb.LIFT_HOLD, ready=_is_held, decides=False)
def lift_own_hold(change: Change, *, reason: str) -> None:
    """The hold on this disagreement ends; one on the child or a person goes on."""
    why = sentences(needed(reason, "reason", WHY_NOT), "reason", LONGEST_REASON)
    hold = own_hold(change.case)
    if hold is None:
        raise WrongState(gettext("No legal hold is on this disagreement itself."))
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

    All marks by which this child is known in these disagreements are held, so that another agency's reference finds it too. It is placed whether or
    not anything is kept: else it would tell of what never left its agency. Raises NotAllowed for anybody but the business unit, InvalidInput
    where nobody is named clearly.
    """
    require(keeping_policy.keeps_records_of(person, partnership), NOT_YOURS)
    rows = about_child([partnership], initials=initials, born_on=born_on, agency=agency, reference=reference)
    marks = {mark for *_, mark in child_marks(Child.objects.filter(pk__in=rows))}
    if trimmed(initials) and born_on is not None:
        marks |= set(birth_marks(initials, born_on))
    elif agency is not None:
        marks |= set(reference_marks(agency, reference))
    return _place(person, LegalHold(partnership_id=partnership, on=HoldOn.CHILD, marks=sorted(marks)), set(rows.values()), reason, now)


def hold_person(person: Person, *, partnership: UUID, user: User, reason: str, now: datetime | None = None) -> LegalHold:
    """A hold on everything in which one person had a part, and will have. Raises NotAllowed and InvalidInput as `hold_child` does."""
    require(keeping_policy.keeps_records_of(person, partnership), NOT_YOURS)
    keys = part_of(user, partnership)
    return _place(person, LegalHold(partnership_id=partnership, on=HoldOn.PERSON, person=user), keys, reason, now)


def _place(person: Person, hold: LegalHold, keys: Collection[UUID], reason: str, now: datetime | None) -> LegalHold:
    moment = now or wall_clock.now()
    hold.reason = sentences(needed(reason, "reason", WHY), "reason", LONGEST_REASON)
    hold.placed_by_id, hold.placed_at = person.id, moment
    with transaction.atomic():
        hold.save(force_insert=True)
        _tell_records(person, hold, keys, EventKind.LEGAL_HOLD, moment)
    return hold


def lift(person: Person, hold_id: UUID, *, reason: str, now: datetime | None = None) -> LegalHold:
    """Lifts a hold on a child or a person, with a reason. Raises NotFound where there is none in force that the person may lift, InvalidInput."""
    moment = now or wall_clock.now()
    why = sentences(needed(reason, "reason", WHY_NOT), "reason", LONGEST_REASON)
    with transaction.atomic():
        hold = hold_in_force(person, hold_id)
        if hold is None:
            raise NotFound(NOT_IN_FORCE)
        # The disagreements are locked before the hold, in the order in which whatever corrects a child's reference locks them.
        _tell_records(person, hold, _under(hold), EventKind.HOLD_LIFTED, moment)
        lifted = {"lifted_by": person.id, "lifted_at": moment, "lift_reason": why}
        if not LegalHold.objects.filter(pk=hold_id, lifted_at=None).update(**lifted):
            raise NotFound(NOT_IN_FORCE)
        hold.refresh_from_db()
    return hold


def known_under(person: Person, hold: LegalHold) -> int:
    """On how many disagreements it is of which this person may know."""
    return Dispute.objects.visible_to(person).filter(pk__in=_under(hold)).count()


def _under(hold: LegalHold) -> set[UUID]:
    return {key for key, found in held_among(hold.partnership_id).items() if hold in found}


def _tell_records(person: Person, hold: LegalHold, keys: Iterable[UUID], kind: EventKind, now: datetime) -> None:
    """A line on the record of each that was sent by its writer: drafts have none."""
    cases = [case for case in load(set(keys), now=now) if case.dispute.state != State.DRAFT and case.dispute.anonymised_at is None]
    changes = [Change(case, now=now, actor=person) for case in cases]
    for change in changes:
        change.record(kind, facts={"hold": str(hold.pk), "on": str(hold.on)})
    commit(changes)
