"""What would happen if a draft were sent now: to whom it goes first, who answers, by when and why. Reads only; the engine's own functions decide."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.calendars import calendar_of
from agencies.words import lower_first
from agencies.working_days import LONDON
from escalation import clocks as arithmetic
from escalation.clocks import Unit, WorkingOut
from escalation.counterparts import Candidate, Counterpart, Directory
from escalation.engine import clockwork, own_clocks
from escalation.engine.case import Case
from escalation.engine.definitions import definition_of, procedure_of
from escalation.engine.own_clocks import HOP_DAYS
from escalation.engine.stops import AT_LEAD, AT_UNIT, HOP_STAGE
from escalation.models import Draft, Party, StageRun
from escalation.procedures.definition import ClockDefinition
from escalation.procedures.spoken import SPOKEN
from escalation.selectors.words import asks, stage_name, stage_title
from escalation.services.hop import first_stage, needs_hop
from escalation.services.past import start_after
from escalation.services.staging import hop_holder, look_ahead
from escalation.services.submission import Submission, start_of
from escalation.states import EventKind, Measure, Side

# What happens, as clocks name it, when a stage between the agencies or before the partnership begins.
BEGINS = frozenset({EventKind.SENT, EventKind.RECEIVED, EventKind.ENTERED})


@dataclass(frozen=True, slots=True)
class Receiver:
    """One receiving agency: whom the directory suggests, whom the writer chose instead, and who else could act."""

    agency_id: UUID
    agency: str
    counterpart: Counterpart
    chosen: Candidate | None

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Everybody who can be chosen, the suggested one first; nobody where nobody can act."""
        return self.counterpart.able

    @property
    def post(self) -> str:
        """The chosen person's post as it stands inside a sentence."""
        return lower_first(self.chosen.post_title) if self.chosen else ""


@dataclass(frozen=True, slots=True)
class Timing:
    """The dates of a stage begun now. `due` is the response's, before the partnership the acknowledgement's; None where there is none.

    `is_to_agree`: the sides agree the date themselves, until `due`; `is_ours`: the procedure gives the response no date, and the product asks for
    it by `due`. `beside` are the procedure's other dates of the stage: what is asked, and by when.
    """

    due: datetime | None
    working_out: WorkingOut | None
    beside: tuple[tuple[str, datetime], ...] = ()
    is_to_agree: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """The way that a draft would take. `hop` is the own manager where it goes there first, and `hop_due` until when; `timing` are the dates if
    the other agency were addressed now. Nobody receives a stage inside the own agency."""

    position: int
    stage: str
    stage_title: str
    first: int
    is_own_stage: bool
    receivers: tuple[Receiver, ...]
    hop: Candidate | None
    hop_due: datetime | None
    hop_title: str
    is_urgent: bool
    is_restricted: bool
    is_with_unit: bool
    timing: Timing

    @property
    def hop_post(self) -> str:
        """The own manager's post as it stands inside a sentence."""
        return lower_first(self.hop.post_title) if self.hop else ""


def preview(draft: Draft, submission: Submission, now: datetime) -> Preview:
    """What sending this draft now would do. Ten queries at most; nothing is written, also where answers are still missing."""
    case = _case(draft, submission, now)
    position = min(first_stage(case), case.procedure.last)
    hop = hop_holder(case) if needs_hop(case) else None
    look_ahead(case, position, hop.user_id if hop else case.dispute.logged_by_id)
    is_own = case.procedure.stage(position).is_own
    return Preview(
        position=position,
        stage=stage_name(case.procedure, position),
        stage_title=stage_title(case.procedure, position),
        first=start_of(replace(submission, start_stage=None), definition_of(draft.dispute.version_id), is_third_party=case.dispute.is_third_party)[1],
        is_own_stage=is_own,
        receivers=() if is_own else tuple(_receiver(case, agency, position, submission) for agency in submission.receiving),
        hop=hop,
        hop_due=arithmetic.next_step_due(now, case.calendar, HOP_DAYS) if hop else None,
        hop_title=hop_words(case),
        is_urgent=submission.is_urgent,
        is_restricted=submission.is_restricted,
        is_with_unit=case.hop_stage is AT_UNIT,
        timing=timing(case, position, now),
    )


