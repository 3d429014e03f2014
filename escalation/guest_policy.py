"""A guest: somebody without an account who was asked to answer one request. What they may do and know of, and nothing else."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from escalation.case_like import CaseLike
from escalation.states import RequestState, State, Verb

if TYPE_CHECKING:
    from agencies.person import Person

# Confirming an outcome and everything after it is left to people with an account: by then the request is answered and the door is closed.
GUEST_VERBS = frozenset({Verb.ACKNOWLEDGE, Verb.RESPOND})


def request_of_guest(person: "Person", case: CaseLike) -> Any | None:  # noqa: ANN401 - a request, known only by its shape
    """The request of the open run that this guest was asked to answer, while it waits for its response; else None."""
    if case.dispute.state != State.OPEN:
        return None
    mine = (request for request in case.requests if request.pk == person.guest_of and request.guest_id == person.id)
    return next((request for request in mine if request.state == RequestState.AWAITING and request.ended_at is None), None)


def agency_of_guest(person: "Person", case: CaseLike) -> frozenset[UUID]:
    """The agency for which the guest answers; none once the door is closed."""
    request = request_of_guest(person, case)
    return frozenset() if request is None else frozenset({request.agency_id})


def may_as_guest(person: "Person", verb: Verb, case: CaseLike) -> bool:
    """Answer the one request, or acknowledge it, while it waits."""
    return verb in GUEST_VERBS and request_of_guest(person, case) is not None


def visible_to_guest(person: "Person") -> Q:
    """The one disagreement, as a condition on Dispute, while its request names this guest and waits for an answer."""
    return Q(state=State.OPEN, requests__pk=person.guest_of, requests__guest=person.id, requests__state=RequestState.AWAITING)
