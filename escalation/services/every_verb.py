"""Importing this module registers every verb: doors that take any verb by name (pages, API) import it."""

from escalation.services import drafts, endings, facts, hop, learning, lifecycle, meetings, panel, record, resolution

__all__ = ["drafts", "endings", "facts", "hop", "learning", "lifecycle", "meetings", "panel", "record", "resolution"]
