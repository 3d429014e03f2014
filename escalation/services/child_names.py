"""Whether a partnership takes children's full names: off unless its business unit turns it on, and what becomes of them when it is turned off."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from agencies.models import Partnership, User
from agencies.policy import require
from agencies.said import named
from agencies.services.record import acting_person, record
from escalation import keeping_policy
from escalation.models import ChildNaming
from escalation.services.submission import ChildAnswer

# Between turning names off, which hides them at once, and their erasing: time to undo a slip.
HIDDEN_FOR = timedelta(days=7)
NOT_YOURS = _("Only the partnership's business unit decides whether children's names are taken.")
ON = _("Children’s full names are taken from now on.")
OFF = _("Children’s full names are no longer taken: those that were are hidden at once and erased after 7 days.")


def takes_names(partnership_id: UUID) -> bool:
    """Whether full names of children are taken and shown in this partnership now. One query."""
    return ChildNaming.objects.filter(partnership=partnership_id, is_on=True).exists()


def takes_these(partnership_id: UUID, children: Iterable[ChildAnswer]) -> bool:
    """The same, asked only where somebody gave a name."""
    return any(child.name for child in children) and takes_names(partnership_id)


@transaction.atomic
def set_names(*, actor: User | None, partnership: Partnership, is_on: bool, now: datetime) -> str:
    """Turn names on or off; gives the sentence that also stands on the directory's record, empty where nothing changed.

    Raises NotAllowed for anybody but the business unit.
    """
    if person := acting_person(actor, now):
        require(keeping_policy.keeps_records_of(person, partnership.pk), NOT_YOURS)
    Partnership.objects.select_for_update().get(pk=partnership.pk)
    if takes_names(partnership.pk) == is_on:
        return ""
    ChildNaming.objects.update_or_create(partnership=partnership, defaults={"is_on": is_on, "changed_at": now})
    words = ON if is_on else OFF
    record(partnership.pk, actor, named(words), now=now)
    return str(words)
