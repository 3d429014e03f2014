"""Judges what pip-audit found. Its own last line is "No known vulnerabilities found" even where its source knew no package: ours is not."""

import argparse
import json
import re
import subprocess  # starts pip-audit # nosec B404
import sys
import tempfile
import urllib.request
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
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
# A package that nobody mends any more, its newest version known to be vulnerable: a source that does not say so of it tells nothing of others.
SPOILT = ("pycrypto", "2.6.1")
PYPI, PAGE = "pypi", "https://pypi.org/pypi/{name}/json"
SECONDS = 15
SAYS_NOTHING = "It does not say of a package that is known to be vulnerable that it is."
Row = dict[str, Any]


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


def of_its_page(name: str, version: str, page: Row | None) -> Row | None:
    """What a package's own page on PyPI says of this version, as pip-audit reports it; None where the page is of another version or tells of no list.

    A mirror may have a package's page, which is of its newest version, and none for each version, which is what pip-audit asks for.
    """
    if page is None or page.get("info", {}).get("version") != version or not isinstance(page.get("vulnerabilities"), list):
        return None
    known = [row for row in page["vulnerabilities"] if not row.get("withdrawn")]
    return {"name": name, "version": version, "vulns": [{"id": row["id"], "fix_versions": row.get("fixed_in", [])} for row in known]}


def filled(report: Row | None, pinned: dict[str, str], page_of: Callable[[str], Row | None]) -> tuple[Row | None, int]:
    """The report with what packages' own pages say of those that it leaves out, and of how many; as it came where the pages tell nothing."""
    answered = {normal(row["name"]) for row in (report or {}).get("dependencies", []) if "vulns" in row}
    silent = {name: version for name, version in pinned.items() if name not in answered}
    spoilt, version = SPOILT
    if not silent or not says_what_is_known(of_its_page(spoilt, version, page_of(spoilt))):
        return report, 0
    with ThreadPoolExecutor(8) as asking:
        found = [row for row in asking.map(lambda name: of_its_page(name, silent[name], page_of(name)), silent) if row is not None]
    return {"dependencies": [*(report or {}).get("dependencies", []), *found]}, len(found)


def says_what_is_known(row: Row | None) -> bool:
    """Whether a source that was asked about the package that is known to be vulnerable says that it is."""
    return row is not None and bool(row.get("vulns"))


@cache
def page_on_pypi(name: str) -> Row | None:
    """The package's page as PyPI's JSON interface has it; None where it cannot be had."""
    try:
        with urllib.request.urlopen(PAGE.format(name=name), timeout=SECONDS) as answer:  # noqa: S310 - always https # nosec B310
            return dict(json.load(answer))
    except (OSError, ValueError):
        return None


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
    worst, says_nothing = CLEAN, _says_nothing(service)
    for name in LOCKS:
        pinned = versions_here((ROOT / name).read_text(encoding="utf-8"))
        report, last = (None, SAYS_NOTHING) if says_nothing else ask(ROOT / name, service)
        by_page = 0
        if service == PYPI:
            report, by_page = filled(report, pinned, page_on_pypi)
        code, lines = judge(set(pinned), report, words=last)
        if by_page:
            lines.append(f"{by_page} of them by their own page, which is of the newest version: the source has no page for each version.")
        sys.stdout.write("".join(f"{name}: {line}\n" for line in lines))
        worst = max(worst, code)
    return worst


def _says_nothing(service: str) -> bool:
    """Whether the source answers, and says of a package that is known to be vulnerable that it is not: a mirror without the list does."""
    with tempfile.TemporaryDirectory() as folder:
        asked = Path(folder) / "known.txt"
        asked.write_text(f"{SPOILT[0]}=={SPOILT[1]} --hash=sha256:{'0' * 64}\n", encoding="utf-8")
        report, _last = ask(asked, service)
    row = next((row for row in (report or {}).get("dependencies", []) if "vulns" in row), None)
    return row is not None and not says_what_is_known(row)


if __name__ == "__main__":
    sys.exit(main())
