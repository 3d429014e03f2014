"""Importing this module registers every verb: doors that take any verb by name (pages, API) import it."""

from escalation.services import children, drafts, endings, facts, hop, learning, lifecycle, meetings, panel, past_stages, reading, record, resolution

__all__ = [
    "children",
    "drafts",
    "endings",
    "facts",
    "hop",
    "learning",
    "lifecycle",
    "meetings",
    "panel",
    "past_stages",
    "reading",
    "record",
    "resolution",
]
