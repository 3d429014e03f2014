"""My work: what one person owes, what they wait for, and their drafts. A fixed number of queries however long the lists are."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import DateField, Exists, F, OuterRef, Q, Value
from django.utils.translation import gettext as _

from agencies.calendars import calendars_of
from agencies.models import Cover, PostHolding
from agencies.person import Person
from agencies.snapshot import Snapshot
from agencies.words import END_OF_DAY
from agencies.working_days import LONDON, Calendar, instant
from escalation.counterparts import Directory
from escalation.engine.case import Case
from escalation.engine.definitions import procedure_of
from escalation.engine.turns import turn_of
from escalation.models import (
    ChildReference,
    Clock,
    Dispute,
    Draft,
    LearningPoint,
    OutcomeConfirmation,
    OutcomeProposal,
    Party,
    Referral,
    Request,
    StageRun,
)
from escalation.part_policy import written_by
from escalation.selectors.words import Due, ask_of, due_of, follows_turn, lower_first, names
from escalation.states import LIVE, Measure, Side, State
from escalation.visibility import visible

LIVE_STATES = sorted(LIVE)
MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One row: what is asked, of which disagreement, from or by whom, and when it is due.

    `is_draft` rows lead into the questions, `learning` rows to that learning action; their disagreement is not named.
    """

    reference: str
    ask: str
    who: str
    due: Due | None = None
    note: str = ""
    is_draft: bool = False
    clock: UUID | None = None
    learning: UUID | None = None


@dataclass(slots=True)
class Covered:
    """What a colleague owes who is away: `mine` where the person covers for them, else as the deputy in their post."""

    name: str
    until: date
    mine: bool
    items: list[WorkItem] = field(default_factory=list)


@dataclass(slots=True)
class Worklist:
    """The groups in their order: the person's own, then what those who are away owe."""

    overdue: list[WorkItem] = field(default_factory=list)
    today: list[WorkItem] = field(default_factory=list)
    later: list[WorkItem] = field(default_factory=list)
    waiting: list[WorkItem] = field(default_factory=list)
    drafts: list[WorkItem] = field(default_factory=list)
    learning: list[WorkItem] = field(default_factory=list)
    covered: list[Covered] = field(default_factory=list)

    @property
    def next_due(self) -> WorkItem | None:
        """What comes next where nothing is due now: the person's own first, then what others owe."""
        return next((item for item in [*self.later, *self.waiting] if item.due and item.due.moment), None)


def worklist(person: Person, now: datetime) -> Worklist:
    """What the person owes and waits for at this instant. Queries: 8 to 13, none of them per row."""
    mine, learning = _mine(person, now)
    covers = _covers(person, now)
    stood_in = _stood_in(person, covers)
    shown = {clock.pk for clock in stood_in}
    clocks = [clock for clock in _clocks(person, mine) if clock.pk not in shown]
    desk = _Desk.load([*clocks, *stood_in], now)
    result = Worklist(drafts=_drafts(person), learning=learning, covered=_for_colleagues(covers, stood_in, desk, person))
    own, others = _split(clocks, person)
    for dispute in {clock.dispute_id for clock in stood_in}:
        others.pop(dispute, None)
    for dispute, rows in own.items():
        for clock in _shown(rows):
            item = desk.item(clock, note=desk.cap_note(rows, clock))
            _group(result, item).append(item)
        others.pop(dispute, None)
    for rows in others.values():
        result.waiting += [desk.waiting(clock) for clock in _shown(rows)[:1]]
    return result


