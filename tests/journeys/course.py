"""The course of one disagreement: what people do by the pages of its verbs, and what the recurring jobs do meanwhile."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar
from zoneinfo import ZoneInfo

import time_machine
from django.core import mail
from django.urls import reverse

from agencies.models import Agency, User
from escalation.models import Clock, Dispute
from escalation.services.audit import verify
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.states import ClockState, State, Verb
from escalation.web.access import verb_url
from escalation.web.verbs.pages import PAGES
from tests.journeys.company import Company
from tests.journeys.desk import Desk
from tests.journeys.effort import OF_VERB, Effort
from tests.lot import as_written
from tests.world import World, london

LONDON = ZoneInfo("Europe/London")
WHAT = "The referral of 27 February was closed without an assessment."
IMPACT = "The child goes home to the same risk each evening."
SOUGHT = "An assessment within ten working days."
TRIED = "Two calls to the duty team on 27 February."
SECRETS = ("QX", "S-1001", WHAT, IMPACT, SOUGHT, TRIED, "Threshold", "assessment")


class Place(Protocol):
    """Where one person sits: in a browser's window, or at a desk without one."""

    effort: Effort

    @property
    def path(self) -> str:
        """The page's path."""

    @property
    def text(self) -> str:
        """What the page's main part says."""

    def go(self, path: str) -> None:
        """To an address."""

    def follow(self, address: str) -> None:
        """A link of the page."""

    def leads_to(self, address: str, **attributes: bool) -> bool:
        """Whether the page has that link."""

    def fill(self, **answers: Any) -> None:
        """Answers by their names."""

    def press(self, button: str, *, refused: bool = False) -> None:
        """A button by its words."""


Seat = TypeVar("Seat", bound=Place)


def _chosen(answers: Mapping[str, Any]) -> int:
    """How many more than one are chosen of something, as a panel's members: the table says that they repeat."""
    return sum(len(value) - 1 for value in answers.values() if isinstance(value, list))


class Course(ABC, Generic[Seat]):
    """The clock, the places, and what moves the disagreement."""

    def __init__(self, company: Company, clock: time_machine.Traveller) -> None:
        self.company, self.cast, self.clock = company, company.cast, clock
        self.key = ""

    @abstractmethod
    def as_(self, user: User, *, scripts: bool = True) -> Seat:
        """This person's place."""

    def under(self, key: str) -> None:
        """A shipped procedure is in force."""
        self.key = key
        World(self.cast, key)

    def at(self, text: str) -> None:
        """It is `2026-03-02 10:00` in London; what the recurring jobs do happens at that moment."""
        self.clock.move_to(london(text).timestamp())
        self.jobs()

    def jobs(self) -> None:
        """What the worker does each minute: the sweep, then the post, whose messages carry nothing of the case."""
        sweep()
        before = len(mail.outbox)
        deliver()
        secrets = (*SECRETS, *Agency.objects.values_list("name", flat=True)) if mail.outbox[before:] else ()
        for letter in mail.outbox[before:]:
            self._is_discreet(f"{letter.subject}\n{letter.body}\n{getattr(letter, 'alternatives', '')}", secrets)

    @staticmethod
    def _is_discreet(text: str, secrets: tuple[str, ...]) -> None:
        """Reference, action, due moment and link only: no agency, no person, no child, nothing that was typed."""
        written = as_written(text)
        told = [secret for secret in secrets if secret in written]
        assert not told, f"A message tells {told}:\n{text}"

    def do(self, user: User, verb: Verb, *, scripts: bool = True, found: bool = True, **answers: Any) -> Seat:
        """One verb by its page, found from the disagreement's page or gone to at once, with its check page where it has one."""
        window, page, address = self.as_(user, scripts=scripts), PAGES[verb], verb_url(self.dispute.reference, verb)
        if found:
            window.go(self.address)
            window.follow(address)
        else:
            window.go(address)
        window.fill(**answers)
        window.press(str(page.button))
        if page.check or verb == Verb.WITHDRAW:
            window.press("Confirm and send" if page.check else "Withdraw it")
        assert window.path == self.address, f"{verb.label}: {window.text[:600]}"
        assert str(page.done) in window.text
        if found and verb in OF_VERB:
            window.effort.within(OF_VERB[verb], beyond=_chosen(answers))
        self.jobs()
        return window

    def close(self, lead: User, *sides: tuple[User, Agency], feedback_by: User, found: bool = True, **learning: Any) -> None:
        """The closing tasks, as the disagreement's page lists them, and the close."""
        today = datetime.now(LONDON).date()
        self.do(feedback_by, Verb.GIVE_FEEDBACK, found=found, words="Told in person what came of it.", given_on=today)
        for user, _ in sides:
            self.do(user, Verb.CONFIRM_FILE, found=found, sure=True)
        self.do(lead, Verb.RECORD_LEARNING, found=found, **learning)
        closing = self.dispute.version.definition["closing"]
        if closing.get("executive_summary") or (closing.get("summary_report") and self.dispute.referrals.exists()):
            self.do(lead, Verb.WRITE_SUMMARY, found=found)
        self.do(lead, Verb.CLOSE, found=found, difference="plan_changed")

    @property
    def dispute(self) -> Dispute:
        """The one disagreement, as it is now."""
        return Dispute.objects.get()

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("case", args=[self.dispute.reference])

    def is_closed(self) -> None:
        """Closed, no clock left, and the record verifies."""
        assert self.dispute.state == State.CLOSED
        assert not Clock.objects.filter(state=ClockState.RUNNING).exists()
        assert not [str(finding) for finding in verify().findings if "seal" not in str(finding).lower()]


class Desks(Course[Desk]):
    """Everybody at a desk without a browser."""

    def __init__(self, company: Company, clock: time_machine.Traveller) -> None:
        super().__init__(company, clock)
        self._desks: dict[str, Desk] = {}

    def as_(self, user: User, *, scripts: bool = True) -> Desk:
        """This person's desk; there are no scripts at one."""
        if user.email not in self._desks:
            self._desks[user.email] = Desk(user)
        return self._desks[user.email]
