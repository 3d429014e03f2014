"""A request that gets another holder: whoever was asked to answer it without an account is not asked any more."""

from uuid import UUID

from agencies.readable import trimmed
from escalation.engine.change import Change
from escalation.models import Request
from escalation.states import EventKind


def pass_request(change: Change, request: Request, to: UUID | None, post: str) -> None:
    """`to` holds it from now on, in that post. A guest was asked beside the one before: their invitation ends, but where nobody holds it.

    No procedure names a guest as the one who answers: the new holder, who is asked now, may invite them again.
    """
    is_another = to is not None and to != request.holder_id
    request.holder_id, request.holder_post = to, post
    change.touch(request)
    if is_another and request in change.case.awaiting:
        end_invitation(change, request)


def end_invitation(change: Change, request: Request, *, reason: str = "") -> None:
    """The guest's door closes from this moment on; the record says so, and they are told as at every end. Nothing where nobody was invited."""
    guest = request.guest
    if guest is None:
        return
    guest.taken_back_at = change.now
    request.guest = None
    change.touch(guest)
    change.touch(request)
    facts = {"invited": str(guest.pk), "for": str(request.agency_id)}
    change.record(EventKind.GUEST_TAKEN_BACK, facts=facts, body={"reason": reason} if trimmed(reason) else None, request=request)
