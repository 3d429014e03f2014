"""Who holds it: handing it to somebody else of the own agency, and whom the business unit recommends where nobody is known."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from escalation.counterparts import Candidate
from escalation.engine import next_steps
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.engine.sides import raised_by
from escalation.engine.stops import HOP
from escalation.models import AgreedAction, Request
from escalation.policy import acts_for_receiving, side_of
from escalation.services.holding import pass_request
from escalation.services.lifecycle import at_stage, is_open
from escalation.services.record import own_agencies
from escalation.states import EventKind, Side, Verb


def places_of(case: Case, person: Person | None) -> list[tuple[Side, UUID]]:
    """The sides and agencies in which this person may hand it on, where anything is held: their own; of the business unit all, those asked first.

    Not in the raising agency where it is kept from its people: the unit would hand it to those whom its raiser fears.
    """
    if case.dispute.stage == HOP:
        return [(Side.RAISING, case.raising_id)]
    own = side_of(person, case) if person is not None else None
    asked = frozenset(request.agency_id for request in case.requests)
    receiving = [(Side.RECEIVING, agency) for agency in sorted(asked)]
    raising = [(Side.RAISING, case.raising_id)] if case.run is not None and not (own is None and case.dispute.is_restricted) else []
    if person is None or own is None:
        return receiving if case.dispute.is_own_agency and receiving else receiving + raising
    mine = acts_for_receiving(person, case)
    return raising if own[0] == Side.RAISING else [place for place in receiving if place[1] in mine]


def takers(case: Case, side: Side, agency: UUID) -> list[Candidate]:
    """Who could hold it in place of whoever does. At the stop before it leaves the own agency nobody who raised it or had it there before."""
    holder = case.holder_id(side, agency)
    without = {holder} | ({case.dispute.raiser_id, *(run.holder_id for run in case.hops)} if case.dispute.stage == HOP else set())
    return [found for found in case.candidates(side, agency) if found.user_id not in without]


def _can_hand_on(case: Case, person: Person | None) -> str | None:
    if refusal := is_open(case):
        return refusal
    places = places_of(case, person)
    if any(takers(case, *place) for place in places):
        return None
    if case.dispute.stage == HOP:
        return _("Nobody else there can take it: send it on, or send it back.")
    nobody = _("Nobody else in the directory can hold it there now. Ask the agency’s safeguarding lead to set cover, or the business unit.")
    return nobody if places else _("Nothing is held there now.")


@verb(Verb.REASSIGN, ready=_can_hand_on)
def reassign(change: Change, *, to: UUID, reason: str = "", agency: UUID | None = None) -> None:
    """The holder hands it to an equivalent or deputy of the own agency, who owes from then on what they owed (BRI-06).

    Before it leaves the own agency too: whoever is to send it on may be away, or the wrong person.
    """
    case = change.case
    side, mine = _own_place(case, change.actor, agency)
    place = agency or mine
    speaks = change.actor is not None and side_of(change.actor, case) is not None
    inside = case.dispute.stage == HOP
    if (speaks and place not in own_agencies(change)) or (inside and place != mine):
        raise InvalidInput(_("Each agency chooses its own people."), field="agency")
    if not inside:
        side = Side.RAISING if place == case.raising_id and not (case.dispute.is_own_agency and side == Side.RECEIVING) else Side.RECEIVING
    if side == Side.RAISING and case.dispute.is_restricted and not (speaks or inside):
        raise InvalidInput(_("It is kept from the people of this agency: only its own side hands it on there."), field="agency")
    owned = case.holder_id(side, place)
    able = takers(case, side, place) if inside else case.candidates(side, place)
    candidate = next((found for found in able if found.user_id == to), None)
    if candidate is None:
        raise InvalidInput(_("That person cannot act for the agency at this stage. Choose one of those suggested."), field="to")
    holder = case.run if side == Side.RAISING else case.request_of(place)
    if holder is None:
        raise InvalidInput(_("Nothing is held there now."), field="agency")
    if isinstance(holder, Request):
        pass_request(change, holder, candidate.user_id, candidate.post_title)
    else:
        holder.holder_id, holder.holder_post = candidate.user_id, candidate.post_title
        change.touch(holder)
    passed = [clock for clock in case.running() if clock.agency_id == place and clock.owner_id == owned]
    actions = [clock.action_id for clock in passed if clock.action_id is not None]
    for row in (*passed, *(AgreedAction.objects.filter(pk__in=actions) if actions else ())):
        row.owner_id = candidate.user_id
        change.touch(row)
    change.record(EventKind.REASSIGNED, facts={"from": str(owned or ""), "to": str(to)}, body={"reason": reason.strip()}, agency=place)
    handed = holder if isinstance(holder, Request) else None
    next_steps.tell_what_is_theirs(change, to, news=gettext_noop("It was handed to you"), request=handed)


def _own_place(case: Case, person: Person | None, agency: UUID | None) -> tuple[Side, UUID]:
    """Where it is handed on unless another agency is named, which it must be where several were asked of whom this person may speak."""
    places = places_of(case, person)
    if agency is None and [side for side, _own in places].count(Side.RECEIVING) > 1:
        raise InvalidInput(_("Say in which agency it is handed on."), field="agency")
    return places[0]


def _somebody_is_asked(case: Case, _person: Person | None) -> str | None:
    return at_stage(case) or (None if case.requests else _("No agency is asked anything at this stage."))


@verb(Verb.RECOMMEND_CONTACT, ready=_somebody_is_asked)
def recommend_contact(change: Change, *, agency: UUID, person: UUID, reason: str = "") -> None:
    """Where nobody is known to hold the level, the business unit recommends a suitable senior person of the agency (BRI-10)."""
    case = change.case
    request = case.request_of(agency)
    known = case.directory.person(person)
    if request is None:
        raise InvalidInput(_("Nothing is asked of that agency now."), field="agency")
    if known is None or agency not in known.agency_ids or person in case.conflicted_ids | case.kept_from(agency):
        raise InvalidInput(_("Choose someone with a role in that agency."), field="person")
    if person in raised_by(case):
        raise InvalidInput(_("That person has a part in raising it. Choose somebody else of the agency."), field="person")
    pass_request(change, request, person, known.job_title(agency))
    for clock in case.running():
        if clock.request_id == request.pk and clock.agency_id == agency:
            clock.owner_id = person
            change.touch(clock)
    change.record(EventKind.RECOMMENDED, facts={"agency": str(agency), "person": str(person)}, body={"reason": reason.strip()}, request=request)
    news = gettext_noop("You were recommended to act for your agency")
    next_steps.tell_what_is_theirs(change, person, news=news, request=request)
