"""A disagreement in memory: everything that a verb reads, loaded with a fixed number of queries however many are loaded."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from uuid import UUID

from django.utils.translation import gettext as _

from agencies.engines import writes_in_turns
from agencies.models import Membership, User
from agencies.person import Person, person_of
from agencies.roles import Role
from agencies.working_days import LONDON, Calendar
from escalation.counterparts import Candidate, Counterpart, Directory, How
from escalation.engine import questions, sides
from escalation.engine.case_rows import read_rows
from escalation.engine.definitions import procedure_of
from escalation.engine.places import places_of
from escalation.engine.stops import AT_UNIT, HOP, HOP_STAGE, stop_at
from escalation.models import (
    AgreedAction,
    Attachment,
    Clock,
    Dispute,
    Event,
    FileConfirmation,
    LegalHold,
    OutcomeConfirmation,
    OutcomeProposal,
    PanelMember,
    Party,
    Referral,
    Request,
    StageRun,
    TimetableProposal,
)
from escalation.procedures.definition import ProcedureDefinition, StageDefinition
from escalation.states import Advice, ClockState, RequestState, Side


@dataclass
class Case:
    """One disagreement with its open run, requests, running clocks and what the directory says of its agencies."""

    dispute: Dispute
    procedure: ProcedureDefinition
    calendar: Calendar
    directory: Directory
    parties: list[Party] = field(default_factory=list)
    runs: list[StageRun] = field(default_factory=list)
    all_requests: list[Request] = field(default_factory=list)
    clocks: list[Clock] = field(default_factory=list)
    referral: Referral | None = None
    panel: list[PanelMember] = field(default_factory=list)
    proposal: OutcomeProposal | None = None
    confirmations: list[OutcomeConfirmation] = field(default_factory=list)
    # Other dates that are proposed and still to come; and those that passed with no answer, which fall with the next change.
    timetables: list[TimetableProposal] = field(default_factory=list)
    passed_dates: list[TimetableProposal] = field(default_factory=list)
    # Urgent by a moment of the raising side's own that is over: from then on it may set another.
    is_own_moment_over: bool = False
    # Who of the business unit reads it for a reason at this moment, with the reason: the reading doors ask the read ledger.
    opened_early: dict[UUID, str] = field(default_factory=dict)
    # Read for showing it: the clocks that ended are among its clocks, each with its working-out, and every line of its record with its body is here,
    # its agreed actions, the soonest first, the files in it, its children's keys, and who filed what of which child.
    is_whole: bool = False
    record: list[Event] = field(default_factory=list)
    actions: list[AgreedAction] = field(default_factory=list)
    attached: list[Attachment] = field(default_factory=list)
    child_ids: frozenset[UUID] = frozenset()
    filed: list[FileConfirmation] = field(default_factory=list)
    # Before a stage begins: whom it would give the raising side, whom the preview of it then does not show on the other one.
    raising_ahead: frozenset[UUID] = frozenset()
    # The legal holds under which it is, once somebody asked (`keeping.holds.held_by`); and its partnership’s in force, where it was read whole.
    holds: list[LegalHold] | None = None
    partnership_holds: list[LegalHold] | None = None
    _from_elsewhere: dict[UUID, Person | None] = field(default_factory=dict)
    _requests: tuple[StageRun | None, int, tuple[Request, ...]] = (None, -1, ())

    @cached_property
    def writer_agency_ids(self) -> frozenset[UUID]:
        """The partnership's agencies in which whoever logged it between two others has a role today; one query, for what was logged so alone."""
        if not self.dispute.is_third_party:
            return frozenset()
        seats = Membership.objects.on(self.directory.snapshot.today).filter(user=self.dispute.logged_by_id, partnership=self.dispute.partnership_id)
        return frozenset(seat.agency_id for seat in seats if seat.agency_id is not None)

    @property
    def run(self) -> StageRun | None:
        """The open run; None for a draft and for what has ended. A stage entered afterwards may stand behind it, ended."""
        for run in reversed(self.runs):  # No generator: a sweep asks dozens of times a disagreement.
            if run.left_at is None:
                return run
        return None

    @property
    def requests(self) -> tuple[Request, ...]:
        """The requests of the open run. Found once for each run and number of them, which a sweep asks for thirty times a disagreement."""
        run, number = self.run, len(self.all_requests)
        of, among, found = self._requests
        if of is not run or among != number:
            key = run.id if run is not None else None
            found = tuple([request for request in self.all_requests if request.run_id == key])
            self._requests = run, number, found
        return found

    @property
    def unsettled(self) -> list[Request]:
        """Requests of the open run whose response is not accepted, or not there: the last that is accepted puts the outcome."""
        return [request for request in self.requests if request.state != RequestState.SETTLED]

    @property
    def awaiting(self) -> list[Request]:
        """Requests of the open run without a response."""
        return [request for request in self.requests if request.state == RequestState.AWAITING]

    @property
    def stage_definition(self) -> StageDefinition | None:
        """The stage it is in; the hop inside the own agency has a definition of the product's own, a draft has none."""
        if self.run is None and self.dispute.stage == HOP:
            return None
        return self.hop_stage if self.dispute.stage == HOP else self.procedure.stage(self.dispute.stage)

    @property
    def is_before_partnership(self) -> bool:
        """It lies before the partnership, which has not decided it: neither given back to the agencies nor left."""
        run, referral = self.run, self.referral
        return run is not None and referral is not None and referral.run_id == run.pk and referral.decided_at is None

    def hop_at(self, number: int) -> StageDefinition:
        """The stop before it leaves the own agency, by its number."""
        return stop_at(number, self.dispute, self.procedure)

    @property
    def hops(self) -> list[StageRun]:
        """The stops that there were, in order, the one that it is at among them."""
        return [run for run in self.runs if run.stage == HOP]

    @property
    def hop_stage(self) -> StageDefinition:
        """The stop that it is at or was at last; of a draft the one that would come next."""
        made = len(self.hops)
        return self.hop_at(made if self.run is None else max(made - 1, 0))

    @property
    def is_with_unit(self) -> bool:
        """The business unit has it in place of the own agency and has not sent it on."""
        return self.dispute.stage == HOP and self.run is not None and self.hop_stage is AT_UNIT

    @property
    def unit_hops(self) -> list[StageRun]:
        """The stops at the business unit: it speaks for neither side. None is what the agency's own people had before it was to go by the unit."""
        found = [run for number, run in enumerate(self.hops) if self.hop_at(number) is AT_UNIT]
        return [run for run in found if not self._was_own(run)] if self.dispute.through_partnership else found

    def _was_own(self, run: StageRun) -> bool:
        holder = self.directory.person(run.holder_id) if run.holder_id else None
        return holder is not None and self.raising_id in holder.agency_ids

    @property
    def raising_id(self) -> UUID:
        """The raising agency."""
        return self.dispute.raising_agency_id

    @property
    def receiving_ids(self) -> frozenset[UUID]:
        """The receiving agencies."""
        return frozenset(party.agency_id for party in self.parties if party.side == Side.RECEIVING)

    @property
    def conflicted_ids(self) -> frozenset[UUID]:
        """People with a conflict: they neither hold, read nor close it."""
        return frozenset(map(UUID, self.dispute.conflicts))

    @property
    def panel_user_ids(self) -> frozenset[UUID]:
        """Members of the panel that hears it."""
        return frozenset(member.user_id for member in self.panel)

    def must_tell(self, whom: Advice) -> bool:
        """Does the variant taken say that these, outside the stages, must hear of it?"""
        return self.procedure.way is not None and whom in self.procedure.way.tells

    @property
    def dissent_contacts(self) -> frozenset[UUID]:
        """Of dissent from a conference: those of the own agency who take it first, and say whether they share it (BUC-09); else nobody."""
        if not self.must_tell(Advice.REVIEWING_SERVICE) or self.dispute.is_restricted:
            return frozenset()
        return frozenset(candidate.user_id for candidate in self.candidates_at(Side.RAISING, self.raising_id, HOP)) - self.conflicted_ids

    def unit(self) -> list[Candidate]:
        """The partnership's business unit, its manager first, less whoever has a conflict or belongs to the agency from which it is kept."""
        return [found for found in self.directory.unit() if found.user_id not in self.conflicted_ids | self.kept_from(None)]

    def kept_from(self, agency_id: UUID | None) -> frozenset[UUID]:
        """Of a restricted one the raising agency's people: a seat of theirs in this other agency (None: in the partnership) opens nothing of it."""
        is_kept = self.dispute.is_restricted and agency_id != self.raising_id
        return self.directory.snapshot.people_of(self.raising_id) if is_kept else frozenset()

    @property
    def unit_heads(self) -> frozenset[UUID]:
        """The business manager; where there is none who may know of it, the rest of the unit."""
        able = frozenset(found.user_id for found in self.unit())
        return able & {found.user_id for found in self.directory.partnership_people(Role.BUSINESS_MANAGER)} or able

    @property
    def people_in_conflict(self) -> list[Person]:
        """Those with a conflict whose account is open."""
        return [person for key in sorted(self.conflicted_ids) if (person := self.known(key)) is not None]

    def known(self, user_id: UUID) -> Person | None:
        """The person, of an agency that has no part in it too: a member of the panel may be. Of these two queries or more for each, once."""
        found = self.directory.person(user_id)
        if found is None and user_id not in self._from_elsewhere:
            user = User.objects.filter(pk=user_id, is_active=True).first()
            self._from_elsewhere[user_id] = person_of(user, self.directory.snapshot.today) if user is not None else None
        return found or self._from_elsewhere[user_id]

    def running(self) -> list[Clock]:
        """Clocks that still run, as they stand in memory."""
        return [clock for clock in self.clocks if clock.state == ClockState.RUNNING]

    def request_of(self, agency_id: UUID) -> Request | None:
        """The open run's request to this agency."""
        for request in self.requests:
            if request.agency_id == agency_id:
                return request
        return None

    def said_of(self, agency_id: UUID) -> dict[str, str]:
        """The fact by which a line says whose time it is about, where several are asked: two that read alike would say of neither that it is late."""
        return {"of": str(agency_id)} if len(self.requests) > 1 else {}

    def actors(self, side: Side, agency_id: UUID) -> frozenset[UUID]:
        """Who may act for this side's agency at this stage: the holder and the agency's safeguarding leads (not where it is restricted)."""
        holder = self.holder_id(side, agency_id)
        found = {holder} if holder is not None else set()
        if not (side == Side.RAISING and self.dispute.is_restricted):
            found |= self.lead_ids(agency_id) | ({cover} if holder and (cover := self.cover_of(holder, agency_id)) else set())
        if self.dispute.stage > 1 and self.dispute.disputed_person_id:
            found.discard(self.dispute.disputed_person_id)
        return frozenset(found) - sides.opposite(self, side)

    @property
    def own_raising(self) -> frozenset[UUID]:
        """Inside one agency those who raised it, wrote it or held it: they never answer it (BRI-22). Else nobody."""
        return sides.raised_by(self) if self.dispute.is_own_agency else frozenset()

    @property
    def own_asked(self) -> frozenset[UUID]:
        """Inside one agency those who were asked to answer it: they never act for whoever raised it (BRI-22). Else nobody."""
        return sides.asked(self) if self.dispute.is_own_agency else frozenset()

    def lead_ids(self, agency_id: UUID) -> frozenset[UUID]:
        """The agency's safeguarding leads, with who covers for them and their deputies."""
        return frozenset(lead.user_id for lead in self.directory.leads(agency_id)) - self.kept_from(agency_id)

    def cover_of(self, user_id: UUID, agency_id: UUID) -> UUID | None:
        """Who acts for this person today in the agency under dated cover that was arranged for it."""
        cover = self.directory.snapshot.cover_of(user_id, agency_id)
        return cover.deputy_id if cover is not None and cover.deputy_id not in self.kept_from(agency_id) else None

    @property
    def referrers(self) -> frozenset[UUID]:
        """Those acting for the raising side who hold a role that the procedure lets refer; where none of them does, and of a restricted one, all."""
        roles = {role for stage in self.procedure.stages if stage.partnership for role in stage.partnership.refer_roles}
        acting = self.actors(Side.RAISING, self.raising_id)
        people = [person for user in acting if (person := self.directory.person(user)) is not None]
        named = frozenset(person.id for person in people if roles & person.roles_in(self.raising_id))
        return acting if self.dispute.is_restricted or not named else named

    def supervisors_of(self, user_id: UUID | None, agency_id: UUID) -> frozenset[UUID]:
        """Who supervises this person in this agency; nobody in the raising one where the disagreement is restricted."""
        is_kept = self.dispute.is_restricted and agency_id == self.raising_id
        return frozenset(() if is_kept else self.directory.snapshot.supervisors_of(user_id, agency_id))

    def suited(self, agency_id: UUID) -> frozenset[UUID]:
        """Whom the stages reached so far ask for in this agency by level or role, not those to whom an empty level would pass."""
        side = Side.RAISING if agency_id == self.raising_id else Side.RECEIVING
        reached = range(1, self.dispute.stage + 1)
        found = [candidate for position in reached for candidate in self.candidates_at(side, agency_id, position)]
        return frozenset(candidate.user_id for candidate in found if candidate.how not in {How.LEVEL_UP, How.UNIT_RECOMMENDS, How.SUPERVISOR})

    def holder_id(self, side: Side, agency_id: UUID) -> UUID | None:
        """The person who holds the stage for this side; before the partnership, whoever held the stage before it for a receiving agency."""
        if side == Side.RAISING:
            return self.run.holder_id if self.run else None
        held = self.request_of(agency_id) or next((r for r in reversed(self.all_requests) if r.agency_id == agency_id), None)
        return held.holder_id if held else None

    @property
    def raising_owner(self) -> UUID | None:
        """Who is asked on the raising side: the holder, else who raised it, unless they have left or have a conflict."""
        holder, raiser = self.run.holder_id if self.run else None, self.dispute.raiser_id
        return holder or (raiser if self.may_hold(raiser, self.raising_id) else None)

    def may_hold(self, user_id: UUID | None, agency_id: UUID) -> bool:
        """Whether somebody who held it for the agency may still: they sit there, or in the one that acts for it, and have no conflict."""
        person = self.directory.person(user_id) if user_id is not None else None
        return person is not None and agency_id in person.seated_for and person.id not in self.conflicted_ids

    def reload_directory(self, now: datetime) -> None:
        """Read the directory anew where it lacks parties that were just named."""
        agencies = {self.dispute.raising_agency_id} | {party.agency_id for party in self.parties}
        if agencies <= self.directory.snapshot.agencies.keys():
            return
        self.directory = Directory.load(self.dispute.partnership_id, agencies, now.astimezone(LONDON).date())

    def candidates(self, side: Side, agency_id: UUID) -> tuple[Candidate, ...]:
        """The suggested holder first, then the equivalents and deputies to try."""
        return self.candidates_at(side, agency_id, self.dispute.stage)

    def candidates_at(self, side: Side, agency_id: UUID, position: int) -> tuple[Candidate, ...]:
        """As `candidates`, for a stage it may not be in."""
        counterpart = self.counterpart(side, agency_id, position)
        return ((counterpart.who,) if counterpart.who else ()) + counterpart.others

    def counterpart(self, side: Side, agency_id: UUID, position: int) -> Counterpart:
        """Who acts for this agency at this stage, why, and who else. The person whose decision is disputed holds no stage after the first."""
        barred = set(self.conflicted_ids | self.kept_from(agency_id) | sides.barred(self, side, agency_id))
        if position > 1 and self.dispute.disputed_person_id:
            barred.add(self.dispute.disputed_person_id)
        if position == HOP:
            stop = self.hop_stage
            if stop is AT_UNIT:
                able = [found for found in self.unit() if found.user_id not in barred]
                return Counterpart(who=able[0], others=tuple(able[1:])) if able else Counterpart(who=None, gap=_("Nobody sits in the business unit."))
            if stop.raising != HOP_STAGE.raising:
                return self.directory.counterpart(agency_id, stop.raising, without=barred)
            return self.directory.own_manager(self.dispute.raiser_id, agency_id, without=barred)
        stage = self.procedure.stage(position)
        if stage.is_partnership:
            stage = next((s for s in reversed(self.procedure.stages[: position - 1]) if not s.is_partnership), stage)
        acting = stage.raising if side == Side.RAISING else stage.receiving
        return self.directory.counterpart(agency_id, acting, without=barred)


