"""What the rows of My work say of clocks that are shown: read once for all of them, in a fixed number of queries."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from agencies.at_once import Query, Together
from agencies.calendars import calendars_of
from agencies.person import Person
from agencies.said import shown
from agencies.snapshot import Snapshot
from agencies.words import day, lower_first
from agencies.working_days import LONDON, Calendar
from escalation.counterparts import Directory
from escalation.engine.case import Case
from escalation.engine.case_rows import by_dispute, by_proposal, members
from escalation.engine.definitions import procedure_of
from escalation.engine.turns import asked_by, follows_turn
from escalation.models import Clock, Dispute, OutcomeConfirmation, OutcomeProposal, PanelMember, Party, Referral, Request
from escalation.querysets import Among
from escalation.selectors.words import Due, area_of, ask_of, due_of, names
from escalation.states import Route, Side
from escalation.visibility import read_by_own_part


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One row: what is asked, of which disagreement, from or by whom, and when it is due; `about` tells it from others with the same agency.

    `is_draft` rows lead into the questions, `learning` rows to that learning action; their disagreement is not named.
    """

    reference: str
    ask: str
    who: str
    due: Due | None = None
    about: str = ""
    note: str = ""
    is_draft: bool = False
    clock: UUID | None = None
    learning: UUID | None = None


@dataclass(slots=True)
class Desk:
    """What the rows say, looked up once."""

    now: datetime
    reader: UUID
    clocks: dict[UUID, Clock]
    calendars: dict[UUID, Calendar]
    receiving: dict[UUID, list[Party]]
    cases: dict[UUID, Case]

    @classmethod
    def load(cls, keys: Collection[UUID], now: datetime, person: Person) -> "Desk":
        """Of these clocks, for this reader. No query where there are none."""
        related = Clock.objects.select_related("dispute__partnership", "dispute__raising_agency", "agency", "owner", "run", "request__agency")
        related = related.annotate(is_read=_is_read_by(person), raiser=F("dispute__raiser__name"))
        clocks = list(related.filter(pk__in=keys).defer("working_out")) if keys else []
        disputes = {clock.dispute_id: clock.dispute for clock in clocks}
        parties = Party.objects.filter(dispute__in=disputes, side=Side.RECEIVING).select_related("agency").order_by("agency__name")
        receiving = by_dispute(parties if disputes else ())
        calendars = calendars_of({d.partnership_id: d.partnership for d in disputes.values()}.values()) if disputes else {}
        steps = {clock.dispute_id: clock for clock in clocks if follows_turn(clock)}
        return cls(now, person.id, {clock.pk: clock for clock in clocks}, calendars, receiving, _light_cases(steps, receiving, calendars, now))

    def ask(self, clock: Clock) -> str:
        """What is asked: of a next step, what the turn is."""
        case = self.cases.get(clock.dispute_id)
        if follows_turn(clock) and case is not None:
            return shown(asked_by(case, clock))
        return ask_of(clock, procedure_of(clock.dispute))

    def due(self, clock: Clock) -> Due:
        return due_of(clock, self.now, self.calendars[clock.dispute.partnership_id])

    def about(self, clock: Clock) -> str:
        """By what its reader tells the disagreement from another with the same agency: the day on which it was raised, and where they read what was
        typed its area, and who raised it. Never who the child is: that stands in no list."""
        dispute, row = clock.dispute, vars(clock)
        if dispute.submitted_at is None:
            return ""
        raised_on = dispute.submitted_at.astimezone(LONDON)
        when = day(raised_on, year=raised_on.year != self.now.astimezone(LONDON).year)
        if not row["is_read"]:
            return _("raised {day}").format(day=when)
        by = "" if dispute.raiser_id == self.reader else row["raiser"]
        raised = (_("raised {day} by {name}") if by else _("raised {day}")).format(day=when, name=by)
        area = area_of(dispute.themes)
        return _("{area}, {raised}").format(area=area, raised=raised) if area else raised

    def item(self, key: UUID, cap: UUID | None) -> WorkItem:
        """A row that somebody owes, with the overall limit that runs beside it; the other side's name says from or with whom."""
        clock = self.clocks[key]
        dispute = clock.dispute
        raising = clock.agency_id == dispute.raising_agency_id and clock.owed_by != Side.RECEIVING
        other = self._with(clock) if raising else _("from {agency}").format(agency=dispute.raising_agency.name)
        return WorkItem(dispute.reference, self.ask(clock), other, self.due(clock), self.about(clock), self._limit(cap), clock=key)

    def waiting(self, key: UUID) -> WorkItem:
        """A row that somebody else owes."""
        clock = self.clocks[key]
        owner = clock.owner.name if clock.owner else ""
        agency = clock.agency.name if clock.agency else ""
        who = owner or agency or _("the partnership")
        where = _("at {agency}").format(agency=agency) if owner and agency else ""
        if self._is_of_one(clock) and len(self.receiving[clock.dispute_id]) > 1:
            where = ", ".join(filter(None, [where, self._with(clock)]))
        what = _("Waiting for {who} to {ask}").format(who=who, ask=lower_first(self.ask(clock)))
        return WorkItem(clock.dispute.reference, what, where, self.due(clock), self.about(clock), clock=key)

    def _limit(self, cap: UUID | None) -> str:
        if cap is None:
            return ""
        due = self.due(self.clocks[cap])
        return _("overall limit passed") if due.tone == "overdue" else _("overall limit {distance}").format(distance=due.distance)

    def _with(self, clock: Clock) -> str:
        """The other side: the agency whose response is in question, else every one that was asked."""
        asked = [party.agency.name for party in self.receiving[clock.dispute_id]]
        one = clock.request.agency.name if clock.request and self._is_of_one(clock) else ""
        return _("with {agency}").format(agency=one or names(asked))

    @staticmethod
    def _is_of_one(clock: Clock) -> bool:
        return clock.request_id is not None and clock.owed_by == Side.RAISING


