"""Bad calls of the programming interface: one answer in one form, the field named, nothing done."""

import json
import re
from typing import Any

import pytest

from escalation.engine.perform import Seen
from escalation.models import Dispute
from tests.access.routes import Addresses
from tests.api.conftest import Caller
from tests.bad_input.driving import nothing_stored
from tests.bad_input.reading import spelled, table

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
JSON = "application/json"
# How the framework's own sentences begin or go on, where it says them and not the product.
FRAMEWORK = re.compile(
    r"This (field|value|list) |Ensure this|Not a valid|Must be a valid|[Aa] valid (integer|number)|Invalid data|Enter a valid|throttled"
)


@pytest.fixture
def body_of_a_good_one(addresses: Addresses) -> str:
    """Everything that logging needs but the children."""
    given = {
        "receiving": [str(addresses.cast.social_care.pk)], "themes": ["threshold"], "what": "x", "impact": "x", "outcome_sought": "x", "tried": "x",
        "basis": "evidence",
    }  # fmt: skip
    return json.dumps(given)[1:-1]


def test_a_bad_call_is_refused_in_one_form_and_does_nothing(
    addresses: Addresses, named: dict[str, str], body_of_a_good_one: str, settings: Any
) -> None:
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"DEFAULT_THROTTLE_RATES": {"user": "9999/min", "anon": "9999/min", "sign_in": "9999/min"}}
    rows = table("calls")["rows"]
    callers = {who: Caller(None if who == "anyone" else getattr(addresses.cast, who)).client for who in {row[0] for row in rows}}
    for client in callers.values():
        client.raise_request_exception = False
    more = named | {"seen": str(Seen.of(Dispute.objects.get(pk=addresses.dispute.pk))), "rest": body_of_a_good_one}
    with nothing_stored() as drive:
        for who, path, text, status, words in rows:
            address, body = f"/api/v1/{spelled(path, **more)}", spelled(text, **more)
            client = callers[who]
            answer = client.post(address, body.encode(), content_type=JSON) if text else client.get(address)
            drive.check((who, path, text), answer, status, words)
            if FRAMEWORK.search(answer.content.decode()):
                drive.wrong.append(f"{path}: refused in the framework's words: {answer.content.decode()[:200]}")
            if set(answer.json()) - {"code", "detail", "errors"}:
                drive.wrong.append(f"{path}: answered in another form: {sorted(answer.json())}")
