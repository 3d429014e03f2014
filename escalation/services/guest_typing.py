"""What a guest types and has not sent: kept beside their open door, sealed to the browser that the code let in.

The key is made from the installation's secret and from what that browser alone carries, of which the database holds a digest: another code, which
whoever comes to the mailbox later may ask for, opens the request and not these words. They go with the door, however it closes.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from django.db.models import Q
from django.views.decorators.debug import sensitive_variables

from agencies.services.identity.kept_forms import Typed, is_emptied, worth_keeping
from agencies.vault import seal, unseal
from escalation.models import Guest, GuestDoor
from escalation.services.guest_door import IDLE, LONGEST


@sensitive_variables("token")
def keep_typed(guest: Guest, token: str, typed: Mapping[str, list[str]], now: datetime) -> bool:
    """Keeps the answers of a guest who is in, in place of those before; says whether any are kept. Raises nothing: too much is not kept.

    It is no use of the session.
    """
    words = worth_keeping(typed.items())
    if words is None:
        return False
    # The guest's page starts empty: nothing comes back where all of it was emptied.
    sealed = "" if is_emptied(words) else seal(json.dumps(words), to=token)
    GuestDoor.objects.filter(guest=guest).exclude(session="").update(typed=sealed, typed_at=now if sealed else None)
    return bool(sealed)


@sensitive_variables("token")
def typed_by(guest: Guest, token: str) -> tuple[Typed, datetime] | None:
    """What this browser had typed at the door, and when it was kept; None where nothing was, or another browser did."""
    door = GuestDoor.objects.filter(guest=guest).exclude(typed="").first()
    words = unseal(door.typed, to=token) if door is not None else None
    return (json.loads(words), door.typed_at) if door is not None and door.typed_at is not None and words is not None else None


def forget_typed(guest: Guest) -> None:
    """It was sent: nothing is kept any more."""
    GuestDoor.objects.filter(guest=guest).update(typed="", typed_at=None)


def forget_behind_closed_doors(now: datetime) -> int:
    """Removes what was typed where the session is over or the invitation has ended; says of how many."""
    over = Q(session="") | Q(began_at__lte=now - LONGEST) | Q(seen_at__lte=now - IDLE) | ~Q(guest__in=Guest.objects.open(now))
    found = list(GuestDoor.objects.exclude(typed="").filter(over).values_list("pk", flat=True))
    return GuestDoor.objects.filter(pk__in=found).update(typed="", typed_at=None) if found else 0
