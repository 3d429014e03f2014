"""Asking somebody without an account to answer one request, and taking that back (docs/decisions/0012).

A guest answers through the same verbs as everybody else. The invitation ends by itself: with the answer, whoever gives it, with the stage, when
the disagreement is withdrawn, when somebody else gets the request to hold, and after `LASTS`.
"""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext, gettext_noop

from agencies.errors import InvalidInput
from agencies.person import Person
from escalation import policy
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.perform import verb
from escalation.models import Guest, Request
from escalation.services.guest_address import address_of_guest
from escalation.services.holding import end_invitation
from escalation.services.lifecycle import at_stage
from escalation.services.offices import unit_ids
from escalation.services.reading import leads_of
from escalation.services.words import needed, short
from escalation.states import EventKind, Message, Verb

LASTS = timedelta(days=28)
LONGEST = 160


def _free(case: Case, person: Person | None) -> list[Request]:
    """Waiting requests without a guest for which the person may invite one."""
    mine = [each for each in case.awaiting if person is None or policy.invites_for(person, case, each.agency_id)]
    return [each for each in mine if each.guest_id is None]


def _taken(case: Case, person: Person | None) -> list[Request]:
    """Waiting requests whose guest the person may turn away again."""
    return [each for each in case.awaiting if each.guest_id is not None and (person is None or policy.takes_back(person, case, each))]


def _can_invite(case: Case, person: Person | None) -> str | None:
    refusal = at_stage(case)
    if refusal:
        return refusal
    if _free(case, person):
        return None
    return (
        gettext("Somebody is invited already. Take that invitation back first.")
        if _taken(case, person)
        else gettext("No response is awaited that you could hand on.")
    )


def _can_take_back(case: Case, person: Person | None) -> str | None:
    return at_stage(case) or (None if _taken(case, person) else gettext("Nobody without an account is invited."))


@verb(Verb.INVITE_GUEST, ready=_can_invite)
def invite_guest(change: Change, *, name: str, job_title: str, email: str, agency: UUID | None = None) -> None:
    """Somebody without an account may answer the agency's request, once, beside whoever holds it. They get a link by mail, without case detail.

    `email` is their own address: a one-time code is sent to it and nowhere else. Where the raising side invites, for want of anybody who holds the
    request, the business unit and the leads of that agency are told; where the unit invites, the leads are, as of its reading: whom it lets in reads
    what it may not read yet.
    """
    case = change.case
    request = _one(change, agency, _free)
    who = short(needed(name, "name", gettext("Enter the person’s name.")), "name", LONGEST)
    post = short(needed(job_title, "job_title", gettext("Say what they do there, such as practice manager.")), "job_title", LONGEST)
    guest = Guest(
        dispute=case.dispute,
        agency_id=request.agency_id,
        name=who,
        job_title=post,
        email=address_of_guest(case, request, change.actor, email),
        invited_by_id=change.actor.id if change.actor else case.dispute.raiser_id,
        invited_at=change.now,
        expires_at=change.now + LASTS,
    )
    request.guest = guest
    change.add(guest)
    change.touch(request)
    facts = {"invited": str(guest.pk), "for": str(request.agency_id), "until": guest.expires_at.isoformat()}
    change.record(EventKind.GUEST_INVITED, facts=facts, body={"name": who, "job_title": post, "email": guest.email}, request=request)
    clock = next((c for c in case.running() if c.request_id == request.pk), None)
    change.tell_guest(request, kind=Message.INVITED, action=gettext_noop("Answer for your agency"), due=clock.effective_due if clock else None)
    if change.actor is not None and policy.acts_for_raising(change.actor, case):
        words = gettext_noop("The raising side asked somebody without an account to answer")
        change.tell(unit_ids(case), kind=Message.UNIT, action=words)
        change.tell(sorted(case.lead_ids(request.agency_id)), kind=Message.FEEDBACK, action=words)
    if change.actor is not None and change.agency is None and policy.sits_in_unit(change.actor, case):
        change.tell(sorted(leads_of(case)), kind=Message.LOOKED, action=gettext_noop("See whom it asked to answer without an account"))


@verb(Verb.TAKE_BACK_GUEST, ready=_can_take_back)
def take_back_guest(change: Change, *, reason: str = "", agency: UUID | None = None) -> None:
    """The guest can no longer answer: their door is closed from this moment on."""
    end_invitation(change, _one(change, agency, _taken), reason=reason)


def _one(change: Change, agency: UUID | None, among: Callable[[Case, Person | None], list[Request]]) -> Request:
    """The request that is meant; the agency must be named where there are several."""
    found = [request for request in among(change.case, change.actor) if agency is None or request.agency_id == agency]
    if len(found) != 1:
        raise InvalidInput(gettext("Say for which agency."), field="agency")
    return found[0]
