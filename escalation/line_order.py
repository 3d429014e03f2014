"""The one order in which the texts and the choices of a line of the record stand, on every page, in every form and file.

Neither database can be asked for it: PostgreSQL keeps the keys of what is stored as JSON by their length, SQLite as they were written down.
"""

import re
from collections.abc import Mapping
from typing import TypeVar

T = TypeVar("T")
# What somebody wrote, as it is read: what it was about first, why after what, and what was added to it last.
TEXTS = (
    "what", "themes", "impact", "outcome_sought", "tried", "attempt", "consulted", "involved", "family_told", "family_view", "safety", "why_sooner",
    "spoken_to", "start_reason", "disputed_name", "out_of_hours", "adviser", "told", "answer", "told_by", "how", "whom", "said", "words", "text",
    "who", "summary", "decisions", "proposals", "wording", "outstanding", "decision", "efforts", "reason", "reasons", "actions", "dissent", "finding",
    "place", "interest", "concern", "concerns", "resolution", "went_well", "went_badly", "training", "supervision", "issue", "referred_to",
    "evidence", "result", "comment", "name", "job_title", "email", "about", "why", "kept", "new",
)  # fmt: skip
# What was chosen, and moments: who and to whom, what it came to, then by when.
FACTS = (
    "door", "fact", "priority", "at", "child", "parts", "other", "of", "agency", "for", "from", "to", "until", "person", "mediator", "supporter",
    "heard_by", "agencies", "missing", "unmet", "dissent_of", "disagree", "conference", "conference_on", "matter", "declared", "deep_dive",
    "shares", "ground", "told_other_side", "route", "force", "kind", "outcome", "difference", "still_to_settle", "review", "left_out",
    "meets_at", "members", "resolve_by", "respond_by", "due", "proposed", "agreed", "procedure", "redated", "happened", "marks", "given_on",
    "on_behalf", "status", "change_needed", "owner", "due_on", "type", "audience", "line", "redacted", "instead",
)  # fmt: skip
PLACES = {name: place for place, name in enumerate((*TEXTS, *FACTS))}
# One of several that were tried: attempt_2_said.
NUMBERED = re.compile(r"attempt_(\d+)_(whom|said)")


def in_order(found: Mapping[str, T]) -> dict[str, T]:
    """What a line holds by its names, in the one order; names that it does not know come last, by the alphabet."""
    return dict(sorted(found.items(), key=lambda pair: _place(pair[0])))


def _place(name: str) -> tuple[int, int, int, str]:
    numbered = NUMBERED.fullmatch(name)
    if numbered is not None:
        return PLACES["attempt"], int(numbered[1]), 0 if numbered[2] == "whom" else 1, name
    return PLACES.get(name, len(PLACES)), 0, 0, name
