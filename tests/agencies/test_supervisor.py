import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agencies.management.supervisor import Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]
DEAF = [sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(60)"]


@pytest.fixture
def supervisor(tmp_path: Path) -> Iterator[Supervisor]:
    made = Supervisor(tmp_path, os.environ)
    yield made
    made.stop()


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_stopping_leaves_nobody_behind(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start("one", SLEEPER, cwd=tmp_path)
    supervisor.start("two", SLEEPER, cwd=tmp_path)
    pids = [child.process.pid for child in supervisor.children]
    supervisor.stop()
    assert [pid for pid in pids if alive(pid)] == []


def test_one_that_will_not_listen_is_ended_by_force(supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agencies.management.supervisor.PATIENCE_SECONDS", 0.3)
    supervisor.start("deaf", DEAF, cwd=tmp_path)
    child = supervisor.children[0]
    while not child.last_words():
        time.sleep(0.02)
    supervisor.stop()
    assert child.process.returncode == -signal.SIGKILL


@pytest.mark.parametrize("parent", ["signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(60)", "raise SystemExit"])
def test_what_a_child_started_ends_with_it_though_it_will_not_listen(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, parent: str
) -> None:
    monkeypatch.setattr("agencies.management.supervisor.PATIENCE_SECONDS", 0.3)
    script = f"import signal, subprocess, sys, time; print(subprocess.Popen({DEAF!r}).pid, flush=True); {parent}"
    supervisor.start("parent", [sys.executable, "-c", script], cwd=tmp_path)
    while len(said := supervisor.children[0].last_words().split()) < 2:
        time.sleep(0.02)
    supervisor.stop()
    grandchild = int(next(word for word in said if word.isdigit()))
    end = time.monotonic() + 5
    while alive(grandchild) and time.monotonic() < end:
        time.sleep(0.02)
    assert not alive(grandchild)


def test_a_child_that_falls_is_reported_with_its_last_words(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start("steady", SLEEPER, cwd=tmp_path)
    supervisor.start("weak", [sys.executable, "-c", "print('no port'); raise SystemExit(3)"], cwd=tmp_path)
    fallen = supervisor.watch()
    assert fallen is not None
    assert (fallen.name, fallen.last_words()) == ("weak", "no port")


def test_a_signal_ends_the_watch_without_blame(supervisor: Supervisor, tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    try:
        supervisor.listen()
        supervisor.start("steady", SLEEPER, cwd=tmp_path)
        os.kill(os.getpid(), signal.SIGTERM)
        assert supervisor.watch() is None
    finally:
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)
        signal.signal(signal.SIGTERM, before)
