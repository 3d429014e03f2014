"""One disagreement from its first question to the annual report: by people in windows, by the sweep, and by nothing else."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from agencies.models import Agency, User
from escalation.models import Clock, Dispute, Event, Notification
from escalation.services.audit import verify
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.states import ClockState, EventKind, Message, State, Verb
from escalation.web.access import verb_url
from escalation.web.verbs.pages import PAGES
from tests.journeys.company import Company
from tests.journeys.effort import OF_VERB
from tests.journeys.window import Lookout, Window
from tests.world import World, london

LONDON = ZoneInfo("Europe/London")
BACKEND = "django.contrib.auth.backends.ModelBackend"
CHILD = {"child__0__initials": "QX", "child__0__born": date(2015, 5, 1)}
REFERENCE = {"child__0__reference": "S-1001"}
WHAT = "The referral of 27 February was closed without an assessment."
IMPACT = "The child goes home to the same risk each evening."
SOUGHT = "An assessment within ten working days."
TRIED = "Two calls to the duty team on 27 February."
SECRETS = ("QX", "S-1001", WHAT, IMPACT, SOUGHT, TRIED, "Threshold", "assessment")


def _chosen(answers: Mapping[str, Any]) -> int:
    """How many more than one are chosen of something, as a panel's members: the table says that they repeat."""
    return sum(len(value) - 1 for value in answers.values() if isinstance(value, list))


