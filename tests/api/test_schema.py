"""The OpenAPI document, and calls made up from it: what is documented is what happens."""

from collections import Counter
from collections.abc import Iterator
from inspect import signature
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection, transaction
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as effort
from schemathesis.checks import CHECKS, load_all_checks

from agencies.services.tokens import make_token
from config import env
from config.wsgi import application
from escalation.api.verbs.base import Uploading
from escalation.api.verbs.logging import AnswersIn, SubmitIn
from escalation.api.verbs.registry import INPUTS
from escalation.engine.perform import VERBS, Seen
from escalation.models import Dispute
from escalation.services import every_verb
from escalation.states import Verb
from tests.api.conftest import Caller
from tests.api.test_verbs_ending import before_the_chair, proposed, resolved
from tests.cast import Cast
from tests.world import MONDAY, World

__all__ = ["every_verb"]
pytestmark = pytest.mark.django_db
# The change itself, and whether somebody answers for another: that is worked out, not said.
OWN_TO_THE_SERVICE = {"change", "on_behalf"}
NOT_CALLED = {Verb.SAVE_DRAFT, Verb.DISCARD_DRAFT, Verb.TICK}
# A deeper run: CONCORD_TEST_EXAMPLES=200 bin/test tests/api/test_schema.py
EXAMPLES = env.number("CONCORD_TEST_EXAMPLES", 5)
# The doors of the verbs are one door but for what each takes: three calls a verb, each by somebody else.
OF_A_VERB = env.number("CONCORD_TEST_EXAMPLES", 3)
load_all_checks()
PROVEN = CHECKS.get_by_names(["not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance"])
ROLES = ["own_manager", "business_unit", "chair"]


def test_every_verb_but_those_of_drafts_and_of_the_sweep_can_be_called() -> None:
    assert set(INPUTS) == set(Verb) - NOT_CALLED


def test_the_page_for_programs_names_each_verb() -> None:
    page = (Path(__file__).parents[2] / "docs/api.md").read_text(encoding="utf-8")
    named = page.partition("\n## Verbs\n")[2].partition("Guests themselves")[0]
    assert [verb for verb in INPUTS if f"`{verb}`" not in named] == []


@pytest.mark.parametrize("verb", list(INPUTS))
def test_a_verb_that_decides_asks_what_was_seen_and_no_other(verb: Verb) -> None:
    assert INPUTS[verb]().fields["seen"].required is VERBS[verb].decides


def test_sending_a_draft_takes_the_answers_that_logging_takes() -> None:
    fields, answers = SubmitIn().fields, AnswersIn().fields
    assert set(fields) - {"seen"} == set(answers)
    assert [name for name, field in fields.items() if field.required] == ["seen"]


@pytest.mark.parametrize("verb", [verb for verb in INPUTS if verb is not Verb.SUBMIT])
def test_a_verb_takes_what_its_service_takes(verb: Verb) -> None:
    fields = INPUTS[verb]().fields
    takes = {name: one for name, one in signature(VERBS[verb].run).parameters.items() if name not in OWN_TO_THE_SERVICE}
    assert set(fields) - {"seen", "happened_at"} == set(takes)
    assert {name for name, one in takes.items() if one.default is one.empty} <= {name for name, field in fields.items() if field.required}


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    found: dict[str, Any] = Caller(None).get("schema/").json()
    return found


def test_the_document_is_open_to_everybody_and_holds_each_verb_with_its_own_input(document: dict[str, Any]) -> None:
    for verb in INPUTS:
        operation = document["paths"][f"/api/v1/disputes/{{reference}}/{verb.value}/"]["post"]
        assert operation["summary"] == verb.label
        takes = "multipart/form-data" if issubclass(INPUTS[verb], Uploading) else "application/json"
        assert list(operation["requestBody"]["content"]) == [takes]


def test_every_address_documents_its_refusals(document: dict[str, Any]) -> None:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            expected = {"400", "401", "403", "404", "405", "429"} | ({"409", "413", "415", "422"} if method != "get" else set())
            assert expected <= set(operation["responses"]), (path, method)


@pytest.fixture
def _in_one_transaction() -> Iterator[None]:
    """The application, called directly, would close the test's connection after each call."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def disputes(world: World, cast: Cast) -> list[Dispute]:
    """One at the hop, one that is asked, one before the chair, one proposed and one resolved."""
    return [world.log(), world.sent(), before_the_chair(world, cast), proposed(world, cast), resolved(world, cast)]


@pytest.mark.usefixtures("_in_one_transaction")
def test_whatever_is_made_up_from_the_document_is_answered_as_documented(disputes: list[Dispute], cast: Cast, settings: Any) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": "99999/min", "anon": "99999/min", "sign_in": "99999/min"}}
    secrets = [make_token(getattr(cast, role), now=MONDAY).secret for role in ROLES]
    schema = schemathesis.openapi.from_wsgi("/api/v1/schema/", application)
    failures: list[str] = []
    statuses: Counter[int] = Counter()
    calls = count()
    for found in schema.get_all_operations():
        result: Any = found
        operation = result.ok()
        try:
            _exercise(operation, secrets, disputes, statuses, calls)
        except Exception as error:  # every address is tried, and all that failed is said at the end
            failures.append(f"{operation.label}: {error}")
    assert not failures, "\n\n".join(failures)
    assert {200, 400, 403, 409} <= set(statuses), statuses


def _exercise(operation: Any, secrets: list[str], disputes: list[Dispute], statuses: Counter[int], calls: Iterator[int]) -> None:
    """Each call by the next person about the next disagreement: their numbers have no common divisor, so that all meet all."""
    examples = OF_A_VERB if operation.label.rpartition("{reference}/")[2].strip("/") in INPUTS else EXAMPLES

    @seed(20_261_122)
    @effort(max_examples=examples, deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(case=operation.as_strategy())
    def run(case: Any) -> None:
        number = next(calls)
        _aim(case, disputes[number % len(disputes)])
        # What one call did, the next does not find.
        with transaction.atomic():
            answer = case.call_and_validate(headers={"Authorization": f"Bearer {secrets[number % len(secrets)]}"}, checks=PROVEN)
            statuses[answer.status_code] += 1
            # Keys of rows that are not there are refused only when a transaction ends, and this one is not kept.
            connection.check_constraints()
            transaction.set_rollback(True)

    run()


def _aim(case: Any, dispute: Dispute) -> None:
    """At a disagreement that is there, as it is now: else nearly every call would end at 404 or at what was seen."""
    if "reference" in (case.path_parameters or {}):
        case.path_parameters["reference"] = dispute.reference
        if isinstance(case.body, dict) and "seen" in case.body:
            case.body["seen"] = str(Seen.of(dispute))
