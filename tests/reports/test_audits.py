"""Audits of a sample of records (BRO-10)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agencies.errors import InvalidInput
from agencies.models import User
from escalation.models import Dispute
from reports import audits
from reports.models import AuditAnswer, AuditQuestion, AuditSample
from reports.periods import Period, Year
from tests.cast import Cast
from tests.kept import kept_fixture
from tests.reports.builders import World, make_world
from tests.reports.generated import generate
from tests.world import MONDAY
from tests.world import World as Machine

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
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


def test_a_sample_has_so_many_records_each_once_and_of_the_period(world: World) -> None:
    sample = drawn(world)
    assert len(set(references(sample))) == 8
    raised = [record.dispute.submitted_at for record in sample.records.select_related("dispute")]
    assert all(YEAR.starts <= moment < YEAR.ends for moment in raised if moment)


def test_the_same_number_draws_the_same_records_again(world: World) -> None:
    assert references(drawn(world, seed=7)) == references(drawn(world, seed=7))
    assert references(drawn(world, seed=7)) != references(drawn(world, seed=8))


def test_a_sample_larger_than_what_there_is_holds_all_of_it(world: World) -> None:
    sample = drawn(world, size=50)
    assert len(references(sample)) == sample.drawn_from <= 30


@pytest.mark.parametrize("size", [0, 51])
def test_a_sample_of_none_or_too_many_is_refused(world: World, size: int) -> None:
    with pytest.raises(InvalidInput, match="from 1 to 50"):
        drawn(world, size=size)


def test_a_period_in_which_nothing_was_raised_is_refused(world: World) -> None:
    with pytest.raises(InvalidInput, match="No disagreement was raised"):
        audits.draw(partnership=world.partnership, period=Period(*[Year(2020).first_day] * 2), size=3, drawn_by=world.unit, now=NOW)


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
    assert f"from the {record.sample.drawn_from} disagreements raised in the period" in page
    assert "To look through: 1. Checked so far: 1." in page


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
