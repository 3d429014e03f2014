"""The form for many machines: what its services start with, and that the tests start the same."""

import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from config.installation.certificates import PARTS
from tests.compose import ROOT, NotSetError, networks, services
from tests.config.test_production import COMPLETE
from tests.stack import OPERATORS

# Which services the tests of faults start by their own commands (`tests/stack.py`), and what stands in for the others there.
STARTED = {"certificates", "db", "migrate", "web", "worker", "beat", "redis", "proxy"}
STOOD_IN = {"mailpit": "a mail server within the tests", "scanner": "a daemon within the tests, which speaks its language"}
# What the file itself says of where things are.
SETTLED = {f"CONCORD_DATABASE_{part}" for part in ("HOST", "NAME", "PASSWORD", "PORT", "ROOTCERT", "SSLMODE", "USER")} | {
    "CONCORD_BROKER_URL", "CONCORD_FILES", "CONCORD_STATIC", "CONCORD_TLS", "CONCORD_VAR",
}  # fmt: skip
OURS = ("migrate", "web", "worker", "beat")


def raw() -> Mapping[str, dict[str, Any]]:
    return {name: service.raw for name, service in services(OPERATORS).items()}


def test_the_tests_start_every_service_or_say_what_stands_in_for_it() -> None:
    assert set(services(OPERATORS)) == STARTED | set(STOOD_IN)


@pytest.mark.parametrize("missing", sorted(set(OPERATORS) - {"CONCORD_MAIL_TLS"}))
def test_nothing_starts_without_what_only_the_operator_knows(missing: str) -> None:
    with pytest.raises(NotSetError, match=missing):
        services({name: value for name, value in OPERATORS.items() if name != missing})


def test_each_of_our_services_is_told_all_that_production_asks_for() -> None:
    told = services(OPERATORS)
    for name in OURS:
        # A certificate stands in the password's place.
        given = {key.removesuffix("_FILE") for key, value in told[name].environment.items() if value}
        assert set(COMPLETE) - {"CONCORD_DATABASE_PASSWORD"} | {"CONCORD_TLS"} <= given
        assert told[name].environment["DJANGO_SETTINGS_MODULE"] == "config.settings.prod"


def documented() -> set[str]:
    """The settings of the table in docs/running.md, written out: `CONCORD_MAIL_PORT`, `_USER` names two."""
    found = set()
    for cell in re.findall(r"^\| (`CONCORD_.*?) \|", (ROOT / "docs" / "running.md").read_text(encoding="utf-8"), re.MULTILINE):
        first, *more = re.findall(r"`(\w+)`", cell)
        found |= {first, *(name if name.startswith("CONCORD_") else first.rpartition("_")[0] + name for name in more)}
    return found


def test_what_an_operator_may_set_reaches_each_of_our_services_or_is_settled_by_the_file() -> None:
    assert len(documented()) > 40
    told = services({**OPERATORS, **dict.fromkeys(documented() - set(OPERATORS), "by the operator")})
    for name in OURS:
        theirs = {key.removesuffix("_FILE") for key, value in told[name].environment.items() if value == "by the operator" or key in OPERATORS}
        secret = {key.removesuffix("_FILE") for key, value in told[name].environment.items() if value.startswith("/run/secrets/")}
        assert documented() - theirs - secret == SETTLED, name


def test_what_the_operator_did_not_set_is_not_there_so_that_the_default_stands() -> None:
    assert {name for name in services(OPERATORS)["web"].environment if name in {"CONCORD_IDLE_MINUTES", "CONCORD_HTTPS_ONLY"}} == set()


def test_every_setting_that_production_reads_is_in_the_table() -> None:
    read = {
        name
        for file in (ROOT / "config").rglob("*.py")
        if file.name not in {"dev.py", "test.py", "env.py"}
        for name in re.findall(r"env\.\w+\(\s*[\"'](CONCORD_\w+)[\"']", file.read_text(encoding="utf-8"))
    }
    # Where the pages of this machine listen is the container's own.
    assert read - documented() == {"CONCORD_PORT"}


def test_none_of_our_services_is_root_or_may_become_it() -> None:
    for name in OURS:
        service = raw()[name]
        assert (service["user"], service["read_only"], service["cap_drop"]) == ("10001:10001", True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_proxy_alone_is_reached_from_other_machines() -> None:
    reached = {
        name: service["ports"] for name, service in raw().items() if [one for one in service.get("ports", []) if not one.startswith("127.0.0.1:")]
    }
    assert reached == {"proxy": ["80:80", "443:443"]}


def test_database_broker_and_timetable_reach_nothing_outside_and_are_not_reached() -> None:
    inside = {name for name, service in raw().items() if service.get("networks") == ["inside"]}
    assert inside == {"db", "redis", "migrate", "beat"}
    assert networks()["inside"] == {"internal": True}


def test_each_part_holds_its_own_certificate_and_the_owner_s_only_whoever_migrates() -> None:
    held = {name: [volume.split(":")[0] for volume in service.get("volumes", []) if volume.startswith("tls_")] for name, service in raw().items()}
    assert {name: found for name, found in held.items() if found and name != "certificates"} == {
        "db": ["tls_db"], "redis": ["tls_redis"], "migrate": ["tls_owner"], "web": ["tls_app"], "worker": ["tls_app"], "beat": ["tls_app"],
        "proxy": ["tls_proxy"],
    }  # fmt: skip
    assert sorted(held["certificates"]) == sorted(f"tls_{part.folder}" for part in PARTS)


def test_every_service_that_stays_is_asked_whether_it_is_well() -> None:
    silent = {name for name, service in raw().items() if "test" not in service.get("healthcheck", {})}
    # The scanner's question stands in its image; the other two end.
    assert silent == {"certificates", "migrate", "scanner"}


def test_the_database_is_well_only_once_it_is_the_server_that_the_others_reach(tmp_path: Path) -> None:
    """On an empty volume the image's script runs one of its own first, which answers `pg_isready` on the socket alone."""
    asks = services(OPERATORS)["db"].raw["healthcheck"]["test"][1]
    (tmp_path / "pg_isready").write_text("#!/bin/sh\n")
    (tmp_path / "pg_isready").chmod(0o755)
    found = {}
    for first in ("docker-entrypoi", "postgres"):
        (tmp_path / "comm").write_text(f"{first}\n")
        asked = asks.replace("/proc/1/comm", str(tmp_path / "comm"))
        found[first] = subprocess.run(["/bin/sh", "-c", asked], env={"PATH": f"{tmp_path}:/usr/bin:/bin"}, check=False).returncode
    assert found == {"docker-entrypoi": 1, "postgres": 0}


def test_a_dollar_is_escaped_and_a_default_taken_where_nothing_is_given() -> None:
    worker = services(OPERATORS)["worker"]
    assert "celery@$HOSTNAME" in worker.raw["healthcheck"]["test"][1]
    assert (worker.environment["CONCORD_MAIL_PORT"], worker.environment["CONCORD_MAIL_USER"]) == ("587", "")
    assert services({**OPERATORS, "CONCORD_MAIL_PORT": "25"})["worker"].environment["CONCORD_MAIL_PORT"] == "25"
