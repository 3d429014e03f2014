"""One disagreement from its first question to the annual report: by people in windows, by the sweep, and by nothing else."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import time_machine
from django.conf import settings
from django.db.models import QuerySet
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser

from agencies.models import Agency, User
from agencies.person import person_of
from escalation.models import Clock, Event, Notification
from escalation.selectors.worklist import LATER, OVERDUE, TODAY, worklist
from escalation.states import ClockState, EventKind, Measure, Message, State
from tests.journeys.company import Company
from tests.journeys.course import IMPACT, LONDON, SOUGHT, TRIED, WHAT, Course
from tests.journeys.window import Lookout, Window

BACKEND = "agencies.backend.AccountBackend"
CHILD = {"child__0__initials": "QX", "child__0__born": date(2015, 5, 1)}
REFERENCE = {"child__0__reference": "S-1001"}


class Journey(Course[Window]):
    """People in browser windows, and what is asserted at each station."""

    def __init__(self, company: Company, base: str, browser: Browser, clock: time_machine.Traveller) -> None:
        super().__init__(company, clock)
        self.base, self.browser = base, browser
        self.lookout = Lookout()
        self.windows: dict[str, Window] = {}
        self._events = 0
        self._messages: set[str] = set()

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
            window.picture("log-check", first="h2:has-text('Who answers')", last="main form button.govuk-button")
        with window.turning():
            window.page.locator("main form button.govuk-button").click()
        window.look()
        window.sent()
        assert self.dispute.state == State.OPEN, window.text
        window.effort.within("log", beyond=len(receiving) - 1, optional=len(REFERENCE) if pictures else 0)

    # What is asserted.

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
        self._is_in_my_work(running)

    def _is_in_my_work(self, running: QuerySet[Clock]) -> None:
        """Whoever owes something by a moment has the disagreement in My work by that moment; an overall limit is said beside what is owed now."""
        now = timezone.now()
        for clock in running.exclude(owner=None).select_related("owner"):
            assert clock.owner is not None
            owed = [group for group in worklist(person_of(clock.owner, now.date()), now).groups if group.key in {OVERDUE, TODAY, LATER}]
            rows = [item for group in owed for item in group.items if item.reference == self.dispute.reference]
            if clock.measures == Measure.CAP and any(row.note for row in rows):
                continue
            dues = {row.due.moment for row in rows if row.due}
            assert clock.effective_due in dues, f"{clock.owner.name} owes {clock.key} by {clock.effective_due}, and has {dues}"

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

    def report(self, year: int, *sentences: str) -> None:
        """A minute later the business unit reads the year's figures, the disagreement among them."""
        self.clock.shift(60)
        window = self.as_(self.cast.business_manager)
        window.go(f"/reports/{year}/")
        missing = [sentence for sentence in sentences if sentence not in window.text]
        assert not missing, f"{missing} not in:\n{window.text[:1500]}"
