"""Builds the demonstration's disagreements through the services that people use, each act at its moment in the past, the clocks watched between."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db.models import F

from agencies.calendars import calendar_of
from agencies.models import Agency, Partnership, User
from agencies.person import Person, person_of
from agencies.services.example import build_example_directory
from agencies.working_days import LONDON, Calendar, instant
from escalation.engine.perform import perform
from escalation.models import Clock, Dispute, Notification, Procedure, Request
from escalation.procedures.schema import shipped
from escalation.services import drafts, every_verb
from escalation.services.procedures import make_default, publish
from escalation.services.sweep import sweep
from escalation.states import LIVE, ClockState, Delivery, RequestState, Verb

__all__ = ["Built", "build_example", "every_verb", "example_people"]

STORIES = Path(__file__).resolve().parent.parent / "data" / "example.toml"
DEFAULT = "bristol"
# A procedure that names no first day has been in force here since before the oldest story.
BEFORE = timedelta(days=400)
ONE_MINUTE = timedelta(minutes=1)
PEOPLE_KEYS = frozenset({"mediator", "owner", "to", "person"})
Table = dict[str, Any]


@dataclass(slots=True)
class Built:
    """What a run did."""

    partnership: Partnership
    added: int = 0

    def words(self) -> str:
        """One line for the command."""
        if not self.added:
            return f"{self.partnership.name} is there already: what was entered is kept."
        return f"{self.partnership.name} is built: {self.added} invented disagreements."


def build_example(now: datetime, *, practice: bool = False) -> Built:
    """The invented partnership, the five shipped procedures and the invented disagreements, as they would stand now (aware).

    A second run adds nothing and changes nothing that people entered since. Nothing of the past is sent by mail. `practice`
    makes it a partnership to practise in, where it is not there yet.
    """
    partnership = build_example_directory(now=now, practice=practice)
    for key, definition in shipped().items():
        since = definition.in_force_from or now.astimezone(LONDON).date() - BEFORE
        done = publish(definition, partnership, now=now, in_force_from=since)
        if key == DEFAULT and done.is_new:
            make_default(done.version.procedure)
    built = Built(partnership)
    if not Dispute.objects.filter(partnership=partnership).exists():
        built.added = _Telling.of(partnership, now).tell()
    return built


@dataclass(slots=True)
class _Telling:
    """The stories told in the order in which everything happened."""

    stories: list[Table]
    now: datetime
    calendar: Calendar
    days: list[date]
    people: dict[str, User]
    agencies: dict[str, UUID]
    procedures: dict[str, UUID]
    told: dict[int, UUID] = field(default_factory=dict)

    @classmethod
    def of(cls, partnership: Partnership, now: datetime) -> "_Telling":
        stories = tomllib.loads(STORIES.read_text(encoding="utf-8"))["stories"]
        calendar = calendar_of(partnership)
        members = User.objects.filter(memberships__partnership=partnership).distinct()
        return cls(
            stories=stories,
            now=now,
            calendar=calendar,
            days=_days_back(calendar, now, max(story["days"] for story in stories)),
            people={user.email.split("@")[0]: user for user in members},
            agencies=dict(Agency.objects.filter(partnership=partnership).values_list("code", "pk")),
            procedures=dict(Procedure.objects.filter(partnership=partnership).values_list("key", "pk")),
        )

    def tell(self) -> int:
        """Every log and act in order, with the clocks watched between; how many disagreements there are then."""
        for at, number, act in sorted(self._happenings(), key=lambda row: (row[0], row[1])):
            self._watch(at)
            if act is None:
                self._log(number, at)
            else:
                given = {key: self._value(key, value, at) for key, value in act.get("given", {}).items()}
                perform(self.told[number], Verb(act["verb"]), actor=self._person(act["who"], at), now=at, **given)
        self._watch(self.now)
        return len(self.told)

    def _happenings(self) -> Iterator[tuple[datetime, int, Table | None]]:
        for number, story in enumerate(self.stories):
            yield self._moment(story["days"], story["at"]), number, None
            for act in story.get("acts", []):
                yield self._moment(act["days"], act["at"]), number, act

    def _moment(self, days: int, at: str) -> datetime:
        """So many working days back (or ahead, where negative) at a London time of day, in UTC."""
        if days < 0:
            return instant(self.calendar.add(self.now.astimezone(LONDON).date(), -days), time.fromisoformat(at))
        return instant(self.days[days], time.fromisoformat(at))

    def _watch(self, until: datetime) -> None:
        """Look at each clock at its own moment, as the recurring task would have, messages having left and arrived before."""
        last: datetime | None = None
        live = Dispute.objects.filter(pk__in=self.told.values(), state__in=sorted(LIVE), wake_at__lt=until).order_by("wake_at")
        while (wakes := live.values_list("wake_at", flat=True).first()) is not None:
            moment = wakes if last is None or wakes > last else last + ONE_MINUTE
            self._deliver(moment)
            sweep(moment)
            last = moment
        self._deliver(until)

    def _deliver(self, at: datetime) -> None:
        """What would have left by then counts as sent and as arrived: no mail of the past goes out."""
        mine = list(self.told.values())
        Notification.objects.filter(dispute__in=mine, state=Delivery.WAITING, not_before__lte=at).update(state=Delivery.SENT, sent_at=at)
        waiting = Request.objects.filter(dispute__in=mine, state=RequestState.AWAITING, delivered_at=None, received_at__lte=at)
        waiting.update(delivered_at=at)
        warned = Clock.objects.filter(dispute__in=mine, state=ClockState.RUNNING, warned_at__isnull=False, warning_left_at=None)
        warned.update(warning_left_at=F("warned_at"))

    def _person(self, name: str, at: datetime) -> Person:
        return person_of(self.people[name], at.astimezone(LONDON).date())

    def _log(self, number: int, at: datetime) -> None:
        story = self.stories[number]
        person = self._person(story["raiser"], at)
        procedure = self.procedures[story.get("procedure", DEFAULT)]
        dispute = drafts.begin_draft(person, agency=self.agencies[story["agency"]], procedure=procedure, now=at)
        drafts.save_draft(dispute.pk, person, self._answers(story), step="tried", now=at)
        self.told[number] = dispute.pk
        if not story.get("is_draft"):
            drafts.submit(dispute.pk, person, now=at)

    def _answers(self, story: Table) -> Table:
        """What the raiser typed, as the question pages keep it."""
        typed = {
            "basis": "evidence",
            "danger_now": False,
            "capacity_in_doubt": False,
            "receiving": [str(self.agencies[code]) for code in story["receiving"]],
        }
        moments = {key: self._moment(*value).isoformat() for key, value in story["answers"].items() if key == "respond_by"}
        return {**typed, **story["answers"], **moments}

    def _value(self, key: str, value: Any, at: datetime) -> Any:  # noqa: ANN401 - a verb's own arguments
        """Names, codes and distances of the story as the keys and moments that the services take."""
        if key in PEOPLE_KEYS:
            return self.people[value].pk
        if key == "agency":
            return self.agencies[value]
        if isinstance(value, list):
            return self._moment(*value)
        return at.astimezone(LONDON).date() if key == "given_on" else value


def _days_back(calendar: Calendar, now: datetime, furthest: int) -> list[date]:
    """Working days backwards from today: today itself first where its office hours are over, else the one before."""
    day = now.astimezone(LONDON).date()
    if calendar.is_working_day(day) and now < calendar.closing(day):
        day -= timedelta(days=1)
    found: list[date] = []
    while len(found) <= furthest:
        if calendar.is_working_day(day):
            found.append(day)
        day -= timedelta(days=1)
    return found


WORTH_BEING = {
    "aled.morgan": "teacher: logs a disagreement",
    "priya.nair": "his manager and the school's safeguarding lead: sends it on",
    "rashida.shah": "team manager, social care: responds at Stage 1",
    "fiona.adeyemi": "principal social worker, social care: Stage 2",
    "hannah.cohen": "director, social care: Stage 3, and member of a panel",
    "leroy.campbell": "project manager of a small charity: says whether a response settles it",
    "samira.haddad": "GP: an urgent one",
    "laura.finch": "business manager: the board, the directory, the report",
    "moses.okafor": "independent chair: Stage 4",
    "sian.parry": "auditor: reads only",
    "tariq.aziz.khan": "administrator: accounts and settings, no disagreement",
}


def example_people() -> list[tuple[str, str, str]]:
    """(address, name, what they are) of those whom it is worth signing in as, in the order of the story."""
    found = {user.email.split("@")[0]: user for user in User.objects.filter(email__contains=".northshire.example")}
    return [(found[name].email, found[name].name, what) for name, what in WORTH_BEING.items() if name in found]
