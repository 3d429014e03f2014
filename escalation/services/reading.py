"""Who looked: every reading of a disagreement is kept, and the receiving side's first look marks its request as opened."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from agencies.person import Person
from escalation.engine.case import Case, load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import Reading
from escalation.policy import acts_for_receiving
from escalation.services.record import mark_opened

CASE, CHILD, PRINT = "case", "child", "print"


def record_reading(dispute_id: UUID, person: Person, part: str, *, now: datetime, reason: str = "") -> None:
    """Keep that the person looked at this part (`case`, `child`, `print` …) at this instant. One insert; it never waits for a writer of the case."""
    Reading.objects.create(dispute_id=dispute_id, reader_id=person.id, part=part, reason=reason, recorded_at=now)


def to_open(case: Case, person: Person) -> bool:
    """Does this person's looking mark a request as opened? Only where they may answer it and nobody of their agency looked before."""
    mine = acts_for_receiving(person, case)
    return any(request.agency_id in mine and request.opened_at is None for request in case.requests)


def open_request(dispute_id: UUID, person: Person, *, now: datetime) -> bool:
    """Mark the person's agency's requests as opened, once; true where this call did it. The case is locked and looked at again first."""
    with transaction.atomic():
        cases = load([dispute_id], now=now)
        if not cases or not to_open(cases[0], person):
            return False
        mine = acts_for_receiving(person, cases[0])
        change = Change(cases[0], now=now, actor=person, agency=min(mine))
        mark_opened(change)
        commit([change])
    return True
