"""What is written in bulk is read back as it was, whatever it holds, and is what Django itself would have written."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from agencies.models import User
from escalation.engine.bulk import insert_rows, update_rows
from escalation.models import Child, Clock, Dispute, Notification
from tests.world import london

pytestmark = [pytest.mark.django_db, pytest.mark.engines]

ODD = 'A "word", a {brace}, a \\ stroke, a, comma, NULL, \t a tab,\n a line, £5, Zoë, 子, \u2028 and 100 %s'


def message(dispute: Dispute, key: str, **more: object) -> Notification:
    now = london("2026-03-02 10:00")
    return Notification(key=key, dispute=dispute, mailbox="a@example.org", kind="due", action="Respond", created_at=now, not_before=now, **more)


@pytest.mark.parametrize("words", [ODD, "", "NULL", "{}", '""', "\\", "'; --"])
def test_typed_text_comes_back_sign_for_sign(dispute: Dispute, words: str) -> None:
    child = Child(dispute=dispute, ordinal=7, initials="AB", born_on=date(2015, 5, 1))
    insert_rows(Child, [child])
    clock = Clock.objects.filter(dispute=dispute).first()
    assert clock is not None
    clock.working_out = {"sentence": words, "lines": [[words, None, 1.5, True]]}
    update_rows(Clock, [clock], ["working_out"])
    insert_rows(Notification, [message(dispute, f"k{words[:20]}", trouble=words)])
    assert Clock.objects.get(pk=clock.pk).working_out == {"sentence": words, "lines": [[words, None, 1.5, True]]}
    assert Notification.objects.get(key=f"k{words[:20]}").trouble == words
    assert Child.objects.get(pk=child.pk).born_on == date(2015, 5, 1)


def test_a_moment_is_kept_to_the_microsecond_whatever_zone_it_was_told_in(dispute: Dispute) -> None:
    moment = london("2026-07-01 23:30").replace(microsecond=123456)
    row = message(dispute, "moment")
    row.not_before = moment
    insert_rows(Notification, [row])
    assert Notification.objects.get(key="moment").not_before == moment
    assert Notification.objects.filter(not_before=moment).exists()


def test_rows_written_in_bulk_are_stored_as_django_stores_them(dispute: Dispute) -> None:
    theirs = message(dispute, "theirs", due_at=london("2026-03-03 10:00"), is_urgent=True)
    theirs.save()
    ours = message(dispute, "ours", due_at=london("2026-03-03 10:00"), is_urgent=True)
    insert_rows(Notification, [ours])
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM escalation_notification WHERE key IN ('theirs', 'ours') ORDER BY key")
        first, second = cursor.fetchall()
    names = [column.attname for column in Notification._meta.concrete_fields]
    assert {name for name, a, b in zip(names, first, second, strict=True) if a != b} == {"id", "key"}
    assert ours._state.adding is False


def test_of_many_rows_nothing_and_numbers_come_back_where_all_hold_the_same_and_where_they_differ(dispute: Dispute) -> None:
    rows = [message(dispute, f"many{at}", attempts=at % 2, is_urgent=True, due_at=None, said=None) for at in range(40)]
    rows[7].sent_at = london("2026-03-03 10:00")
    insert_rows(Notification, rows)
    stored = {row.key: row for row in Notification.objects.filter(key__startswith="many")}
    for row in rows:
        found = stored[row.key]
        told = (found.attempts, found.is_urgent, found.is_reminder, found.due_at, found.said, found.sent_at, found.trouble)
        assert told == (row.attempts, True, False, None, None, row.sent_at, "")


def test_of_many_rows_each_is_changed_and_no_other_where_all_are_given_the_same(dispute: Dispute) -> None:
    rows = [message(dispute, f"many{at}", sent_at=london("2026-03-03 10:00"), attempts=3) for at in range(40)]
    insert_rows(Notification, rows)
    for row in rows[:30]:
        row.sent_at, row.attempts, row.is_urgent = None, 0, True
    update_rows(Notification, rows[:30], ["sent_at", "attempts", "is_urgent"])
    stored = Notification.objects.filter(key__startswith="many")
    assert stored.filter(sent_at=None, attempts=0, is_urgent=True).count() == 30
    assert stored.filter(sent_at__isnull=False, attempts=3, is_urgent=False).count() == 10


def test_of_many_rows_what_they_refer_to_is_set_taken_away_or_stays(dispute: Dispute) -> None:
    first, second, third = User.objects.order_by("pk")[:3]
    rows = [message(dispute, f"many{at}", recipient=first if at % 2 else None) for at in range(40)]
    insert_rows(Notification, rows)
    for at, row in enumerate(rows[:30]):
        row.recipient_id, row.attempts = (second.pk, None, first.pk, third.pk)[at % 4], at
    update_rows(Notification, rows[:30], ["recipient", "attempts"])
    stored = Notification.objects.filter(key__startswith="many")
    assert {row.key: (row.recipient_id, row.attempts) for row in stored} == {row.key: (row.recipient_id, row.attempts) for row in rows}
    update_rows(Notification, rows[:30], ["request"])
    rows[0].recipient_id = uuid4()
    with transaction.atomic():
        update_rows(Notification, rows[:30], ["recipient"])
        with pytest.raises(IntegrityError):
            connection.check_constraints()
        transaction.set_rollback(True)
    assert stored.get(key="many0").recipient_id == second.pk


def test_a_row_that_is_there_already_is_left_alone_where_that_was_asked(dispute: Dispute) -> None:
    insert_rows(Notification, [message(dispute, "once", trouble="first")])
    insert_rows(Notification, [message(dispute, "once", trouble="second"), message(dispute, "twice")], unless_there=True)
    assert Notification.objects.get(key="once").trouble == "first"
    assert Notification.objects.filter(key="twice").exists()


def test_nothing_to_write_is_no_statement(dispute: Dispute, django_assert_num_queries: pytest.FixtureRequest) -> None:
    with django_assert_num_queries(0):  # type: ignore[operator]
        insert_rows(Notification, [])
        update_rows(Clock, [], ["state"])


def test_a_row_read_without_a_column_still_writes_it(dispute: Dispute) -> None:
    clock = Clock.objects.filter(dispute=dispute).defer("working_out").first()
    assert clock is not None
    update_rows(Clock, [clock], ["working_out", "state"])
    assert Clock.objects.get(pk=clock.pk).working_out["sentence"]
    assert isinstance(clock.pk, UUID)
