"""Beginning a stage: the run, the requests, the holders, and who is told. Every way into a stage comes through here."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import reduce
from itertools import chain
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from agencies.errors import InvalidInput
from agencies.said import Said, listing, named, said
from escalation.choices import DOCUMENTS
from escalation.counterparts import Candidate, How
from escalation.engine import clockwork, next_steps
from escalation.engine.asks import NOBODY_PRESIDES, RECOMMEND, stage_named
from escalation.engine.case import Case
from escalation.engine.change import Change
from escalation.engine.stops import HOP
from escalation.engine.turns import last_holder, turn_of, turns_of
from escalation.models import Referral, Request, StageRun
from escalation.part_policy import is_from_before
from escalation.procedures.definition import StageDefinition
from escalation.procedures.telling import RESOLUTION, URGENT
from escalation.services.filling import fill
from escalation.services.offices import presiding, unit_ids
from escalation.services.putting import put_what_was_logged
from escalation.states import EventKind, Ground, Message, RequestState, Side

UNSETTLED = frozenset({RequestState.AWAITING, RequestState.ANSWERED, RequestState.REJECTED})

# What an agency hears that was asked before, where it goes up without it.
STAYS_ACCEPTED = gettext_noop("It is at {stage} now with another agency: your agency’s response stays accepted, and it is not asked to respond there")
BEFORE_PARTNERSHIP = gettext_noop("It is at {stage} now, with the partnership")
STAYS_ACCEPTED_THERE = gettext_noop("It is at {stage} now, with the partnership: your agency’s response stays accepted")
NOT_ASKED_THERE = gettext_noop("It is at {stage} now with another agency: yours is not asked to respond there")


def check_holders(case: Case, holders: Mapping[UUID, UUID] | None) -> None:
    """Raises InvalidInput for a person chosen for an agency that is none of this disagreement: they would be left out without a word."""
    if not frozenset(holders or {}) <= case.receiving_ids | {case.raising_id}:
        raise InvalidInput(_("Choose one of the agencies of this disagreement."), field="holders")


def begin_hop(change: Change) -> None:
    """The stop at the own manager, then at the safeguarding lead, before anything leaves the agency."""
    case = change.case
    holder = hop_holder(case)
    _leave(change, HOP)
    _open_run(change, HOP, holder)
    change.record(EventKind.ENTERED)
    next_steps.tell(change, turn_of(case))


def hop_holder(case: Case) -> Candidate | None:
    """Who has it at the stop that comes next: see `Case.hop_at`. Nobody once the business unit refused it: then it goes out."""
    if case.unit_hops:
        return None
    stop = case.counterpart(Side.RAISING, case.raising_id, HOP)
    # A lead who is the raiser, or who refused it already as the manager, is not asked again.
    asked = {case.dispute.raiser_id, *(run.holder_id for run in case.hops)} if case.hops else set()
    return next((one for one in (stop.who, *stop.others) if one is not None and one.user_id not in asked), None)


def begin_stage(
    change: Change,
    position: int,
    *,
    ground: Ground | None = None,
    skipped_from: int | None = None,
    holders: Mapping[UUID, UUID] | None = None,
    against: Collection[UUID] = (),
) -> StageRun:
    """Leave the stage it is in and begin this one, with a request to each agency that was asked and has not settled, or only those `against`.

    `holders` names the person chosen for an agency where the suggestion was not taken; it must be one of those suggested. Raises
    InvalidInput otherwise. A wording that was put in the stage left behind falls with it.
    """
    case = change.case
    stage = case.procedure.stage(position)
    agencies = frozenset(against) or still_asked(case)
    drop_proposal(change)
    change.drops_draft = case.dispute.stage == HOP
    _leave(change, position)
    case.dispute.enter(position)
    case.dispute.top_stage = max(case.dispute.top_stage, position)
    case.dispute.move_held_at = None  # What was held was the move out of the stage left behind.
    by = change.actor.id if change.actor else None
    run = _open_run(change, position, raising_holder(case, position, by, asked=holders), ground=ground, skipped_from=skipped_from)
    if not stage.is_own:
        _send(change, stage, run, agencies, holders)
    change.record(EventKind.ENTERED, facts={"stage": position})
    for form in stage.forms:
        change.record(EventKind.FORM_ISSUED, facts={"form": form})
    clockwork.react(change, EventKind.RECEIVED, None)
    clockwork.ensure_replies(change)
    _tell(change, stage)
    fill(change)
    return run


def still_asked(case: Case) -> frozenset[UUID]:
    """The agencies asked in the stage it is in whose response was not accepted; where none was asked there, all but those that settled last."""
    latest = {request.agency_id: request.state for request in case.all_requests}
    open_ones = frozenset(agency for agency in case.receiving_ids if latest.get(agency) != RequestState.SETTLED)
    asked = frozenset(request.agency_id for request in case.requests)
    return (open_ones & asked) or open_ones or case.receiving_ids


def drop_proposal(change: Change) -> None:
    """A wording that was put and not confirmed by all no longer stands."""
    case = change.case
    if case.proposal is not None:
        case.proposal.replaced_at = change.now
        change.touch(case.proposal)
        case.proposal, case.confirmations = None, []


def _leave(change: Change, onward: int) -> None:
    """Close the open run: what was not settled lapses, its clocks end."""
    case = change.case
    run = case.run
    if run is None:
        return
    for request in case.requests:
        if request.state in UNSETTLED:
            request.lapse()
            request.ended_at = change.now
            change.touch(request)
    clockwork.leave_stage(change, case.dispute.stage, onward)
    run.left_at = change.now
    change.touch(run)


def close_run(change: Change) -> None:
    """End the stage without beginning another: the disagreement is closed, withdrawn or sent back."""
    _leave(change, -1)


def _open_run(change: Change, position: int, holder: Candidate | None, *, ground: Ground | None = None, skipped_from: int | None = None) -> StageRun:
    case = change.case
    if case.dispute.stage != position:
        case.dispute.enter(position)
    run = StageRun(
        dispute=case.dispute,
        stage=position,
        number=len(case.runs) + 1,
        holder_id=holder.user_id if holder else _previous_holder(case),
        holder_post=holder.post_title if holder else "",
        entered_at=change.now,
        ground=ground or "",
        skipped_from=skipped_from,
    )
    case.runs.append(run)
    change.add(run)
    change.touch(case.dispute)
    clockwork.pass_to_holder(change)
    return run


def _previous_holder(case: Case) -> UUID | None:
    """Where nobody holds the level, whoever held the stage before and still may goes on; at first, the raiser. The business unit never goes on for a
    side, nor whoever had it inside the agency before it was kept from its people. None where they may not either: the business unit is asked."""
    held = [run.holder_id for run in reversed(case.runs) if run not in case.unit_hops and not is_from_before(case, run)]
    return next((user for user in (*held, case.dispute.raiser_id) if case.may_hold(user, case.raising_id)), None)


def raising_holder(case: Case, position: int, by: UUID | None, *, asked: Mapping[UUID, UUID] | None = None) -> Candidate | None:
    """Whoever takes the step (`by`) holds the stage where it asks for them, then the raiser, their own manager, whom the directory suggests.

    Before them all comes whoever held this stage last, where it is gone back to or runs again.
    Inside the own agency the raiser's own manager comes first.
    A restricted one stays with whoever holds it: the directory would hand it to the very people from whom it is kept. Inside one agency it is
    nobody who is `asked` to answer there.
    """
    other_side = set((asked or {}).values()) if case.dispute.is_own_agency else set()
    candidates = [found for found in case.candidates_at(Side.RAISING, case.raising_id, position) if found.user_id not in other_side]
    if case.dispute.is_restricted:
        keeper = _previous_holder(case)
        return next((candidate for candidate in candidates if candidate.user_id == keeper), None)
    manager = case.directory.own_manager(case.dispute.raiser_id, case.raising_id, without=case.conflicted_ids).who
    last = next((run.holder_id for run in reversed(case.runs) if run.stage == position and run.holder_id), None)
    first = [] if case.procedure.stage(position).is_own else [by, case.dispute.raiser_id]
    wanted = [last, *first, manager.user_id if manager else None]
    found = {candidate.user_id: candidate for candidate in candidates}
    able = [found[key] for key in wanted if key in found]
    named = (candidate for candidate in able if candidate.how != How.LEVEL_UP)
    return next(chain(named, able, candidates), None)


def receiving_holder(case: Case, agency: UUID, position: int, holders: Mapping[UUID, UUID] | None) -> Candidate | None:
    """The chosen person, or the suggested one. Raises InvalidInput for one who could not act, or whom only the business unit recommends."""
    counterpart = case.counterpart(Side.RECEIVING, agency, position)
    wanted = (holders or {}).get(agency)
    if wanted is None:
        return counterpart.who
    for candidate in counterpart.able:
        if candidate.user_id == wanted:
            return candidate
    raise InvalidInput(_("That person cannot act for the agency at this stage. Choose one of those suggested."), field="holder")


def look_ahead(case: Case, position: int, by: UUID | None) -> None:
    """Before this stage begins by somebody: whom it would give the raising side inside one agency is not shown on the other one (BRI-22)."""
    if case.dispute.is_own_agency:
        holder = raising_holder(case, position, by)
        case.raising_ahead = frozenset({holder.user_id} if holder else ())


def _send(change: Change, stage: StageDefinition, run: StageRun, agencies: frozenset[UUID], holders: Mapping[UUID, UUID] | None) -> None:
    """Address the other agencies, or the partnership's chair."""
    case = change.case
    received = clockwork.receipt(case, change.now)
    if stage.is_partnership:
        _put_before_chair(change, run)
    else:
        for agency in sorted(agencies):
            _add_request(change, stage, run, agency, received, holders)
    is_first = case.dispute.sent_at is None
    case.dispute.sent_at = case.dispute.sent_at or change.now
    asked = [str(request.agency_id) for request in case.all_requests if request.run_id == run.pk]
    change.record(EventKind.SENT, facts={"stage": stage.position, "asked": asked})
    if is_first:
        put_what_was_logged(change)


