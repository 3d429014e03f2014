"""What stands beside the lines of a disagreement, vouched for by them: the last of each change holds a keyed digest of each part left otherwise.

Some parts say who is who: who raised it, a stage with its holder, a request with whom it is with, where a guest's code goes, who presides, a seat
on the panel, an agreed action with whoever is to do it, its clock, which lets them know of the disagreement, and whose something learnt is. Without
the key nobody can try people against a digest, so it tells nothing and may stay once it is anonymised. When and where a panel meets is held like
these. The others are what figures count, name nobody, and hold then too: its areas, whether it is urgent and until when it is kept, when it was
submitted, when each stage, request and clock began, is due and ended, the outcomes that were put, who confirmed them, how it ended, and what comes of
what was learnt. When a message was delivered, opened or came back is none of them: that is written where no line is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from json.encoder import encode_basestring as quoted
from typing import Any
from uuid import UUID

from escalation.engine.case import Case
from escalation.engine.chain import instant, keyed_all
from escalation.models import (
    AgreedAction,
    Clock,
    Dispute,
    Guest,
    LearningPoint,
    OutcomeConfirmation,
    OutcomeProposal,
    Panel,
    PanelMember,
    Party,
    Referral,
    Request,
    StageRun,
)
from escalation.states import ClockState, Measure

# The fact that holds the digests, by the part's name.
VOUCHED = "vouched"
Held = StageRun | Request | Guest | Referral | Panel | PanelMember | AgreedAction | Clock | OutcomeProposal | OutcomeConfirmation | LearningPoint
Parts = dict[str, tuple[Any, ...]]
RowParts = tuple[tuple[str, tuple[Any, ...]], ...]
# The parts that figures count: they name nobody, and hold for what is anonymised too.
COUNTED = frozenset({"about", "ends", "timed", "outcomeproposal", "outcomeconfirmation", "learnt", "began", "ran", "asked"})


@dataclass(frozen=True, slots=True)
class Stood:
    """What a change began with: the disagreement's own parts by name, and those of each row by its key, each with its kind."""

    own: Parts
    held: dict[UUID, RowParts]


# Nothing: no line says anything yet.
NOTHING = Stood({}, {})


def standing(case: Case) -> Stood:
    """Its parts as they stand in memory: what was agreed or learnt is not there, and each change of it is vouched for anew."""
    single = [row for row in (case.referral, case.proposal) if row is not None]
    convened = {seat.panel_id: seat.panel for seat in case.panel}.values()
    held = [*case.runs, *case.all_requests, *single, *convened, *case.panel, *case.clocks, *case.confirmations]
    return Stood(own_parts(case.dispute, case.parties), {row.pk: parts_of_row(row) for row in held})


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
        "ends": (str(dispute.outcome), str(dispute.difference), dispute.resolved_at, dispute.ended_at),
        "began": (dispute.submitted_at, dispute.respond_by),
        "about": (dispute.is_urgent, dispute.has_continuing_concern, dispute.keep_until, *map(str, dispute.themes)),
    }  # fmt: skip


def held_parts(rows: Iterable[Held]) -> Parts:
    """What somebody holds, or is asked, and what is counted of it: the parts of each row."""
    return {f"{kind}:{row.pk}": value for row in rows for kind, value in parts_of_row(row)}


def parts_of_row(row: Held) -> RowParts:
    """Each part of the row: its kind, and what it says."""
    return PARTS[type(row)](row)


def _of_run(row: StageRun) -> RowParts:
    ran = (row.stage, row.entered_at, row.left_at, str(row.ground), row.skipped_from, row.happened_from, row.happened_until)
    return ("stagerun", (row.stage, row.holder_id)), ("ran", ran)


def _of_request(row: Request) -> RowParts:
    asked = (row.run_id, row.sent_at, row.received_at, row.answered_at, str(row.answer), str(row.state), row.ended_at)
    return ("request", (row.agency_id, row.holder_id, row.guest_id)), ("asked", asked)


