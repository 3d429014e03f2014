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
from escalation.engine import clockwork
from escalation.engine.case import AT_LEAD, AT_UNIT, HOP_STAGE, Case
from escalation.engine.definitions import definition_of, procedure_of
from escalation.engine.own_clocks import HOP_DAYS
from escalation.models import Draft, Party, StageRun
from escalation.procedures.definition import ClockDefinition
from escalation.procedures.spoken import SPOKEN
from escalation.selectors.words import stage_name, stage_title
from escalation.services.hop import first_stage, needs_hop
from escalation.services.past import start_after
from escalation.services.staging import hop_holder
from escalation.services.submission import Submission, start_of
from escalation.states import EventKind, Measure, Side


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
        return (self.counterpart.who, *self.counterpart.others) if self.counterpart.who else ()

    @property
    def post(self) -> str:
        """The chosen person's post as it stands inside a sentence."""
        return lower_first(self.chosen.post_title) if self.chosen else ""


@dataclass(frozen=True, slots=True)
class Preview:
    """The way that a draft would take. `hop` is the own manager where it goes there first, and `hop_due` until when; `due` is the response's
    moment if the other agency were addressed now, None where the procedure leaves the date to the parties. Nobody receives a stage inside the own
    agency."""

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
    due: datetime | None
    working_out: WorkingOut | None

    @property
    def hop_post(self) -> str:
        """The own manager's post as it stands inside a sentence."""
        return lower_first(self.hop.post_title) if self.hop else ""


def preview(draft: Draft, submission: Submission, now: datetime) -> Preview:
    """What sending this draft now would do. Ten queries at most; nothing is written, also where answers are still missing."""
    case = _case(draft, submission, now)
    position = min(first_stage(case), case.procedure.last)
    hop = hop_holder(case) if needs_hop(case) else None
    due, out = due_at_stage(case, position, now)
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
        due=due,
        working_out=out,
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
    everybody = ((counterpart.who,) if counterpart.who else ()) + counterpart.others
    chosen = next((candidate for candidate in everybody if candidate.user_id == wanted), counterpart.who)
    card = case.directory.agency(agency)
    return Receiver(agency, card.name if card else "", counterpart, chosen if counterpart.who else None)


def due_at_stage(case: Case, position: int, now: datetime) -> tuple[datetime | None, WorkingOut | None]:
    """The response's moment, if it went to this stage now, and its working-out; the raising side's own where it is urgent and sooner."""
    definition = _response(case, position)
    if definition is None or definition.within.unit == Unit.AGREED:
        return case.dispute.respond_by, None
    urgent = case.dispute.is_urgent
    start = case.calendar.next_opening(now) if EventKind.RECEIVED in definition.starts_on and not urgent else now
    out = arithmetic.working_out(start, definition.within, clockwork.rule_of(case, definition), case.calendar, SPOKEN)
    own = case.dispute.respond_by
    if urgent and own is not None and now < own < out.due:
        return own, None
    return out.due, out


def _response(case: Case, position: int) -> ClockDefinition | None:
    """The clock that the receiving agency would owe first at this stage."""
    stage = case.procedure.stage(position)
    clocks = stage.urgent_clocks if case.dispute.is_urgent and stage.urgent_clocks else stage.clocks
    owed = [clock for clock in clocks if clock.owed_by == Side.RECEIVING] or list(clocks)
    return next((clock for clock in owed if clock.measures == Measure.RESPONSE), owed[0] if owed else None)
