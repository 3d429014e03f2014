"""Years of disagreements at full size: a few thousand written as rows, and copied by the database with other keys and moments."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import connection, models

from escalation.models import LearningPoint
from tests.bench.seeding import analyse
from tests.reports.builders import ORDER, World
from tests.reports.generated import generate

# A copy's key is the row's own but for its first eight digits, which say the number of the copy.
DIGITS = 8


def grow_years(world: World, number: int, copies: int, *, now: datetime, years: int = 3) -> int:
    """Writes `number` disagreements into each of the last years before `now` and copies all so many times; gives how many there are then.

    The last year's are as they stand at `now`, some of them open; of the years before nearly all have ended.
    """
    for back in range(years):
        ends = now - timedelta(days=364 * back)
        generate(world, number, starts=ends - timedelta(days=364), ends=ends, now=now, seed=back + 1)
    # What was learnt is done within half a year, or the list of what is overdue would hold years.
    LearningPoint.objects.filter(is_none=False, done_at=None, recorded_at__lt=now - timedelta(days=180)).update(done_at=now - timedelta(days=90))
    for model in ORDER if copies else ():
        with _bare(model):
            _copy(model, copies)
    analyse()
    return number * years * (copies + 1)


@contextmanager
def _bare(model: type[models.Model]) -> Iterator[None]:
    """PostgreSQL writes into a table whose indexes are made afterwards, and asks of no copied key whether its row is there."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT i.indexname, i.indexdef FROM pg_indexes i LEFT JOIN pg_constraint c ON c.conname = i.indexname "
            "WHERE i.tablename = %s AND c.oid IS NULL", [model._meta.db_table],
        )  # fmt: skip
        indexes = cursor.fetchall()
        cursor.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        for name, _definition in indexes:
            cursor.execute(f'DROP INDEX "{name}"')
    yield
    with connection.cursor() as cursor:
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("SET session_replication_role = DEFAULT; RESET maintenance_work_mem")


def _copy(model: type[models.Model], copies: int) -> None:
    """Every row so many times, each copy some minutes before the last."""
    fields = list(model._meta.concrete_fields)
    first = next((field for field in fields if isinstance(field, models.DateTimeField) and not field.null), None)
    names = ", ".join(f'"{field.column}"' for field in fields)
    chosen = ", ".join(_changed(field) for field in fields)
    if connection.vendor == "postgresql":
        series = f"generate_series(1, {copies}) AS n(g)"
        # In the order in which they came, as an installation's rows lie.
        order = f" ORDER BY t.{first.column} - g * interval '1 minute'" if first else ""
        statement = f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {chosen} FROM "{model._meta.db_table}" t, {series}{order}'  # noqa: S608
    else:
        series = f"WITH RECURSIVE n(g) AS (SELECT 1 UNION ALL SELECT g + 1 FROM n WHERE g < {copies})"
        statement = f'{series} INSERT INTO "{model._meta.db_table}" ({names}) SELECT {chosen} FROM "{model._meta.db_table}" t, n'  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _changed(field: "models.Field[object, object]") -> str:
    """What stands in a copy's column."""
    column = f't."{field.column}"'
    if field.column == "reference":
        return f"to_hex(g) || right({column}, 7)" if connection.vendor == "postgresql" else f"printf('%x', g) || substr({column}, -7)"
    if field.primary_key or (isinstance(field, models.ForeignKey) and field.related_model in ORDER):
        if connection.vendor == "postgresql":
            return f"(lpad(to_hex(g), {DIGITS}, '0') || substr({column}::text, {DIGITS + 1}))::uuid"
        return f"printf('%0{DIGITS}x', g) || substr({column}, {DIGITS + 1})"
    if isinstance(field, models.DateTimeField):
        if connection.vendor == "postgresql":
            return f"{column} - g * interval '1 minute'"
        return f"strftime('%Y-%m-%d %H:%M:%S', {column}, '-' || g || ' minutes')"
    return column