def _add_request(
    change: Change, stage: StageDefinition, run: StageRun, agency: UUID, received: datetime, holders: Mapping[UUID, UUID] | None
) -> Request:
    case = change.case
    candidate = receiving_holder(case, agency, stage.position, holders)
    request = Request(
        dispute=case.dispute,
        run=run,
        agency_id=agency,
        holder_id=candidate.user_id if candidate else None,
        holder_post=candidate.post_title if candidate else "",
        sent_at=change.now,
        received_at=received,
    )
    case.all_requests.append(request)
    change.add(request)
    return request


def ask_in_stage(change: Change, agency: UUID, reason: str, holder: UUID | None = None) -> Request:
    """Ask one more agency in the stage it is in: a request of its own, and the stage's clocks from now, for it alone.

    Raises InvalidInput where `holder` is none of those suggested.
    """
    case, run, stage = change.case, change.case.run, change.case.stage_definition
    if run is None or stage is None:
        raise InvalidInput(_("It is in no stage between the agencies."), field="agency")
    request = _add_request(change, stage, run, agency, clockwork.receipt(case, change.now), {agency: holder} if holder else None)
    change.record(EventKind.AGENCY_ADDED, facts={"agency": str(agency)}, body={"reason": reason}, agency=case.raising_id, request=request)
    clockwork.begin_asked(change, request)
    _tell_asked(change, stage, request)
    return request


