"""Who may see and do what: the one access policy. `visibility` asks it the other way round: which disagreements may a person know of?

It knows people (`agencies.person.Person`) and cases only by their shape (`case_like.CaseLike`), so that it stands below the models.
Which disagreements a person may know of at all is a condition on rows (`visibility`). Whether the state or the procedure allows a verb now is not
asked here but by the verb itself.
"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.errors import NotAllowed
from agencies.roles import UNIT_ROLES, Role
from escalation.action_policy import does, sees_to
from escalation.beside_policy import is_asked_beside, logs_beside, reviewing, subgroup_chair, weighs_dissent
from escalation.case_like import CaseLike
from escalation.conflict_policy import CONFLICTS
from escalation.guest_policy import agency_of_guest, may_as_guest
from escalation.keeping_policy import KEEPING
from escalation.part_policy import (
    has_held,
    hears,
    holds_for_raising,
    is_raiser,
    is_writer,
    leads_plan,
    mediates,
    on_panel,
    presides,
    sits,
    sits_for,
    supervises,
)
from escalation.states import Route, Side, State, Verb

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from agencies.person import Person


def reads_narrative(person: "Person", case: CaseLike) -> bool:
    """May this person read what was typed, and not only reference, agencies, stage and due moment?"""
    if person.id in case.conflicted_ids:
        return False
    if takes_part(person, case) or _is_before_the_partnership(person, case) or _is_senior_enough(person, case) or is_asked_beside(person, case):
        return True
    if logs_beside(person, case):
        return True
    if sits(person, case, UNIT_ROLES):
        return case.dispute.unit_told_at is not None or person.id in case.opened_early
    is_heard = bool(case.dispute.is_serious or case.dispute.is_stuck)
    return sits(person, case, {Role.AUDITOR}) or (is_heard and sits(person, case, {Role.SUBGROUP_CHAIR, Role.SUBGROUP_MEMBER}))


def says_why_first(person: "Person", case: CaseLike) -> bool:
    """Must this person give a reason before reading, which is kept with each reading? Who only audits must."""
    return sits(person, case, {Role.AUDITOR}) and not takes_part(person, case) and not sits(person, case, UNIT_ROLES)


def may_read_early(person: "Person", case: CaseLike) -> bool:
    """May this person read it before the procedure informs them, with a reason that is kept and told to both agencies' leads? The business unit."""
    return _unit(person, case) and case.dispute.unit_told_at is None and person.id not in case.conflicted_ids


def sees_who_looked(person: "Person", case: CaseLike) -> bool:
    """May this person see who read it? The safeguarding leads of its agencies; of one kept from them, who raised it."""
    return person.id not in case.conflicted_ids and _either_lead(person, case)


def sees_who_acts(person: "Person", case: CaseLike) -> bool:
    """May this person see who acts on each side at each stage, with who else could?"""
    return takes_part(person, case) or reads_narrative(person, case) or _unit(person, case)


def _is_senior_enough(person: "Person", case: CaseLike) -> bool:
    """A senior manager or board member of a party, from the stage on that asks for one at their level."""
    agencies = set() if case.dispute.is_restricted else {case.raising_id}
    agencies |= case.receiving_ids if case.dispute.sent_at is not None else set()
    above = {Role.SENIOR, Role.BOARD_MEMBER}
    return any(person.roles_in(agency) & above and person.id in case.suited(agency) for agency in agencies)


def takes_part(person: "Person", case: CaseLike) -> bool:
    """Raiser, writer, the raiser's supervisor, the lead manager, one who held a stage, or who acts for a party now, its lead among them.

    Each while they sit where they had the part (`part_policy`).
    """
    if acts_for_raising(person, case) or bool(acts_for_receiving(person, case)):
        return True
    return any(part(person, case) for part in (is_raiser, is_writer, has_held, supervises, leads_plan))


def sees_child(person: "Person", case: CaseLike) -> bool:
    """The guarded block (initials, date of birth): who holds the disagreement in a party agency, its raiser, who is to do an action there."""
    has_part = takes_part(person, case) or bool(does(person, case))
    return person.id not in case.conflicted_ids and has_part and not sits(person, case, UNIT_ROLES)


def acts_for_raising(person: "Person", case: CaseLike) -> bool:
    """The raising side's holder at this stage, those who may stand in, and its safeguarding lead (not where restricted)."""
    if person.id in case.conflicted_ids or person.id not in case.actors(Side.RAISING, case.raising_id):
        return False
    return sits_for(person, case.raising_id) or holds_for_raising(person, case, is_at_unit=case.is_with_unit)


