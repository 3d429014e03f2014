"""One disagreement while it is lived: what people do to it, each at its own moment, through the verbs that every page calls."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from agencies.errors import DomainError
from agencies.models import User
from agencies.ready import Ready
from escalation.engine.perform import perform
from escalation.models import Dispute, Event, Notification, Request, StageRun
from escalation.services import drafts, every_verb  # noqa: F401 - importing registers the verbs
from escalation.services.sweep import sweep
from escalation.services.undelivered import arrived, came_back
from escalation.states import Message, RequestState, Verb
from tests.reports.lived.place import House, Place
from tests.world import World

# What is asked at every step, put into SQL once: it was a seventh of the time that the years take.
RUNS: Ready[StageRun] = Ready(lambda key: StageRun.objects.filter(dispute=key).select_related("holder").order_by("number"))
ASKED: Ready[Request] = Ready(lambda key, agency: Request.objects.filter(dispute=key, agency=agency).select_related("holder").order_by("run__number"))
AWAITED: Ready[tuple[UUID]] = Ready(
    lambda key: Request.objects.filter(dispute=key, state=RequestState.AWAITING, run__left_at=None).values_list("agency")
)
LINES: Ready[Event] = Ready(lambda key, kind: Event.objects.filter(dispute=key, kind=kind).order_by("number"))
PARTNERSHIP_STAGE = {"bristol": 4, "enfield": 4, "devon": 5, "bromley": 4}


@dataclass
class Matter:
    """It stands still at `ends`: what would come later has not happened."""

    place: Place
    dice: Random
    now: datetime
    ends: datetime
    procedure: str
    raiser: House
    receivers: list[House]
    key: UUID = field(default_factory=lambda: UUID(int=0))
    _row: Dispute | None = None

    def later(self, days: float = 0, hours: float = 0) -> bool:
        """Time passes, to a whole minute; is it still within the story?"""
        self.now = (self.now + timedelta(days=days, hours=hours)).replace(second=0, microsecond=0)
        return self.now < self.ends

    def log(self, by: User, **more: Any) -> None:
        """Logged and sent, as on the question pages."""
        person = self.place.person(by, self.now)
        dispute = drafts.begin_draft(person, agency=self.raiser.key, procedure=self.place.versions[self.procedure].procedure_id, now=self.now)
        self.key = dispute.pk
        self.log_again(by, **more)

    def log_again(self, by: User, **more: Any) -> None:
        """The draft, first written or sent back to its writer, is sent."""
        person = self.place.person(by, self.now)
        drafts.save_draft(self.key, person, self.answers(**more), now=self.now)
        drafts.submit(self.key, person, now=self.now)
        self._row = None

    def answers(self, **more: Any) -> dict[str, Any]:
        """A complete set of answers."""
        return {
            "receiving": [str(house.key) for house in self.receivers],
            "children": [{"initials": "AB", "born_on": "2017-05-01"}, {"initials": "CD", "born_on": "2019-02-01"}][: self.dice.choice([1, 1, 2])],
            "themes": self.dice.sample(["threshold", "delay", "information", "roles"], self.dice.choice([1, 1, 2])),
            "level_of_need": self.dice.choice([1, 2, 3, 4, 4, None]),
            "what": "It was closed without an assessment.", "impact": "The risk goes on.", "outcome_sought": "An assessment.",
            "tried": "Two calls.", "basis": "evidence", "danger_now": False, **more,
        }  # fmt: skip

    def do(self, verb: Verb, by: User, **given: Any) -> bool:
        """One verb now; False where the product refuses it, or where the story has ended."""
        if self.now >= self.ends:
            return False
        try:
            self._row = perform(self.key, verb, actor=self.place.person(by, self.now), now=self.now, **given).case.dispute
        except DomainError:
            return False
        return True

    @property
    def row(self) -> Dispute:
        """As it stands now."""
        if self._row is None:
            self._row = Dispute.objects.get(pk=self.key)
        return self._row

    @property
    def stage(self) -> int:
        """Where it is now."""
        return int(self.row.stage)

    def on_our_side(self) -> User:
        """Who holds it for the raising agency."""
        runs = RUNS(self.key)
        return (runs[-1].holder if runs else None) or self.raiser.manager

    def over_there(self, house: House) -> User:
        """Who holds it for a receiving agency, now or at the last stage at which that was asked."""
        asked = ASKED(self.key, house.key)
        return (asked[-1].holder if asked else None) or house.manager

    def waiting(self) -> list[House]:
        """The receiving agencies whose response is awaited."""
        awaited = AWAITED(self.key)
        return [house for house in self.receivers if (house.key,) in awaited]

    def bounces(self, house: House) -> bool:
        """The message that was to bring the request to the agency comes back."""
        message = Notification.objects.filter(dispute=self.key, request__agency=house.key, kind=Message.ASSIGNED).order_by("-created_at").first()
        return message is not None and self.now < self.ends and came_back(message, now=self.now, words="No such mailbox.")

    def arrives(self, house: House) -> None:
        """A newer message brings it after all."""
        message = Notification.objects.filter(dispute=self.key, request__agency=house.key, kind=Message.ASSIGNED).order_by("-created_at").first()
        if message is not None and self.now < self.ends:
            arrived(message, now=self.now)

    def watched(self, days: int) -> None:
        """The messages arrived; the sweep looks every six hours, at this one alone, so that it moves up by itself where the procedure says so."""
        Dispute.objects.live().exclude(pk=self.key).update(wake_at=self.ends)
        for _ in range(days * 4):
            Request.objects.filter(dispute=self.key, state=RequestState.AWAITING, delivered_at=None).update(delivered_at=self.now)
            if self.later(hours=6):
                World.warned()
                sweep(self.now)
        self._row = None

    def lines(self, kind: str) -> list[Event]:
        """The lines of a kind, in their order."""
        return LINES(self.key, kind)
