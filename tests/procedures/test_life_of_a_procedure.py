"""BRO-12, DEV-11: a text is reviewed each year, and whoever keeps it is reminded until a newer one is published."""

from dataclasses import replace
from datetime import date

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from agencies.models import Membership
from escalation.models import Notification, ProcedureVersion
from escalation.procedures.definition import ProcedureDefinition
from escalation.procedures.schema import shipped
from escalation.services.outbox import deliver
from escalation.services.procedures import publish
from escalation.services.reviews_due import remind_of_reviews, threshold
from escalation.states import Delivery, Message
from tests.cast import Cast
from tests.mail_server import MailServer
from tests.world import MONDAY, london

pytestmark = pytest.mark.django_db
DUE = date(2027, 3, 1)


@pytest.fixture
def version(cast: Cast) -> ProcedureVersion:
    """Bromley's text, in force from 2 March 2026 and due for review on 1 March 2027."""
    text = replace(shipped()["bromley"], review_due=DUE)
    return publish(text, cast.partnership, now=MONDAY, in_force_from=MONDAY.date()).version


def revised() -> ProcedureDefinition:
    """A newer text of the same procedure, to be reviewed a year later."""
    return replace(shipped()["bromley"], owner="The partnership", review_due=date(2028, 3, 1))


def reminders() -> list[Notification]:
    return list(Notification.objects.filter(kind=Message.REVIEW))


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (date(2027, 1, 29), None),
        (date(2027, 1, 30), 0),
        (date(2027, 2, 28), 0),
        (date(2027, 3, 1), 1),
        (date(2027, 3, 30), 1),
        (date(2027, 3, 31), 2),
        (date(2027, 4, 30), 3),
    ],
)
def test_reminders_come_thirty_days_before_on_the_day_and_every_thirty_days_after(today: date, expected: int | None) -> None:
    """BRO-12."""
    assert threshold(DUE, today) == expected


@pytest.mark.usefixtures("version")
def test_each_person_of_the_business_unit_is_reminded_once(cast: Cast) -> None:
    """BRO-12, DEV-11: and nobody else is."""
    assert remind_of_reviews(london("2027-02-01 10:00")) == 2
    assert remind_of_reviews(london("2027-02-02 10:00")) == 0
    assert {row.recipient for row in reminders()} == {cast.business_unit, cast.business_manager}


@pytest.mark.usefixtures("version")
def test_whoever_left_the_business_unit_is_not_reminded(cast: Cast) -> None:
    Membership.objects.filter(user=cast.business_manager).update(until=date(2027, 1, 31))
    assert remind_of_reviews(london("2027-02-01 10:00")) == 1
    assert [row.recipient for row in reminders()] == [cast.business_unit]


@pytest.mark.usefixtures("version")
def test_nobody_is_reminded_a_year_ahead() -> None:
    assert remind_of_reviews(london("2026-03-02 10:00")) == 0


def test_a_newer_text_ends_the_reminders(version: ProcedureVersion, cast: Cast) -> None:
    publish(revised(), cast.partnership, now=london("2027-02-15 10:00"), in_force_from=date(2027, 2, 15))
    assert version.procedure.versions.count() == 2
    assert remind_of_reviews(london("2027-03-01 10:00")) == 0


@pytest.mark.usefixtures("version")
def test_the_reminder_leaves_in_office_hours_and_leads_to_the_procedures(mail_server: MailServer) -> None:
    """BRO-12: written on a Sunday, sent on the Monday."""
    remind_of_reviews(london("2027-02-07 12:00"))
    deliver(london("2027-02-07 12:01"))
    assert mail_server.taken == []
    deliver(london("2027-02-08 09:01"))
    assert {taken["to"] for taken in mail_server.taken} == {row.recipient.email for row in reminders() if row.recipient}
    assert reverse("procedures") in mail_server.taken[0]["text"]


@pytest.mark.usefixtures("version")
def test_reminders_of_two_procedures_are_told_apart_by_subject_and_words(cast: Cast, mail_server: MailServer) -> None:
    publish(replace(shipped()["devon"], name="Health & care protocol", review_due=DUE), cast.partnership, now=MONDAY, in_force_from=MONDAY.date())
    remind_of_reviews(london("2027-02-08 09:00"))
    deliver(london("2027-02-08 09:01"))
    told = {f"Review the procedure “{name}”, due 1 March 2027" for name in ("Escalation policy", "Health & care protocol")}
    subjects = [taken["subject"].strip() for taken in mail_server.taken]
    assert set(subjects) == told
    assert all(f"What is asked: {subject}" in taken["text"] for subject, taken in zip(subjects, mail_server.taken, strict=True))


@pytest.mark.usefixtures("version")
def test_a_reminder_of_a_text_that_was_replaced_meanwhile_is_not_sent(cast: Cast, mail_server: MailServer) -> None:
    remind_of_reviews(london("2027-02-07 12:00"))
    publish(revised(), cast.partnership, now=london("2027-02-07 13:00"), in_force_from=date(2027, 2, 7))
    deliver(london("2027-02-08 09:01"))
    assert ({row.state for row in reminders()}, mail_server.taken) == ({Delivery.DROPPED}, [])


@pytest.mark.usefixtures("version")
def test_the_list_of_procedures_says_that_a_review_is_overdue(cast: Cast) -> None:
    """DEV-11."""
    with time_machine.travel(london("2027-03-02 10:00"), tick=False):
        client = Client()
        client.force_login(cast.business_unit)
        assert "1 March 2027 (overdue)" in client.get(reverse("procedures")).content.decode()


@pytest.mark.usefixtures("version")
def test_the_command_says_what_it_did(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("remind_of_reviews")
    assert "No review is due" in capsys.readouterr().out
