"""Where a disagreement's rows name a person: one list for what a hold covers, a request for access opens, and a closed account's name waits for."""

from functools import lru_cache
from typing import Any

from django.db.models import Model

from agencies.models import User
from escalation.models import (
    AccessRequest,
    Dispute,
    FileConfirmation,
    LegalHold,
    MessageSettings,
    Notification,
    OutcomeConfirmation,
    PanelMember,
    RememberedCall,
)

# How a row that names somebody leads to its disagreement, where that is not by a field of its own; the others have nothing to do with one.
PATHS: dict[type[Model], str] = {
    Dispute: "", FileConfirmation: "child__dispute__", OutcomeConfirmation: "proposal__dispute__", PanelMember: "panel__referral__dispute__",
}  # fmt: skip
ASIDE = frozenset({AccessRequest, LegalHold, MessageSettings, Notification, RememberedCall})


@lru_cache(maxsize=1)
def ties() -> list[tuple[Any, str, str]]:
    """Every field of a disagreement's rows that names a person, with the way to the disagreement. Raises LookupError for one that has none."""
    found = []
    for relation in User._meta.get_fields(include_hidden=True):
        model, field = getattr(relation, "related_model", None), getattr(relation, "field", None)
        if field is None or model is None or model._meta.app_label != "escalation" or model in ASIDE:
            continue
        if model not in PATHS and not any(own.name == "dispute" for own in model._meta.concrete_fields):
            raise LookupError(f"{model.__name__}.{field.name} names a person: say how it leads to a disagreement.")
        found.append((model, field.name, PATHS.get(model, "dispute__")))
    return found
