"""The pages of a guest as their browser asks for them."""

from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from escalation.models import Guest
from escalation.states import Answer
from tests.cast import Cast
from tests.guests import invited
from tests.world import MONDAY, World

ANSWER = {"answer": Answer.PARTLY.value, "reasons": "We saw him on Friday afternoon.", "actions": "We will see him again."}
WRONG = "0" * 43


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MONDAY, tick=False) as moved:
        yield moved


@pytest.fixture
def world(cast: Cast) -> World:
    return World(cast)


@pytest.fixture
def guest(world: World) -> Guest:
    return invited(world, world.sent())


def at(name: str, link: str) -> str:
    return reverse(f"guest-{name}", args=[link])


def body(answer: Any) -> str:
    return str(answer.content.decode())


def plain(answer: Any, link: str) -> tuple[int, str, str]:
    """Status, place and body, without the link that was asked for and the form's security token."""
    text = "\n".join(line for line in body(answer).replace(link, "LINK").split("\n") if "csrfmiddlewaretoken" not in line)
    return answer.status_code, answer.get("Location", "").replace(link, "LINK"), text
