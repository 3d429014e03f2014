"""Accounts: closing one ends its sessions at the next request, since a closed account authenticates nothing."""

from datetime import datetime

from django.db import transaction

from agencies.errors import InvalidInput
from agencies.models import Membership, User
from agencies.policy import may_keep_directory, require
from agencies.services.record import acting_person, record


@transaction.atomic
def close_account(*, actor: User | None, user: User, now: datetime) -> User:
    """Closes an account: no sign-in, no seat, no task from now on; what the person did stays on the record. Their open work is moved before.

    Raises NotAllowed unless the actor keeps the directory of every partnership in which the person sits, InvalidInput for one's own account.
    """
    partnerships = set(Membership.objects.filter(user=user).values_list("partnership_id", flat=True))
    if person := acting_person(actor, now):
        if person.id == user.id:
            raise InvalidInput("Ask somebody else to close your own account.")
        allowed = bool(partnerships) and all(may_keep_directory(person, key) for key in partnerships)
        require(allowed, "Only the business unit or an administrator of the partnership closes accounts.")
    user.is_active = False
    user.save(update_fields=["is_active"])
    for key in partnerships:
        record(key, actor, f"The account of {user.name} was closed.", now=now)
    return user