class Journey:
    """The clock, the windows, and what is asserted at each station."""

    def __init__(self, company: Company, base: str, browser: Browser, clock: time_machine.Traveller) -> None:
        self.company, self.cast, self.base, self.browser, self.clock = company, company.cast, base, browser, clock
        self.lookout = Lookout()
        self.windows: dict[str, Window] = {}
        self.key = ""
        self._events = 0
        self._messages: set[str] = set()

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
        for letter in mail.outbox[before:]:
            self._is_discreet(f"{letter.subject}\n{letter.body}\n{getattr(letter, 'alternatives', '')}")

    def _is_discreet(self, text: str) -> None:
        """Reference, action, due moment and link only: no agency, no person, no child, nothing that was typed."""
        agencies = [agency.name for agency in Agency.objects.all()]
        # A reference is drawn by lot, and may hold anybody's initials.
        text = text.replace(self.dispute.reference, "")
        told = [secret for secret in (*SECRETS, *agencies) if secret in text]
        assert not told, f"A message tells {told}:\n{text}"

    def as_(self, user: User, *, scripts: bool = True) -> Window:
        """This person's window. The first of a journey comes through the sign-in page; the others come with their session."""
        name = f"{user.email} {scripts}"
        if name not in self.windows:
            context = self.browser.new_context(java_script_enabled=scripts, locale="en-GB")
            if self.windows:
                context.add_cookies([self._session(user)])
            self.windows[name] = Window(context, self.base, user, self.lookout, scripts=scripts)
        return self.windows[name]

    def guest(self) -> Window:
        """A window of somebody who has no account: nothing is in it."""
        context = self.browser.new_context(locale="en-GB")
        return self.windows.setdefault("a guest", Window(context, self.base, None, self.lookout))

    def _session(self, user: User) -> Any:
        """The cookie of somebody who has signed in."""
        client = Client()
        client.force_login(user, backend=BACKEND)
        name = settings.SESSION_COOKIE_NAME
        return {"name": name, "value": client.cookies[name].value, "url": self.base, "httpOnly": True}

    def end(self) -> None:
        """Close the windows."""
        for window in self.windows.values():
            window.page.context.close()

    # What people do.

    def log(self, *receiving: Agency, by: User | None = None, scripts: bool = True, pictures: bool = False, **counterpart: Any) -> None:
        """The question pages, from My work to the confirmation: what must be answered. With the guide's picture of the last of them, for which the
        agency's own reference is typed too."""
        window = self.as_(by or self.cast.raiser, scripts=scripts)
        window.go("/my-work/")
        window.follow("/log/")
        window.fill(danger="no", door="none")
        window.press("Continue")
        window.fill(receiving=[agency.pk for agency in receiving])
        window.press("Continue")
        window.fill(**CHILD, **(REFERENCE if pictures else {}))
        window.press("Continue")
        window.fill(themes=["threshold"], what=WHAT, basis="evidence")
        window.press("Continue")
        window.fill(impact=IMPACT, outcome_sought=SOUGHT)
        window.press("Continue")
        window.fill(tried=TRIED)
        window.press("Continue")
        window.fill(**counterpart)
        window.press("Continue")
        if pictures:
            window.picture("log-check")
        with window.page.expect_navigation():
            window.page.locator("main form button.govuk-button").click()
        window.look()
        window.sent()
        assert self.dispute.state == State.OPEN, window.text
        window.effort.within("log", beyond=len(receiving) - 1, optional=len(REFERENCE) if pictures else 0)

    def do(self, user: User, verb: Verb, *, scripts: bool = True, found: bool = True, **answers: Any) -> Window:
        """One verb by its page, found from the disagreement's page or gone to at once, with its check page where it has one."""
        window, page, address = self.as_(user, scripts=scripts), PAGES[verb], verb_url(self.dispute.reference, verb)
        if found:
            window.go(self.address)
            window.follow(address)
        else:
            window.go(address)
        window.fill(**answers)
        window.press(str(page.button))
        if page.check:
            window.press("Confirm and send")
        assert window.page.url == f"{self.base}{self.address}", f"{verb.label}: {window.text[:600]}"
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

    # What is asserted.

    @property
    def dispute(self) -> Dispute:
        """The one disagreement, as it is now."""
        return Dispute.objects.get()

    @property
    def address(self) -> str:
        """Its page."""
        return reverse("case", args=[self.dispute.reference])

    def stands(self, stage: int, raising: User, receiving: Mapping[Agency, User], *due: str, state: State = State.OPEN) -> None:
        """Stage, who holds it on each side, and every running clock as `response Tue 03 Mar 14:30:00`, London time."""
        dispute = self.dispute
        run = dispute.runs.order_by("-number").first()
        assert run is not None
        holder = run.holder.name if run.holder else ""
        requests = {r.agency.name: r.holder.name for r in run.requests.all() if r.holder}
        running = Clock.objects.filter(dispute=dispute, state=ClockState.RUNNING)
        clocks = sorted(f"{clock.key} {clock.effective_due.astimezone(LONDON):%a %d %b %H:%M:%S}" for clock in running)
        assert (State(dispute.state), dispute.stage, holder) == (state, stage, raising.name)
        assert requests == {agency.name: user.name for agency, user in receiving.items()}
        assert clocks == sorted(due)

    def ended(self, key: str) -> ClockState:
        """How the last clock of this name ended."""
        return ClockState(Clock.objects.filter(dispute=self.dispute, key=key).order_by("-started_at")[0].state)

    def status(self, user: User) -> int:
        """What the disagreement's page answers this person; its look is not asked about."""
        window = self.as_(user)
        window.go("/my-work/")
        return window.page.request.get(f"{self.base}{self.address}").status

    def recorded(self, *kinds: EventKind) -> None:
        """What was added to the record since it was last asked, in order."""
        found = list(Event.objects.order_by("number").values_list("number", "kind"))
        fresh = [EventKind(kind) for number, kind in found if number > self._events]
        self._events = found[-1][0]
        assert fresh == list(kinds)

    def told(self, *wanted: tuple[Message, tuple[User, ...]]) -> None:
        """Whom the outbox was given messages for since it was last asked, by kind; who gets two of a kind is named twice."""
        rows = {row.key: (Message(row.kind).value, row.recipient.name) for row in Notification.objects.select_related("recipient") if row.recipient}
        fresh = sorted(row for key, row in rows.items() if key not in self._messages)
        self._messages = set(rows)
        assert fresh == sorted((kind.value, user.name) for kind, users in wanted for user in users)

    def is_closed(self) -> None:
        """Closed, no clock left, and the record verifies."""
        assert self.dispute.state == State.CLOSED
        assert not Clock.objects.filter(state=ClockState.RUNNING).exists()
        assert not [str(finding) for finding in verify().findings if "seal" not in str(finding).lower()]

    def report(self, year: int, *sentences: str) -> None:
        """A minute later the business unit reads the year's figures, the disagreement among them."""
        self.clock.shift(60)
        window = self.as_(self.cast.business_manager)
        window.go(f"/reports/{year}/")
        missing = [sentence for sentence in sentences if sentence not in window.text]
        assert not missing, f"{missing} not in:\n{window.text[:1500]}"
