"""Somebody leaves, and what they hold moves to who takes over: through the engine, a line on each disagreement, in one transaction with the end of
their access. What the successor cannot hold goes to whom the directory suggests."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_noop

from agencies.models import Agency, Departure, Partnership, User
from agencies.person import Person, person_of
from agencies.roles import CHAIR_ROLES, Role
from agencies.services.departures import due_departures, finish_departure, plan_departure
from agencies.working_days import london
from escalation import policy
from escalation.counterparts import How
from escalation.engine.case import load
from escalation.engine.change import Change
from escalation.engine.commit import commit
from escalation.models import AgreedAction, LearningPoint
from escalation.services.held import Held, HeldKind, held_in
from escalation.services.holding import pass_request
from escalation.services.staging import unit_ids
from escalation.states import LIVE, EventKind, Message, Side

LEFT = "The person who held this has left."


def hand_over(
    *, actor: User | None, leaver: User, successor: User, place: Agency | Partnership, last_day: date | None, now: datetime, takes_posts: bool = False
) -> Departure:
    """Ends all that somebody holds in a place and moves their open work: at once where `last_day` is None, else once that London day is over.

    One transaction: roles, posts, tokens, the account where no seat is left, and every open item. Raises what `plan_departure` raises.
    """
    with transaction.atomic():
        at_once = last_day is None
        last = london(now).date() - timedelta(days=1) if last_day is None else last_day
        departure = plan_departure(
            actor=actor, leaver=leaver, successor=successor, place=place, last_day=last, now=now, takes_posts=takes_posts
        )  # fmt: skip
        if at_once:
            carry_out(departure, now=now)
    return departure


def carry_out_due(now: datetime) -> int:
    """Carry out every departure whose last day is over, each in a transaction of its own; gives how many. Safe to run late, twice or at once."""
    done = 0
    for key in list(due_departures(now).values_list("pk", flat=True)):
        with transaction.atomic():
            row = due_departures(now).select_for_update(of=("self",), skip_locked=True).filter(pk=key).first()
            if row is not None:
                carry_out(row, now=now)
                done += 1
    return done


def carry_out(departure: Departure, *, now: datetime) -> int:
    """After the last day: the seats' rest ends, and each open item moves. Gives the number of disagreements touched. Inside a transaction."""
    found = held_in(departure.place, departure.person_id)
    finish_departure(departure, now=now)
    kinds: dict[UUID, set[HeldKind]] = {}
    for item in found:
        kinds.setdefault(item.dispute_id, set()).add(item.kind)
    actor = person_of(departure.planned_by, london(now).date()) if departure.planned_by else None
    actions, learning = _actions(departure, found), _learning(departure, found)
    changes = []
    for case in load(kinds.keys(), now=now):
        change = Change(case, now=now, actor=actor, agency=departure.agency_id)
        _Handover(change, departure).run(kinds[case.dispute.pk], actions.get(case.dispute.pk, []), learning.get(case.dispute.pk, []))
        changes.append(change)
    commit(changes)
    return len(changes)


def _actions(departure: Departure, found: Collection[Held]) -> dict[UUID, list[AgreedAction]]:
    keys = {item.dispute_id for item in found if item.kind is HeldKind.ACTION}
    rows: dict[UUID, list[AgreedAction]] = {}
    for row in AgreedAction.objects.filter(dispute__in=keys, owner=departure.person, agency=departure.agency, done_at=None):
        rows.setdefault(row.dispute_id, []).append(row)
    return rows


def _learning(departure: Departure, found: Collection[Held]) -> dict[UUID, list[LearningPoint]]:
    keys = {item.dispute_id for item in found if item.kind is HeldKind.LEARNING}
    rows: dict[UUID, list[LearningPoint]] = {}
    for row in LearningPoint.objects.filter(dispute__in=keys, owner=departure.person, done_at=None):
        rows.setdefault(row.dispute_id, []).append(row)
    return rows


