"""A formal request for a child protection conference after the first stage: who supports it, and what social care answers (ENF-08)."""

from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from agencies.roles import AgencyKind
from agencies.working_days import LONDON
from escalation.counterparts import Candidate
from escalation.engine import clockwork
from escalation.engine.asks import nobody_for
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.own_clocks import CONFERENCE
from escalation.engine.perform import verb
from escalation.engine.turns import asked_by
from escalation.models import ConferenceRequest
from escalation.services.lifecycle import at_stage, raising_ids
from escalation.services.offices import answers_conference, unit_ids
from escalation.services.resolution import parties
from escalation.services.words import FARTHEST, choice, clean, needed
from escalation.states import ConferenceAnswer, EventKind, Message, Side, State, Verb


def conference_agencies(case: Case) -> list[UUID]:
    """The receiving agencies that can convene a conference: children's social care."""
    cards = {agency: case.directory.agency(agency) for agency in case.receiving_ids}
    return sorted(agency for agency, card in cards.items() if card is not None and card.kind == AgencyKind.SOCIAL_CARE)


def supporters(case: Case) -> list[Candidate]:
    """Who may support a request: senior managers, board members, named or designated professionals of the agencies that do not answer it.

    Nobody with a conflict; of a restricted disagreement's own agency only who acts in it.
    """
    found: dict[UUID, Candidate] = {}
    for agency in sorted(parties(case) - set(conference_agencies(case))):
        acting = case.actors(Side.RAISING, agency) if agency == case.raising_id and case.dispute.is_restricted else None
        for candidate in (*case.directory.seniors(agency), *case.directory.leads(agency)):
            if candidate.user_id not in case.kept_from(agency) and (acting is None or candidate.user_id in acting):
                found.setdefault(candidate.user_id, candidate)
    barred = case.conflicted_ids | {case.dispute.disputed_person_id}
    return [candidate for candidate in found.values() if candidate.user_id not in barred]


def _can_request(case: Case, _person: Person | None) -> str | None:
    after = case.procedure.conference_after
    if after is None:
        return _("The procedure knows no formal request for a conference.")
    refusal = at_stage(case)
    if refusal:
        return refusal
    if case.dispute.conference_asked_of_id is not None:
        return _("A request waits for its answer already.")
    if not conference_agencies(case):
        return _("Children’s social care convenes conferences, and is not among the agencies asked.")
    if case.dispute.stage < after or (case.dispute.stage == after and case.awaiting):
        return _("First the earlier stage is gone through: a conference can be asked for if concerns remain after it.")
    return None


@verb(Verb.REQUEST_CONFERENCE, ready=_can_request)
def request_conference(change: Change, *, reason: str, supporter: UUID, agency: UUID | None = None) -> None:
    """The raising side formally asks social care for a conference, supported by a senior manager or a named or designated professional (ENF-08)."""
    case = change.case
    words = needed(reason, "reason", _("Say why a conference is needed, and what concerns remain."))
    asked = [one for one in conference_agencies(case) if agency in {None, one}]
    if len(asked) != 1:
        raise InvalidInput(_("Say which agency is asked."), field="agency")
    chosen = next((candidate for candidate in supporters(case) if candidate.user_id == supporter), None)
    if chosen is None:
        raise InvalidInput(
            _("Choose a senior manager, or a named or designated professional, of an agency other than the one that is asked."), field="supporter"
        )
    if change.actor is None:
        raise TypeError("Only a person does this.")
    event = change.record(EventKind.CONFERENCE_ASKED, facts={"agency": str(asked[0]), "supporter": str(supporter)}, body={"reason": words})
    change.add(
        ConferenceRequest(
            dispute=case.dispute,
            event=event,
            agency_id=asked[0],
            requested_by_id=change.actor.id,
            supporter_id=supporter,
            requested_at=change.now,
        )
    )
    case.dispute.conference_asked_of_id = asked[0]
    _ask(change, asked[0], supporter)


def _ask(change: Change, agency: UUID, supporter: UUID) -> None:
    case = change.case
    leads = sorted(case.lead_ids(agency))
    holder = next(iter(answers_conference(case, agency)), None)
    clock = clockwork.ask(change, CONFERENCE, Side.RECEIVING, owner=holder, agency=agency)
    change.tell([holder], kind=Message.ASSIGNED, action=asked_by(case, clock), due=clock.due_at)
    if holder is None:
        change.tell(unit_ids(case), kind=Message.NO_CONTACT, action=nobody_for(case, clock))
    actor = change.actor.id if change.actor else None
    others = [one for one in (*leads, supporter, *raising_ids(case)) if one not in {actor, holder}]
    change.tell(others, kind=Message.FEEDBACK, action=gettext_noop("A conference is formally requested"))


def _can_answer(case: Case, _person: Person | None) -> str | None:
    if case.dispute.conference_asked_of_id is None:
        return _("No conference request waits for an answer.")
    return None if case.dispute.is_live else _("This disagreement is {state}.").format(state=State(case.dispute.state).label.lower())


@verb(Verb.ANSWER_CONFERENCE, ready=_can_answer)
def answer_conference(change: Change, *, answer: ConferenceAnswer, reasons: str = "", conference_on: date | None = None) -> None:
    """Social care answers: a conference is convened, on a day, or is not, with reasons (ENF-08). The day is London's."""
    case = change.case
    answer = choice(ConferenceAnswer, answer, "answer")
    words = clean(reasons, "reasons")
    if answer == ConferenceAnswer.REFUSED:
        words = needed(reasons, "reasons", _("Give the reasons why no conference is convened."))
    day = _day(change, conference_on) if answer == ConferenceAnswer.CONVENED else None
    row = ConferenceRequest.objects.get(dispute=case.dispute, answer="")
    row.answer, row.answered_by_id, row.answered_at, row.conference_on = answer, change.actor.id if change.actor else None, change.now, day
    change.touch(row)
    case.dispute.conference_asked_of_id = None
    facts = {"conference": str(answer), "conference_on": day.isoformat() if day else ""}
    change.record(EventKind.CONFERENCE_ANSWERED, facts=facts, body={"reasons": words}, agency=row.agency_id)
    clockwork.answered(change, CONFERENCE)
    people = [*raising_ids(case), row.requested_by_id, row.supporter_id]
    change.tell(people, kind=Message.ANSWERED, action=gettext_noop("Read the answer to the conference request"))


def _day(change: Change, on: date | None) -> date:
    """The conference's day. Raises InvalidInput where it is missing, past, or a year away."""
    today = change.now.astimezone(LONDON).date()
    if on is None:
        raise InvalidInput(_("Give the date of the conference."), field="conference_on")
    if on < today:
        raise InvalidInput(_("Give a date that has not passed."), field="conference_on")
    if on - today > FARTHEST:
        raise InvalidInput(_("That is more than a year ahead. Check the year."), field="conference_on")
    return on