def acts_for_receiving(person: "Person", case: CaseLike) -> frozenset[UUID]:
    """The receiving agencies for which this person may answer at this stage; of a guest the one whose request they were asked to answer."""
    if person.guest_of is not None:
        return agency_of_guest(person, case)
    if person.id in case.conflicted_ids or case.dispute.sent_at is None:
        return frozenset()
    seated = (agency for agency in case.receiving_ids if sits_for(person, agency))
    return frozenset(agency for agency in seated if person.id in case.actors(Side.RECEIVING, agency))


def side_of(person: "Person", case: CaseLike) -> tuple[Side, UUID] | None:
    """The side and agency for which the person speaks in this case; None for those outside it."""
    dispute = case.dispute
    if not (case.is_with_unit and person.id != dispute.raiser_id) and (acts_for_raising(person, case) or _raiser(person, case)):
        return Side.RAISING, case.raising_id
    for agency in sorted(acts_for_receiving(person, case)):
        return Side.RECEIVING, agency
    return None


def _is_before_the_partnership(person: "Person", case: CaseLike) -> bool:
    """Chair, deputy, mediator or panel member whom no interest keeps away, of a matter put before them; never a member of a party, panels apart."""
    return case.referral is not None and (hears(person, case) or mediates(person, case) or presides(person, case))


def _raiser(person: "Person", case: CaseLike) -> bool:
    """Who raised it, or wrote it for them; not who logged it between two others."""
    return is_raiser(person, case) or (is_writer(person, case) and not case.dispute.is_third_party)


def _third_party(person: "Person", case: CaseLike) -> bool:
    """Who logged it between two other agencies and speaks for neither (DEV-09)."""
    return bool(case.dispute.is_third_party and is_writer(person, case))


def _raising(person: "Person", case: CaseLike) -> bool:
    return acts_for_raising(person, case)


def _raiser_or_raising(person: "Person", case: CaseLike) -> bool:
    return _raiser(person, case) or acts_for_raising(person, case)


def _receiving(person: "Person", case: CaseLike) -> bool:
    return bool(acts_for_receiving(person, case))


def _unit(person: "Person", case: CaseLike) -> bool:
    return sits(person, case, UNIT_ROLES) and case.dispute.sent_at is not None


def sits_in_unit(person: "Person", case: CaseLike) -> bool:
    """Somebody of the business unit of the disagreement's own partnership, whatever they may see of it."""
    return sits(person, case, UNIT_ROLES)


def oversees(person: "Person", case: CaseLike) -> bool:
    """The business unit of the disagreement's own partnership, once it was sent outside the raising agency."""
    return _unit(person, case)


def chases(person: "Person", case: CaseLike) -> bool:
    """Who is to reach an agency that does not answer: the raising side, whose duty it stays, and the business unit (BRI-06)."""
    return person.id not in case.conflicted_ids and (_raiser_or_raising(person, case) or _unit(person, case))


def _receiving_or_unit(person: "Person", case: CaseLike) -> bool:
    return _receiving(person, case) or _unit(person, case)


def _either(person: "Person", case: CaseLike) -> bool:
    return acts_for_raising(person, case) or _receiving(person, case)


def _either_or_unit(person: "Person", case: CaseLike) -> bool:
    return _either(person, case) or _unit(person, case)


def _proposes(person: "Person", case: CaseLike) -> bool:
    """Either side, the business unit, or the third party that helps to settle it where it can (DEV-09)."""
    return _either_or_unit(person, case) or _third_party(person, case)


def _concerned_still(person: "Person", case: CaseLike) -> bool:
    """Whoever takes part or took part on either side, once it has ended too, or the third party (BRI-21)."""
    return takes_part(person, case) or _third_party(person, case)


def _anyone_in_it(person: "Person", case: CaseLike) -> bool:
    return takes_part(person, case) or _unit(person, case) or _is_before_the_partnership(person, case) or is_asked_beside(person, case)


def _in_it_or_sees_to_action(person: "Person", case: CaseLike) -> bool:
    """Which actions are theirs to name says `record_policy.may_read_action`."""
    return _anyone_in_it(person, case) or bool(sees_to(person, case))


def _raising_or_unit(person: "Person", case: CaseLike) -> bool:
    return acts_for_raising(person, case) or _unit(person, case)


def _takes_part_or_unit(person: "Person", case: CaseLike) -> bool:
    return takes_part(person, case) or _unit(person, case)


def _chair_or_unit(person: "Person", case: CaseLike) -> bool:
    return presides(person, case) or (_unit(person, case) and case.referral is not None)


