"""What one person holds in one disagreement, moved to whoever takes it over: they left, or may hold it no longer."""

from collections.abc import Collection
from uuid import UUID

from django.utils.translation import gettext_noop

from agencies.roles import CHAIR_ROLES, Role
from escalation import policy
from escalation.engine import next_steps
from escalation.engine.change import Change
from escalation.engine.own_clocks import OF_TURNS
from escalation.engine.turns import turns_of
from escalation.models import AgreedAction, LearningPoint
from escalation.services.filling import HANDED, fill, tell_unit_of_nobody
from escalation.services.held import HeldKind
from escalation.services.holding import pass_request
from escalation.services.offered import withdraw_offer
from escalation.services.offices import BESIDE, able_to_hold, able_to_preside, unit_ids
from escalation.services.record import may_do_action
from escalation.states import LIVE, EventKind, Message, Side


class OpenWork:
    """The move of what one person holds in one disagreement: to the successor where there is one who can act there, else as the directory suggests.

    `agency` is the one for which they held it, None for the partnership; `everywhere` says that what they hold anywhere in it moves. `why` stands
    on the record.
    """

    def __init__(self, change: Change, *, leaver: UUID, successor: UUID | None, agency: UUID | None, why: str, everywhere: bool = False) -> None:
        self.change, self.case = change, change.case
        self.leaver, self.successor, self.agency = leaver, successor, agency
        self.why, self.everywhere = why, everywhere
        self.takers: dict[UUID | None, None] = {}

    def run(self, kinds: Collection[HeldKind], actions: Collection[AgreedAction], learning: Collection[LearningPoint]) -> None:
        """Each kind in turn; then one line for each person who takes something over, and a message to them."""
        if HeldKind.STAGE in kinds:
            self._stage()
        if HeldKind.REQUEST in kinds:
            self._requests()
        if HeldKind.REFERRAL in kinds:
            self._referral()
        for action in actions:
            self._agreed(action, self._doer(action.agency_id) or self._follower(action.agency_id))
        for point in learning:
            self._agreed(point, self._follower(self.agency))
        if HeldKind.PLAN in kinds and self.case.dispute.lead_manager_id == self.leaver:
            to = self._follower(self.agency)
            self.case.dispute.lead_manager_id = to if to != self.case.dispute.disputed_person_id else None
            self.takers[self.case.dispute.lead_manager_id] = None
        if HeldKind.OFFER in kinds and self.case.dispute.offered_mediator_id == self.leaver:
            self.record_move(None)
            withdraw_offer(self.change, why=self.why)
        fill(self.change, first=self.successor)
        if HeldKind.TURN in kinds:
            self._turns()
        self._say()

    def _stage(self) -> None:
        run = self.case.run
        if run is None or run.holder_id != self.leaver:
            return
        if self.case.is_with_unit:
            # What is kept from the own agency stays with the business unit, which alone sends it back.
            to = next((one.user_id for one in self.case.unit() if one.user_id != self.leaver), None)
        else:
            to = self._taker(Side.RAISING, self.case.raising_id) or self._raiser()
        run.holder_id, run.holder_post = to, self._post(to, self.case.raising_id)
        self.change.touch(run)
        self._pass_clocks(to, request=None)

    def _raiser(self) -> UUID | None:
        """Where nobody else of the raising agency can: whoever raised it, as for a stage that nobody holds. They send it on, or move it up."""
        raiser = self.case.dispute.raiser_id
        return raiser if raiser != self.leaver and self.case.may_hold(raiser, self.case.raising_id) else None

    def _requests(self) -> None:
        for request in self.case.all_requests:
            if request.holder_id != self.leaver or request.ended_at is not None or not (self.everywhere or request.agency_id == self.agency):
                continue
            to = self._taker(Side.RECEIVING, request.agency_id)
            pass_request(self.change, request, to, self._post(to, request.agency_id))
            self._pass_clocks(to, request=request.pk)

    def _referral(self) -> None:
        referral = self.case.referral
        if referral is None or not self.case.is_before_partnership:
            return
        party = self.case.receiving_ids | {self.case.raising_id}
        if referral.chair_id == self.leaver:
            able = [row.user_id for row in able_to_preside(self.case, self.case.dispute.stage) if row.user_id != self.leaver]
            referral.chair_id = self.successor if self.successor in able else next(iter(able), None)
            self._pass_clocks(referral.chair_id, request=None)
            self.change.touch(referral)
        if referral.mediator_id == self.leaver:
            person = self.case.directory.person(self.successor) if self.successor else None
            place = self.case.dispute.partnership_id
            mediates = person is not None and person.sits_as(place, Role.MEDIATOR, *CHAIR_ROLES) and not person.agency_ids & party
            referral.mediator_id = self.successor if mediates else None
            self._pass_clocks(referral.mediator_id or referral.chair_id, request=None)
            self.change.touch(referral)

    def _turns(self) -> None:
        """What follows from the state: to whoever the turn is of now, as the product's own clocks do."""
        follows = [
            clock for clock in self.case.running() if clock.key in OF_TURNS and (clock.owner_id, clock.agency_id) == (self.leaver, self.agency)
        ]
        next_steps.ensure_next_step(self.change)
        turns = turns_of(self.case)
        found = [turn.owner for clock in follows for turn in turns if turn.is_of(clock)]
        self.takers |= dict.fromkeys(owner for owner in found if owner != self.leaver)

    def _agreed(self, row: AgreedAction | LearningPoint, to: UUID | None) -> None:
        """What was agreed or learnt, after the stages: whoever holds one now takes part."""
        row.owner_id = to
        self.change.touch(row)
        self.takers[to] = None
        for clock in self.case.running():
            if clock.action_id == row.pk and clock.owner_id == self.leaver:
                clock.owner_id = to
                self.change.touch(clock)

    def _doer(self, agency: UUID) -> UUID | None:
        """The successor, where an agreed action there can be asked of them, whatever else they have to do with it; else None."""
        return self.successor if self.successor in {one.id for one in may_do_action(self.case, agency)} else None

    def _follower(self, agency: UUID | None) -> UUID | None:
        """Who sees to what was agreed or learnt: the successor where they take part, else as of a stage: nobody who may not know of it."""
        case = self.case
        person = case.directory.person(self.successor) if self.successor else None
        knows = agency is None or (person is not None and policy.takes_part(person, case))
        if self.successor is not None and knows and self.successor not in case.conflicted_ids:
            return self.successor
        if agency is None:
            return None
        if agency == case.raising_id:
            return self._taker(Side.RAISING, agency) or self._raiser()
        return self._taker(Side.RECEIVING, agency)

    def _taker(self, side: Side, agency: UUID) -> UUID | None:
        """The successor where they can act there, else the first who can; None where nobody can, and the business unit is asked."""
        able = able_to_hold(self.case, side, agency, without={self.leaver})
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

    def _say(self) -> None:
        live = self.case.dispute.state in LIVE
        for to in self.takers:
            self.record_move(to)
            handed = next((request for request in self.case.awaiting if request.holder_id == to), None)
            if to is not None and live:
                next_steps.tell_what_is_theirs(self.change, to, news=HANDED, request=handed)
            elif to is None:
                self._say_nobody()

    def _say_nobody(self) -> None:
        """The unit hears what nobody can take; of what is asked beside the stages it did already."""
        unowned = [clock for clock in self.case.running() if clock.owner_id is None]
        is_unheld = self.case.run is not None and self.case.run.holder_id is None
        tell_unit_of_nobody(self.change, [clock for clock in unowned if clock.key not in BESIDE], is_unheld=is_unheld)
        if not unowned and not is_unheld:
            self.change.tell(unit_ids(self.case), kind=Message.NO_CONTACT, action=gettext_noop("Nobody has taken over what somebody held"))

    def record_move(self, to: UUID | None) -> None:
        """The line of the record: it was handed to them, or to nobody."""
        facts = {"from": str(self.leaver), "to": str(to or "")}
        self.change.record(EventKind.REASSIGNED, facts=facts, body={"reason": self.why}, agency=self.agency)
