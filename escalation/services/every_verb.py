"""Importing this module registers every verb: doors that take any verb by name (pages, API) import it."""

from escalation.services import (
    asking,
    beside,
    children,
    conference,
    dissent,
    drafts,
    endings,
    facts,
    guests,
    hearing,
    hop,
    learning,
    lifecycle,
    meetings,
    panel,
    past_stages,
    reading,
    record,
    resolution,
    subgroup,
)
from escalation.services.keeping import anonymising, holds

__all__ = [
    "anonymising", "asking", "beside", "children", "conference", "dissent", "drafts", "endings", "facts", "guests", "hearing", "holds", "hop",
    "learning", "lifecycle", "meetings", "panel", "past_stages", "reading", "record", "resolution", "subgroup",
]  # fmt: skip