def _mine(person: Person, now: datetime) -> tuple[list[UUID], list[WorkItem]]:
    """The live disagreements that the person raised, wrote, or holds on either side; and the learning actions that they see to. One query."""
    apart = {"due_on": Value(None, output_field=DateField()), "referred_to": Value(""), "is_point": Value(False)}  # noqa: FBT003 - a column
    points = LearningPoint.objects.unsettled().filter(owner=person.id).annotate(is_point=Value(True))  # noqa: FBT003 - a column
    live = Dispute.objects.filter(state__in=LIVE_STATES)
    raised = live.filter(Q(raiser=person.id) | Q(logged_by=person.id)).annotate(key=F("pk"))
    holding = StageRun.objects.filter(holder=person.id, left_at=None, dispute__state__in=LIVE_STATES).annotate(key=F("dispute"))
    asked = Request.objects.filter(holder=person.id, ended_at=None, dispute__state__in=LIVE_STATES).annotate(key=F("dispute"))
    names = ("key", "due_on", "referred_to", "is_point")
    # The points come first: from them the database learns the columns' types.
    first = points.annotate(key=F("pk")).order_by().values_list(*names)
    rows = list(first.union(*(each.annotate(**apart).order_by().values_list(*names) for each in (raised, holding, asked))))
    owed = sorted(((due, to, key) for key, due, to, is_point in rows if is_point), key=lambda row: (row[0] is None, row[0] or now.date(), row[2]))
    return [key for key, _, _, is_point in rows if not is_point], [_learning(key, due, to, now) for due, to, key in owed]


def _learning(key: UUID, due_on: date | None, referred_to: str, now: datetime) -> WorkItem:
    """A learning action that the person sees to; the disagreement that it came from is not named."""
    due = _by(due_on, now.astimezone(LONDON).date()) if due_on else None
    return WorkItem("", _("See to a learning action"), _("referred to: {whom}").format(whom=referred_to) if referred_to else "", due, learning=key)


def _clocks(person: Person, mine: list[UUID]) -> Iterable[Clock]:
    """Those that the person owes or waits for, as far as the person may know of them still. One query."""
    known = Dispute.objects.filter(visible(person), pk=OuterRef("dispute"))
    running = Clock.objects.running().filter(Q(owner=person.id) | Q(dispute__in=mine)).filter(Exists(known))
    related = running.select_related("dispute__partnership", "dispute__raising_agency", "agency", "owner", "run")
    return sorted(related.defer("working_out"), key=lambda clock: (clock.effective_due, clock.key))


def _covers(person: Person, now: datetime) -> list[Cover]:
    """Cover that runs today by which the person stands in: their own, or of the holder of a post in which they are a deputy. At most one query."""
    if not (person.covers_for or person.is_deputy):
        return []
    today = now.astimezone(LONDON).date()
    deputy = PostHolding.objects.on(today).filter(user=person.id, rank__gt=0).values("post")
    held = PostHolding.objects.on(today).filter(rank=0, post__in=deputy, user=OuterRef("person_id"))
    found = Cover.objects.on(today).filter(Q(deputy=person.id, person__in=person.covers_for) | Exists(held)).exclude(person=person.id)
    return list(found.select_related("person").order_by("person__name", "ends"))


def _stood_in(person: Person, covers: list[Cover]) -> list[Clock]:
    """What those who are away owe in the places where the person sits, as far as the person may know of it."""
    if not covers:
        return []
    seen = Dispute.objects.filter(state__in=LIVE_STATES).visible_to(person).order_by().values("pk")
    theirs = Clock.objects.running().filter(owner__in={cover.person_id for cover in covers}, dispute__in=seen)
    here = theirs.filter(Q(agency__in=person.agency_ids) | Q(agency=None))
    related = here.select_related("dispute__partnership", "dispute__raising_agency", "agency", "owner", "run")
    return sorted(related.defer("working_out"), key=lambda clock: (clock.effective_due, clock.key))


