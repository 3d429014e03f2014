"""Reads the product once and then makes processes of `manage.py` out of itself: `python -m tests.faults.nursery`.

To read it takes each process a hundred times as long as what a fault test asks of it. A line of JSON is a command's words. Each process is in a
session of its own and says `begun`, with its id; of each that is over is said how it ended, as `subprocess` has it: `ended`, its id and its code.
"""

import json
import os
import signal
import sys
from typing import NoReturn

import django
from django.core.management import execute_from_command_line


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


def become(command: list[str]) -> NoReturn:
    """The process of this command, to its end."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.setsid()
    say("begun", os.getpid())
    os.dup2(2, 1)
    code = 1
    try:
        execute_from_command_line(["manage.py", *command])
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Until nobody asks any more."""
    django.setup()
    signal.signal(signal.SIGCHLD, tell_of_the_ended)
    for line in sys.stdin:
        if os.fork() == 0:
            become(json.loads(line))


if __name__ == "__main__":
    main()
