"""What was brought in from an earlier log, by the line that says so at the end of each."""

from dataclasses import replace

from escalation.states import EventKind
from tests.reports.record.reader import Reader


def brought_in(reader: Reader) -> list[list[int]]:
    """Of those raised, of those closed and of the responses due: brought in, logged here, and all; nothing where none was brought in."""
    theirs = replace(reader)
    theirs.__dict__["told"] = [story for story in reader.told if any(line.kind == EventKind.BROUGHT_IN for line in story.lines)]
    due, of_log = (sum(sum(row[:3]) for row in each.responses().values()) for each in (reader, theirs))
    told = [(len(theirs.raised), len(reader.raised)), (len(theirs.closed), len(reader.closed)), (of_log, due)]
    return [[many, every - many, every] for many, every in told if every] if any(many for many, _every in told) else []
