"""A guest in tests: invited, sent a code, and let in."""

import re
from typing import Any

from django.core import mail
from django.test import Client
from django.urls import reverse

from agencies.models import User
from escalation.models import Dispute, Guest
from escalation.services.guest_door import send_asked_codes
from escalation.states import Verb
from tests.world import World

AMIRA = {"name": "Amira Jones", "job_title": "Practice manager", "email": "amira@surgery.example"}


def invited(world: World, dispute: Dispute, by: User | None = None, **more: Any) -> Guest:
    """Somebody without an account, asked to answer the disagreement's request."""
    world.do(dispute, Verb.INVITE_GUEST, by or world.cast.receiver, **{**AMIRA, **more})
    guest: Guest = Guest.objects.select_related("request", "invited_by").get(dispute=dispute, taken_back_at=None)
    return guest


def code_for(world: World, link: str, client: Client | None = None) -> str:
    """Asks for a code at the door and reads it in the mail; empty where none came."""
    before = len(mail.outbox)
    (client or Client()).post(reverse("guest-door", args=[link]))
    send_asked_codes(world.now)
    sent = mail.outbox[before:]
    found = re.search(r"\d{4} \d{4}", str(sent[0].body)) if sent else None
    return found[0] if found else ""


def let_in(world: World, guest: Guest) -> Client:
    """The guest's browser, after the code. To be used while the clock stands at the world's moment."""
    client = Client()
    client.post(reverse("guest-code", args=[guest.link]), {"code": code_for(world, guest.link, client)})
    return client
