"""A conflict of interest: said by oneself or by who oversees somebody, and lifted by another. What was held goes to the next equivalent."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from agencies.errors import InvalidInput
from agencies.models import User
from agencies.person import Person
from agencies.said import listing, said
from escalation.conflict_policy import oversees_person
from escalation.engine import clockwork
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.own_clocks import follows_state
from escalation.engine.perform import verb
from escalation.engine.stops import HOP
from escalation.engine.turns import asked_by, turns_of
from escalation.models import AgreedAction, LearningPoint
from escalation.policy import people_who_may
from escalation.services.apart_digest import apart
from escalation.services.conflict_watch import check_agencies_left, tell_of_mark
from escalation.services.filling import HANDED, fill, tell_unit_of_nobody
from escalation.services.held import HeldKind
from escalation.services.holding import end_invitation
from escalation.services.lifecycle import has_begun, raising_ids, receiving_holders
from escalation.services.offices import unit_ids
from escalation.services.open_work import OpenWork
from escalation.services.seats import bar, open_again
from escalation.services.words import needed, sentences
from escalation.states import EventKind, Message, Side, Verb

LONGEST_REASON = 300
# A seat on a panel is replaced, not passed on; a draft is nobody's but its writer's; whose turn it is, is asked anew once they are barred.
HELD = frozenset(HeldKind) - {HeldKind.PANEL, HeldKind.DRAFT, HeldKind.TURN}
WHY = gettext_lazy("Say what the conflict of interest is.")
WHY_NOT = gettext_lazy("Say why there is no conflict of interest any more.")
PASSED_ON = "The person who held this has a conflict of interest."


def whom_they_may_mark(case: Case, person: Person) -> list[Person]:
    """Those whom this person may mark besides themself, of the agencies in it, of the partnership and on the panel, by name."""
    return [one for one in _people(case) if one.id not in case.conflicted_ids and oversees_person(person, case, one)]


def whom_they_may_lift(case: Case, person: Person) -> list[Person]:
    """Those who are marked, and from whom this person may take it, by name."""
    return sorted((one for one in case.people_in_conflict if oversees_person(person, case, one, lifting=True)), key=lambda one: one.name)


def _people(case: Case) -> list[Person]:
    found = (case.known(key) for key in {*case.directory.snapshot.people, *case.panel_user_ids})
    return sorted((one for one in found if one is not None), key=lambda one: one.name)


@verb(Verb.MARK_CONFLICT, ready=has_begun, decides=False)
def mark_conflict(change: Change, *, reason: str, whom: UUID | None = None) -> None:
    """Somebody has a conflict of interest: they read, hold and close it no longer, and what they hold goes to the next who can act.

    `whom` is the actor where it is left out. Raises InvalidInput where the actor does not oversee them, or where it would leave nobody of the
    business unit, nobody who can read and close it, or nobody of an agency of which the actor marked others.
    """
    case, actor = change.case, _actor(change)
    found = actor if whom in {None, actor.id} else next((one for one in whom_they_may_mark(case, actor) if one.id == whom), None)
    if found is None:
        raise InvalidInput(_("Choose yourself, or somebody whom you oversee here."), field="whom")
    words = sentences(needed(reason, "reason", WHY), "reason", LONGEST_REASON)
    unit, concerned = case.unit(), _concerned(case, found)
    case.dispute.conflicts = sorted({*case.dispute.conflicts, str(found.id)})
    facts = {"person": str(found.id), "themself": found.id == actor.id} | apart(case.dispute)
    change.record(EventKind.CONFLICT_MARKED, facts=facts, body={"reason": words})
    others = [user for user in concerned if user != actor.id]
    change.tell(others, kind=Message.FEEDBACK, action=gettext_noop("Somebody has a conflict of interest in it, and has no part in it any more"))
    tell_of_mark(change, found, actor)
    _pass_on(change, found)
    _shut_second_door(change, found)
    check_agencies_left(change, found)
    _check_left(case, found, was_of_unit=any(one.user_id == found.id for one in unit))


@verb(Verb.LIFT_CONFLICT, ready=has_begun, decides=False)
def lift_conflict(change: Change, *, whom: UUID, reason: str) -> None:
    """Somebody who was marked has no conflict of interest any more: they may know of it again where they have a part in it.

    What they held stays with whoever has it now; what lies with nobody, they have again where it is theirs to take.

    Raises InvalidInput for somebody who is not marked, or whom the actor does not oversee: nobody lifts their own.
    """
    case, actor = change.case, _actor(change)
    found = next((one for one in whom_they_may_lift(case, actor) if one.id == whom), None)
    if found is None:
        raise InvalidInput(_("Choose somebody who is marked, and whom you oversee here."), field="whom")
    words = sentences(needed(reason, "reason", WHY_NOT), "reason", LONGEST_REASON)
    case.dispute.conflicts = [key for key in case.dispute.conflicts if key != str(found.id)]
    change.record(EventKind.CONFLICT_LIFTED, facts={"person": str(found.id)} | apart(case.dispute), body={"reason": words})
    concerned = [user for user in (found.id, *_concerned(case, found)) if user != actor.id]
    change.tell(concerned, kind=Message.FEEDBACK, action=gettext_noop("A conflict of interest in it was lifted"))
    fill(change)
    open_again(change, found.id)


def _actor(change: Change) -> Person:
    if change.actor is None:
        raise TypeError("Only a person does this.")
    return change.actor


def _concerned(case: Case, whom: Person) -> list[UUID | None]:
    """Who hears that somebody has a conflict, or has none any more: both sides' holders, who raised it, the leads there, the chair and the unit."""
    places = (case.receiving_ids if case.dispute.sent_at is not None else frozenset()) & whom.agency_ids
    if case.raising_id in whom.agency_ids and not case.dispute.is_restricted:
        places |= {case.raising_id}
    leads = [lead for place in sorted(places) for lead in sorted(case.lead_ids(place))]
    chair = [case.referral.chair_id] if case.referral is not None and case.is_before_partnership else []
    return list(dict.fromkeys([*raising_ids(case), *receiving_holders(case), *leads, *chair, *unit_ids(case)]))