@lru_cache(1024)
def _is_read_by(person: Person) -> Exists:
    """That this person, with the seats that they have, reads a clock's disagreement by a part of their own; each query copies it, made once."""
    return Exists(Dispute.objects.filter(read_by_own_part(person), pk=OuterRef("dispute")))


def _turns(keys: Sequence[UUID]) -> Iterator[Query]:
    of = Among("dispute", keys)
    yield Request.objects.filter(of).order_by("run__number", "pk")
    yield Referral.objects.filter(of).order_by("run__number")
    yield OutcomeProposal.objects.filter(of, replaced_at=None)


_TURNS = Together(_turns)


def _light_cases(steps: dict[UUID, Clock], receiving: dict[UUID, list[Party]], calendars: dict[UUID, Calendar], now: datetime) -> dict[UUID, Case]:
    """Cases with just what tells whose turn it is, for the disagreements on which a next step runs."""
    if not steps:
        return {}
    requests, referrals, proposals = (by_dispute(rows) for rows in _TURNS.of(list(steps)))
    keys = [row.pk for rows in proposals.values() for row in rows]
    confirmed = by_proposal(OutcomeConfirmation.objects.filter(proposal__in=keys) if keys else ())
    to_panels = [rows[-1].pk for rows in referrals.values() if rows[-1].route == Route.PANEL]
    seats = PanelMember.objects.filter(panel__referral__in=to_panels, left_at=None).select_related("panel__referral") if to_panels else ()
    panels = members(seats, [row for rows in referrals.values() for row in rows])
    cases = {}
    for key, clock in steps.items():
        dispute = clock.dispute
        proposal = proposals[key][-1] if key in proposals else None
        cases[key] = Case(
            dispute=dispute,
            procedure=procedure_of(dispute),
            calendar=calendars[dispute.partnership_id],
            directory=Directory(Snapshot(dispute.partnership_id, now.astimezone(LONDON).date())),
            parties=receiving[key],
            runs=[clock.run] if clock.run else [],
            all_requests=requests[key],
            referral=referrals[key][-1] if key in referrals else None,
            panel=panels[key],
            proposal=proposal,
            confirmations=confirmed[proposal.pk] if proposal else [],
        )
    return cases
