"""Reads the product once and then makes processes of `manage.py` and of Celery out of itself: `python -m tests.faults.nursery`.

To read it takes each process a hundred times as long as what a fault test asks of it. A line of JSON is a command's words, what else its environment
says, and the file that it writes to. Each process is in a session of its own and says `begun`, with its id; of each that is over is said how it
ended, as `subprocess` has it: `ended`, its id and its code.
"""

import json
import os
import signal
import sys
import traceback
from importlib import reload
from pathlib import Path
from typing import Any, NoReturn

import django
from celery.bin.celery import celery
from django.conf import settings
from django.core.management import execute_from_command_line

from tests.faults import settings as of_a_test


def say(*words: object) -> None:
    """A line, whole, whoever else speaks."""
    os.write(1, (" ".join(str(word) for word in words) + "\n").encode())


def tell_of_the_ended(_signal: int, _frame: object) -> None:
    """One signal may stand for several."""
    while True:
        try:
            process, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not process:
            return
        say("ended", process, os.waitstatus_to_exitcode(status))


def settle(told: dict[str, str]) -> None:
    """The settings that differ from test to test, as the process itself would have read them."""
    os.environ.update(told)
    read = reload(of_a_test)
    for name in ("EMAIL_PORT", "CONCORD_SEALS_DIR"):
        setattr(settings, name, getattr(read, name))


def run(command: list[str]) -> None:
    """As the terminal would."""
    program, *words = command
    if program == "celery":
        celery(words, prog_name=program, auto_envvar_prefix="CELERY")
    else:
        execute_from_command_line(command)


def become(command: list[str], told: dict[str, str], log: str) -> NoReturn:
    """The process of this command, to its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    say("begun", os.getpid())
    code = 1
    try:
        with Path(log).open("ab") as out:
            os.dup2(out.fileno(), 1)
            os.dup2(out.fileno(), 2)
        settle(told)
        run(command)
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except Exception:  # noqa: BLE001 - nobody above would say it
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Until nobody asks any more."""
    django.setup()
    signal.signal(signal.SIGCHLD, tell_of_the_ended)
    for line in sys.stdin:
        asked: dict[str, Any] = json.loads(line)
        if os.fork() == 0:
            become(**asked)


if __name__ == "__main__":
    main()