def _decider(person: "Person", case: CaseLike) -> bool:
    """Chair, panel members, mediator; where nobody outside the agencies may decide, the procedure's force lets them record no more than that."""
    if case.referral is None:
        return False
    if case.referral.route == Route.PANEL and hears(person, case):
        return True
    return presides(person, case) or mediates(person, case)


def _refers(person: "Person", case: CaseLike) -> bool:
    """Whoever the procedure says may put it before the partnership, of those who act for the raising side."""
    return acts_for_raising(person, case) and person.id in case.referrers


def _leads(person: "Person", case: CaseLike, agency: UUID) -> bool:
    """Its safeguarding lead; where it has none, whoever acts for it. Inside one agency nobody who was asked to answer leads it."""
    leads = case.lead_ids(agency) - case.own_asked
    side = Side.RAISING if agency == case.raising_id else Side.RECEIVING
    return person.id in leads if leads else person.id in case.actors(side, agency) and sits_for(person, agency)


def _either_lead(person: "Person", case: CaseLike) -> bool:
    return _own_lead(person, case) or (case.dispute.sent_at is not None and any(_leads(person, case, agency) for agency in case.receiving_ids))


def _own_lead(person: "Person", case: CaseLike) -> bool:
    """The raising agency's lead; of a restricted disagreement nobody but its raiser."""
    return _raiser(person, case) if case.dispute.is_restricted else _leads(person, case, case.raising_id)


def _close(person: "Person", case: CaseLike) -> bool:
    """The raising agency's lead, or the business unit; never alone the raiser of a restricted one, nor the person whose decision is disputed."""
    lead = _own_lead(person, case) and not case.dispute.is_restricted
    return (lead or _unit(person, case)) and person.id != case.dispute.disputed_person_id


def _withdraw(person: "Person", case: CaseLike) -> bool:
    if case.dispute.state == State.DRAFT:
        return is_writer(person, case)
    return _own_lead(person, case)


def _either_lead_or_unit(person: "Person", case: CaseLike) -> bool:
    return _either_lead(person, case) or _unit(person, case)


def _confirm(person: "Person", case: CaseLike) -> bool:
    return _either(person, case) and person.id != case.dispute.disputed_person_id


def _acknowledges(person: "Person", case: CaseLike) -> bool:
    """Before the partnership the chair, else a receiving agency; the business unit records either."""
    stage = case.stage_definition
    return _chair_or_unit(person, case) if stage is not None and stage.is_partnership else _receiving_or_unit(person, case)


def _party_or_unit(person: "Person", case: CaseLike) -> bool:
    return _raiser(person, case) or _either_or_unit(person, case)


def _answers_conference(person: "Person", case: CaseLike) -> bool:
    """Who acts for the agency that a formal request waits for, or the business unit on its behalf."""
    asked = case.dispute.conference_asked_of_id
    return asked is not None and (asked in acts_for_receiving(person, case) or _unit(person, case))


def invites_for(person: "Person", case: CaseLike, agency: UUID) -> bool:
    """May this person have somebody without an account answer for the agency? Who may answer for it, its lead among them, and the business unit.

    The raising side only where nobody there holds the request: else it would choose who answers it.
    """
    if agency in acts_for_receiving(person, case) or _unit(person, case):
        return True
    return acts_for_raising(person, case) and any(request.agency_id == agency and request.holder_id is None for request in case.requests)


def _invites(person: "Person", case: CaseLike) -> bool:
    return any(invites_for(person, case, agency) for agency in case.receiving_ids)


def takes_back(person: "Person", case: CaseLike, request: Any) -> bool:
    """Who may invite for the agency, and who invited, while they sit in a party."""
    if invites_for(person, case, request.agency_id):
        return True
    invited = request.guest_id is not None and request.guest.invited_by_id == person.id
    return invited and any(sits_for(person, agency) for agency in case.receiving_ids | {case.raising_id})


def _takes_back(person: "Person", case: CaseLike) -> bool:
    return _invites(person, case) or any(takes_back(person, case, request) for request in case.requests)


def _nobody(_person: "Person", _case: CaseLike) -> bool:
    return False


