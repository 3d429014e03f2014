"""The columns that repeat a text of the record, to be listed, found or written to by it: they follow a correction and a redaction of the line."""

import itertools
from collections.abc import Iterable, Mapping
from typing import Any

from escalation.engine.change import Change
from escalation.models import Event, Guest, LearningPoint, Panel, PanelMember
from escalation.states import EventKind


def say_anew(change: Change, line: Event, texts: Mapping[str, Mapping[str, str]]) -> None:
    """Where a row still says one of these texts of the line it says what came in its place; a later line's words in its place stay.

    `texts` has, by a text's name, what it says now by each of the ways in which it read before.
    """
    for row, key in itertools.product(*_repeating(line)):
        longest = row._meta.get_field(key).max_length
        now = {before[:longest]: after[:longest] for before, after in texts.get(key, {}).items()}
        if getattr(row, key) in now:
            setattr(row, key, now[getattr(row, key)])
            if isinstance(row, LearningPoint):
                row.revision += 1  # A page that was open before would write the former words again.
            change.touch(row)


def longest_of(line: Event, key: str) -> int | None:
    """How many characters the column that repeats this text takes; None where none repeats it."""
    rows, keys = _repeating(line)
    found = next(iter(rows), None) if key in keys else None
    return found._meta.get_field(key).max_length if found is not None else None


def _repeating(line: Event) -> tuple[Iterable[Any], tuple[str, ...]]:
    """The rows that repeat texts of this line, and which: a text's name is the column's too. Where a guest's code goes is no reading, and stays."""
    if line.kind == EventKind.LEARNING:
        return LearningPoint.objects.filter(event=line), ("referred_to",)
    if line.kind == EventKind.LEARNING_FOLLOWED:
        return LearningPoint.objects.filter(pk=line.facts["point"]), ("referred_to",)
    if line.kind == EventKind.INTEREST:
        return PanelMember.objects.filter(panel__referral__dispute=line.dispute_id, user=line.facts["person"]), ("interest",)
    if line.kind == EventKind.CONVENED:
        return Panel.objects.filter(referral__dispute=line.dispute_id), ("place",)
    if line.kind == EventKind.GUEST_INVITED:
        return Guest.objects.filter(pk=line.facts["invited"]), ("name", "job_title")
    return (), ()
