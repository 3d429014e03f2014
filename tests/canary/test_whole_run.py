"""A whole run in which every name, address, reference and typed word carries a mark that stands nowhere else; then: where did it get to?"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core import mail

from escalation.models import Guest, Heartbeat, Notification
from escalation.selectors import case_file
from escalation.services.wanted import CLOCK_ENDED
from reports import tasks
from reports.documents import printing
from reports.models import Report
from tests import servers
from tests.canary.doors import GUEST, access_is_answered, files_are_attached, guest_answers, guest_is_asked
from tests.canary.file_doors import a_panel_decides, files_are_taken
from tests.canary.identity_doors import people_come_in
from tests.canary.run import Run, marked, renamed
from tests.canary.unit_doors import files_are_brought_in, holds_come_and_go, programs_are_refused, unit_reads_early, words_are_taken_out
from tests.canary.watching import MARK, Broker, Browser, watched
from tests.cast import Cast
from tests.escalation.attached import clean_here
from tests.procedures.on_pages import moment
from tests.reports.report_pages import pages_of
from tests.world import london

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(cast: Cast) -> Cast:
    return renamed(cast)


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    with Broker(servers.redis_in(tmp_path)).in_use() as made:
        yield made


@pytest.fixture
def run(cast: Cast, broker: Broker, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any) -> Iterator[Run]:
    settings.VAR = tmp_path
    clean_here(tmp_path, settings, monkeypatch)
    # A print of any length goes to the worker, so that the arguments of its job are seen.
    monkeypatch.setattr(printing, "LONGEST_AT_ONCE", 100)
    with time_machine.travel(london("2026-03-02 10:00"), tick=False) as traveller, watched() as seen:
        yield Run(cast, seen, traveller)


def whole_life(run: Run, settings: Any) -> None:
    """Logged, sent, read early, redacted, answered, rejected, reminded of, moved up, made urgent, resolved, learnt from, held and closed."""
    cast = run.cast
    run.log()
    people_come_in(run)
    run.press(cast.own_manager, "send-on", comment=marked("sendon"))
    run.at("2026-03-02 10:30")
    run.press(cast.raiser, "record-contact", how="phone", whom=marked("whom"), said=marked("said"), reached="no")
    run.press(cast.raiser, "add-note", text=marked("note"), private="on")
    run.call(cast.receiver, "correct_child", name=f"{MARK} Quillbert")
    unit_reads_early(run)
    words_are_taken_out(run)
    programs_are_refused(run)
    run.at("2026-03-03 09:00")
    run.at("2026-03-03 16:00")
    run.call(cast.receiver, "respond", answer="disagrees", reasons=marked("reasons"), actions="")
    run.press(cast.own_manager, "reject", reason=marked("rejected"), agency=str(cast.social_care.pk))
    run.press(cast.own_manager, "move-up", ground="not_resolved", to="2", reason=marked("up"))
    run.at("2026-03-05 11:00")
    run.press(cast.own_senior, "make-urgent", reason=marked("urgent"), spoken_to=marked("spoken"), **moment("respond_by", london("2026-03-05 16:00")))
    guest = guest_is_asked(run)
    run.at("2026-03-05 12:00")
    files_are_attached(run, settings)
    run.at("2026-03-06 10:00")
    run.at("2026-03-09 10:00")
    guest_answers(run, guest)
    run.look()
    run.write()
    run.call(cast.own_senior, "propose_outcome", kind="agreed_action", wording=marked("wording"))
    run.call(cast.receiving_lead, "confirm_outcome")
    run.at("2026-03-10 10:00")
    run.call(cast.lead, "give_feedback", words=marked("feedback"), given_on="2026-03-10")
    run.call(cast.lead, "record_learning", issue=marked("issue"), change_needed="training", due_on="2026-05-01")
    run.call(cast.lead, "confirm_file", agency=str(cast.school.pk))
    run.call(cast.receiving_lead, "confirm_file", agency=str(cast.social_care.pk))
    access_is_answered(run)
    holds_come_and_go(run)
    files_are_brought_in(run)
    run.at("2026-04-01 10:00")  # The year is over: there is a public edition of it.
    files_are_taken(run, a_panel_decides(run))


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
    run.report("public")
    unit, query = run.browser(run.cast.business_unit), f"?edition=public&partnership={run.cast.partnership.slug}"
    figures = unit.get(f"/reports/2025/figures.csv{query}")
    assert figures.status_code == 200
    pages = pages_of(unit, "report-year", 2025, edition="public", partnership=run.cast.partnership.slug)
    main = "".join(page.partition("<main")[2] for page in pages)
    assert "<table" in main
    # The page around the edition names to the unit itself who asked for which file.
    return [figures.content.decode(), main.replace(run.cast.business_unit.name, "")]


# The mark of everything; the child's initials as a word of their own (a reference drawn by lot may hold the letters), and its day of birth.
TELLS = re.compile(rf"(?i:{MARK})|\bQX\b|2015-05-01|20150501|0?1/0?5/2015|1 May 2015")


def holding(texts: list[str]) -> list[str]:
    found = [(text, told) for text in texts if (told := TELLS.search(text))]
    return [text[max(told.start() - 300, 0) :][:600] for text, told in found]


def about_cases(addresses: list[str]) -> list[str]:
    """Without those of the directory's pages, which name the agency that they are about: no case's."""
    return [address for address in addresses if not re.search(r"/directory/(agencies|people)/", address)]


def test_nothing_that_leaves_holds_a_name_a_reference_or_a_typed_word(
    run: Run, broker: Broker, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    whole_life(run, settings)
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
    reached = {address for letter in mail.outbox for address in letter.to}
    assert reached >= {run.cast.receiver.email, run.cast.raiser.email, GUEST["email"], f"{MARK}.post@example.org"}
    health = [str(row) for row in Heartbeat.objects.values_list("name", "words")]
    assert len(health) >= 2
    # What was done before it left asks for nothing any more.
    assert set(Notification.objects.filter(dispute=run.dispute).values_list("trouble", flat=True)) == {"", CLOCK_ENDED}
    assert holding(messages) == []
    assert holding(seen.lines) == []
    assert holding(about_cases(seen.access)) == []
    assert holding(about_cases(seen.addresses)) == []
    assert holding(seen.jobs) == []
    waiting, queued = broker.texts(), broker.client.llen("celery")
    assert queued == len(seen.jobs), "each job waited in the real Redis"
    assert str(Report.objects.earliest("requested_at").pk) in " ".join(waiting[-queued:]), "their arguments were read there, as words"
    done = broker.taken()
    assert any(text.startswith("unacked") for text in done)
    assert holding(waiting + done) == []
    assert [key for key in broker.client.scan_iter() if not key.startswith("_kombu.binding")] == [], "nothing of a job stays that is done"
    link = Guest.objects.get().link
    assert [line for line in seen.lines + seen.access + seen.jobs + seen.health + health + waiting if link in line] == [], "what opens a guest's door"
    assert holding(seen.errors) == []
    assert holding(seen.health + health) == []
    assert holding(outside) == []
