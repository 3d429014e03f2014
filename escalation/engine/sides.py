"""Nobody acts on both sides: whoever has a part on one of them is nobody's counterpart on the other, whatever other seats they have."""

from typing import TYPE_CHECKING
from uuid import UUID

from escalation.states import Side

if TYPE_CHECKING:
    from escalation.engine.case import Case


def raised_by(case: "Case") -> frozenset[UUID]:
    """Those who raised it, wrote it for them, hold it or held it on the raising side, or would by the step that is looked at."""
    of_unit = case.unit_hops
    held = {run.holder_id for run in case.runs if run.holder_id and run not in of_unit}
    writer = set() if case.dispute.is_third_party else {case.dispute.logged_by_id}
    return frozenset({case.dispute.raiser_id, *writer, *held}) | case.raising_ahead


def asked(case: "Case") -> frozenset[UUID]:
    """Those who were asked to answer it."""
    return frozenset(request.holder_id for request in case.all_requests if request.holder_id) - {case.dispute.raiser_id}


def opposite(case: "Case", side: Side) -> frozenset[UUID]:
    """Whom the other side has: its leads and whoever covers go with the raising side unless they were asked themselves."""
    if side == Side.RAISING:
        return asked(case)
    holder = case.run.holder_id if case.run else None
    cover = {case.cover_of(holder, case.raising_id)} if holder else set()
    return frozenset(found for found in raised_by(case) | case.lead_ids(case.raising_id) | cover if found) - asked(case)


def barred(case: "Case", side: Side, agency_id: UUID) -> frozenset[UUID]:
    """Who cannot be the agency's counterpart on this side: whoever has a part on the other one. Where the agency that acts for it is on the other
    side itself, none of its people. Of those who sit there alone: the directory answers the same of hundreds."""
    theirs = asked(case) if side == Side.RAISING else raised_by(case) - asked(case)
    if case.dispute.is_own_agency:
        return theirs
    people, agency = case.directory.people_of, case.directory.snapshot.agencies.get(agency_id)
    own, proxy = people(agency_id), agency.acting_agency_id if agency is not None else None
    if proxy is None:
        return theirs & own
    acting = people(proxy)
    others = case.receiving_ids if side == Side.RAISING else {case.raising_id}
    return (acting - own) | (theirs & own) if proxy in others else theirs & (own | acting)
