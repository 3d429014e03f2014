"""Doing a verb as a person does it: through its page, at the journey's moment."""

from datetime import datetime
from typing import Any

import time_machine
from django.test import Client

from agencies.models import User
from escalation.engine.perform import Seen
from escalation.states import Verb
from escalation.web.verbs.pages import slug_of
from tests.procedures.journey import Journey


def client_at(journey: Journey, user: User) -> Client:
    """The person's browser. To be used while the clock stands at the journey's moment."""
    client = Client()
    client.force_login(user, backend="agencies.backend.AccountBackend")
    return client


def press(journey: Journey, user: User, verb: Verb, **typed: Any) -> Any:
    """Fill in the verb's page and confirm it; the response."""
    with time_machine.travel(journey.world.now, tick=False):
        url = f"/d/{journey.now.reference}/{slug_of(verb)}/"
        return client_at(journey, user).post(url, {"seen": str(Seen.of(journey.now)), "confirmed": "1", **typed})


def page_of(journey: Journey, user: User, path: str = "") -> str:
    """A page of the disagreement as the person gets it."""
    with time_machine.travel(journey.world.now, tick=False):
        return str(client_at(journey, user).get(f"/d/{journey.now.reference}/{path}", follow=True).content.decode())


def moment(name: str, at: datetime) -> dict[str, str]:
    """A moment as the four parts of its control."""
    return {f"{name}_{part}": text for part, text in enumerate((str(at.day), str(at.month), str(at.year), f"{at:%H:%M}"))}
