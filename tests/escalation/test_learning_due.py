"""Owners of learning actions are reminded once before the day and once after it, over a real mail server, without a word of the case."""

from datetime import date

import pytest
from django.core.management import call_command

from escalation.models import LearningPoint, Notification
from escalation.services.learning_due import remind_of_learning, step
from escalation.services.outbox import deliver
from escalation.states import Delivery, LearningStatus, Message
from tests.cast import Cast
from tests.escalation.learning import ISSUE, NARRATIVE, follow, learnt
from tests.mail_server import MailServer
from tests.world import World, london

pytestmark = pytest.mark.django_db
GIVEN, DUE = date(2026, 3, 2), date(2026, 4, 10)  # a Monday and a Friday


@pytest.fixture
def point(world: World, cast: Cast) -> LearningPoint:
    """Given to the subgroup's chair on Monday 2 March, to be done by Friday 10 April 2026."""
    return follow(world, learnt(world), cast.business_unit, owner=cast.subgroup_chair.pk, due_on=DUE)


@pytest.mark.parametrize(
    ("today", "given", "expected"),
    [
        (date(2026, 4, 2), GIVEN, ""),
        (date(2026, 4, 3), GIVEN, "before"),
        (DUE, GIVEN, "before"),
        (date(2026, 4, 11), GIVEN, "after"),
        # Given within the week: reminded the day before; given the day before or on the day itself, not at once again.
        (date(2026, 4, 7), date(2026, 4, 6), ""),
        (date(2026, 4, 9), date(2026, 4, 6), "before"),
        (DUE, date(2026, 4, 9), ""),
        (DUE, DUE, ""),
    ],
)
def test_the_reminder_of_a_day(today: date, given: date, expected: str) -> None:
    assert step(DUE, given, today) == expected


def reminders(point: LearningPoint) -> list[str]:
    rows = Notification.objects.filter(learning=point, action__startswith="A learning action").order_by("created_at")
    return list(rows.values_list("action", flat=True))


def test_each_reminder_is_written_once_however_often_the_job_runs(point: LearningPoint) -> None:
    for moment in ("2026-04-02 10:00", "2026-04-03 10:00", "2026-04-03 11:00", "2026-04-10 16:00", "2026-04-11 00:30", "2026-04-30 10:00"):
        remind_of_learning(london(moment))
    assert reminders(point) == ["A learning action is due soon", "A learning action is overdue"]


def test_after_an_outage_only_the_newest_is_written(point: LearningPoint) -> None:
    assert remind_of_learning(london("2026-05-01 10:00")) == 1
    assert reminders(point) == ["A learning action is overdue"]


def test_another_day_reminds_anew_and_another_owner_too(world: World, cast: Cast, point: LearningPoint) -> None:
    remind_of_learning(london("2026-04-03 10:00"))
    follow(world, point, cast.business_unit, due_on=date(2026, 6, 12))
    remind_of_learning(london("2026-06-08 10:00"))
    follow(world, point, cast.business_unit, owner=cast.lead.pk)
    remind_of_learning(london("2026-06-09 10:00"))
    assert list(Notification.objects.filter(action__contains="due soon").order_by("created_at").values_list("recipient__name", flat=True)) == [
        cast.subgroup_chair.name,
        cast.subgroup_chair.name,
        cast.lead.name,
    ]


def test_nobody_is_reminded_of_what_is_done_or_has_no_owner(world: World, cast: Cast, point: LearningPoint) -> None:
    follow(world, point, cast.business_unit, status=LearningStatus.DONE, evidence="Taught in March.")
    follow(world, learnt(world), cast.business_unit, due_on=DUE)
    assert remind_of_learning(london("2026-04-20 10:00")) == 0


def test_the_reminder_leads_its_owner_to_the_point_and_says_nothing_of_the_case(
    world: World, cast: Cast, point: LearningPoint, mail_server: MailServer
) -> None:
    remind_of_learning(london("2026-04-11 10:00"))  # a Saturday
    assert deliver(london("2026-04-11 12:00")).sent == 0
    deliver(london("2026-04-13 09:00"))
    taken = [one for one in mail_server.taken if one["to"] == cast.subgroup_chair.email][-1]
    assert taken["subject"] == "A learning action: it needs you"
    assert f"http://testserver/learning/{point.pk}/" in taken["text"]
    assert "What is asked: A learning action is overdue\nIt was due: Friday 10 April 2026, end of day (London time)" in taken["text"].replace(
        "\r\n", "\n"
    )
    said = f"{taken['subject']} {taken['text']} {taken['html']}"
    hidden = [ISSUE, NARRATIVE, point.dispute.reference, cast.school.name, cast.social_care.name, *(user.name for _, user in cast.users())]
    assert not [word for word in hidden if word in said]


def test_what_was_done_meanwhile_or_given_to_another_is_not_asked_for_any_more(
    world: World, cast: Cast, point: LearningPoint, mail_server: MailServer
) -> None:
    other = follow(world, learnt(world), cast.business_unit, owner=cast.subgroup_chair.pk, due_on=DUE, referred_to="")
    remind_of_learning(london("2026-04-13 10:00"))
    follow(world, point, cast.lead, status=LearningStatus.DONE, evidence="Taught in March.")
    follow(world, other, cast.lead, owner=cast.lead.pk)
    deliver(london("2026-04-13 10:30"))
    rows = Notification.objects.filter(recipient=cast.subgroup_chair, kind=Message.LEARNING, action__contains="overdue")
    assert {(row.state, row.trouble) for row in rows} == {
        (Delivery.DROPPED, "it was settled already"),
        (Delivery.DROPPED, "it is no longer theirs to see"),
    }


def test_the_command_says_what_it_did(point: LearningPoint, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("remind_of_learning")
    LearningPoint.objects.all().delete()
    call_command("remind_of_learning")
    assert capsys.readouterr().out == "1 reminder written.\nNothing is due, or everybody was reminded.\n"