def _for_colleagues(covers: list[Cover], clocks: list[Clock], desk: "_Desk", person: Person) -> list[Covered]:
    """One group for each colleague who is away and owes something, soonest due first."""
    groups: dict[UUID, Covered] = {}
    for cover in sorted(covers, key=lambda cover: cover.deputy_id != person.id):
        groups.setdefault(cover.person_id, Covered(cover.person.name, cover.ends, cover.deputy_id == person.id))
    by_dispute: defaultdict[tuple[UUID | None, UUID], list[Clock]] = defaultdict(list)
    for clock in clocks:
        by_dispute[clock.owner_id, clock.dispute_id].append(clock)
    for (owner, _dispute), rows in by_dispute.items():
        if owner is not None:
            groups[owner].items += [desk.item(clock, note=desk.cap_note(rows, clock)) for clock in _shown(rows)]
    return [group for group in groups.values() if group.items]


def _split(clocks: Iterable[Clock], person: Person) -> tuple[dict[UUID, list[Clock]], dict[UUID, list[Clock]]]:
    """Clocks the person owes, and the others, by disagreement; soonest first."""
    own: defaultdict[UUID, list[Clock]] = defaultdict(list)
    others: defaultdict[UUID, list[Clock]] = defaultdict(list)
    for clock in clocks:
        (own if clock.owner_id == person.id else others)[clock.dispute_id].append(clock)
    return own, others


def _shown(clocks: list[Clock]) -> list[Clock]:
    """An overall limit is a note on the row of what is asked; a row of its own only where nothing else is."""
    return [clock for clock in clocks if clock.measures != Measure.CAP] or clocks[:1]


def _group(result: Worklist, item: WorkItem) -> list[WorkItem]:
    groups = {"overdue": result.overdue, "soon": result.today}
    return groups.get(item.due.tone if item.due else "", result.later)


def _drafts(person: Person) -> list[WorkItem]:
    found = Draft.objects.filter(written_by(person, "dispute__"), dispute__state=State.DRAFT).select_related("dispute").order_by("-saved_at")
    return [
        WorkItem(
            reference=draft.dispute.reference,
            ask=_("Finish your draft"),
            who=_("Sent back to you: read why, then send it again") if draft.dispute.head_number else "",
            due=Due(_("Saved"), "later", draft.saved_at),
            is_draft=True,
        )
        for draft in found
    ]


def _by(day: date, today: date) -> Due:
    word, tone = (_("Overdue"), "overdue") if day < today else (_("Due today"), "soon") if day == today else (_("Due"), "later")
    return Due(word, tone, instant(day, END_OF_DAY))


@dataclass(slots=True)
class _Desk:
    """What the rows say, looked up once."""

    now: datetime
    calendars: dict[UUID, Calendar]
    receiving: dict[UUID, list[Party]]
    cases: dict[UUID, Case]

    @classmethod
    def load(cls, clocks: list[Clock], now: datetime) -> "_Desk":
        disputes = {clock.dispute_id: clock.dispute for clock in clocks}
        receiving: defaultdict[UUID, list[Party]] = defaultdict(list)
        if disputes:
            for party in Party.objects.filter(dispute__in=disputes, side=Side.RECEIVING).select_related("agency").order_by("agency__name"):
                receiving[party.dispute_id].append(party)
        calendars = calendars_of({d.partnership_id: d.partnership for d in disputes.values()}.values()) if disputes else {}
        steps = {clock.dispute_id: clock for clock in clocks if follows_turn(clock)}
        return cls(now=now, calendars=calendars, receiving=receiving, cases=_light_cases(steps, receiving, calendars, now))

    def ask(self, clock: Clock) -> str:
        """What is asked: of a next step, what the turn is."""
        case = self.cases.get(clock.dispute_id)
        if follows_turn(clock) and case is not None:
            return turn_of(case).what
        return ask_of(clock, procedure_of(clock.dispute))

    def due(self, clock: Clock) -> Due:
        return due_of(clock, self.now, self.calendars[clock.dispute.partnership_id])

    def item(self, clock: Clock, *, note: str) -> WorkItem:
        """A row that the person owes; the other side's name says from or with whom."""
        dispute = clock.dispute
        raising = clock.agency_id == dispute.raising_agency_id and clock.owed_by != Side.RECEIVING
        other = (
            _("with {agency}").format(agency=self._receivers(dispute)) if raising else _("from {agency}").format(agency=dispute.raising_agency.name)
        )
        return WorkItem(dispute.reference, self.ask(clock), other, self.due(clock), note, clock=clock.pk)

    def waiting(self, clock: Clock) -> WorkItem:
        """A row that somebody else owes."""
        owner = clock.owner.name if clock.owner else ""
        agency = clock.agency.name if clock.agency else ""
        who = owner or agency or _("the partnership")
        where = agency if owner else ""
        return WorkItem(
            clock.dispute.reference,
            _("Waiting for {who} to {ask}").format(who=who, ask=lower_first(self.ask(clock))),
            where,
            self.due(clock),
            clock=clock.pk,
        )

    def cap_note(self, rows: list[Clock], shown: Clock) -> str:
        """The overall limit, where one runs beside what is asked."""
        cap = next((clock for clock in rows if clock.measures == Measure.CAP and clock is not shown), None)
        if cap is None:
            return ""
        due = self.due(cap)
        return _("overall limit passed") if due.tone == "overdue" else _("overall limit {distance}").format(distance=due.distance)

    def _receivers(self, dispute: Dispute) -> str:
        return names([party.agency.name for party in self.receiving[dispute.pk]])


