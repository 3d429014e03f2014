"""The processes that docs/at_work.md names, with the production settings."""

from typing import Any

import pytest

from tests.stack import Stack

pytestmark = [pytest.mark.postgresql, pytest.mark.faults]


def readiness(stack: Stack) -> dict[str, Any]:
    status, body = stack.ask("GET", "/readyz")
    assert status == 200
    assert isinstance(body, dict)
    return body


def last_sweep(stack: Stack) -> Any:
    return stack.query("SELECT finished_at FROM escalation_heartbeat WHERE name = 'sweep'")


def is_ready(stack: Stack) -> bool:
    return bool(readiness(stack)["status"] == "ready")


def swept_since(stack: Stack, before: Any) -> bool:
    now = last_sweep(stack)
    return now is not None and (before is None or now > before)


def test_pages_worker_and_timetable_together_are_ready(at_work: Stack) -> None:
    before = last_sweep(at_work)
    at_work.until(lambda: swept_since(at_work, before), "a sweep")
    assert is_ready(at_work)


def test_a_page_comes_with_the_style_sheet_that_it_names(at_work: Stack) -> None:
    status, page = at_work.ask("GET", "/sign-in/")
    assert status == 200
    sheet = str(page).partition('rel="stylesheet"')[0].rpartition("<link")[2] + str(page).partition('rel="stylesheet"')[2].partition(">")[0]
    address = sheet.partition('href="')[2].partition('"')[0]
    assert address.startswith("/static/")
    assert at_work.ask("GET", address)[0] == 200


def test_a_killed_worker_costs_nothing_but_time(at_work: Stack) -> None:
    before = last_sweep(at_work)
    at_work.until(lambda: swept_since(at_work, before), "a sweep of the first worker")
    at_work.kill("worker")
    before = last_sweep(at_work)
    at_work.start_worker()
    at_work.until(lambda: swept_since(at_work, before), "a sweep of the second worker")
