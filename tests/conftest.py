"""What every test can use: the engine's marks, Debian's own Chromium, and an honest count of what did not run."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests import servers

pytest_plugins = ["tests.kept", "tests.cast", "tests.world", "tests.record_guard", "tests.mail_server"]

# Playwright's loop runs in the test's own thread, where Django would otherwise refuse the ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--process-per-site",
]  # fmt: skip


DATABASE_FIXTURES = {"db", "transactional_db", "live_server", "django_db_setup"}


# What pages say, and what becomes of a disagreement under each procedure, is asked of one engine: on the other every page is opened, and every
# procedure gone through, in a browser.
ASKED_ONCE = {"web", "procedures"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """A second engine need not repeat what it cannot change."""
    parser.addoption("--second-engine", action="store_true", help="leave out what touches no database, and the rooms that are asked once")


def touches_database(item: pytest.Item) -> bool:
    """Whether the test reads or writes rows."""
    return bool(item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())))


def needs_more(item: pytest.Item) -> bool:
    """Whether the test cannot run in the first pass."""
    return any(item.get_closest_marker(name) for name in ("postgresql", "browser", "faults"))


def belongs(item: pytest.Item, config: pytest.Config) -> bool:
    """Whether the test is one of this pass."""
    if servers.ENGINE_DATABASE != "postgresql" and item.get_closest_marker("postgresql"):
        return False
    if not config.getoption("second_engine") or needs_more(item):
        return True
    room = item.path.relative_to(item.config.rootpath / "tests").parts[0]
    return touches_database(item) and room not in ASKED_ONCE


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What belongs to another pass is counted as deselected."""
    left = [item for item in items if not belongs(item, config)]
    if left:
        config.hook.pytest_deselected(items=left)
        items[:] = [item for item in items if belongs(item, config)]


def write_tally(stats: dict[str, list[Any]], path: str) -> None:
    """One line of passed, failed and skipped, for bin/test to add up."""
    kinds = (("passed", "xfailed"), ("failed", "error"), ("skipped",))
    passed, failed, skipped = (sum(len(stats.get(kind, [])) for kind in group) for group in kinds)
    with Path(path).open("a", encoding="utf-8") as file:
        file.write(f"{passed} {failed} {skipped}\n")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Names every skipped test, so that none goes unseen."""
    path = os.environ.get("CONCORD_TEST_TALLY")
    if path and not servers.is_worker():
        write_tally(terminalreporter.stats, path)
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        terminalreporter.write_line(f"NOT RUN {report.nodeid}: {reason}")


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure."""
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and os.environ.get("CI") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's Chromium: Playwright's own download is never used."""
    return {"executable_path": servers.binary("chromium"), "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parent.parent
