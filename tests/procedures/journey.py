"""What the journeys through the published procedures share: moments moved by hand, clocks and holders by name, and the closing tasks."""

from datetime import datetime
from typing import Any

from agencies.models import Agency, User
from escalation.models import Clock, Dispute, Notification
from escalation.services.sweep import sweep
from escalation.states import Answer, ClockState, Difference, Message, Outcome, State, SummaryKind, Verb
from tests.cast import Cast
from tests.escalation.verbs import met
from tests.world import World, london


class Journey:
    """One disagreement in one world; `at` moves the clock and lets the sweep run, as the beat does each minute."""

    def __init__(self, cast: Cast, key: str, start: str) -> None:
        self.cast = cast
        self.world = World(cast, key, now=london(start))
        self.dispute: Dispute = Dispute()

    def logged(self, *receiving: Agency, **more: Any) -> "Journey":
        """The practitioner's act."""
        self.dispute = self.world.log(*receiving, **more)
        return self

    def sent(self, *receiving: Agency, **more: Any) -> "Journey":
        """Logged, and sent on by the own manager where the procedure asks for that."""
        self.dispute = self.world.sent(*receiving, **more)
        return self

    def met(self) -> "Journey":
        """The panel's members declared that they have no interest, and it has met."""
        met(self.world, self.dispute)
        return self

    def at(self, *moments: str, delivered: bool = True) -> "Journey":
        """Each moment in turn: messages arrive, the sweep runs."""
        for moment in moments:
            self.world.now = london(moment)
            if delivered:
                self.world.delivered(self.dispute)
            assert sweep(self.world.now).failed == 0
        return self

    def do(self, verb: Verb, user: User, **given: Any) -> "Journey":
        """A verb by a person, now."""
        self.world.do(self.dispute, verb, user, **given)
        return self

    def disagrees(self, user: User, **more: Any) -> "Journey":
        """A response that does not agree."""
        return self.do(Verb.RESPOND, user, answer=Answer.DISAGREES, reasons="The threshold is not met.", **more)

    @property
    def now(self) -> Dispute:
        """The row as it stands."""
        return self.world.fresh(self.dispute)

    @property
    def stage(self) -> int:
        return int(self.now.stage)

    def clock(self, key: str, **more: Any) -> Clock:
        """The newest clock of this key."""
        found: Clock = Clock.objects.filter(dispute=self.dispute, key=key, **more).latest("started_at")
        return found

    def due(self, key: str) -> datetime:
        """When the running clock of this key is due, by the procedure."""
        return self.clock(key, state=ClockState.RUNNING).due_at

    def holder(self) -> Any:
        """Who holds the stage on the raising side."""
        return self.now.runs.get(left_at=None).holder

    def asked(self) -> set[Any]:
        """Who is asked on the receiving side in the open run."""
        return {request.holder for request in self.now.requests.filter(run__left_at=None)}

    def told(self, user: User, kind: Message) -> bool:
        """Was this person sent such a message?"""
        return Notification.objects.filter(dispute=self.dispute, recipient=user, kind=kind).exists()

    def agreed(self, raising: User, receiving: User) -> "Journey":
        """A response that agrees, taken and confirmed."""
        self.do(Verb.RESPOND, receiving, answer=Answer.AGREES, reasons="We looked again.", actions="An assessment.")
        self.do(Verb.ACCEPT, raising, wording="An assessment by 20 March.", kind=Outcome.AGREED_ACTION)
        return self.do(Verb.CONFIRM_OUTCOME, receiving)

    def closed(self, raising: User, receiving: User, lead: User) -> "Journey":
        """Feedback, the child's file on both sides, learning, and the close."""
        self.do(Verb.GIVE_FEEDBACK, raising, words="Told in person.", given_on=self.world.now.date())
        for user in (raising, receiving):
            self.do(Verb.CONFIRM_FILE, user)
        self.do(Verb.RECORD_LEARNING, raising, issue="Thresholds are read differently.")
        if self.now.version.definition["closing"].get("executive_summary"):
            self.do(Verb.WRITE_SUMMARY, raising, kind=SummaryKind.EXECUTIVE, concerns="No assessment.", resolution="An assessment by 20 March.")
        self.do(Verb.CLOSE, lead, difference=Difference.PLAN_CHANGED)
        assert self.now.state == State.CLOSED
        return self
