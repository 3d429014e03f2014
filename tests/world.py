"""What most tests of the disagreement need: a published procedure, one logged disagreement, and the verbs by name. A pytest plugin."""

from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F

from agencies.models import Agency, User
from agencies.person import Person, person_of
from agencies.ready import Ready
from escalation.engine.change import Change
from escalation.engine.perform import Seen, perform
from escalation.models import Clock, Dispute, Event, Request
from escalation.procedures.schema import shipped
from escalation.services import drafts, every_verb  # noqa: F401 - importing registers the verbs
from escalation.services.procedures import publish
from escalation.states import RequestState, Verb
from tests.cast import Cast
from tests.kept import Layers, kept_as
from tests.writes import directory_writes

LONDON = ZoneInfo("Europe/London")
MONDAY = datetime(2026, 3, 2, 10, 0, tzinfo=LONDON)


def london(text: str) -> datetime:
    """`2026-03-02 10:00` in London."""
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=LONDON)


def answers(*receiving: Agency, **more: Any) -> dict[str, Any]:
    """A complete set of answers, as the question pages keep them."""
    return {
        "receiving": [str(agency.pk) for agency in receiving],
        "children": [{"initials": "AB", "born_on": "2015-05-01", "reference": "S-1001"}],
        "themes": ["threshold"],
        "what": "The referral of 27 February was closed without an assessment.",
        "impact": "The child goes home to the same risk each evening.",
        "outcome_sought": "An assessment within ten working days.",
        "tried": "Two calls to the duty team on 27 February.",
        "basis": "evidence",
        "danger_now": False,
        **more,
    }


def chosen(line: Event) -> dict[str, Any]:
    """The choices, keys and moments of a line, without the digests that vouch for what stands beside it."""
    return {key: value for key, value in line.facts.items() if key not in {"vouched", "apart"}}


class World:
    """One partnership with one procedure in force; `now` is moved by hand."""

    def __init__(self, cast: Cast, key: str = "bristol", *, now: datetime = MONDAY) -> None:
        self.cast = cast
        self.now = now
        self._people: dict[tuple[UUID, date], tuple[int, Person]] = {}
        self.version = publish(shipped()[key], cast.partnership, now=now, in_force_from=now.date()).version

    def person(self, user: User) -> Person:
        """The user as the policy sees them now; read again once anything was written to the directory."""
        today, written = self.now.astimezone(LONDON).date(), directory_writes()
        known = self._people.get((user.pk, today))
        if known is None or known[0] != written:
            known = self._people[user.pk, today] = written, person_of(user, today)
        return known[1]

    def log(self, *receiving: Agency, raiser: User | None = None, procedure: UUID | None = None, **more: Any) -> Dispute:
        """Log and send a disagreement."""
        person = self.person(raiser or self.cast.raiser)
        dispute = drafts.begin_draft(person, agency=self.cast.raising.pk, procedure=procedure or self.version.procedure_id, now=self.now)
        drafts.save_draft(dispute.pk, person, answers(*(receiving or (self.cast.receiving,)), **more), now=self.now)
        drafts.submit(dispute.pk, person, now=self.now)
        return self.fresh(dispute)

    def do(self, dispute: Dispute, verb: Verb, user: User, *, seen: Seen | None = None, **given: Any) -> Change:
        """One verb by one person, now."""
        return perform(dispute.pk, verb, actor=self.person(user), seen=seen or Seen.of(self.fresh(dispute)), now=self.now, **given)

    def sent(self, *receiving: Agency, **more: Any) -> Dispute:
        """Logged, and sent on by the own manager."""
        dispute = self.log(*receiving, **more)
        if dispute.stage == 0:
            self.do(dispute, Verb.SEND_ON, self.cast.own_manager)
        return self.fresh(dispute)

    def delivered(self, dispute: Dispute) -> None:
        """The requests' messages arrived, and so did what warns of the system's own move."""
        self.warned()
        Request.objects.filter(dispute=dispute, state=RequestState.AWAITING).update(delivered_at=self.now)

    @staticmethod
    def warned() -> None:
        """What warns of the system's own moves left when it was written."""
        Clock.objects.filter(warned_at__isnull=False, warning_left_at=None).update(warning_left_at=F("warned_at"))

    @staticmethod
    def fresh(dispute: Dispute) -> Dispute:
        """The row as it is now."""
        return _ROW(dispute.pk)[0]


_ROW: Ready[Dispute] = Ready(lambda key: Dispute.objects.filter(pk=key))


@kept_as("world")
def _world(cast: Cast) -> World:
    return World(cast)


@kept_as("dispute")
def _dispute(world: World) -> Dispute:
    return world.sent()


@pytest.fixture
def world(layers: Layers, cast: Cast) -> World:
    """Bristol's procedure in force on Monday 2 March 2026 at ten."""
    world: World | None = layers.own(_world)
    if world is None:
        return World(cast)
    world.cast = cast
    return world


@pytest.fixture
def dispute(layers: Layers, world: World) -> Dispute:
    """Logged, and sent on by the own manager, a moment ago."""
    return layers.own(_dispute) or world.sent()
