"""What the tests of the programming interface share: a caller for anybody of the cast, at the moment that the world stands at."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
import time_machine
from rest_framework.test import APIClient

from agencies.models import User
from agencies.services.together import CALLS
from agencies.services.tokens import make_token
from escalation.engine.perform import Seen
from escalation.models import Dispute
from escalation.states import Verb
from tests.world import MONDAY


class Caller:
    """Somebody's program. `seen` is sent with every verb as it is now, unless the call names its own."""

    def __init__(self, user: User | None, *, is_read_only: bool = False) -> None:
        self.client = APIClient()
        self.user = user
        if user is not None:
            secret = make_token(user, now=MONDAY, is_read_only=is_read_only).secret
            self.client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")

    def get(self, path: str, *, why: str = "", **query: Any) -> Any:
        """GET under /api/v1/; `why` is an auditor's reason."""
        return self.client.get(f"/api/v1/{path}", query, headers={"X-Reason": quote(why)} if why else None)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """POST of JSON under /api/v1/."""
        return self.client.post(f"/api/v1/{path}", json.dumps(body or {}, default=str), content_type="application/json", headers=headers)

    def do(self, dispute: Dispute, verb: Verb, **given: Any) -> Any:
        """One verb on one disagreement; `key` is sent as the Idempotency-Key."""
        key = given.pop("key", "")
        given.setdefault("seen", str(Seen.of(Dispute.objects.get(pk=dispute.pk))))
        return self.post(f"disputes/{dispute.reference}/{verb.value}/", given, **({"Idempotency-Key": key} if key else {}))


Calls = Callable[..., Caller]


@pytest.fixture(autouse=True)
def traveller() -> Iterator[time_machine.Traveller]:
    """Monday 2 March 2026, 10:00 in London; nobody has called before."""
    CALLS.forget()
    with time_machine.travel(MONDAY, tick=False) as found:
        yield found


@pytest.fixture
def caller() -> Calls:
    """A caller for somebody; for nobody without a token."""
    return Caller
