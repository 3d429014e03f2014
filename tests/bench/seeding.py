"""A million disagreements in seconds: one made by the product, copied by the database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection, models

from agencies.roles import Role
from escalation.models import Clock, Dispute, Party, Request, StageRun
from tests.cast import Cast, build_cast
from tests.world import LONDON, World

LOGGED = datetime(2026, 3, 2, 10, 0, tzinfo=LONDON)
NOW = datetime(2026, 3, 4, 10, 0, 30, tzinfo=LONDON)
LATER = datetime(2026, 6, 1, 10, 0, tzinfo=LONDON)
PREFIXES = {Dispute: 1, Party: 2, StageRun: 4, Request: 5, Clock: 6}


def template() -> tuple[World, Dispute]:
    """One disagreement at Stage 1, overdue, warned of, and due to be moved up by the system now."""
    cast: Cast = build_cast()
    world = World(cast, "bristol", now=LOGGED)
    dispute = world.sent()
    world.delivered(dispute)
    Clock.objects.filter(dispute=dispute, key="response").update(
        last_step="warn_move",
        last_repeat=1,
        breached_at=LOGGED + timedelta(days=1),
        warned_at=LOGGED + timedelta(days=1),
        warning_left_at=LOGGED + timedelta(days=1),
        next_check_at=NOW,
        working_out={},
    )
    Dispute.objects.filter(pk=dispute.pk).update(wake_at=NOW)
    assert Role.MANAGER in world.person(cast.receiver).roles_in(cast.receiving.pk)
    return world, world.fresh(dispute)


def grow(dispute: Dispute, first: int, last: int, *, wake: datetime) -> None:
    """Copies number `first` to `last` of the disagreement with its parties, open run, request and running clock, all waking at `wake`."""
    run = dispute.runs.get(left_at=None)
    request = dispute.requests.get()
    clock = dispute.clocks.get(key="response")
    key = _key_expression
    _copy(Dispute, [dispute.pk], first, last, {"id": key(1), "reference": _reference(), "wake_at": _moment(wake)})
    for offset, party in enumerate(dispute.parties.order_by("side")):
        _copy(Party, [party.pk], first, last, {"id": key(2 + offset), "dispute_id": key(1)})
    _copy(StageRun, [run.pk], first, last, {"id": key(4), "dispute_id": key(1), "number": "1"})
    _copy(Request, [request.pk], first, last, {"id": key(5), "dispute_id": key(1), "run_id": key(4)})
    moved = {"id": key(6), "dispute_id": key(1), "run_id": key(4), "request_id": key(5), "next_check_at": _moment(wake)}
    _copy(Clock, [clock.pk], first, last, moved)


def analyse() -> None:
    """The planner's figures, and on PostgreSQL the pages' marks of what is visible to all, as a database has them that has run for a day."""
    marks = connection.vendor == "postgresql" and not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if marks else "ANALYZE")


def _copy(model: type[models.Model], keys: list[Any], first: int, last: int, changed: dict[str, str]) -> None:
    columns = [field.column for field in model._meta.concrete_fields]
    chosen = ", ".join(changed.get(column, f't."{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f'INSERT INTO "{table}" ({names}) SELECT {chosen} FROM "{table}" t, generate_series({first}, {last}) AS n(g) WHERE t.id = %s', keys
            )  # noqa: S608
        else:
            series = f"WITH RECURSIVE n(g) AS (SELECT {first} UNION ALL SELECT g + 1 FROM n WHERE g < {last})"
            cursor.execute(f'{series} INSERT INTO "{table}" ({names}) SELECT {chosen} FROM "{table}" t, n WHERE t.id = %s', [key.hex for key in keys])  # noqa: S608


def _key_expression(prefix: int) -> str:
    if connection.vendor == "postgresql":
        return f"('0000000{prefix}-0000-7000-8000-' || lpad(to_hex(g), 12, '0'))::uuid"
    return f"printf('0000000{prefix}000070008000%012x', g)"


def _reference() -> str:
    return "'B' || lpad(to_hex(g), 9, '0')" if connection.vendor == "postgresql" else "printf('B%09x', g)"


def _moment(at: datetime) -> str:
    utc = at.astimezone(UTC)
    return f"'{utc:%Y-%m-%d %H:%M:%S}+00'::timestamptz" if connection.vendor == "postgresql" else f"'{utc:%Y-%m-%d %H:%M:%S}'"
