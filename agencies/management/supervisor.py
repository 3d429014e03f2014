"""Runs a few processes as one: all are up, or none is."""

import os
import signal
import subprocess  # starts the product's own processes # nosec B404
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

POLL_SECONDS = 0.2
PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class Child:
    """One running process and the file that its output goes to."""

    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def ended(self) -> bool:
        """Whether the process is gone."""
        return self.process.poll() is not None

    def last_words(self) -> str:
        """The end of what it wrote, at most five lines."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-5:])


class Supervisor:
    """Starts children in sessions of their own, so that a Ctrl-C in the terminal reaches them only through here, once and in order."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        """`folder` takes the logs; `environment` is what every child gets."""
        self.folder = folder
        self.environment = dict(environment)
        self.children: list[Child] = []
        self.asked_to_end = False

    def listen(self) -> None:
        """From now on Ctrl-C, TERM and a closed terminal (unless started under nohup) ask for an orderly end."""
        signal.signal(signal.SIGINT, self._asked)
        signal.signal(signal.SIGTERM, self._asked)
        if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
            signal.signal(signal.SIGHUP, self._asked)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self.asked_to_end = True

    def start(self, name: str, command: Sequence[str], *, cwd: Path) -> None:
        """Start one child; its output replaces what `<name>.log` held before."""
        log = self.folder / f"{name}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(  # noqa: S603 - the caller names its own programs # nosec B603
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=cwd,
                env=self.environment,
                start_new_session=True,
            )
        self.children.append(Child(name, process, log))

    def fallen(self) -> Child | None:
        """The first child that has ended by itself, or None."""
        return next((child for child in self.children if child.ended), None)

    def watch(self) -> Child | None:
        """Return when somebody asks for the end (None), or when a child has fallen (that child)."""
        while not self.asked_to_end:
            if fallen := self.fallen():
                return fallen
            time.sleep(POLL_SECONDS)
        return None

    def stop(self) -> None:
        """End every child: asked first, ended by force after ten seconds, with whatever it started and left behind.

        TERM goes to the parent alone, which knows its children. What is left of its session's group then is ended by force, the parent or not.
        """
        for child in self.children:
            if not child.ended:
                child.process.terminate()
        end = time.monotonic() + PATIENCE_SECONDS
        for child in self.children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(timeout=max(end - time.monotonic(), 0.1))
        for child in self.children:
            with suppress(ProcessLookupError):
                os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()