def _light_cases(steps: dict[UUID, Clock], receiving: dict[UUID, list[Party]], calendars: dict[UUID, Calendar], now: datetime) -> dict[UUID, Case]:
    """Cases with just what tells whose turn it is, for the disagreements on which a next step runs."""
    if not steps:
        return {}
    requests, referrals, proposals = _by_dispute(steps)
    confirmed: defaultdict[UUID, list[OutcomeConfirmation]] = defaultdict(list)
    if proposals:
        for confirmation in OutcomeConfirmation.objects.filter(proposal__in=[rows[-1] for rows in proposals.values()]):
            confirmed[confirmation.proposal_id].append(confirmation)
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
            all_requests=requests.get(key, []),  # a dictionary of rows, no call to a server # nosec B113
            referral=referrals[key][-1] if key in referrals else None,
            proposal=proposal,
            confirmations=confirmed[proposal.pk] if proposal else [],
        )
    return cases


def _by_dispute(steps: dict[UUID, Clock]) -> tuple[dict[UUID, list[Request]], dict[UUID, list[Referral]], dict[UUID, list[OutcomeProposal]]]:
    """Requests, referrals and the proposals that stand, by disagreement: three queries."""
    requests: defaultdict[UUID, list[Request]] = defaultdict(list)
    for request in Request.objects.filter(dispute__in=steps).order_by("run__number", "pk"):
        requests[request.dispute_id].append(request)
    referrals: defaultdict[UUID, list[Referral]] = defaultdict(list)
    for referral in Referral.objects.filter(dispute__in=steps).order_by("run__number"):
        referrals[referral.dispute_id].append(referral)
    proposals: defaultdict[UUID, list[OutcomeProposal]] = defaultdict(list)
    for proposal in OutcomeProposal.objects.filter(dispute__in=steps, replaced_at=None):
        proposals[proposal.dispute_id].append(proposal)
    return dict(requests), dict(referrals), dict(proposals)


def find(person: Person, reference: str | None, typed: str) -> list[Dispute]:
    """Disagreements that the person may know of: by reference (already read), or by the own agency's reference of the child as it was typed.

    At most 20, newest first; what may not be seen is not found.
    """
    visible = Dispute.objects.visible_to(person).select_related("raising_agency").order_by("-created_at")
    if reference is not None and (found := list(visible.filter(reference=reference))):
        return found
    spellings = {typed.strip(), typed.strip().upper(), typed.strip().lower()} - {""}
    own = ChildReference.objects.filter(agency__in=person.agency_ids, reference__in=spellings).values("child__dispute")
    return list(visible.exclude(state=State.DRAFT).filter(pk__in=own)[:MOST_FOUND])