WHO: dict[Verb, "Callable[[Person, CaseLike], bool]"] = {
    Verb.SAVE_DRAFT: is_writer,
    Verb.DISCARD_DRAFT: is_writer,
    Verb.SUBMIT: is_writer,
    Verb.SEND_ON: _raiser_or_raising,
    Verb.SEND_BACK: _raising,
    Verb.ACKNOWLEDGE: _acknowledges,
    Verb.RESPOND: _receiving_or_unit,
    Verb.ACCEPT: _raiser_or_raising,
    Verb.REJECT: _raiser_or_raising,
    Verb.CHASE: chases,
    Verb.ADD_ACTION: _either_or_unit,
    Verb.COMPLETE_ACTION: _in_it_or_sees_to_action,
    **dict.fromkeys((Verb.PROPOSE_TIMETABLE, Verb.AGREE_TIMETABLE, Verb.DECLINE_TIMETABLE), _either),
    Verb.REASSIGN: _either_or_unit,
    Verb.ASK_TO_MOVE_UP: _raiser,
    Verb.MOVE_UP: _raising,
    Verb.HOLD_MOVE: _raising,
    Verb.MAKE_URGENT: _raiser_or_raising,
    Verb.REFER: _refers,
    Verb.CHOOSE_ROUTE: presides,
    Verb.CONVENE: _chair_or_unit,
    Verb.DECIDE: _decider,
    Verb.PROPOSE_OUTCOME: _proposes,
    Verb.CONFIRM_OUTCOME: _confirm,
    Verb.RECORD_GAP: _unit,
    Verb.GIVE_FEEDBACK: _raising,
    Verb.CONFIRM_FILE: _either,
    Verb.RECORD_LEARNING: _either_or_unit,
    Verb.CLOSE: _close,
    Verb.WITHDRAW: _withdraw,
    Verb.REOPEN: _either_lead_or_unit,
    Verb.CONTINUE_CONCERN: _concerned_still,
    Verb.TELL_UNIT: _either,
    Verb.RECOMMEND_CONTACT: _unit,
    Verb.CONFIRM_HAPPENED: _receiving_or_unit,
    Verb.NAME_LEAD_MANAGER: _either_or_unit,
    Verb.WRITE_SUMMARY: _either_or_unit,
    Verb.CONSIDER_REVIEW: _chair_or_unit,
    Verb.ENTER_FACT: _either_or_unit,
    Verb.READ_EARLY: may_read_early,
    Verb.ENTER_PAST_STAGE: _raising_or_unit,
    **dict.fromkeys((Verb.ADD_REFERENCE, Verb.CORRECT_CHILD), _either),
    Verb.LINK: _takes_part_or_unit,
    Verb.ADD_AGENCY: _raising,
    Verb.STAYS_OUT: _party_or_unit,
    Verb.REQUEST_CONFERENCE: _raiser_or_raising,
    Verb.ANSWER_CONFERENCE: _answers_conference,
    Verb.PUT_TO_SUBGROUP: _party_or_unit,
    Verb.ANSWER_FOR_SUBGROUP: subgroup_chair,
    Verb.REPRESENT: _takes_part_or_unit,
    Verb.DECLARE_INTEREST: on_panel,
    Verb.REPLACE_MEMBER: _chair_or_unit,
    Verb.WEIGH_DISSENT: weighs_dissent,
    Verb.ANSWER_ALERT: reviewing,
    Verb.INVITE_GUEST: _invites,
    Verb.TAKE_BACK_GUEST: _takes_back,
    **dict.fromkeys((Verb.RECORD_CONTACT, Verb.RECORD_MEETING, Verb.RECORD_ADVICE, Verb.RECORD_DEBRIEF, Verb.ADD_NOTE, Verb.CORRECT), _anyone_in_it),
    **dict.fromkeys((Verb.ATTACH_FILE, Verb.REPLACE_FILE, Verb.WITHDRAW_FILE, Verb.REDACT), _anyone_in_it),
    Verb.TICK: _nobody,
    **KEEPING,
    **CONFLICTS,
}


def may(person: "Person", verb: Verb, case: CaseLike) -> bool:
    """May they do this to it, whatever its state? A guest is asked apart: no right of anybody else is theirs by accident. Nobody once anonymised."""
    if case.dispute.anonymised_at is not None:
        return False
    if person.guest_of is not None:
        return may_as_guest(person, verb, case)
    return person.id not in case.conflicted_ids and WHO[verb](person, case)


def require(person: "Person", verb: Verb, case: CaseLike) -> None:
    """Raises NotAllowed, with words, where the person sees the disagreement but may not do this."""
    if not may(person, verb, case):
        raise NotAllowed(_("You cannot do this here: {verb}. The disagreement's page shows who can.").format(verb=verb.label.lower()))


def actions_for(person: "Person", case: CaseLike) -> list[Verb]:
    """Every verb that the person may do, in the order of the enumeration; pages keep those that are also possible now."""
    return [verb for verb in Verb if may(person, verb, case)]


def people_who_may(verb: Verb, case: CaseLike, people: "Collection[Person]") -> list["Person"]:
    """Of these people, those who may do this: the recipients of a message that asks for it."""
    return [person for person in people if may(person, verb, case)]
