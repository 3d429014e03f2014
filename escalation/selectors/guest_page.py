"""The page of somebody without an account: their one request."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from agencies.person import Person
from escalation.engine.case import Case
from escalation.models import Request
from escalation.selectors.naming import names_of
from escalation.selectors.timeline import read_events, record_of
from escalation.selectors.words import Due, due_of, stage_name
from escalation.states import Side

ASKED = (("what", _("What is disputed")), ("impact", _("Impact on the child")), ("outcome_sought", _("Outcome sought")), ("tried", _("Tried so far")))


@dataclass(frozen=True, slots=True)
class GuestPage:
    """What a guest sees: their one request, what is disputed, by when, and whom to ring."""

    reference: str
    agency: str
    raising: str
    stage: str
    due: Due | None
    summary: list[dict[str, str]]
    person: str
    post: str
    phone: str
    is_urgent: bool
    acknowledged: bool
    until: datetime


def guest_page(case: Case, person: Person, request: Request, now: datetime) -> GuestPage:
    """The page for the guest of this request: what was logged, as corrected, and nothing of the record, of other agencies or of what came of it.

    What a counterpart with an account could not read is not here either. Two queries more than the case itself.
    """
    clock = min((c for c in case.running() if c.request_id == request.pk), key=lambda c: c.effective_due, default=None)
    texts = record_of(case, person, read_events(case), names_of(case, set()), narrative=True).texts
    holder = case.run.holder_id if case.run else None
    known = next((one for one in case.candidates(Side.RAISING, case.raising_id) if one.user_id == holder), None)
    raising, agency = case.directory.agency(case.raising_id), case.directory.agency(request.agency_id)
    return GuestPage(
        reference=case.dispute.reference,
        agency=agency.name if agency else "",
        raising=raising.name if raising else "",
        stage=stage_name(case.procedure, case.dispute.stage),
        due=due_of(clock, now, case.calendar) if clock else None,
        summary=[{"key": str(label), "value": texts[key]} for key, label in ASKED if texts.get(key)],
        person=known.name if known else "",
        post=known.post_title if known else "",
        phone=(known.phone if known else "") or (raising.phone if raising else ""),
        is_urgent=case.dispute.is_urgent,
        acknowledged=request.engaged_at is not None,
        until=request.guest.expires_at if request.guest else now,
    )