def _put_before_chair(change: Change, run: StageRun) -> None:
    case = change.case
    chair = presiding(case, case.dispute.stage)
    referral = Referral(
        dispute=case.dispute,
        run=run,
        referred_by_id=change.actor.id if change.actor else None,
        chair_id=chair.user_id if chair else None,
        referred_at=change.now,
    )
    case.referral = referral
    change.add(referral)


def _tell(change: Change, stage: StageDefinition) -> None:
    """Messages to the holders, to the chair, and to the business unit where the procedure informs it."""
    case = change.case
    run = case.run
    for request in case.requests:
        _tell_asked(change, stage, request)
    if stage.is_partnership:
        _tell_before_partnership(change, stage)
    elif case.requests and (kind := _what_happened(change)) in {Message.MOVED_UP, Message.REOPENED}:
        _tell_not_asked(change, stage, kind)
    if run is not None:
        _tell_raising(change, stage, run)
    if stage.is_partnership and case.referral is not None:
        chair = case.referral.chair_id
        next_steps.tell(change, turn_of(case))
        if chair is None:
            change.tell(unit_ids(case), kind=Message.NO_CONTACT, action=NOBODY_PRESIDES)
    if stage.tells_unit or stage.is_partnership or case.unit_hops or (URGENT in case.procedure.informs_unit and case.dispute.is_urgent):
        inform_unit(change)


def _tell_raising(change: Change, stage: StageDefinition, run: StageRun) -> None:
    """Whoever holds it now is asked what their row in My work asks; all else is news of what happened, of which whoever sent it needs no message."""
    case, kind = change.case, _what_happened(change)
    now_at = [said(gettext_noop("It is at {stage} now"), stage=stage_named(case.procedure, stage.position)), *_forms_filled(stage)]
    if stage.is_own:
        next_steps.tell(change, turn_of(case))
    sender = change.actor.id if change.actor is not None and kind == Message.SENT and not stage.forms else None
    news, owner = listing(now_at, ". "), case.raising_owner
    if owner is not None and owner != sender:
        next_steps.tell_what_is_theirs(change, owner, news=news, kind=kind)
    people = [person for person in (run.holder_id, case.dispute.raiser_id) if person not in {sender, owner}]
    change.tell(people, kind=kind, action=news)
    if kind == Message.REOPENED and case.dispute.unit_told_at:
        change.tell(unit_ids(case), kind=kind, action=listing(now_at[:1]))


