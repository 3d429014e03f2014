"""What every test can use: the engine's marks, Debian's own Chromium, and an honest count of what did not run."""

import gc
import os
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from playwright.sync_api import expect

from tests import servers

pytest_plugins = [
    "tests.roomy", "tests.brisk", "tests.lot", "tests.kept", "tests.cast", "tests.world", "tests.record_guard", "tests.mail_server",
    "tests.valid_pages", "tests.pseudo", "tests.large_pages",
]  # fmt: skip

# Playwright's loop runs in the test's own thread, where Django would otherwise refuse the ORM.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# A run is red for what was changed and not for its luck: what is drawn follows from the test alone. `bin/test --explore` draws anew.
settings.register_profile("repeatable", derandomize=True, print_blob=True)
settings.register_profile("explore", database=None, print_blob=True)
settings.load_profile("explore" if os.environ.get("CONCORD_TEST_EXPLORE") else "repeatable")

# What Playwright switches off itself, for a list of ours takes the place of its own; and that a page which comes in place of another is drawn into a
# frame made anew, with every pipe between its processes: without, a page costs a fifth less.
SWITCHED_OFF = [
    "AvoidUnnecessaryBeforeUnloadCheckSync", "DestroyProfileOnBrowserClose", "HttpsUpgrades", "HttpsFirstBalancedModeAutoEnable", "MediaRouter",
    "PaintHolding", "ThirdPartyStoragePartitioning", "AvoidCorsURLLoaderRestartOnRedirect", "OptimizationHints", "NetworkTimeServiceQuerying",
    "RenderDocument",
]  # fmt: skip
CHROMIUM_ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--process-per-site", "--renderer-process-limit=1",
    # A page is left before its scripts have run often: to compile them for speed, in threads of its own too, took longer than to run them did.
    "--js-flags=--single-threaded --no-opt --no-maglev",
    "--in-process-gpu", f"--disable-features={','.join(SWITCHED_OFF)}",
]  # fmt: skip


# The rooms that are asked on PostgreSQL: programs' calls, whole runs, and bad input, which it refuses where SQLite would keep it. A browser is there
# too. All else is asked on SQLite; what is marked `engines` on both.
ON_POSTGRESQL = {"api", "bad_input", "canary"}


OF_THE_SECOND = re.compile(r"\bmark\.(?:engines|postgresql|browser|faults)\b")


def says_so(file: Path) -> bool:
    """Whether the file itself names a mark by which a test is asked in the second pass."""
    return bool(OF_THE_SECOND.search(file.read_text(encoding="utf-8")))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of which the pass asks nothing is not even read: what a test is made of takes each process as long to load as a hundred tests do."""
    share = config.getoption("share")
    if share == "all" or not collection_path.name.startswith("test_"):
        return None
    room = collection_path.relative_to(config.rootpath / "tests").parts[0]
    marked = says_so(collection_path)
    left = not (room in ON_POSTGRESQL or marked) if share == "second" else room in ON_POSTGRESQL and not marked
    return left or None


def pytest_addoption(parser: pytest.Parser) -> None:
    """Two passes share the tests; without this, everything that was named runs."""
    parser.addoption("--share", choices=["first", "second", "all"], default="all", help="leave out what the other pass of bin/test asks")


# A test with one of these cannot run in the first pass.
NEEDS_MORE = {"postgresql", "browser", "faults"}


def belongs(item: pytest.Item, marks: set[str], config: pytest.Config) -> bool:
    """Whether the test, which has these marks, is one of this pass."""
    if servers.ENGINE_DATABASE != "postgresql" and "postgresql" in marks:
        return False
    share = config.getoption("share")
    if share != "all" and "everything" in marks:
        return False
    if share == "all" or "engines" in marks:
        return True
    room = item.path.relative_to(config.rootpath / "tests").parts[0]
    return bool(room in ON_POSTGRESQL or NEEDS_MORE & marks) is (share == "second")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What belongs to another pass is counted as deselected. The journeys, of which one can take half a minute, come first, so that none is last."""
    marks = [{mark.name for mark in item.iter_markers()} for item in items]
    second = {str(item.path): item.path for item, named in zip(items, marks, strict=True) if named & {"engines", *NEEDS_MORE}}
    if unsaid := [name for name, path in sorted(second.items()) if not says_so(path)]:
        raise pytest.UsageError(f"Marked outside their own file, so that the second pass would not read them: {', '.join(unsaid)}")
    ours = [belongs(item, named, config) for item, named in zip(items, marks, strict=True)]
    name_what_is_left([item.nodeid for item, named, is_ours in zip(items, marks, ours, strict=True) if "everything" in named and not is_ours])
    if left := [item for item, is_ours in zip(items, ours, strict=True) if not is_ours]:
        config.hook.pytest_deselected(items=left)
    kept = [(item, named) for item, named, is_ours in zip(items, marks, ours, strict=True) if is_ours]
    items[:] = [item for item, _ in sorted(kept, key=lambda pair: "browser" not in pair[1])]


def name_what_is_left(tests: list[str]) -> None:
    """The names of tests that only the whole asks, a line each, where bin/test looks for them: every process of a run writes its own."""
    path = os.environ.get("CONCORD_TEST_LEFT")
    if path and tests:
        with Path(path).open("a", encoding="utf-8") as file:
            file.writelines(f"{test}\n" for test in tests)


# Until all is collected nearly nothing is let go, and the garbage collector looked through it again and again: a fifth of the time until then.
gc.disable()


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: the garbage collector need not look through it again and again, which took a tenth. Nor once
    now: of what nobody holds by then there is little, and to look for it took a seventh of the time until here."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
    gc.enable()


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
    # pytest looks five times at the end for what nobody holds any more: once is enough, of all that a run has made.
    gc.collect()
    gc.freeze()
    reporter: Any = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and os.environ.get("CI") and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """The machine's Chromium: Playwright's own download is never used. Passes share the cores: a page may take three times as long as alone."""
    expect.set_options(timeout=15_000)
    return {"executable_path": servers.browser(), "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parent.parent
