"""The sweep: ten thousand moves among a million clocks, against the same rows in raw SQL and one case at a time; and an idle sweep."""

import resource
from collections.abc import Callable
from datetime import UTC
from time import perf_counter
from typing import Any

from django.db import connection, models, transaction

from escalation.models import Clock, Dispute, Event, Notification, Request, StageRun
from escalation.services.sweep import BATCH, BATCH_SQLITE, sweep
from tests.bench.seeding import LATER, NOW, analyse, grow, template
from tests.bench.timing import line, once

WRITTEN: tuple[type[models.Model], ...] = (StageRun, Request, Clock, Event, Notification)


def measure(*, quick: bool) -> None:
    """Prints cases a second and the ratios."""
    scale = 100 if quick else 1
    due, sizes = 10_000 // scale, [10_000 // scale, 100_000 // scale, 1_000_000 // scale]
    postgresql = connection.vendor == "postgresql"
    print(f"Sweep on {'PostgreSQL' if postgresql else 'SQLite'}")  # noqa: T201
    _, dispute = template()
    grown = 0
    for size in sizes:
        grow(dispute, grown + 1, size, wake=LATER)
        grown = size
        analyse()
        if size == sizes[0]:
            Dispute.objects.filter(pk=dispute.pk).update(wake_at=LATER)
        line(f"idle sweep among {size:,} running clocks, database time", f"{_idle() * 1000:.2f} ms", aim="under 3 ms, flat")
    alone = _one_by_one(dispute, grown, 300 // scale or 3)
    grown += 300
    grow_due(dispute, grown, due)
    before = {model: model._default_manager.count() for model in WRITTEN}
    held = _most_held()
    ours = due / _swept(due)
    added = _most_held() - held
    written = {model: round((model._default_manager.count() - count) / due) for model, count in before.items()}
    grow_due(dispute, grown + due, due)
    raw = due / _raw(due, written, BATCH if postgresql else BATCH_SQLITE)
    line(f"sweep of {due:,} due, all moved up", f"{ours:,.0f} cases/s")
    line("the same rows in raw SQL", f"{raw:,.0f} cases/s", against=f"ours is {ours / raw:.2f} of raw", aim="0.25" if postgresql else "0.1")
    line("one case at a time, the same code", f"{alone:,.0f} cases/s", against=f"ours is {ours / alone:.1f}x", aim="8x" if postgresql else "5x")
    rows = ", ".join(f"{n} {model._meta.verbose_name}" for model, n in written.items())
    line("memory that it added to the most held", f"{added:.0f} MiB", aim="flat: a batch's worth")
    line("rows written a move, besides four updates", rows)


def grow_due(dispute: Dispute, after: int, number: int) -> None:
    """This many more that the system must move up now."""
    grow(dispute, after + 1, after + number, wake=NOW)
    analyse()


def _idle() -> float:
    """Database time of a sweep with nothing due: the time spent in its statements."""
    return min(_statements(lambda: sweep(NOW)) for _ in range(5))


def _statements(work: Callable[[], object]) -> float:
    spent = 0.0

    def timed(execute: Callable[..., Any], *given: Any) -> Any:  # noqa: ANN401 - as Django hands them on
        nonlocal spent
        start = perf_counter()
        try:
            return execute(*given)
        finally:
            spent += perf_counter() - start

    with connection.execute_wrapper(timed):
        work()
    return spent


def _one_by_one(dispute: Dispute, after: int, number: int) -> float:
    grow_due(dispute, after, number)
    return number / once(lambda: sweep(NOW, batch=1))


def _most_held() -> float:
    """The most memory that this process has held, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _swept(due: int) -> float:
    report = None

    def run() -> None:
        nonlocal report
        report = sweep(NOW)

    seconds = once(run)
    assert report is not None
    assert report.moved == due, report
    return seconds


def _raw(due: int, written: dict[type[models.Model], int], batch: int) -> float:
    """The least that any program must do: per batch, the same updates and the same number of new rows, copied by the database itself."""

    def every_batch() -> None:
        for _ in range(-(-due // batch)):
            _raw_batch(written, batch)

    return once(every_batch)


def _raw_batch(written: dict[type[models.Model], int], batch: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        lock = " FOR UPDATE SKIP LOCKED" if connection.vendor == "postgresql" else ""
        moment = NOW if connection.vendor == "postgresql" else NOW.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        cursor.execute(
            f"SELECT id FROM escalation_dispute WHERE state IN ('open', 'resolved') AND wake_at <= %s ORDER BY wake_at LIMIT {batch}{lock}",  # noqa: S608
            [moment],
        )
        keys = [row[0] for row in cursor.fetchall()]
        _updates(cursor.execute, keys)
        for model, copies in written.items():
            for number in range(copies):
                _copies(cursor.execute, model, keys, number)


Execute = Callable[..., object]


def _among(keys: list[object], column: str) -> tuple[str, list[object]]:
    if connection.vendor == "postgresql":
        return f"{column} = ANY(%s)", [keys]
    return f"{column} IN ({', '.join(['%s'] * len(keys))})", list(keys)


def _updates(execute: Execute, keys: list[object]) -> None:
    later = "'2026-06-02 09:00:00+00'" if connection.vendor == "postgresql" else "'2026-06-02 09:00:00'"
    where, given = _among(keys, "dispute_id")
    own, mine = _among(keys, "id")
    execute(f"UPDATE escalation_dispute SET wake_at = {later}, stage = 2, revision = revision + 1, top_stage = 2, head_number = 9 WHERE {own}", mine)  # noqa: S608
    execute(f"UPDATE escalation_request SET state = 'lapsed', ended_at = {later} WHERE {where}", given)  # noqa: S608
    execute(f"UPDATE escalation_stagerun SET left_at = {later} WHERE {where}", given)  # noqa: S608
    execute(f"UPDATE escalation_clock SET state = 'missed', ended_at = {later}, next_check_at = NULL WHERE {where}", given)  # noqa: S608


def _copies(execute: Execute, model: type[models.Model], keys: list[object], number: int) -> None:
    """One new row of this table for each disagreement, copied from one that the product wrote."""
    sample = model._default_manager.order_by("-pk").first()
    assert sample is not None
    columns = list(model._meta.concrete_fields)
    fresh = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    changed = {"id": fresh, "dispute_id": "d.id", "key": f"'{number}' || d.reference", "number": str(100 + number)}
    if model is not Notification:
        changed.pop("key")
    if model is StageRun:
        changed["left_at"] = "t.entered_at"
    if model is Request:
        changed["run_id"] = "(SELECT r.id FROM escalation_stagerun r WHERE r.dispute_id = d.id AND r.number = 100)"
    chosen = ", ".join(changed.get(str(column.column), f't."{column.column}"') for column in columns)
    names = ", ".join(f'"{column.column}"' for column in columns)
    where, given = _among(keys, "d.id")
    key = sample.pk if connection.vendor == "postgresql" else sample.pk.hex
    table = model._meta.db_table
    source = f'"{table}" t, escalation_dispute d WHERE t.id = %s AND {where}'
    execute(f'INSERT INTO "{table}" ({names}) SELECT {chosen} FROM {source}', [key, *given])  # noqa: S608
