"""Measures the product against raw SQL and other programs, and prints ratios taken in one run. Usage: bin/bench [--quick] [NAME ...]"""

import argparse
import os
import subprocess
import sys
import tempfile

NAMES = ("dates", "sweep-postgresql", "sweep-sqlite", "pages", "report", "figures-postgresql", "absent-sqlite", "absent-postgresql")


def main() -> int:
    """Run each bench in a process of its own, on its own engine."""
    parser = argparse.ArgumentParser(prog="bin/bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"what to measure: {', '.join(NAMES)}; all without one")
    parser.add_argument("--quick", action="store_true", help="a hundredth of the rows: shows that it runs, not how fast it is")
    chosen = parser.parse_args()
    unknown = set(chosen.names) - set(NAMES)
    if unknown:
        parser.error(f"there is no bench {', '.join(sorted(unknown))}; there are {', '.join(NAMES)}")
    failed = 0
    for name in chosen.names or NAMES:
        engine = "postgresql" if name.endswith("postgresql") else "sqlite"
        with tempfile.TemporaryDirectory(prefix="concord-bench-") as folder:
            environment = {**os.environ, "CONCORD_TEST_DATABASE": engine, "CONCORD_VAR": folder, "DJANGO_SETTINGS_MODULE": "config.settings.test"}
            command = [sys.executable, "-m", "tests.bench.run", name, *(["--quick"] if chosen.quick else [])]
            failed += subprocess.run(command, env=environment, check=False).returncode != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
