#!/usr/bin/env python
"""The command line of the product: `manage.py help` lists what it can do."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db import Error

from agencies.management.database_faults import sentence


def main() -> None:
    """Runs one command; wrong settings and a database that is away or not set up end it with a sentence, Ctrl-C and a closed pipe without one."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"The settings are not right. {error}")
    except Error as error:
        told = "" if "--traceback" in sys.argv else sentence(error)
        if not told:
            raise
        sys.exit(told)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        # Whoever read the output has left; Python would complain again while closing it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


if __name__ == "__main__":
    main()