def _what_happened(change: Change) -> Message:
    """What brought it into this stage: the record of this change says it."""
    kinds = {event.kind for event in change.events}
    if EventKind.REOPENED in kinds:
        return Message.REOPENED
    if EventKind.ROUTE_CHOSEN in kinds:
        return Message.WENT_BACK
    return Message.MOVED_UP if kinds & {EventKind.MOVED_UP, EventKind.REFERRED} else Message.SENT


def _tell_asked(change: Change, stage: StageDefinition, request: Request) -> None:
    """One receiving agency is asked to respond; where nobody there holds the level, its mailbox, and the business unit recommends somebody."""
    case = change.case
    news = gettext_noop("It was reopened") if _what_happened(change) == Message.REOPENED else ""
    more = [*_forms_filled(stage)]
    if stage.warns_other_side and case.dispute.unit_told_at is None:
        more.append(said(gettext_noop("The business unit is told too")))
    turn = next(turn for turn in turns_of(case) if turn.request == request.pk)
    next_steps.tell(change, turn, news=news, more=more, request=request)
    if request.holder_id is None:
        change.tell(unit_ids(case), kind=Message.NO_CONTACT, action=RECOMMEND, request=request)


def _tell_not_asked(change: Change, stage: StageDefinition, kind: Message) -> None:
    """Each agency that was asked before and is not any more, as the others go up or on without it: whether its response stays accepted, too."""
    case = change.case
    latest = {request.agency_id: request.state for request in case.all_requests}
    name = stage_named(case.procedure, stage.position)
    for agency in sorted(latest.keys() - {request.agency_id for request in case.requests}):
        form = STAYS_ACCEPTED if latest[agency] == RequestState.SETTLED else NOT_ASKED_THERE
        change.tell([last_holder(case, agency)], kind=kind, action=said(form, stage=name))


def _tell_before_partnership(change: Change, stage: StageDefinition) -> None:
    """Each receiving agency hears that it is with the partnership, and whether its response stays accepted; not whoever takes it there."""
    case = change.case
    latest = {request.agency_id: request.state for request in case.all_requests}
    name, sender = stage_named(case.procedure, stage.position), change.actor.id if change.actor is not None else None
    for agency in sorted(case.receiving_ids):
        form = STAYS_ACCEPTED_THERE if latest.get(agency) == RequestState.SETTLED else BEFORE_PARTNERSHIP
        holder = last_holder(case, agency)
        change.tell([holder] if holder != sender else [], kind=_what_happened(change), action=said(form, stage=name))


def _forms_filled(stage: StageDefinition) -> list[Said]:
    """What is issued with the stage and there to print: nobody is asked to fill it in. A sentence (BRI-17)."""
    forms = [said(gettext_noop("the {document} form"), document=named(DOCUMENTS.get(form, form.replace("_", " ")))) for form in stage.forms]
    if not forms:
        return []
    every = reduce(lambda first, second: said(gettext_noop("{first} and {second}"), first=first, second=second), forms)
    return [said(gettext_noop("Filled from the record, to print or save: {forms}"), forms=every)]


def inform_unit(change: Change, action: str = "", due: datetime | None = None) -> None:
    """The procedure's point from which the business unit reads the narrative. Nothing is told of what never left the own agency.

    `action` is what the message says, where it is not that a stage was reached, and `due` the moment that it speaks of.
    """
    case = change.case
    if case.dispute.sent_at is None:
        return
    if case.dispute.unit_told_at is None:
        case.dispute.unit_told_at = change.now
        change.record(EventKind.UNIT_TOLD)
    change.tell(
        unit_ids(case),
        kind=Message.UNIT,
        action=action or said(gettext_noop("Informed: {stage}"), stage=case.procedure.stage(max(case.dispute.stage, 1)).name),
        due=due,
    )


def inform_of_resolution(change: Change) -> None:
    """The business unit hears that it is resolved where it knew of the matter, or where the procedure says so."""
    if RESOLUTION in change.case.procedure.informs_unit:
        inform_unit(change)
    elif change.case.dispute.unit_told_at:
        change.tell(unit_ids(change.case), kind=Message.UNIT, action=gettext_noop("Resolved"))
