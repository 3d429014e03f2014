"""Importing this module registers every verb: doors that take any verb by name (pages, API) import it."""

from escalation.services import (
    asking,
    beside,
    chasing,
    children,
    conference,
    conflicts,
    deciding,
    dissent,
    drafts,
    endings,
    facts,
    guests,
    hearing,
    hop,
    learning,
    left_out,
    lifecycle,
    meetings,
    panel,
    passing_on,
    past_stages,
    reading,
    record,
    redaction,
    resolution,
    subgroup,
    timetables,
)
from escalation.services.files import attaching
from escalation.services.keeping import anonymising, holds

__all__ = [
    "anonymising", "asking", "attaching", "beside", "chasing", "children", "conference", "conflicts", "deciding", "dissent", "drafts", "endings",
    "facts", "guests", "hearing", "holds", "hop", "learning", "left_out", "lifecycle", "meetings", "panel", "passing_on", "past_stages", "reading",
    "record", "redaction", "resolution", "subgroup", "timetables",
]  # fmt: skip
