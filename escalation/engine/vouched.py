"""Who is who in a disagreement, vouched for by its lines: the last of each change holds a keyed digest of each part that it left otherwise.

A part is a choice of the disagreement's own (who raised it, where it stands), a stage with its holder, a request with whom it is with, who
presides, a seat on the panel, an agreed action with whoever is to do it, and its clock, which lets them know of the disagreement. Without the key
nobody can try people against a digest, so it tells nothing and may stay once it is anonymised.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from escalation.engine.case import Case
from escalation.engine.chain import canonical, instant, keyed
from escalation.models import AgreedAction, Clock, Dispute, PanelMember, Party, Referral, Request, StageRun
from escalation.states import ClockState, Measure

# The fact that holds the digests, by the part's name.
VOUCHED = "vouched"
Held = StageRun | Request | Referral | PanelMember | AgreedAction | Clock
Parts = dict[str, tuple[Any, ...]]
HELD = (StageRun, Request, Referral, PanelMember, AgreedAction, Clock)


def parts_of(case: Case) -> Parts:
    """Each part of it by name, as it stands in memory: what was agreed is not there, and each change of it is vouched for anew."""
    referrals = [case.referral] if case.referral is not None else []
    return own_parts(case.dispute, case.parties) | held_parts([*case.runs, *case.all_requests, *referrals, *case.panel, *case.clocks])


def own_parts(dispute: Dispute, parties: Iterable[Party]) -> Parts:
    """The disagreement's own choices, and the agencies in it."""
    return {
        "raised": (dispute.raiser_id, dispute.logged_by_id),
        "disputed": (dispute.disputed_person_id,),
        "offered": (dispute.offered_mediator_id,),
        "leads": (dispute.lead_manager_id,),
        "marks": (
            dispute.is_serious, dispute.is_stuck, dispute.is_third_party, dispute.is_own_agency, dispute.through_partnership, str(dispute.left_out),
        ),
        "stands": (
            str(dispute.state), dispute.stage, _moment(dispute.sent_at), _moment(dispute.unit_told_at), _moment(dispute.reviewing_told_at),
        ),
        "agencies": (dispute.raising_agency_id, *sorted(f"{party.side} {party.agency_id}" for party in parties)),
    }  # fmt: skip


def held_parts(rows: Iterable[Held]) -> Parts:
    """What somebody holds, or is asked. Of clocks those of an agreed action: the others open nothing to their owner."""
    return {_name(row): _people(row) for row in rows if not isinstance(row, Clock) or is_of_action(row)}


def is_of_action(clock: Clock) -> bool:
    """Whether the clock lets whoever owns it know of the disagreement (`action_policy`)."""
    return clock.action_id is not None or clock.measures == Measure.ACTION


def vouch(case: Case, before: Parts, rows: Iterable[Held]) -> dict[str, str]:
    """By part the digest of what is otherwise than `before`, where these rows are the ones that were added or changed."""
    now = own_parts(case.dispute, case.parties) | held_parts(rows)
    return {name: keyed(spelt(case.dispute, name, value)) for name, value in now.items() if before.get(name) != value}


def spelt(dispute: Dispute, name: str, value: tuple[Any, ...]) -> bytes:
    """The part as it is hashed: no part of one disagreement stands for that of another."""
    return canonical([VOUCHED, str(dispute.pk), name, *(each if isinstance(each, bool | int) else str(each or "") for each in value)])


def _name(row: Held) -> str:
    return f"{type(row).__name__.lower()}:{row.pk}"


def _people(row: Held) -> tuple[Any, ...]:
    if isinstance(row, StageRun):
        return row.stage, row.holder_id
    if isinstance(row, Request):
        return row.agency_id, row.holder_id, row.guest_id
    if isinstance(row, Referral):
        return row.chair_id, row.mediator_id
    if isinstance(row, AgreedAction):
        return row.agency_id, row.owner_id, row.done_at is None
    if isinstance(row, Clock):
        return row.action_id, row.agency_id, row.owner_id, row.state == ClockState.RUNNING
    return row.user_id, row.agency_id, row.is_chair, row.has_conflict, row.left_at is None


def _moment(moment: datetime | None) -> str:
    return instant(moment) if moment is not None else ""