def _pass_on(change: Change, whom: Person) -> None:
    """All that they hold in it. Whose turn it was is asked anew; where nobody can act, the business unit is."""
    case, key = change.case, whom.id
    actions = AgreedAction.objects.filter(dispute=case.dispute, owner=key, done_at=None)
    learning = LearningPoint.objects.filter(dispute=case.dispute, owner=key, done_at=None)
    own = min(whom.agency_ids & (case.receiving_ids | {case.raising_id}), default=None)
    work = OpenWork(change, leaver=key, successor=None, agency=own, everywhere=True, why=PASSED_ON)
    work.run(HELD, list(actions), list(learning))
    bar(change, key)
    for clock in [clock for clock in case.running() if clock.owner_id == key]:
        request = next((one for one in case.requests if one.pk == clock.request_id), None)
        turn = next((turn for turn in turns_of(case) if turn.is_of(clock)), None) if follows_state(clock) else None
        if turn is None and follows_state(clock):
            continue  # It was asked of them alone, and of nobody now: it ends with the change.
        clock.owner_id = turn.owner if turn is not None else clockwork.owed(case, Side(clock.owed_by), request)[1]
        change.touch(clock)
        words = listing([said(HANDED), asked_by(case, clock)], ". ")
        change.tell([clock.owner_id], kind=Message.ASSIGNED, action=words, due=clock.effective_due, key=f"{change.events[-1].pk}:{clock.pk}")
        tell_unit_of_nobody(change, [clock])


def _shut_second_door(change: Change, whom: Person) -> None:
    """Who was asked at the same address, as somebody without an account, is not asked any more."""
    address = User.objects.values_list("email", flat=True).get(pk=whom.id).lower()
    for request in change.case.awaiting:
        if request.guest is not None and request.guest.email.lower() == address:
            end_invitation(change, request)


def _check_left(case: Case, whom: Person, *, was_of_unit: bool) -> None:
    """Raises InvalidInput where nobody would be left to whom it belongs: of the unit, to close it, or on the raising side."""
    if was_of_unit and not case.unit():
        raise InvalidInput(_("Nobody else of the business unit could see to it. Somebody else has to join the unit first."), field="whom")
    if case.dispute.is_restricted and whom.id == case.dispute.raiser_id:
        raise InvalidInput(_("It is kept from everybody else of your agency: nobody would be left who could go on with it."), field="whom")
    leads = frozenset() if case.dispute.is_restricted else case.lead_ids(case.raising_id) - case.conflicted_ids
    is_lead = whom.id in case.lead_ids(case.raising_id)
    if is_lead and not leads - case.own_asked - {case.dispute.disputed_person_id} and not case.unit():
        raise InvalidInput(_("Nobody would be left who could read it and close it."), field="whom")
    onward = Verb.SEND_ON if case.dispute.stage == HOP else Verb.MOVE_UP
    if case.dispute.sent_at is None and case.run is not None and not people_who_may(onward, case, _people(case)):
        raise InvalidInput(_("Nobody else of the agency could go on with it, and nobody outside knows of it yet."), field="whom")
