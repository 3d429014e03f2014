"""What a guest does, and what the product sends to them."""

from typing import Any

from escalation.engine.perform import perform
from escalation.models import Guest, Notification
from escalation.services.guest_door import person_of_guest
from escalation.states import Answer, Message, Verb
from tests.world import World

ANSWERS = {"answer": Answer.PARTLY, "reasons": "We saw him on Friday.", "actions": "We will see him again."}


def act(world: World, guest: Guest, verb: Verb = Verb.RESPOND, **given: Any) -> None:
    perform(guest.dispute_id, verb, actor=person_of_guest(guest), now=world.now, **(given or (ANSWERS if verb == Verb.RESPOND else {})))


def to_guest(kind: Message) -> list[tuple[str, str]]:
    return list(Notification.objects.filter(guest__isnull=False, kind=kind).values_list("mailbox", "action"))
