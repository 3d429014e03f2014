"""The audit of the packages reads clean only where its source answered for each of them."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bin._audit import CLEAN, OLDER, UNKNOWN, VULNERABLE, filled, judge, judge_newest, pinned_here

LOCK = """amqp==5.4.2 \\
    --hash=sha256:9362
    # via kombu
colorama==0.4.6 ; sys_platform == 'win32' \\
    --hash=sha256:4f19
Py_Serial.izable==2.2.0 ; sys_platform != 'win32' \\
    --hash=sha256:1234
"""
WANTED = {"amqp", "django"}
AMQP, DJANGO = {"name": "amqp", "version": "5.4.2", "vulns": []}, {"name": "Django", "version": "5.2.19", "vulns": []}
HOLE = {"name": "Django", "version": "5.2.19", "vulns": [{"id": "CVE-2030-1", "fix_versions": ["5.2.20"]}]}
ABSENT = {"name": "Django", "skip_reason": "Dependency not found on PyPI and could not be audited"}


def test_the_packages_of_this_machine_are_asked_about() -> None:
    assert pinned_here(LOCK) == {"amqp", "py-serial-izable"}


@pytest.mark.parametrize(
    ("report", "code", "said"),
    [
        ({"dependencies": [AMQP, DJANGO]}, CLEAN, "2 packages, each answered for"),
        ({"dependencies": [AMQP, HOLE]}, VULNERABLE, "Django 5.2.19: CVE-2030-1, mended in 5.2.20"),
        ({"dependencies": [AMQP, ABSENT]}, UNKNOWN, "COULD NOT BE DONE"),
        ({"dependencies": [AMQP]}, UNKNOWN, "did not answer for 1 of 2 packages (django)"),
        ({"dependencies": []}, UNKNOWN, "did not answer for 2 of 2 packages"),
        ({}, UNKNOWN, "COULD NOT BE DONE"),
        (None, UNKNOWN, "could not be reached"),
    ],
)
def test_it_is_clean_only_where_each_was_answered_for(report: dict[str, Any] | None, code: int, said: str) -> None:
    found, lines = judge(WANTED, report)
    assert found == code
    assert said in "\n".join(lines)


def test_a_vulnerability_is_told_beside_what_was_not_answered() -> None:
    found, lines = judge({"django", "amqp"}, {"dependencies": [HOLE]})
    assert found == UNKNOWN
    assert "CVE-2030-1" in lines[0]


def test_an_audit_that_cannot_reach_its_source_says_so_and_fails(root: Path) -> None:
    nowhere = {"HTTPS_PROXY": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9", "NO_PROXY": "", "no_proxy": ""}
    done = subprocess.run([sys.executable, "bin/_audit.py"], cwd=root, env=os.environ | nowhere, capture_output=True, text=True, check=False)
    assert done.returncode == UNKNOWN
    assert done.stdout.count("COULD NOT BE DONE") == 3
    assert "none known" not in done.stdout


PAGES = {
    "pycrypto": {"info": {"version": "2.6.1"}, "vulnerabilities": [{"id": "PYSEC-2018-97", "fixed_in": []}]},
    "amqp": {"info": {"version": "5.4.2"}, "vulnerabilities": []},
    "django": {"info": {"version": "6.1.3"}, "vulnerabilities": []},
    "kombu": {"info": {"version": "5.7.0"}, "vulnerabilities": [{"id": "CVE-2030-2", "fixed_in": ["5.7.1"]}, {"id": "X", "withdrawn": "2030-01-01"}]},
    "vine": {"info": {"version": "5.1.0"}},
}
PINNED = {"amqp": "5.4.2", "django": "5.2.19", "kombu": "5.7.0", "vine": "5.1.0", "tzdata": "2026.1"}


def test_what_a_source_has_no_page_for_is_answered_by_the_packages_own_page_where_that_is_of_the_version() -> None:
    report, by_page = filled({"dependencies": [ABSENT]}, PINNED, PAGES.get)
    code, lines = judge(set(PINNED), report)
    assert (code, by_page) == (UNKNOWN, 2)
    assert lines[0] == "kombu 5.7.0: CVE-2030-2, mended in 5.7.1"
    assert "did not answer for 3 of 5 packages (django, tzdata, vine)" in lines[1]
    report, by_page = filled(None, {"amqp": "5.4.2"}, PAGES.get)
    assert (judge({"amqp"}, report)[0], by_page) == (CLEAN, 1)


@pytest.mark.parametrize("spoilt", [None, {"info": {"version": "2.6.1"}, "vulnerabilities": []}, {"info": {"version": "2.6.1"}}])
def test_pages_of_a_source_that_does_not_say_what_is_known_answer_for_nothing(spoilt: dict[str, Any] | None) -> None:
    report, by_page = filled(None, {"amqp": "5.4.2"}, (PAGES | {"pycrypto": spoilt}).get)
    assert (report, by_page) == (None, 0)
    assert judge({"amqp"}, report)[0] == UNKNOWN


def test_what_a_source_answered_itself_is_not_asked_again() -> None:
    asked: list[str] = []
    report, by_page = filled({"dependencies": [AMQP]}, {"amqp": "5.4.2"}, lambda name: asked.append(name))
    assert (by_page, asked, judge({"amqp"}, report)[0]) == (0, [], CLEAN)


@pytest.mark.parametrize(
    ("newest", "code", "said"),
    [
        ({"amqp": "5.4.2", "django": "5.2.19"}, CLEAN, ["2 packages, each the newest there is."]),
        ({"amqp": "5.4.2", "django": "5.2.20"}, OLDER, ["django 5.2.19: there is 5.2.20", "1 of 2 packages are the newest there is."]),
        ({"amqp": None, "django": "5.2.20"}, UNKNOWN, ["django 5.2.19: there is 5.2.20", "did not answer for 1 of 2 packages (amqp)"]),
        ({}, UNKNOWN, ["did not answer for 2 of 2 packages"]),
    ],
)
def test_what_is_not_the_newest_is_named_and_an_index_that_is_silent_is_no_answer(newest: dict[str, str | None], code: int, said: list[str]) -> None:
    found, lines = judge_newest({"amqp": "5.4.2", "django": "5.2.19"}, newest)
    assert found == code
    assert all(words in "\n".join(lines) for words in said)


def test_an_index_that_cannot_be_reached_is_told(root: Path) -> None:
    nowhere = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    code = "from bin._audit import newest_of; print(newest_of('django'))"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, env=os.environ | nowhere, capture_output=True, text=True, check=True)
    assert done.stdout == "None\n"