def _case(draft: Draft, submission: Submission, now: datetime) -> Case:
    """The draft as the case that it would become; the row in memory is changed and never saved."""
    dispute = draft.dispute
    dispute.is_urgent, dispute.is_restricted = submission.is_urgent, submission.is_restricted
    dispute.respond_by, dispute.through_partnership = submission.respond_by, submission.through_partnership
    dispute.conflicts = [str(key) for key in submission.kept_from]
    dispute.variant, dispute.top_stage = start_of(submission, definition_of(dispute.version_id), is_third_party=dispute.is_third_party)
    dispute.top_stage = start_after(procedure_of(dispute), dispute.top_stage, len(submission.past))
    dispute.is_own_agency = dispute.raising_agency_id in submission.receiving
    parties = [Party(dispute=dispute, agency_id=dispute.raising_agency_id, side=Side.RAISING)]
    parties += [Party(dispute=dispute, agency_id=agency, side=Side.RECEIVING) for agency in submission.receiving]
    agencies = {party.agency_id for party in parties}
    return Case(
        dispute=dispute,
        procedure=procedure_of(dispute),
        calendar=calendar_of(dispute.partnership),
        directory=Directory.load(dispute.partnership_id, agencies, now.astimezone(LONDON).date()),
        parties=parties,
        runs=list(StageRun.objects.filter(dispute=dispute).order_by("number")) if dispute.head_number else [],
    )


def hop_words(case: Case) -> str:
    """To whom it goes first, or who has it there, as it stands inside a sentence."""
    stop = case.hop_stage
    if stop is AT_LEAD:
        return _("your safeguarding lead")
    return _("your own manager") if stop is HOP_STAGE else lower_first(_(stop.name))


def _receiver(case: Case, agency: UUID, position: int, submission: Submission) -> Receiver:
    counterpart = case.counterpart(Side.RECEIVING, agency, position)
    wanted = submission.holders.get(agency)
    chosen = next((candidate for candidate in counterpart.able if candidate.user_id == wanted), counterpart.who)
    card = case.directory.agency(agency)
    return Receiver(agency, card.name if card else "", counterpart, chosen)


def timing(case: Case, position: int, now: datetime) -> Timing:
    """Which dates would run if it went to this stage now, by the rule of the engine. Before the partnership the acknowledgement's."""
    is_partnership = case.procedure.stage(position).is_partnership
    measure, owed_by = (Measure.ACKNOWLEDGEMENT, Side.CHAIR) if is_partnership else (Measure.RESPONSE, Side.RECEIVING)
    starting = [
        clock
        for clock in case.procedure.clocks_at(position, urgent=case.dispute.is_urgent)
        if clock.over is None and BEGINS & set(clock.starts_on) and clockwork.holds(case, clock)
    ]
    asked = next((clock for clock in starting if (clock.measures, clock.owed_by) == (measure, owed_by)), None)
    beside = tuple(
        (asks(Measure(clock.measures), case.procedure, position), _worked_out(case, clock, now).due)
        for clock in starting
        if clock is not asked and clock.within.unit != Unit.AGREED
    )
    if asked is not None and asked.within.unit == Unit.AGREED:
        return Timing(own_clocks.agreeing_due(case, asked.owed_by, _start(case, asked, now))[0], None, beside, is_to_agree=True)
    if asked is not None:
        return Timing(*_own_if_sooner(case, _worked_out(case, asked, now), now), beside)
    return Timing(None, None, beside) if is_partnership else Timing(own_clocks.reply_due(case, now)[0], None, beside, is_ours=True)


def _start(case: Case, definition: ClockDefinition, now: datetime) -> datetime:
    return clockwork.receipt(case, now) if EventKind.RECEIVED in definition.starts_on else now


def _worked_out(case: Case, definition: ClockDefinition, now: datetime) -> WorkingOut:
    start = _start(case, definition, now)
    return arithmetic.working_out(start, definition.within, clockwork.rule_of(case, definition), case.calendar, SPOKEN)


def _own_if_sooner(case: Case, out: WorkingOut, now: datetime) -> tuple[datetime, WorkingOut | None]:
    """The raising side's own moment where it is urgent and sooner than the procedure's."""
    own = case.dispute.respond_by if case.dispute.is_urgent else None
    return (own, None) if own is not None and now < own < out.due else (out.due, out)