class _Handover:
    """The move of what one person holds in one disagreement."""

    def __init__(self, change: Change, departure: Departure) -> None:
        self.change, self.case, self.departure = change, change.case, departure
        self.leaver, self.successor = departure.person_id, departure.successor_id
        self.takers: dict[UUID | None, None] = {}

    def run(self, kinds: set[HeldKind], actions: list[AgreedAction], learning: list[LearningPoint]) -> None:
        """Each kind in turn; then one line for each person who takes something over, and a message to them."""
        if HeldKind.DRAFT in kinds:
            self._draft()
            return
        if HeldKind.STAGE in kinds:
            self._stage()
        if HeldKind.REQUEST in kinds:
            self._requests()
        if HeldKind.REFERRAL in kinds:
            self._referral()
        if actions or learning or HeldKind.PLAN in kinds:
            self._agreed(actions, learning, is_lead=HeldKind.PLAN in kinds)
        self._say(has_panel=HeldKind.PANEL in kinds)

    def _draft(self) -> None:
        """A draft becomes the successor's own, with what was typed; it has no record yet unless it was sent back."""
        dispute = self.case.dispute
        dispute.logged_by_id = self.successor
        if dispute.raiser_id == self.leaver:
            dispute.raiser_id = self.successor
        self.change.touch(dispute)
        if dispute.head_number:
            self._record(self.successor)

    def _stage(self) -> None:
        run = self.case.run
        if run is None or run.holder_id != self.leaver:
            return
        to = self._taker(Side.RAISING, self.case.raising_id)
        run.holder_id, run.holder_post = to, self._post(to, self.case.raising_id)
        self.change.touch(run)
        self._pass_clocks(to, request=None)

    def _requests(self) -> None:
        for request in self.case.all_requests:
            if request.holder_id != self.leaver or request.ended_at is not None or request.agency_id != self.departure.agency_id:
                continue
            to = self._taker(Side.RECEIVING, request.agency_id)
            pass_request(self.change, request, to, self._post(to, request.agency_id))
            self._pass_clocks(to, request=request.pk)

    def _referral(self) -> None:
        referral, directory = self.case.referral, self.case.directory
        if referral is None or not self.case.is_before_partnership:
            return
        party = self.case.receiving_ids | {self.case.raising_id}
        if referral.chair_id == self.leaver:
            able = [row.user_id for row in directory.chairs() if not self._sits_in(row.user_id, party)]
            referral.chair_id = self.successor if self.successor in able else next(iter(able), None)
            self._pass_clocks(referral.chair_id, request=None)
        if referral.mediator_id == self.leaver:
            person = directory.person(self.successor)
            place = self.case.dispute.partnership_id
            mediates = person is not None and person.sits_as(place, Role.MEDIATOR, *CHAIR_ROLES) and not person.agency_ids & party
            referral.mediator_id = self.successor if mediates else None
            self._pass_clocks(referral.mediator_id or referral.chair_id, request=None)
        self.change.touch(referral)

    def _agreed(self, actions: list[AgreedAction], learning: list[LearningPoint], *, is_lead: bool) -> None:
        """What was agreed or learnt, after the stages: whoever holds one now takes part."""
        to, case = self._follower(), self.case
        for action in actions:
            action.owner_id = to
        for point in learning:
            point.owner_id = to
        for row in (*actions, *learning):
            self.change.touch(row)
            self.takers[to] = None
        if is_lead:
            case.dispute.lead_manager_id = to if to != case.dispute.disputed_person_id else None
            self.takers[case.dispute.lead_manager_id] = None
        mine = {action.pk for action in actions}
        for clock in case.running():
            if clock.action_id in mine and clock.owner_id == self.leaver:
                clock.owner_id = to
                self.change.touch(clock)

    def _follower(self) -> UUID | None:
        """Who sees to what was agreed or learnt: the successor where they take part, else as of a stage: nobody who may not know of it."""
        case, agency = self.case, self.departure.agency_id
        person = case.directory.person(self.successor)
        knows = agency is None or (person is not None and policy.takes_part(person, case))
        if knows and self.successor not in case.conflicted_ids:
            return self.successor
        if agency is None:
            return None
        return self._taker(Side.RAISING if agency == case.raising_id else Side.RECEIVING, agency)

    def _sits_in(self, user_id: UUID, agencies: Collection[UUID]) -> bool:
        person: Person | None = self.case.directory.person(user_id)
        return person is not None and bool(person.agency_ids & set(agencies))

    def _taker(self, side: Side, agency: UUID) -> UUID | None:
        """The successor where they can act there, else whom the directory suggests, else the agency's lead; None where nobody can.

        A disagreement kept from the own agency goes back to whoever raised it, or to nobody, and the business unit is asked.
        """
        case = self.case
        if side == Side.RAISING and case.dispute.is_restricted:
            return case.dispute.raiser_id if case.dispute.raiser_id != self.leaver else None
        barred = set(case.conflicted_ids) | {self.leaver}
        if case.dispute.stage > 1 and case.dispute.disputed_person_id:
            barred.add(case.dispute.disputed_person_id)
        suggested = [row.user_id for row in case.candidates(side, agency) if row.how != How.UNIT_RECOMMENDS]
        able = [key for key in (*suggested, *sorted(case.lead_ids(agency))) if key not in barred]
        return self.successor if self.successor in able else next(iter(able), None)

    def _post(self, user_id: UUID | None, agency: UUID) -> str:
        person = self.case.directory.person(user_id) if user_id else None
        return person.job_title(agency) if person else ""

    def _pass_clocks(self, to: UUID | None, *, request: UUID | None) -> None:
        self.takers[to] = None
        for clock in self.case.running():
            if clock.owner_id == self.leaver and clock.action_id is None and (request is None or clock.request_id == request):
                clock.owner_id = to
                self.change.touch(clock)

    def _say(self, *, has_panel: bool) -> None:
        live = self.case.dispute.state in LIVE
        for to in self.takers:
            self._record(to)
            due = min((c.effective_due for c in self.case.running() if c.owner_id == to), default=None)
            handed = next((request for request in self.case.awaiting if request.holder_id == to), None)
            if to is not None and live:
                self.change.tell([to], kind=Message.ASSIGNED, action=gettext_noop("A disagreement was handed to you"), due=due, request=handed)
            elif to is None:
                self.change.tell(unit_ids(self.case), kind=Message.NO_CONTACT, action=gettext_noop("Recommend a contact"))
        if has_panel and self.case.referral is not None:
            self._record(None)
            self.change.tell([self.case.referral.chair_id], kind=Message.UNIT, action=gettext_noop("A panel member has left: convene the panel anew"))

    def _record(self, to: UUID | None) -> None:
        facts = {"from": str(self.leaver), "to": str(to or "")}
        self.change.record(EventKind.REASSIGNED, facts=facts, body={"reason": LEFT}, agency=self.departure.agency_id)
