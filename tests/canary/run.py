"""One disagreement of people, agencies and words that all carry the mark, each step by the door that people use for it."""

from datetime import datetime
from typing import Any
from uuid import UUID

import time_machine
from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse

from agencies.models import Agency, Membership, Post, User
from escalation.engine.perform import Seen as LastSeen
from escalation.models import Clock, Dispute
from escalation.services.child_names import set_names
from escalation.services.learning_due import remind_of_learning
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.states import State
from reports import tasks
from reports.models import PreparedDocument, Report
from tests.api.conftest import Caller
from tests.canary.watching import MARK, Browser, Seen
from tests.cast import Cast
from tests.world import World, london

RECORD = "record-of-escalation"


def marked(word: str) -> str:
    """Typed text that nobody could mistake for the product's own."""
    return f"{MARK}{word} is what was typed here"


def renamed(cast: Cast) -> Cast:
    """The cast, everybody and every agency and post renamed."""
    for part, user in cast.users():
        user.name, user.email, user.phone = f"{MARK.title()}-{part}", f"{MARK}.{part}@example.org", f"0117 {MARK}"
        user.save()
    for agency in Agency.objects.filter(partnership=cast.partnership):
        agency.name, agency.code = f"{MARK.title()} {agency.name}", f"{MARK}-{agency.code}"
        agency.save()
    Post.objects.update(title=Concat(Value(f"{MARK} "), "title"), phone=f"0118 {MARK}", mailbox=f"{MARK}.post@example.org")
    Membership.objects.update(job_title=f"{MARK} job")
    # Where a partnership takes no names of children there is none to leak.
    set_names(actor=None, partnership=cast.partnership, is_on=True, now=london("2026-03-01 10:00"))
    for _, user in cast.users():
        user.refresh_from_db()
    for agency in (cast.school, cast.social_care, cast.police):
        agency.refresh_from_db()
    return cast


class Run:
    """One disagreement from its first page to its last, each step by the door that people use for it."""

    def __init__(self, cast: Cast, seen: Seen, traveller: time_machine.Traveller) -> None:
        self.cast, self.seen, self.traveller = cast, seen, traveller
        self.world = World(cast)
        self.browsers: dict[UUID, Browser] = {}

    def at(self, text: str) -> datetime:
        """Moves to that moment in London; messages leave, and what has come due is done."""
        self.world.now = london(text)
        self.traveller.move_to(self.world.now, tick=False)
        assert sweep(self.world.now).failed == 0
        deliver(self.world.now)
        return self.world.now

    def browser(self, user: User) -> Browser:
        if user.pk not in self.browsers:
            self.browsers[user.pk] = Browser(self.seen, user)
        return self.browsers[user.pk]

    @property
    def dispute(self) -> Dispute:
        """The one that the run is about, the first of all."""
        first: Dispute = Dispute.objects.order_by("created_at")[0]
        return first

    def press(self, user: User, slug: str, *, of: Dispute | None = None, **typed: Any) -> None:
        """A verb by its page, on the run's own disagreement or another."""
        dispute = Dispute.objects.get(pk=of.pk) if of else self.dispute
        address = f"/d/{dispute.reference}/{slug}/"
        answer = self.browser(user).post(address, {"seen": str(LastSeen.of(dispute)), "confirmed": "1", **typed})
        assert answer.status_code == 302, (slug, answer.content.decode()[-3000:])
        self.browser(user).get(answer.headers["Location"])

    def call(self, user: User, verb: str, **given: Any) -> None:
        """A verb by the programming interface."""
        caller = Caller(user)
        answer = caller.post(f"disputes/{self.dispute.reference}/{verb}/", {"seen": str(LastSeen.of(self.dispute)), **given})
        self.seen.addresses.append(answer.request["PATH_INFO"])
        assert answer.status_code == 200, answer.content

    def log(self) -> None:
        """The question pages."""
        raiser, agency = self.browser(self.cast.raiser), str(self.cast.social_care.pk)
        raiser.post("/log/", {"danger": "no", "door": "none"})
        draft = Dispute.objects.get(state=State.DRAFT).reference
        child = {"child-TOTAL_FORMS": "1", "child-INITIAL_FORMS": "0", "child-0-initials": "QX", "child-0-reference": f"{MARK}-S-1"}
        pages: dict[str, dict[str, Any]] = {
            "agency": {"receiving": [agency]},
            "child": child | {"child-0-name": f"{MARK} Quillfeather", "child-0-born_0": "1", "child-0-born_1": "5", "child-0-born_2": "2015"},
            "matter": {"themes": ["threshold"], "what": marked("what"), "basis": "evidence"},
            "impact": {"impact": marked("impact"), "outcome_sought": marked("outcome")},
            "tried": {"tried": marked("tried"), "consulted": marked("consulted"), "family_view": marked("family")},
            "counterpart": {f"holder_{agency}": str(self.cast.receiver.pk), "start_stage": "1", "disputed_name": marked("disputed")},
        }
        for slug, typed in pages.items():
            answer = raiser.post(f"/log/{draft}/{slug}/", typed)
            assert answer.status_code == 302, (slug, answer.content.decode()[-3000:])
        assert raiser.post(f"/log/{draft}/check/").status_code == 302

    def look(self) -> None:
        """Everybody opens what is theirs, looks for it by the child's reference, and tries what is not."""
        reference = self.dispute.reference
        pages = [f"/{page}/" for page in ("my-work", "board", "my-agency", "directory", "reports", "reports/2025", "messages")]
        own = ("", "view/child/", "view/readers/", "view/documents/", "respond/", f"view/documents/{RECORD}/")
        pages += [f"/d/{reference}/{page}" for page in own]
        for part in ("raiser", "own_senior", "receiver", "receiving_lead", "police_manager", "business_unit", "auditor", "stranger"):
            browser = self.browser(getattr(self.cast, part))
            for page in pages:
                browser.get(page)
            for typed in (f"{MARK}-S-1", f"{MARK}-nothing", reference):
                browser.post("/search/", {"q": typed})
        for clock in Clock.objects.running():
            self.browser(self.cast.receiver).get(reverse("case-due", args=[reference, clock.pk]))

    def report(self, edition: str) -> None:
        """The report of the year in this edition, by its page and then by its job."""
        unit, asks = self.browser(self.cast.business_unit), {"edition": edition, "partnership": self.cast.partnership.slug}
        if edition == "public":
            seen = unit.get("/reports/2025/issue/", asks).context["draft"].seen
            unit.post("/reports/2025/issue/", asks | {"seen": seen})
        unit.post("/reports/2025/make/", asks)
        tasks.make(str(Report.objects.get(edition=edition).pk))

    def write(self) -> None:
        """What goes to workers: a long print and the report, by their pages and then by their jobs."""
        now = self.world.now
        asked = self.browser(self.cast.own_senior).get(f"/d/{self.dispute.reference}/view/documents/{RECORD}.pdf")
        assert "/prepared/" in asked.headers["Location"]
        self.report("internal")
        for prepared in PreparedDocument.objects.all():
            tasks.prepare(str(prepared.pk))
        remind_of_learning(now)
