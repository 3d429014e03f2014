"""On SQLite the number that every row has beside its key is no way round the triggers either; PostgreSQL has none. Asked on SQLite alone."""

import re
from importlib import import_module
from uuid import UUID

import pytest
from django.db import DatabaseError, connection, transaction

from escalation.models import Dispute, Event, EventBody, Reading
from tests.cast import Cast
from tests.escalation.test_triggers import GUARDED, refused, say_erased, sealed_with_a_reading
from tests.kept import kept_fixture
from tests.record_guard import TRIGGERS
from tests.world import MONDAY, World

NUMBERED = [name for name in TRIGGERS if name.endswith("refuse_a_row_whose_number_no_row_gets")]
pytestmark = [pytest.mark.django_db, pytest.mark.skipif("connection.vendor != 'sqlite'")]


@kept_fixture
def dispute(cast: Cast) -> Dispute:
    """A disagreement with typed text, a reading and a seal over both."""
    return sealed_with_a_reading(cast)


def over_another(table: str, row: int, number: str = "rowid") -> str:
    """A statement that puts a new row, its key and every unique number unused, in place of that row: only `number` is its own."""
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
    unused = {"id": "'none'", "event_id": "'none'", "number": "99", "position": "99", "dispute_key": "'none'"}
    values = ", ".join(unused.get(column, column) for column in columns)
    # rowid, oid and _rowid_ are three names of one thing.
    return f"INSERT OR REPLACE INTO {table} (oid, {', '.join(columns)}) SELECT {number}, {values} FROM {table} WHERE rowid = {row}"  # noqa: S608


@pytest.mark.parametrize("model", GUARDED)
def test_a_row_is_not_written_over_by_its_number_either(dispute: Dispute, model: type[Event]) -> None:
    assert refused(over_another(model._meta.db_table, 1))


def said(*statements: str) -> str:
    """What the database says against these statements, one after the other; nothing where all are done. None of them stays done."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            transaction.set_rollback(True)
    except DatabaseError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("model", GUARDED)
@pytest.mark.parametrize("number", [-1, 0, -9223372036854775808])
def test_a_row_is_put_in_under_no_number_that_no_row_gets(dispute: Dispute, model: type[Event], number: int) -> None:
    assert "never changed or removed" in said(over_another(model._meta.db_table, 1, str(number)))
    assert said(over_another(model._meta.db_table, 1, "NULL")) == "", "One that gets its number from the database goes in."


def test_a_row_that_bears_such_a_number_from_before_stops_no_other(dispute: Dispute) -> None:
    migration = import_module("escalation.migrations.0004_refuse_a_row_whose_number_no_row_gets")
    editor = connection.SchemaEditorClass(connection, atomic=False)
    editor.deferred_sql = []
    forged = over_another("escalation_event", 1, "-1")
    later = over_another("escalation_event", 1, "NULL").replace("'none'", "'other'").replace("99", "98")
    migration.release(None, editor)
    assert "never changed or removed" in said(forged, later), "So it was before: the forged row alone is taken, and none after it."
    assert said(forged) == ""
    with connection.cursor() as cursor:
        cursor.execute(forged)
    migration.guard(None, editor)
    assert said(later) == ""
    assert "never changed or removed" in said(over_another("escalation_event", 1, "-1").replace("'none'", "'third'").replace("99", "97"))


@pytest.mark.parametrize("table", [table for name in NUMBERED for table in import_module(name).TABLES])
def test_each_table_of_a_record_has_both_refusals(table: str, db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        assert {f"{table}_no_row", f"{table}_no_number"} <= {name for (name,) in cursor.fetchall()}


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


def test_a_new_line_is_looked_for_by_its_indexes_also_where_an_operator_had_few_lines_analysed(dispute: Dispute) -> None:
    """Else each insert looks through all the lines that came since."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%_no_replace' AND name LIKE 'escalation_%'")
        asked = [re.sub(r"NEW\.\w+", "?1", sql.partition(" WHEN ")[2].partition(" BEGIN ")[0]) for (sql,) in cursor.fetchall()]
        assert len(asked) == len(GUARDED)
        for question in asked:
            cursor.execute(f"EXPLAIN QUERY PLAN SELECT {question}".replace("?1", "1"))
            assert not [row for row in cursor.fetchall() if "SCAN escalation" in row[3]], question
