"""Starts what a test run needs before Django's settings are read: a scratch folder, and for PostgreSQL a throw-away cluster and a Redis.

Loaded as an early pytest plugin (`-p tests.servers`). Everything is on loopback, on free ports, and is ended by process id.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

ENGINE_DATABASE = os.environ.get("CONCORD_TEST_DATABASE", "sqlite")
WAIT_SECONDS = 30
# Says to the processes of a run that its cluster ends with it.
OF_THIS_RUN = "CONCORD_TEST_CLUSTER_ENDS"


def free_port() -> int:
    """A TCP port on loopback that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def binary(name: str) -> str:
    """The path of a server program. Debian keeps PostgreSQL's outside PATH. Raises pytest.UsageError where it is not installed."""
    homes = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda home: float(home.parent.name), reverse=True)
    found = shutil.which(name) or shutil.which(name, path=os.pathsep.join(str(home) for home in homes))
    if not found:
        raise pytest.UsageError(f"{name} is not installed. Run bin/test, which installs it, or: apt-get install postgresql redis-server chromium")
    return found


def browser() -> str:
    """Debian's Chromium: the one without windows of its own where it is installed, which is much the quicker."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium-browser") or binary("chromium")


def wait_for(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    """Returns once something answers on the port. Raises pytest.UsageError with the end of the log where it does not."""
    end = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise pytest.UsageError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-800:]}")


def stop(process: subprocess.Popen[bytes], with_signal: signal.Signals = signal.SIGTERM) -> None:
    """Ends one process that this run started, by its id; by force only after ten seconds."""
    if process.poll() is None:
        process.send_signal(with_signal)
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(timeout=10)


def spawn(
    command: Sequence[str], *, log: Path, user: str | None = None, cwd: Path = Path("/"), environment: Mapping[str, str] | None = None
) -> "subprocess.Popen[bytes]":
    """Starts a server in a session of its own, so that Ctrl-C reaches it only through us."""
    with log.open("wb") as out:
        return subprocess.Popen(
            command, stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, cwd=cwd, env=environment, start_new_session=True,
            user=user, group=user,
        )  # fmt: skip


def start_postgresql(folder: Path, *, as_installed: bool = False) -> None:
    """A fresh cluster, as an installation has it or with what serves tests alone: nothing waits for the disk, and what serves more rows than a test
    has is off. It refuses root, who runs it as `postgres`.

    It never vacuums by itself: between two tests every table is empty, a vacuum would note that down, and the planner would then join a
    test's thousand rows as if there were none, which took minutes.
    """
    user = "postgres" if os.geteuid() == 0 else None
    home = folder / "postgresql"
    home.mkdir()
    if user:
        folder.chmod(0o711)
        shutil.chown(home, user, user)
    data, port = home / "data", free_port()
    made = subprocess.run(
        [binary("initdb"), "-D", str(data), "-U", "concord", "-E", "UTF8", "--locale=C.UTF-8", "-A", "trust", "--no-sync"],
        capture_output=True, text=True, check=False, cwd="/", user=user, group=user,
    )  # fmt: skip
    if made.returncode:
        raise pytest.UsageError(f"initdb failed: {made.stderr[-800:]}")
    options = {"port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": home, "autovacuum": "off", "max_connections": 200}
    if not as_installed:
        options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options |= {"wal_level": "minimal", "max_wal_senders": 0, "track_counts": "off", "jit": "off", "max_parallel_workers_per_gather": 0}
    command = [binary("postgres"), "-D", str(data), *(word for name, value in options.items() for word in ("-c", f"{name}={value}"))]
    log = folder / "postgresql.log"
    process = spawn(command, log=log, user=user)
    atexit.register(stop, process, signal.SIGINT)
    wait_for(port, process, log)
    os.environ.update(
        CONCORD_DATABASE_HOST="127.0.0.1", CONCORD_DATABASE_PORT=str(port), CONCORD_DATABASE_PASSWORD="-", CONCORD_DATABASE_NAME="postgres"
    )


def redis_in(folder: Path) -> str:
    """Starts a Redis without persistence and says where it is."""
    port, log = free_port(), folder / "redis.log"
    command = [binary("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = spawn(command, log=log)
    atexit.register(stop, process)
    wait_for(port, process, log)
    return f"redis://127.0.0.1:{port}/0"


def is_worker() -> bool:
    """Whether this process is one of several that share the servers of the first."""
    return "PYTEST_XDIST_WORKER" in os.environ


def prepare() -> None:
    """Makes the scratch folder and starts the servers, once for a run and all its processes."""
    folder = Path(tempfile.mkdtemp(prefix="concord-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["CONCORD_VAR"] = str(folder / "var")
    if ENGINE_DATABASE == "postgresql" and not is_worker() and "CONCORD_DATABASE_HOST" not in os.environ:
        start_postgresql(folder)
        os.environ["CONCORD_BROKER_URL"] = redis_in(folder)
        os.environ[OF_THIS_RUN] = "true"


def end_politely(_signal: int, _frame: object) -> None:
    """Turns TERM into what Ctrl-C is: the run ends, whatever test it is in, and the servers are stopped."""
    raise KeyboardInterrupt


def pytest_configure(config: pytest.Config) -> None:
    """In a cluster that is thrown away with the run nobody drops the tests' databases first, which takes two seconds for each."""
    if os.environ.get(OF_THIS_RUN):
        config.option.reuse_db = True


def pytest_load_initial_conftests() -> None:
    """Before pytest-django reads the settings."""
    signal.signal(signal.SIGTERM, end_politely)
    prepare()


pytest_load_initial_conftests = pytest.hookimpl(tryfirst=True)(pytest_load_initial_conftests)
