"""The sweep: ten thousand moves among a million clocks, against the same rows in raw SQL and one case at a time; and an idle sweep."""

import resource
from collections.abc import Callable
from datetime import UTC
from functools import partial
from statistics import median
from time import perf_counter, time_ns
from typing import Any
from uuid import UUID

from django.db import connection, models, transaction

from agencies.person import Person
from escalation.engine.perform import perform
from escalation.models import Clock, Dispute, Event, Notification, Request, StageRun
from escalation.services.left_over import pass_on_left
from escalation.services.sweep import BATCH, BATCH_SQLITE, sweep
from escalation.states import Ground, Verb
from tests.bench.seeding import LATER, NOW, analyse, grow, template
from tests.bench.timing import line, once

# Ours and the raw one in turn, so that what else the machine does falls on both.
ROUNDS = 3
WRITTEN: tuple[type[models.Model], ...] = (StageRun, Request, Clock, Event, Notification)


def measure(*, quick: bool) -> None:
    """Prints cases a second and the ratios."""
    scale = 100 if quick else 1
    due, sizes = 10_000 // scale, [10_000 // scale, 100_000 // scale, 1_000_000 // scale]
    print(f"Sweep on {'PostgreSQL' if connection.vendor == 'postgresql' else 'SQLite'}")  # noqa: T201
    world, dispute = template()
    holder = dispute.runs.get(left_at=None).holder
    assert holder is not None
    mover = world.person(holder)
    _print_idle(dispute, sizes)
    grown = sizes[-1]
    alone, by_hand, number = [], [], 100 // scale or 3
    ours, raw, held = [], [], _most_held()
    written: dict[type[models.Model], int] = {}
    for _ in range(ROUNDS):
        grow_due(dispute, grown, number)
        alone.append(number / once(lambda: sweep(NOW, batch=1)))
        grow_due(dispute, grown + number, number)
        keys = list(Dispute.objects.live().filter(wake_at=NOW).values_list("pk", flat=True)[:number])
        by_hand.append(number / once(partial(_moved_by_hand, mover, keys)))
        grown += 2 * number
        grow_due(dispute, grown, due)
        before = {model: model._default_manager.count() for model in WRITTEN}
        ours.append(due / _swept(due))
        written = {model: round((model._default_manager.count() - count) / due) for model, count in before.items()}
        grow_due(dispute, grown + due, due)
        raw.append(due / _raw(due, written))
        grown += due + due
    _print_moves(due, ours, raw, alone, by_hand)
    rows = ", ".join(f"{n} {model._meta.verbose_name}" for model, n in written.items())
    line("memory that it added to the most held", f"{_most_held() - held:.0f} MiB", aim="flat: a batch's worth")
    line("rows written a move, besides four updates", rows)


def _print_idle(dispute: Dispute, sizes: list[int]) -> None:
    """A sweep with nothing due, and a look for what people who are gone still hold, among ever more running clocks."""
    grown, first = 0, 0.0
    for size in sizes:
        grow(dispute, grown + 1, size, wake=LATER)
        grown = size
        Dispute.objects.filter(pk=dispute.pk).update(wake_at=LATER)
        analyse()
        quickest, middle = _idle(lambda: sweep(NOW))
        first = first or quickest
        against = f"median {middle * 1000:.3f} ms; {quickest / first:.2f} of the first"
        line(f"idle sweep among {size:,} running clocks, database time", f"{quickest * 1000:.3f} ms", against=against, aim="under 3 ms, flat")
        quickest, middle = _idle(lambda: pass_on_left(NOW))
        line("what was left, where nobody is gone, database time", f"{quickest * 1000:.3f} ms", against=f"median {middle * 1000:.3f} ms", aim="flat")


