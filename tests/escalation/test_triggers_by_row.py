"""On SQLite the number that every row has beside its key is no way round the triggers either; PostgreSQL has none. Asked on SQLite alone."""

from uuid import UUID

import pytest
from django.db import connection

from escalation.models import Dispute, Event, EventBody, Reading
from tests.cast import Cast
from tests.escalation.test_triggers import GUARDED, refused, say_erased, sealed_with_a_reading
from tests.world import MONDAY, World

pytestmark = [pytest.mark.django_db, pytest.mark.skipif("connection.vendor != 'sqlite'")]


@pytest.fixture
def dispute(cast: Cast) -> Dispute:
    """A disagreement with typed text, a reading and a seal over both."""
    return sealed_with_a_reading(cast)


def over_another(table: str, row: int) -> str:
    """A statement that puts a new row, its key and every unique number unused, in place of that row: only the row's own number is the same."""
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    unused = {"id": "'none'", "event_id": "'none'", "number": "99", "position": "99", "dispute_key": "'none'"}
    values = ", ".join(unused.get(column, column) for column in columns)
    # rowid, oid and _rowid_ are three names of one thing.
    return f"INSERT OR REPLACE INTO {table} (oid, {', '.join(columns)}) SELECT rowid, {values} FROM {table} WHERE rowid = {row}"  # noqa: S608


@pytest.mark.parametrize("model", GUARDED)
def test_a_row_is_not_written_over_by_its_number_either(dispute: Dispute, model: type[Event]) -> None:
    assert refused(over_another(model._meta.db_table, 1))


def renumber(table: str, key: str, blanked: str, lines: list[UUID]) -> str:
    """A statement that blanks the first of two rows as it may be, and gives it the number of the second, which would go."""
    first, second = (f"(SELECT rowid FROM {table} WHERE {key} = '{line.hex}')" for line in lines)  # noqa: S608 - names come from the models
    return f"UPDATE OR REPLACE {table} SET {blanked}, rowid = {second} WHERE rowid = {first}"  # noqa: S608


def test_blanking_a_lines_text_takes_no_other_rows_number(dispute: Dispute, cast: Cast) -> None:
    other = World(cast).sent()
    say_erased(dispute)
    lines = [EventBody.objects.filter(event__dispute=found)[0].pk for found in (dispute, other)]
    assert refused(renumber("escalation_eventbody", "event_id", "text = '{}', erased_at = '2026-03-02'", lines))


def test_blanking_why_somebody_looked_takes_no_other_rows_number(dispute: Dispute, cast: Cast) -> None:
    lines = [Reading.objects.create(dispute=dispute, reader=cast.auditor, part="page", reason="Audit.", recorded_at=MONDAY).pk for _time in range(2)]
    say_erased(dispute, readings=lines)
    assert refused(renumber("escalation_reading", "id", "reason = ''", lines))
    assert Reading.objects.filter(pk=lines[0]).update(reason="")