def load(ids: Collection[UUID], *, now: datetime, lock: bool = True, whole: bool = False, edition: str | None = None) -> list[Case]:
    """The cases of these disagreements in the order of their keys, the rows locked (disagreements only, never clocks).

    Must run inside a transaction where `lock` is set. On SQLite the transaction itself is the lock. The number of queries does not grow
    with the number of disagreements, only with the number of partnerships among them. `whole` and `edition` are as of `assemble`.
    """
    locks = lock and not writes_in_turns()
    if len(ids) == 1:
        return assemble((questions.LOCKED if locks else questions.READ)(*ids), now=now, whole=whole, edition=edition)
    query = Dispute.objects.filter(pk__in=ids).select_related("partnership").order_by("pk")
    return assemble(list(query.select_for_update(of=("self",)) if locks else query), now=now, whole=whole, edition=edition)


def assemble(disputes: list[Dispute], *, now: datetime, whole: bool = False, edition: str | None = None) -> list[Case]:
    """Cases for disputes that were read (and locked) already. `whole` is for showing one: with the clocks that ended, every working-out, the record,
    actions and files. `edition` is the directory's, where it was asked for already."""
    if not disputes:
        return []
    rows = read_rows([dispute.pk for dispute in disputes], whole=whole)
    places = places_of(disputes, rows.parties, now, edition)
    cases = []
    for dispute in disputes:
        key = dispute.id
        calendar, directory = places[dispute.partnership_id]
        proposal = next(iter(rows.proposals[key]), None)
        cases.append(
            Case(
                dispute=dispute,
                procedure=procedure_of(dispute),
                calendar=calendar,
                directory=directory,
                parties=rows.parties[key],
                runs=rows.runs[key],
                all_requests=rows.requests[key],
                clocks=rows.clocks[key],
                referral=rows.referrals[key][-1] if rows.referrals[key] else None,
                panel=rows.panel[key],
                proposal=proposal,
                confirmations=rows.confirmations[proposal.pk] if proposal else [],
                timetables=[proposal for proposal in rows.timetables[key] if proposal.due_at > now],
                passed_dates=[proposal for proposal in rows.timetables[key] if proposal.due_at <= now],
                is_own_moment_over=dispute.is_urgent and dispute.respond_by is not None and dispute.respond_by <= now,
                is_whole=whole,
                record=rows.record[key],
                actions=rows.actions[key],
                attached=rows.attached[key],
                child_ids=frozenset(child.pk for child in rows.children[key]),
                filed=rows.filed[key],
                partnership_holds=rows.holds[dispute.partnership_id] if whole else None,
            )
        )
    return cases