def _print_moves(due: int, ours: list[float], raw: list[float], alone: list[float], by_hand: list[float]) -> None:
    """Medians of the rounds; a ratio is the median of those taken next to each other."""
    postgresql = connection.vendor == "postgresql"
    of_raw = median(mine / theirs for mine, theirs in zip(ours, raw, strict=True))
    of_alone, of_hand = (median(mine / theirs for mine, theirs in zip(ours, rates, strict=True)) for rates in (alone, by_hand))
    line(f"sweep of {due:,} due, all moved up", f"{median(ours):,.0f} cases/s")
    line("the same rows in raw SQL", f"{median(raw):,.0f} cases/s", against=f"ours is {of_raw:.2f} of raw", aim="0.25" if postgresql else "0.1")
    line("one case at a time, by `perform`", f"{median(by_hand):,.0f} cases/s", against=f"ours is {of_hand:.1f}x", aim="8x" if postgresql else "5x")
    line("the sweep itself in batches of one", f"{median(alone):,.0f} cases/s", against=f"ours is {of_alone:.1f}x")


def grow_due(dispute: Dispute, after: int, number: int) -> None:
    """This many more that the system must move up now."""
    grow(dispute, after + 1, after + number, wake=NOW)
    analyse()


def _moved_by_hand(mover: Person, keys: list[UUID]) -> None:
    """These, each moved up by the one who holds it, without a page around it."""
    for key in keys:
        perform(key, Verb.MOVE_UP, actor=mover, now=NOW, ground=Ground.NO_RESPONSE, reason="Nobody has answered.")


def _idle(work: Callable[[], object]) -> tuple[float, float]:
    """Database time of a job with nothing to do, in seconds: what its statements took in the quickest and in the middle one of many.

    The quickest tells what the table's size costs; what else the machine does is in the middle one too.
    """
    spent = sorted(_statements(work) for _ in range(201))
    return spent[0], median(spent)


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


def _raw(due: int, written: dict[type[models.Model], int]) -> float:
    """The least that any program must do: per batch, the same updates and the same number of new rows, copied by the database itself.

    The rows are as wide as the product's, and their keys follow the time as its do.
    """
    batch = BATCH if connection.vendor == "postgresql" else BATCH_SQLITE

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
    moved = f"wake_at = {later}, stage = 2, revision = revision + 1, top_stage = 2, head_number = 9, head_digest = '{'0' * 64}'"
    execute(f"UPDATE escalation_dispute SET {moved} WHERE {own}", mine)  # noqa: S608
    execute(f"UPDATE escalation_request SET state = 'lapsed', ended_at = {later} WHERE {where}", given)  # noqa: S608
    execute(f"UPDATE escalation_stagerun SET left_at = {later} WHERE {where}", given)  # noqa: S608
    ended = f"state = 'missed', ended_at = {later}, next_check_at = NULL, last_step = 'move', last_repeat = 1"
    execute(f"UPDATE escalation_clock SET {ended} WHERE {where}", given)  # noqa: S608


def _copies(execute: Execute, model: type[models.Model], keys: list[object], number: int) -> None:
    """One new row of this table for each disagreement, copied from one that the product wrote."""
    sample = model._default_manager.order_by("-pk").first()
    assert sample is not None
    columns = list(model._meta.concrete_fields)
    key = f"'{'0' * 60}:{number}' || d.reference"
    changed = {"id": _fresh_key(), "dispute_id": "d.id", "key": key, "number": str(100 + number)}
    if model is not Notification:
        changed.pop("key")
    if model is StageRun:
        changed["left_at"] = "t.entered_at"
    if model is Request:
        changed["run_id"] = "(SELECT r.id FROM escalation_stagerun r WHERE r.dispute_id = d.id AND r.number = 100)"
    chosen = ", ".join(changed.get(str(column.column), f't."{column.column}"') for column in columns)
    names = ", ".join(f'"{column.column}"' for column in columns)
    where, given = _among(keys, "d.id")
    copied = sample.pk if connection.vendor == "postgresql" else sample.pk.hex
    table = model._meta.db_table
    source = f'"{table}" t, escalation_dispute d WHERE t.id = %s AND {where}'
    execute(f'INSERT INTO "{table}" ({names}) SELECT {chosen} FROM {source}', [copied, *given])  # noqa: S608


def _fresh_key() -> str:
    """An expression for a new key that begins with the time, as the product's begin."""
    stamp = f"{time_ns() // 1_000_000:012x}"
    if connection.vendor == "postgresql":
        return f"('{stamp[:8]}-{stamp[8:]}' || substr(gen_random_uuid()::text, 14))::uuid"
    return f"'{stamp}7' || substr(lower(hex(randomblob(10))), 1, 19)"
