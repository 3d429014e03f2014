"""A whole run in which every name, address, reference and typed word carries a mark that stands nowhere else; then: where did it get to?"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
import time_machine
from django.core import mail
from django.db.models import Value
from django.db.models.functions import Concat
from django.urls import reverse

from agencies.models import Agency, Membership, Post, User
from escalation.engine.perform import Seen as LastSeen
from escalation.models import Clock, Dispute, Notification
from escalation.selectors import case_file
from escalation.services.learning_due import remind_of_learning
from escalation.services.outbox import deliver
from escalation.services.sweep import sweep
from escalation.states import State
from reports import tasks
from reports.documents import printing
from reports.models import PreparedDocument, Report
from tests.api.conftest import Caller
from tests.canary.watching import MARK, Browser, Seen, watched
from tests.cast import Cast
from tests.procedures.on_pages import moment
from tests.world import World, london

pytestmark = pytest.mark.django_db
RECORD = "record-of-escalation"


def marked(word: str) -> str:
    """Typed text that nobody could mistake for the product's own."""
    return f"{MARK}{word} is what was typed here"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """The cast, everybody and every agency and post renamed."""
    for part, user in cast.users():
        user.name, user.email, user.phone = f"{MARK.title()}-{part}", f"{MARK}.{part}@example.org", f"0117 {MARK}"
        user.save()
    for agency in Agency.objects.filter(partnership=cast.partnership):
        agency.name = f"{MARK.title()} {agency.name}"
        agency.save()
    Post.objects.update(title=Concat(Value(f"{MARK} "), "title"), phone=f"0118 {MARK}", mailbox=f"{MARK}.post@example.org")
    Membership.objects.update(job_title=f"{MARK} job")
    for _, user in cast.users():
        user.refresh_from_db()
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
        return Dispute.objects.get()

    def press(self, user: User, slug: str, **typed: Any) -> None:
        """A verb by its page."""
        address = f"/d/{self.dispute.reference}/{slug}/"
        answer = self.browser(user).post(address, {"seen": str(LastSeen.of(self.dispute)), "confirmed": "1", **typed})
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
        raiser.post(raiser.post("/log/", {"danger": "no"}).headers["Location"], {"door": "none"})
        draft = Dispute.objects.get(state=State.DRAFT).reference
        child = {"child-TOTAL_FORMS": "1", "child-INITIAL_FORMS": "0", "child-0-initials": "QX", "child-0-reference": f"{MARK}-S-1"}
        pages: dict[str, dict[str, Any]] = {
            "agency": {"receiving": [agency]},
            "child": child | {"child-0-born_0": "1", "child-0-born_1": "5", "child-0-born_2": "2015"},
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

    def write(self) -> None:
        """What goes to workers: a long print and both editions of the report, by their pages and then by their jobs."""
        now = self.world.now
        asked = self.browser(self.cast.own_senior).get(f"/d/{self.dispute.reference}/view/documents/{RECORD}.pdf")
        assert "/prepared/" in asked.headers["Location"]
        for edition in ("internal", "public"):
            self.browser(self.cast.business_unit).post("/reports/2025/make/", {"edition": edition, "partnership": self.cast.partnership.slug})
        for prepared in PreparedDocument.objects.all():
            tasks.prepare(str(prepared.pk))
        for report in Report.objects.all():
            tasks.make(str(report.pk))
        remind_of_learning(now)


@pytest.fixture
def run(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    # A print of any length goes to the worker, so that the arguments of its job are seen.
    monkeypatch.setattr(printing, "LONGEST_AT_ONCE", 100)
    with time_machine.travel(london("2026-03-02 10:00"), tick=False) as traveller, watched() as seen:
        yield Run(cast, seen, traveller)


def whole_life(run: Run) -> None:
    """Logged, sent, answered, rejected, reminded of, moved up, made urgent, resolved, learnt from and closed."""
    cast = run.cast
    run.log()
    run.press(cast.own_manager, "send-on", comment=marked("sendon"))
    run.at("2026-03-02 10:30")
    run.press(cast.raiser, "record-contact", how="phone", whom=marked("whom"), said=marked("said"), reached="no")
    run.press(cast.raiser, "add-note", text=marked("note"), private="on")
    run.at("2026-03-03 09:00")
    run.at("2026-03-03 16:00")
    run.call(cast.receiver, "respond", answer="disagrees", reasons=marked("reasons"), actions="")
    run.press(cast.own_manager, "reject", reason=marked("rejected"), agency=str(cast.social_care.pk))
    run.press(cast.own_manager, "move-up", ground="not_resolved", to="2", reason=marked("up"))
    run.at("2026-03-05 11:00")
    run.press(cast.own_senior, "make-urgent", reason=marked("urgent"), spoken_to=marked("spoken"), **moment("respond_by", london("2026-03-05 16:00")))
    run.at("2026-03-05 12:00")
    run.at("2026-03-06 10:00")
    run.at("2026-03-09 10:00")
    run.look()
    run.write()
    run.call(cast.own_senior, "propose_outcome", kind="agreed_action", wording=marked("wording"))
    run.call(cast.receiving_lead, "confirm_outcome")
    run.at("2026-03-10 10:00")
    run.call(cast.lead, "give_feedback", words=marked("feedback"), given_on="2026-03-10")
    run.call(cast.lead, "record_learning", issue=marked("issue"), change_needed="training", due_on="2026-05-01")
    run.call(cast.lead, "confirm_file", agency=str(cast.school.pk))
    run.call(cast.receiving_lead, "confirm_file", agency=str(cast.social_care.pk))
    run.at("2026-03-25 10:00")


def broken(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error whose own words hold everything, in a page and in a job."""

    def fails(*arguments: Any, **more: Any) -> Any:
        raise ValueError(marked("database row"))

    monkeypatch.setattr(case_file, "case_file", fails)
    monkeypatch.setattr("escalation.web.case.case_file", fails)
    assert run.browser(run.cast.raiser).get(f"/d/{run.dispute.reference}/").status_code == 500
    monkeypatch.setattr("reports.services.make_report", fails)
    with pytest.raises(ValueError, match=MARK):
        tasks.make(str(Report.objects.all()[0].pk))


def public_edition(run: Run) -> list[str]:
    """What a reader outside gets: the page's body and the figures."""
    unit, query = run.browser(run.cast.business_unit), f"?edition=public&partnership={run.cast.partnership.slug}"
    figures = unit.get(f"/reports/2025/figures.csv{query}")
    page = unit.get(f"/reports/2025/{query}")
    assert (figures.status_code, page.status_code) == (200, 200)
    main = page.content.decode().partition("<main")[2]
    assert "<table" in main
    # The page around the edition names to the unit itself who asked for which file.
    return [figures.content.decode(), main.replace(run.cast.business_unit.name, "")]


def holding(texts: list[str]) -> list[str]:
    return [text[max(text.lower().find(MARK) - 300, 0) :][:600] for text in texts if MARK in text.lower()]


def test_nothing_that_leaves_holds_a_name_a_reference_or_a_typed_word(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    whole_life(run)
    for path in ("/healthz", "/readyz"):
        run.seen.health.append(Browser(run.seen, None).get(path).content.decode())
    shown = run.browser(run.cast.own_manager).get(f"/d/{run.dispute.reference}/?all=1").content.decode()
    assert [word for word in ("what", "reasons", "wording", "urgent") if marked(word) not in shown] == [], "the run itself must have had the marks"
    outside = public_edition(run)
    broken(run, monkeypatch)

    seen, messages = run.seen, run.seen.messages()
    enough = {"messages": len(messages), "lines": len(seen.lines), "access": len(seen.access), "jobs": len(seen.jobs), "errors": len(seen.errors)}
    assert enough["messages"] > 15
    assert enough["jobs"] >= 3
    assert min(enough["lines"], enough["errors"], enough["access"], len(seen.addresses)) > 20
    assert len(seen.health) == 2
    assert any("ValueError" in line for line in seen.lines), "the error was logged"
    assert {str(letter.to) for letter in mail.outbox} >= {f"['{run.cast.receiver.email}']", f"['{run.cast.raiser.email}']"}
    assert Notification.objects.exclude(trouble="").count() == 0
    assert holding(messages) == []
    assert holding(seen.lines) == []
    assert holding(seen.access) == []
    assert holding(seen.addresses) == []
    assert holding(seen.jobs) == []
    assert holding(seen.errors) == []
    assert holding(seen.health) == []
    assert holding(outside) == []
