"""The directory's record and tables: what the database itself refuses."""

from collections.abc import Callable
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from agencies.calendars import calendar_of
from agencies.ledger import LedgerRow
from agencies.models import Agency, ClosureDay, DirectoryEvent, HolidayChange, Membership, Post, SignInEvent, User
from agencies.roles import Role
from agencies.services.identity.events import note
from agencies.services.members import give_role
from agencies.services.record import LONGEST, record
from agencies.sign_ins import SignInKind, Visit
from reports.models import ReportEvent
from tests.cast import Cast
from tests.pseudo import marked, unmarked
from tests.world import MONDAY

pytestmark = pytest.mark.engines

GUARD: Any = import_module("agencies.migrations.0002_refuse_changes_of_records")


@pytest.fixture
def event(cast: Cast) -> DirectoryEvent:
    record(cast.partnership.id, cast.lead, "Something changed.", now=timezone.now())
    return DirectoryEvent.objects.get()


def refused(act: Any) -> bool:
    try:
        with transaction.atomic():
            act()
    except DatabaseError:
        return True
    return False


def test_the_database_refuses_to_change_a_line(event: DirectoryEvent) -> None:
    assert refused(lambda: DirectoryEvent.objects.filter(id=event.id).update(words="Nothing."))


def test_the_database_refuses_to_remove_a_line(event: DirectoryEvent) -> None:
    assert refused(lambda: DirectoryEvent.objects.filter(id=event.id).delete())


@pytest.mark.parametrize("model", [DirectoryEvent, SignInEvent, ReportEvent])
def test_no_record_of_the_directory_of_signing_in_or_of_reports_is_emptied_or_written_over(cast: Cast, model: type[LedgerRow]) -> None:
    lines: dict[Any, Callable[[], Any]] = {
        DirectoryEvent: lambda: record(cast.partnership.id, cast.lead, "Something changed.", now=timezone.now()),
        SignInEvent: lambda: note(SignInKind.REFUSED, cast.lead, Visit("203.0.113.9"), now=timezone.now()),
        ReportEvent: lambda: ReportEvent(partnership=cast.partnership, recorded_at=MONDAY, words="Figures were taken out.").save(force_insert=True),
    }
    lines[model]()
    table = model._meta.db_table
    if connection.vendor == "postgresql":
        forged = [f"TRUNCATE {table} CASCADE"]
        connection.check_constraints()
    else:
        columns = [str(field.column) for field in model._meta.concrete_fields]
        others = ", ".join("'none'" if column == "id" else column for column in columns)
        forged = [
            f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",  # noqa: S608 - the model's own name
            # With a key of its own, in the place of that row by its number alone.
            f"INSERT OR REPLACE INTO {table} (rowid, {', '.join(columns)}) SELECT rowid, {others} FROM {table}",  # noqa: S608
        ]
    for statement in forged:
        with pytest.raises(DatabaseError, match="never changed"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_the_row_refuses_before_the_database(event: DirectoryEvent) -> None:
    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_the_guard_can_be_taken_down_and_put_up_again(event: DirectoryEvent) -> None:
    editor = connection.schema_editor()
    GUARD.release(None, editor)
    assert not refused(lambda: DirectoryEvent.objects.filter(id=event.id).update(words="Changed."))
    GUARD.guard(None, editor)
    assert refused(lambda: DirectoryEvent.objects.filter(id=event.id).update(words="Again."))


def test_a_long_line_is_cut_with_an_ellipsis(cast: Cast) -> None:
    record(cast.partnership.id, None, "x" * 400, now=timezone.now())
    words = DirectoryEvent.objects.get().words
    assert len(words) == LONGEST
    assert words.endswith("…")


@pytest.mark.parametrize(
    "fields",
    [
        {"role": Role.CHAIR, "in_agency": True},
        {"role": Role.MANAGER, "in_agency": False},
        {"role": Role.MANAGER, "in_agency": True, "since": date(2026, 2, 1), "until": date(2026, 1, 1)},
    ],
)
def test_a_role_in_the_wrong_place_or_time_cannot_be_stored(cast: Cast, fields: dict[str, Any]) -> None:
    agency = cast.school if fields.pop("in_agency") else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(partnership=cast.partnership, user=cast.nobody, agency=agency, **fields)


def test_nobody_is_stored_as_their_own_supervisor(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.filter(user=cast.raiser).update(supervisor=cast.raiser)


@pytest.mark.parametrize("fields", [{"title": ""}, {"title": "A", "is_uncertain": True}])
def test_a_doubt_must_say_why(cast: Cast, fields: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Post.objects.create(agency=cast.school, **fields)


def test_an_agency_does_not_act_for_itself(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Agency.objects.filter(id=cast.school.id).update(acting_agency=cast.school, acting_from_level=3)


def test_one_account_an_address_whatever_its_capitals(cast: Cast) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.bulk_create([User(email=cast.raiser.email.upper(), name="Twin")])


def test_closure_days_and_holiday_changes_make_the_calendar(cast: Cast, django_assert_num_queries: Any) -> None:
    ClosureDay.objects.create(partnership=cast.partnership, day=date(2026, 12, 24), words="Office closed")
    HolidayChange.objects.create(partnership=cast.partnership, day=date(2026, 7, 17), words="Proclaimed")
    HolidayChange.objects.create(partnership=cast.partnership, day=date(2026, 8, 31), words="Moved", works=True)
    ClosureDay.objects.create(partnership=cast.partnership, day=date(2026, 7, 20), words="Our own day")
    HolidayChange.objects.create(partnership=cast.partnership, day=date(2026, 7, 20), words="Proclaimed too")
    calendar_of(cast.partnership)
    with django_assert_num_queries(1):
        calendar = calendar_of(cast.partnership)
    assert calendar.why_not(date(2026, 12, 24)) == "Office closed"
    assert calendar.why_not(date(2026, 7, 17)) == "Proclaimed"
    assert calendar.why_not(date(2026, 7, 20)) == "Our own day"
    assert calendar.is_working_day(date(2026, 8, 31))
    assert not calendar.is_working_day(date(2026, 12, 25))


def test_another_partnerships_closure_days_do_not_count(cast: Cast) -> None:
    ClosureDay.objects.create(partnership=cast.elsewhere, day=date(2026, 12, 24), words="Office closed")
    assert calendar_of(cast.partnership).is_working_day(date(2026, 12, 24))


def test_a_line_is_kept_in_english_and_said_in_the_language_of_whoever_reads_it(cast: Cast) -> None:
    give_role(actor=cast.administrator, user=cast.nobody, place=cast.school, role=Role.PRACTITIONER, now=MONDAY)
    line = DirectoryEvent.objects.latest("recorded_at", "id")
    assert line.words == line.said == f"{cast.nobody.name} became practitioner of {cast.school.name}."
    with marked():
        assert unmarked(line.said, {cast.nobody.name, cast.school.name}) == []
