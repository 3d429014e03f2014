"""The form for many machines: what its services start with, and that the tests start the same."""

from collections.abc import Mapping
from typing import Any

import pytest

from tests.compose import NotSetError, services
from tests.config.test_production import COMPLETE
from tests.stack import OPERATORS

# Which services the tests of faults start by their own commands (`tests/stack.py`), and what stands in for the others there.
STARTED = {"migrate", "web", "worker", "beat", "redis"}
STOOD_IN = {"db": "a cluster of this machine's PostgreSQL", "mailpit": "a mail server within the tests"}
OURS = ("migrate", "web", "worker", "beat")


def raw() -> Mapping[str, dict[str, Any]]:
    return {name: service.raw for name, service in services(OPERATORS).items()}


def test_the_tests_start_every_service_or_say_what_stands_in_for_it() -> None:
    assert set(services(OPERATORS)) == STARTED | set(STOOD_IN)


@pytest.mark.parametrize("missing", sorted(OPERATORS))
def test_nothing_starts_without_what_only_the_operator_knows(missing: str) -> None:
    with pytest.raises(NotSetError, match=missing):
        services({name: value for name, value in OPERATORS.items() if name != missing})


def test_each_of_our_services_is_told_all_that_production_asks_for() -> None:
    told = services(OPERATORS)
    for name in OURS:
        assert set(COMPLETE) <= {key for key, value in told[name].environment.items() if value}
        assert told[name].environment["DJANGO_SETTINGS_MODULE"] == "config.settings.prod"


def test_none_of_our_services_is_root_or_may_become_it() -> None:
    for name in OURS:
        service = raw()[name]
        assert (service["user"], service["read_only"], service["cap_drop"]) == ("10001:10001", True, ["ALL"])
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_what_is_reached_from_outside_is_reached_from_this_machine_alone() -> None:
    assert [port for service in raw().values() for port in service.get("ports", []) if not port.startswith("127.0.0.1:")] == []


def test_every_service_that_stays_is_asked_whether_it_is_well() -> None:
    silent = {name for name, service in raw().items() if "test" not in service.get("healthcheck", {})}
    # The pages' question stands in the image; the migration ends.
    assert silent == {"web", "migrate"}


def test_a_dollar_is_escaped_and_a_default_taken_where_nothing_is_given() -> None:
    worker = services(OPERATORS)["worker"]
    assert "celery@$HOSTNAME" in worker.raw["healthcheck"]["test"][1]
    assert (worker.environment["CONCORD_MAIL_HOST"], worker.environment["CONCORD_MAIL_USER"]) == ("mailpit", "")
    assert services({**OPERATORS, "CONCORD_MAIL_HOST": "mail"})["worker"].environment["CONCORD_MAIL_HOST"] == "mail"
