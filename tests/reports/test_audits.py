"""Audits of a sample of records (BRO-10)."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from uuid import UUID

import pdfua
import pikepdf
import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput
from agencies.models import User
from escalation.models import Dispute
from reports import audits, services
from reports.audit_report import audit_report
from reports.exports import FORMATS
from reports.models import AuditAnswer, AuditedRecord, AuditQuestion, AuditSample, ReportEvent
from reports.periods import Period, Year
from tests.cast import Cast
from tests.kept import kept_fixture
from tests.reports.builders import World, make_world
from tests.reports.generated import generate
from tests.reports.printed_words import words
from tests.reports.test_every_export import RUNS
from tests.reports.test_exports import READERS
from tests.reports.test_pdf import of_kind
from tests.reports.test_report_pages import program
from tests.world import MONDAY
from tests.world import World as Machine

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
YEAR = Period(Year(2025).first_day, Year(2025).last_day)
GOOD = dict.fromkeys(AuditQuestion.values, AuditAnswer.YES.value)


@kept_fixture
def world() -> World:
    world = make_world()
    generate(world, 30, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW)
    return world


def drawn(world: World, size: int = 8, seed: int | None = 7) -> AuditSample:
    return audits.draw(partnership=world.partnership, period=YEAR, size=size, drawn_by=world.unit, now=NOW, seed=seed)


def references(sample: AuditSample) -> list[str]:
    return [record.dispute.reference for record in sample.records.select_related("dispute")]


@pytest.mark.engines
def test_a_sample_has_so_many_records_each_once_and_of_the_period(world: World) -> None:
    sample = drawn(world)
    assert len(set(references(sample))) == 8
    raised = [record.dispute.submitted_at for record in sample.records.select_related("dispute")]
    assert all(YEAR.starts <= moment < YEAR.ends for moment in raised if moment)


@pytest.mark.engines
def test_the_same_number_draws_the_same_records_again(world: World) -> None:
    assert references(drawn(world, seed=7)) == references(drawn(world, seed=7))
    assert references(drawn(world, seed=7)) != references(drawn(world, seed=8))


@pytest.mark.engines
def test_a_sample_larger_than_what_there_is_holds_all_of_it(world: World) -> None:
    sample = drawn(world, size=50)
    assert len(references(sample)) == sample.drawn_from <= 30


@pytest.mark.engines
def test_what_is_kept_from_an_agency_is_neither_drawn_nor_among_those_drawn_from(world: World) -> None:
    kept = Dispute.objects.get(reference=references(drawn(world, size=1))[0])
    before = drawn(world).drawn_from
    Dispute.objects.filter(pk=kept.pk).update(is_restricted=True)
    sample = drawn(world, size=50)
    assert (kept.reference in references(sample), sample.drawn_from) == (False, before - 1)


@pytest.mark.parametrize("size", [0, 51])
def test_a_sample_of_none_or_too_many_is_refused(world: World, size: int) -> None:
    with pytest.raises(InvalidInput, match="from 1 to 50"):
        drawn(world, size=size)


def test_a_period_in_which_nothing_was_raised_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput, match="No disagreement was raised"):
        audits.draw(partnership=world.partnership, period=Period(*[Year(2020).first_day] * 2), size=3, drawn_by=world.unit, now=NOW)


@pytest.mark.engines
def test_findings_count_the_checked_records_and_name_where_the_answer_is_no(world: World) -> None:
    sample = drawn(world, size=3)
    first, second, _unchecked = sample.records.all()
    audits.check(first, GOOD, checked_by=world.unit, now=NOW)
    audits.check(second, GOOD | {AuditQuestion.FEEDBACK.value: AuditAnswer.NO.value}, checked_by=world.unit, now=NOW)
    feedback = next(finding for finding in audits.findings(sample.records.select_related("dispute")) if finding.question == AuditQuestion.FEEDBACK)
    assert (feedback.yes, feedback.no, feedback.wanting) == (1, 1, (second.dispute.reference,))


def test_a_record_with_a_question_left_open_is_not_kept_as_checked(world: World) -> None:
    record = drawn(world, size=1).records.get()
    with pytest.raises(InvalidInput) as refused:
        audits.check(record, {key: answer for key, answer in GOOD.items() if key != AuditQuestion.FILE}, checked_by=world.unit, now=NOW)
    record.refresh_from_db()
    assert (refused.value.field, record.checked_at) == (AuditQuestion.FILE.value, None)


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="agencies.backend.AccountBackend")
    return client


def test_the_auditor_and_the_business_unit_draw_samples_and_nobody_else_does(cast: Cast) -> None:
    found = {part for part, user in cast.users() if client_of(user).get(reverse("audits")).status_code == 200}
    assert found == {"auditor", "business_unit", "business_manager"}


@pytest.fixture
def machine(cast: Cast) -> Machine:
    return Machine(cast)


def test_an_auditor_draws_a_sample_and_answers_for_each_record_on_pages(machine: Machine) -> None:
    """BRO-10: records are audited for proper and effective use."""
    machine.sent()
    client = client_of(machine.cast.auditor)
    day, later = MONDAY.date(), MONDAY.date() + timedelta(days=1)
    typed = {f"first_day_{at}": part for at, part in enumerate((day.day, day.month, day.year))}
    typed |= {f"last_day_{at}": part for at, part in enumerate((later.day, later.month, later.year))}
    client.post(reverse("audits"), typed | {"size": "5"})
    record = AuditSample.objects.get().records.get()
    client.post(reverse("audit-check", args=[record.pk]), GOOD)
    page = client.get(reverse("audit", args=[record.sample_id])).content.decode()
    assert f"from the {record.sample.drawn_from} disagreements raised in the period that could be drawn (none that is restricted can)" in page
    assert "To look through: 1. Checked so far: 1." in page
    refused = client.post(reverse("audits"), typed | {"size": "5", "earlier_draw": str((record.sample.seed + 1) % 10**9)}).content.decode()
    assert "No sample of this period was drawn with that number" in refused
    assert refused.count("(optional)") == 1
    client.post(reverse("audits"), typed | {"size": "5", "earlier_draw": str(record.sample.seed)})
    first, again = AuditSample.objects.order_by("drawn_at", "pk")
    assert (again.seed, references(again)) == (first.seed, references(first))


@pytest.mark.engines
def test_who_has_a_conflict_in_one_is_not_shown_it_and_checks_it_nowhere_while_colleagues_do(machine: Machine) -> None:
    hidden, other = machine.sent(), machine.sent()
    Dispute.objects.filter(pk=hidden.pk).update(conflicts=[str(machine.cast.auditor.pk)])
    period = Period(MONDAY.date(), MONDAY.date())
    sample = audits.draw(partnership=machine.cast.partnership, period=period, size=5, drawn_by=machine.cast.auditor, now=MONDAY + timedelta(hours=1))
    record = sample.records.get(dispute=hidden)
    check = reverse("audit-check", args=[record.pk])
    assert client_of(machine.cast.business_unit).post(check, GOOD | {"feedback": "no"}).status_code == 302
    pages = {
        user: [client_of(user).get(address).content.decode() for address in (reverse("audit", args=[sample.pk]), reverse("audits"))]
        for user in (machine.cast.auditor, machine.cast.business_unit)
    }
    mine, of_all = pages[machine.cast.auditor]
    assert other.reference in mine
    assert hidden.reference not in mine
    assert "0 of 1 record checked" in of_all
    theirs, of_all = pages[machine.cast.business_unit]
    assert theirs.count(hidden.reference) > 2, "In the list, and beside the answer no."
    assert "1 of 2 records checked" in of_all
    answers = [client_of(machine.cast.auditor).get(check), client_of(machine.cast.auditor).post(check, GOOD)]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_an_unanswered_question_gets_its_error_beside_it(machine: Machine) -> None:
    machine.sent()
    sample = audits.draw(
        partnership=machine.cast.partnership,
        period=Period(MONDAY.date(), MONDAY.date()),
        size=1,
        drawn_by=machine.cast.business_unit,
        now=MONDAY + timedelta(hours=1),
    )
    page = client_of(machine.cast.auditor).post(reverse("audit-check", args=[sample.records.get().pk]), {"prompt": "yes"}).content.decode()
    assert page.count("Choose an answer") >= len(AuditQuestion) - 1
    assert "Choose an answer: Was it settled or moved up in time?" in page, "one of several in the summary that say the same"


ABOUT = dict(zip(AuditQuestion.values, ("Raised without delay", "The right people", "The record is whole", "Settled or moved up in time",
    "Feedback given", "In the child’s file", "Something for the child"), strict=True))  # fmt: skip
WORDS = {"yes": "Yes", "no": "No", "not_applicable": "Not applicable"}


def looked_through(world: World, size: int, left: int = 0) -> tuple[AuditSample, dict[str, dict[str, str]]]:
    """A sample whose records were answered at random but for the last few, and what was answered, by reference."""
    sample, chance, said = drawn(world, size=size), Random(11), {}
    for record in list(sample.records.select_related("dispute"))[: size - left]:
        said[record.dispute.reference] = {key: chance.choice(AuditAnswer.values) for key in AuditQuestion.values}
        audits.check(record, said[record.dispute.reference], checked_by=world.unit, now=NOW)
    return sample, said


def records_of(sample: AuditSample) -> list[AuditedRecord]:
    return list(sample.records.select_related("dispute", "checked_by").order_by("position"))


@time_machine.travel(NOW, tick=False)
def test_its_data_file_holds_every_answer_and_counts_that_agree_with_a_count_of_the_answers_given(world: World) -> None:
    sample, said = looked_through(world, 9, left=2)
    answer = client_of(world.unit).get(reverse("audit-data", args=[sample.pk, "csv"]))
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    for key, about in ABOUT.items():
        given = [answers[key] for answers in said.values()]
        yes, no, spare = (given.count(each) for each in ("yes", "no", "not_applicable"))
        share = str((200 * yes + yes + no) // (2 * (yes + no)))
        found = {line[3]: line[4:6] for line in lines if line[1] == "Answers, by question" and line[2] == about}
        assert found == {
            "Yes": [str(yes), "count"], "No": [str(no), "count"], "Not applicable": [str(spare), "count"], "Yes or no": [str(yes + no), "count"],
            "Share yes": [share, "percent"],
        }  # fmt: skip
        wanting = next((line[4] for line in lines if line[1] == "Where the answer is no" and line[2] == about), "")
        assert set(filter(None, wanting.split(", "))) == {reference for reference, answers in said.items() if answers[key] == "no"}
    each = {(line[2], line[3]): line[4] for line in lines if line[1] == "Answers, record by record"}
    assert {place for place in each if place[1] in ABOUT.values() and each[place]} == {(one, about) for one in said for about in ABOUT.values()}
    assert all(each[reference, ABOUT[key]] == WORDS[given] for reference, answers in said.items() for key, given in answers.items())
    assert [each[reference, "Looked through by"] for reference in references(sample)] == [world.unit.name] * 7 + ["Nobody yet"] * 2


def test_its_message_names_what_was_most_often_no(world: World) -> None:
    sample = drawn(world, size=3)
    for at, record in enumerate(sample.records.all()):
        no = {AuditQuestion.FILE.value: "no"} | ({AuditQuestion.PACE.value: "no"} if at else {AuditQuestion.EFFECT.value: "not_applicable"})
        audits.check(record, GOOD | no, checked_by=world.unit, now=NOW)
    message = audit_report(sample, records_of(sample), NOW).sections[0].message
    assert message == "15 of 20 answers were yes; most often no, 3 of them: In the child’s file"
    assert audit_report(sample, [], NOW).sections[0].message == "Nothing is found yet: no question is answered with yes or no"


@pytest.mark.parametrize("size", [3, 50])
def test_its_paper_is_tagged_titled_and_says_its_chart_in_words_and_the_checker_finds_nothing(world: World, tmp_path: Path, size: int) -> None:
    """Of three records on one page, of all there are on as many as it takes, each of which says of when it is."""
    generate(world, 60, starts=Year(2025).starts, ends=Year(2025).ends, now=NOW, seed=3)
    sample, _said = looked_through(world, size)
    printed = services.print_page(audit_report(sample, records_of(sample), NOW))
    path = tmp_path / "audit.pdf"
    path.write_bytes(printed.content)
    assert printed.pages == (1 if size == 3 else 3)
    with pikepdf.open(path) as file:
        assert str(file.docinfo.Title) == "Audit of records, 1 April 2025 to 31 March 2026"
        assert str(file.Root.Lang) == "en-GB"
        assert [words(page).count("Figures as recorded on ") for page in file.pages] == [1] * printed.pages
        [figure] = of_kind(file, "/Figure")
        assert str(figure.Alt).startswith("Share of answers that are yes, by question. Raised without delay: ")
    assert [finding.message for finding in pdfua.validate(str(path)).findings] == []


@pytest.mark.parametrize("form", [*FORMATS, "pdf"])
def test_what_somebody_may_not_know_of_is_in_no_file_that_they_take_and_is_in_a_colleagues(machine: Machine, form: str) -> None:
    hidden, other = machine.sent(), machine.sent()
    Dispute.objects.filter(pk=hidden.pk).update(conflicts=[str(machine.cast.auditor.pk)])
    period = Period(MONDAY.date(), MONDAY.date())
    sample = audits.draw(partnership=machine.cast.partnership, period=period, size=5, drawn_by=machine.cast.auditor, now=MONDAY + timedelta(hours=1))
    for user, seen in ((machine.cast.auditor, [other]), (machine.cast.business_unit, [hidden, other])):
        answer = client_of(user).get(reverse("audit-data", args=[sample.pk, form]))
        assert answer.status_code == 200
        if form in READERS:
            cells = {str(cell) for row in READERS[form](answer.content) for cell in row}
            assert [one.reference in cells for one in (hidden, other)] == [one in seen for one in (hidden, other)]
            assert not [cell for cell in cells if cell.startswith(RUNS)]
    taken = ReportEvent.objects.filter(words__contains="as an audit (PDF)" if form == "pdf" else "as a data file")
    assert {event.actor for event in taken} == {machine.cast.auditor, machine.cast.business_unit}


@time_machine.travel(NOW, tick=False)
def test_programs_get_the_same_audit_as_the_page_on_record(world: World) -> None:
    sample, _said = looked_through(world, 6, left=1)
    answer = program(world.unit).get(f"/api/v1/reports/audits/{sample.pk}/").json()
    document = audit_report(sample, records_of(sample), NOW)
    assert [chapter["message"] for chapter in answer["chapters"]] == [section.message for section in document.sections]
    shares = [row["figures"][4]["number"] for row in answer["chapters"][0]["tables"][0]["rows"]]
    assert shares == [row.cells[4].value for row in document.sections[0].tables[0].rows]
    assert ReportEvent.objects.filter(actor=world.unit, words__contains="programming interface").count() == 1
    assert program(world.unit).get(f"/api/v1/reports/audits/{UUID(int=1)}/").status_code == 404


def test_there_is_no_other_form_of_its_file(world: World) -> None:
    assert client_of(world.unit).get(reverse("audit-data", args=[drawn(world).pk, "docx"])).status_code == 404
