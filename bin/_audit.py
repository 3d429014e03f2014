"""Judges what pip-audit found. Its own last line is "No known vulnerabilities found" even where its source knew no package: ours is not."""

import argparse
import json
import re
import subprocess  # starts pip-audit # nosec B404
import sys
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-installer.txt")
PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)(?: *; *([^\\]+))?", re.MULTILINE)
NEWEST = re.compile(r"^\S+ \(([^)]+)\)")
CLEAN, VULNERABLE, UNKNOWN = 0, 1, 2
OLDER = VULNERABLE
FAILED = "THE AUDIT COULD NOT BE DONE"


def versions_here(lock: str) -> dict[str, str]:
    """The packages that a lock file's text pins for this machine, by normalised name, and their versions."""
    return {normal(name): version for name, version, marker in PINNED.findall(lock) if not marker or Marker(marker.strip()).evaluate()}


def pinned_here(lock: str) -> set[str]:
    """Their names alone."""
    return set(versions_here(lock))


def normal(name: str) -> str:
    """One spelling a package."""
    return re.sub(r"[-_.]+", "-", name).lower()


def judge(wanted: set[str], report: dict[str, Any] | None, *, words: str = "") -> tuple[int, list[str]]:
    """The exit code and what to say: from the packages to be answered for and pip-audit's report (None: it made none; `words` was its last line)."""
    if report is None:
        return UNKNOWN, [f"{FAILED}, and nothing is known: the source could not be reached, or did not answer. {words}".strip()]
    rows = report.get("dependencies", [])
    found = [_line(row, vulnerability) for row in rows for vulnerability in row.get("vulns", ())]
    silent = sorted(wanted - {normal(row["name"]) for row in rows if "vulns" in row})
    if silent:
        said = f"{FAILED} in full: the source did not answer for {len(silent)} of {len(wanted)} packages ({_some(silent)})"
        return UNKNOWN, [*found, f"{said}, and nothing is known of them."]
    if found:
        return VULNERABLE, [*found, f"{len(found)} known vulnerabilities in {len(wanted)} packages."]
    return CLEAN, [f"{len(wanted)} packages, each answered for, none known to be vulnerable."]


def judge_newest(pinned: dict[str, str], newest: dict[str, str | None]) -> tuple[int, list[str]]:
    """The exit code and what to say: from what is pinned, and the newest that the package index has of each (None: it did not answer)."""
    older = [f"{name} {version}: there is {newest[name]}" for name, version in sorted(pinned.items()) if newest.get(name) not in {None, version}]
    silent = sorted(name for name in pinned if newest.get(name) is None)
    if silent:
        said = f"{FAILED} in full: the index did not answer for {len(silent)} of {len(pinned)} packages ({_some(silent)})"
        return UNKNOWN, [*older, f"{said}, and nothing is known of them."]
    if older:
        return OLDER, [*older, f"{len(pinned) - len(older)} of {len(pinned)} packages are the newest there is."]
    return CLEAN, [f"{len(pinned)} packages, each the newest there is."]


def newest_of(name: str) -> str | None:
    """The newest version that is offered for this Python; None where the index does not answer or does not know the package."""
    done = subprocess.run(  # noqa: S603 - our own words # nosec B603
        [sys.executable, "-m", "pip", "index", "versions", name, "--no-cache-dir", "--retries", "1"], capture_output=True, text=True, check=False
    )
    found = NEWEST.match(done.stdout)
    return found[1] if found and done.returncode == 0 else None


def _line(row: dict[str, Any], vulnerability: dict[str, Any]) -> str:
    mended = ", ".join(vulnerability.get("fix_versions", ())) or "no version yet"
    return f"{row['name']} {row['version']}: {vulnerability['id']}, mended in {mended}"


def _some(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:5]) + (" …" if len(listed) > 5 else "")


def ask(lock: Path, service: str) -> tuple[dict[str, Any] | None, str]:
    """pip-audit's report on one lock file, and its last line. It starts with an empty cache, so that no old answer stands for the source."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "report.json"
        done = subprocess.run(  # noqa: S603 - our own words # nosec B603
            [sys.executable, "-m", "pip_audit", "--requirement", str(lock), "--require-hashes", "--disable-pip", "--vulnerability-service", service,
             "--progress-spinner=off", "--cache-dir", f"{folder}/cache", "--format", "json", "--output", str(out)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        last = next(reversed(done.stderr.strip().splitlines()), "")
        try:
            return json.loads(out.read_text(encoding="utf-8")), last
        except (OSError, ValueError):
            return None, last


def main() -> int:
    """Both lock files, one line each and the worst of both as the exit code."""
    parser = argparse.ArgumentParser(prog="bin/audit", description="Asks a public list of vulnerabilities about every package of both lock files.")
    parser.add_argument("--service", choices=("pypi", "osv"), default="pypi", help="which list is asked (default: pypi)")
    parser.add_argument("--newest", action="store_true", help="ask the package index instead whether each pinned version is the newest there is")
    asked = parser.parse_args()
    return _newest() if asked.newest else _known(asked.service)


def _newest() -> int:
    """Both lock files together: what only the tests use is asked about once."""
    pinned = {name: version for lock in reversed(LOCKS) for name, version in versions_here((ROOT / lock).read_text(encoding="utf-8")).items()}
    with ThreadPoolExecutor(8) as asking:
        newest = dict(zip(pinned, asking.map(newest_of, pinned), strict=True))
    worst = CLEAN
    for lock in LOCKS:
        code, lines = judge_newest(versions_here((ROOT / lock).read_text(encoding="utf-8")), newest)
        sys.stdout.write("".join(f"{lock}: {line}\n" for line in lines))
        worst = max(worst, code)
    return worst


def _known(service: str) -> int:
    worst = CLEAN
    for name in LOCKS:
        report, last = ask(ROOT / name, service)
        code, lines = judge(pinned_here((ROOT / name).read_text(encoding="utf-8")), report, words=last)
        sys.stdout.write("".join(f"{name}: {line}\n" for line in lines))
        worst = max(worst, code)
    return worst


if __name__ == "__main__":
    sys.exit(main())