def _of_clock(row: Clock) -> RowParts:
    """Of clocks those of an agreed action alone open anything to their owner."""
    # The moment by the recording stands there only where it has one: lines from before it was kept hold as they are.
    later = () if row.recorded_due_at is None else (row.recorded_due_at,)
    timed = (row.key, row.started_at, row.due_at, row.agreed_due_at, str(row.state), row.ended_at, row.breached_at, *later)
    if not is_of_action(row):
        return (("timed", timed),)
    return ("clock", (row.action_id, row.agency_id, row.owner_id, row.state == ClockState.RUNNING)), ("timed", timed)


def _of_learning(row: LearningPoint) -> RowParts:
    learnt = (row.event_id, row.is_none, row.change_needed, row.is_for_chair, row.due_on, str(row.status), row.done_at)
    return ("learner", (row.owner_id,)), ("learnt", learnt)


PARTS: dict[type[Held], Callable[[Any], RowParts]] = {
    StageRun: _of_run,
    Request: _of_request,
    Clock: _of_clock,
    LearningPoint: _of_learning,
    Guest: lambda row: (("guest", (row.agency_id, row.email, row.link, row.expires_at, row.taken_back_at)),),
    Referral: lambda row: (("referral", (row.chair_id, row.mediator_id)),),
    Panel: lambda row: (("panel", (row.referral_id, row.meets_at, row.place)),),
    PanelMember: lambda row: (("panelmember", (row.user_id, row.agency_id, row.is_chair, row.has_conflict, row.left_at is None)),),
    AgreedAction: lambda row: (("agreedaction", (row.agency_id, row.owner_id, row.done_at is None)),),
    OutcomeProposal: lambda row: (("outcomeproposal", (row.event_id, str(row.kind), row.is_binding, row.replaced_at)),),
    OutcomeConfirmation: lambda row: (("outcomeconfirmation", (row.proposal_id, row.agency_id, row.confirmed_at, row.is_gap)),),
}
HELD = tuple(PARTS)


def is_of_action(clock: Clock) -> bool:
    """Whether the clock lets whoever owns it know of the disagreement (`action_policy`)."""
    return clock.action_id is not None or clock.measures == Measure.ACTION


def vouch(case: Case, before: Stood, rows: Iterable[Held]) -> dict[str, str]:
    """By part the digest of what is otherwise than `before`, where these rows are the ones that were added or changed."""
    left = {name: value for name, value in own_parts(case.dispute, case.parties).items() if before.own.get(name) != value}
    for row in rows:
        was = before.held.get(row.pk, ())
        left |= {f"{kind}:{row.pk}": value for kind, value in parts_of_row(row) if (kind, value) not in was}
    return keyed_all(_spelt(case.dispute, left))


def spelt(dispute: Dispute, name: str, value: tuple[Any, ...]) -> bytes:
    """The part as it is hashed: no part of one disagreement stands for that of another."""
    return _spelt(dispute, {name: value})[name]


def _spelt(dispute: Dispute, parts: Parts) -> dict[str, bytes]:
    """Each part as a canonical JSON list, put together by hand: the encoder cost more than the hash."""
    start = f'["{VOUCHED}","{dispute.pk}",'
    return {
        name: f"{start}{quoted(name)},{','.join([SPELT.get(type(each), _otherwise)(each) for each in value])}]".encode()
        for name, value in parts.items()
    }


def _otherwise(value: Any) -> str:  # noqa: ANN401 - whatever a part says
    """Of a kind that has one of these for its own kind, as that; all else, such as a day, by its words."""
    spell = next((spell for kind, spell in SPELT.items() if isinstance(value, kind)), None)
    return spell(value) if spell is not None else quoted(str(value or ""))


# By what exactly a value is: a change spells dozens.
SPELT: dict[type, Callable[[Any], str]] = {
    UUID: lambda key: f'"{key}"',
    datetime: lambda moment: f'"{instant(moment)}"',
    str: quoted,
    type(None): lambda _nothing: '""',
    bool: lambda is_so: "true" if is_so else "false",
    int: str,
}


def _moment(moment: datetime | None) -> str:
    return instant(moment) if moment is not None else ""
