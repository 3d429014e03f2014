"""One bench on one engine, in a database of its own that is thrown away."""

import atexit
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path


def main() -> None:
    """Start what the engine needs, make the tables, measure. What is written reaches the disk, as in an installation."""
    name, quick = sys.argv[1], "--quick" in sys.argv
    os.environ["CONCORD_TEST_DURABLE"] = "true"
    from tests import servers  # noqa: PLC0415 - reads the engine from the environment

    if servers.ENGINE_DATABASE == "postgresql":
        folder = Path(tempfile.mkdtemp(prefix="concord-bench-pg-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        servers.start_postgresql(folder, as_installed=True)
    import django  # noqa: PLC0415 - settings read the server's address

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    connection.settings_dict["NAME"] = connection.settings_dict["NAME"]
    call_command("migrate", verbosity=0)
    module = importlib.import_module(f"tests.bench.{name.split('-')[0]}")
    module.measure(quick=quick)


if __name__ == "__main__":
    main()
